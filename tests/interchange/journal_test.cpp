// SPDX-License-Identifier: Apache-2.0
// Outside judges: hledger, ledger and beancount read the export and must come to the same balances to the fen.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <sstream>

#include "kernel/base/text.h"
#include "kernel/interchange/exports.h"
#include "tests/ledger/fixture.h"

namespace mif {
namespace {

using testing::draft;
using testing::LedgerFixture;
namespace fs = std::filesystem;

struct Ran {
  int status = 0;
  std::string out;
};
Ran run(const std::string& command) {
  Ran ran;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  std::array<char, 4096> buffer;
  while (const auto n = std::fread(buffer.data(), 1, buffer.size(), pipe)) ran.out.append(buffer.data(), n);
  ran.status = ::pclose(pipe);
  return ran;
}
bool installed(const std::string& program) { return run("command -v " + program).status == 0; }

class ExportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    world_.apply_charts();
    world_.add_book("A", "employee", {2023, 6});
    world_.database().write([&](store::Txn& txn) {
      world_.ledger().set_opening(txn, LedgerFixture::who(), "A", {testing::line("D 1003 bank_account=1 1000000.01"), testing::line("C 300101 1000000.01")});
    });
    for (int i = 0; i < 200; ++i) {
      auto d = draft("A", Day(2023, 6 + i % 3, 1 + i % 28), std::to_string(i),
                     {"D 50010101 mode=1 " + Fen(i * 7919 % 100000 + 1).plain(), "C 1003 bank_account=1 " + Fen(i * 7919 % 100000 + 1).plain()});
      d.summary = "住院; \"月结\" | 第" + std::to_string(i) + "笔";
      if (i % 10 == 0)
        for (auto& line : d.lines) line.fen = -line.fen;  // red
      world_.post(d);
    }
    world_.carry_and_close("A", {2023, 6});
    world_.propose(draft("A", Day(2023, 9, 1), "draft", {"D 1001 5.00", "C 2101 5.00"}));
    folder_ = fs::temp_directory_path() / ("mif-export-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string write(const std::string& format) {
    std::string text;
    world_.database().read([&](store::Txn& txn) {
      interchange::export_book(interchange::BookReader(txn, world_.ledger(), world_.charts(), "A"), interchange::format_of(format), {},
                               [&](const std::string&, std::string_view chunk) { text += chunk; });
    });
    const std::string path = (folder_ / ("a." + format)).string();
    write_file_durably(path, text);
    return path;
  }
  // "code amount" by code, zero balances left out.
  std::map<std::string, Fen> ours() {
    std::map<std::string, Fen> nets;
    world_.database().read([&](store::Txn& txn) {
      for (const auto& line : world_.ledger().trial_balance(txn, "A", 2023, 1, 13))
        if (line.closing != Fen()) nets[line.account] = line.closing;
    });
    return nets;
  }
  // Finds "<amount> CNY" and "Class:<code>" in every line of a report.
  static std::map<std::string, Fen> theirs(const std::string& report) {
    std::map<std::string, Fen> nets;
    std::istringstream lines(report);
    for (std::string text; std::getline(lines, text);) {
      const auto colon = text.find(':');
      if (colon == std::string::npos) continue;
      std::istringstream words(text);
      std::string code, amount;
      for (std::string word; words >> word;) {
        if (word.find(':') != std::string::npos) code = word.substr(word.find(':') + 1);
        else if (word != "CNY" && (std::isdigit(static_cast<unsigned char>(word.back())) != 0) && amount.empty()) amount = word;
      }
      if (!code.empty() && !amount.empty() && Fen::parse(amount) != Fen()) nets[code] = Fen::parse(amount);
    }
    return nets;
  }
  LedgerFixture world_;
  fs::path folder_;
};

TEST_F(ExportTest, HledgerFindsTheSameBalances) {
  if (!installed("hledger")) GTEST_SKIP() << "hledger is not installed";
  const auto file = write("hledger");
  const auto check = run("LC_ALL=C.UTF-8 hledger -f " + file + " check");
  EXPECT_EQ(check.status, 0) << check.out;
  const auto report = run("LC_ALL=C.UTF-8 hledger -f " + file + " bal --flat -N");
  EXPECT_EQ(theirs(report.out), ours()) << report.out;
}

TEST_F(ExportTest, LedgerFindsTheSameBalances) {
  if (!installed("ledger")) GTEST_SKIP() << "ledger is not installed";
  const auto report = run("ledger -f " + write("ledger") + " bal --flat --no-total");
  EXPECT_EQ(report.status, 0) << report.out;
  EXPECT_EQ(theirs(report.out), ours()) << report.out;
}

TEST_F(ExportTest, BeancountFindsTheSameBalances) {
  if (!installed("bean-check") || !installed("bean-query")) GTEST_SKIP() << "beancount is not installed";
  const auto file = write("beancount");
  const auto check = run("bean-check " + file);
  EXPECT_EQ(check.status, 0) << check.out;
  const auto report = run("bean-query " + file + " 'select account, sum(position) group by account'");
  EXPECT_EQ(theirs(report.out), ours()) << report.out;
}

TEST_F(ExportTest, APartOfTheYearStartsWithItsOpening) {
  std::string text;
  world_.database().read([&](store::Txn& txn) {
    interchange::export_book(interchange::BookReader(txn, world_.ledger(), world_.charts(), "A", {{2023, 7}, {2023, 7}}), interchange::format_of("hledger"), {},
                             [&](const std::string&, std::string_view chunk) { text += chunk; });
  });
  EXPECT_NE(text.find("2023-07-01 * (opening)"), std::string::npos);
  EXPECT_EQ(text.find("2023-06-"), std::string::npos);
  EXPECT_EQ(text.find("2023-08-"), std::string::npos);
  EXPECT_THROW(interchange::format_of("excel"), Error);
}

}  // namespace
}  // namespace mif
