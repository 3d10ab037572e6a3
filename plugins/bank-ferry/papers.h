// SPDX-License-Identifier: Apache-2.0
// What crosses the gap, each a line of the ferry's JSON form: orders, answers, questions about accounts, what was told, and a head per bundle.
#pragma once

#include "ferry/entry.h"
#include "mif/day.hpp"
#include "mif/extensions.hpp"

namespace mif::bank_ferry {

inline constexpr const char *kOrder = "order", *kAnswer = "answer", *kAsk = "ask", *kTold = "told", *kHead = "head";
inline constexpr std::size_t kLongestPaper = 15000;

struct Order {
  std::string code, payer, payee, payee_name, bank_no, purpose;
  std::int64_t day = 0, expires_ms = 0;
  Fen amount;
  std::string digest() const;  // of everything but the expiry
};

// The outer journal's word about a code; a higher revision is newer.
//   received  journalled, not handed on      expired, refused  never handed on, and never will be
//   doubt     handed on or about to be, nothing is known      bank  `outcome` is what the bank said
struct Answer {
  std::string code, state, bank_ref, bank_code, bank_text;
  std::int64_t revision = 0, outcome = 0, held_fen = 0;
  std::string digest;  // of the order it is about; empty where there was none to be read
};

struct Ask {
  std::int64_t id = 0, from = 0, to = 0;
  std::string what, account;  // what: statement, balance
};

struct Told {
  std::int64_t ask = 0, part = 0, parts = 0;
  std::string body;
};

struct PeerHead {
  std::int64_t accepted = 0;
  std::vector<std::int64_t> missing;
};

std::string write(const Order& order);
std::string write(const Answer& answer);
std::string write(const Ask& ask);
std::string write(const Told& told);
std::string write(const PeerHead& head);
// All throw MIF_E_INVALID: the ferry's own codes, or bank-ferry.order for an order that cannot be one.
Order read_order(const ferry::Entry& entry);
Answer read_answer_paper(const ferry::Entry& entry);
Ask read_ask(const ferry::Entry& entry);
Told read_told(const ferry::Entry& entry);
PeerHead read_head(const ferry::Entry& entry);

// At most `most` bytes, never half a character.
std::string cut(std::string_view text, std::size_t most);
std::string moment(std::int64_t unix_ms);  // 2023-06-20 09:31:05, in China

}  // namespace mif::bank_ferry
