// SPDX-License-Identifier: Apache-2.0
#include "markup.h"

#include <algorithm>
#include <cstdlib>

#include "text.h"

namespace mif::bank_ofx {

using namespace statement_text;

namespace {

void put(std::string& out, unsigned long point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | (point >> 6));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | (point >> 12));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (point >> 18));
    out += static_cast<char>(0x80 | ((point >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  }
}

bool is_name(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

bool starts(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }
bool ends(std::string_view text, std::string_view with) { return text.size() >= with.size() && text.substr(text.size() - with.size()) == with; }

}  // namespace

std::string resolved(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t end = text[at] == '&' ? text.substr(0, at + 10).find(';', at) : std::string_view::npos;
    if (end == std::string_view::npos) {
      out += text[at];
      continue;
    }
    const std::string name(text.substr(at + 1, end - at - 1));
    if (name == "amp") out += '&';
    else if (name == "lt") out += '<';
    else if (name == "gt") out += '>';
    else if (name == "quot") out += '"';
    else if (name == "apos") out += '\'';
    else if (name == "nbsp") out += ' ';
    else if (name.size() > 1 && name[0] == '#') {
      const bool hex = name[1] == 'x' || name[1] == 'X';
      char* stop = nullptr;
      const unsigned long point = std::strtoul(name.c_str() + (hex ? 2 : 1), &stop, hex ? 16 : 10);
      if (*stop != 0 || point < 0x20 || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) {
        out += text[at];
        continue;
      }
      put(out, point);
    } else {
      out += text[at];
      continue;
    }
    at = end;
  }
  return out;
}

void Markup::feed(std::string_view bytes, std::int64_t position) {
  if (begun_) return decode(bytes, position);
  head_.append(bytes);
  if (head_.size() < 2) return;
  begun_ = true;
  if (starts(head_, "\xFF\xFE") || (head_[0] == '<' && head_[1] == 0)) wide_ = 1;
  if (starts(head_, "\xFE\xFF") || (head_[0] == 0 && head_[1] == '<')) wide_ = 0;
  decode(head_, 0);
  head_.clear();
}

void Markup::decode(std::string_view bytes, std::int64_t position) {
  at_.byte = position;
  if (wide_ < 0) return eat(bytes);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int byte = static_cast<unsigned char>(bytes[i]);
    if (high_ < 0) {
      high_ = byte;
      continue;
    }
    const unsigned unit = static_cast<unsigned>(wide_ == 0 ? high_ * 256 + byte : byte * 256 + high_);
    high_ = -1;
    narrow_.clear();
    if (unit >= 0xD800 && unit < 0xDC00) lead_ = unit;
    else if (unit >= 0xDC00 && unit < 0xE000 && lead_) put(narrow_, 0x10000 + ((lead_ - 0xD800UL) << 10) + (unit - 0xDC00UL)), lead_ = 0;
    else if (unit != 0xFEFF) put(narrow_, unit >= 0xD800 && unit < 0xE000 ? '?' : unit);
    at_.byte = position + static_cast<std::int64_t>(i) - 1;
    eat(narrow_);
  }
}

void Markup::eat(std::string_view bytes) {
  const std::int64_t step = wide_ < 0 ? 1 : 0;
  for (std::size_t i = 0; i < bytes.size(); ++i, at_.byte += step) {
    const char c = bytes[i];
    if (c == '\n') ++at_.line;
    if (state_ == State::text) {
      const std::size_t next = std::min(bytes.find('<', i), bytes.size());
      const std::string_view piece = bytes.substr(i, next - i);
      if (!piece.empty()) {
        if (!append_within(text_, piece, kMostText)) long_text_ = long_text_ || !name_.empty();
        at_.line += std::count(piece.begin() + 1, piece.end(), '\n');
        at_.byte += step * static_cast<std::int64_t>(piece.size() - 1);
        i = next - 1;
        continue;
      }
      state_ = State::open;
      tag_at_ = at_;
      tag_.clear();
      continue;
    }
    if (state_ == State::open) {  // "A < B" is no tag
      if (!is_name(c) && c != '/' && c != '!' && c != '?') {
        state_ = State::text;
        text_ += '<';
        --i;
        at_.byte -= step;
        if (c == '\n') --at_.line;
        continue;
      }
      state_ = c == '!' || c == '?' ? State::declaration : State::tag;
      tag_ += c;
      continue;
    }
    if (state_ == State::cdata) {
      append_within(text_, std::string_view(&c, 1), kMostText);
      if (c == '>' && ends(text_, "]]>")) {
        text_.resize(text_.size() - 3);
        state_ = State::text;
      } else if (text_.size() >= kMostText) {
        long_text_ = true;
        text_.resize(kMostText - 64);
      }
      continue;
    }
    if (state_ == State::comment) {
      tag_ += c;
      if (tag_.size() > 3) tag_.erase(0, tag_.size() - 3);
      if (c == '>' && tag_ == "-->") state_ = State::text;
      continue;
    }
    if (c != '>') {
      if (c == '<' && state_ == State::tag) {  // "</BANKTRANLIST<": the tag was never closed
        tag();
        state_ = State::open;
        tag_at_ = at_;
        tag_.clear();
        continue;
      }
      if (tag_.size() < kMostName || state_ == State::declaration) append_within(tag_, std::string_view(&c, 1), 4096);
      if (tag_ == "!--") {
        state_ = State::comment;
        tag_.clear();
      } else if (tag_ == "![CDATA[") {
        state_ = State::cdata;
      }
      continue;
    }
    if (state_ == State::declaration) {
      if (events_.header) events_.header(tag_);
      state_ = State::text;
      continue;
    }
    state_ = State::text;
    tag();
  }
}

void Markup::tag() {
  const bool ending = tag_[0] == '/';
  const bool empty = !ending && tag_.back() == '/';
  std::string_view name = std::string_view(tag_).substr(ending ? 1 : 0);
  name = trim(name.substr(0, name.find_first_of(" \t\r\n/")));
  if (const std::size_t colon = name.rfind(':'); colon != std::string_view::npos) name.remove_prefix(colon + 1);
  std::string upper(name);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c); });
  tell_text();
  if (ending) {
    events_.end(upper, tag_at_);
    return;
  }
  root_ = true;
  events_.begin(upper, tag_at_);
  if (empty) {
    events_.text(upper, "", tag_at_);
    events_.end(upper, tag_at_);
    return;
  }
  name_ = upper;
  text_at_ = tag_at_;
}

void Markup::tell_text() {
  if (!root_ && events_.header) events_.header(text_);
  if (!name_.empty()) events_.text(name_, trim(text_), text_at_);
  name_.clear();
  text_.clear();
}

void Markup::finish() {
  if (!begun_) eat(head_);
  tell_text();
}

}  // namespace mif::bank_ofx
