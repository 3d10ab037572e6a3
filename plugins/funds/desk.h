// SPDX-License-Identifier: Apache-2.0
// What every piece of this plugin stands on: the host's services, the settings, who asks and what they may touch.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "mif/extensions.hpp"
#include "mif/services.hpp"
#include "rates.h"
#include "settings.h"

namespace mif::funds {

// Flat strings, as mif.job/1 hands them over.
class Params {
 public:
  explicit Params(std::string_view json);
  std::string get(const std::string& name, const std::string& otherwise = {}) const;
  // MIF_E_INVALID fund.param-missing, fund.param-long.
  std::string need(const std::string& name, std::size_t most = 60) const;
  std::string most(const std::string& name, std::size_t most, const std::string& otherwise = {}) const;
  std::int64_t number(const std::string& name, std::int64_t otherwise) const;
  bool flag(const std::string& name) const { return !get(name).empty() && get(name) != "0" && get(name) != "no"; }
  std::optional<Day> day(const std::string& name) const;
  Fen amount(const std::string& name) const;  // above zero; MIF_E_INVALID fund.amount
  void set(const std::string& name, const std::string& value) { values_[name] = value; }

 private:
  std::map<std::string, std::string> values_;
};

// A job's result, item by item.
class Result {
 public:
  explicit Result(std::string kind) : kind_(std::move(kind)) { items_.begin_array(); }
  JsonWriter& item() { return items_.begin_object(); }  // write fields into it, then end_object()
  void finding() { exit_ = 3; }
  void total(const std::string& name, std::int64_t value) { counts_[name] = value; }
  void total(const std::string& name, Fen value) { sums_[name] = value; }
  void evidence(const std::string& promise, const std::string& text) { evidence_[promise] = text; }
  std::string json(const std::string& summary);

 private:
  std::string kind_;
  JsonWriter items_;
  std::map<std::string, std::int64_t> counts_;
  std::map<std::string, Fen> sums_;
  std::map<std::string, std::string> evidence_;
  int exit_ = 0;
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
  // Takes a voucher of ours back for good, unless it was reviewed: then the kernel refuses.
  void retract(Txn& txn, std::int64_t voucher, const std::string& reason) const;
};

// Longest prefix of at most `most` bytes that ends between characters.
std::string cut(std::string_view text, std::size_t most);

}  // namespace mif::funds
