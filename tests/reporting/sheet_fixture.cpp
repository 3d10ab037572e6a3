// SPDX-License-Identifier: Apache-2.0
#include "sheet_fixture.h"

#include <Poco/DateTime.h>
#include <Poco/MemoryStream.h>
#include <Poco/StreamCopier.h>
#include <Poco/Zip/Compress.h>
#include <Poco/Zip/ZipArchive.h>
#include <Poco/Zip/ZipStream.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "kernel/sheet/read.h"

namespace mif::reporting {
namespace {

// Amounts that differ, some large, some negative, some zero.
std::string amount(int seed) {
  if (seed % 17 == 0) return "0.00";
  const std::int64_t fen = (static_cast<std::int64_t>(seed) * 7919 * 104729) % 987654321098 + 1;
  return Fen(seed % 13 == 0 ? -fen : fen).plain();
}

}  // namespace

FilledReport filled_report(bool residents, Period period) {
  FilledReport report;
  Books b;
  const std::string scheme = residents ? "390" : "310", book = residents ? "R" : "E";
  b.books = {Books::book(book, "u", scheme, {2023, 1})};
  const std::vector<std::string> accounts =
      residents ? std::vector<std::string>{"400101", "410101", "410102", "4201", "420101", "4401", "4402", "4501", "500101", "500102", "5101", "5301", "5302", "5401"}
                : std::vector<std::string>{"40010101", "40010102", "40010103", "40010104", "40010201", "40010202", "410101", "410102", "420101", "420102", "4301", "440101", "440102", "440201", "440202", "450101", "450102",
                                           "4601", "4602", "50010101", "50010104", "50010105", "50010202", "5101", "5201", "530101", "530102", "530201", "530202", "540101", "540102"};
  int seed = 1;
  b.add(book, 2023, 0, "1003", "bank_account=1", "99999999.99", "0.00");
  b.add(book, 2023, 0, residents ? "3001" : "300101", "", "0.00", "99999999.99");
  for (int month = 1; month <= period.month; ++month)
    for (const auto& account : accounts)
      for (const char* aux : {"", "mode=1", "mode=2;insutype=510", "contribution_source=2"}) {
        const std::string money = amount(seed++);
        const bool income = account[0] == '4';
        b.add(book, 2023, month, account, aux, income ? "0.00" : money, income ? money : "0.00");
        b.add(book, 2023, month, "1003", "bank_account=1", income ? money : "0.00", income ? "0.00" : money);
      }
  Facts facts = b.facts();
  Evaluator e(*report.catalog, facts, b.books, "u", nullptr);
  for (const auto& package : report.catalog->packages()) {
    for (const auto& t : package.tables) {
      if (t->scheme != scheme) continue;
      for (std::size_t r = 0; r < t->rows.size(); ++r)
        for (std::size_t c = 0; c < t->cols.size(); ++c) {
          const auto& rule = t->rule(static_cast<int>(r), static_cast<int>(c));
          const Value value = e.cell(*t, static_cast<int>(r), static_cast<int>(c), period).value;
          StoredCell cell;
          cell.table = t->code;
          cell.row = t->rows[r].code;
          cell.col = t->cols[c].code;
          cell.state = rule.kind == CellRule::Kind::formula ? "formula" : rule.kind == CellRule::Kind::input ? "input" : rule.kind == CellRule::Kind::blocked ? "blocked" : "empty";
          if (rule.kind == CellRule::Kind::formula) cell.formula = t->formulas[static_cast<std::size_t>(rule.formula)].text;
          cell.value = value.plain();
          if (value.kind() == Value::Kind::money) {
            cell.kind = MIF_CELL_MONEY;
            cell.fen = value.fen();
          }
          cell.printed = t->shown(static_cast<int>(r), static_cast<int>(c), value);
          if (cell.state == "blocked") cell.printed = "×";
          report.cells.push_back(std::move(cell));
        }
    }
    for (const auto& r : run_checks(e, package, period))
      report.checks.push_back({r.id, r.table, r.place, r.level, "logic", r.state, text(r.left), text(r.right), "0.00", "0", "", r.message});
  }
  for (const auto& package : report.catalog->packages())
    for (const auto& t : package.tables)
      if (t->scheme == scheme) report.tables.push_back({t.get(), report.cells, {}});
  return report;
}

Occasion occasion_of(const std::string& period) {
  Occasion occasion;
  occasion.unit = "甲市医疗保险服务中心";
  occasion.period = period;
  occasion.version = "v1";
  return occasion;
}

std::map<std::string, SheetText> read_workbook(std::string_view bytes) {
  std::map<std::string, SheetText> sheets;
  sheet::read_rows(bytes, [&](const sheet::InputRow& row) {
    auto& own = sheets[row.sheet_name];
    for (std::size_t c = 0; c < row.cells.size(); ++c)
      if (!row.cells[c].text.empty()) own[{row.number - 1, static_cast<int>(c)}] = row.cells[c].text;
  });
  return sheets;
}

std::string part_of(std::string_view zip, const std::string& name) {
  Poco::MemoryInputStream in(zip.data(), zip.size());
  Poco::Zip::ZipArchive archive(in);
  const auto found = archive.findHeader(name);
  if (found == archive.headerEnd()) return {};
  in.clear();
  Poco::Zip::ZipInputStream stream(in, found->second);
  std::string text;
  Poco::StreamCopier::copyToString(stream, text);
  return text;
}

std::string rezipped(std::string_view zip, const std::function<std::string(const std::string&, const std::string&)>& change, const std::map<std::string, std::string>& more) {
  Poco::MemoryInputStream in(zip.data(), zip.size());
  Poco::Zip::ZipArchive archive(in);
  std::ostringstream out;
  Poco::Zip::Compress to(out, true);
  const auto add = [&](const std::string& name, const std::string& bytes) {
    std::istringstream part(bytes);
    to.addFile(part, Poco::DateTime(2023, 1, 1), Poco::Path(name, Poco::Path::PATH_UNIX));
  };
  for (auto part = archive.headerBegin(); part != archive.headerEnd(); ++part) {
    const std::string bytes = part_of(zip, part->first), changed = change(part->first, bytes);
    add(part->first, changed.empty() ? bytes : changed);
  }
  for (const auto& [name, bytes] : more) add(name, bytes);
  to.close();
  return out.str();
}

std::string output_of(const std::string& command, int* code) {
  std::string text;
  FILE* pipe = popen(command.c_str(), "r");
  char buffer[4096];
  while (const std::size_t n = fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, n);
  const int status = pclose(pipe);
  if (code) *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return text;
}

bool there_is(const std::string& program) {
  int code = 0;
  (void)output_of("command -v " + program + " > /dev/null 2>&1", &code);
  return code == 0;
}

Folder::Folder() {
  path = (std::filesystem::temp_directory_path() / "mif-sheet-test-XXXXXX").string();
  if (!mkdtemp(path.data())) std::abort();
}
Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}
std::string Folder::write(const std::string& name, std::string_view bytes) const {
  const std::string file = path + "/" + name;
  std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return file;
}

}  // namespace mif::reporting
