// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "mif/error.hpp"
#include "tests/print/support.h"

namespace mif::testing {
namespace {

Draw vouchers(const std::string& form_name, std::vector<print::VoucherSheet> sheets) {
  return [form_name, sheets](print::Canvas& canvas) {
    print::VoucherPrinter printer(canvas, form(form_name));
    for (const auto& one : sheets) printer.print(one);
  };
}

int count(const std::string& text, const std::string& what) {
  int n = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += what.size()) ++n;
  return n;
}

print::VoucherSheet red() {
  print::VoucherSheet s = sheet(3);
  for (auto& line : s.lines) line.fen = -line.fen;
  s.lines[0].summary = "注销6月30日记字第0012号凭证";
  s.total_in_words = "负" + s.total_in_words;
  return s;
}

TEST(VoucherPrint, HoldsEveryElementTheRulesAskFor) {
  const std::string text = pdf_text(pdf_of(vouchers("voucher-a5", {sheet(3)})));
  for (const char* wanted : {"示例省医疗保障事业管理中心", "2023 年 06 月 30 日", "记字第 0012 号", "附单据 3 张", "支付6月统筹基金住院费用", "第1批", "50010101", "社会保险待遇支出", "支出户存款",
                             "3700011004001", "501,828,763.10", "1,003,657,537.31", "壹拾亿零叁佰陆拾伍万柒仟伍佰叁拾柒元叁角壹分", "蒋主管", "周记账", "傅复核", "付承付", "郑制单"})
    EXPECT_NE(text.find(wanted), std::string::npos) << wanted << "\n" << text;
}

TEST(VoucherPrint, LooksAsAgreed) {
  EXPECT_EQ(golden("voucher-a5", vouchers("voucher-a5", {sheet(6)})), "");
  EXPECT_EQ(golden("voucher-a5-long", vouchers("voucher-a5", {sheet(9)})), "");
  EXPECT_EQ(golden("voucher-a5-red", vouchers("voucher-a5", {red()})), "");
  EXPECT_EQ(golden("voucher-240", vouchers("voucher-240", {sheet(4)})), "");
  EXPECT_EQ(golden("voucher-240-overprint", vouchers("voucher-240-overprint", {sheet(4)})), "");
  EXPECT_EQ(golden("voucher-a4x2", vouchers("voucher-a4x2", {sheet(4), red(), sheet(5)})), "");
}

TEST(VoucherPrint, LongVouchersCarryTheirSums) {
  for (int lines = 2; lines <= 40; ++lines) {
    const auto one = sheet(lines);
    const std::string pdf = pdf_of(vouchers("voucher-a5", {one}));
    const int pages = print::voucher_pages(form("voucher-a5"), one.lines.size());
    ASSERT_EQ(pdf_pages(pdf), pages) << lines;
    const std::string text = pdf_text(pdf);
    EXPECT_EQ(count(text, "过次页"), pages - 1) << lines;
    EXPECT_EQ(count(text, "承前页"), pages - 1) << lines;
    // Page by page what is carried is the sum of the lines so far.
    Fen debit;
    for (int i = 0; i < lines; ++i) {
      if (one.lines[i].side == MIF_DEBIT) debit += one.lines[i].fen;
      const bool last_of_page = i + 1 == 6 || (i + 1 > 6 && (i + 1 - 6) % 5 == 0);
      if (last_of_page && i + 1 < lines) {
        EXPECT_GE(count(text, debit.grouped()), 2) << lines << " after " << i + 1;
      }
    }
  }
}

TEST(VoucherPrint, SameInputSameBytes) { EXPECT_EQ(pdf_of(vouchers("voucher-a5", {sheet(7), red()})), pdf_of(vouchers("voucher-a5", {sheet(7), red()}))); }

TEST(VoucherPrint, FontsAreEmbeddedSubsets) {
  const std::string fonts = pdf_fonts(pdf_of(vouchers("voucher-a5", {sheet(3)})));
  EXPECT_NE(fonts.find("WenQuanYi"), std::string::npos) << fonts;
  EXPECT_NE(fonts.find("yes yes yes"), std::string::npos) << fonts;  // embedded, subset, mapped to Unicode
  EXPECT_EQ(fonts.find(" no "), std::string::npos) << fonts;
  EXPECT_LT(pdf_of(vouchers("voucher-a5", std::vector(20, sheet(6)))).size(), 400'000u);
}

TEST(VoucherPrint, OverprintLeavesTheFormToThePaperAndMoves) {
  auto overprint = form("voucher-240-overprint");
  const auto text = [](const print::VoucherForm& f) {
    return pdf_text(pdf_of([&](print::Canvas& canvas) { print::VoucherPrinter(canvas, f).print(sheet(3)); }));
  };
  EXPECT_EQ(text(overprint).find("会计主管"), std::string::npos);
  EXPECT_NE(text(overprint).find("501,828,763.10"), std::string::npos);
  const auto picture = [](const print::VoucherForm& f) {
    return pngs_of([&](print::Canvas& canvas) { print::VoucherPrinter(canvas, f).print(sheet(3)); })[0];
  };
  const std::string before = picture(overprint);
  overprint.offset_x = 300;
  EXPECT_NE(picture(overprint), before);
}

TEST(Canvas, SaysWhatItCouldNotShow) {
  std::vector<print::Trouble> troubles;
  pdf_of([&](print::Canvas& canvas) {
    canvas.begin_page({10000, 10000});
    canvas.text({500, 500, 5000, 500}, "吉祥 𠮷", {});
    canvas.text({500, 1500, 500, 300}, "这一句无论如何也放不进这么小的一个格子里", {});
    canvas.text({500, 2500, 5000, 500}, "都放得下", {});
    troubles = canvas.troubles();
  });
  ASSERT_EQ(troubles.size(), 2u);
  EXPECT_NE(troubles[0].what.find("U+20BB7"), std::string::npos);
  EXPECT_NE(troubles[1].what.find("这一句"), std::string::npos);
}

TEST(Canvas, RefusesAFontThatIsNotThere) {
  auto options = canvas_options();
  options.fonts = {"No Such Face"};
  try {
    print::Canvas::pdf(options, [](std::string_view) {});
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), MIF_E_UNAVAILABLE);
    EXPECT_NE(std::string(e.what()).find("fonts-wqy-microhei"), std::string::npos);
  }
}

TEST(VoucherForm, NamesTheLineOfWhatIsWrong) {
  const auto complaint = [](const std::string& text) {
    try {
      print::voucher_form(parse_info(text, "f.info"), "f.info");
      return std::string("nothing");
    } catch (const Error& e) {
      return std::string(e.what());
    }
  };
  EXPECT_EQ(complaint("paper { width 210 }\n").rfind("f.info:1: 缺 (lacks) paper { height }", 0), 0u);
  EXPECT_EQ(complaint("paper\n{\nwidth 21o\nheight 148\n}\n").rfind("f.info:3: paper width", 0), 0u);
}

}  // namespace
}  // namespace mif::testing
