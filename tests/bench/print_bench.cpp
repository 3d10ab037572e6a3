// SPDX-License-Identifier: Apache-2.0
// The print bench. Each mode prints seconds and the peak of resident memory in MB; scripts/bench puts them into its table.
//   print_bench vouchers N [FILE]   N vouchers of four lines on A5, as one PDF
//   print_bench xlsx N [FILE]       a journal of N lines of eight columns as a workbook
//   print_bench ledger N [FILE]     a detail ledger of N lines as a PDF, planned and drawn
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "kernel/base/amount_in_words.h"
#include "kernel/print/table_pages.h"
#include "kernel/print/voucher_form.h"
#include "kernel/sheet/xlsx_writer.h"

namespace mif::bench {
namespace {

const std::string kForms = std::string(MIF_SOURCE_DIR) + "/templates/print/";
const print::CanvasOptions kOptions{{"WenQuanYi Micro Hei"}, "bench", "mif", 1700000000000};

Fen amount(int i) { return Fen(1'234'567 + i * 7919LL % 987'654'321); }

template <class Draw>
void pdf(const std::string& file, Draw&& draw) {
  std::ofstream out(file, std::ios::binary);
  const auto canvas = print::Canvas::pdf(kOptions, [&](std::string_view bytes) { out.write(bytes.data(), static_cast<std::streamsize>(bytes.size())); });
  draw(*canvas);
  canvas->finish();
}

void vouchers(int n, const std::string& file) {
  const print::VoucherForm form = print::read_voucher_form(kForms + "voucher-a5.info");
  pdf(file, [&](print::Canvas& canvas) {
    print::VoucherPrinter printer(canvas, form);
    for (int i = 1; i <= n; ++i) {
      print::VoucherSheet s;
      s.unit = "示例省医疗保障事业管理中心";
      s.book = "示例省本级职工基本医疗保险基金";
      s.title = "记 账 凭 证";
      s.number = fmt::format("记字第 {:04} 号", i);
      s.day = Day(2023, 1 + i % 12, 1 + i % 28);
      s.attachments = i % 9;
      Fen sum;
      const char* const accounts[] = {"住院费用支出", "门诊费用支出", "生育医疗费用支出"};
      for (int line = 0; line < 3; ++line) {
        s.lines.push_back({fmt::format("支付第 {} 批统筹基金待遇", i), "5001010" + std::to_string(line + 1), std::string("社会保险待遇支出/统筹基金/") + accounts[line],
                           fmt::format("险种：职工基本医疗保险  区县：9901{:02}", i % 40), MIF_DEBIT, amount(i * 3 + line)});
        sum += amount(i * 3 + line);
      }
      s.lines.push_back({fmt::format("支付第 {} 批统筹基金待遇", i), "1004", "支出户存款", "银行账户：3700011004001", MIF_CREDIT, sum});
      s.total_in_words = amount_in_words(sum);
      s.chief = "蒋主管", s.bookkeeper = "周记账", s.reviewer = "傅复核", s.cashier = "付承付", s.maker = "郑制单";
      s.trace = fmt::format("校验 {:016x}", i * 2654435761U);
      printer.print(s);
    }
  });
}

print::Source journal(int n, bool ledger_page) {
  return [n, ledger_page](sheet::Receiver& to) {
    sheet::Head head;
    head.title = "凭证序时簿";
    head.columns = {{"日期", sheet::Kind::day, 11}, {"凭证字号", sheet::Kind::centred, 9}, {"摘要", sheet::Kind::text, 30}, {"科目编码", sheet::Kind::text, 11},
                    {"科目名称", sheet::Kind::text, 30}, {"辅助核算", sheet::Kind::text, 24}, {"借方", sheet::Kind::money, 17, "", false, true}, {"贷方", sheet::Kind::money, 17, "", false, true}};
    head.ledger_page = ledger_page;
    to.begin(head);
    for (int i = 0; i < n; ++i) {
      sheet::Row row;
      row.cells = {Day(2023, 1 + i % 12, 1 + i % 28), fmt::format("记-{:04}", i / 4 + 1), fmt::format("支付第 {} 批统筹基金待遇", i), std::string("50010101"), std::string("社会保险待遇支出/统筹基金/住院费用支出"),
                   fmt::format("区县：9901{:02}", i % 40), sheet::if_any(i % 2 ? amount(i) : Fen()), sheet::if_any(i % 2 ? Fen() : amount(i))};
      to.row(row);
    }
    to.end();
  };
}

int run(const std::string& mode, int n, const std::string& file) {
  const auto start = std::chrono::steady_clock::now();
  if (mode == "vouchers") {
    vouchers(n, file);
  } else if (mode == "xlsx") {
    sheet::XlsxWriter workbook(file, Day(2023, 12, 31));
    journal(n, false)(workbook);
    workbook.finish();
  } else if (mode == "ledger") {
    const print::TableForm form = print::read_table_form(kForms + "table-a4.info");
    pdf(file, [&](print::Canvas& canvas) { print::print_tables(canvas, form, journal(n, true)); });
  } else {
    fmt::print(stderr, "print_bench vouchers|xlsx|ledger N [FILE]\n");
    return 2;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("{:.3f} {:.1f}\n", seconds, static_cast<double>(usage.ru_maxrss) / 1024);
  return 0;
}

}  // namespace
}  // namespace mif::bench

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  const int n = argc > 2 ? std::atoi(argv[2]) : 1000;
  const bool kept = argc > 3;
  const std::string file = kept ? argv[3] : (std::filesystem::temp_directory_path() / "mif-print-bench").string();
  const int code = mif::bench::run(mode, n, file);
  std::error_code ignored;
  if (!kept) std::filesystem::remove(file, ignored);
  return code;
}
