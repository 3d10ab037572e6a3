// SPDX-License-Identifier: Apache-2.0
#include "profile_reader.h"

#include <algorithm>
#include <sstream>

namespace mif::bank_xmlfront {

namespace {

// UNSENT is not here: what the bank says can never prove that nothing was sent.
const std::map<std::string, int, std::less<>> kOutcomes = {
    {"accepted", MIF_PAY_ACCEPTED},       {"done", MIF_PAY_DONE},           {"refused", MIF_PAY_REFUSED},     {"unknown", MIF_PAY_UNKNOWN},
    {"duplicate", MIF_PAY_DUPLICATE},     {"processing", MIF_PAY_PROCESSING}, {"awaits-bank", MIF_PAY_AWAITS_BANK},
    {"scheduled", MIF_PAY_SCHEDULED},     {"suspended", MIF_PAY_SUSPENDED}, {"not-found", MIF_PAY_NOT_FOUND}, {"returned", MIF_PAY_RETURNED}};

const std::map<std::string, From, std::less<>> kSources = {
    {"client-ref", From::client_ref}, {"day", From::day},
    {"payer-account", From::payer_account}, {"amount", From::amount},
    {"purpose", From::purpose},       {"payee-account", From::payee_account},
    {"payee-name", From::payee_name}, {"payee-bank-no", From::payee_bank_no},
    {"account", From::account},       {"from-day", From::from_day},
    {"to-day", From::to_day},         {"function", From::function},
    {"login", From::login},           {"serial", From::serial},
    {"row-number", From::row_number}, {"row-count", From::row_count},
    {"total", From::total},           {"sent-day", From::sent_day},
    {"sent-time", From::sent_time},   {"cursor", From::cursor},
    {"receipt", From::receipt}};

}  // namespace

bool is_secret_name(std::string_view name) {
  std::string plain;
  for (const char c : name) plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const char* word : {"password", "passwd", "passphrase", "pwd", "secret", "credential"})
    if (plain.find(word) != std::string::npos) return true;
  return false;
}

