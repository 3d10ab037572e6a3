// SPDX-License-Identifier: Apache-2.0
// What changes between two lists of accounts, which books it touches, and what would leave figures without a home.
#include <algorithm>
#include <set>

#include "kernel/chart/rows.h"
#include "mif/pattern.hpp"

namespace mif::chart {
namespace {

using Dimensions = std::set<std::string, std::less<>>;

bool same_rules(const Account& a, const Account& b) {
  return a.closes_to == b.closes_to && a.aux_required == b.aux_required && a.aux_allowed == b.aux_allowed && a.detail == b.detail;
}
bool same(const Account& a, const Account& b) {
  return a.name == b.name && a.account_class == b.account_class && a.side == b.side && a.valid_to == b.valid_to && same_rules(a, b);
}

std::string describe(const Account& was, const Account& now) {
  std::string what;
  const auto say = [&](const std::string& text) { what += (what.empty() ? "" : ", ") + text; };
  if (was.name != now.name) say("rename " + was.name + " -> " + now.name);
  if (was.account_class != now.account_class) say("class " + std::string(name_of(was.account_class)) + " -> " + std::string(name_of(now.account_class)));
  if (was.side != now.side) say("side");
  if (was.valid_to != now.valid_to) say(now.valid_to == Day() ? "reopen" : "end " + now.valid_to.iso());
  if (!same_rules(was, now)) say("rules");
  return what;
}

Day day_after(Day day) {
  if (day.day() < Day::days_in(day.year(), day.month())) return Day(day.value() + 1);
  return day.month() < 12 ? Day(day.year(), day.month() + 1, 1) : Day(day.year() + 1, 1, 1);
}

// A refusal that is reported before anything throws it, with its rule where an Error has it.
std::string ruled(const char* rule, const std::string& sentence) { return sentence + " [" + rule + "]"; }

bool covers(std::string_view account, std::string_view code) { return code.substr(0, account.size()) == account; }

class Judge {
 public:
  Judge(const Accounts& after, const AskUses& ask) : after_(after), ask_(ask) {}

  void judge(Judged& one) const {
    const Account& a = one.now ? *one.now : *one.was;
    auto uses = ask_(one.was ? std::string_view(a.code) : above(a.code));
    std::erase_if(uses, [&](const Use& u) { return (!a.unit.empty() && u.unit != a.unit) || (!one.was && u.account != above(a.code)); });
    std::set<std::string> books;
    for (const auto& u : uses) books.insert(u.book);
    one.change.books.assign(books.begin(), books.end());
    one.change.refusal = !one.was ? refuse_added(a, uses) : one.now ? refuse_changed(*one.was, a, uses) : refuse_removed(a, uses);
  }

 private:
  static std::string amount(const Use& u) { return "账套 " + u.book + (u.aux.empty() ? "" : " (" + u.aux + ")") + " 余额 " + u.balance.grouped(); }

  std::string refuse_added(const Account& a, const std::vector<Use>& uses) const {
    if (!a.unit.empty()) {
      const std::string closed = closed_for_agencies(a);
      if (!closed.empty()) return closed;
    }
    const auto other = std::find_if(after_.begin(), after_.end(), [&](const auto& pair) { return pair.second.code == a.code && (pair.second.unit != a.unit || pair.second.valid_from != a.valid_from); });
    if (other != after_.end() && (other->second.unit == a.unit)) return {};  // another span of days of an account that is there
    if (other != after_.end() && (a.unit.empty() || other->second.unit.empty()))
      return ruled("account.code-taken", "科目 " + a.code + " 已由" + (other->second.unit.empty() ? "省" : "单位 " + other->second.unit) + "设置,请换一个编码 (the code is taken): " + other->second.name);
    for (const auto& u : uses) {
      const std::string start = "科目 " + u.account + " 在账套 " + u.book;
      if (u.balance != Fen()) return ruled("account.parent-has-balance", start + " 有余额 " + u.balance.grouped() + ",不能再设下级 " + a.code + "; 先用转账凭证把余额转出,再从次月起设下级 (the account above has a balance; move it first)");
      if (a.valid_from <= u.last) return ruled("account.parent-has-postings", start + " 到 " + u.last.iso() + " 有发生额,下级 " + a.code + " 的启用日要晚于该日 (the account above has postings; start the new account after " + u.last.iso() + ")");
    }
    return {};
  }

