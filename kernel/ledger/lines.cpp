// SPDX-License-Identifier: Apache-2.0
// Reading posted lines. A page of the table is filtered as it comes, then the heads of the vouchers that are left in it are read.
#include <unordered_map>

#include "kernel/ledger/internal.h"
#include "mif/pattern.hpp"

namespace mif::ledger {
namespace {

constexpr std::int64_t kPage = 4096;

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
// Texts of which there are few, and whether each is wanted; where a text stands it stays.
template <class Wanted>
class Few {
 public:
  explicit Few(Wanted wanted) : wanted_(std::move(wanted)) {}
  const std::string* wanted(std::string_view text) {
    if (last_ && last_->first == text) return last_->second ? &last_->first : nullptr;
    auto at = known_.find(text);
    if (at == known_.end()) at = known_.emplace(std::string(text), wanted_.matches(std::string(text))).first;
    last_ = &*at;
    return at->second ? &at->first : nullptr;
  }

 private:
  Wanted wanted_;
  std::unordered_map<std::string, bool, TextHash, std::equal_to<>> known_;
  const std::pair<const std::string, bool>* last_ = nullptr;
};

struct Found {
  std::int64_t voucher;
  Fen fen;
  const std::string *account, *aux;
  std::size_t from, size;  // of its summary among the page's texts
  int line, side;
};
struct Head {
  std::int64_t id = 0, reverses = 0;
  int number = 0, part = 0, parts = 0;
  Day day;
  std::string word, summary, source_key;
};

// What of a page is wanted. Its memory serves the next page.
class Page {
 public:
  Page(store::Txn& txn, std::int64_t book, const LineQuery& q) : txn_(txn), book_(book), q_(q), accounts_(AccountPattern(q.accounts)), auxes_(AuxFilter(q.aux)) {}

  // How many lines were read, wanted or not, after (voucher, line), which move on.
  std::int64_t read(int month, std::int64_t& voucher, int& line) {
    std::int64_t read = 0;
    lines_.clear();
    texts_.clear();
    txn_.query("select voucher, line, side, fen, account, aux, summary from ledger_line where book = ? and year = ? and month = ? and (voucher > ? or (voucher = ? and line > ?)) "
               "and voucher >= ? order by voucher, line limit ?",
               {book_, q_.year, month, voucher, voucher, line, voucher, kPage}, [&](const store::Row& row) {
                 ++read;
                 voucher = row.integer(0);
                 line = static_cast<int>(row.integer(1));
                 const std::string* account = accounts_.wanted(row.text(4));
                 const std::string* aux = account ? auxes_.wanted(row.text(5)) : nullptr;
                 if (!aux) return;
                 const std::string_view summary = row.text(6);
                 lines_.push_back({voucher, row.fen(3), account, aux, texts_.size(), summary.size(), line, static_cast<int>(row.integer(2))});
                 texts_.append(summary);
               });
    // One by one when few of the lines are wanted, else all between the first and the last.
    n_heads_ = 0;
    if (lines_.empty()) return read;
    if (static_cast<std::int64_t>(lines_.size()) * 8 > read) {
      heads(month, lines_.front().voucher, lines_.back().voucher);
    } else {
      std::int64_t asked = 0;
      for (const auto& l : lines_)
        if (std::exchange(asked, l.voucher) != l.voucher) heads(month, l.voucher, l.voucher);
    }
    return read;
  }

  // False: no more is wanted.
  bool tell(int month, std::int64_t& left, const std::function<bool(const LineView&)>& each) const {
    std::size_t at = 0;
    for (const auto& l : lines_) {
      while (at < n_heads_ && heads_[at].id < l.voucher) ++at;
      if (at == n_heads_) return true;
      const Head& h = heads_[at];
      if (h.id != l.voucher) continue;  // not posted
      const LineView view{l.voucher, h.reverses, l.line, h.number, l.side, {q_.year, month}, h.day, l.fen, h.word, *l.account, *l.aux, std::string_view(texts_).substr(l.from, l.size), h.summary, h.source_key, h.part, h.parts};
      if (!each(view) || --left == 0) return false;
    }
    return true;
  }

 private:
  void heads(int month, std::int64_t from, std::int64_t to) {
    txn_.query("select id, state, number, day, word, closing, part, parts, reverses, summary, source_key, posted_ms from ledger_voucher where book = ? and year = ? and month = ? and id >= ? and id <= ? order by id",
               {book_, q_.year, month, from, to}, [&](const store::Row& row) {
                 if (row.integer(1) != static_cast<int>(State::posted) || (q_.without_closing && row.integer(5) != 0)) return;
                 if (q_.posted_until_ms != 0 && row.integer(11) > q_.posted_until_ms) return;
                 if (n_heads_ == heads_.size()) heads_.emplace_back();
                 Head& h = heads_[n_heads_++];
                 h.id = row.integer(0);
                 h.number = static_cast<int>(row.integer(2));
                 h.day = row.day(3);
                 h.word = row.text(4);
                 h.part = static_cast<int>(row.integer(6));
                 h.parts = static_cast<int>(row.integer(7));
                 h.reverses = row.integer(8);
                 h.summary = row.text(9);
                 h.source_key = row.text(10);
               });
  }

  store::Txn& txn_;
  const std::int64_t book_;
  const LineQuery& q_;
  Few<AccountPattern> accounts_;
  Few<AuxFilter> auxes_;
  std::vector<Found> lines_;
  std::string texts_;
  std::vector<Head> heads_;  // the first n_heads_ of them, by id
  std::size_t n_heads_ = 0;
};

}  // namespace

// Ordered by (month, voucher, line).
void Ledger::each_line(store::Txn& txn, const LineQuery& q, const std::function<bool(const LineView&)>& each) const {
  const Book book = context_of(txn, q.book, {}).book;
  Page page(txn, book.id, q);
  std::int64_t left = q.limit <= 0 ? 1000 : q.limit;
  int month = q.month_from;
  std::int64_t voucher = q.after_voucher;
  int line = q.after_line;
  if (voucher != 0) {
    const auto its = txn.integer("select month from ledger_voucher where id = ? and book = ? and year = ?", {voucher, book.id, q.year});
    if (!its) throw Error(MIF_E_INVALID, "query.page-key", "续查位置不在该账套该年度 (the page key is not of this book and year): " + std::to_string(voucher));
    month = static_cast<int>(*its);
  }
  for (; month <= q.month_to; ++month, voucher = 0, line = 0)
    for (std::int64_t read = kPage; read == kPage;) {
      read = page.read(month, voucher, line);
      if (!page.tell(month, left, each)) return;
    }
}

std::vector<LineRow> Ledger::lines(store::Txn& txn, const LineQuery& q) const {
  std::vector<LineRow> all;
  each_line(txn, q, [&](const LineView& l) {
    LineRow& r = all.emplace_back();
    r.voucher = l.voucher;
    r.line = l.line;
    r.number = l.number;
    r.side = l.side;
    r.period = l.period;
    r.day = l.day;
    r.fen = l.fen;
    r.word = l.word;
    r.account = l.account;
    r.aux = l.aux;
    r.summary = l.summary;
    r.part = l.part;
    r.parts = l.parts;
    return true;
  });
  return all;
}

}  // namespace mif::ledger
