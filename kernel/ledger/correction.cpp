// SPDX-License-Identifier: Apache-2.0
// Correction of posted vouchers. Same year: the same entry in red, then the right one in blue; only amounts wrong: the differences. Earlier year: in blue, and what was income or expense then
// becomes other expense (5401) or other income (4501) now, because that year's income and expense are carried away.
// Source: 会计基础工作规范 art. 51(5); 财会〔2017〕28号, accounts 4501 and 5401.
#include <algorithm>
#include <chrono>
#include <tuple>

#include "kernel/ledger/amend.h"
#include "kernel/ledger/internal.h"
#include "kernel/ledger/states.h"
#include "mif/pattern.hpp"

namespace mif::ledger {
namespace {

using chart::Account;
using chart::Class;

// The leaf below `prefix` that is carried to the same fund as `like`; the first leaf when the chart knows one fund only.
const Account* counterpart(const chart::Chart& chart, std::string_view prefix, const Account& like) {
  const Account* first = nullptr;
  for (const auto& a : chart.accounts()) {
    if (!a.leaf || a.code.compare(0, prefix.size(), prefix) != 0) continue;
    if (a.closes_to == like.closes_to) return &a;
    if (!first) first = &a;
  }
  return first;
}

Day days_later(Day day, int days) {
  using namespace std::chrono;
  const year_month_day date = sys_days(year(day.year()) / day.month() / day.day()) + std::chrono::days(days);
  return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())), static_cast<int>(static_cast<unsigned>(date.day()))};
}

Draft with_summary(Draft d, const std::string& summary) {
  d.summary = summary;
  for (auto& line : d.lines) line.summary = summary;
  return d;
}

// Line by line the same account, items and side: then only amounts were wrong.
bool only_amounts_differ(const std::vector<Line>& wrong, const std::vector<Line>& right) {
  return wrong.size() == right.size() && std::equal(wrong.begin(), wrong.end(), right.begin(), [](const Line& a, const Line& b) { return a.side == b.side && a.account == b.account && a.aux == b.aux; });
}

std::string allowed_part(const Account& account, std::string_view aux) {
  AuxItems kept;
  for (const auto& [dimension, item] : parse_aux(aux))
    for (const auto* list : {&account.aux_required, &account.aux_allowed})
      if (std::find(list->begin(), list->end(), dimension) != list->end()) kept.emplace(dimension, item);
  return format_aux(kept);
}

// The line as it is booked in a later year. Taken back, income of then is other expense now and expense other income; set right,
// the other way round.
Line of_earlier_year(const chart::Chart& then, const chart::Chart& now, Line line, bool taken_back) {
  const Account* account = then.find(line.account);
  if (!account || (account->account_class != Class::income && account->account_class != Class::expense)) return line;
  const std::string_view prefix = (account->account_class == Class::income) == taken_back ? "5401" : "4501";
  const Account* target = counterpart(now, prefix, *account);
  if (!target) throw Error(MIF_E_INVALID, "correction.no-account", "科目表没有 " + std::string(prefix) + " 的明细,不能更正以前年度的 " + line.account + " (no account for corrections of earlier years)");
  line.account = target->code;
  line.aux = allowed_part(*target, line.aux);
  return line;
}

}  // namespace

Draft Ledger::correction_of(store::Txn& txn, std::int64_t id, Day day) const {
  const Located found = stored(txn, id, Lock::none);
  Stored v = found.voucher;
  const Book& book = found.context.book;
  if (v.state != State::posted) throw Error(MIF_E_CONFLICT, "correction.not-posted", "凭证 " + name_of(v) + " 还没有记账,撤回即可 (not posted; withdraw it)");
  if (v.closing) throw Error(MIF_E_INVALID, "correction.closing-voucher", "结转凭证由期末结转重新计算,不单独冲销 (closing vouchers are not corrected): " + name_of(v));
  if (!day.valid() || day < v.day) throw Error(MIF_E_INVALID, "correction.before-original", "更正日期 " + day.iso() + " 早于原凭证日期 " + v.day.iso() + " (a correction cannot come before what it corrects)");
  read_lines(txn, v);
  const bool same_year = day.year() == v.period.year;
  Draft d;
  d.day = day;
  d.book = v.book;
  d.word = v.word;
  d.source_plugin = "ledger";
  d.source_key = correction_key(txn, *this, "correction", v);
  d.summary = same_year ? "注销" + words_for(v) : "订正" + std::to_string(v.period.year) + "年" + words_for(v);
  d.reverses = v.id;
  if (same_year) {
    d.month = v.period.month == 13 ? 13 : 0;
    for (const auto& line : v.lines) d.lines.push_back({line.side, -line.fen, line.account, line.aux, d.summary});
    return d;
  }
  const auto then = charts_.load(txn, book.chart, book.unit, v.day), now = charts_.load(txn, book.chart, book.unit, day);
  for (const auto& line : v.lines) {
    Line blue{-line.side, line.fen, line.account, line.aux, d.summary};
    if (line.fen < Fen()) blue = {line.side, -line.fen, line.account, line.aux, d.summary};  // blue shows no negative amount
    d.lines.push_back(of_earlier_year(*then, *now, std::move(blue), true));
  }
  return d;
}