  // Detail accounts of agencies: the nearest account above that says so decides; nothing said means no.
  std::string closed_for_agencies(const Account& a) const {
    for (auto code = above(a.code); !code.empty(); code = above(code))
      for (const auto& [key, parent] : after_) {
        if (parent.code != code || (!parent.unit.empty() && parent.unit != a.unit) || parent.detail.empty()) continue;
        if (parent.detail == "open") return {};
        return ruled("account.closed-to-agencies", "科目 " + parent.code + ' ' + parent.name + " 之下由省统一设置,单位 " + a.unit + " 不能增设 " + a.code + " (agencies may not add accounts below it)");
      }
    return ruled("account.closed-to-agencies", "科目 " + std::string(above(a.code)) + " 没有开放给单位,单位 " + a.unit + " 不能增设 " + a.code + "; 省在科目表 detail 列填 open 后可以 (agencies may not add accounts below it)");
  }

  std::string refuse_removed(const Account& a, const std::vector<Use>& uses) const {
    for (const auto& u : uses)
      if (u.account == a.code) return ruled("account.used-removed", "科目 " + a.code + ' ' + a.name + " 在账套 " + u.book + " 已有发生额,不能删除,请填停用日 (a used account cannot be removed; give it a valid_to)");
    return {};
  }

  std::string refuse_changed(const Account& was, const Account& now, const std::vector<Use>& uses) const {
    const std::string name = "科目 " + now.code + ' ' + now.name;
    const bool ends = now.valid_to != Day() && (was.valid_to == Day() || now.valid_to < was.valid_to) && !continued(now);
    for (const auto& u : uses) {
      if (u.account == now.code) {
        if (was.account_class != now.account_class || was.side != now.side)
          return ruled("account.used-class", name + " 在账套 " + u.book + " 已有发生额,不能改类别和方向,请新设科目并转账 (class and side of a used account stay)");
        if (ends && u.balance != Fen()) return ruled("account.balance-ends", name + " 还有余额,不能停用: " + amount(u) + "; 先用转账凭证转出 (an account with a balance cannot end)");
        if (ends && now.valid_to < u.last) return ruled("account.postings-after-end", name + " 在账套 " + u.book + " 到 " + u.last.iso() + " 有发生额,停用日不能早于该日 (it has postings after its end)");
      }
      if (u.balance == Fen()) continue;
      const Dimensions required = dimensions(u.account, true), known = dimensions(u.account, false);
      const AuxItems items = parse_aux(u.aux);
      for (const auto& dimension : now.aux_required)
        if (required.count(dimension) && !items.count(dimension))
          return ruled("account.aux-becomes-required", "科目 " + u.account + " 有不带 " + dimension + " 的余额,不能改为必填: " + amount(u) + "; 先用转账凭证补上辅助核算 (a balance lacks the dimension that becomes required)");
      for (const auto& [dimension, item] : items)
        if (!known.count(dimension))
          return ruled("account.aux-taken-away", "科目 " + u.account + " 有带 " + dimension + " 的余额,不能取消这项辅助核算: " + amount(u) + "; 先用转账凭证转出 (a balance holds the dimension that is taken away)");
    }
    return {};
  }

  bool continued(const Account& a) const { return after_.count({a.unit, a.code, day_after(a.valid_to).value()}) != 0; }

  Dimensions dimensions(std::string_view code, bool required_only) const {
    Dimensions all;
    for (const auto& [key, a] : after_) {
      if (!covers(a.code, code)) continue;
      all.insert(a.aux_required.begin(), a.aux_required.end());
      if (!required_only) all.insert(a.aux_allowed.begin(), a.aux_allowed.end());
    }
    return all;
  }

  const Accounts& after_;
  const AskUses& ask_;
};

}  // namespace

std::vector<Judged> judge(const Accounts& stored, const std::vector<Account>& wanted, const AskUses& uses) {
  std::set<std::string> units;
  for (const auto& a : wanted) units.insert(a.unit);
  Accounts after;
  for (const auto& [key, a] : stored)
    if (!units.count(a.unit)) after.emplace(key, a);
  std::vector<Judged> all;
  for (const auto& a : wanted) {
    after.emplace(key_of(a), a);
    const auto found = stored.find(key_of(a));
    if (found == stored.end()) all.push_back({nullptr, &a, {a.code, "add " + a.name, {}, {}}});
    else if (!same(found->second, a)) all.push_back({&found->second, &a, {a.code, describe(found->second, a), {}, {}}});
  }
  for (const auto& [key, a] : stored)
    if (!after.count(key)) all.push_back({&a, nullptr, {a.code, "remove " + a.name, {}, {}}});
  const Judge by(after, uses);
  for (auto& one : all)
    if (!stored.empty()) by.judge(one);
  return all;
}

}  // namespace mif::chart
