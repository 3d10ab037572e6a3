// SPDX-License-Identifier: Apache-2.0
#include "config.h"

#include <sys/stat.h>

#include <algorithm>

#include "info.h"

namespace mif::ferry_tool {

namespace {

constexpr std::size_t kKeyFileBytes = 65536;

using datagen::Info;

class Reader {
 public:
  explicit Reader(std::string file) : file_(std::move(file)) {
    const auto slash = file_.rfind('/');
    folder_ = slash == std::string::npos ? "." : file_.substr(0, slash);
  }

  [[noreturn]] void complain(const Info& node, const std::string& what) const { throw Error(MIF_E_INVALID, file_ + ":" + std::to_string(node.line) + ": " + what); }
  std::string need(const Info& node, const char* key) const {
    const Info* found = node.find(key);
    if (!found || found->value.empty()) complain(node, "\"" + node.key + "\" 缺少 (lacks) " + key);
    return found->value;
  }
  std::string name(const Info& node, const char* key) const {
    std::string value = need(node, key);
    if (!ferry::plain_name(value, ferry::kLongestFlow)) complain(node, std::string(key) + " 只用小写字母、数字和 - _ (letters a-z, digits, - _): " + value);
    return value;
  }
  std::string path(const std::string& value) const { return value.front() == '/' ? value : folder_ + "/" + value; }
  void only(const Info& node, std::initializer_list<const char*> keys) const {
    for (const auto& c : node.children)
      if (std::none_of(keys.begin(), keys.end(), [&](const char* k) { return c.key == k; })) complain(c, "不认识 (does not know) \"" + c.key + "\"");
  }
  std::size_t number(const Info& node, const char* key, std::size_t otherwise, std::size_t most) const {
    const Info* found = node.find(key);
    if (!found) return otherwise;
    if (found->value.empty() || found->value.size() > 9 || found->value.find_first_not_of("0123456789") != std::string::npos || std::stoul(found->value) > most)
      complain(*found, std::string(key) + " 应为 0.." + std::to_string(most) + ", 实为 (is) \"" + found->value + "\"");
    return std::stoul(found->value);
  }
  const Info& keys(const Info& node, const char* key) const {
    const Info* found = node.find(key);
    if (!found || found->children.empty()) complain(node, std::string(key) + " 里应有 密钥号 文件 (expects lines of KEY-ID FILE)");
    return *found;
  }
  // A key file that others may read is no secret any more.
  ferry::Secret secret(const Info& node) const {
    const std::string file = path(node.value);
    struct stat found {};
    if (stat(file.c_str(), &found) == 0 && (found.st_mode & 077) != 0) complain(node, "密钥文件他人可读, 请 chmod 600 (others may read the key file): " + file);
    return ferry::Secret(ferry::RealDisk().read(file, kKeyFileBytes));
  }
  std::string text(const Info& node) const { return ferry::RealDisk().read(path(node.value), kKeyFileBytes); }

 private:
  std::string file_, folder_;
};

std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> all;
  std::string word;
  for (const char c : text + " ") {
    if (c != ' ') {
      word += c;
    } else if (!word.empty()) {
      all.push_back(std::move(word));
      word.clear();
    }
  }
  return all;
}

void read_exchange(const Reader& in, const Info& node, Config& config) {
  in.only(node, {"dsn", "feeds", "password-file", "row-limit", "tables"});
  std::string dsn = in.need(node, "dsn");
  if (const Info* file = node.find("password-file")) {
    const auto at = dsn.find("{password}");
    if (at == std::string::npos) in.complain(*file, "dsn 里没有 {password} (the dsn has no place for the password)");
    std::string password(in.secret(*file).view());
    while (!password.empty() && (password.back() == '\n' || password.back() == '\r')) password.pop_back();
    dsn.replace(at, 10, password);
  }
  config.dsn = source_exchange::parse_dsn(dsn);
  if (config.dsn->backend == "sqlite") config.dsn->connect = in.path(config.dsn->connect);
  config.feeds = words(node.get("feeds", "main"));
  for (const auto& feed : config.feeds)
    if (!ferry::plain_name(feed, ferry::kLongestFeed)) in.complain(node, "feed 只用小写字母、数字和 - _ (letters a-z, digits, - _): " + feed);
  config.layout.row_limit = node.get("row-limit", config.layout.row_limit);
  if (const Info* tables = node.find("tables")) {
    in.only(*tables, {"document", "withdrawal", "status"});
    config.layout.document = tables->get("document", config.layout.document);
    config.layout.withdrawal = tables->get("withdrawal", config.layout.withdrawal);
    config.layout.status = tables->get("status", config.layout.status);
  }
}

void read_answers(const Reader& in, const Info& node, Config& config) {
  in.only(node, {"flow", "inbox", "suites", "verify", "decrypt", "settle-seconds"});
  ferry::IncomingSettings s;
  s.flow = in.name(node, "flow");
  s.sender = config.outgoing.recipient;
  s.recipient = config.outgoing.sender;
  s.inbox = in.path(in.need(node, "inbox"));
  s.kept = config.folder + "/answers";
  s.type = ferry::kAnswers;
  s.limits = config.outgoing.limits;
  s.settle_ms = static_cast<std::int64_t>(in.number(node, "settle-seconds", 600, 864000)) * 1000;
  s.suites.clear();
  for (const auto& w : words(node.get("suites", config.outgoing.suite))) {
    ferry::suite_of(w);
    s.suites.insert(w);
  }
  for (const auto& k : in.keys(node, "verify").children) s.keys.verify.emplace(k.key, ferry::public_key(in.text(k), k.key));
  for (const auto& k : in.keys(node, "decrypt").children) s.keys.decrypt.emplace(k.key, ferry::shared_key(in.secret(k), k.key));
  config.answers = std::move(s);
}

}  // namespace

Config read_config(const std::string& file) {
  const Reader in(file);
  const Info root = datagen::read_info(file);
  in.only(root, {"flow", "sender", "recipient", "folder", "outbox", "suite", "sign", "encrypt", "documents", "repeat", "expires-hours", "bundle-megabytes", "exchange", "answers"});
  Config config;
  ferry::OutgoingSettings& s = config.outgoing;
  s.flow = in.name(root, "flow");
  s.sender = in.name(root, "sender");
  s.recipient = in.name(root, "recipient");
  s.suite = root.get("suite", "gm");
  ferry::suite_of(s.suite);
  config.folder = in.path(root.get("folder", "ferry"));
  s.sent = config.folder + "/sent";
  s.outbox = in.path(in.need(root, "outbox"));
  const Info& sign = in.keys(root, "sign").children.front();
  s.sign_key_id = sign.key;
  s.sign_key = ferry::private_key(in.secret(sign), sign.key);
  const Info& encrypt = in.keys(root, "encrypt");
  s.encrypt_key_id = encrypt.children.front().key;
  for (const auto& k : encrypt.children) s.shared.emplace(k.key, ferry::shared_key(in.secret(k), k.key));
  s.limits.bundle_bytes = std::max<std::size_t>(1, in.number(root, "bundle-megabytes", 32, 256)) << 20;
  s.expires_ms = static_cast<std::int64_t>(in.number(root, "expires-hours", 0, 87600)) * 3600000;
  config.documents = std::max<std::size_t>(1, in.number(root, "documents", 20000, 1000000));
  config.repeat = static_cast<std::int64_t>(in.number(root, "repeat", 0, 1000));
  if (const Info* node = root.find("exchange")) read_exchange(in, *node, config);
  if (const Info* node = root.find("answers")) read_answers(in, *node, config);
  return config;
}

}  // namespace mif::ferry_tool
