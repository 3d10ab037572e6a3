// SPDX-License-Identifier: Apache-2.0
#include "desk.h"

#include <algorithm>
#include <set>

namespace mif::treasury {

namespace {

[[noreturn]] void complain(const char* rule, const Node& at, const std::string& what) { throw Error(MIF_E_INVALID, rule, "mif.info:" + std::to_string(at.line) + ": treasury: " + what); }

std::int64_t number_in(const Node& own, const char* name, std::int64_t otherwise, std::int64_t most) {
  const Node* n = own.find(name);
  if (!n) return otherwise;
  if (n->value.empty() || n->value.size() > 9 || n->value.find_first_not_of("0123456789") != std::string::npos || std::stoll(n->value) < 1 || std::stoll(n->value) > most)
    complain("payment.setting-number", *n, std::string(name) + " 应为 1 到 " + std::to_string(most) + " 的整数 (found \"" + n->value + "\")");
  return std::stoll(n->value);
}

ReturnRule read_returns(const Node& node) {
  ReturnRule rule{node.get("as"), node.get("account"), node.get("aux"), node.get("word"), node.get("flow", "voucher-receipt")};
  for (const Node& n : node.children)
    if (n.key != "as" && n.key != "account" && n.key != "aux" && n.key != "word" && n.key != "flow") complain("payment.setting-returns", n, "returns 里不认识 (unknown in returns) \"" + n.key + "\"");
  if (rule.form != "red" && rule.form != "receipt") complain("payment.setting-returns", node, "returns 要写 as red 或 as receipt (found \"" + rule.form + "\")");
  if ((rule.form == "receipt") == rule.account.empty()) complain("payment.setting-returns", node, "as receipt 要写 account 贷记哪个科目，as red 不写 (receipt needs its account, red has none)");
  return rule;
}

// Which kind an account is that does not say: by the first level of the books' cash accounts.
std::string kind_of_ledger(const std::string& account) {
  for (const auto& [prefix, kind] : std::initializer_list<std::pair<const char*, const char*>>{{"1002", "income"}, {"1003", "fiscal"}, {"1005", "treasury"}})
    if (account.rfind(prefix, 0) == 0) return kind;
  return "expenditure";
}

// Money moves up one way: to an account that is configured, and never back to where it came from.
void check_sweeps(const Settings& settings, const Node& own) {
  for (const auto& a : settings.accounts) {
    std::set<std::string> seen = {a.number};
    std::vector<const BankAccount*> open = {&a};
    while (!open.empty()) {
      const BankAccount* at = open.back();
      open.pop_back();
      for (const auto& sweep : at->sweeps) {
        const BankAccount* to = settings.find(sweep.to);
        if (!to) complain("payment.setting-sweep", own, "账号 " + at->number + " 的 sweep 指向没有配置的账号 (not a configured account) " + sweep.to);
        if (to == &a) complain("payment.setting-sweep", own, "账号 " + a.number + " 的 sweep 绕回自己 (the sweep comes back to its own account)");
        if (seen.insert(to->number).second) open.push_back(to);
      }
    }
  }
}

void refuse_param(kit::Wrong wrong, const std::string& name, const std::string& what) {
  switch (wrong) {
    case kit::Wrong::json:
    case kit::Wrong::object: throw Error(MIF_E_INVALID, "payment.params", "参数应为一个 JSON 对象 (params must be one JSON object): " + what);
    case kit::Wrong::number: throw Error(MIF_E_INVALID, "payment.number", name + " 应为整数 (not a whole number): \"" + what + "\"");
    case kit::Wrong::nested: return;
    default: throw Error(MIF_E_INTERNAL, "a job of the treasury asks for no parameter like this: " + name);
  }
}

}  // namespace

const DatedLimits* BankAccount::limits_on(Day on) const {
  const DatedLimits* in_force = nullptr;
  for (const auto& l : limits)
    if (l.from <= on) in_force = &l;
  return in_force;
}

std::int64_t BankAccount::approvers_for(Fen batch) const {
  for (const auto& t : tiers)
    if (t.above || batch <= t.to) return t.approvers;
  return 1;
}

const Sweep* BankAccount::sweep_on(Day on) const {
  const Sweep* in_force = nullptr;
  for (const auto& s : sweeps)
    if (!s.from.valid() || s.from <= on) in_force = &s;
  return in_force;
}

const BankAccount* Settings::find(std::string_view number) const {
  for (const auto& a : accounts)
    if (a.number == number) return &a;
  return nullptr;
}

Settings read_settings(const Node& own, const std::function<Node(const std::string&)>& file) {
  Settings s;
  for (const Node& n : own.children)
    if (n.key != "flow" && n.key != "value-day" && n.key != "packet-rows" && n.key != "batch-rows" && n.key != "call-timeout-ms" && n.key != "reconcile-flow" && n.key != "match-days" && n.key != "duplicate-days" && n.key != "line-days" && n.key != "blacklist" &&
        n.key != "returns" && n.key != "account")
      complain("payment.setting-unknown", n, "不认识 (unknown) \"" + n.key + "\"");
  s.flow = own.get("flow", "voucher-payment");
  s.reconcile_flow = own.get("reconcile-flow", "bank-reconciliation");
  s.match_days = number_in(own, "match-days", 3, 31);
  s.line_days = number_in(own, "line-days", 2, 31);
  if (const Node* day = own.find("value-day")) {
    if (day->value != "document" && day->value != "today") complain("payment.setting-value-day", *day, "value-day 应为 document 或 today (found \"" + day->value + "\")");
    s.value_day_today = day->value == "today";
  }
  s.packet_rows = static_cast<std::size_t>(number_in(own, "packet-rows", 30, 1000));
  s.batch_rows = static_cast<std::size_t>(number_in(own, "batch-rows", 500, 100000));
  s.duplicate_days = own.find("duplicate-days") ? number_in(own, "duplicate-days", 1, 366) : 0;
  s.blacklist = own.get("blacklist");
  if (const Node* n = own.find("returns")) s.returns = read_returns(*n);
  s.call_timeout_ms = number_in(own, "call-timeout-ms", 120000, 3600000);
  for (const Node* n : own.all("account")) {
    for (const Node& k : n->children)
      if (k.key != "book" && k.key != "ledger-account" && k.key != "adapter" && k.key != "link" && k.key != "kind" && k.key != "limits" && k.key != "approval" &&
          k.key != "name" && k.key != "bank" && k.key != "opened" && k.key != "closed" && k.key != "calendar" && k.key != "sweep")
        complain("payment.setting-unknown", k, "account 里不认识 (unknown in account) \"" + k.key + "\"");
    if (n->value.empty()) complain("payment.setting-account-number", *n, "account 后面要有账号 (an account needs its number)");
    if (s.find(n->value)) complain("payment.setting-account-twice", *n, "账号 " + n->value + " 配了两次 (configured twice)");
    BankAccount account{n->value, n->require("book", "mif.info"), n->get("ledger-account", "1004"), n->get("adapter"), n->get("link"), n->get("kind")};
    if (account.adapter.empty() != account.link.empty()) complain("payment.setting-adapter-link", *n, "账号 " + n->value + " 的 adapter 和 link 要么都有要么都没有 (adapter and link go together)");
    if (account.form.empty()) account.form = kind_of_ledger(account.ledger_account);
    if (account.form != "income" && account.form != "fiscal" && account.form != "expenditure" && account.form != "treasury" && account.form != "paying-agent")
      complain("payment.setting-kind", *n, "kind 应为 income、fiscal、expenditure、treasury 或 paying-agent (found \"" + account.form + "\")");
    account.name = n->get("name");
    account.bank = n->get("bank");
    if (const Node* day = n->find("opened")) account.opened = day_of_setting("payment.setting-account-days", *day);
    if (const Node* day = n->find("closed")) account.closed = day_of_setting("payment.setting-account-days", *day);
    if (account.opened.valid() && account.closed.valid() && account.closed <= account.opened) complain("payment.setting-account-days", *n, "账号 " + n->value + " 的销户日 closed 不晚于开户日 opened (closed is not after opened)");
    for (const Node* c : n->all("calendar")) account.calendar.read(*c, file);
    account.sweeps = read_sweeps(n->all("sweep"));
    for (const Node* l : n->all("limits")) account.limits.push_back(read_limits(*l));
    std::stable_sort(account.limits.begin(), account.limits.end(), [](const DatedLimits& a, const DatedLimits& b) { return a.from < b.from; });
    if (const Node* tiers = n->find("approval")) account.tiers = read_tiers(*tiers);
    s.accounts.push_back(std::move(account));
  }
  check_sweeps(s, own);
  return s;
}

Params::Params(std::string_view json) : kit::Params(&refuse_param) { read_json(json); }

Desk::Desk(const Plugin& plugin, Settings s)
    : settings(std::move(s)), store(plugin), ledger(plugin), propose(plugin), workflow(plugin), registry(plugin), clock(plugin), log(plugin), audit(plugin),
      objects(plugin), jobs(plugin), identity(plugin), config(plugin), print(plugin) {}

std::vector<Scoped> Desk::scope(Call call, std::string_view permission, const Params& params) const {
  const std::string book = params.get("book"), number = params.get("account");
  std::map<std::string, std::string> units;  // of the books the caller sees
  for (const auto& b : ledger.books(call)) units[b.code] = b.unit;
  std::vector<Scoped> mine;
  std::string refusal;
  for (const auto& account : settings.accounts) {
    if ((!book.empty() && account.book != book) || (!number.empty() && account.number != number)) continue;
    const auto unit = units.find(account.book);
    if (unit == units.end()) continue;
    try {
      identity.require(call, permission, unit->second);
      mine.push_back({&account, unit->second});
    } catch (const Error& e) {
      if (e.code() != MIF_E_DENIED) throw;
      refusal = e.what();
    }
  }
  if (!mine.empty()) return mine;
  if (!refusal.empty()) throw Error(MIF_E_DENIED, refusal);
  // Named but not theirs to see reads the same as not there.
  if (!book.empty() || !number.empty())
    throw Error(MIF_E_NOT_FOUND, "payment.account-not-found", "没有这个账套或账号的银行账户 (no such account) " + (number.empty() ? book : number) + "，账户在 mif.info 的 treasury 下配置");
  return mine;
}

const mif_bank_adapter* Desk::adapter(Call call, const BankAccount& account) const {
  if (account.adapter.empty()) throw Error(MIF_E_UNAVAILABLE, "payment.no-adapter", "账户 " + account.number + " 没有配置银行接口，对账单用 statement import-file 导入 (no bank adapter: import its statements from files)");
  for (const auto& [plugin, extension] : registry.providers<mif_bank_adapter>(call, MIF_BANK_ADAPTER_ID))
    if (plugin == account.adapter) return extension;
  throw Error(MIF_E_UNAVAILABLE, "payment.adapter-inactive", "银行适配插件 " + account.adapter + " 没有启动 (the bank adapter is not active)");
}

}  // namespace mif::treasury
