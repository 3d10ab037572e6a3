// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>

#include "generate.h"
#include "split.h"

namespace mif::datagen {
namespace {

const std::string kFigures = MIF_SOURCE_DIR "/config/demo-province/figures/";

std::vector<Figures> demo() { return {read_figures(kFigures + "employee-2023-06.info"), read_figures(kFigures + "resident-2023.info")}; }

// Sum of one money field over the documents of a type, read from the payloads as any consumer would.
Fen sum_of(const Exchange& exchange, const std::string& book, const std::string& type, const std::string& field) {
  Fen sum;
  const std::string name = "\"" + field + "\":\"";
  for (const auto& d : exchange.documents) {
    if (d.book != book || d.type != type || !d.expect.empty()) continue;
    const auto at = d.payload.find(name);
    if (at == std::string::npos) continue;
    const auto begin = at + name.size();
    sum += Fen::parse(d.payload.substr(begin, d.payload.find('"', begin) - begin));
  }
  return sum;
}

std::string temporary(const std::string& name) { return testing::TempDir() + "/mif-datagen-" + std::to_string(getpid()) + "-" + name; }

std::string rows_of(const std::string& file) {
  sqlite3* db = nullptr;
  EXPECT_EQ(sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  std::string text;
  for (const char* sql : {"select * from ex_batch order by 1", "select * from ex_document order by 1, 2", "select * from ex_withdrawal order by 1, 2", "select * from ex_dictionary order by 1, 2"})
    sqlite3_exec(db, sql, [](void* out, int n, char** values, char**) {
      for (int i = 0; i < n; ++i) *static_cast<std::string*>(out) += std::string(values[i] ? values[i] : "NULL") + "|";
      *static_cast<std::string*>(out) += "\n";
      return 0;
    }, &text, nullptr);
  sqlite3_close(db);
  return text;
}

std::string refusal(const std::string& text) {
  const std::string file = temporary("bad.info");
  std::ofstream(file) << text;
  try {
    read_figures(file);
  } catch (const Error& e) {
    std::remove(file.c_str());
    return e.what();
  }
  std::remove(file.c_str());
  return "accepted";
}

constexpr const char* kHead = "figures { name n book b unit u scheme 310 source s system y money-unit \"元\" }\n";

TEST(Split, PartsAddUpToTheTotalForEveryWeighting) {
  Random random(7);
  for (int round = 0; round < 500; ++round) {
    std::vector<std::uint64_t> weights;
    for (std::uint64_t i = 0, n = 1 + random.below(40); i < n; ++i) weights.push_back(random.below(5) == 0 ? 0 : random.below(100000));
    weights.push_back(1);
    const Fen total(static_cast<std::int64_t>(random.below(9'000'000'000'000'000)));
    Fen sum;
    const auto parts = split(total, weights);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      sum += parts[i];
      EXPECT_GE(parts[i], Fen());
      if (weights[i] == 0) { EXPECT_EQ(parts[i], Fen()); }
    }
    EXPECT_EQ(sum, total);
  }
}

TEST(Datagen, DocumentsOfTheEmployeeMonthHitThePublishedCellsToTheFen) {
  const Exchange e = generate(demo(), 1);
  const std::string book = "990000-310";
  EXPECT_EQ(sum_of(e, book, "subsidy", "province").grouped(), "1,290,212.39");
  EXPECT_EQ(sum_of(e, book, "interest", "pool").grouped(), "17,531,387.89");
  EXPECT_EQ(sum_of(e, book, "interest", "account").grouped(), "848.56");
  EXPECT_EQ(sum_of(e, book, "transfer-in", "transferred").grouped(), "690,688.55");
  EXPECT_EQ(sum_of(e, book, "received-from-above", "pool").grouped(), "124,870,657.32");
  EXPECT_EQ(sum_of(e, book, "received-from-below", "account").grouped(), "198,092.98");
  const Fen maternity = sum_of(e, book, "maternity", "medical") + sum_of(e, book, "maternity", "allowance");
  EXPECT_EQ(maternity.grouped(), "25,260,198.03");
  Fen pool = maternity;
  for (const char* type : {"institution-settlement", "pharmacy-settlement", "individual-reimbursement"})
    for (const char* field : {"inpatient", "outpatient_major", "outpatient_pool"}) pool += sum_of(e, book, type, field);
  EXPECT_EQ(pool.grouped(), "501,828,751.95");
  Fen account;
  for (const char* type : {"institution-settlement", "pharmacy-settlement", "individual-reimbursement"})
    for (const char* field : {"account_inpatient", "account_outpatient", "account_pharmacy"}) account += sum_of(e, book, type, field);
  EXPECT_EQ(account.grouped(), "178,733,627.17");
}

TEST(Datagen, DocumentsOfTheCountyYearHitTheExecutedColumnAndSpreadOverTwelveMonths) {
  const Exchange e = generate(demo(), 1);
  const std::string book = "990101-390";
  Fen inpatient;
  for (const char* type : {"institution-settlement", "individual-reimbursement", "offsite-clearing"}) inpatient += sum_of(e, book, type, "inpatient");
  EXPECT_EQ(inpatient.grouped(), "595,850,000.00");
  EXPECT_EQ(sum_of(e, book, "serious-illness-premium", "premium").grouped(), "72,700,000.00");
  EXPECT_EQ(sum_of(e, book, "other-income", "other").grouped(), "14,740,000.00");
  std::set<int> months;
  std::size_t documents = 0;
  for (const auto& d : e.documents)
    if (d.book == book && d.expect.empty()) {
      months.insert(d.day.month());
      ++documents;
      EXPECT_EQ(d.day.year(), 2023);
    }
  EXPECT_EQ(months.size(), 12u);
  EXPECT_GE(documents, 1500u);
  EXPECT_LE(documents, 2500u);
}

TEST(Datagen, SameSeedSameRowsAndBytesAnotherSeedOtherRowsWithTheSameSums) {
  const std::string a = temporary("a.db"), b = temporary("b.db"), c = temporary("c.db");
  write_database(a, demo(), generate(demo(), 5));
  write_database(b, demo(), generate(demo(), 5));
  write_database(c, demo(), generate(demo(), 6));
  EXPECT_EQ(rows_of(a), rows_of(b));
  EXPECT_NE(rows_of(a), rows_of(c));
  EXPECT_EQ(bank_script(demo(), generate(demo(), 5)), bank_script(demo(), generate(demo(), 5)));
  EXPECT_EQ(sum_of(generate(demo(), 6), "990000-310", "pharmacy-settlement", "account_pharmacy"), sum_of(generate(demo(), 5), "990000-310", "pharmacy-settlement", "account_pharmacy"));
  for (const auto& file : {a, b, c}) std::remove(file.c_str());
}

TEST(Datagen, EveryWrongDocumentIsThereAndNoneOfThemIsInTheSums) {
  const Exchange e = generate(demo(), 1);
  std::multiset<std::string> expected;
  Fen right, all;
  for (const auto& d : e.documents) {
    if (!d.expect.empty()) expected.insert(d.expect);
    (d.expect.empty() ? right : all) += d.amount;
  }
  EXPECT_EQ(expected.count("held"), 4u);
  EXPECT_EQ(expected.count("rejected"), 4u);
  EXPECT_EQ(expected.count("cancelled"), 2u);
  EXPECT_EQ(e.withdrawals.size(), 2u);
  Fen targets;
  for (const auto& f : demo()) {
    for (const auto& t : f.targets) targets += t.total();
    for (const auto& d : e.documents)
      if (d.book == f.book && d.type == "fund-use") targets += d.amount;
  }
  EXPECT_EQ(right, targets);
}

TEST(Datagen, ArrivalIsByDayWithOneGaplessNumbering) {
  const Exchange e = generate(demo(), 1);
  std::set<std::int64_t> seen;
  for (std::size_t i = 0; i < e.documents.size(); ++i) {
    seen.insert(e.documents[i].seq);
    if (i > 0) { EXPECT_LE(e.documents[i - 1].day, e.documents[i].day); }
  }
  for (const auto& w : e.withdrawals) seen.insert(w.seq);
  EXPECT_EQ(seen.size(), e.documents.size() + e.withdrawals.size());
  EXPECT_EQ(*seen.rbegin(), static_cast<std::int64_t>(seen.size()));
}

TEST(Datagen, TheExpenditureAccountNeverSpendsMoneyItDoesNotHave) {
  const Exchange e = generate(demo(), 1);
  for (const auto& f : demo())
    for (const auto& account : f.accounts) {
      Fen balance = account.opening;
      for (const auto& d : e.documents) {  // in order of arrival, so within a day too
        if (!d.expect.empty()) continue;
        if (d.incoming == account.number) balance += d.amount;
        if (d.outgoing == account.number) balance -= d.amount;
        ASSERT_GE(balance, Fen()) << account.number << " " << d.doc_no;
      }
    }
}

TEST(Datagen, TheBankScriptCreditsExactlyWhatComesInAtScriptedAccounts) {
  const Exchange e = generate(demo(), 1);
  const std::string script = bank_script(demo(), e);
  std::size_t credits = 0;
  for (const auto& d : e.documents)
    if (d.expect.empty() && (d.incoming == "9900001004001" || d.incoming == "9901011004001")) {
      ++credits;
      EXPECT_THAT(script, testing::HasSubstr("amount " + d.amount.plain() + " ref " + d.doc_no + " "));
    }
  std::size_t lines = 0;
  for (auto at = script.find("credit {"); at != std::string::npos; at = script.find("credit {", at + 1)) ++lines;
  EXPECT_EQ(lines, credits);
  EXPECT_GT(credits, 20u);
}

TEST(FiguresFile, ACellThatTheTargetsDoNotReachIsRefusedWithItsLine) {
  EXPECT_THAT(refusal(std::string(kHead) + "target t { type x prefix X mark ours period 2023-06 amount { a 10.00 } }\n"
                                           "cell c { table T row 1 column 1 value 10.01 status published sum \"t.a\" }\n"),
              testing::AllOf(testing::HasSubstr("bad.info:3"), testing::HasSubstr("10.01"), testing::HasSubstr("10.00")));
}

TEST(FiguresFile, MalformedInputIsOneSentenceWithFileAndLine) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "bad.info:1"},
      {std::string(kHead) + "traget t { }\n", "bad.info:2"},
      {std::string(kHead) + "target t {\n type x prefix X mark ours period 2023-6 amount { a 1 } }\n", "bad.info:3"},
      {std::string(kHead) + "target t {\n type x prefix X mark ours period 2023-06\n amount { a 1.234 } }\n", "bad.info:4"},
      {std::string(kHead) + "target t { type x prefix X mark ours period 2023-06 party nobody amount { a 1 } }\n", "bad.info:2"},
      {std::string(kHead) + "target t { type x\n", "bad.info:"},
      {std::string(kHead) + "target t { type \"x\n", "bad.info:2"},
      {std::string(kHead) + "}\n", "bad.info:2"},
      {"figures { name n book b unit u scheme 310 source s system y money-unit 千元 }\n", "money-unit"},
  };
  for (const auto& [text, expected] : cases) EXPECT_THAT(refusal(text), testing::HasSubstr(expected)) << text;
}

TEST(FiguresFile, AnAccountThatWouldRunShortIsRefused) {
  const std::string text = std::string(kHead) + "account 1004 { name a opening 0 scripted yes }\naccount 1003 { name b opening 5.00 }\n"
                           "target t { type x prefix X mark ours period 2023-06 days 20 outgoing 1004 amount { a 10.00 } }\n"
                           "fund-use f { type fund-use prefix F from 1003 to 1004 days 1 round 1.00 keep 0 }\n";
  const std::string file = temporary("short.info");
  std::ofstream(file) << text;
  const std::vector<Figures> figures = {read_figures(file)};
  std::remove(file.c_str());
  try {
    generate(figures, 1);
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_THAT(e.what(), testing::AllOf(testing::HasSubstr("1003"), testing::HasSubstr("5.00")));
  }
}

}  // namespace
}  // namespace mif::datagen
