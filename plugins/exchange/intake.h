// SPDX-License-Identifier: Apache-2.0
// Takes documents in: each arrival ends in exactly one state, together with its voucher or its place in a group, payable, outbox
// row and log record in one transaction with the cursor that passed it.
#pragma once

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "evaluators.h"
#include "groups.h"
#include "quality.h"
#include "tally.h"

namespace mif::exchange {

// [worker, serialized] One per job run.
class Intake {
 public:
  Intake(const Host& host, const Settings& settings) : host_(host), settings_(settings), evaluators_(settings), quality_(host, settings) {}

  // All of them in one transaction with the cursor. When the host refuses one in a way that spoils the transaction, the halves one
  // after the other, until the refused one is alone and known.
  void take(Call call, const SourceFeed& feed, const std::string& cursor, std::span<const Document> documents, Tally& tally);
  // A held document once more, with the rules as they are now.
  void retry(Call call, std::int64_t id, Tally& tally);

 private:
  // What the host refused while a document was being settled.
  struct Refusal {
    Verdict verdict;
    bool at_withdrawal = false;
  };
  struct Decision {
    Verdict verdict;
    std::optional<Payable> payable;
    Fen amount;
    const Shape* gathered = nullptr;  // what its group gathers
  };
  struct Judged {
    std::int64_t id;
    const Document* document;
    Decision decision;
  };
  // When a voucher of the document's own is proposed.
  enum class Own { now, later };
  // What a transaction gathers up before it is written.
  struct Chunk {
    const SourceFeed& feed;
    Txn& txn;
    const Books& books;
    std::int64_t now = 0, next_id = 0;  // of the document after this one
    DocumentRows rows{};
    std::vector<Judged> judged{};  // whose rows and groups are still to be written
    // Get a voucher of their own, each by several statements, for which rows on their way would have to arrive first: after the rest.
    std::vector<Judged> postponed{};
    std::unordered_set<std::string_view> known{};  // keys that were stored or came earlier in the chunk
    std::deque<std::string> stored_keys{};
    std::int64_t delivery = 0, gathered = 0, first = 0, last = 0;
    Fen gathered_fen{};
    std::string gathered_said{};  // what the delivery's digest is over
    const Refusal* refusal = nullptr;
  };

  void take(Call call, const SourceFeed& feed, const std::string& cursor, std::span<const Document> documents, Tally& tally, const Refusal* known);
  void settle(Chunk& chunk, const Document& document, Tally& tally);
  void keep_judged(Chunk& chunk, Tally& tally);
  void propose_postponed(Chunk& chunk, Tally& tally);
  void settle_known(Chunk& chunk, std::int64_t id, const Document& document, Tally& tally);
  void settle_withdrawal(Chunk& chunk, const Document& document, Tally& tally);
  void keep(Chunk& chunk, std::int64_t id, const Document& document, const std::string& digest, const Decision& decision, Tally& tally);
  // Earlier versions give way to this one. Empty = they did; otherwise why they could not.
  std::optional<Verdict> supersede(Chunk& chunk, const Document& document, const std::vector<Stored>& before);
  // Takes one stored document out of the books: its draft is withdrawn, or its posted voucher is taken back. False when it is too late.
  void take_back(Chunk& chunk, const Stored& stored, const std::string& why, Day day, bool posted_too);
  void reverse(Chunk& chunk, const Stored& stored, const std::string& why, Day day);
  // The rest of the decision: period, rules, group or draft. nullopt: it would be a draft, and that is for later.
  std::optional<Decision> decide(Txn& txn, const Books& books, const Document& document, const Refusal* known, std::int64_t id, Own own);
  std::optional<Decision> judge(Chunk& chunk, std::int64_t id, const Document& document, const std::optional<Verdict>& unfit, Own own);
  void find_known(Chunk& chunk, std::span<const Document> documents);
  void deliver(Chunk& chunk, const std::string& from, const std::string& to);
  void record(Txn& txn, const Books& books, const std::string& action, const Document& document, const std::string& digest, const Verdict& verdict, Fen amount);

  const Host& host_;
  const Settings& settings_;
  Evaluators evaluators_;
  OpenGroups groups_;
  Quality quality_;
  std::optional<Refusal> refused_;  // the last refusal of the transaction under way
};

std::string source_key(const Document& document);

}  // namespace mif::exchange
