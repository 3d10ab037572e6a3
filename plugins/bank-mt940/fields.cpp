// SPDX-License-Identifier: Apache-2.0
// The fields of one tag: balances, entries, declared sums, days without a century or a year.
#include <algorithm>
#include <cstdlib>

#include "decimal.h"
#include "mif/day.hpp"
#include "mt940.h"

namespace mif::bank_mt940 {

using namespace statement_text;

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
int number(std::string_view two) { return (two[0] - '0') * 10 + (two[1] - '0'); }

// "C", "D", and the reversals: RC takes a credit back, so it is a debit. 0 when there is none.
int mark(std::string_view& text, bool& reversal, bool& expected) {
  if (text.empty()) return 0;
  const char first = upper(text[0]), second = text.size() > 1 ? upper(text[1]) : '\0';
  if ((first == 'R' || first == 'E') && (second == 'C' || second == 'D')) {
    text.remove_prefix(2);
    reversal = first == 'R';
    expected = first == 'E';
    return (second == 'C') == (first == 'E') ? 1 : -1;
  }
  if (first != 'C' && first != 'D') return 0;
  text.remove_prefix(1);
  return first == 'C' ? 1 : -1;
}

bool three_letters(std::string_view text) { return text.size() >= 3 && is_letter(text[0]) && is_letter(text[1]) && is_letter(text[2]); }

bool take_amount(std::string_view& text, mif_decimal& amount) {
  const std::size_t n = decimal_length(text);
  if (n == 0 || !read_decimal(text.substr(0, n), amount)) return false;
  text.remove_prefix(n);
  return true;
}

// The day of an entry has no year: the one that brings it nearest to the value day.
mif_day near(mif_day value, int month, int day, bool& moved) {
  const Day about(value);
  const int apart = (month - about.month()) * 31 + day - about.day();
  return day_of(about.year() + (apart > 186 ? -1 : apart < -186 ? 1 : 0), month, day, moved);
}

}  // namespace

mif_day Mt940::day(std::string_view yymmdd) {
  if (yymmdd.size() != 6 || !digits(yymmdd)) return 0;
  const int yy = number(yymmdd);
  bool moved = false;
  const mif_day found = day_of(yy < 80 ? 2000 + yy : 1900 + yy, number(yymmdd.substr(2)), number(yymmdd.substr(4)), moved);
  if (found == 0) out_.warn(where_, "mt940.no-such-day", "没有这一天，按没有日期读 (no such day, read as none): " + std::string(yymmdd));
  if (moved) out_.warn(where_, "mt940.day-moved", "当月没有这一天，按月末读 (beyond the end of the month, read as its last day): " + std::string(yymmdd));
  return found;
}

// D090930EUR1234,5 - the day may be missing, what follows the amount is told and left.
void Mt940::read_balance() {
  finish_entry();
  details_belong_ = false;
  std::string_view text = trim(first_);
  bool reversal = false, expected = false;
  const int sign = mark(text, reversal, expected);
  const bool dated = text.size() >= 6 && digits(text.substr(0, 6));
  const mif_day on = dated ? day(text.substr(0, 6)) : 0;
  if (dated) text.remove_prefix(6);
  std::string currency;
  if (three_letters(text)) {
    currency = std::string(text.substr(0, 3));
    text.remove_prefix(3);
  }
  mif_decimal amount{};
  const bool opening = name_[1] == '0', closing = name_[1] == '2';
  (opening ? now_.has_opening : closing ? now_.has_closing : now_.begun) = true;
  if (opening && on != 0) now_.opening_day = on;
  if (now_.head.currency.empty()) now_.head.currency = currency;
  tell_open();
  if (sign == 0 || !take_amount(text, amount)) {
    out_.warn(where_, "mt940.balance-unreadable", "这个余额读不出来，按没有给出读 (an unreadable balance, read as not given): " + charset_.read(std::string_view(first_).substr(0, 60)));
    return;
  }
  if (!currency.empty() && currency != now_.head.currency)
    out_.warn(where_, "mt940.other-currency", "这个余额的币种与对账单的不同 (a balance in another currency): " + currency);
  if (!trim(text).empty()) out_.warn(where_, "mt940.after-amount", "余额的金额后面还有文字，未读 (something follows the amount): " + charset_.read(trim(text).substr(0, 60)));
  const bool page = name_ == "60M" || name_ == "62M";
  const int kind = opening ? (page ? MIF_BALANCE_INTERIM_OPENING : MIF_BALANCE_OPENING) : closing ? (page ? MIF_BALANCE_INTERIM_CLOSING : MIF_BALANCE_CLOSING) : name_[1] == '4' ? MIF_BALANCE_AVAILABLE : MIF_BALANCE_OTHER;
  out_.balance(kind, on, sign < 0 ? negated(amount) : amount, name_);
}

// :34F: of MT942, the least amount that is reported: only its currency is told.
void Mt940::read_floor() {
  const std::string_view text = trim(first_);
  if (now_.head.currency.empty() && three_letters(text)) now_.head.currency = std::string(text.substr(0, 3));
}

