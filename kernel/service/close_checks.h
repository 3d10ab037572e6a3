// SPDX-License-Identifier: Apache-2.0
// The whole closing checklist of a book's month - ledger, closing room and every plugin's mif.close-check/1 - and the closing
// that asks it first.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernel/service/deployment.h"

namespace mif::service {

// What the plugins say. One that is installed and does not answer is Result::unknown; one of the shipped three that is not
// installed is pointed out. Never inside a transaction.
std::vector<ledger::CheckItem> plugin_checks(Deployment& deployment, const Who& who, const identity::Caller* caller, const std::string& book, Period period);
std::vector<ledger::CheckItem> close_checks(Deployment& deployment, const Who& who, const identity::Caller* caller, const std::string& book, Period period);

struct Closed {
  bool already = false;
  std::vector<ledger::CheckItem> items;  // that did not pass and were no obstacle
};
// MIF_E_CONFLICT with every item that stands against it. `accept`: the reason to close although an item was not evaluated.
Closed close_period(Deployment& deployment, const Who& who, const identity::Caller& caller, const std::string& book, Period period, std::string_view accept = {});

const char* title_of(ledger::CheckItem::Result result);           // 通过 提示 不通过 未评估
std::string_view name_of(ledger::CheckItem::Result result);       // pass warn fail unknown

}  // namespace mif::service
