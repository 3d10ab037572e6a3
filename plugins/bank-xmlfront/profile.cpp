// SPDX-License-Identifier: Apache-2.0
#include "profile.h"

#include <algorithm>
#include <set>
#include <sstream>

namespace mif::bank_xmlfront {

namespace {

const std::map<std::string, int, std::less<>> kOutcomes = {
    {"accepted", MIF_PAY_ACCEPTED},       {"done", MIF_PAY_DONE},           {"refused", MIF_PAY_REFUSED},     {"unknown", MIF_PAY_UNKNOWN},
    {"duplicate", MIF_PAY_DUPLICATE},     {"processing", MIF_PAY_PROCESSING}, {"awaits-bank", MIF_PAY_AWAITS_BANK},
    {"scheduled", MIF_PAY_SCHEDULED},     {"suspended", MIF_PAY_SUSPENDED}, {"not-found", MIF_PAY_NOT_FOUND}, {"returned", MIF_PAY_RETURNED},
    {"unsent", MIF_PAY_UNSENT}};

const std::map<std::string, From, std::less<>> kSources = {
    {"client-ref", From::client_ref},       {"day", From::day},
    {"payer-account", From::payer_account}, {"amount", From::amount},
    {"purpose", From::purpose},             {"payee-account", From::payee_account},
    {"payee-name", From::payee_name},       {"payee-bank-no", From::payee_bank_no},
    {"account", From::account},             {"from-day", From::from_day},
    {"to-day", From::to_day}};

// Reads one profile file; every complaint names file and line.
class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  [[noreturn]] void complain(const char* rule, const Node& at, const std::string& what) const {
    throw Error(MIF_E_INVALID, rule, file_ + ":" + std::to_string(at.line) + ": " + what);
  }
  void only(const Node& node, const std::set<std::string, std::less<>>& known) const {
    for (const auto& child : node.children)
      if (!known.count(child.key)) complain("bank.profile-key", child, "\"" + child.key + "\" 不认识 (unknown below \"" + node.key + "\")");
  }
  const Node& child(const Node& node, std::string_view name) const {
    if (const Node* found = node.find(name)) return *found;
    complain("bank.profile-lacks", node, "\"" + node.key + "\" 缺少 (lacks) \"" + std::string(name) + "\"");
  }
  std::string text(const Node& node, std::string_view name) const {
    const Node& found = child(node, name);
    if (found.value.empty()) complain("bank.profile-empty", found, "\"" + found.key + "\" 不能为空 (must not be empty)");
    return found.value;
  }
  std::string tag(const Node& node, std::string_view name) const {
    const std::string value = text(node, name);
    check_tag(child(node, name), value);
    return value;
  }
  std::string optional_tag(const Node& node, std::string_view name) const { return node.find(name) ? tag(node, name) : std::string(); }
  void check_tag(const Node& at, std::string_view value) const {
    const bool plain = !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
      return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (!plain || (value[0] >= '0' && value[0] <= '9')) complain("bank.profile-tag", at, "\"" + std::string(value) + "\" 不是报文标签 (not an XML tag)");
  }
  std::int64_t number(const Node& node, std::string_view name, std::int64_t otherwise, std::int64_t least, std::int64_t most) const {
    const Node* found = node.find(name);
    if (!found) return otherwise;
    const std::string& v = found->value;
    if (v.empty() || v.size() > 12 || v.find_first_not_of("0123456789") != std::string::npos || std::stoll(v) < least || std::stoll(v) > most)
      complain("bank.profile-number", *found, "\"" + found->key + "\" 应为 " + std::to_string(least) + " 到 " + std::to_string(most) + " 的整数 (found \"" + v + "\")");
    return std::stoll(v);
  }
  bool yes(const Node& node, std::string_view name) const {
    const Node* found = node.find(name);
    if (!found) return false;
    if (found->value != "yes" && found->value != "no") complain("bank.profile-yes-no", *found, "\"" + found->key + "\" 应为 yes 或 no (found \"" + found->value + "\")");
    return found->value == "yes";
  }
  int outcome(const Node& at) const {
    const auto found = kOutcomes.find(at.value);
    if (found == kOutcomes.end()) complain("bank.profile-outcome", at, "\"" + at.value + "\" 不是支付结果 (not an outcome: accepted done refused unknown duplicate processing ...)");
    return found->second;
  }
  Field field(const Node& node) const {
    only(node, {"tag", "value", "from", "max-bytes", "required"});
    Field f;
    f.tag = tag(node, "tag");
    if (const Node* from = node.find("from")) {
      const auto source = kSources.find(from->value);
      if (source == kSources.end()) complain("bank.profile-source", *from, "\"" + from->value + "\" 不是可填的内容 (not a source of a field)");
      f.from = source->second;
    } else {
      f.value = text(node, "value");
    }
    f.max_bytes = static_cast<std::size_t>(number(node, "max-bytes", 0, 1, 100000));
    f.required = yes(node, "required");
    return f;
  }
  BlockPlan block(const Node& node) const {
    only(node, {"block", "field"});
    BlockPlan plan;
    plan.block = tag(node, "block");
    for (const Node* f : node.all("field")) plan.fields.push_back(field(*f));
    if (plan.fields.empty()) complain("bank.profile-no-fields", node, "\"" + node.key + "\" 没有字段 (has no field)");
    return plan;
  }
  AnswerPlan answer(const Node& node) const {
    only(node, {"block", "ref", "bank-ref", "code", "text", "amount"});
    return {tag(node, "block"), tag(node, "ref"), optional_tag(node, "bank-ref"), optional_tag(node, "code"), optional_tag(node, "text"), optional_tag(node, "amount")};
  }
  Operation operation(const Node& node) const {
    only(node, {"function", "rows-per-packet", "min-interval-ms", "head", "row", "answer", "code", "balances", "line"});
    Operation op;
    op.function = tag(node, "function");
    op.rows_per_packet = static_cast<std::size_t>(number(node, "rows-per-packet", 1, 1, 10000));
    op.min_interval_ms = number(node, "min-interval-ms", 0, 0, 600000);
    if (const Node* head = node.find("head")) op.head = block(*head);
    op.row = block(child(node, "row"));
    if (const Node* a = node.find("answer")) op.answer = answer(*a);
    return op;
  }
  // The check that every claimed word is mapped, and no word is mapped that was not claimed.
  StatusMap status(const Node& node) const {
    only(node, {"tag", "claims", "map"});
    StatusMap map;
    map.tag = tag(node, "tag");
    std::set<std::string, std::less<>> claimed;
    std::istringstream words(text(node, "claims"));
    for (std::string word; words >> word;)
      if (!claimed.insert(word).second) complain("bank.profile-claimed-twice", child(node, "claims"), "\"" + word + "\" 列了两次 (claimed twice)");
    for (const Node& entry : child(node, "map").children) {
      if (!claimed.count(entry.key)) complain("bank.profile-not-claimed", entry, map.tag + "=" + entry.key + " 有对照但未声明 (mapped but not in claims)");
      StatusMap::Target target;
      if (entry.children.empty()) target.outcome = outcome(entry);
      else target.deeper.push_back(status(entry));
      if (!map.targets.emplace(entry.key, std::move(target)).second) complain("bank.profile-mapped-twice", entry, map.tag + "=" + entry.key + " 对照了两次 (mapped twice)");
    }
    for (const auto& word : claimed)
      if (!map.targets.count(word)) complain("bank.profile-not-mapped", child(node, "map"), map.tag + "=" + word + " 已声明但没有对照 (claimed but not mapped)");
    return map;
  }
  StatementPlan lines(const Node& statement) const {
    const Node& b = child(statement, "balances");
    const Node& l = child(statement, "line");
    only(b, {"block", "opening", "closing", "count"});
    only(l, {"block", "day", "amount", "direction", "debit", "credit", "balance", "bank-ref", "client-ref", "counter-account", "counter-name", "text"});
    StatementPlan p;
    p.balances_block = tag(b, "block");
    p.opening = tag(b, "opening");
    p.closing = tag(b, "closing");
    p.count = optional_tag(b, "count");
    p.line_block = tag(l, "block");
    p.day = tag(l, "day");
    p.amount = tag(l, "amount");
    p.direction = tag(l, "direction");
    p.debit = text(l, "debit");
    p.credit = text(l, "credit");
    p.balance = tag(l, "balance");
    p.bank_ref = optional_tag(l, "bank-ref");
    p.client_ref = optional_tag(l, "client-ref");
    p.counter_account = optional_tag(l, "counter-account");
    p.counter_name = optional_tag(l, "counter-name");
    p.text = optional_tag(l, "text");
    return p;
  }

