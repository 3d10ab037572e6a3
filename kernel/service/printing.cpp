// SPDX-License-Identifier: Apache-2.0
#include "kernel/service/printing.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <tuple>

#include "kernel/base/amount_in_words.h"
#include "kernel/print/aux_words.h"
#include "kernel/service/print_files.h"
#include "kernel/service/print_people.h"
#include "kernel/service/table_document.h"
#include "kernel/sheet/csv_writer.h"
#include "kernel/sheet/xlsx_writer.h"
#include "mif/error.hpp"

namespace mif::service {
namespace {
namespace fs = std::filesystem;

std::string title_of(const ledger::Voucher& v) {
  if (v.word == "收") return "收 款 凭 证";
  if (v.word == "付") return "付 款 凭 证";
  if (v.word == "转") return "转 账 凭 证";
  return "记 账 凭 证";
}

// Passes a table on and counts.
class Counting final : public sheet::Receiver {
 public:
  explicit Counting(sheet::Receiver& to) : to_(to) {}
  void begin(const sheet::Head& head) override {
    ++tables;
    to_.begin(head);
  }
  void row(const sheet::Row& row) override { to_.row(row); }
  void end() override { to_.end(); }
  std::int64_t tables = 0;

 private:
  sheet::Receiver& to_;
};

}  // namespace

FileKind file_kind_of(std::string_view name) {
  if (name == "pdf") return FileKind::pdf;
  if (name == "xlsx") return FileKind::xlsx;
  if (name == "csv") return FileKind::csv;
  throw Error(MIF_E_INVALID, "print.format", "格式应为 pdf, xlsx 或 csv (unknown format): \"" + std::string(name) + "\"");
}

std::string_view content_type_of(FileKind kind) {
  switch (kind) {
    case FileKind::pdf: return "application/pdf";
    case FileKind::xlsx: return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    default: return "text/csv; charset=utf-8";
  }
}

TemporaryFile::TemporaryFile() : path_((fs::temp_directory_path() / ("mif-print-" + random_hex(16))).string()) {}
TemporaryFile::~TemporaryFile() {
  std::error_code ignored;
  fs::remove(path_, ignored);
}

Printing::Printing(Deployment& deployment, std::string person) : deployment_(deployment), person_(std::move(person)) {}

print::CanvasOptions Printing::canvas_options(const std::string& title) const {
  return {deployment_.settings().print_fonts, title, deployment_.settings().name, deployment_.clock().now_unix_ms()};
}

std::string Printing::trace() const {
  return "打印" + (person_.empty() ? "" : " " + person_) + " " + deployment_.clock().business_day().iso();
}

std::string Printing::form_path(const std::string& name) const {
  if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos)
    throw Error(MIF_E_INVALID, "print.form-name", "打印版式名只用小写字母、数字和横线 (a form's name has small letters, digits and dashes): \"" + name + "\"");
  const std::string path = deployment_.path("templates/print/" + name + ".info");
  if (!fs::exists(path))
    throw Error(MIF_E_NOT_FOUND, "print.no-form", "没有打印版式 \"" + name + "\": 主目录的 templates/print 里没有它的文件, 用 mifctl init --templates 装入 (no such form)");
  return path;
}

print::BookYearPtr Printing::book_year(store::Txn& txn, const std::string& book, int year, bool with_lines) const {
  const People people(txn, deployment_);
  auto named = std::make_shared<print::BookYear>();
  named->views = std::make_shared<const books::Year>(txn, deployment_.ledger(), deployment_.charts(), book, year, with_lines);
  const std::string& unit = named->views->book().unit;
  named->unit_name = people.unit(unit);
  named->signatures = {"会计主管：" + people.chief(unit), "记账：", "审核：", "打印：" + person_};
  return named;
}

// By word and number, as they are bound; those without a number by their own.
std::vector<ledger::Voucher> Printing::chosen(store::Txn& txn, const VoucherChoice& choice) const {
  ledger::Ledger& ledger = deployment_.ledger();
  std::vector<ledger::Voucher> heads;
  if (!choice.ids.empty()) {
    for (const std::int64_t id : choice.ids) heads.push_back(ledger.voucher(txn, id));
    return heads;
  }
  ledger::VoucherQuery query;
  query.book = choice.book;
  query.year = choice.period.year;
  query.month = choice.period.month;
  query.state = static_cast<int>(ledger::State::posted);
  for (bool more = true; more;) {
    const auto page = ledger.vouchers(txn, query);
    more = static_cast<std::int64_t>(page.size()) == query.limit;
    if (more) query.after_id = page.back().id;
    for (const auto& v : page)
      if ((choice.from_number == 0 || v.number >= choice.from_number) && (choice.to_number == 0 || v.number <= choice.to_number)) heads.push_back(v);
  }
  std::sort(heads.begin(), heads.end(), [](const auto& a, const auto& b) { return std::tuple(a.period.month, std::string_view(a.word), a.number, a.part) < std::tuple(b.period.month, std::string_view(b.word), b.number, b.part); });
  return heads;
}

std::vector<std::string> Printing::books_of(store::Txn& txn, const VoucherChoice& choice) const {
  if (choice.ids.empty()) return {choice.book};
  std::vector<std::string> books;
  for (const std::int64_t id : choice.ids) books.push_back(deployment_.ledger().voucher(txn, id).book);
  return books;
}

