// SPDX-License-Identifier: Apache-2.0
#include "statement_known.h"

namespace mif::treasury {

namespace {

std::size_t hash_of(std::string_view text) { return std::hash<std::string_view>()(text); }

}  // namespace

KnownLines::KnownLines(Txn& txn, const std::string& account, Day from, Day to) {
  txn.query("select line_key, day, fen, balance_fen, bank_ref, client_ref, counter_account, counter_name, text, id, ord from x_treasury_line where account = ? and day >= ? and day <= ?",
            {account, from, to}, [&](const Row& r) {
              const auto n = static_cast<std::uint32_t>(lines_.size());
              lines_.push_back({r.integer(9), r.integer(10), r.day(1), r.fen(2), r.fen(3), hash_of(r.view(5)), false});
              const std::string_view key = r.view(0);
              by_key_.emplace(hash_of(key), n);
              // In a longer file the same reference may be there twice.
              if (key.substr(0, 2) == "r:") by_key_.emplace(hash_of("h:" + content_of({r.day(1), r.fen(2), r.view(4), r.view(5), r.view(6), r.view(7), r.view(8)}) + "#1"), n);
              return true;
            });
}

std::string KnownLines::numbered(const std::string& content) { return "h:" + content + "#" + std::to_string(++occurrences_[hash_of(content)]); }

KnownLines::Line* KnownLines::take(const std::string& key) {
  const auto found = by_key_.find(hash_of(key));
  if (found == by_key_.end() || lines_[found->second].seen) return nullptr;
  lines_[found->second].seen = true;
  return &lines_[found->second];
}

KnownLines::Line* KnownLines::find(const BankLine& line, bool unique_ref, std::string& key) {
  if (unique_ref) {
    key.assign("r:").append(line.bank_ref);
    if (lines_.empty() && !content_only_) return nullptr;
    if (Line* stored = take(key)) return stored;
    const std::string content = numbered(content_of(line));
    Line* stored = take(content);
    if (stored || content_only_) key = content;
    return stored;
  }
  key = numbered(content_of(line));
  return take(key);
}

const KnownLines::Line* KnownLines::unseen() const {
  for (const auto& l : lines_)
    if (!l.seen) return &l;
  return nullptr;
}

void KnownLines::begin_again() {
  occurrences_.clear();
  for (auto& l : lines_) l.seen = false;
}

}  // namespace mif::treasury
