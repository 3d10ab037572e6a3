// SPDX-License-Identifier: Apache-2.0
// What every piece of this plugin stands on: the host's services, the settings, who asks and what they may touch.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "budget_map.h"
#include "mif/extensions.hpp"
#include "mif/services.hpp"
#include "module-kit/params.h"
#include "module-kit/result.h"
#include "module-kit/text.h"
#include "rates.h"
#include "settings.h"

namespace mif::funds {

using kit::cut;
using kit::Result;

class Params : public kit::Params {
 public:
  explicit Params(std::string_view json = {});
  std::string need(const std::string& name, std::size_t bytes = 60) const;  // one line of at most so many
  Fen amount(const std::string& name) const;                                // above zero; MIF_E_INVALID fund.amount
};

struct Desk {
  Desk(const Plugin& plugin, Settings settings);
  Settings settings;
  Store store;
  LedgerRead ledger;
  LedgerPropose propose;
  Workflow workflow;
  Config config;
  Clock clock;
  Audit audit;
  Identity identity;

  // book -> unit, of the books the caller sees, one named or all. Named but not theirs to see reads the same as not there.
  std::map<std::string, std::string> books(Call call, Txn& txn, const std::string& named = {}) const;
  // The unit of a book, when the caller may do this there. MIF_E_NOT_FOUND fund.book-unknown, MIF_E_DENIED.
  std::string require(Call call, Txn& txn, const std::string& book, std::string_view permission) const;
  RateTable rates(Call call) const;
  BudgetMap budget_map(Call call) const;
  BookInfo book(Call call, Txn& txn, const std::string& code) const;  // MIF_E_NOT_FOUND fund.book-unknown
  // Takes a voucher of ours back for good, unless it was reviewed: then the kernel refuses.
  void retract(Txn& txn, std::int64_t voucher, const std::string& reason) const;
};

}  // namespace mif::funds