// :90D:2EUR186,33
void Mt940::read_sums() {
  finish_entry();
  details_belong_ = false;
  std::string_view text = trim(first_);
  std::size_t n = 0;
  while (n < text.size() && is_digit(text[n])) ++n;
  const std::string_view count = text.substr(0, n);
  text.remove_prefix(n);
  if (three_letters(text)) {
    if (now_.head.currency.empty()) now_.head.currency = std::string(text.substr(0, 3));
    text.remove_prefix(3);
  }
  mif_decimal sum{};
  if (n == 0 || n > 9 || !take_amount(text, sum)) {
    out_.warn(where_, "mt940.sum-unreadable", "声明的笔数和合计读不出来 (declared count and sum cannot be read): " + charset_.read(std::string_view(first_).substr(0, 60)));
    return;
  }
  (name_ == "90C" ? now_.credits : now_.debits) = std::strtoll(std::string(count).c_str(), nullptr, 10);
  (name_ == "90C" ? now_.declared.credits : now_.declared.debits) = sum;
}

// 0909301001RCN12,34NTRFour reference//the bank's
bool Mt940::read_entry(std::string_view text, std::size_t joined) {
  if (text.size() < 8 || !digits(text.substr(0, 6))) return false;
  const std::string_view value = text.substr(0, 6);
  text.remove_prefix(6);
  std::string_view booked;
  if (text.size() >= 4 && digits(text.substr(0, 4))) {
    booked = text.substr(0, 4);
    text.remove_prefix(4);
  }
  while (!text.empty() && text[0] == ' ') text.remove_prefix(1);
  Entry e;
  bool expected = false;
  const int sign = mark(text, e.reversal, expected);
  if (sign == 0) return false;
  while (!text.empty() && text[0] == ' ') text.remove_prefix(1);
  if (!text.empty() && is_letter(text[0])) text.remove_prefix(1);  // the third letter of the currency
  if (!take_amount(text, e.amount)) return false;
  if (sign < 0) e.amount = negated(e.amount);
  if (expected) e.status = MIF_ENTRY_PENDING;
  e.value_day = day(value);
  const mif_day about = e.value_day ? e.value_day : now_.opening_day;
  if (!booked.empty() && about) {
    bool moved = false;
    e.day = near(about, number(booked), number(booked.substr(2)), moved);
    if (e.day == 0) out_.warn(where_, "mt940.no-such-day", "没有这一天，按没有日期读 (no such day, read as none): " + std::string(booked));
    if (moved) out_.warn(where_, "mt940.day-moved", "当月没有这一天，按月末读 (beyond the end of the month, read as its last day): " + std::string(booked));
  }
  if (text.size() >= 4 && (text[0] == 'N' || text[0] == 'S' || text[0] == 'F')) {
    e.code = charset_.read(text.substr(0, 4));
    text.remove_prefix(4);
  }
  const std::size_t slashes = text.find("//");
  std::string_view ref = trim(text.substr(0, slashes));
  const std::string_view bank = slashes == std::string_view::npos ? std::string_view() : trim(text.substr(slashes + 2));
  // "P002445588      Example Ltd": some banks put a name behind the reference.
  const std::size_t gap = ref.find("  ");
  std::string behind;
  if (gap != std::string_view::npos) {
    behind = charset_.read(trim(ref.substr(gap)));
    ref = ref.substr(0, gap);
  }
  if (e.code.empty() && ref.size() == 10 && ref.substr(4) == "NONREF") {  // a type that begins with another letter
    e.code = charset_.read(ref.substr(0, 4));
    ref = "NONREF";
  }
  if (ref != "NONREF") e.client_ref = charset_.read(ref);
  if (bank != "NONREF") e.bank_ref = charset_.read(bank);
  entry_ = e;
  has_entry_ = true;
  details_belong_ = true;
  supplement_ = behind;
  for (std::string_view rest = std::string_view(more_).substr(std::min(joined, more_.size())); !rest.empty();) {
    rest.remove_prefix(1);  // the line end
    const std::size_t end = rest.find('\n');
    const std::string_view line = trim(rest.substr(0, end));
    if (!line.empty()) supplement_ += (supplement_.empty() ? "" : " ") + std::string(line);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end);
  }
  return true;
}

int sniff(std::string_view head, std::string& format) {
  int first = 0, entries = 0, interim = 0, balances = 0;
  for (std::size_t at = 0; at != std::string_view::npos && at < head.size();) {
    const std::size_t end = head.find_first_of("\r\n", at);
    std::string_view line = head.substr(at, end == std::string_view::npos ? end : end - at);
    while (!line.empty() && static_cast<unsigned char>(line[0]) < 0x20) line.remove_prefix(1);
    if (const std::size_t four = line.find("{4:"); four != std::string_view::npos && line[0] == '{') {
      if (line.find("{2:I942") != std::string_view::npos || line.find("{2:O942") != std::string_view::npos) ++interim;
      line.remove_prefix(four + 3);
    }
    first += line.substr(0, 4) == ":20:" || line.substr(0, 4) == ":25:";
    entries += line.substr(0, 4) == ":61:" || line.substr(0, 4) == ":86:";
    interim += line.substr(0, 5) == ":34F:" || line.substr(0, 5) == ":13D:" || line.substr(0, 5) == ":90D:" || line.substr(0, 5) == ":90C:";
    balances += line.substr(0, 3) == ":60" || line.substr(0, 3) == ":62";
    at = end == std::string_view::npos ? end : end + 1;
  }
  format = interim > 0 && balances == 0 ? "mt942" : "mt940";
  const int groups = (first > 0) + (entries > 0) + (interim + balances > 0);
  return groups == 3 ? 98 : groups == 2 ? 95 : groups == 1 ? 70 : 0;
}

}  // namespace mif::bank_mt940
