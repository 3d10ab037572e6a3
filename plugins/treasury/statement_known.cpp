// SPDX-License-Identifier: Apache-2.0
#include "statement_known.h"

namespace mif::treasury {

namespace {

std::size_t hash_of(std::string_view text) { return std::hash<std::string_view>()(text); }

// Day first, so that the keys of a day lie together in the index; half of the digest is enough to tell lines of one day apart.
std::string content_key(Day day, std::string_view digest_and_number) {
  std::string key = "h:" + std::to_string(day.value()) + ":";
  const auto hash = digest_and_number.find('#');
  return key.append(digest_and_number.substr(0, 32)).append(digest_and_number.substr(hash));
}

}  // namespace

KnownLines::KnownLines(Txn& txn, const std::string& account, Day from, Day to) {
  txn.query("select line_key, day, fen, balance_fen, bank_ref, client_ref, counter_account, counter_name, text, id, ord from x_treasury_line where account = ? and day >= ? and day <= ?",
            {account, from, to}, [&](const Row& r) {
              const auto n = static_cast<std::uint32_t>(lines_.size());
              lines_.push_back({r.integer(9), r.integer(10), r.day(1), r.fen(2), r.fen(3), hash_of(r.view(5)), false});
              const std::string_view key = r.view(0);
              by_key_.emplace(hash_of(key), n);
              // In a longer file the same reference may be there twice.
              if (key.substr(0, 2) == "r:") by_key_.emplace(hash_of(content_key(r.day(1), content_of({r.day(1), r.fen(2), r.view(4), r.view(5), r.view(6), r.view(7), r.view(8)}) + "#1")), n);
              else if (key.size() > 66 && key[66] == '#') by_key_.emplace(hash_of(content_key(r.day(1), key.substr(2))), n);  // as earlier versions wrote it
              return true;
            });
}

std::string KnownLines::numbered(const BankLine& line) {
  if (line.day != day_) occurrences_.clear();  // they come by day, and a content holds its day
  day_ = line.day;
  std::string content = content_of(line);
  const std::uint32_t n = ++occurrences_[hash_of(content)];
  return content_key(line.day, content.append("#").append(std::to_string(n)));
}

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
    const std::string content = numbered(line);
    Line* stored = take(content);
    if (stored || content_only_) key = content;
    return stored;
  }
  key = numbered(line);
  return take(key);
}

const KnownLines::Line* KnownLines::unseen() const {
  for (const auto& l : lines_)
    if (!l.seen) return &l;
  return nullptr;
}

void KnownLines::begin_again() {
  occurrences_.clear();
  day_ = Day();
  for (auto& l : lines_) l.seen = false;
}

}  // namespace mif::treasury
