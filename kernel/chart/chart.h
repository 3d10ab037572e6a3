// SPDX-License-Identifier: Apache-2.0
// Charts of accounts as dated data. A chart belongs to a scheme ("310" employee, "390" residents); a province defines it, an
// agency may add accounts below. Codes are 4-2-2-2 digits; the level follows from the length.
// Source: 财会〔2017〕28号 for level 1 and the detail names; the detail codes are the deployment's.
#pragma once

#include <functional>
#include <memory>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kernel/audit/log.h"
#include "kernel/audit/verify.h"
#include "kernel/store/database.h"
#include "mif/pattern.hpp"

namespace mif::chart {

enum class Class { asset, liability, net, income, expense };
std::string_view name_of(Class c);
Class class_of(std::string_view name);

// In a file and in the database an empty class, side or closes_to is taken from the account above, and so are the auxiliary
// rules, added to the account's own; a loaded Chart holds the effective values.
struct Account {
  std::string code, name, full_name;  // full_name: "社会保险待遇支出/统筹基金/住院费用支出"
  Class account_class = Class::asset;
  int side = 1;                       // MIF_DEBIT / MIF_CREDIT: the normal balance
  int level = 1;
  bool leaf = true;
  Day valid_from, valid_to;           // valid_to inclusive; 0 = open
  std::string unit;                   // empty = the province's; otherwise the agency that added it
  std::vector<std::string> aux_required, aux_allowed;  // dimensions
  std::string closes_to;              // where 期末结转 carries it; empty = not closed
};

struct AuxType {
  std::string code, name;                       // "insutype", "险种"
  std::vector<std::pair<std::string, std::string>> items;  // code, name; empty list = open (any item)
};

// One chart as valid on some day. Immutable. [any-thread]
class Chart {
 public:
  const Account* find(std::string_view code) const;     // nullptr when unknown
  const std::vector<Account>& accounts() const { return accounts_; }  // by code
  const std::vector<AuxType>& aux_types() const { return aux_types_; }
  // Sorted canonical text of an account's auxiliary items, or MIF_E_INVALID naming account, dimension and item.
  std::string check_aux(const Account& account, std::string_view aux) const;

 private:
  friend class Charts;
  std::vector<Account> accounts_;
  std::vector<AuxType> aux_types_;
  std::unordered_map<std::string, std::size_t> by_code_;
};

// Reads a chart file (CSV: code,name,class,side,closes_to,aux_required,aux_allowed,valid_from,valid_to) and an auxiliary
// file (INFO: aux { insutype { name "险种" item 310 { name "职工基本医疗保险" } ... } }). An optional column `unit` names the agency
// that adds the account. Dimensions in a cell are separated by blanks. MIF_E_INVALID "FILE:LINE: ...".
std::vector<Account> read_chart_csv(const std::string& path);
std::vector<AuxType> read_aux_info(const std::string& path);

struct ChartChange {
  std::string code, what;  // "add 1001 库存现金", "rename ..., "end ...": one line of a plan, for people
};

// Loads, keeps and changes charts. Owns the cache of loaded charts. [any-thread]
class Charts {
 public:
  Charts(store::Database& database, audit::Log& log);
  // What applying the file would change.
  std::vector<ChartChange> plan(store::Txn& txn, std::string_view chart, const std::vector<Account>& accounts) const;
  // Makes the chart equal to the given accounts: new ones are added, missing ones refused while used, names updated.
  void apply(store::Txn& txn, const Who& who, std::string_view chart, const std::vector<Account>& accounts, const std::vector<AuxType>& aux);
  // The chart as of a day for a unit (province's accounts + the unit's own). Cached until changed. MIF_E_NOT_FOUND.
  std::shared_ptr<const Chart> load(store::Txn& txn, std::string_view chart, std::string_view unit, Day day) const;
  // The same for a caller who has just read chart.version itself: one statement less.
  std::shared_ptr<const Chart> load(store::Txn& txn, std::string_view chart, std::string_view unit, Day day, std::int64_t version) const;
  // Who keeps figures under account codes says here whether a code is in use; a used account is never removed and never
  // changes class, side or place. Registered before the first apply. [control-thread]
  using InUse = std::function<bool(store::Txn&, std::string_view chart, std::string_view code)>;
  void set_in_use(InUse in_use) { in_use_ = std::move(in_use); }

 private:
  struct Series;  // one chart of one unit: its versions over time
  std::shared_ptr<const Series> read_series(store::Txn& txn, std::string_view chart, std::string_view unit) const;

  audit::Log& log_;
  InUse in_use_;
  mutable std::shared_mutex mutex_;
  mutable std::unordered_map<std::string, std::shared_ptr<const Series>> cache_;
};

std::span<const store::Migration> migrations();
std::vector<audit::DigestSource> digest_sources(HashAlg alg);

}  // namespace mif::chart
