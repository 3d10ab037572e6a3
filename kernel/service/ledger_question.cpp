// SPDX-License-Identifier: Apache-2.0
// Which books, which months, as of when: the part of the question all ledgers share.
#include <algorithm>
#include <charconv>
#include <set>

#include "kernel/service/ledger_views.h"
#include "mif/error.hpp"

namespace mif::service {
namespace {

std::string text_of(const ViewOptions& options, std::string_view name) {
  const auto found = options.find(name);
  return found == options.end() ? std::string() : found->second;
}

bool flag_of(const ViewOptions& options, std::string_view name) {
  const std::string text = text_of(options, name);
  if (text.empty() || text == "false" || text == "0" || text == "no") return false;
  if (text == "true" || text == "1" || text == "yes") return true;
  throw Error(MIF_E_INVALID, "query.parameter", std::string(name) + " 应为 true 或 false (must be true or false), 实为 \"" + text + "\"");
}

int number_of(std::string_view name, const std::string& text, int least, int most) {
  int value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value < least || value > most)
    throw Error(MIF_E_INVALID, "query.parameter", std::string(name) + " 应为 " + std::to_string(least) + ".." + std::to_string(most) + " 的整数 (an integer expected), 实为 \"" + text + "\"");
  return value;
}

std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const auto comma = std::min(text.find(',', at), text.size());
    if (comma > at) parts.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return parts;
}

// A unit and everything below it.
std::set<std::string> subtree(const std::vector<identity::Unit>& units, const std::string& root) {
  std::set<std::string> inside;
  for (const auto& unit : units)
    if (unit.code == root) inside.insert(root);
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& unit : units)
      if (inside.count(unit.parent) && inside.insert(unit.code).second) grown = true;
  }
  return inside;
}

std::vector<std::string> books_of(Deployment& d, store::Txn& txn, const identity::Caller* caller, const ViewOptions& options) {
  const std::string named = text_of(options, "book"), units = text_of(options, "unit"), below = text_of(options, "below"), scheme = text_of(options, "scheme");
  const bool all = flag_of(options, "all");
  if ((!named.empty()) + (!units.empty()) + (!below.empty()) + all != 1)
    throw Error(MIF_E_INVALID, "query.books", "账套范围写一种: book (账套), unit (机构), below (机构及下级) 或 all (全部) (say which books in one way: book, unit, below or all)");
  std::vector<std::string> wanted;
  if (!named.empty()) {
    for (const auto& code : parts_of(named)) {
      const ledger::Book book = d.ledger().book(txn, code);
      if (caller && !caller->sees(book.unit)) throw Error(MIF_E_NOT_FOUND, "book.not-found", "没有账套 (no such book) \"" + code + "\"");
      wanted.push_back(code);
    }
    return wanted;
  }
  std::set<std::string> inside;
  const auto known = d.identity().units(txn);
  for (const auto& code : parts_of(units)) {
    if (std::none_of(known.begin(), known.end(), [&](const auto& unit) { return unit.code == code; }) || (caller && !caller->sees(code)))
      throw Error(MIF_E_NOT_FOUND, "unit.not-found", "没有机构 (no such unit) \"" + code + "\"");
    inside.insert(code);
  }
  if (!below.empty()) inside = subtree(known, below);
  if (!below.empty() && (inside.empty() || (caller && !caller->sees(below)))) throw Error(MIF_E_NOT_FOUND, "unit.not-found", "没有机构 (no such unit) \"" + below + "\"");
  for (const auto& book : d.ledger().books(txn))
    if ((all || inside.count(book.unit)) && (!caller || caller->sees(book.unit)) && (scheme.empty() || book.scheme == scheme)) wanted.push_back(book.code);
  if (wanted.empty()) throw Error(MIF_E_NOT_FOUND, "query.empty-choice", "所选范围内没有账套 (no book in that choice)");
  return wanted;
}

// Days since 1970-01-01 of a civil date.
std::int64_t days_from_civil(int year, int month, int day) {
  const std::int64_t y = month <= 2 ? year - 1 : year, era = y / 400, of_era = y - era * 400;
  const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

}  // namespace

std::int64_t recorded_time(const std::string& text) {
  constexpr std::int64_t kDay = 86400000, kZone = 8 * 3600000;
  const auto bad = [&] { return Error(MIF_E_INVALID, "query.recorded-time", "记录时点写 2023-06-30 或 2023-06-30T18:00:00 (a recorded time is a day or a day and time), 实为 \"" + text + "\""); };
  if (text.size() > 10 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    std::int64_t value = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc()) throw bad();
    return value;
  }
  if (text.size() != 10 && (text.size() != 19 || text[10] != 'T' || text[13] != ':' || text[16] != ':')) throw bad();
  const Day day = Day::parse(text.substr(0, 10));
  const std::int64_t start = days_from_civil(day.year(), day.month(), day.day()) * kDay - kZone;
  if (text.size() == 10) return start + kDay - 1;
  const std::int64_t hour = number_of("asOf", text.substr(11, 2), 0, 23), minute = number_of("asOf", text.substr(14, 2), 0, 59), second = number_of("asOf", text.substr(17, 2), 0, 59);
  return start + ((hour * 60 + minute) * 60 + second) * 1000 + 999;
}

books::Filter ledger_filter(Deployment& deployment, store::Txn& txn, const identity::Caller* caller, const ViewOptions& options, int first_month) {
  books::Filter filter;
  filter.books = books_of(deployment, txn, caller, options);
  if (const std::string period = text_of(options, "period"); !period.empty()) {
    const Period p = Period::parse(period);
    filter.year = p.year;
    filter.month_from = filter.month_to = p.month;
  } else {
    if (text_of(options, "year").empty()) throw Error(MIF_E_INVALID, "query.no-months", "缺少期间: 写 period=2023-06, 或 year=2023 与 from、to 月份 (say which months: period, or year with from and to)");
    filter.year = number_of("year", text_of(options, "year"), 1900, 9999);
    if (const std::string from = text_of(options, "from"); !from.empty()) filter.month_from = number_of("from", from, first_month, 13);
    if (const std::string to = text_of(options, "to"); !to.empty()) filter.month_to = number_of("to", to, filter.month_from, 13);
  }
  filter.accounts = text_of(options, "accounts");
  filter.aux = text_of(options, "aux");
  filter.unposted = flag_of(options, "unposted");
  filter.without_closing = flag_of(options, "withoutClosing");
  if (const std::string as_of = text_of(options, "asOf"); !as_of.empty()) filter.as_of_ms = recorded_time(as_of);
  return filter;
}

}  // namespace mif::service
