// SPDX-License-Identifier: Apache-2.0
// The ledger lines behind a difference between the ministries. Both numbers are sums of ledger predicates, and so is their
// difference; the lines of all its predicates are read side by side in the order of the ledger, and a line that several of them
// name counts once, with the sum of what it adds. What is in both numbers falls out.
#include <charconv>

#include "predicate_lines.h"
#include "reports.h"

namespace mif::reporting {
namespace {

LineCursor parse_cursor(const std::string& text) {
  LineCursor at{0, 0};
  if (text.empty()) return at;
  const char* const end = text.data() + text.size();
  const auto voucher = std::from_chars(text.data(), end, at.first);
  if (voucher.ec == std::errc() && voucher.ptr != end && *voucher.ptr == '.')
    if (const auto line = std::from_chars(voucher.ptr + 1, end, at.second); line.ec == std::errc() && line.ptr == end && at.first >= 0 && at.second >= 0) return at;
  throw Error(MIF_E_INVALID, "report.cursor", "翻页标记不对 (not a cursor of this list): " + text);
}

// What of the pair is asked for: the difference, or the n-th reason.
const MadeOf& choose(const BridgeItem& item, int part, BridgeLines& told) {
  if (part == 0) {
    told.what = "difference";
    told.amount = item.a_exact - item.b_exact;
    return item.made_of;
  }
  if (part < 0 || static_cast<std::size_t>(part) > item.parts.size())
    throw Error(MIF_E_NOT_FOUND, "report.bridge-part", "对照项 " + item.id + " 只有 " + std::to_string(item.parts.size()) + " 个差异原因，没有第 " + std::to_string(part) + " 个 (no such reason)");
  const auto& reason = item.parts[static_cast<std::size_t>(part) - 1];
  told.what = reason.text;
  told.amount = reason.amount;
  return reason.made_of;
}

}  // namespace

BridgeLines Reports::bridge_lines(Call call, const std::string& pair, int part, const std::string& code, Period period, const std::string& after, int limit) const {
  const auto templates = catalog(call, false);
  const auto books = ledger_.books(call);
  const Agency mine = unit(call, books, code, "report.read");
  const LineCursor from = parse_cursor(after);
  Txn txn = store_.read(call);
  BridgeLines told;
  auto items = bridge_in(call, txn, *templates, books, mine, period, {}, pair);
  if (items.empty())
    throw Error(MIF_E_NOT_FOUND, "report.bridge-pair", "单位 " + code + " 在 " + period.iso() + " 没有对照项 \"" + pair + "\"，可用 report bridge 列出 (no such pair for this unit then)");
  told.item = std::move(items.front());
  const MadeOf& made_of = choose(told.item, part, told);
  told.linear = made_of.linear;

  Facts facts = this->facts(call, txn);
  std::vector<std::pair<std::int64_t, PredicateLines>> streams;  // times, lines
  std::map<std::tuple<std::string, std::string, std::string>, Fen> openings;  // 期末 and 期初 of the same accounts begin with the same balance
  for (const auto& [predicate, times] : made_of.terms) {
    if (predicate.opening) {
      Predicate opening = predicate;
      opening.month_to = 0;
      openings[{predicate.book, predicate.accounts, predicate.aux}] += facts.sum(opening).value_or(Fen(0)) * times;
    }
    streams.emplace_back(times, PredicateLines(ledger_, call, txn, predicate, 0, from, [&](const Predicate& whole) { return lines(call, txn, whole); }));
  }
  for (const auto& [of, amount] : openings)
    if (amount != Fen(0)) told.openings.push_back({std::get<0>(of), std::get<1>(of), std::get<2>(of), amount});
  while (true) {
    const PredicateLines* first = nullptr;
    for (const auto& [times, stream] : streams)
      if (!stream.done() && (!first || stream.at() < first->at())) first = &stream;
    if (!first) return told;
    const LineCursor at = first->at();
    BridgeLine line{first->book(), first->line(), Fen(0)};
    for (auto& [times, stream] : streams)
      if (!stream.done() && stream.at() == at) {
        line.amount += stream.amount() * times;
        stream.next();
      }
    if (line.amount == Fen(0)) continue;
    if (limit > 0 && static_cast<int>(told.lines.size()) == limit) {
      const auto& last = told.lines.back().line;
      told.next = std::to_string(last.voucher_id) + "." + std::to_string(last.line);
      return told;
    }
    told.lines.push_back(std::move(line));
  }
}

}  // namespace mif::reporting
