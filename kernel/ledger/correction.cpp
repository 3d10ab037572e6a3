// SPDX-License-Identifier: Apache-2.0
// Correction of posted vouchers. Same year: the same entry in red. Earlier year: in blue, and what was income or expense then
// becomes other expense (5401) or other income (4501) now, because that year's income and expense are carried away.
// Source: 会计基础工作规范 art. 51(5); 财会〔2017〕28号, accounts 4501 and 5401.
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

std::string allowed_part(const Account& account, std::string_view aux) {
  AuxItems kept;
  for (const auto& [dimension, item] : parse_aux(aux))
    for (const auto* list : {&account.aux_required, &account.aux_allowed})
      if (std::find(list->begin(), list->end(), dimension) != list->end()) kept.emplace(dimension, item);
  return format_aux(kept);
}

}  // namespace

Draft Ledger::correction_of(store::Txn& txn, std::int64_t id, Day day) const {
  const Located found = stored(txn, id, Lock::none);
  Stored v = found.voucher;
  const Book& book = found.context.book;
  if (v.state != State::posted) throw Error(MIF_E_CONFLICT, "凭证 " + name_of(v) + " 还没有记账,撤回即可 (not posted; withdraw it)");
  if (v.closing) throw Error(MIF_E_INVALID, "结转凭证由期末结转重新计算,不单独冲销 (closing vouchers are not corrected): " + name_of(v));
  if (!day.valid() || day < v.day) throw Error(MIF_E_INVALID, "更正日期 " + day.iso() + " 早于原凭证日期 " + v.day.iso() + " (a correction cannot come before what it corrects)");
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
    const Account* account = then->find(line.account);
    if (account && (account->account_class == Class::income || account->account_class == Class::expense)) {
      const std::string_view prefix = account->account_class == Class::income ? "5401" : "4501";
      const Account* target = counterpart(*now, prefix, *account);
      if (!target) throw Error(MIF_E_INVALID, "科目表没有 " + std::string(prefix) + " 的明细,不能更正以前年度的 " + line.account + " (no account for corrections of earlier years)");
      blue.account = target->code;
      blue.aux = allowed_part(*target, line.aux);
    }
    d.lines.push_back(std::move(blue));
  }
  return d;
}

}  // namespace mif::ledger
