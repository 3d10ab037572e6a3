// SPDX-License-Identifier: Apache-2.0
// One payment from what caused it to what became of it, step by step, with when and who: the same for command, API and page.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "rows.h"

namespace mif::treasury {

struct Step {
  std::string kind;   // document, voucher, payable, batch, warning, approval, packet, answer, resolution, statement, receipt, posting, told, return, retry
  std::string title, who, what, body;  // body: long text, shown folded
  std::int64_t at_ms = 0;              // 0 = not known
  Day day;                             // instead, where only the day is known
  std::vector<std::pair<std::string, std::string>> facts;
  std::string link;                    // a page of the console
  bool bad = false;
};
std::vector<Step> trail_of(Desk& desk, Call call, Txn& txn, const Payment& payment);

std::string moment(std::int64_t unix_ms);  // 2023-06-20 09:31:05, in China
std::string when(const Step& step);        // empty when not known
void write_trail(JsonWriter& json, const std::vector<Step>& steps);  // an array

}  // namespace mif::treasury
