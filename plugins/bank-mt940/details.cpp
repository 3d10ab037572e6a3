// SPDX-License-Identifier: Apache-2.0
#include "details.h"

#include <algorithm>
#include <array>

#include "text.h"

namespace mif::bank_mt940 {

using statement_text::digits;
using statement_text::trim;

namespace {

constexpr std::size_t kFullLine = 60;  // banks break lines at 65 characters, some a little earlier

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool nothing(std::string_view ref) { return ref.empty() || ref == "NONREF" || ref == "NOTPROVIDED" || ref == "NOT PROVIDED" || ref == "NOTPROV"; }

void add(std::string& to, std::string_view more) {
  more = trim(more);
  if (more.empty()) return;
  if (!to.empty()) to += ' ';
  to += more;
}

// A broken word goes on in the next line when the line before is full; otherwise lines are words apart.
std::string joined(std::string_view lines, bool always) {
  std::string out;
  std::size_t length = 0;
  for (const char c : lines) {
    if (c != '\n') {
      out += c;
      ++length;
      continue;
    }
    if (!always && length < kFullLine && length > 0) out += ' ';
    length = 0;
  }
  return out;
}

// The character before "20", "32" ...; 0 when the text is not in fields.
char separator(std::string_view text, std::size_t& start) {
  for (const std::size_t at : {std::size_t{3}, std::size_t{0}, std::size_t{4}}) {
    if (at + 2 >= text.size() || (at >= 3 && !digits(text.substr(0, 3)))) continue;
    const char c = text[at];
    if ((c == '?' || c == '<' || c == '~' || c == '^' || c == '|') && is_digit(text[at + 1]) && is_digit(text[at + 2])) {
      start = at;
      return c;
    }
  }
  return 0;
}

// SEPA words inside the remittance text: "EREF+END-1SVWZ+Rent".
constexpr std::array<std::string_view, 16> kPlus = {"EREF", "KREF", "MREF", "CRED", "DEBT", "SVWZ", "ABWA", "ABWE", "IBAN", "BIC", "COAM", "OAMT", "PURP", "RREF", "BREF", "RTRN"};

// Where the next word begins; its '+' in `plus`.
std::size_t next_plus(std::string_view text, std::size_t from, std::size_t& plus) {
  for (plus = text.find('+', from); plus != std::string_view::npos; plus = text.find('+', plus + 1))
    for (const std::size_t n : {std::size_t{4}, std::size_t{3}})
      if (plus >= from + n && std::find(kPlus.begin(), kPlus.end(), text.substr(plus - n, n)) != kPlus.end()) return plus - n;
  return std::string_view::npos;
}

void read_plus(std::string_view remittance, Details& out) {
  std::string kref;
  std::size_t plus = 0, next = 0;
  for (std::size_t at = next_plus(remittance, 0, plus); at != std::string_view::npos;) {
    const std::string_view word = remittance.substr(at, plus - at);
    const std::size_t begin = plus + 1, end = next_plus(remittance, begin, next);
    const std::string_view value = trim(remittance.substr(begin, end == std::string_view::npos ? end : end - begin));
    if (word == "EREF" && !nothing(value)) out.client_ref = std::string(value);
    if (word == "KREF" && !nothing(value)) kref = std::string(value);
    if (word == "IBAN" && out.counter_account.empty()) out.counter_account = std::string(value);
    at = end;
    plus = next;
  }
  if (out.client_ref.empty()) out.client_ref = kref;
}

void read_fields(std::string_view text, char mark, Details& out) {
  std::string before, remittance, ending;
  while (!text.empty()) {
    const int field = (text[1] - '0') * 10 + (text[2] - '0');
    std::size_t end = 3;
    while (end < text.size() && !(text[end] == mark && end + 2 < text.size() && is_digit(text[end + 1]) && is_digit(text[end + 2]))) ++end;
    const std::string_view value = text.substr(3, end - 3);
    text.remove_prefix(end);
    if (field == 0) add(before, value);
    if ((field >= 20 && field <= 29) || (field >= 60 && field <= 63)) remittance += value;
    if (field == 31 || (field == 38 && !trim(value).empty())) out.counter_account = std::string(trim(value));
    if (field == 32 || field == 33) out.counter_name += value;
    if (field > 63) add(ending, value);
  }
  out.counter_name = std::string(trim(out.counter_name));
  read_plus(remittance, out);
  add(out.text, before);
  add(out.text, remittance);
  add(out.text, ending);
}

constexpr std::array<std::string_view, 31> kSlash = {"NAME", "IBAN", "BIC",  "EREF", "REMI", "TRTP", "CSID", "MARF", "TRCD", "CNTP", "ORDP", "BENM", "ADDR", "ISDT", "PREF", "RTRN",
                                                     "ULTC", "ULTD", "ULTB", "PURP", "SVCL", "ACCW", "KREF", "ID",   "INFO", "ORCR", "CREF", "RREF", "OCMT", "CHGS", "SVWZ"};

// "/NAME/" at `at`: the word, or empty.
std::string_view slash_word(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != '/') return {};
  const std::size_t end = text.find('/', at + 1);
  if (end == std::string_view::npos || end - at > 5) return {};
  const std::string_view word = text.substr(at + 1, end - at - 1);
  return std::find(kSlash.begin(), kSlash.end(), word) == kSlash.end() ? std::string_view() : word;
}

bool read_words(std::string_view text, Details& out) {
  bool any = false;
  for (std::size_t at = text.find('/'); at != std::string_view::npos;) {
    const std::string_view word = slash_word(text, at);
    if (word.empty()) {
      at = text.find('/', at + 1);
      continue;
    }
    const std::size_t value_at = at + word.size() + 2;
    std::size_t end = text.find('/', value_at);
    while (end != std::string_view::npos && slash_word(text, end).empty()) end = text.find('/', end + 1);
    std::string_view value = trim(text.substr(value_at, end == std::string_view::npos ? end : end - value_at));
    while (!value.empty() && value.front() == '/') value.remove_prefix(1);
    while (!value.empty() && value.back() == '/') value.remove_suffix(1);
    at = end;
    if (word == "NAME" && out.counter_name.empty()) out.counter_name = std::string(value), any = true;
    if (word == "IBAN" || word == "ACCW") out.counter_account = std::string(value.substr(0, value.find(','))), any = true;
    if (word == "EREF" && !nothing(value)) out.client_ref = std::string(value);
    if (word == "EREF" || word == "REMI") any = true;
    if (word == "CNTP") {  // account/bank/name/city
      any = true;
      std::string_view parts[3];
      for (auto& part : parts) {
        const std::size_t slash = value.find('/');
        part = trim(value.substr(0, slash));
        value = slash == std::string_view::npos ? std::string_view() : value.substr(slash + 1);
      }
      out.counter_account = std::string(parts[0]);
      out.counter_name = std::string(parts[2]);
    }
  }
  return any;
}

}  // namespace

Details read_details(std::string_view lines) {
  Details out;
  std::size_t start = 0;
  std::string text = joined(lines, true);
  if (const char mark = separator(text, start)) {
    if (start >= 3) out.code = text.substr(0, 3);
    read_fields(std::string_view(text).substr(start), mark, out);
    return out;
  }
  if (read_words(text, out)) {
    out.text = std::string(trim(text));
    return out;
  }
  out.text = std::string(trim(joined(lines, false)));
  read_plus(out.text, out);
  return out;
}

}  // namespace mif::bank_mt940
