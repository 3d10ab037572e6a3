// SPDX-License-Identifier: Apache-2.0
// The predicate behind a figure: as text, and as the lines that add up to it.
#include <algorithm>
#include <charconv>

#include "kernel/books/internal.h"

namespace mif::books {
namespace {

constexpr std::pair<Figure, std::string_view> kFigures[] = {{Figure::year_opening, "year-opening"}, {Figure::opening, "opening"},         {Figure::debit, "debit"},    {Figure::credit, "credit"},
                                                            {Figure::year_debit, "year-debit"},     {Figure::year_credit, "year-credit"}, {Figure::closing, "closing"}};

bool plain(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.' || c == '*' || c == ',' || c == ':'; }

std::string escaped(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (plain(c)) out += c;
    else out += {'%', kHex[static_cast<unsigned char>(c) >> 4], kHex[static_cast<unsigned char>(c) & 15]};
  }
  return out;
}

[[noreturn]] void malformed(std::string_view part) { throw Error(MIF_E_INVALID, "query.drill", "钻取条件写法不对 (a drill is name=value&...): \"" + std::string(part) + "\""); }

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned value = 0;
    if (i + 2 >= text.size() || std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr != text.data() + i + 3) malformed(text);
    out += static_cast<char>(value);
    i += 2;
  }
  return out;
}

template <class Number>
void read_number(const std::string& text, Number& number) {
  if (std::from_chars(text.data(), text.data() + text.size(), number).ptr != text.data() + text.size() || text.empty()) malformed(text);
}

}  // namespace

Figure figure_of(std::string_view name) {
  for (const auto& [figure, its] : kFigures)
    if (its == name) return figure;
  throw Error(MIF_E_INVALID, "query.figure", "没有这一栏 (figures are year-opening, opening, debit, credit, year-debit, year-credit, closing): \"" + std::string(name) + "\"");
}

std::string_view name_of(Figure figure) {
  return std::find_if(std::begin(kFigures), std::end(kFigures), [&](const auto& f) { return f.first == figure; })->second;
}

std::string_view side_word(Fen net) { return net == Fen() ? "平" : net > Fen() ? "借" : "贷"; }

std::string Drill::text() const {
  std::string out;
  const auto add = [&](std::string_view name, std::string_view value) { out += (out.empty() ? "" : "&") + std::string(name) + '=' + escaped(value); };
  std::string books;
  for (const auto& book : filter.books) books += (books.empty() ? "" : ",") + book;
  add("book", books);
  add("year", std::to_string(filter.year));
  add("from", std::to_string(filter.month_from));
  add("to", std::to_string(filter.month_to));
  if (!filter.accounts.empty()) add("accounts", filter.accounts);
  if (!below.empty()) add("under", below);
  if (!filter.aux.empty()) add("aux", filter.aux);
  if (!word.empty()) add("word", word);
  if (measure != Measure::net) add("side", measure == Measure::debit ? "debit" : "credit");
  if (filter.unposted) add("unposted", "true");
  if (filter.without_closing) add("withoutClosing", "true");
  if (filter.as_of_ms != 0) add("asOf", std::to_string(filter.as_of_ms));
  return out;
}

Drill Drill::parse(std::string_view text) {
  Drill drill;
  while (!text.empty()) {
    const auto ampersand = text.find('&');
    const std::string_view part = text.substr(0, ampersand);
    text = ampersand == std::string_view::npos ? std::string_view() : text.substr(ampersand + 1);
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) malformed(part);
    const std::string_view name = part.substr(0, equals);
    const std::string value = unescaped(part.substr(equals + 1));
    if (name == "book") {
      for (std::size_t at = 0; at < value.size();) {
        const auto comma = std::min(value.find(',', at), value.size());
        drill.filter.books.push_back(value.substr(at, comma - at));
        at = comma + 1;
      }
    } else if (name == "year") read_number(value, drill.filter.year);
    else if (name == "from") read_number(value, drill.filter.month_from);
    else if (name == "to") read_number(value, drill.filter.month_to);
    else if (name == "accounts") drill.filter.accounts = value;
    else if (name == "under") drill.below = value;
    else if (name == "aux") drill.filter.aux = value;
    else if (name == "word") drill.word = value;
    else if (name == "side" && (value == "debit" || value == "credit")) drill.measure = value == "debit" ? Measure::debit : Measure::credit;
    else if (name == "unposted") drill.filter.unposted = value == "true";
    else if (name == "withoutClosing") drill.filter.without_closing = value == "true";
    else if (name == "asOf") read_number(value, drill.filter.as_of_ms);
    else malformed(part);
  }
  return drill;
}

Drill drill_of(const Filter& filter, Figure figure) {
  Drill drill;
  drill.filter = filter;
  const auto months = [&](int from, int to, Measure measure) {
    drill.filter.month_from = from;
    drill.filter.month_to = to;
    drill.measure = measure;
  };
  switch (figure) {
    case Figure::year_opening: months(0, 0, Measure::net); break;
    case Figure::opening: months(0, filter.month_from - 1, Measure::net); break;
    case Figure::debit: months(filter.month_from, filter.month_to, Measure::debit); break;
    case Figure::credit: months(filter.month_from, filter.month_to, Measure::credit); break;
    case Figure::year_debit: months(1, filter.month_to, Measure::debit); break;
    case Figure::year_credit: months(1, filter.month_to, Measure::credit); break;
    case Figure::closing: months(0, filter.month_to, Measure::net); break;
  }
  return drill;
}

LinePage Books::lines(store::Txn& txn, const Drill& drill, std::int64_t limit, const std::string& after) const {
  const Filter& filter = drill.filter;
  const Scope scope(txn, ledger_, charts_, filter);
  LinePage page;
  if (limit < 1) throw Error(MIF_E_INVALID, "query.page-size", "每页至少一行 (a page has at least one line)");
  if (filter.month_from == 0 && drill.measure == Measure::net && drill.word.empty()) {
    Filter opening = filter;
    opening.month_to = 0;
    each_balance(txn, ledger_, scope, opening, drill.below, [&](const Member&, const ledger::Balance& b) { page.opening += b.debit - b.credit; });
  }
  const Key key = after.empty() ? Key{} : Key::parse(after);
  for (int month = std::max({1, filter.month_from, key.month}); month <= filter.month_to; ++month) {
    auto found = month_lines(txn, scope, filter, month, {drill.below, drill.word, true});
    if (drill.measure != Measure::net) std::erase_if(found, [&](const Line& l) { return (l.side == MIF_DEBIT) != (drill.measure == Measure::debit); });
    for (std::size_t i = month == key.month ? after_key(found, key) : 0; i < found.size(); ++i) {
      if (static_cast<std::int64_t>(page.lines.size()) == limit) {
        const Line& last = page.lines.back();
        page.next = Key{last.period.month, last.voucher, last.line}.text();
        return page;
      }
      page.lines.push_back(std::move(found[i]));
    }
  }
  return page;
}

Fen Books::value(store::Txn& txn, const Drill& drill) const {
  const LinePage page = lines(txn, drill, INT64_MAX);
  Fen sum = page.opening;
  for (const auto& line : page.lines) sum += drill.measure == Measure::net ? line.net() : line.fen;
  return sum;
}

}  // namespace mif::books