std::vector<Draft> Ledger::corrections_of(store::Txn& txn, std::int64_t id, Day day, const std::vector<Line>& right) const {
  const Located found = stored(txn, id, Lock::none);
  Stored wrong = found.voucher;
  read_lines(txn, wrong);
  const bool same_year = day.year() == wrong.period.year;
  if (same_year && wrong.state == State::posted && only_amounts_differ(wrong.lines, right)) {
    std::map<int, Fen> amounts;
    for (std::size_t i = 0; i < right.size(); ++i)
      if (right[i].fen != wrong.lines[i].fen) amounts[static_cast<int>(i) + 1] = right[i].fen;
    if (amounts.empty()) throw Error(MIF_E_INVALID, "correction.nothing-differs", "更正后的内容与凭证 " + name_of(wrong) + " 相同, 无需更正 (nothing differs)");
    return {adjustment_of(txn, *this, id, day, amounts)};
  }
  Draft taken_back = correction_of(txn, id, day);
  if (same_year) {
    Draft set_right = taken_back;
    set_right.source_key += "/right";
    set_right.lines = right;
    return {std::move(taken_back), with_summary(std::move(set_right), "订正" + words_for(wrong))};
  }
  const Book& book = found.context.book;
  const auto then = charts_.load(txn, book.chart, book.unit, wrong.day), now = charts_.load(txn, book.chart, book.unit, day);
  for (Line line : right) {
    if (line.fen < Fen()) throw Error(MIF_E_INVALID, "correction.blue-only", "更正以前年度只用蓝字 (corrections of earlier years are in blue): 科目 " + line.account);
    line.summary = taken_back.summary;
    taken_back.lines.push_back(of_earlier_year(*then, *now, std::move(line), false));
  }
  return {std::move(taken_back)};
}

std::vector<Voucher> Ledger::lookalikes(store::Txn& txn, const Voucher& voucher, int days) const {
  const auto entries = [](const std::vector<Line>& lines) {
    std::vector<std::tuple<std::string, std::string, int, std::int64_t>> all;
    for (const auto& l : lines) all.emplace_back(l.account, l.aux, l.side, l.fen.value());
    std::sort(all.begin(), all.end());
    return all;
  };
  VoucherQuery query;
  query.book = voucher.book;
  query.total_from = query.total_to = voucher.total;
  query.day_from = days_later(voucher.day, -days);
  query.day_to = days_later(voucher.day, days);
  std::vector<Voucher> found;
  const auto wanted = entries(voucher.lines);
  for (Voucher& v : vouchers(txn, query)) {
    if (v.id == voucher.id || v.state == State::void_ || v.closing || v.id == voucher.reverses || v.reverses != 0) continue;
    Voucher whole = this->voucher(txn, v.id);
    if (entries(whole.lines) == wanted) found.push_back(std::move(whole));
  }
  return found;
}

std::vector<chart::Warning> Ledger::warnings(store::Txn& txn, const Voucher& voucher) const {
  std::vector<chart::Warning> found;
  if (voucher.state >= State::posted) return found;
  const Context context = context_of(txn, voucher.book, voucher.period);
  try {
    found = charts_.load(txn, context.book.chart, context.book.unit, voucher.day)->check_voucher(shape_of(voucher, context.book.scheme));
  } catch (const Error& error) {  // the rules changed after it was made
    found.push_back({"voucher.refused-today", error.what()});
  }
  for (const auto& v : lookalikes(txn, voucher))
    found.push_back({"voucher.lookalike", "与编号 " + std::to_string(v.id) + " (" + v.day.iso() + ' ' + v.word + (v.number ? "-" + std::to_string(v.number) : "") + ", " + v.summary +
                                              ") 的分录和金额相同, 请核对是否重复 (looks like an earlier voucher)"});
  return found;
}

}  // namespace mif::ledger
