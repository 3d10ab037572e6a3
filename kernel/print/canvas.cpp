// SPDX-License-Identifier: Apache-2.0
#include "kernel/print/canvas.h"

#include <cairo-pdf.h>
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <ctime>
#include <utility>

#include "kernel/print/fonts.h"
#include "mif/error.hpp"

namespace mif::print {
namespace {

constexpr double kPoint = 72.0 / 2540.0;  // one hundredth of a millimetre
constexpr double kLeast = 4;              // points below which nobody reads
constexpr std::size_t kKept = 8192;       // layouts

struct Layout {
  Held<PangoLayout> layout;
  double width = 0, height = 0;  // points
  std::vector<std::string> missing;
};

cairo_status_t write(void* closure, const unsigned char* data, unsigned length) noexcept {
  try {
    (*static_cast<Canvas::Sink*>(closure))({reinterpret_cast<const char*>(data), length});
    return CAIRO_STATUS_SUCCESS;
  } catch (...) {
    return CAIRO_STATUS_WRITE_ERROR;  // surfaces as the status of the surface, see check()
  }
}

std::string shortened(std::string_view words) {
  std::string out(words.substr(0, 60));
  while (!out.empty() && out.size() < words.size() && (static_cast<unsigned char>(words[out.size()]) & 0xC0) == 0x80) out.pop_back();
  return out.size() < words.size() ? out + "…" : out;
}

PangoAlignment pango_of(Align align) { return align == Align::left ? PANGO_ALIGN_LEFT : align == Align::right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_CENTER; }

}  // namespace

struct Canvas::Impl {
  explicit Impl(const CanvasOptions& options) : fonts(options.fonts) {}
  ~Impl() {
    if (cr) cairo_destroy(cr);
    if (surface) cairo_surface_destroy(surface);
  }

  Fonts fonts;
  Sink sink;                                                  // PDF
  std::function<void(int, std::string_view)> page_sink;  // PNG
  int dpi = 0;                                                // 0 = PDF
  cairo_surface_t* surface = nullptr;
  cairo_t* cr = nullptr;
  Paper paper;
  int pages = 0, x = 0, y = 0;
  std::vector<Trouble> troubles;
  std::unordered_map<std::string, Layout> layouts;

