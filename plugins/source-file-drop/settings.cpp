// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include <algorithm>

namespace mif::source_file_drop {

namespace {

constexpr const char* kWhere = "mif.info";

[[noreturn]] void complain(const char* rule, const Node& node, const std::string& what) { throw Error(MIF_E_INVALID, rule, "mif.info:" + std::to_string(node.line) + ": " + what); }

std::int64_t number(const Node& parent, const char* key, std::int64_t otherwise, std::int64_t least, std::int64_t most) {
  const Node* node = parent.find(key);
  if (!node) return otherwise;
  const bool digits = !node->value.empty() && node->value.size() <= 9 && node->value.find_first_not_of("0123456789") == std::string::npos;
  const std::int64_t n = digits ? std::stoll(node->value) : -1;
  if (n < least || n > most) complain("ferry.setting-value", *node, std::string(key) + " 应为 " + std::to_string(least) + ".." + std::to_string(most) + ", 实为 (is) \"" + node->value + "\"");
  return n;
}

std::string name(const Node& parent, const char* key, std::size_t most) {
  const std::string& value = parent.require(key, kWhere);
  if (!ferry::plain_name(value, most)) complain("ferry.setting-value", parent, std::string(key) + " 只用小写字母、数字和 - _ (letters a-z, digits, - _): \"" + value + "\"");
  return value;
}

void only(const Node& node, std::initializer_list<const char*> keys) {
  for (const auto& c : node.children) {
    if (std::any_of(keys.begin(), keys.end(), [&](const char* k) { return c.key == k; })) continue;
    std::string all;
    for (const char* k : keys) all += all.empty() ? k : std::string(", ") + k;
    complain("ferry.setting-unknown", c, node.key + " 不认识 (does not know) \"" + c.key + "\", 可用 (may have): " + all);
  }
}

const Node& keys_of(const Node& parent, const char* key) {
  const Node* node = parent.find(key);
  if (!node || node->children.empty()) complain("ferry.setting-value", parent, std::string(key) + " 里应有 密钥号 密钥名 (expects lines of KEY-ID SECRET-NAME)");
  return *node;
}

ferry::Secret secret(const Config& config, Call call, const std::string& key) { return ferry::Secret(config.secret(call, key)); }

std::set<std::string> suites(const Node& parent) {
  std::set<std::string> all;
  std::string word;
  for (const char c : parent.get("suites", "gm") + " ") {
    if (c != ' ') {
      word += c;
    } else if (!word.empty()) {
      ferry::suite_of(word);
      all.insert(std::move(word));
      word.clear();
    }
  }
  return all;
}

ferry::OutgoingSettings read_answers(const Config& config, Call call, const Node& node, const Source& source) {
  only(node, {"flow", "outbox", "suite", "sign", "encrypt", "repeat"});
  ferry::OutgoingSettings s;
  s.flow = name(node, "flow", ferry::kLongestFlow);
  if (s.flow == source.incoming.flow) complain("ferry.setting-value", node, "answers 要有自己的 flow (answers need a flow of their own)");
  s.sender = source.incoming.recipient;
  s.recipient = source.incoming.sender;
  s.suite = node.get("suite", "gm");
  ferry::suite_of(s.suite);
  s.outbox = config.path(call, node.require("outbox", kWhere));
  s.sent = source.incoming.kept + "/answers";
  const Node& sign = keys_of(node, "sign").children.front();
  s.sign_key_id = sign.key;
  s.sign_key = ferry::private_key(secret(config, call, sign.value), sign.key);
  if (ferry::name_of(ferry::suite_of(s.sign_key)) != s.suite) complain("ferry.setting-value", node, "sign 的密钥不属于套件 (the signing key is not one of the suite) " + s.suite);
  const Node& encrypt = keys_of(node, "encrypt");
  s.encrypt_key_id = encrypt.children.front().key;
  for (const auto& k : encrypt.children) s.shared.emplace(k.key, ferry::shared_key(secret(config, call, k.value), k.key));
  s.limits = source.incoming.limits;
  return s;
}

Source read_source(const Config& config, Call call, const Node& node) {
  only(node, {"flow", "sender", "recipient", "inbox", "kept", "gap", "suites", "verify", "decrypt", "answers", "bundle-megabytes", "settle-seconds", "quarantine-files", "silence-hours"});
  Source source;
  source.name = node.value;
  ferry::IncomingSettings& s = source.incoming;
  s.flow = name(node, "flow", ferry::kLongestFlow);
  s.sender = name(node, "sender", ferry::kLongestFlow);
  s.recipient = name(node, "recipient", ferry::kLongestFlow);
  source.feed = source.name + "/" + s.flow;
  s.inbox = config.path(call, node.require("inbox", kWhere));
  s.kept = config.path(call, node.get("kept", "ferry/" + source.name));
  const std::string gap = node.get("gap", "wait");
  if (gap != "wait" && gap != "pass") complain("ferry.setting-value", node, "gap 应为 wait 或 pass (is \"" + gap + "\")");
  s.pass = gap == "pass";
  s.suites = suites(node);
  for (const auto& k : keys_of(node, "verify").children) s.keys.verify.emplace(k.key, ferry::public_key(secret(config, call, k.value).view(), k.key));
  for (const auto& k : keys_of(node, "decrypt").children) s.keys.decrypt.emplace(k.key, ferry::shared_key(secret(config, call, k.value), k.key));
  s.limits.bundle_bytes = static_cast<std::size_t>(number(node, "bundle-megabytes", 32, 1, 256)) << 20;
  s.settle_ms = number(node, "settle-seconds", 600, 0, 864000) * 1000;
  s.quarantine_files = static_cast<std::size_t>(number(node, "quarantine-files", 200, 1, 100000));
  source.silence_ms = number(node, "silence-hours", 0, 0, 8760) * 3600000;
  if (const Node* answers = node.find("answers")) {
    source.repeat = number(*answers, "repeat", 3, 0, 100);
    source.answers = read_answers(config, call, *answers, source);
  }
  return source;
}

}  // namespace

std::vector<Source> read_settings(const Config& config, Call call) {
  std::vector<Source> all;
  for (const auto& node : config.own(call).children) {
    if (node.key != "source" || !ferry::plain_name(node.value, 30))
      complain("ferry.setting-unknown", node, "source-file-drop 只认 source NAME { ... }, 名用小写字母和数字 (expects source NAME), 见到 \"" + node.key + " " + node.value + "\"");
    Source source = read_source(config, call, node);
    for (const auto& other : all)
      if (other.name == source.name || other.incoming.flow == source.incoming.flow || other.incoming.kept == source.incoming.kept)
        complain("ferry.setting-twice", node, "来源名、flow 或 kept 与另一来源相同 (name, flow or folder is another source's): " + source.name);
    all.push_back(std::move(source));
  }
  return all;
}

}  // namespace mif::source_file_drop
