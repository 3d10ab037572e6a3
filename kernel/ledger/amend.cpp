// SPDX-License-Identifier: Apache-2.0
#include "kernel/ledger/amend.h"

#include "kernel/ledger/internal.h"

namespace mif::ledger {
namespace {

struct Attempt {
  std::string key;
  std::int64_t voucher = 0;  // 0 = nobody made it yet
  State state = State::void_;
};

// The first attempt that still stands: withdrawn ones, and posted ones that were taken back themselves, are passed over.
Attempt attempt_of(store::Txn& txn, const Ledger& ledger, std::string_view kind, const Voucher& v) {
  const std::string base = std::string(kind) + '/' + v.book + '/' + v.period.iso() + '/' + v.word + '-' + std::to_string(v.number) + (v.parts ? '-' + std::to_string(v.part) : "");
  VoucherQuery query;
  query.source_plugin = "ledger";
  for (int n = 1;; ++n) {
    query.source_key = n == 1 ? base : base + '/' + std::to_string(n);
    const auto made = ledger.vouchers(txn, query);
    if (made.empty()) return {query.source_key};
    const Voucher& one = made.front();
    if (one.state == State::void_ || (one.state == State::posted && attempt_of(txn, ledger, "correction", one).state == State::posted)) continue;
    return {query.source_key, one.id, one.state};
  }
}

}  // namespace

std::string words_for(const Voucher& v) {
  const std::string part = v.parts ? ' ' + std::to_string(v.part) + '/' + std::to_string(v.parts) : "";
  return std::to_string(v.day.month()) + "月" + std::to_string(v.day.day()) + "日" + v.word + "字第" + std::to_string(v.number) + part + "号凭证";
}

std::string correction_key(store::Txn& txn, const Ledger& ledger, std::string_view kind, const Voucher& v) {
  const std::string_view other = kind == "adjustment" ? "correction" : "adjustment";
  if (const Attempt rival = attempt_of(txn, ledger, other, v); rival.voucher != 0)
    throw Error(MIF_E_CONFLICT, "correction.rival", "凭证 " + name_of(v) + " 已由凭证 " + std::to_string(rival.voucher) + " 更正,请先撤回或冲销那一张 (take back or withdraw voucher " + std::to_string(rival.voucher) + " first)");
  return attempt_of(txn, ledger, kind, v).key;
}

Draft adjustment_of(store::Txn& txn, const Ledger& ledger, std::int64_t id, Day day, const std::map<int, Fen>& right) {
  const Voucher v = ledger.voucher(txn, id);
  if (v.state != State::posted) throw Error(MIF_E_CONFLICT, "correction.not-posted", "凭证 " + name_of(v) + " 还没有记账,撤回重填即可 (not posted; withdraw it)");
  if (v.closing) throw Error(MIF_E_INVALID, "correction.closing-voucher", "结转凭证由期末结转重新计算,不单独调整 (closing vouchers are not corrected): " + name_of(v));
  if (!day.valid() || day < v.day) throw Error(MIF_E_INVALID, "correction.before-original", "调整日期 " + day.iso() + " 早于原凭证日期 " + v.day.iso() + " (a correction cannot come before what it corrects)");
  if (day.year() != v.period.year)
    throw Error(MIF_E_INVALID, "correction.earlier-year", "凭证 " + name_of(v) + " 属于 " + std::to_string(v.period.year) + " 年,以前年度的错误用蓝字更正凭证,不作差额调整 (an earlier year is corrected in blue, not adjusted)");
  Draft d;
  d.day = day;
  d.book = v.book;
  d.word = v.word;
  d.month = v.period.month == 13 ? 13 : 0;
  d.reverses = v.id;
  d.source_plugin = "ledger";
  d.summary = "订正" + words_for(v);
  for (const auto& [number, fen] : right) {
    if (number < 1 || number > static_cast<int>(v.lines.size()))
      throw Error(MIF_E_INVALID, "voucher.no-such-line", "凭证 " + name_of(v) + " 没有第 " + std::to_string(number) + " 行,共 " + std::to_string(v.lines.size()) + " 行 (no such line)");
    const Line& line = v.lines[static_cast<std::size_t>(number) - 1];
    const Fen difference = fen - line.fen;
    if (difference == Fen())
      throw Error(MIF_E_INVALID, "correction.amount-same", "凭证 " + name_of(v) + " 第 " + std::to_string(number) + " 行原来就是 " + fen.grouped() + ",不用调整 (the line has this amount already)");
    d.lines.push_back({line.side, difference, line.account, line.aux, d.summary});
  }
  if (d.lines.empty()) throw Error(MIF_E_INVALID, "correction.nothing-given", "没有写明哪一行的正确金额 (say which line should have had which amount)");
  d.source_key = correction_key(txn, ledger, "adjustment", v);
  return d;
}

Draft copy_of(const Voucher& v, Day day) {
  if (v.closing) throw Error(MIF_E_INVALID, "voucher.copy-closing", "结转凭证由期末结转计算,不复制 (closing vouchers are not copied): " + name_of(v));
  if (v.reverses != 0) throw Error(MIF_E_INVALID, "voucher.copy-correction", "更正凭证只为它所更正的凭证而做,不复制 (corrections are not copied): " + name_of(v));
  Draft d;
  d.day = day;
  d.book = v.book;
  d.word = v.word;
  d.flow = v.flow;
  d.summary = v.summary;
  d.lines = v.lines;
  return d;
}

}  // namespace mif::ledger
