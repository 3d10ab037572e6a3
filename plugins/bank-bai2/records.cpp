// SPDX-License-Identifier: Apache-2.0
#include "records.h"

#include <algorithm>

#include "text.h"

namespace mif::bank_bai2 {

using namespace statement_text;

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A record of its own ends with "/", and banks add ",/": neither is text.
std::string_view without_end(std::string_view text) {
  text = trim(text);
  if (text.empty() || text.back() != '/') return text;
  text.remove_suffix(1);
  return text;
}

// Does a record begin behind the slash at `at`? A few characters tell.
bool record_behind(std::string_view text, std::size_t at) {
  std::string_view next = text.substr(at + 1, 64);
  while (!next.empty() && next.front() == ' ') next.remove_prefix(1);
  return record_at(next, true) != 0;
}

}  // namespace

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t comma = text.find(',');
    out.push_back(trim(text.substr(0, comma)));
    if (comma == std::string_view::npos) return out;
    text.remove_prefix(comma + 1);
  }
}

std::vector<std::string_view> Record::fields() const {
  std::vector<std::string_view> out;
  for (const auto& segment : segments)
    for (const auto field : split(segment)) out.push_back(field);
  return out;
}

int record_at(std::string_view text, bool joined) {
  if (text.size() < 3 || !is_digit(text[0]) || !is_digit(text[1])) return 0;
  const int code = (text[0] - '0') * 10 + (text[1] - '0');
  if (code == 88 && !joined && !is_digit(text[2])) return 88;  // "88:" and "88 " occur
  if ((code == 49 || code == 98 || code == 99) && text[2] == '/') return code;
  if (text[2] != ',') return 0;
  const std::string_view rest = text.substr(3);
  switch (code) {
    case 1:
    case 2:
    case 88: return code;
    case 3: return rest.find(',') == std::string_view::npos && joined ? 0 : code;
    case 16: return rest.size() >= 4 && digits(rest.substr(0, 3)) && rest[3] == ',' ? code : 0;
    case 49:
    case 98:
    case 99: {
      std::size_t at = !rest.empty() && (rest[0] == '-' || rest[0] == '+') ? 1 : 0;
      while (at < rest.size() && (is_digit(rest[at]) || rest[at] == ' ')) ++at;
      return at == rest.size() || rest[at] == ',' || rest[at] == '/' ? code : 0;
    }
    default: return 0;
  }
}

void Records::line(const Line& l) {
  if (!l.continued && l.ended) return piece(l.text, {l.byte, l.number});
  // Longer than a piece: what may be cut in the middle of a record waits for the rest of the line.
  if (!l.continued) {
    rest_.clear();
    rest_where_ = {l.byte, l.number};
  }
  rest_.append(l.text);
  const std::size_t last = l.ended ? rest_.size() : rest_.rfind('/');
  if (last != std::string::npos && (l.ended || rest_.size() - last > 8 || rest_.size() > kMostRecord)) {
    const std::string whole = rest_.substr(0, last);
    rest_.erase(0, last);
    piece(whole, rest_where_);
    rest_where_.byte += static_cast<std::int64_t>(last);
  } else if (rest_.size() > kMostRecord) {
    cut_ = true;
    piece(rest_, rest_where_);
    rest_where_.byte += static_cast<std::int64_t>(rest_.size());
    rest_.clear();
  }
}

void Records::piece(std::string_view text, Where where) {
  while (!text.empty()) {
    std::size_t skipped = 0;
    while (skipped < text.size() && (static_cast<unsigned char>(text[skipped]) <= 0x20 || text.substr(skipped, 3) == "\xEF\xBB\xBF")) skipped += text[skipped] == '\xEF' ? 3 : 1;
    const bool slash = skipped < text.size() && text[skipped] == '/' && record_behind(text, skipped);  // left by a long line
    text.remove_prefix(skipped + (slash ? 1 : 0));
    where.byte += static_cast<std::int64_t>(skipped + (slash ? 1 : 0));
    if (text.empty()) return;
    std::size_t end = text.find('/');
    while (end != std::string_view::npos && !record_behind(text, end)) end = text.find('/', end + 1);
    const std::string_view own = text.substr(0, end == std::string_view::npos ? end : end + 1);
    const int code = record_at(own, false);
    const bool follows = code == 88 || code == 0;
    if (follows && !any_) {
      stray_ = stray_ || !trim(own).empty();
    } else if (follows) {
      const std::string_view more = code == 88 ? without_end(own).substr(std::min<std::size_t>(3, without_end(own).size())) : without_end(own);
      size_ += more.size() + 1;
      if (size_ <= kMostRecord) now_.segments.emplace_back(more);
      else cut_ = true;
      now_.lines += code == 88 ? 1 : 0;
    } else {
      finish();
      now_.code = code;
      now_.lines = 1;
      now_.where = where;
      const std::string_view fields = without_end(own);
      size_ = fields.size();
      now_.segments.assign(1, std::string(fields.substr(std::min<std::size_t>(3, fields.size()))));
      any_ = true;
    }
    text.remove_prefix(own.size());
    where.byte += static_cast<std::int64_t>(own.size());
  }
}

void Records::finish() {
  if (any_) sink_(now_);
  any_ = false;
}

}  // namespace mif::bank_bai2
