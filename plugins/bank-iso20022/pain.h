// SPDX-License-Identifier: Apache-2.0
// Payment orders as pain.001 and what the bank says of them as pain.002. No transport: text out, text in.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "mif/day.hpp"
#include "mif/ext/bank_adapter.h"
#include "mif/money.hpp"

namespace mif::bank_iso20022 {

struct Order {
  Day day;
  Fen fen;
  std::string client_ref, payer_account, payee_account, payee_name, payee_bank_no, purpose;
};

struct OrderHead {
  int version = 9;  // pain.001.001.03, .09 or .12
  std::string message_id, initiator, payer_name, payer_bank_no, created;  // created: 2024-03-01T08:00:00
};

// Why an order may not be sent, empty when it may: limits of the standard, in characters, nothing is ever cut.
std::string refusal_of(const Order& order);
// One message, one group of payments for each payer's account and day. Every order must be free of refusal.
std::string write_pain001(const OrderHead& head, const std::vector<Order>& orders);

struct PaymentStatus {
  std::string client_ref, word, reason, bank_ref, amount;
};
// What a pain.002 says of one of our messages.
struct StatusReport {
  struct Group {
    std::string id, word, reason;  // PmtInfSts
    std::vector<PaymentStatus> rows;
  };
  std::string message_id, word, reason;  // GrpSts
  std::vector<Group> groups;
};
// Empty = `bytes` were a whole pain.002; else one sentence why not.
std::string read_pain002(std::string_view bytes, StatusReport& out);

int outcome_of_word(std::string_view word);  // MIF_PAY_*, UNKNOWN for what is not known
struct Outcome {
  int outcome = MIF_PAY_UNKNOWN;
  std::string word, reason, bank_ref, amount;
};
// What the report says of a payment of the message and the group it was sent in. A word for a whole group or message speaks for a
// payment it does not name only when it says the end of all of them.
Outcome outcome_of(const StatusReport& report, std::string_view group_id, std::string_view client_ref);

}  // namespace mif::bank_iso20022