 private:
  const std::string& file_;
};

}  // namespace

std::string_view find_tag(const Tags& tags, std::string_view tag) {
  for (const auto& [name, text] : tags)
    if (name == tag) return text;
  return {};
}

int Profile::status_of(const Tags& row) const {
  const StatusMap* map = &status;
  while (true) {
    const auto found = map->targets.find(find_tag(row, map->tag));
    if (found == map->targets.end()) return MIF_PAY_UNKNOWN;
    if (found->second.deeper.empty()) return found->second.outcome;
    map = &found->second.deeper.front();
  }
}

Profile read_profile(const Node& root, const std::string& file) {
  const Reader r(file);
  const Node& p = r.child(root, "profile");
  r.only(p, {"name", "title", "charset", "framing", "envelope", "idempotent-resend", "statement-echoes-ref", "submit", "query", "status", "statement", "balance"});
  Profile profile;
  profile.name = r.text(p, "name");
  profile.title = p.get("title");
  profile.charset = r.text(p, "charset");
  if (profile.charset != "GBK" && profile.charset != "GB18030" && profile.charset != "UTF-8")
    r.complain("bank.profile-charset", r.child(p, "charset"), "字符集应为 GBK、GB18030 或 UTF-8 (found \"" + profile.charset + "\")");
  const Node& framing = r.child(p, "framing");
  r.only(framing, {"kind", "digits", "max-reply-bytes"});
  if (r.text(framing, "kind") != "length-prefix") r.complain("bank.profile-framing", r.child(framing, "kind"), "只支持 length-prefix (found \"" + r.text(framing, "kind") + "\")");
  profile.length_digits = static_cast<int>(r.number(framing, "digits", 8, 4, 10));
  profile.max_reply_bytes = static_cast<std::size_t>(r.number(framing, "max-reply-bytes", 8 << 20, 1024, 512 << 20));
  const Node& e = r.child(p, "envelope");
  r.only(e, {"root", "head", "function", "login", "constant", "result", "ok", "text"});
  profile.root = r.tag(e, "root");
  profile.head = r.tag(e, "head");
  profile.function_tag = r.tag(e, "function");
  profile.login_tag = r.optional_tag(e, "login");
  profile.result_tag = r.tag(e, "result");
  profile.result_ok = r.text(e, "ok");
  profile.result_text_tag = r.optional_tag(e, "text");
  if (const Node* constants = e.find("constant"))
    for (const Node& c : constants->children) {
      r.check_tag(c, c.key);
      Field f;
      f.tag = c.key;
      f.value = c.value;
      profile.head_constants.push_back(std::move(f));
    }
  profile.idempotent_resend = r.yes(p, "idempotent-resend");
  profile.statement_echoes_ref = r.yes(p, "statement-echoes-ref");
  profile.submit = r.operation(r.child(p, "submit"));
  profile.query = r.operation(r.child(p, "query"));
  profile.statement = r.operation(r.child(p, "statement"));
  profile.balance = r.operation(r.child(p, "balance"));
  r.child(r.child(p, "submit"), "answer");
  r.child(r.child(p, "query"), "answer");
  r.child(r.child(p, "balance"), "answer");
  if (profile.balance.answer.amount.empty()) r.complain("bank.profile-lacks", r.child(p, "balance"), "\"answer\" 缺少 (lacks) \"amount\"");
  if (const Node* codes = r.child(p, "submit").find("code"))
    for (const Node& c : codes->children) profile.submit_codes[c.key] = c.value == "status" ? 0 : r.outcome(c);
  profile.status = r.status(r.child(p, "status"));
  profile.lines = r.lines(r.child(p, "statement"));
  return profile;
}

std::string outcome_name(int outcome) {
  for (const auto& [name, value] : kOutcomes)
    if (value == outcome) return name;
  return "unknown";
}

}  // namespace mif::bank_xmlfront
