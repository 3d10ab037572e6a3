// SPDX-License-Identifier: Apache-2.0
// Takes documents in: each arrival ends in exactly one state, together with its voucher, payable, outbox row and log record
// in one transaction.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "quality.h"
#include "settings.h"
#include "tables.h"

namespace mif::exchange {

struct Tally {
  std::int64_t received = 0, drafted = 0, held = 0, rejected = 0, cancelled = 0, redelivered = 0;
  Fen amount, drafted_fen, held_fen, rejected_fen;
  void count(const std::string& state, Fen fen);
};

// [worker, serialized] One per job run.
class Intake {
 public:
  Intake(const Host& host, const Settings& settings) : host_(host), settings_(settings), quality_(host, settings) {}

  // All of them in one transaction with the cursor; when the host refused one in a way that spoilt the transaction, each in
  // its own. Nothing of a document is kept without the cursor that passed it.
  void take(Call call, const SourceFeed& feed, const std::string& cursor, const std::vector<Document>& documents, Tally& tally);
  // A held document once more, with the rules as they are now.
  void retry(Call call, std::int64_t id, Tally& tally);

 private:
  // What the host refused while a document was being settled.
  struct Refusal {
    Verdict verdict;
    bool at_withdrawal = false;
  };
  struct Books {
    std::vector<BookInfo> all;
    const BookInfo* find(const std::string& code) const;
    std::string unit_of(const std::string& code, const std::string& otherwise) const;
  };

  void take_one(Call call, const SourceFeed& feed, const std::string& cursor, const Document& document, Tally& tally);
  void settle(Txn& txn, const Books& books, const Document& document, const Refusal* known, Tally& tally);
  void settle_withdrawal(Txn& txn, const Books& books, const Document& document, const Refusal* known, Tally& tally);
  // Earlier versions give way to this one. Empty = they did; otherwise why they could not.
  std::optional<Verdict> supersede(Txn& txn, const Books& books, const Document& document, const std::vector<Stored>& before, const Refusal* known);
  // The rest of the decision: period, rules, draft.
  Verdict decide(Txn& txn, const Books& books, const Document& document, const Refusal* known, std::optional<Payable>& payable);
  void record(Txn& txn, const Books& books, const std::string& action, const Document& document, const Verdict& verdict, Fen amount);
  std::string source_key(const Document& d) const { return d.source + "/" + d.key + "#" + std::to_string(d.version); }

  const Host& host_;
  const Settings& settings_;
  Quality quality_;
  std::optional<Refusal> refused_;  // the last refusal of the transaction under way
};

}  // namespace mif::exchange
