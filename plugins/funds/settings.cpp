// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include <set>

#include "budget_math.h"

namespace mif::funds {

namespace {

constexpr const char* kFile = "mif.info";

[[noreturn]] void complain(const Node& at, const std::string& what) { throw Error(MIF_E_INVALID, "fund.setting", std::string(kFile) + ":" + std::to_string(at.line) + ": funds: " + what); }

void only(const Node& node, const std::set<std::string>& known) {
  for (const Node& n : node.children)
    if (!known.count(n.key)) complain(n, "不认识 (unknown) \"" + n.key + "\"");
}

Entry read_entry(const Node& n, const char* flow) {
  return {{n.require("debit", kFile), n.get("debit-aux")}, {n.require("credit", kFile), n.get("credit-aux")}, n.require("word", kFile), n.get("flow", flow)};
}

Kind read_kind(const Node& n) {
  only(n, {"book", "title", "debit", "debit-aux", "credit", "credit-aux", "word", "flow", "to", "item", "receive"});
  Kind k;
  k.name = n.value;
  k.book = n.get("book");
  k.title = n.get("title", n.value);
  k.pay = read_entry(n, "voucher-payment");
  const std::string to = n.require("to", kFile);
  if (to != "own" && to != "payee") complain(n, "to 应为 own (自有账户) 或 payee (外部收款人) (found \"" + to + "\")");
  k.to_own = to == "own";
  for (const Node* i : n.all("item")) {
    only(*i, {"debit", "debit-aux"});
    if (!k.debit_of_item.emplace(i->value, Side{i->require("debit", kFile), i->get("debit-aux")}).second) complain(*i, "预算项目写了两次 (an item twice) " + i->value);
  }
  if (const Node* r = n.find("receive")) {
    only(*r, {"debit", "debit-aux", "credit", "credit-aux", "word", "flow"});
    if (!k.to_own) complain(*r, "只有 to own 的种类才有 receive (only a kind to own accounts has receive)");
    k.between_books = true;
    k.receive = read_entry(*r, "voucher-receipt");
  }
  return k;
}

DepositRule read_deposit(const Node& n) {
  only(n, {"book", "flow", "open-word", "close-word", "principal", "principal-aux", "cash", "cash-aux", "interest", "interest-aux"});
  return {n.get("book"), n.get("flow", "voucher-receipt"), n.get("open-word", "转"), n.get("close-word", "收"), {n.require("principal", kFile), n.get("principal-aux")},
          {n.require("cash", kFile), n.get("cash-aux")}, {n.require("interest", kFile), n.get("interest-aux")}};
}

bool choice(const Node& n, const char* key, const char* no, const char* yes) {
  const std::string said = n.get(key, no);
  if (said != no && said != yes) complain(n, std::string(key) + " 应为 (is) " + no + " 或 (or) " + yes + " (found \"" + said + "\")");
  return said == yes;
}

BudgetRule read_budget(const Node& n) {
  only(n, {"file", "over", "below-taken", "ahead", "over-at"});
  BudgetRule rule;
  for (const Node* f : n.all("file")) rule.files.push_back(f->value);
  rule.over_flag = choice(n, "over", "refuse", "flag");
  rule.below_taken = choice(n, "below-taken", "refuse", "allow");
  rule.ahead_bp = parse_percent(n.get("ahead", "5%"));
  rule.over_at_bp = parse_percent(n.get("over-at", "100%"));
  if (rule.ahead_bp < 0 || rule.over_at_bp <= 0) complain(n, "ahead 不为负，over-at 大于零 (thresholds are not negative)");
  return rule;
}

}  // namespace

Settings read_settings(const Node& own) {
  only(own, {"flow", "budget-flow", "rates", "budget", "account", "kind", "deposit"});
  Settings s;
  s.flow = own.get("flow", "fund-application");
  s.budget_flow = own.get("budget-flow", "fund-budget");
  s.rates = own.get("rates");
  if (const Node* n = own.find("budget")) s.budget = read_budget(*n);
  for (const Node* n : own.all("account")) {
    only(*n, {"book", "name", "bank-no"});
    if (n->value.empty() || s.find(n->value)) complain(*n, "account 后面要有账号且不重复 (an account needs a number of its own)");
    s.accounts.push_back({n->value, n->require("book", kFile), n->require("name", kFile), n->get("bank-no")});
  }
  for (const Node* n : own.all("kind")) {
    Kind k = read_kind(*n);
    for (const auto& other : s.kinds)
      if (other.name == k.name && other.book == k.book) complain(*n, "种类写了两次 (a kind twice) " + k.name);
    if (k.name.empty() || k.name.size() > 60) complain(*n, "kind 后面要有名称 (a kind needs a name)");
    s.kinds.push_back(std::move(k));
  }
  for (const Node* n : own.all("deposit")) {
    DepositRule d = read_deposit(*n);
    for (const auto& other : s.deposits)
      if (other.book == d.book) complain(*n, "同一账套的 deposit 写了两次 (deposit twice for one book)");
    s.deposits.push_back(std::move(d));
  }
  return s;
}

const OwnAccount* Settings::find(std::string_view number) const {
  for (const auto& a : accounts)
    if (a.number == number) return &a;
  return nullptr;
}

const Kind& Settings::kind(std::string_view name, std::string_view book) const {
  const Kind* any = nullptr;
  for (const auto& k : kinds) {
    if (k.name != name) continue;
    if (k.book == book) return k;
    if (k.book.empty()) any = &k;
  }
  if (any) return *any;
  throw Error(MIF_E_NOT_FOUND, "fund.kind-unknown", "账套 " + std::string(book) + " 没有申请种类 \"" + std::string(name) + "\"，种类在 mif.info 的 funds 下配置 (no such kind of application)");
}

const DepositRule& Settings::deposit(std::string_view book) const {
  const DepositRule* any = nullptr;
  for (const auto& d : deposits) {
    if (d.book == book) return d;
    if (d.book.empty()) any = &d;
  }
  if (any) return *any;
  throw Error(MIF_E_NOT_FOUND, "deposit.not-configured", "账套 " + std::string(book) + " 没有配置存款的分录，写在 mif.info 的 funds 下 deposit 节 (deposits are not configured for this book)");
}

std::string filled_aux(std::string aux, const std::map<std::string, std::string>& names) {
  for (const auto& [name, value] : names) {
    const std::string mark = "{" + name + "}";
    for (std::size_t at = aux.find(mark); at != std::string::npos; at = aux.find(mark, at + value.size())) aux.replace(at, mark.size(), value);
  }
  return aux;
}

}  // namespace mif::funds
