// SPDX-License-Identifier: Apache-2.0
// Canvas: pages of text in boxes and lines, drawn by cairo and set by pango. Lengths are hundredths of a millimetre from the
// upper left corner, font sizes points. The same calls with the same options give the same bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mif/money.hpp"

namespace mif::print {

struct Paper {
  int width = 21000, height = 29700;  // A4 upright
};
struct Box {
  int x = 0, y = 0, w = 0, h = 0;
  int right() const { return x + w; }
  int bottom() const { return y + h; }
};
enum class Color { black, red, blue, grey, pale };
enum class Align { left, centre, right };

struct Style {
  double points = 9;
  Align align = Align::left;
  Color color = Color::black;
};

struct CanvasOptions {
  std::vector<std::string> fonts;  // families of the operating system; a character is taken from the first that has it
  std::string title, author;       // document properties
  std::int64_t created_ms = 0;     // by the caller's clock
};

// What could not be shown as it is. Nothing is left out silently: the caller passes this on.
struct Trouble {
  int page = 0;
  std::string what;
};

// [calling-thread]
class Canvas {
 public:
  using Sink = std::function<void(std::string_view)>;
  // Both throw MIF_E_UNAVAILABLE with the remedy when a font is not installed.
  static std::unique_ptr<Canvas> pdf(const CanvasOptions& options, Sink sink);
  static std::unique_ptr<Canvas> png(const CanvasOptions& options, int dpi, std::function<void(int page, std::string_view png)> page);
  ~Canvas();

  void begin_page(const Paper& paper);  // ends the one before
  int pages() const;
  void bookmark(const std::string& name);  // of the page begun
  // Text in the box, in the middle of its height: broken into lines or set smaller when it does not fit, and cut with "…" only
  // when even 4 points are too large - which is a trouble.
  void text(const Box& box, std::string_view words, const Style& style = {});
  // An amount with one digit in each of `columns` equal cells, fen in the last (金额栏); false when it has more digits. Whoever
  // searches the document or copies from it finds the amount as it is usually written. `yuan` puts ¥ before the first digit where there is room.
  bool digits(const Box& box, int columns, Fen fen, const Style& style, bool yuan = false);
  void line(int x1, int y1, int x2, int y2, int width = 15, Color color = Color::black);
  void frame(const Box& box, int width = 15, Color color = Color::black);
  void fill(const Box& box, Color color);
  // Everything until the next call is moved by this much: two forms on one paper, calibration of a printer.
  void origin(int x, int y);

  const std::vector<Trouble>& troubles() const;
  void finish();  // writes the rest; without it the document is incomplete

 private:
  struct Impl;
  explicit Canvas(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// 1/100 mm of "12.5" (millimetres); MIF_E_INVALID.
int hundredths(std::string_view millimetres);

}  // namespace mif::print
