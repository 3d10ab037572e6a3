// SPDX-License-Identifier: Apache-2.0
// Soft locks (软关账): an open period that ordinary vouchers no longer enter, while the closing is worked on. The lock is a
// column of the period's row, so that whoever proposes or posts has read it already, after the book's lock.
#include "kernel/ledger/internal.h"
#include "mif/json.hpp"

namespace mif::ledger {
namespace {

constexpr int kAll = static_cast<int>(Area::entry) | static_cast<int>(Area::payment) | static_cast<int>(Area::closing) | static_cast<int>(Area::opening);

const char* title_of(Area area) {
  switch (area) {
    case Area::entry: return "凭证录入 (entry)";
    case Area::payment: return "付款凭证 (payment)";
    case Area::closing: return "结转凭证 (closing)";
    case Area::opening: return "期初余额 (opening)";
  }
  return "?";
}

}  // namespace

// By what made it, not by what it says of itself: a person cannot pass an entry lock by naming the closing flow.
Area area_of(const Draft& draft) {
  if (draft.source_plugin == "ledger" || draft.source_plugin == "closing") return Area::closing;
  return draft.flow == "voucher-payment" ? Area::payment : Area::entry;
}

void Ledger::require_unlocked(store::Txn& txn, const Book& book, Period period, int locks, Area area, std::string_view maker) const {
  if ((locks & static_cast<int>(area)) == 0) return;
  if (window_ && window_(txn, book, period, area, maker)) return;
  throw Error(MIF_E_CONFLICT, "lock.locked", "账套 " + book.code + " 的 " + period.iso() + " 期已锁定" + title_of(area) + ",制单人 " + std::string(maker) +
                                  " 没有生效的例外 (the period is locked for this area); 请申请例外,或按下一期日期填制");
}

int Ledger::locks(store::Txn& txn, std::string_view book, Period period) const { return context_of(txn, book, period).locks; }

void Ledger::set_locks(store::Txn& txn, const Who& who, std::string_view code, Period period, int areas, std::string_view reason) {
  if (areas < 0 || (areas & ~kAll) != 0) throw Error(MIF_E_INVALID, "lock.areas", "锁定范围不对 (unknown lock areas): " + std::to_string(areas));
  if (reason.empty()) throw Error(MIF_E_INVALID, "lock.reason-missing", "锁定或解锁要写理由 (a reason is needed)");
  const Context context = context_of(txn, code, period, Lock::exclusive);
  const Book& book = context.book;
  require_writable(book);
  if (context.period_state != kOpen)
    throw Error(MIF_E_CONFLICT, context.period_state == kClosed ? "period.closed" : "period.not-open",
                "账套 " + book.code + " 的 " + period.iso() + (context.period_state == kClosed ? " 期已结账,不能再改锁定 (the period is closed)" : " 期还没有打开,请先结上一年度 (the period is not open yet)"));
  if (context.locks == areas) return;
  txn.execute("update ledger_period set locks = ? where book = ? and year = ? and month = ?", {areas, book.id, period.year, period.month});
  JsonWriter json;
  json.begin_object().field("book", book.code).field("period", period.iso()).field("locks", areas).field("before", context.locks).field("reason", reason).field("at_ms", clock_.now_unix_ms()).end_object();
  log_.append(txn, who, {book.unit, areas == 0 ? "period.unlock" : "period.lock", "periods:" + book.code, periods_digest(txn, log_.alg(), book.id), json.take()});
}

}  // namespace mif::ledger
