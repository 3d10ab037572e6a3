// SPDX-License-Identifier: Apache-2.0
// The JSON form of the exchange documents and of their answers: one object per line. docs/exchange/json.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mif/money.hpp"

namespace mif::ferry {

inline constexpr std::size_t kLongestFeed = 20, kLongestDocNo = 400, kLongestDocType = 200, kLongestPayload = 65536, kLongestLine = 1048576;
inline constexpr std::size_t kLongestState = 20, kLongestReason = 2000, kLongestVoucher = 200, kMostMissing = 1000;
// Beyond it an amount is not money but an accident; it counts as zero in control sums and the document is judged by its rules.
inline constexpr std::int64_t kLargestControlFen = 100000000000000;  // 1,000,000,000,000.00 yuan

// One document or withdrawal. `payload` is the text of the JSON object, or whatever the business side wrote instead of one.
struct Entry {
  std::string feed, doc_no, doc_type, payload;
  std::int64_t seq = 0, version = 1, doc_day = 0;
  bool withdrawn = false;
};

// Outcome of one arrival, as a row of ex_status.
struct Answer {
  std::string feed, doc_no, state, reason, voucher;
  std::int64_t seq = 0, version = 1, told_ms = 0;
};

// What the receiver has: the first line of every set of answers.
struct Head {
  std::string flow;
  std::int64_t accepted = 0;  // highest number up to which nothing is missing
  std::int64_t documents = 0;  // of all accepted bundles
  Fen amount;
  std::vector<std::int64_t> missing;  // numbers asked for again, at most kMostMissing
};

// Throws MIF_E_INVALID ferry.json or ferry.field; `number` is the line for messages. [any-thread]
Entry read_entry(std::string_view line, std::size_t number);
// One line without its line end. Texts that are not UTF-8 are made readable and marked so that the ledger side holds the document.
std::string write_entry(const Entry& entry);
std::vector<Entry> read_entries(std::string_view lines);

Answer read_answer(std::string_view line, std::size_t number);
std::string write_answer(const Answer& answer);
std::string write_answers(const Head& head, const std::vector<Answer>& answers);
struct Answers {
  Head head;
  std::vector<Answer> rows;
};
Answers read_answers(std::string_view lines);

// "main", "city-2": what may name a feed or flow.
bool plain_name(std::string_view name, std::size_t most);

// The payload's amount for control sums: 0 for withdrawals and where there is none that can be read. fen, |x| <= kLargestControlFen
Fen control_amount(const Entry& entry);

}  // namespace mif::ferry