print::VoucherSheet Printing::sheet_of(store::Txn& txn, const People& people, const ledger::Voucher& v) const {
  const ledger::Book& book = people.books.at(v.book);
  const auto chart = deployment_.charts().load(txn, book.chart, book.unit, v.day);
  print::VoucherSheet sheet;
  sheet.unit = people.unit(book.unit);
  sheet.book = book.name;
  sheet.title = title_of(v);
  sheet.number = v.number > 0 ? fmt::format("{}字第 {:04}{} 号", v.word, v.number, v.parts ? fmt::format(" {}/{}", v.part, v.parts) : "") : fmt::format("{}字 草稿 {}", v.word, v.id);
  if (v.state == ledger::State::void_) sheet.mark = "作废";
  else if (v.state != ledger::State::posted) sheet.mark = "未记账";
  sheet.day = v.day;
  sheet.attachments = v.attachments;
  for (const auto& line : v.lines) {
    const chart::Account* account = chart->find(line.account);
    sheet.lines.push_back({line.summary.empty() ? v.summary : line.summary, line.account, account ? account->full_name : std::string(), print::aux_words(*chart, line.aux), line.side, line.fen});
  }
  sheet.chief = people.chief(book.unit);
  sheet.bookkeeper = people.name(v.poster);
  sheet.reviewer = people.name(v.reviewer);
  sheet.cashier = people.name(v.cashier);
  sheet.maker = people.name(v.maker);
  sheet.total_in_words = amount_in_words(v.total);
  sheet.trace = "校验 " + v.content_hash.substr(0, 16) + " · " + trace();
  return sheet;
}

Printed Printing::draw(const std::string& title, const std::string& path, const std::function<std::int64_t(print::Canvas&)>& drawing) {
  Arriving file(path);
  OutFile out(file.partial());
  const auto canvas = print::Canvas::pdf(canvas_options(title), [&](std::string_view bytes) { out.write(bytes); });
  Printed printed;
  printed.path = path;
  printed.items = drawing(*canvas);
  canvas->finish();
  out.close();
  file.arrive();
  printed.pages = canvas->pages();
  printed.troubles = canvas->troubles();
  return printed;
}

Printed Printing::vouchers(store::Txn& txn, const VoucherChoice& choice, const std::string& path) {
  print::VoucherForm form = print::read_voucher_form(form_path(choice.form));
  form.offset_x += choice.offset_x;
  form.offset_y += choice.offset_y;
  const auto heads = chosen(txn, choice);
  if (heads.empty()) throw Error(MIF_E_NOT_FOUND, "print.nothing", "账套 " + choice.book + " " + choice.period.iso() + " 没有符合条件的已记账凭证, 没有可打印的 (no such posted vouchers)");
  const People people(txn, deployment_);
  return draw("记账凭证", path, [&](print::Canvas& canvas) {
    print::VoucherPrinter printer(canvas, form);
    for (const auto& head : heads) printer.print(sheet_of(txn, people, deployment_.ledger().voucher(txn, head.id)));
    return static_cast<std::int64_t>(heads.size());
  });
}

Printed Printing::write(const print::Source& source, const std::string& title, const std::string& form, FileKind kind, const std::string& path, bool per_table) {
  if (kind == FileKind::pdf) {
    const print::TableForm table = print::read_table_form(form_path(form));
    print::PageText text;
    text.left = deployment_.settings().name;
    text.right = trace();
    text.per_table = per_table;
    return draw(title, path, [&](print::Canvas& canvas) {
      const auto plan = print::plan_tables(table, source);
      if (plan.empty()) throw Error(MIF_E_NOT_FOUND, "print.nothing", title + "没有内容: 这一年没有余额也没有发生额, 没有可打印的 (nothing to print)");
      print::draw_tables(canvas, table, source, plan, text);
      return static_cast<std::int64_t>(plan.size());
    });
  }
  Arriving file(path);
  Printed printed;
  printed.path = path;
  const auto run = [&](sheet::Receiver& to) {
    Counting counting(to);
    source(counting);
    printed.items = counting.tables;
    if (counting.tables == 0) throw Error(MIF_E_NOT_FOUND, "print.nothing", title + "没有内容: 这一年没有余额也没有发生额, 没有可导出的 (nothing to export)");
  };
  if (kind == FileKind::xlsx) {
    sheet::XlsxWriter workbook(file.partial(), deployment_.clock().business_day());
    run(workbook);
    workbook.finish();
  } else {
    OutFile out(file.partial());
    sheet::CsvWriter csv([&](std::string_view bytes) { out.write(bytes); }, {true});
    run(csv);
    out.close();
  }
  file.arrive();
  return printed;
}

Printed Printing::ledger(store::Txn& txn, const std::string& book, int year, const print::LedgerChoice& choice, FileKind kind, const std::string& path) {
  const auto data = book_year(txn, book, year, print::needs_lines(choice.kind));
  return write(print::ledger_table(data, choice), data->views->book().name, "table-a4", kind, path, true);
}

Printed Printing::table(std::string_view document_json, FileKind kind, const std::string& path) {
  const TableDocument document = read_table_document(document_json);
  return write(document.source(), document.title, document.form, kind, path, false);
}

}  // namespace mif::service
