// SPDX-License-Identifier: Apache-2.0
// The markup of OFX, SGML and XML alike, as a stream: an element begins, an element ends, an element had this text. SGML leaves end
// tags out, so a text ends where the next tag begins. Comments, CDATA, declarations and entities are understood, UTF-16 too.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "emitter.h"

namespace mif::bank_ofx {

class Markup {
 public:
  static constexpr std::size_t kMostText = 64 * 1024, kMostName = 128;
  struct Events {
    std::function<void(std::string_view name, statement_text::Where)> begin, end;
    std::function<void(std::string_view name, std::string_view text, statement_text::Where)> text;  // trimmed, entities resolved
    std::function<void(std::string_view header)> header;  // what stands before <OFX> and processing instructions
  };
  explicit Markup(Events events) : events_(std::move(events)) {}
  void feed(std::string_view bytes, std::int64_t position);
  void finish();
  bool inside_tag() const { return state_ != State::text; }  // the file ended inside a tag
  bool long_text() const { return long_text_; }

 private:
  enum class State { text, open, tag, declaration, comment, cdata };
  void decode(std::string_view bytes, std::int64_t position);
  void eat(std::string_view bytes);
  void tag();
  void tell_text();
  Events events_;
  State state_ = State::text;
  std::string text_, tag_, name_, narrow_, head_;
  statement_text::Where at_{0, 1}, tag_at_, text_at_;
  int wide_ = -1;  // UTF-16: 0 big end first, 1 little; -1 not
  int high_ = -1;
  unsigned lead_ = 0;
  bool begun_ = false, long_text_ = false, root_ = false;
};

// "&amp;" "&#228;" "&#x4E2D;" as UTF-8; what is no entity stays.
std::string resolved(std::string_view text);

}  // namespace mif::bank_ofx
