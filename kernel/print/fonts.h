// SPDX-License-Identifier: Apache-2.0
// The configured font families, and which of them has a character. Inside the room print.
#pragma once

#include <pango/pangocairo.h>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mif::print {

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
};
template <class T>
using Held = std::unique_ptr<T, Unref>;

// Where in a text the family changes, and the text with 〓 for what no family has.
struct Covered {
  std::string text;
  std::vector<std::pair<std::size_t, std::size_t>> families;  // from byte, family; the first from 0
  std::vector<std::string> missing;                           // "U+20BB7"
};

// [calling-thread]
class Fonts {
 public:
  explicit Fonts(std::vector<std::string> families);  // MIF_E_UNAVAILABLE
  PangoContext* context() const { return context_.get(); }
  const std::string& family(std::size_t i) const { return families_[i]; }
  Covered cover(std::string_view utf8);
  cairo_scaled_font_t* scaled(double points);  // the first family's, for glyphs placed one by one

 private:
  int family_of(char32_t c);

  std::vector<std::string> families_;
  Held<PangoFontMap> map_;
  Held<PangoContext> context_;
  std::vector<Held<PangoFont>> fonts_;
  std::unordered_map<char32_t, int> known_;
  std::unordered_map<int, Held<PangoFont>> sized_;
};

}  // namespace mif::print
