// SPDX-License-Identifier: Apache-2.0
// The bank's end of two folders: orders/ is emptied, answers/ is filled, and what changes later is told again.
#pragma once
#include <memory>
#include <string>

#include "dialect.h"

namespace mif::banksim {

class DropCounter {
 public:
  DropCounter(Dialect& dialect, Faults& faults, const std::string& folder);  // made when they are not there
  ~DropCounter();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mif::banksim
