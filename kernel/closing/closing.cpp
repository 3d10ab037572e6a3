// SPDX-License-Identifier: Apache-2.0
#include "kernel/closing/closing.h"

#include <algorithm>

namespace mif::closing {

Closing::Closing(ledger::Ledger& ledger, const chart::Charts& charts, audit::Log& log, const Clock& clock, std::vector<Template> templates)
    : ledger_(ledger), charts_(charts), log_(log), clock_(clock), templates_(std::move(templates)) {
  ledger.set_window([this](store::Txn& txn, const ledger::Book& book, Period period, ledger::Area area, std::string_view maker) {
    return txn.integer("select count(*) from closing_exception where book = ? and year = ? and month = ? and area = ? and state = ? and until_ms > ? and (person = '' or person = ?)",
                       {book.code, period.year, period.month, static_cast<int>(area), static_cast<int>(ExceptionState::granted), clock_.now_unix_ms(), maker})
               .value_or(0) > 0;
  });
}

std::vector<const Template*> Closing::templates_of(const ledger::Book& book, Period period) const {
  static const Template carry = [] {
    Template t;
    t.name = "carry";
    t.title = "收入支出结转";
    return t;
  }();
  std::vector<const Template*> found;
  bool carries = false;
  for (const auto& t : templates_) {
    if (t.scheme != book.scheme) continue;
    carries = carries || t.kind == Kind::carry;
    if (period < t.from || (t.to.year != 0 && t.to < period) || (t.when == When::december && period.month < 12)) continue;
    found.push_back(&t);
  }
  if (!carries) found.push_back(&carry);  // the ledger wants income and expense carried whether a file says so or not
  return found;
}

std::vector<Planned> Closing::run(store::Txn& txn, const Who& who, std::string_view book, Period period, std::string_view name, const Propose& propose) const {
  std::vector<Planned> planned = trial(txn, book, period, name);
  for (auto& p : planned) {
    if (p.outcome == Planned::Outcome::differs)
      throw Error(MIF_E_CONFLICT, "closing.earlier-differs", "模板 " + p.name + " 以前生成的凭证 " + std::to_string(p.voucher) + " 还没有记账,而现在的金额不同 (an earlier voucher waits with other content): " + p.note +
                                      "; 请先撤回或退回它再生成");
    if (p.outcome != Planned::Outcome::fresh) continue;
    p.draft.maker = who.actor;
    p.voucher = propose(txn, who, p.draft).id;
  }
  return planned;
}

}  // namespace mif::closing
