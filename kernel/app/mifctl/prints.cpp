// SPDX-License-Identifier: Apache-2.0
// Commands that put vouchers, ledgers and tables on paper and into files.
#include <fmt/format.h>

#include <charconv>

#include "kernel/app/mifctl/command.h"
#include "kernel/base/text.h"
#include "kernel/service/printing.h"
#include "mif/error.hpp"

namespace mif::app {
namespace {

service::Printing printing_of(Context& context) {
  return service::Printing(context.deployment(), context.login.empty() ? std::string() : context.caller().name);
}

// The command line of the machine sees everything; a person who signed in only their units (P15).
void require_book(Context& context, store::Txn& txn, const std::string& code) {
  const ledger::Book book = context.deployment().ledger().book(txn, code);
  if (!context.login.empty() && !context.caller().sees(book.unit)) throw Error(MIF_E_NOT_FOUND, "book.not-found", "没有账套 (no such book) \"" + code + "\"");
}

int number(const Context& context, const char* name, int otherwise, int least, int most) {
  const std::string text = context.option(name);
  if (text.empty()) return otherwise;
  int value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value < least || value > most)
    throw Error(MIF_E_INVALID, "cli.arguments", fmt::format("--{} 应为 {}..{} 的整数 (an integer expected), 实为 \"{}\"", name, least, most, text));
  return value;
}

int tell(Context& context, const std::vector<service::Printed>& all) {
  Table table{"PrintedFiles", {"file", "pages", "items", "notes"}, {"文件", "页数", "张/表", "提示"}, {}, ""};
  std::size_t notes = 0;
  for (const auto& one : all) {
    table.rows.push_back({one.path, one.pages ? std::to_string(one.pages) : "", one.items ? std::to_string(one.items) : "已有, 未重印", one.troubles.empty() ? "" : std::to_string(one.troubles.size())});
    for (const auto& trouble : one.troubles) context.say(fmt::format("{} 第 {} 页: {}", one.path, trouble.page, trouble.what));
    notes += one.troubles.size();
  }
  if (notes > 0) table.summary = fmt::format("有 {} 处不能照原样印出, 见上。", notes);
  context.print(table);
  return notes > 0 ? kFindings : kOk;
}

int print_voucher(Context& context) {
  service::VoucherChoice choice;
  for (const auto& text : context.arguments) {
    std::int64_t id = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) throw Error(MIF_E_INVALID, "cli.arguments", "凭证编号应为整数 (voucher ids are integers, see mifctl voucher list): \"" + text + "\"");
    choice.ids.push_back(id);
  }
  if (choice.ids.empty()) {
    if (!context.flag("book") || !context.flag("period")) throw Error(MIF_E_INVALID, "cli.arguments", "给凭证编号, 或 --book 与 --period 打印一个月 (give voucher ids, or a book and a period)");
    choice.book = context.option("book");
    choice.period = Period::parse(context.option("period"));
  }
  choice.from_number = number(context, "from", 0, 1, 999999);
  choice.to_number = number(context, "to", 0, 1, 999999);
  choice.form = context.option("form", choice.form);
  choice.offset_x = print::hundredths(context.option("offset-x", "0"));
  choice.offset_y = print::hundredths(context.option("offset-y", "0"));
  service::Printing printing = printing_of(context);
  std::vector<service::Printed> printed;
  context.deployment().database().read([&](store::Txn& txn) {
    for (const auto& book : printing.books_of(txn, choice)) require_book(context, txn, book);
    printed = {printing.vouchers(txn, choice, context.option("out"))};
  });
  return tell(context, printed);
}

int print_ledger(Context& context) {
  print::LedgerChoice choice;
  choice.kind = context.option("kind");
  choice.month_from = number(context, "from", 1, 1, 13);
  choice.month_to = number(context, "to", 13, choice.month_from, 13);
  choice.level = number(context, "level", 0, 0, 9);
  choice.accounts = context.option("accounts");
  choice.dimension = context.option("dimension");
  const int year = number(context, "year", 0, 1900, 9999);
  service::Printing printing = printing_of(context);
  std::vector<service::Printed> printed;
  context.deployment().database().read([&](store::Txn& txn) {
    require_book(context, txn, context.option("book"));
    printed = {printing.ledger(txn, context.option("book"), year, choice, service::file_kind_of(context.option("format", "pdf")), context.option("out"))};
  });
  return tell(context, printed);
}

int print_table(Context& context) {
  if (context.arguments.size() != 1) throw Error(MIF_E_INVALID, "cli.arguments", "用法: mifctl print table FILE.json --out=FILE (give one document)");
  return tell(context, {printing_of(context).table(read_file(context.arguments[0]), service::file_kind_of(context.option("format", "pdf")), context.option("out"))});
}

int print_year(Context& context) {
  context.deployment().database().read([&](store::Txn& txn) { require_book(context, txn, context.option("book")); });
  return tell(context, printing_of(context).year(context.option("book"), number(context, "year", 0, 1900, 9999), context.option("out"),
                                                 [&](std::string_view what, std::int64_t done, std::int64_t total) { context.progress(what, done, total); }));
}

}  // namespace

void add_print_commands(Commands& all) {
  const Option out{"out", "写到哪个文件", true}, format{"format", "pdf|xlsx|csv, 默认 pdf"};
  all.push_back({"print voucher", "[ID...]", "打印记账凭证: 给编号, 或账套与期间",
                 {{"book", "账套"}, {"period", "期间, 如 2023-06"}, {"from", "起始凭证号"}, {"to", "截止凭证号"}, {"form", "版式: voucher-a5, voucher-240, voucher-a4x2, voucher-240-overprint (套打)"},
                  {"offset-x", "向右校准, 毫米"}, {"offset-y", "向下校准, 毫米"}, out}, print_voucher});
  all.push_back({"print ledger", "", "打印或导出账表",
                 {{"book", "账套", true}, {"year", "年度", true}, {"kind", "balance|general|detail|auxiliary|auxiliary-balance|multi-column|summary|journal", true}, {"from", "起始月, 默认 1"}, {"to", "截止月, 默认 13"},
                  {"accounts", "科目, 如 1002,5001*"}, {"dimension", "辅助核算项, 辅助账用; 多栏账按它分栏; 辅助余额表可写两个, 如 region,mode"}, {"level", "余额表到第几级, 0 = 全部"}, format, out}, print_ledger});
  all.push_back({"print table", "FILE.json", "打印或导出表格文档", {format, out}, print_table});
  all.push_back({"print year", "", "打印整年: 各月凭证、各账簿 (含启用表、目录)、余额表; 中断后再执行即继续", {{"book", "账套", true}, {"year", "年度", true}, {"out", "写到哪个目录", true}}, print_year});
}

}  // namespace mif::app
