// SPDX-License-Identifier: Apache-2.0
// 业财对账: what the business side has, what was taken in, and what is posted in the ledger, for one period; each difference down to
// its documents, explained or open. docs/exchange/compare.md.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_set>
#include <vector>

#include "settings.h"
#include "tables.h"

namespace mif::exchange {

// For statements over many documents: where they are, and the state people know.
namespace compare_sql {
inline constexpr const char* kDocuments = kWithGroups;
inline constexpr const char* kState = kStateOf;
// How a document comes to a voucher; each by its own index. A document that was taken back after it was posted is in its voucher still,
// and in red in another.
struct Link {
  const char *from, *voucher, *state, *also, *count, *fen;
};
inline constexpr Link kLinks[] = {
    {"x_exchange_document", "voucher_id", "case when state = 'cancelled' and id in (select r.document_id from x_exchange_reversal r) then 'posted' else state end",
     " and gathered_in = 0 and state in ('drafted', 'posted', 'cancelled')", "1", "amount_fen"},
    {"x_exchange_group join (select d.id as came_with from x_exchange_delivery d) v on came_with >= first_delivery and came_with <= last_delivery"
     " join x_exchange_document on delivery_id = came_with and gathered_in = group_id",
     "group_voucher", "group_state", "", "1", "amount_fen"},
    {"x_exchange_group join x_exchange_document on delivery_id = 0 and gathered_in = group_id", "group_voucher", "group_state", "", "1", "amount_fen"},
    {"x_exchange_reversal join x_exchange_document on id = document_id", "x_exchange_reversal.voucher_id", "'posted'", "", "-1", "-amount_fen"}};
// When the state people know last changed.
inline constexpr const char* kChanged = "case when state = 'gathered' and moved_ms > changed_ms then moved_ms else changed_ms end";
}  // namespace compare_sql

struct Pair {
  std::int64_t documents = 0;
  Fen fen;
  void add(std::int64_t n, Fen amount) {
    documents += n;
    fen += amount;
  }
  friend bool operator==(const Pair& a, const Pair& b) { return a.documents == b.documents && a.fen == b.fen; }
  friend bool operator!=(const Pair& a, const Pair& b) { return !(a == b); }
};

struct CompareCell {
  std::string source, book, type, unit, scheme;
  Pair business, taken, posted;  // posted: by the ledger
  Pair drafted, held, rejected, cancelled;
  std::int64_t differences = 0, open = 0;
  bool differs() const { return business != taken || taken != posted; }
};
using CellKey = std::tuple<std::string, std::string, std::string>;  // book, source, type

struct Difference {
  // missing, extra, withdrawn, superseded, amount, elsewhere, cancelled: between the business side and what was taken;
  // held, rejected, unposted: between that and the ledger; no-voucher, reversal, ledger, voucher-extra: of the ledger; unresolved:
  // what the documents do not add up to
  const char* kind = "";
  std::string key, state, note;  // key: document number, or the voucher's for those of the ledger
  std::int64_t business_version = 0, version = 0;
  std::optional<Fen> business, finance, ledger;
  bool explained = false;
  std::string reason, author;
  // Of both sides' values: an explanation holds as long as they do.
  std::string digest() const;
};

// What the differences of a cell say of taken minus posted.
struct Gap {
  std::int64_t documents = 0;
  Fen fen;
  void add(const Difference& difference);
};

struct CompareFilter {
  Period period;
  std::string book, type;
  bool deep = false;  // every document, also where the figures agree
};

// One comparison; computed when it is made. [worker]
class Comparison {
 public:
  Comparison(const Host& host, Call call, const Settings& settings, CompareFilter filter);

  const std::map<CellKey, CompareCell>& cells() const { return cells_; }
  // The differences of a cell, in a stable order. Stops when `each` returns false.
  void differences(const CompareCell& cell, const std::function<bool(const Difference&)>& each);
  // Counts differences and open ones of every cell that differs.
  void count(const std::function<void(std::int64_t, std::int64_t)>& progress);

 private:
  struct Explained {
    std::string digest, reason, author;
  };
  struct LedgerFinding {
    Difference difference;
    Fen by;  // the ledger has so much more than the documents
  };

  void business();
  void taken();
  void ledger(const BookInfo& book);
  void ledger_page(const BookInfo& book, const std::vector<VoucherHead>& heads);
  void ledger_rest(const BookInfo& book, const CellKey& key);
  void ledger_reversals(const BookInfo& book);
  void explanations();
  bool wanted(const std::string& book, const std::string& type) const { return (filter_.book.empty() || book == filter_.book) && (filter_.type.empty() || type == filter_.type); }
  bool visible(const std::string& book, const std::string& unit);
  CompareCell& cell(const std::string& book, const std::string& source, const std::string& type, const std::string& unit);
  std::int64_t from() const { return filter_.period.year * 10000LL + filter_.period.month * 100LL; }
  std::int64_t to() const { return from() + 99; }
  void ledger_differences(const CompareCell& cell, const std::function<bool(Difference&)>& tell) const;
  void drill_documents(const CompareCell& cell, const std::function<bool(Difference&)>& tell);
  void drill_states(const CompareCell& cell, const std::unordered_set<std::uint64_t>* seen, std::int64_t& extra, Fen& extra_fen, const std::function<bool(Difference&)>& tell);

  const Host& host_;
  Call call_;
  const Settings& settings_;
  CompareFilter filter_;
  std::vector<BookInfo> books_;
  std::vector<SourceFeed> feeds_;
  std::map<CellKey, CompareCell> cells_;
  std::map<CellKey, std::vector<LedgerFinding>> ledger_;
  std::map<CellKey, std::int64_t> found_;  // posted documents seen through their vouchers
  std::unordered_set<std::int64_t> just_posted_;  // vouchers that were posted after their documents were last looked at
  std::map<std::tuple<std::string, std::string, std::string, std::string, std::string>, Explained> explained_;  // book, source, type, kind, key
  std::map<std::string, bool> units_;
};

// Jobs `exchange compare`, `exchange compare-detail`, `exchange explain`; the first keeps its outcome for the close check.
std::string compare_list(const Host& host, Call call, const Fields& params, const std::function<void(std::int64_t, std::int64_t)>& progress, bool keep);
std::string compare_detail(const Host& host, Call call, const Fields& params);
std::string explain(const Host& host, Call call, const Fields& params);

// What stands against closing the period: "" when it was compared since the last change and nothing is open.
std::string open_comparison(const Host& host, Txn& txn, const std::string& book, Period period);

}  // namespace mif::exchange
