// SPDX-License-Identifier: Apache-2.0
// `mifctl ferry-orders status`: orders of either side, what waits and what a person has to do.
#pragma once

#include "outer.h"

namespace mif::bank_ferry {

class Listing {
 public:
  Listing() { items_.begin_array(); }
  void inner(Txn& txn, Line& line, const std::string& code, std::int64_t now_ms);
  void outer(Txn& txn, Line& line, const std::string& code);
  std::string json();

 private:
  void row(const Line& line, const std::string& code, const std::string& state, Fen amount, std::int64_t expires_ms, const std::string& bank_ref, const std::string& text, bool todo);
  void flow(Line& line);
  JsonWriter items_;
  std::int64_t orders_ = 0, todo_ = 0;
};

}  // namespace mif::bank_ferry
