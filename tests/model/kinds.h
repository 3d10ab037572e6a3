// SPDX-License-Identifier: Apache-2.0
// The kinds of entry a fund makes (财会〔2017〕28号): one account on one side, one to three on the other.
#pragma once

#include <vector>

namespace mif::model {

struct Kind {
  bool debit;                      // side of `one`
  const char* one;                 // "account aux"
  std::vector<const char*> others;
};

const std::vector<Kind>& employee_kinds();
const std::vector<Kind>& resident_kinds();

}  // namespace mif::model
