// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include <algorithm>

namespace mif::bank_ferry {

namespace {

constexpr const char* kWhere = "mif.info";

[[noreturn]] void complain(const char* rule, const Node& node, const std::string& what) { throw Error(MIF_E_INVALID, rule, "mif.info:" + std::to_string(node.line) + ": " + what); }

std::int64_t number(const Node& parent, const char* key, std::int64_t otherwise, std::int64_t least, std::int64_t most) {
  const Node* node = parent.find(key);
  if (!node) return otherwise;
  const bool digits = !node->value.empty() && node->value.size() <= 9 && node->value.find_first_not_of("0123456789") == std::string::npos;
  const std::int64_t n = digits ? std::stoll(node->value) : -1;
  if (n < least || n > most) complain("bank-ferry.setting-value", *node, std::string(key) + " 应为 " + std::to_string(least) + ".." + std::to_string(most) + "，实为 (is) \"" + node->value + "\"");
  return n;
}

std::string name(const Node& parent, const char* key) {
  const std::string& value = parent.require(key, kWhere);
  if (!ferry::plain_name(value, ferry::kLongestFlow)) complain("bank-ferry.setting-value", parent, std::string(key) + " 只用小写字母、数字和 - _ (letters a-z, digits, - _): \"" + value + "\"");
  return value;
}

void only(const Node& node, std::initializer_list<const char*> keys) {
  for (const auto& c : node.children) {
    if (std::any_of(keys.begin(), keys.end(), [&](const char* k) { return c.key == k; })) continue;
    std::string all;
    for (const char* k : keys) all += all.empty() ? k : std::string(", ") + k;
    complain("bank-ferry.setting-unknown", c, node.key + " 不认识 (does not know) \"" + c.key + "\"，可用 (may have): " + all);
  }
}

const Node& block(const Node& parent, const char* key) {
  const Node* node = parent.find(key);
  if (!node || node->children.empty()) complain("bank-ferry.setting-value", parent, std::string(key) + " { ... } 不能缺少或为空 (is missing or empty)");
  return *node;
}

ferry::Secret secret(const Config& config, Call call, const Node& node) { return ferry::Secret(config.secret(call, node.value)); }

void read_out(const Config& config, Call call, const Node& node, ferry::OutgoingSettings& s) {
  only(node, {"flow", "outbox", "suite", "sign", "encrypt"});
  s.flow = name(node, "flow");
  s.suite = node.get("suite", "gm");
  ferry::suite_of(s.suite);
  s.outbox = config.path(call, node.require("outbox", kWhere));
  const Node& sign = block(node, "sign").children.front();
  s.sign_key_id = sign.key;
  s.sign_key = ferry::private_key(secret(config, call, sign), sign.key);
  if (ferry::name_of(ferry::suite_of(s.sign_key)) != s.suite) complain("bank-ferry.setting-value", node, "sign 的密钥不属于套件 (the signing key is not one of the suite) " + s.suite);
  const Node& encrypt = block(node, "encrypt");
  s.encrypt_key_id = encrypt.children.front().key;
  for (const auto& k : encrypt.children) s.shared.emplace(k.key, ferry::shared_key(secret(config, call, k), k.key));
}

void read_in(const Config& config, Call call, const Node& node, ferry::IncomingSettings& s) {
  only(node, {"flow", "inbox", "suites", "verify", "decrypt", "settle-seconds", "quarantine-files"});
  s.flow = name(node, "flow");
  s.inbox = config.path(call, node.require("inbox", kWhere));
  s.pass = true;  // orders do not depend on each other; what is missing is asked for and comes later
  s.suites.clear();
  for (const std::string& words = node.get("suites", "gm"); const char* word : {"gm", "intl"})
    if ((" " + words + " ").find(" " + std::string(word) + " ") != std::string::npos) s.suites.insert(word);
  if (s.suites.empty()) complain("bank-ferry.setting-value", node, "suites 应有 gm 或 intl (expects gm or intl)");
  for (const auto& k : block(node, "verify").children) s.keys.verify.emplace(k.key, ferry::public_key(secret(config, call, k).view(), k.key));
  for (const auto& k : block(node, "decrypt").children) s.keys.decrypt.emplace(k.key, ferry::shared_key(secret(config, call, k), k.key));
  s.settle_ms = number(node, "settle-seconds", 600, 0, 864000) * 1000;
  s.quarantine_files = static_cast<std::size_t>(number(node, "quarantine-files", 200, 1, 100000));
}

LineSettings read_line(const Config& config, Call call, const Node& node) {
  LineSettings line;
  line.name = node.value;
  line.inner = node.key == "inner";
  if (line.inner)
    only(node, {"me", "peer", "kept", "out", "in", "bundle-megabytes", "expires-seconds", "grace-seconds", "fresh-seconds"});
  else
    only(node, {"me", "peer", "kept", "out", "in", "bundle-megabytes", "adapter", "link", "unit", "rows", "timeout-seconds", "returns-days"});
  line.in.recipient = line.out.sender = name(node, "me");
  line.in.sender = line.out.recipient = name(node, "peer");
  line.in.kept = config.path(call, node.get("kept", "ferry/" + line.name));
  line.out.sent = line.in.kept + "/sent";
  read_out(config, call, block(node, "out"), line.out);
  read_in(config, call, block(node, "in"), line.in);
  if (line.out.flow == line.in.flow) complain("bank-ferry.setting-value", node, "out 与 in 要各有 flow (each direction needs a flow of its own)");
  line.in.limits.bundle_bytes = line.out.limits.bundle_bytes = static_cast<std::size_t>(number(node, "bundle-megabytes", 32, 1, 256)) << 20;
  line.expires_ms = number(node, "expires-seconds", 14400, 1, 864000) * 1000;
  line.grace_ms = number(node, "grace-seconds", 3600, 0, 864000) * 1000;
  line.fresh_ms = number(node, "fresh-seconds", 3600, 1, 864000) * 1000;
  if (line.inner) return line;
  line.adapter = node.require("adapter", kWhere);
  if (line.adapter == "bank-ferry") complain("bank-ferry.setting-value", node, "adapter 要是能到银行的另一个插件 (expects an adapter that reaches the bank)");
  line.link = node.require("link", kWhere);
  line.unit = node.require("unit", kWhere);
  line.rows = number(node, "rows", 30, 1, 1000);
  line.timeout_ms = number(node, "timeout-seconds", 60, 1, 600) * 1000;
  line.returns_ms = number(node, "returns-days", 7, 0, 60) * 86'400'000;
  return line;
}

}  // namespace

std::vector<LineSettings> read_settings(const Config& config, Call call) {
  std::vector<LineSettings> all;
  for (const auto& node : config.own(call).children) {
    if ((node.key != "inner" && node.key != "outer") || !ferry::plain_name(node.value, ferry::kLongestFlow))
      complain("bank-ferry.setting-unknown", node, "bank-ferry 只认 inner NAME { ... } 和 outer NAME { ... } (expects inner NAME or outer NAME)，见到 \"" + node.key + " " + node.value + "\"");
    LineSettings line = read_line(config, call, node);
    for (const auto& other : all)
      if (other.name == line.name || other.in.kept == line.in.kept || other.in.flow == line.in.flow || other.out.flow == line.out.flow)
        complain("bank-ferry.setting-twice", node, "名称、flow 或 kept 与另一条相同 (name, flow or folder is another line's): " + line.name);
    all.push_back(std::move(line));
  }
  return all;
}

}  // namespace mif::bank_ferry
