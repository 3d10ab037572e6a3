// SPDX-License-Identifier: Apache-2.0
// A whole year on paper.
#include <fmt/format.h>

#include <filesystem>

#include "kernel/base/text.h"
#include "kernel/print/volume.h"
#include "kernel/service/print_people.h"
#include "mif/error.hpp"

namespace mif::service {

namespace fs = std::filesystem;

std::vector<Printed> Printing::year(const std::string& book, int year, const std::string& folder, const PrintProgress& progress) {
  fs::create_directories(folder);
  const std::string mark = folder + "/print.info", content = "book " + book + "\nyear " + std::to_string(year) + "\n";
  if (!fs::exists(mark)) write_file_durably(mark, content);
  else if (read_file(mark) != content)
    throw Error(MIF_E_CONFLICT, "print.other-folder", folder + " 里是另一账套或年度的打印结果, 换一个空目录 (the folder holds another book or year)");

  std::vector<Printed> all;
  deployment_.database().read([&](store::Txn& txn) {
    all.clear();
    const auto data = book_year(txn, book, year, true);
    const print::TableForm form = print::read_table_form(form_path("table-a4"));
    const People people(txn, deployment_);
    struct Work {
      std::string file;
      std::function<Printed(const std::string&)> make;
    };
    std::vector<Work> work;
    const std::vector<int> months = data->views->months();
    const ledger::Book& of = data->views->book();
    for (const int month : months)
      work.push_back({fmt::format("凭证-{}-{:02}.pdf", year, month), [&, month](const std::string& path) {
                        VoucherChoice choice;
                        choice.book = book;
                        choice.period = {year, month};
                        return vouchers(txn, choice, path);
                      }});
    struct Ledger {
      const char *title, *accounts;
      print::Source source;
    };
    std::vector<Ledger> ledgers = {{"总账", "", print::general_ledger_tables(data)},
                                   {"日记账", "", print::detail_ledger_tables(data, "10*")},
                                   {"明细账-资产负债净资产", "", print::detail_ledger_tables(data, "1*,2*,3*,-10*")},
                                   {"明细账-收入", "", print::detail_ledger_tables(data, "4*")},
                                   {"明细账-支出", "", print::detail_ledger_tables(data, "5*")}};
    std::erase_if(ledgers, [&](const Ledger& l) { return print::plan_tables(form, l.source).empty(); });
    for (std::size_t i = 0; i < ledgers.size(); ++i)
      work.push_back({fmt::format("{}-{}.pdf", ledgers[i].title, year), [&, i](const std::string& path) {
                        print::VolumeHead head;
                        head.unit = data->unit_name;
                        head.book = of.name;
                        head.title = ledgers[i].title;
                        head.number = fmt::format("{}-{}-{}", book, year, i + 1);
                        head.year = year;
                        head.volume = static_cast<int>(i) + 1;
                        head.volumes = static_cast<int>(ledgers.size());
                        head.opened = std::max(Day(year, 1, 1), Day(of.start.year, of.start.month, 1), [](Day a, Day b) { return a < b; });
                        head.chief = people.chief(of.unit);
                        head.trace = trace();
                        return draw(head.title, path, [&](print::Canvas& canvas) { return std::int64_t{print::print_volume(canvas, form, head, ledgers[i].source).tables}; });
                      }});
    const auto table = [&](const std::string& name, print::LedgerChoice choice, FileKind kind) {
      work.push_back({fmt::format("{}-{}.{}", name, year, kind == FileKind::pdf ? "pdf" : "xlsx"),
                      [this, data, choice, kind](const std::string& path) { return write(print::ledger_table(data, choice), data->views->book().name, "table-a4", kind, path, true); }});
    };
    table("科目余额表", {"balance", 1, 13}, FileKind::pdf);
    table("科目余额表", {"balance", 1, 13}, FileKind::xlsx);
    if (!months.empty()) {
      table("凭证汇总表", {"summary", 1, 13}, FileKind::pdf);
      table("凭证序时簿", {"journal", 1, 13}, FileKind::xlsx);
    }

    std::int64_t done = 0;
    for (const auto& one : work) {
      const std::string path = folder + "/" + one.file;
      if (progress) progress(one.file, done, static_cast<std::int64_t>(work.size()));
      ++done;
      if (fs::exists(path)) {
        Printed before;
        before.path = path;
        all.push_back(before);
        continue;
      }
      all.push_back(one.make(path));
    }
    if (progress) progress("完成", done, done);
  });
  return all;
}

}  // namespace mif::service
