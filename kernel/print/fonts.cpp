// SPDX-License-Identifier: Apache-2.0
#include "kernel/print/fonts.h"

#include <fmt/format.h>

#include <cmath>

#include "mif/error.hpp"

namespace mif::print {
namespace {

Held<PangoFont> load(PangoContext* context, const std::string& family, double points) {
  PangoFontDescription* wanted = pango_font_description_new();
  pango_font_description_set_family(wanted, family.c_str());
  pango_font_description_set_size(wanted, static_cast<int>(std::lround(points * PANGO_SCALE)));
  Held<PangoFont> font(pango_context_load_font(context, wanted));
  pango_font_description_free(wanted);
  return font;
}

// The operating system answers with whatever it has; only the family asked for will do.
bool is_family(PangoFont* font, const std::string& family) {
  PangoFontDescription* found = pango_font_describe(font);
  const char* name = pango_font_description_get_family(found);
  const bool same = name && g_ascii_strcasecmp(name, family.c_str()) == 0;
  pango_font_description_free(found);
  return same;
}

}  // namespace

Fonts::Fonts(std::vector<std::string> families) : families_(std::move(families)) {
  map_.reset(pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT));
  if (!map_) throw Error(MIF_E_UNAVAILABLE, "print.fonts", "pango 没有 FreeType 字体支持 (pango lacks FreeType fonts)");
  pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map_.get()), 72);  // a point is a unit
  context_.reset(pango_font_map_create_context(map_.get()));
  pango_context_set_language(context_.get(), pango_language_from_string("zh-cn"));
  pango_context_set_round_glyph_positions(context_.get(), FALSE);
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);  // the same widths at every size and on every machine
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options(context_.get(), options);
  cairo_font_options_destroy(options);
  if (families_.empty()) throw Error(MIF_E_INVALID, "print.no-font", "没有指定打印字体, 在 mif.info 写 print { font \"WenQuanYi Micro Hei\" } (no font for printing)");
  for (const auto& family : families_) {
    fonts_.push_back(load(context_.get(), family, 10));
    if (!fonts_.back() || !is_family(fonts_.back().get(), family))
      throw Error(MIF_E_UNAVAILABLE, "print.font-missing", "没有安装打印字体 \"" + family + "\": 安装它 (Debian 包 fonts-wqy-microhei 带有 WenQuanYi Micro Hei), 或在 mif.info 的 print { font } 改用已装的字体 (the font is not installed)");
  }
}

int Fonts::family_of(char32_t c) {
  const auto [place, unknown] = known_.try_emplace(c, -1);
  if (!unknown) return place->second;
  for (std::size_t i = 0; i < fonts_.size() && place->second < 0; ++i)
    if (pango_font_has_char(fonts_[i].get(), c)) place->second = static_cast<int>(i);
  return place->second;
}

Covered Fonts::cover(std::string_view utf8) {
  Covered result;
  result.text.reserve(utf8.size());
  const auto start = [&](std::size_t family) {
    if (result.families.empty() || result.families.back().second != family) result.families.emplace_back(result.text.size(), family);
  };
  for (const char* p = utf8.data(); p < utf8.data() + utf8.size();) {
    const gunichar c = g_utf8_get_char_validated(p, utf8.data() + utf8.size() - p);
    if (static_cast<gint32>(c) < 0) throw Error(MIF_E_INVALID, "print.not-utf8", fmt::format("要打印的文字不是 UTF-8 (text to print is not UTF-8), 第 {} 字节", p - utf8.data() + 1));
    const char* const next = g_utf8_next_char(p);
    const bool plain = c == '\n' || c == ' ' || c == 0x3000;
    const int family = plain ? 0 : family_of(c);
    if (family < 0 || (c < 0x20 && !plain)) {
      start(0);
      result.text += "\xE3\x80\x93";  // 〓, the printer's mark for a sort that is not in the case
      result.missing.push_back(fmt::format("U+{:04X}", static_cast<std::uint32_t>(c)));
    } else {
      start(static_cast<std::size_t>(family));
      result.text.append(p, next);
    }
    p = next;
  }
  return result;
}

cairo_scaled_font_t* Fonts::scaled(double points) {
  Held<PangoFont>& font = sized_[static_cast<int>(std::lround(points * 100))];
  if (!font) font = load(context_.get(), families_[0], points);
  return pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(font.get()));
}

}  // namespace mif::print
