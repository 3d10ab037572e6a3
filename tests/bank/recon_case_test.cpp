// SPDX-License-Identifier: Apache-2.0
// Runs recon/*.case: reconciliation as an accountant would write it down. One command a line, `=` lines say what must come of it.
//   account NUMBER KIND                         one more account of the book, statements from files only
//   treasury SETTINGS                           more settings of the treasury
//   bank FAULTS                                 what the simulated bank does wrong
//   owe N                                       N reviewed vouchers of one payment each
//   review VOUCHER                              approves a voucher that waits for its review
//   file NAME … end                             a file as the bank gives it
//   post DOCUMENT DAY AMOUNT ACCOUNT OTHER SUMMARY    a posted voucher, + into ACCOUNT; OTHER "-" is an expense
//   red VOUCHER DOCUMENT DAY AMOUNT ACCOUNT OTHER SUMMARY   the red-letter voucher of VOUCHER
//   sql STATEMENT                               somebody changes the database behind the program's back
//   LOGIN: JOB | name=value | …                 a job; account is the first one's unless given; @returned is the code of the payment that came back
//   = exit N     = total NAME N     = says TEXT     = refused TEXT
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "mif/error.hpp"
#include "mif/json.hpp"
#include "tests/bank/province.h"

namespace mif::test {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> case_files() {
  std::vector<fs::path> all;
  for (const auto& entry : fs::directory_iterator(fs::path(MIF_SOURCE_DIR) / "tests/bank/recon"))
    if (entry.path().extension() == ".case") all.push_back(entry.path());
  std::sort(all.begin(), all.end());
  return all;
}

class ReconCase : public ::testing::TestWithParam<fs::path> {};

struct Outcome {
  bool refused = false;
  std::string text;
  Poco::JSON::Object::Ptr result;
};

class Runner {
 public:
  explicit Runner(const fs::path& path) : path_(path) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) lines_.push_back(line);
    std::string extra, faults;
    for (const auto& line : lines_) {
      if (line.rfind("treasury ", 0) == 0) extra += line.substr(9) + "\n";
      if (line.rfind("bank ", 0) == 0) faults = line.substr(5);
      if (line.rfind("account ", 0) == 0) {
        std::istringstream words(line.substr(8));
        std::string number, kind;
        words >> number >> kind;
        extra += "account " + number + " { book " + kBook + " ledger-account " + number.substr(6, 4) + " kind " + kind + " }\n";
      }
    }
    province_ = std::make_unique<Province>(faults, extra);
  }

  void run() {
    for (at_ = 0; at_ < lines_.size(); ++at_) {
      const std::string line = lines_[at_];
      SCOPED_TRACE(path_.filename().string() + ":" + std::to_string(at_ + 1) + ": " + line);
      if (line.empty() || line[0] == '#' || line.rfind("account ", 0) == 0 || line.rfind("treasury ", 0) == 0 || line.rfind("bank ", 0) == 0) continue;
      if (line[0] == '=') expect(line.substr(2));
      else command(line);
    }
    EXPECT_GT(expectations_, 0) << "a case that expects nothing cannot fail";
    EXPECT_FALSE(unheard_) << "the last refusal was not expected: " << last_.text;
    EXPECT_TRUE(province_->verified());
  }

 private:
  void command(const std::string& line) {
    ASSERT_FALSE(unheard_) << "refused, and nothing expected it: " << last_.text;
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word == "file") {
      std::string name, text;
      words >> name;
      while (++at_ < lines_.size() && lines_[at_] != "end") text += lines_[at_] + "\n";
      std::ofstream(province_->home() + "/" + name) << text;
    } else if (word == "post" || word == "red") {
      std::int64_t reverses = 0;
      std::string document, day, amount, account, other, summary;
      if (word == "red") words >> reverses;
      words >> document >> day >> amount >> account >> other >> summary;
      province_->post(document, Day::parse(day), Fen::parse(amount), account, other, summary, reverses);
    } else if (word == "owe") {
      int n = 0;
      words >> n;
      province_->review(province_->owe(n));
    } else if (word == "review") {
      std::int64_t voucher = 0;
      words >> voucher;
      province_->decide(voucher, "review", true, "reviewer1");
    } else if (word == "sql") {
      province_->write_sql(line.substr(4));
    } else {
      ASSERT_EQ(word.back(), ':') << "not a command";
      job(word.substr(0, word.size() - 1), line.substr(line.find(':') + 1));
    }
  }

  void job(const std::string& login, std::string rest) {
    std::vector<std::string> parts;
    std::istringstream in(rest);
    for (std::string part; std::getline(in, part, '|');) {
      part.erase(0, part.find_first_not_of(' '));
      part.erase(part.find_last_not_of(' ') + 1);
      parts.push_back(part);
    }
    JsonWriter params;
    params.begin_object();
    bool account = false;
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const auto equals = parts[i].find('=');
      const std::string name = parts[i].substr(0, equals);
      std::string value = parts[i].substr(equals + 1);
      if (value == "@returned") value = province_->text("select max(code) from x_treasury_payment where state = 'returned'");
      account = account || name == "account";
      params.field(name, name == "file" ? province_->home() + "/" + value : value);
    }
    if (!account) params.field("account", std::string(kAccount));
    params.end_object();
    last_ = {};
    try {
      last_.result = province_->run(parts[0], params.str(), login);
      std::ostringstream text;
      last_.result->stringify(text);
      last_.text = text.str();
    } catch (const Error& e) {
      last_.refused = true;
      last_.text = e.what();
      unheard_ = true;
    }
  }

  void expect(const std::string& what) {
    ++expectations_;
    const auto space = what.find(' ');
    const std::string kind = what.substr(0, space), rest = what.substr(space + 1);
    if (kind == "refused") {
      unheard_ = false;
      EXPECT_TRUE(last_.refused) << last_.text;
      EXPECT_NE(last_.text.find(rest), std::string::npos) << last_.text;
      return;
    }
    ASSERT_FALSE(last_.refused) << last_.text;
    if (kind == "exit") {
      EXPECT_EQ(last_.result->getValue<int>("exit"), std::stoi(rest)) << last_.text;
    } else if (kind == "total") {
      EXPECT_EQ(province_->total(last_.result, rest.substr(0, rest.find(' '))), std::stoll(rest.substr(rest.find(' ') + 1))) << last_.text;
    } else if (kind == "says") {
      EXPECT_NE(last_.text.find(rest), std::string::npos) << last_.text;
    } else {
      FAIL() << "not an expectation: " << what;
    }
  }

  fs::path path_;
  std::vector<std::string> lines_;
  std::unique_ptr<Province> province_;
  std::size_t at_ = 0;
  int expectations_ = 0;
  bool unheard_ = false;
  Outcome last_;
};

TEST_P(ReconCase, holds) { Runner(GetParam()).run(); }
INSTANTIATE_TEST_SUITE_P(Recon, ReconCase, ::testing::ValuesIn(case_files()), [](const auto& info) {
  std::string name = info.param.stem().string();
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
});

}  // namespace
}  // namespace mif::test
