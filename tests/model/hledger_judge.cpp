// SPDX-License-Identifier: Apache-2.0
#include "tests/model/hledger_judge.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "kernel/interchange/exports.h"

namespace mif::model {
namespace {
namespace fs = std::filesystem;

struct Folder {
  fs::path path;
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "mif-model-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("cannot make a temporary directory");
    path = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

std::string output_of(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) throw std::runtime_error("cannot run " + command);
  std::string text;
  char buffer[65536];
  while (const std::size_t n = fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, n);
  if (pclose(pipe) != 0) throw std::runtime_error(command + " failed:\n" + text.substr(0, 2000));
  return text;
}

// The cells of one line of hledger's CSV: all quoted, none of ours holds a quote.
std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> all;
  for (std::size_t at = line.find('"'); at != std::string::npos;) {
    const std::size_t end = line.find('"', at + 1);
    if (end == std::string::npos) break;
    all.push_back(line.substr(at + 1, end - at - 1));
    at = line.find('"', end + 1);
  }
  return all;
}

// "-1234.50 CNY" or "0"
long long fen_of(const std::string& text) {
  long long fen = 0;
  int decimals = -1;
  for (const char c : text) {
    if (c == ' ') break;
    if (c == '.') decimals = 0;
    if (c < '0' || c > '9') continue;
    fen = fen * 10 + (c - '0');
    if (decimals >= 0) ++decimals;
  }
  for (; decimals < 2; decimals = decimals < 0 ? 1 : decimals + 1) fen *= 10;
  return !text.empty() && text[0] == '-' ? -fen : fen;
}

}  // namespace

bool hledger_installed() { return std::system("hledger --version >/dev/null 2>&1") == 0; }

MonthEnds month_ends_by_hledger(testing::LedgerFixture& world, const std::vector<std::string>& books) {
  const Folder folder;
  std::ofstream all(folder.path / "all.journal");
  world.database().read([&](store::Txn& txn) {
    for (const auto& book : books) {
      all << "apply account " << book << "\ninclude " << book << ".journal\nend apply account\n";
      std::ofstream file(folder.path / (book + ".journal"));
      interchange::export_book(interchange::BookReader(txn, world.ledger(), world.charts(), book), interchange::format_of("hledger"), {},
                               [&](const std::string&, std::string_view part) { file << part; });
    }
  });
  all.close();
  const std::string journal = (folder.path / "all.journal").string();
  const std::string csv = output_of("LC_ALL=C.UTF-8 hledger -f '" + journal + "' balance --monthly --historical --flat --no-total --empty -O csv 2>&1");
  MonthEnds ends;
  std::vector<std::string> months;
  for (std::size_t at = 0; at < csv.size();) {
    const std::size_t end = std::min(csv.find('\n', at), csv.size());
    const auto row = cells(csv.substr(at, end - at));
    at = end + 1;
    if (months.empty()) {
      months = row;
      continue;
    }
    const std::size_t book_end = row.at(0).find(':'), account = row[0].rfind(':') + 1;
    for (std::size_t i = 1; i < row.size(); ++i) ends[row[0].substr(0, book_end)][row[0].substr(account)][months.at(i).substr(0, 7)] = fen_of(row[i]);
  }
  if (ends.size() != books.size()) throw std::runtime_error("hledger knows " + std::to_string(ends.size()) + " of " + std::to_string(books.size()) + " books:\n" + csv.substr(0, 1000));
  return ends;
}

}  // namespace mif::model
