// SPDX-License-Identifier: Apache-2.0
// The views over the tables as they stand in the caller's transaction.
#include "kernel/books/internal.h"

namespace mif::books {
namespace {

class Live : public Reading {
 public:
  Live(store::Txn& txn, const ledger::Ledger& ledger, const chart::Charts& charts, const Filter& filter) : txn_(txn), ledger_(ledger), scope_(txn, ledger, charts, filter) {}
  const Scope& scope() const override { return scope_; }
  void balances(const Filter& filter, std::string_view below, const EachBalance& each) const override { each_balance(txn_, ledger_, scope_, filter, below, each); }
  std::vector<Line> lines(const Filter& filter, int month, const MonthWish& wish) const override { return month_lines(txn_, scope_, filter, month, wish); }
  // Every stored balance of a month was posted; what came later or by 结转 is in it as well, so there the lines are asked.
  bool moved(const Filter& filter, std::string_view below, int month_from, int month_to) const override {
    return (filter.as_of_ms == 0 && !filter.without_closing) || any_line(txn_, scope_, filter, below, month_from, month_to);
  }

 private:
  store::Txn& txn_;
  const ledger::Ledger& ledger_;
  const Scope scope_;
};

}  // namespace

TrialTable Books::trial(store::Txn& txn, const Filter& filter, int level) const { return trial_of(Live(txn, ledger_, charts_, filter), filter, level); }
GeneralLedger Books::general(store::Txn& txn, const Filter& filter, int level) const { return general_of(Live(txn, ledger_, charts_, filter), filter, level); }
DetailLedger Books::detail(store::Txn& txn, const Filter& filter, const DetailWish& wish) const { return detail_of(Live(txn, ledger_, charts_, filter), filter, wish); }

DetailLedger Books::columnar(store::Txn& txn, const Filter& filter, const ColumnarDefinition& definition, const DetailWish& wish) const {
  return columnar_of(Live(txn, ledger_, charts_, filter), filter, definition, wish);
}

AuxTable Books::auxiliary(store::Txn& txn, const Filter& filter, const std::vector<std::string>& dimensions, bool by_account) const {
  return auxiliary_of(Live(txn, ledger_, charts_, filter), filter, dimensions, by_account);
}

VoucherSummary Books::voucher_summary(store::Txn& txn, const Filter& filter, const std::string& word, int level) const {
  return summary_of(Live(txn, ledger_, charts_, filter), filter, word, level);
}

}  // namespace mif::books
