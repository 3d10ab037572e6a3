// SPDX-License-Identifier: Apache-2.0
#include "delivery.h"

#include <charconv>

namespace mif::ferry {

Cursor read_cursor(std::string_view text) {
  Cursor c;
  if (text.empty()) return c;
  const auto bad = [&] { throw Error(MIF_E_INVALID, "ferry.cursor", "摆渡来源的位置无效 (not a cursor of the ferry): \"" + std::string(text.substr(0, 64)) + "\""); };
  std::string_view rest = text;
  const auto part = [&](bool last) {
    const auto dot = last ? rest.size() : rest.find('.');
    if (dot == std::string_view::npos) bad();
    const std::string_view piece = rest.substr(0, dot);
    rest = last ? std::string_view() : rest.substr(dot + 1);
    return piece;
  };
  const auto number = [&](std::string_view piece) {
    std::int64_t n = 0;
    const auto read = std::from_chars(piece.data(), piece.data() + piece.size(), n);
    if (piece.empty() || read.ec != std::errc() || read.ptr != piece.data() + piece.size() || n < 1) bad();
    return n;
  };
  c.arrival = number(part(false));
  c.index = number(part(false));
  c.feed = std::string(part(false));
  c.seq = number(part(true));
  if (!plain_name(c.feed, kLongestFeed)) bad();
  return c;
}

std::string write_cursor(const Cursor& c) { return std::to_string(c.arrival) + "." + std::to_string(c.index) + "." + c.feed + "." + std::to_string(c.seq); }

std::vector<Delivered> Delivery::take(const Cursor& after, std::size_t limit) {
  std::vector<Delivered> all;
  // the bundle of the cursor itself may hold more
  std::int64_t expected = after.arrival > 0 ? after.arrival : 1;
  for (const auto& a : incoming_.accepted_after(expected - 1)) {
    if (all.size() >= limit) break;
    // a hole would lose its documents without a word
    if (a.arrival != expected++) throw Error(MIF_E_CONFLICT, "ferry.kept-lost", "已收的第 " + std::to_string(expected - 1) + " 个包不在 accepted 文件夹里 (an accepted bundle is gone), 请从备份恢复");
    if (a.documents == 0) continue;
    if (parsed_name_ != a.name) {
      parsed_ = read_entries(incoming_.content(a));
      parsed_name_ = a.name;
    }
    if (a.arrival == after.arrival) {
      // bundles that were accepted in another order after a loss must not pass for those the ledger has read
      const auto at = static_cast<std::size_t>(after.index - 1);
      if (at >= parsed_.size() || parsed_[at].feed != after.feed || parsed_[at].seq != after.seq)
        throw Error(MIF_E_CONFLICT, "ferry.kept-lost", "第 " + std::to_string(a.arrival) + " 个包不是账上读过的那一个 (not the bundle the ledger has read), 请从备份恢复 accepted 文件夹");
    }
    const auto from = a.arrival == after.arrival ? static_cast<std::size_t>(after.index) : 0;
    for (std::size_t i = from; i < parsed_.size() && all.size() < limit; ++i)
      all.push_back({{a.arrival, static_cast<std::int64_t>(i) + 1, parsed_[i].seq, parsed_[i].feed}, parsed_[i]});
  }
  return all;
}

std::vector<Delivered> Delivery::fetch(std::string_view cursor, std::size_t limit, std::int64_t now_ms, Scan& scan) {
  const Cursor after = read_cursor(cursor);
  const auto kept = incoming_.accepted_after(0);
  if (after.arrival > 0 && (kept.empty() || kept.back().arrival < after.arrival))
    throw Error(MIF_E_CONFLICT, "ferry.kept-lost", "账上已读到第 " + std::to_string(after.arrival) + " 个包, 但 accepted 文件夹里没有 (the folder of accepted bundles is older than the ledger), 请从备份恢复");
  auto documents = take(after, limit);
  if (!documents.empty()) return documents;
  scan = incoming_.scan(now_ms);
  return take(after, limit);
}

Head head_of(const std::string& flow, const FlowState& state) { return {flow, state.last, state.documents, state.amount, state.missing}; }

}  // namespace mif::ferry
