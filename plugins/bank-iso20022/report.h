// SPDX-License-Identifier: Apache-2.0
// Reports asked for by camt.060 and what comes back as camt.052, camt.053 or camt.054. No transport: text out, text in.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "mif/day.hpp"
#include "mif/money.hpp"
#include "pain.h"

namespace mif::bank_iso20022 {

struct Wanted {
  std::string kind;  // camt.052, camt.053, camt.054
  std::string account;
  Day from, to;
};
// camt.060.001.03, .05 or .07 as `head.version` is 3, 9 or 12; the message wanted is of the same generation.
std::string write_camt060(const OrderHead& head, const Wanted& wanted);

// Whose answer a camt message is: what its head and its first statement say.
struct ReportHead {
  std::string kind, asked_by, account;  // asked_by: OrgnlBizQry/MsgId
  Day from, to;                         // FrToDt
};
ReportHead report_head(std::string_view bytes);
// Whether it answers that request; a bank that does not say which request it answers must give its account and days.
bool answers(const ReportHead& report, const Wanted& wanted, std::string_view asked_by);
bool is_whole(std::string_view bytes);  // as XML

struct ReportLine {
  Day day;
  Fen fen, balance;  // balance: counted from the opening one, camt tells none
  std::string bank_ref, client_ref, counter_account, counter_name, text;
};
struct Report {
  Fen opening, closing;
  std::vector<ReportLine> lines;
};
// The account's statements of one message, one after the other. MIF_E_UNAVAILABLE when they cannot be believed; whether they
// add up is for whoever asked.
Report read_report(const std::string& bytes, const Wanted& wanted);
// The booked balance it ends with.
Fen read_balance(const std::string& bytes, const Wanted& wanted);

}  // namespace mif::bank_iso20022