void ProfileReader::complain(const char* rule, const Node& at, const std::string& what) const {
  throw Error(MIF_E_INVALID, rule, file_ + ":" + std::to_string(at.line) + ": " + what);
}
void ProfileReader::only(const Node& node, const Words& known) const {
  for (const auto& child : node.children)
    if (!known.count(child.key)) complain("bank.profile-key", child, "\"" + child.key + "\" 不认识 (unknown below \"" + node.key + "\")");
}
const Node& ProfileReader::child(const Node& node, std::string_view name) const {
  if (const Node* found = node.find(name)) return *found;
  complain("bank.profile-lacks", node, "\"" + node.key + "\" 缺少 (lacks) \"" + std::string(name) + "\"");
}
std::string ProfileReader::text(const Node& node, std::string_view name) const {
  const Node& found = child(node, name);
  if (found.value.empty()) complain("bank.profile-empty", found, "\"" + found.key + "\" 不能为空 (must not be empty)");
  return found.value;
}
void ProfileReader::check_tag(const Node& at, std::string_view value) const {
  std::string_view rest = value;
  bool good = !rest.empty();
  while (good) {
    const std::string_view part = rest.substr(0, rest.find('/'));
    good = !part.empty() && !(part[0] >= '0' && part[0] <= '9') && part[0] != '-' && std::all_of(part.begin(), part.end(), [](char c) {
      return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    if (part.size() == rest.size()) break;
    rest.remove_prefix(part.size() + 1);
  }
  if (!good) complain("bank.profile-tag", at, "\"" + std::string(value) + "\" 不是报文标签 (not an XML tag)");
}
std::string ProfileReader::tag(const Node& node, std::string_view name, bool up) const {
  const std::string value = text(node, name);
  check_tag(child(node, name), up && value.rfind("../", 0) == 0 ? std::string_view(value).substr(3) : std::string_view(value));
  return value;
}
std::string ProfileReader::optional_tag(const Node& node, std::string_view name, bool up) const { return node.find(name) ? tag(node, name, up) : std::string(); }
std::string ProfileReader::block_path(const Node& node, std::string_view name) const { return text(node, name) == "." ? "." : tag(node, name); }
std::int64_t ProfileReader::number(const Node& node, std::string_view name, std::int64_t otherwise, std::int64_t least, std::int64_t most) const {
  const Node* found = node.find(name);
  if (!found) return otherwise;
  const std::string& v = found->value;
  if (v.empty() || v.size() > 12 || v.find_first_not_of("0123456789") != std::string::npos || std::stoll(v) < least || std::stoll(v) > most)
    complain("bank.profile-number", *found, "\"" + found->key + "\" 应为 " + std::to_string(least) + " 到 " + std::to_string(most) + " 的整数 (found \"" + v + "\")");
  return std::stoll(v);
}
bool ProfileReader::yes(const Node& node, std::string_view name) const {
  const Node* found = node.find(name);
  if (!found) return false;
  if (found->value != "yes" && found->value != "no") complain("bank.profile-yes-no", *found, "\"" + found->key + "\" 应为 yes 或 no (found \"" + found->value + "\")");
  return found->value == "yes";
}
Words ProfileReader::words(const Node& node, std::string_view name) const {
  Words all;
  std::istringstream list(text(node, name));
  for (std::string word; list >> word;)
    if (!all.insert(word).second) complain("bank.profile-claimed-twice", child(node, name), "\"" + word + "\" 列了两次 (claimed twice)");
  return all;
}
int ProfileReader::outcome(const Node& at) const {
  const auto found = kOutcomes.find(at.value);
  if (found == kOutcomes.end()) complain("bank.profile-outcome", at, "\"" + at.value + "\" 不是支付结果 (not an outcome: accepted done refused unknown duplicate processing ...)");
  return found->second;
}
Codes ProfileReader::codes(const Node& node, bool may_read_status) const {
  Codes all;
  for (const Node& c : node.children) {
    const int meaning = may_read_status && c.value == "status" ? 0 : outcome(c);
    if (!all.emplace(c.key, meaning).second) complain("bank.profile-mapped-twice", c, node.key + "=" + c.key + " 对照了两次 (mapped twice)");
  }
  return all;
}
Field ProfileReader::field(const Node& node) const {
  only(node, {"tag", "value", "from", "param", "max-bytes", "required"});
  Field f;
  f.tag = tag(node, "tag");
  if (const Node* from = node.find("from")) {
    const auto source = kSources.find(from->value);
    if (source == kSources.end()) complain("bank.profile-source", *from, "\"" + from->value + "\" 不是可填的内容 (not a source of a field)");
    f.from = source->second;
  } else if (node.find("param")) {
    f.from = From::param;
    f.value = text(node, "param");
  } else {
    f.value = text(node, "value");
    if (is_secret_name(f.tag)) complain("bank.secret-in-text", child(node, "value"), f.tag + " 的口令不能写在配置里, 请改用 param, 口令放进 secrets 目录的文件, 由 link 的 secret 指出 (no secret in a profile: use param and a file below secrets/)");
  }
  f.max_bytes = static_cast<std::size_t>(number(node, "max-bytes", 0, 1, 100000));
  f.required = yes(node, "required");
  return f;
}
BlockPlan ProfileReader::block(const Node& node) const {
  only(node, {"block", "field"});
  BlockPlan plan;
  plan.block = block_path(node, "block");
  for (const Node* f : node.all("field")) plan.fields.push_back(field(*f));
  if (plan.fields.empty()) complain("bank.profile-no-fields", node, "\"" + node.key + "\" 没有字段 (has no field)");
  return plan;
}
AnswerPlan ProfileReader::answer(const Node& node) const {
  only(node, {"block", "ref", "row-number", "bank-ref", "code", "text", "amount"});
  return {block_path(node, "block"), optional_tag(node, "ref", true), optional_tag(node, "row-number", true), optional_tag(node, "bank-ref", true), optional_tag(node, "code", true), optional_tag(node, "text", true), optional_tag(node, "amount", true)};
}
ResultPlan ProfileReader::result(const Node& operation, const ResultPlan& usual) const {
  ResultPlan plan = usual;
  if (const Node* r = operation.find("result")) {
    only(*r, {"block", "code", "text", "ok", "more", "not-found"});
    if (r->find("block")) plan.block = block_path(*r, "block");
    if (r->find("code")) plan.code = tag(*r, "code");
    if (r->find("text")) plan.text = tag(*r, "text");
    if (r->find("ok")) plan.ok = words(*r, "ok");
    if (r->find("more")) plan.more = words(*r, "more");
    if (r->find("not-found")) plan.not_found = words(*r, "not-found");
  }
  return plan;
}
// The check that every claimed word is mapped, and no word is mapped that was not claimed.
StatusMap ProfileReader::status(const Node& node) const {
  only(node, {"tag", "claims", "map"});
  StatusMap map;
  map.tag = tag(node, "tag", true);
  const Words claimed = words(node, "claims");
  for (const Node& entry : child(node, "map").children) {
    if (!claimed.count(entry.key)) complain("bank.profile-not-claimed", entry, map.tag + "=" + entry.key + " 有对照但未声明 (mapped but not in claims)");
    StatusMap::Target target;
    if (entry.children.empty()) target.outcome = outcome(entry);
    else target.deeper.push_back(status(entry));
    if (!map.targets.emplace(entry.key == "-" ? std::string() : entry.key, std::move(target)).second) complain("bank.profile-mapped-twice", entry, map.tag + "=" + entry.key + " 对照了两次 (mapped twice)");
  }
  for (const auto& word : claimed)
    if (!map.targets.count(word == "-" ? std::string() : word)) complain("bank.profile-not-mapped", child(node, "map"), map.tag + "=" + word + " 已声明但没有对照 (claimed but not mapped)");
  return map;
}
Framing ProfileReader::framing(const Node& node) const {
  Framing f;
  const std::string kind = text(node, "kind");
  f.max_reply_bytes = static_cast<std::size_t>(number(node, "max-reply-bytes", 8 << 20, 1024, 512 << 20));
  if (kind == "length-prefix") {
    only(node, {"kind", "lead", "digits", "max-reply-bytes"});
    f.digits = static_cast<int>(number(node, "digits", 8, 4, 10));
    f.lead = node.get("lead");
    if (f.lead.size() > 8) complain("bank.profile-framing", child(node, "lead"), "\"lead\" 最多 8 字节 (at most 8 bytes)");
    return f;
  }
  if (kind != "http-post" && kind != "http-form") complain("bank.profile-framing", child(node, "kind"), "只支持 length-prefix、http-post、http-form (found \"" + kind + "\")");
  only(node, {"kind", "path", "content-type", "field", "reply-field", "form", "base64", "max-reply-bytes"});
  f.kind = kind == "http-post" ? Framing::Kind::http_post : Framing::Kind::http_form;
  f.path = text(node, "path");
  if (f.path[0] != '/' || std::any_of(f.path.begin(), f.path.end(), [](char c) { return c <= ' ' || c > '~'; }))
    complain("bank.profile-framing", child(node, "path"), "\"path\" 应以 / 开头, 不含空格 (starts with / and has no blanks): \"" + f.path + "\"");
  f.content_type = node.get("content-type", f.kind == Framing::Kind::http_form ? "application/x-www-form-urlencoded" : "text/xml");
  if (std::any_of(f.content_type.begin(), f.content_type.end(), [](char c) { return c < ' ' || c > '~'; })) complain("bank.profile-framing", child(node, "content-type"), "\"content-type\" 含不可用字符 (unusable characters)");
  if (f.kind == Framing::Kind::http_form) f.field = text(node, "field");
  f.reply_field = node.get("reply-field");
  f.base64 = yes(node, "base64");
  if (const Node* form = node.find("form"))
    for (const Node& c : form->children) f.form.emplace_back(c.key, c.value);
  return f;
}
Operation ProfileReader::operation(const Node& node, const ResultPlan& usual) const {
  only(node, {"function", "rows-per-packet", "min-interval-ms", "serial", "result", "head", "row", "answer", "code", "unnamed", "status", "balances", "line", "page", "receipt", "download", "content"});
  Operation op;
  op.function = text(node, "function");
  op.rows_per_packet = static_cast<std::size_t>(number(node, "rows-per-packet", 1, 1, 10000));
  op.min_interval_ms = number(node, "min-interval-ms", 0, 0, 600000);
  if (const Node* serial = node.find("serial")) {
    if (serial->value != "own" && serial->value != "client-ref") complain("bank.profile-serial", *serial, "\"serial\" 应为 own 或 client-ref (found \"" + serial->value + "\")");
    op.serial_is_ref = serial->value == "client-ref";
    if (op.serial_is_ref && op.rows_per_packet != 1) complain("bank.profile-serial", *serial, "以付款编号作请求序号时一包只能一笔 (one row a packet when the serial is the payment's code)");
  }
  op.result = result(node, usual);
  if (!op.result.not_found.empty() && op.rows_per_packet != 1) complain("bank.profile-rows", node, "用结果码表示查无此笔时一包只能一笔 (one row a packet when a result code says not-found)");
  if (const Node* head = node.find("head")) op.head = block(*head);
  op.row = block(child(node, "row"));
  if (const Node* a = node.find("answer")) op.answer = answer(*a);
  if (const Node* c = node.find("code")) op.codes = codes(*c, true);
  if (const Node* c = node.find("unnamed")) {
    op.unnamed = codes(*c, false);
    for (const Node& entry : c->children)
      if (op.unnamed.at(entry.key) == MIF_PAY_DONE || op.unnamed.at(entry.key) == MIF_PAY_REFUSED || op.unnamed.at(entry.key) == MIF_PAY_RETURNED)
        complain("bank.profile-outcome", entry, "没有点名的付款不能有最终结果 (a row that is not named has no final outcome): \"" + entry.value + "\"");
  }
  if (const Node* s = node.find("status")) op.status.push_back(status(*s));
  return op;
}
StatementPlan ProfileReader::lines(const Node& statement) const {
  const Node& b = child(statement, "balances");
  const Node& l = child(statement, "line");
  only(b, {"block", "opening", "closing", "count", "from-lines"});
  only(l, {"block", "day", "amount", "debit-amount", "credit-amount", "direction", "debit", "credit", "balance", "bank-ref", "client-ref", "counter-account", "counter-name", "text"});
  StatementPlan p;
  p.from_lines = yes(b, "from-lines");
  if (!p.from_lines || b.find("block")) p.balances_block = block_path(b, "block");
  if (!p.from_lines) {
    p.opening = tag(b, "opening");
    p.closing = tag(b, "closing");
  }
  p.count = optional_tag(b, "count");
  p.line_block = block_path(l, "block");
  p.day = tag(l, "day");
  if (l.find("amount")) {
    p.amount = tag(l, "amount");
  } else {
    p.debit_amount = tag(l, "debit-amount");
    p.credit_amount = tag(l, "credit-amount");
  }
  p.direction = optional_tag(l, "direction");
  if (!p.direction.empty()) {
    p.debit = text(l, "debit");
    p.credit = text(l, "credit");
  }
  p.balance = tag(l, "balance");
  p.bank_ref = optional_tag(l, "bank-ref");
  p.client_ref = optional_tag(l, "client-ref");
  p.counter_account = optional_tag(l, "counter-account");
  p.counter_name = optional_tag(l, "counter-name");
  p.text = optional_tag(l, "text");
  p.page = page(statement);
  return p;
}
PagePlan ProfileReader::page(const Node& operation) const {
  PagePlan p;
  const Node* page = operation.find("page");
  if (!page) return p;
  only(*page, {"block", "reply", "counted"});
  p.counted = yes(*page, "counted");
  if (!p.counted) {
    p.block = block_path(*page, "block");
    p.reply = tag(*page, "reply");
  }
  return p;
}

ReceiptPlan ProfileReader::receipt(const Node& receipts) const {
  const Node& r = child(receipts, "receipt");
  only(r, {"block", "number", "day", "amount", "direction", "debit", "credit", "bank-ref", "client-ref", "file-name", "media", "content"});
  ReceiptPlan p;
  p.given = true;
  p.block = block_path(r, "block");
  p.number = tag(r, "number");
  p.day = tag(r, "day");
  p.amount = tag(r, "amount");
  p.direction = tag(r, "direction");
  p.debit = text(r, "debit");
  p.credit = text(r, "credit");
  p.bank_ref = optional_tag(r, "bank-ref");
  p.client_ref = optional_tag(r, "client-ref");
  p.file_name = optional_tag(r, "file-name");
  p.media_type = text(r, "media");
  const Node* download = receipts.find("download");
  p.download = download != nullptr;
  if (p.download == (r.find("content") != nullptr)) complain("bank.profile-lacks", r, "文件要么在行里 (content)，要么下载 (download)，只用其一 (either content in the row or a download)");
  if (download) {
    const Node& c = child(*download, "content");
    only(c, {"block", "tag"});
    p.content_block = block_path(c, "block");
    p.content = tag(c, "tag");
  } else {
    p.content_block = p.block;
    p.content = tag(r, "content");
  }
  p.page = page(receipts);
  return p;
}

}  // namespace mif::bank_xmlfront