  void check() const {
    if (const cairo_status_t status = surface ? cairo_surface_status(surface) : CAIRO_STATUS_SUCCESS; status != CAIRO_STATUS_SUCCESS)
      throw Error(status == CAIRO_STATUS_WRITE_ERROR ? MIF_E_UNAVAILABLE : MIF_E_INTERNAL,
                  std::string("版面没有写成: ") + cairo_status_to_string(status) + " (the document could not be written)");
  }
  void end_page() {
    if (!cr) return;
    if (dpi == 0) {
      cairo_show_page(cr);
      return check();
    }
    std::string bytes;
    Sink keep = [&bytes](std::string_view part) { bytes += part; };
    cairo_surface_write_to_png_stream(surface, write, &keep);
    cairo_destroy(std::exchange(cr, nullptr));
    cairo_surface_destroy(std::exchange(surface, nullptr));
    page_sink(pages, bytes);
  }
  void color(Color c) const {
    static constexpr std::array<std::array<double, 3>, 5> kInk = {{{0, 0, 0}, {0.8, 0, 0}, {0.2, 0.35, 0.75}, {0.45, 0.45, 0.45}, {0.93, 0.95, 0.98}}};
    const auto& ink = kInk[static_cast<std::size_t>(c)];
    cairo_set_source_rgb(cr, ink[0], ink[1], ink[2]);
  }
  Layout make(std::string_view words, double points) {
    Covered covered = fonts.cover(words);
    Layout made;
    made.layout.reset(pango_layout_new(fonts.context()));
    pango_layout_set_text(made.layout.get(), covered.text.data(), static_cast<int>(covered.text.size()));
    PangoFontDescription* font = pango_font_description_new();
    pango_font_description_set_family(font, fonts.family(0).c_str());
    pango_font_description_set_size(font, static_cast<int>(std::lround(points * PANGO_SCALE)));
    pango_layout_set_font_description(made.layout.get(), font);
    pango_font_description_free(font);
    PangoAttrList* attributes = pango_attr_list_new();
    pango_attr_list_insert(attributes, pango_attr_fallback_new(FALSE));
    for (std::size_t i = 0; i < covered.families.size(); ++i) {
      if (covered.families[i].second == 0) continue;
      PangoAttribute* family = pango_attr_family_new(fonts.family(covered.families[i].second).c_str());
      family->start_index = static_cast<guint>(covered.families[i].first);
      family->end_index = static_cast<guint>(i + 1 < covered.families.size() ? covered.families[i + 1].first : covered.text.size());
      pango_attr_list_insert(attributes, family);
    }
    pango_layout_set_attributes(made.layout.get(), attributes);
    pango_attr_list_unref(attributes);
    made.missing = std::move(covered.missing);
    measure(made);
    return made;
  }
  static void measure(Layout& made) {
    int w = 0, h = 0;
    pango_layout_get_size(made.layout.get(), &w, &h);
    made.width = static_cast<double>(w) / PANGO_SCALE;
    made.height = static_cast<double>(h) / PANGO_SCALE;
  }
  // Amounts, names and headings come again and again: shaping them once is most of the speed.
  const Layout& single(std::string_view words, double points) {
    std::string key = std::to_string(std::lround(points * 100)) + ':' + std::string(words);
    if (const auto found = layouts.find(key); found != layouts.end()) return found->second;
    if (layouts.size() >= kKept) layouts.clear();
    return layouts.emplace(std::move(key), make(words, points)).first->second;
  }
  void show(const Layout& made, const Box& box, const Style& style) {
    const double w = box.w * kPoint, h = box.h * kPoint;
    const double indent = style.align == Align::left ? 0 : style.align == Align::right ? w - made.width : (w - made.width) / 2;
    if (pango_layout_get_line_count(made.layout.get()) > 1) pango_layout_set_alignment(made.layout.get(), pango_of(style.align));  // of its lines among themselves
    color(style.color);
    cairo_move_to(cr, (box.x + x) * kPoint + indent, (box.y + y) * kPoint + (h - made.height) / 2);
    pango_cairo_show_layout(cr, made.layout.get());
  }
};

Canvas::Canvas(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Canvas::~Canvas() = default;

std::unique_ptr<Canvas> Canvas::pdf(const CanvasOptions& options, Sink sink) {
  auto impl = std::make_unique<Impl>(options);
  impl->sink = std::move(sink);
  impl->surface = cairo_pdf_surface_create_for_stream(write, &impl->sink, 595, 842);
  const std::time_t seconds = static_cast<std::time_t>(options.created_ms / 1000 + 8 * 3600);  // China Standard Time
  std::tm at = {};
  gmtime_r(&seconds, &at);
  const std::string created = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}+08:00", at.tm_year + 1900, at.tm_mon + 1, at.tm_mday, at.tm_hour, at.tm_min, at.tm_sec);
  cairo_pdf_surface_set_metadata(impl->surface, CAIRO_PDF_METADATA_CREATE_DATE, created.c_str());
  cairo_pdf_surface_set_metadata(impl->surface, CAIRO_PDF_METADATA_TITLE, options.title.c_str());
  cairo_pdf_surface_set_metadata(impl->surface, CAIRO_PDF_METADATA_AUTHOR, options.author.c_str());
  cairo_pdf_surface_set_metadata(impl->surface, CAIRO_PDF_METADATA_CREATOR, "mif");
  impl->check();
  return std::unique_ptr<Canvas>(new Canvas(std::move(impl)));
}

std::unique_ptr<Canvas> Canvas::png(const CanvasOptions& options, int dpi, std::function<void(int, std::string_view)> page) {
  auto impl = std::make_unique<Impl>(options);
  impl->dpi = dpi;
  impl->page_sink = std::move(page);
  return std::unique_ptr<Canvas>(new Canvas(std::move(impl)));
}

void Canvas::begin_page(const Paper& paper) {
  Impl& c = *impl_;
  c.end_page();
  c.paper = paper;
  c.x = c.y = 0;
  ++c.pages;
  if (c.dpi == 0) {
    cairo_pdf_surface_set_size(c.surface, paper.width * kPoint, paper.height * kPoint);
    if (!c.cr) c.cr = cairo_create(c.surface);
    return;
  }
  const double scale = c.dpi / 72.0;
  c.surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(std::lround(paper.width * kPoint * scale)), static_cast<int>(std::lround(paper.height * kPoint * scale)));
  c.cr = cairo_create(c.surface);
  cairo_set_source_rgb(c.cr, 1, 1, 1);
  cairo_paint(c.cr);
  cairo_scale(c.cr, scale, scale);
}

int Canvas::pages() const { return impl_->pages; }
const std::vector<Trouble>& Canvas::troubles() const { return impl_->troubles; }

void Canvas::bookmark(const std::string& name) {
  if (impl_->dpi != 0) return;
  cairo_pdf_surface_add_outline(impl_->surface, CAIRO_PDF_OUTLINE_ROOT, name.c_str(), fmt::format("page={}", impl_->pages).c_str(), static_cast<cairo_pdf_outline_flags_t>(0));
}

