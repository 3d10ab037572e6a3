// SPDX-License-Identifier: Apache-2.0
#include "tests/print/support.h"

#include <cairo.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

#include "kernel/base/amount_in_words.h"
#include "kernel/base/text.h"

namespace mif::testing {
namespace {

struct TemporaryFile {
  explicit TemporaryFile(const std::string& bytes) {
    std::string name = (std::filesystem::temp_directory_path() / "mif-print-XXXXXX").string();
    const int file = mkstemp(name.data());
    if (file < 0 || write(file, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) throw std::runtime_error("cannot write a temporary file");
    close(file);
    path = name;
  }
  ~TemporaryFile() { std::filesystem::remove(path); }
  std::string path;
};

struct Picture {
  explicit Picture(const std::string& png) : bytes(png) {
    surface = cairo_image_surface_create_from_png_stream(
        [](void* self, unsigned char* data, unsigned length) {
          auto* mine = static_cast<Picture*>(self);
          if (mine->at + length > mine->bytes.size()) return CAIRO_STATUS_READ_ERROR;
          std::memcpy(data, mine->bytes.data() + mine->at, length);
          mine->at += length;
          return CAIRO_STATUS_SUCCESS;
        },
        this);
  }
  ~Picture() { cairo_surface_destroy(surface); }
  int width() const { return cairo_image_surface_get_width(surface); }
  int height() const { return cairo_image_surface_get_height(surface); }
  // The mean of a square of 4x4 pixels: what is compared does not depend on how a rasterizer rounds.
  int mean(int x, int y, int channel) const {
    const unsigned char* data = cairo_image_surface_get_data(surface);
    const int stride = cairo_image_surface_get_stride(surface);
    int sum = 0, n = 0;
    for (int j = y; j < std::min(y + 4, height()); ++j)
      for (int i = x; i < std::min(x + 4, width()); ++i, ++n) sum += data[j * stride + i * 4 + channel];
    return sum / n;
  }
  const std::string& bytes;
  std::size_t at = 0;
  cairo_surface_t* surface = nullptr;
};

std::string difference(const std::string& ours, const std::string& theirs) {
  const Picture a(ours), b(theirs);
  if (a.width() != b.width() || a.height() != b.height()) return fmt::format("{}x{} instead of {}x{}", a.width(), a.height(), b.width(), b.height());
  int different = 0, squares = 0;
  for (int y = 0; y < a.height(); y += 4)
    for (int x = 0; x < a.width(); x += 4, ++squares)
      for (int channel = 0; channel < 3; ++channel)
        if (std::abs(a.mean(x, y, channel) - b.mean(x, y, channel)) > 40) {
          ++different;
          break;
        }
  return different * 500 > squares ? fmt::format("{} of {} squares differ", different, squares) : std::string();
}

}  // namespace

print::CanvasOptions canvas_options() { return {{"WenQuanYi Micro Hei"}, "测试", "mif", 1700000000000}; }

std::string pdf_of(const Draw& draw) {
  std::string bytes;
  const auto canvas = print::Canvas::pdf(canvas_options(), [&](std::string_view part) { bytes += part; });
  draw(*canvas);
  canvas->finish();
  return bytes;
}

std::vector<std::string> pngs_of(const Draw& draw, int dpi) {
  std::vector<std::string> pages;
  const auto canvas = print::Canvas::png(canvas_options(), dpi, [&](int, std::string_view png) { pages.emplace_back(png); });
  draw(*canvas);
  canvas->finish();
  return pages;
}

std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string out;
  char part[4096];
  while (const std::size_t n = fread(part, 1, sizeof part, pipe.get())) out.append(part, n);
  return out;
}

std::string pdf_text(const std::string& pdf) { return output_of("pdftotext -layout " + TemporaryFile(pdf).path + " -"); }
std::string pdf_fonts(const std::string& pdf) { return output_of("pdffonts " + TemporaryFile(pdf).path); }
int pdf_pages(const std::string& pdf) { return std::atoi(output_of("pdfinfo " + TemporaryFile(pdf).path + " | sed -n 's/^Pages: *//p'").c_str()); }

std::string golden(const std::string& name, const Draw& draw) {
  const std::vector<std::string> pages = pngs_of(draw);
  std::string report;
  if (const char* folder = std::getenv("LOOK_AT")) {
    int number = 0;
    for (const auto& page : pngs_of(draw, 110)) std::ofstream(fmt::format("{}/{}-{}.png", folder, name, ++number), std::ios::binary) << page;
  }
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const std::string path = fmt::format("{}/tests/print/golden/{}-{}.png", MIF_SOURCE_DIR, name, i + 1);
    if (std::getenv("UPDATE_GOLDEN")) std::ofstream(path, std::ios::binary) << pages[i];
    if (!std::filesystem::exists(path)) {
      report += path + " is missing\n";
      continue;
    }
    if (const std::string what = difference(pages[i], read_file(path)); !what.empty()) report += fmt::format("{} page {}: {}\n", name, i + 1, what);
  }
  if (std::filesystem::exists(fmt::format("{}/tests/print/golden/{}-{}.png", MIF_SOURCE_DIR, name, pages.size() + 1))) report += name + " has fewer pages\n";
  return report;
}

print::VoucherForm form(const std::string& name) { return print::read_voucher_form(std::string(MIF_SOURCE_DIR) + "/templates/print/" + name + ".info"); }

print::VoucherSheet sheet(int lines) {
  print::VoucherSheet s;
  s.unit = "示例省医疗保障事业管理中心";
  s.book = "示例省本级职工基本医疗保险基金";
  s.title = "记 账 凭 证";
  s.number = "记字第 0012 号";
  s.day = Day(2023, 6, 30);
  s.attachments = 3;
  Fen sum;
  for (int i = 1; i < lines; ++i) {
    const Fen fen(50182875199 + i * 1111);
    s.lines.push_back({"支付6月统筹基金住院费用 第" + std::to_string(i) + "批", "50010101", "社会保险待遇支出/统筹基金/住院费用支出", "险种：职工基本医疗保险  参保方式：统账结合", MIF_DEBIT, fen});
    sum += fen;
  }
  s.lines.push_back({"支付6月统筹基金住院费用", "1004", "支出户存款", "银行账户：工行省府支行 3700011004001", MIF_CREDIT, sum});
  s.total_in_words = amount_in_words(sum);
  s.chief = "蒋主管";
  s.bookkeeper = "周记账";
  s.reviewer = "傅复核";
  s.cashier = "付承付";
  s.maker = "郑制单";
  s.trace = "校验 3f9a61c07be24d18 · 打印 郑制单 2023-12-31 · mif";
  return s;
}

Kept kept(const print::Source& source) {
  Kept all;
  source(all);
  return all;
}

Fen fen(const sheet::Cell& cell) { return std::holds_alternative<Fen>(cell) ? std::get<Fen>(cell) : Fen(); }

}  // namespace mif::testing
