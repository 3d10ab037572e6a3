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
#include "kernel/chart/base_data.h"
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
  std::string detail;                 // "open" = agencies may add accounts below, "closed" = they may not; empty = as above it
};

struct AuxItem {
  std::string code, name;
  std::string parent, kind;   // kind: what sort of item, for people ("支出户")
  std::string accounts;       // account pattern where this item may stand; empty = everywhere the dimension may
  Day valid_from, valid_to;   // valid_to inclusive; 0 = open
  bool operator==(const AuxItem&) const = default;
};
// Items that are not listed: not taken, unless none is listed at all; any is taken; only what an import brings is taken.
enum class Listing { closed, open, imported };
std::string_view name_of(Listing listing);
struct AuxType {
  std::string code, name;      // "insutype", "险种"
  std::vector<AuxItem> items;  // by code
  std::string format;          // of an item's code: "digits 6", "text 1-40"; empty = any
  Listing listing = Listing::closed;
  const AuxItem* find(std::string_view item) const;  // nullptr when not listed
};

// One chart as valid on some day. Immutable. [any-thread]
class Chart {
 public:
  const Account* find(std::string_view code) const;     // nullptr when unknown
  const std::vector<Account>& accounts() const { return accounts_; }  // by code
  const std::vector<AuxType>& aux_types() const { return *aux_types_; }
  const BaseData& base() const { return *base_; }       // words, controls, summaries ... whatever their dates
  // Sorted canonical text of an account's auxiliary items, or MIF_E_INVALID naming account, dimension and item. A day asks
  // that the items are valid then; closing and correction take items as they stand in the balances, without one.
  std::string check_aux(const Account& account, std::string_view aux, Day day = {}) const;
  // The voucher words and control rules. What a rule only warns of is returned; MIF_E_INVALID names line, account and rule.
  std::vector<Warning> check_voucher(const VoucherShape& voucher) const;

 private:
  friend class Charts;
  std::vector<Account> accounts_;
  std::shared_ptr<const std::vector<AuxType>> aux_types_;
  std::shared_ptr<const BaseData> base_;
  std::unordered_map<std::string, std::size_t> by_code_;
};

// Reads a chart file (CSV or xlsx: code,name,class,side,closes_to,aux_required,aux_allowed,valid_from,valid_to[,unit[,detail]]) and an
// auxiliary file (INFO: aux { insutype { name "险种" item 310 { name "职工基本医疗保险" } ... } }). Column `unit` names the agency
// that adds the account. Dimensions in a cell are separated by blanks. MIF_E_INVALID "FILE:LINE: ...".
std::vector<Account> read_chart(const std::string& path);
std::vector<AuxType> read_aux_info(const std::string& path);
void check_code(std::string_view code);  // MIF_E_INVALID for what is not 4-2-2-2 digits
// Items of one dimension from a CSV or xlsx file: code,name,parent,kind,accounts,valid_from,valid_to (the last five may be missing).
std::vector<AuxItem> read_items(const std::string& path);

struct ChartChange {
  std::string code, what;          // "add 1001 库存现金", "rename ..., "end ...": one line of a plan, for people
  std::vector<std::string> books;  // that keep figures under the code, or under the account above it
  std::string refusal;             // why apply() would refuse; empty = it would not
};

// What books hold under one account and one set of auxiliary items.
struct Use {
  std::string book, unit, account, aux;
  Fen balance;     // debit-positive, all posted periods
  Day last;        // of the last voucher, waiting ones included; 0 = opening balance only
};

// Loads, keeps and changes charts. Owns the cache of loaded charts. [any-thread]
class Charts {
 public:
  Charts(store::Database& database, audit::Log& log);
  // What applying the accounts would change, which books it touches, what would be refused and why.
  std::vector<ChartChange> plan(store::Txn& txn, std::string_view chart, const std::vector<Account>& accounts) const;
  // Makes the chart equal to the given accounts: new ones are added, missing ones removed, names updated. Accounts of an agency
  // none of whose accounts is given stay as they are. MIF_E_CONFLICT for the first change that plan() gives a refusal.
  void apply(store::Txn& txn, const Who& who, std::string_view chart, const std::vector<Account>& accounts, const std::vector<AuxType>& aux);
  // Everything a deployment's chart folder says of one chart: CHART.csv, aux.info and the base data. Idempotent.
  void apply_folder(store::Txn& txn, const Who& who, std::string_view chart, const std::string& folder);
  // One account of an agency, new or changed: class, side and closing come from the account above. MIF_E_INVALID, MIF_E_CONFLICT.
  void put_account(store::Txn& txn, const Who& who, std::string_view chart, Account account);
  // Items of a dimension that takes imports: new ones are added, known ones changed, none removed.
  void put_items(store::Txn& txn, const Who& who, std::string_view chart, std::string_view type, const std::vector<AuxItem>& items);
  // Makes the entries of one kind and unit (empty = the province's) equal to the given ones; returns how many differed.
  std::size_t apply_base(store::Txn& txn, const Who& who, std::string_view chart, std::string_view kind, std::string_view unit, const std::vector<BaseEntry>& entries);
  std::vector<BaseEntry> base_entries(store::Txn& txn, std::string_view chart) const;
  // The chart as of a day for a unit (province's accounts + the unit's own). Cached until changed. MIF_E_NOT_FOUND.
  std::shared_ptr<const Chart> load(store::Txn& txn, std::string_view chart, std::string_view unit, Day day) const;
  // The same for a caller who has just read chart.version itself: one statement less.
  std::shared_ptr<const Chart> load(store::Txn& txn, std::string_view chart, std::string_view unit, Day day, std::int64_t version) const;
  // Who keeps figures under account codes says here what books hold below a code ("" = all). Registered before the first
  // apply. [control-thread]
  using Uses = std::function<std::vector<Use>(store::Txn&, std::string_view chart, std::string_view below)>;
  void set_uses(Uses uses) { uses_ = std::move(uses); }

 private:
  struct Series;  // one chart of one unit: its versions over time
  std::shared_ptr<const Series> read_series(store::Txn& txn, std::string_view chart, std::string_view unit) const;
  void apply_accounts(store::Txn& txn, std::string_view chart, const std::vector<Account>& accounts, std::vector<audit::Event>& events);
  void apply_aux(store::Txn& txn, std::string_view chart, const std::vector<AuxType>& aux, std::vector<audit::Event>& events);
  void write_items(store::Txn& txn, std::string_view chart, const AuxType& was, const AuxType& type, std::vector<audit::Event>& events);
  void finish(store::Txn& txn, const Who& who, std::string_view chart, std::vector<audit::Event>& events);
  std::vector<Use> uses(store::Txn& txn, std::string_view chart, std::string_view below) const;

  audit::Log& log_;
  Uses uses_;
  mutable std::shared_mutex mutex_;
  mutable std::unordered_map<std::string, std::shared_ptr<const Series>> cache_;
};

std::span<const store::Migration> migrations();
std::vector<audit::DigestSource> digest_sources(HashAlg alg);

}  // namespace mif::chart