void Canvas::text(const Box& box, std::string_view words, const Style& style) {
  if (words.empty()) return;
  Impl& c = *impl_;
  const double w = box.w * kPoint, h = box.h * kPoint, slack = 0.01;
  const Layout& whole = c.single(words, style.points);
  for (const auto& one : whole.missing) c.troubles.push_back({c.pages, "字体里没有这个字, 印作 〓 (no glyph for) " + one + ": " + shortened(words)});
  if (whole.width <= w + slack && whole.height <= h + slack) return c.show(whole, box, style);
  for (double points = style.points;; points = points > kLeast + 0.5 ? points - 0.5 : kLeast) {
    Layout smaller = c.make(words, points);
    if (smaller.width <= w + slack && smaller.height <= h + slack) return c.show(smaller, box, style);
    pango_layout_set_width(smaller.layout.get(), static_cast<int>(w * PANGO_SCALE));
    pango_layout_set_wrap(smaller.layout.get(), PANGO_WRAP_WORD_CHAR);
    Impl::measure(smaller);
    const bool last = points <= kLeast;
    if (smaller.height <= h + slack || last) {
      if (last && smaller.height > h + slack) {
        pango_layout_set_height(smaller.layout.get(), static_cast<int>(h * PANGO_SCALE));
        pango_layout_set_ellipsize(smaller.layout.get(), PANGO_ELLIPSIZE_END);
        Impl::measure(smaller);
        c.troubles.push_back({c.pages, "印不下, 末尾截去 (too long for its place, cut): " + shortened(words)});
      }
      pango_layout_set_alignment(smaller.layout.get(), pango_of(style.align));
      smaller.width = w;  // pango aligns within the width it was given
      return c.show(smaller, box, style);
    }
  }
}

bool Canvas::digits(const Box& box, int columns, Fen fen, const Style& style, bool yuan) {
  Impl& c = *impl_;
  const std::string grouped = fen.grouped();
  std::string cells = yuan ? "Y" : "";
  if (fen < Fen(0)) cells += '-';
  for (const char ch : grouped)
    if (ch >= '0' && ch <= '9') cells += ch;
  if (fen < Fen(100) && fen > Fen(-100)) cells.erase(cells.size() - 3, 1);  // no yuan, no nought
  if (static_cast<int>(cells.size()) > columns && yuan) cells.erase(0, 1);
  if (static_cast<int>(cells.size()) > columns) return false;

  cairo_scaled_font_t* font = c.fonts.scaled(style.points);
  cairo_font_extents_t face;
  cairo_scaled_font_extents(font, &face);
  const double cell = box.w * kPoint / columns, baseline = (box.y + c.y + box.h / 2.0) * kPoint + (face.ascent - face.descent) / 2;
  std::vector<cairo_glyph_t> glyphs;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string one = cells[i] == 'Y' ? "¥" : std::string(1, cells[i]);
    cairo_glyph_t* found = nullptr;
    int n = 0;
    if (cairo_scaled_font_text_to_glyphs(font, 0, 0, one.data(), static_cast<int>(one.size()), &found, &n, nullptr, nullptr, nullptr) != CAIRO_STATUS_SUCCESS || n != 1)
      throw Error(MIF_E_INTERNAL, "no glyph for " + one);
    cairo_text_extents_t extents;
    cairo_scaled_font_glyph_extents(font, found, 1, &extents);
    const double left = (box.x + c.x) * kPoint + (columns - static_cast<double>(cells.size() - i)) * cell;
    glyphs.push_back({found->index, left + (cell - extents.x_advance) / 2, baseline});
    cairo_glyph_free(found);
  }
  c.color(style.color);
  cairo_set_scaled_font(c.cr, font);
  const cairo_text_cluster_t all = {static_cast<int>(grouped.size()), static_cast<int>(glyphs.size())};
  cairo_show_text_glyphs(c.cr, grouped.data(), static_cast<int>(grouped.size()), glyphs.data(), static_cast<int>(glyphs.size()), &all, 1, static_cast<cairo_text_cluster_flags_t>(0));
  return true;
}

void Canvas::line(int x1, int y1, int x2, int y2, int width, Color color) {
  Impl& c = *impl_;
  c.color(color);
  cairo_set_line_width(c.cr, width * kPoint);
  cairo_move_to(c.cr, (x1 + c.x) * kPoint, (y1 + c.y) * kPoint);
  cairo_line_to(c.cr, (x2 + c.x) * kPoint, (y2 + c.y) * kPoint);
  cairo_stroke(c.cr);
}

void Canvas::frame(const Box& box, int width, Color color) {
  Impl& c = *impl_;
  c.color(color);
  cairo_set_line_width(c.cr, width * kPoint);
  cairo_rectangle(c.cr, (box.x + c.x) * kPoint, (box.y + c.y) * kPoint, box.w * kPoint, box.h * kPoint);
  cairo_stroke(c.cr);
}

void Canvas::fill(const Box& box, Color color) {
  Impl& c = *impl_;
  c.color(color);
  cairo_rectangle(c.cr, (box.x + c.x) * kPoint, (box.y + c.y) * kPoint, box.w * kPoint, box.h * kPoint);
  cairo_fill(c.cr);
}

void Canvas::origin(int x, int y) {
  impl_->x = x;
  impl_->y = y;
}

void Canvas::finish() {
  Impl& c = *impl_;
  c.end_page();
  if (c.dpi != 0) return;
  cairo_surface_finish(c.surface);
  c.check();
}

int hundredths(std::string_view millimetres) {
  try {
    const std::int64_t value = Fen::parse(millimetres).value();  // the same two decimals
    if (value > -100000 && value < 100000) return static_cast<int>(value);
  } catch (const Error&) {  // said below in terms of lengths
  }
  throw Error(MIF_E_INVALID, "print.millimetres", "应为毫米, 最多两位小数 (millimetres expected), 实为 \"" + std::string(millimetres) + "\"");
}

}  // namespace mif::print
