// SPDX-License-Identifier: Apache-2.0
// The golden cases beside the templates: templates/report/*/*/cases/*.case. A case is a little ledger and the cells it gives:
//
//   # comment
//   book SCHEME START                            book 310 2023-01
//   post SCHEME PERIOD DEBIT CREDIT AMOUNT       post 310 2023-06 1003 40010101/mode=1 1000.00   (month 00 = opening)
//   fill TABLE ROW COL PERIOD AMOUNT             fill NHSA_M08 1 6 2023-06 1200
//   cell TABLE ROW COL PERIOD VALUE              cell NHSA_M01 1 2 2023-06 1000.00               (- = blank, × = blocked)
//   fails TABLE ID PERIOD                        this check, and no other check of error level, fails in the periods looked at
//
// Every package of the catalog that the unit has is checked in every period a cell is asked of.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "small_ledger.h"

namespace mif::reporting {
namespace {
namespace fs = std::filesystem;

struct Asked {
  int line;
  std::string table, row, col;
  Period period;
  std::string value;
};

std::vector<std::string> words(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> all;
  for (std::string word; in >> word;) all.push_back(word);
  return all;
}

int run_case(const fs::path& path) {
  SmallLedger ledger(path.stem().string());
  std::vector<Asked> asked;
  std::set<std::tuple<std::string, std::string, Period>> expected_failures;
  std::set<Period> periods;
  std::ifstream in(path);
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    const auto w = words(line);
    if (w.empty() || w[0][0] == '#') continue;
    const std::string where = path.string() + ":" + std::to_string(number);
    const auto need = [&](std::size_t n) {
      if (w.size() != n) throw Error(MIF_E_INVALID, where + ": " + w[0] + " takes " + std::to_string(n - 1) + " words");
    };
    if (w[0] == "book") {
      need(3);
      ledger.book(w[1], Period::parse(w[2]));
    } else if (w[0] == "post") {
      need(6);
      ledger.post(w[1], std::stoi(w[2].substr(0, 4)), SmallLedger::month_of(w[2]), w[3], w[4], Fen::parse(w[5]));
    } else if (w[0] == "fill") {
      need(6);
      ledger.fill(w[1], w[2], w[3], Period::parse(w[4]), Fen::parse(w[5]));
    } else if (w[0] == "cell") {
      need(6);
      asked.push_back({number, w[1], w[2], w[3], Period::parse(w[4]), w[5]});
      periods.insert(asked.back().period);
    } else if (w[0] == "fails") {
      need(4);
      expected_failures.emplace(w[1], w[2], Period::parse(w[3]));
      periods.insert(Period::parse(w[3]));
    } else {
      throw Error(MIF_E_INVALID, where + ": no such word: " + w[0]);
    }
  }
  ledger.finish(periods.rbegin()->year);
  Facts facts = ledger.facts();
  Evaluator e = ledger.evaluator(*shipped_catalog(), facts);
  for (const auto& a : asked) {
    const Table& t = e.catalog().table(a.table, a.period);
    const int row = t.row(a.row), col = t.col(a.col);
    std::string have = t.rule(row, col).kind == CellRule::Kind::blocked ? "×" : text(t.printed(e.cell(t, row, col, a.period).value));
    if (have.empty()) have = "-";
    EXPECT_EQ(have, a.value) << path.string() << ":" << a.line << ": " << a.table << "[" << a.row << "," << a.col << "]";
  }
  for (const Period period : periods)
    for (const auto& package : e.catalog().packages()) {
      if (!package.valid_in(period) || !package.ends_in(period)) continue;
      for (const auto& r : run_checks(e, package, period)) {
        if (r.level != "error") continue;
        const bool expected = expected_failures.count({r.table, r.id, period}) > 0;
        EXPECT_EQ(r.state == "fail", expected) << path.filename() << " " << period.iso() << " " << r.table << " " << r.id << r.place << " " << r.message << ": "
                                               << text(r.left) << " / " << text(r.right);
      }
    }
  // Both ministries' cells tell the same: what differs is explained to the fen.
  for (const Period period : periods)
    for (const auto& item : run_bridge(e, e.catalog().bridges().front(), period))
      EXPECT_EQ(text(item.unexplained), "0.00") << path.filename() << " " << period.iso() << " " << item.id << " " << item.subject << ": " << text(item.a) << " / " << text(item.b);
  return static_cast<int>(asked.size());
}

TEST(Cases, EveryPackageHasAGoldenCaseAndEveryCaseHolds) {
  int cases = 0, cells = 0;
  for (const auto& folder : shipped_folders()) {
    const fs::path at = fs::path(MIF_SOURCE_DIR) / folder.folder / "cases";
    ASSERT_TRUE(fs::is_directory(at)) << folder.folder << " has no cases";
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(at))
      if (entry.path().extension() == ".case") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    EXPECT_FALSE(files.empty()) << folder.folder;
    for (const auto& file : files) {
      ++cases;
      try {
        cells += run_case(file);
      } catch (const std::exception& e) {
        ADD_FAILURE() << file << ": " << e.what();
      }
    }
  }
  std::printf("golden cases: %d cases, %d cells\n", cases, cells);
  EXPECT_GE(cases, 11);
}

// What a form needs to be read: every cell is either formula, input or ×, and every input says who fills it.
TEST(Cases, EveryRowAndColumnOfEveryTableIsDecided) {
  for (const auto& package : shipped_catalog()->packages())
    for (const auto& t : package.tables)
      for (std::size_t r = 0; r < t->rows.size(); ++r) {
        bool any = false;
        for (std::size_t c = 0; c < t->cols.size(); ++c) any = any || t->rule(static_cast<int>(r), static_cast<int>(c)).kind != CellRule::Kind::empty;
        EXPECT_TRUE(any) << t->code << " row " << t->rows[r].code;
      }
}

}  // namespace
}  // namespace mif::reporting
