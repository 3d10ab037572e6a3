// SPDX-License-Identifier: Apache-2.0
// What a job answers, item by item: {"kind":..,"items":[flat..],"totals":{..},"evidence":{..},"exit":..,"summary":..}.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "mif/json.hpp"
#include "mif/money.hpp"

namespace mif::kit {

class Result {
 public:
  explicit Result(std::string kind) : kind_(std::move(kind)) { items_.begin_array(); }
  JsonWriter& item() { return items_.begin_object(); }  // write fields into it, then end_object()
  JsonWriter& last() { return items_; }                 // the item begun last, to write on
  void finding(bool is_one = true) { exit_ = is_one ? 3 : exit_; }
  bool findings() const { return exit_ != 0; }
  void total(const std::string& name, std::int64_t value) { counts_[name] = value; }
  void total(const std::string& name, Fen value) { sums_[name] = value; }
  void evidence(const std::string& promise, const std::string& text) { evidence_[promise] = text; }
  std::string json(const std::string& summary);  // the end

 private:
  std::string kind_;
  JsonWriter items_;
  std::map<std::string, std::int64_t> counts_;
  std::map<std::string, Fen> sums_;
  std::map<std::string, std::string> evidence_;
  int exit_ = 0;
};

}  // namespace mif::kit
