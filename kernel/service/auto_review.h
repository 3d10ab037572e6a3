// SPDX-License-Identifier: Apache-2.0
// Review of vouchers by approved rules. A rule's text is INFO; everything it says must hold:
//   source "exchange"         the plugin a voucher came from
//   word "收 转"              one of these words
//   summary "利息"            part of the voucher's summary
//   accounts "1003,4201"      every line's account fits the pattern
//   most 100000.00            the total is not above
//   documents yes             at least one source document
// Vouchers that something is to be said of - a control rule warns, it looks like an earlier one - and
// vouchers no rule fits wait for a person.
#pragma once

#include <string>
#include <vector>

#include "kernel/service/deployment.h"

namespace mif::service {

void check_review_rule(const std::string& name, const std::string& body);  // MIF_E_INVALID naming rule, line and what is wrong

struct AutoReviewed {
  std::int64_t voucher = 0;
  std::string rule, problem;  // problem: why it still waits although a rule fits
};
// Every voucher waiting for review in books of `units`, or in one book; each decision is a transaction of its own.
std::vector<AutoReviewed> auto_review(Deployment& deployment, const Who& who, const identity::Caller& caller, const std::string& book = {});

}  // namespace mif::service
