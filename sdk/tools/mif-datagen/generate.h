// SPDX-License-Identifier: Apache-2.0
// From figures to documents. Pure: the same figures and seed give the same documents.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "figures.h"

namespace mif::datagen {

struct Document {
  std::int64_t seq = 0;
  std::string feed, doc_no, type, unit, scheme, book, batch, payload, incoming, outgoing, expect, counter_name;
  int version = 1, priority = 1;  // priority: order inside a day, money in before money out
  Day day;
  Period period;
  Fen amount;
};

struct Withdrawal {
  std::int64_t seq = 0;
  std::string feed, doc_no, reason;
  int version = 1;
  Day day;
};

struct Exchange {
  std::vector<Document> documents;      // by seq
  std::vector<Withdrawal> withdrawals;  // by seq; the two share the numbering
};

// All files together: documents are numbered by day over all books, so that they arrive as a real feed would.
Exchange generate(const std::vector<Figures>& files, std::uint64_t seed);

// The fund-use documents that keep the expenditure account above zero on every day; throws MIF_E_INVALID when they cannot,
// or when the special account would run out.
void plan_money(const Figures& figures, std::vector<Document>& documents);

bool is_weekday(Day day);

// The payload of a document: fields in the order given, money as text.
std::string payload(const Figures& figures, const std::string& batch, Period period, Fen amount,
                    const std::vector<std::pair<std::string, std::string>>& fields);

void write_database(const std::string& file, const std::vector<Figures>& figures, const Exchange& exchange);
std::string bank_script(const std::vector<Figures>& figures, const Exchange& exchange);

}  // namespace mif::datagen
