// SPDX-License-Identifier: Apache-2.0
// Reconciliation without a host: the passes on generated sets, the table's equation, statements from files and damaged files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "balance_table.h"
#include "reconcile_naive.h"
#include "sides.h"
#include "tests/bank/csv_statement.h"

namespace mif::treasury {
namespace {

using ::testing::HasSubstr;

SideItem item(std::int64_t id, int day, std::int64_t fen) { return {id, Day(2023, 6, day), Fen(fen)}; }
SideItem coded(SideItem i, const char* code) { i.code = key_of(code); return i; }
SideItem referring(SideItem i, const char* reference) { i.reference = key_of(reference); return i; }
SideItem with(SideItem i, const char* party) { i.party = key_of(party); return i; }
SideItem saying(SideItem i, const char* text) { i.text = key_of(text); return i; }
SideItem undoing(SideItem i, const char* code) { i.undoes = key_of(code); return i; }

std::vector<std::int64_t> ids(std::span<const std::int64_t> list) { return {list.begin(), list.end()}; }
std::vector<std::string> rules(const std::vector<PairGroup>& groups) {
  std::vector<std::string> all;
  for (const auto& g : groups) all.push_back(g.rule);
  return all;
}

TEST(ReconcilePasses, each_pass_takes_what_is_unambiguous) {
  const auto code = reconcile_sides({coded(item(1, 1, -100), "v1"), coded(item(2, 2, -200), "v1")}, {coded(item(1, 1, -300), "v1")}, {});
  ASSERT_EQ(rules(code.groups), std::vector<std::string>{"P1-code"});
  EXPECT_EQ(ids(code.groups[0].bank), (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(rules(reconcile_sides({referring(item(1, 1, 5), "BF1")}, {referring(item(1, 30, 5), "BF 1")}, {}).groups), std::vector<std::string>{"P2-reference"});
  EXPECT_EQ(rules(reconcile_sides({}, {coded(item(1, 1, 5), "v1"), undoing(coded(item(2, 9, -5), "v2"), "v1")}, {}).groups), std::vector<std::string>{"P3-red-blue"});
  EXPECT_EQ(rules(reconcile_sides({with(item(1, 1, -5), "a"), undoing(with(item(2, 2, 5), "a"), "x")}, {}, {}).groups), std::vector<std::string>{"P4-bank-reversal"});
  EXPECT_EQ(rules(reconcile_sides({with(item(1, 1, -5), "a")}, {with(item(1, 4, -5), "a")}, {}).groups), std::vector<std::string>{"P5-counterparty"});
  EXPECT_EQ(rules(reconcile_sides({saying(item(1, 1, -5), "手续费")}, {saying(item(1, 2, -5), "手续费")}, {}).groups), std::vector<std::string>{"P6-summary"});
}

TEST(ReconcilePasses, what_is_ambiguous_or_contradicts_stays_open_and_is_named) {
  auto r = reconcile_sides({referring(item(1, 1, 5), "A"), referring(item(2, 1, 5), "A")}, {referring(item(1, 1, 5), "A")}, {});
  EXPECT_TRUE(r.groups.empty());
  EXPECT_EQ(r.doubts.size(), 3u);
  r = reconcile_sides({with(saying(coded(item(1, 1, 5), "v1"), "t"), "p")}, {with(saying(coded(item(1, 1, 6), "v1"), "t"), "p"), with(item(2, 1, 5), "p")}, {});
  EXPECT_TRUE(r.groups.empty()) << "the same code with another amount: no weaker rule explains it away";
  EXPECT_TRUE(std::all_of(r.doubts.begin(), r.doubts.end(), [](const Doubt& d) { return d.amount; }));
  r = reconcile_sides({with(item(1, 1, -5), "a")}, {with(item(1, 5, -5), "a")}, {});
  EXPECT_TRUE(r.groups.empty() && r.doubts.empty()) << "outside the window";
  r = reconcile_sides({with(item(1, 3, -5), "a"), with(item(2, 5, -5), "a")}, {with(item(1, 4, -5), "a")}, {});
  EXPECT_TRUE(r.groups.empty()) << "unique one way only";
  r = reconcile_sides({undoing(with(item(1, 1, 5), "a"), "x"), with(item(2, 2, -5), "a")}, {}, {});
  EXPECT_TRUE(r.groups.empty()) << "a reversal before what it reverses";
}

TEST(ReconcilePasses, lines_of_one_document_are_one_group_or_closed) {
  auto r = reconcile_sides({referring(item(1, 1, 5), "A"), referring(item(2, 1, 5), "A")}, {referring(item(1, 28, 10), "A")}, {});
  ASSERT_EQ(rules(r.groups), std::vector<std::string>{"P2-reference-sum"});
  EXPECT_EQ(ids(r.groups[0].bank), (std::vector<std::int64_t>{1, 2}));
  r = reconcile_sides({with(referring(item(1, 1, 5), "A"), "p")}, {with(referring(item(1, 1, 6), "A"), "p"), with(referring(item(2, 1, 5), "B"), "p")}, {});
  EXPECT_TRUE(r.groups.empty()) << "another document's amount does not explain it";
  EXPECT_EQ(r.doubts.size(), 2u);
}

TEST(ReconcilePasses, a_look_alike_without_a_partner_makes_doubt_and_one_with_a_partner_does_not) {
  EXPECT_TRUE(reconcile_sides({with(item(1, 1, 5), "a"), with(item(2, 12, 5), "a")}, {with(item(1, 2, 5), "a")}, {}).groups.empty());
  EXPECT_EQ(reconcile_sides({with(item(1, 1, 5), "a"), with(item(2, 13, 5), "a")}, {with(item(1, 2, 5), "a")}, {}).groups.size(), 1u);
  EXPECT_EQ(reconcile_sides({with(item(1, 1, 5), "a"), with(item(2, 8, 5), "a")}, {with(item(1, 2, 5), "a"), with(item(2, 8, 5), "a")}, {}).groups.size(), 2u);
  auto strict = with(item(1, 1, 5), "a");
  strict.strict = true;
  EXPECT_TRUE(reconcile_sides({strict}, {with(item(1, 1, 5), "a")}, {}).groups.empty());
  EXPECT_TRUE(reconcile_sides({with(item(1, 1, 5), "a")}, {strict}, {}).groups.empty());
  EXPECT_TRUE(reconcile_sides({saying(with(item(1, 1, 5), "a"), "t")}, {saying(item(1, 1, 5), "t")}, {}).groups.empty()) << "a summary, but the other account is on one side only";
}

TEST(ReconcilePasses, within_one_side_only_what_the_other_cannot_have_seen) {
  const auto blue = coded(item(1, 1, 5), "v1"), red = undoing(coded(item(2, 2, -5), "v2"), "v1");
  EXPECT_EQ(rules(reconcile_sides({item(1, 20, 5)}, {blue, red}, {}).groups), std::vector<std::string>{"P3-red-blue"});
  EXPECT_TRUE(reconcile_sides({item(1, 3, 5)}, {blue, red}, {}).groups.empty());
  const auto out = with(item(1, 1, -5), "a"), back = undoing(with(item(2, 2, 5), "a"), "x");
  EXPECT_TRUE(reconcile_sides({out, back}, {item(1, 2, -5)}, {}).groups.empty());
  EXPECT_EQ(reconcile_sides({out, back}, {with(item(1, 2, -5), "a"), with(item(2, 2, 5), "a")}, {}).groups.size(), 2u) << "both are in the book";
  auto matched = with(item(3, 1, -5), "a");
  matched.taken = true;
  EXPECT_TRUE(reconcile_sides({out, back, matched}, {}, {}).groups.empty()) << "it may be the matched one that came back";
  auto named = back;
  named.names = 7;
  EXPECT_TRUE(reconcile_sides({out, named}, {}, {}).groups.empty()) << "it names what the other does not";
}

TEST(ReconcilePasses, amount_alone_and_sums_are_only_suggested) {
  auto r = reconcile_sides({item(1, 1, -5)}, {item(1, 2, -5)}, {});
  EXPECT_TRUE(r.groups.empty());
  EXPECT_EQ(rules(r.suggestions), std::vector<std::string>{"S1-amount-day"});
  r = reconcile_sides({with(item(1, 1, 12), "a")}, {with(item(1, 1, 5), "a"), with(item(2, 1, 7), "a"), with(item(3, 1, 100), "a")}, {});
  ASSERT_EQ(rules(r.suggestions), std::vector<std::string>{"S2-sum"});
  EXPECT_EQ(ids(r.suggestions[0].book), (std::vector<std::int64_t>{1, 2}));
  r = reconcile_sides({with(item(1, 1, 12), "a")}, {with(item(1, 1, 5), "a"), with(item(2, 1, 7), "a"), with(item(3, 1, 4), "a"), with(item(4, 1, 8), "a")}, {});
  EXPECT_TRUE(r.suggestions.empty()) << "two choices add up";
}

// Random sides with few codes, parties and amounts, so that every kind of collision happens.
std::pair<std::vector<SideItem>, std::vector<SideItem>> random_sides(std::mt19937& random) {
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::vector<SideItem> sides[2];
  for (auto& side : sides)
    for (int i = 1, n = pick(40); i <= n; ++i) {
      SideItem x = item(i, 1 + pick(28), (1 + pick(6)) * (pick(2) ? 100 : -100));
      if (pick(2)) x.code = static_cast<Key>(1 + pick(12));
      if (pick(2)) x.reference = static_cast<Key>(1 + pick(12));
      if (pick(2)) x.party = static_cast<Key>(1 + pick(4));
      if (pick(2)) x.text = static_cast<Key>(1 + pick(4));
      if (!pick(5)) x.undoes = static_cast<Key>(1 + pick(12));
      if (!pick(6)) x.names = static_cast<Key>(1 + pick(3));
      x.strict = !pick(8);
      side.push_back(x);
    }
  return {sides[0], sides[1]};
}

std::string picture(const Reconciled& r) {
  std::string text;
  for (const auto* list : {&r.groups, &r.suggestions}) {
    for (const auto& g : *list) {
      text += g.rule;
      for (const auto* ids : {&g.bank, &g.book}) {
        text += " |";
        for (const auto id : *ids) text += " " + std::to_string(id);
      }
      text += "\n";
    }
    text += "--\n";
  }
  for (const auto& d : r.doubts) text += (d.bank ? "b" : "k") + std::to_string(d.id) + d.rule + "\n";
  return text;
}

TEST(ReconcilePasses, on_random_sets_nothing_is_taken_twice_sums_agree_and_order_does_not_matter) {
  std::size_t groups = 0;
  for (unsigned seed = 1; seed <= 2000; ++seed) {
    std::mt19937 random(seed);
    auto [bank, book] = random_sides(random);
    const Reconciled r = reconcile_sides(bank, book, {});
    std::map<std::int64_t, Fen> amounts[2];
    for (const auto& i : bank) amounts[0][i.id] = i.fen;
    for (const auto& i : book) amounts[1][i.id] = i.fen;
    std::set<std::int64_t> taken[2];
    for (const auto* list : {&r.groups, &r.suggestions})
      for (const auto& g : *list) {
        Fen sums[2];
        for (int side = 0; side < 2; ++side)
          for (const auto id : side ? g.book : g.bank) {
            sums[side] += amounts[side].at(id);
            if (list == &r.groups) {
              ASSERT_TRUE(taken[side].insert(id).second) << "seed " << seed;
            } else {
              ASSERT_FALSE(taken[side].count(id)) << "suggested although taken, seed " << seed;
            }
          }
        ASSERT_EQ(sums[0], sums[1]) << "seed " << seed << " " << g.rule;
      }
    for (const auto& d : r.doubts) ASSERT_FALSE(taken[d.bank ? 0 : 1].count(d.id)) << "seed " << seed;
    groups += r.groups.size();
    std::shuffle(bank.begin(), bank.end(), random);
    std::shuffle(book.begin(), book.end(), random);
    ASSERT_EQ(picture(reconcile_sides(bank, book, {})), picture(r)) << "seed " << seed;
  }
  EXPECT_GT(groups, 1000u) << "the generator makes too little that fits";
}

// Sides as large as an agency's month: what the engine deals out before it sorts.
std::pair<std::vector<SideItem>, std::vector<SideItem>> large_sides(std::mt19937& random) {
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::vector<SideItem> sides[2];
  for (auto& side : sides)
    for (int i = 1; i <= 6000; ++i) {
      SideItem x = item(i, 1 + pick(28), (1 + pick(400)) * (pick(2) ? 100 : -100));
      const auto key = [&](int n) { return key_of(std::to_string(pick(n))); };
      if (pick(2)) x.code = key(5000);
      if (pick(2)) x.reference = key(5000);
      if (pick(2)) x.party = key(700);
      if (pick(2)) x.text = key(700);
      if (!pick(5)) x.undoes = key(5000);
      side.push_back(x);
    }
  return {sides[0], sides[1]};
}

TEST(ReconcilePasses, the_engine_finds_what_a_naive_one_finds) {
  for (unsigned seed = 1; seed <= 2000; ++seed) {
    std::mt19937 random(seed);
    const auto [bank, book] = random_sides(random);
    ASSERT_EQ(picture(reconcile_sides(bank, book, {})), Naive(bank, book, {}).picture()) << "seed " << seed;
  }
  for (unsigned seed = 1; seed <= 5; ++seed) {
    std::mt19937 random(seed);
    auto [bank, book] = large_sides(random);
    const std::string wanted = Naive(bank, book, {}).picture();
    ASSERT_EQ(picture(reconcile_sides(bank, book, {})), wanted) << "large seed " << seed;
    std::shuffle(bank.begin(), bank.end(), random);
    ASSERT_EQ(picture(reconcile_sides(bank, book, {})), wanted) << "large seed " << seed << ", shuffled";
  }
}

TEST(BalanceTable, the_equation_holds_whatever_is_matched_and_a_later_match_does_not_change_an_earlier_month) {
  for (unsigned seed = 1; seed <= 500; ++seed) {
    std::mt19937 random(seed);
    std::vector<SideLine> lines;
    BalanceTable june;
    june.form = "expenditure";
    june.day = Day(2023, 6, 30);
    for (int i = 1; i <= 60; ++i) {
      const bool late = random() % 3 == 0;
      const Fen fen(static_cast<std::int64_t>(random() % 9 + 1) * (random() % 2 ? 1 : -1));
      const int group = random() % 2 ? i : 0;
      lines.push_back({"bank/" + std::to_string(i), true, Day(2023, late ? 7 : 6, 5), fen, "", "", group});
      lines.push_back({"book/" + std::to_string(i) + "/1", false, Day(2023, random() % 3 ? 6 : 7, 6), fen, "", "", group});
    }
    for (const auto& l : lines)
      if (l.day <= june.day) (l.bank ? june.bank : june.booked) += l.fen;
    BalanceTable again = june;
    fill_table(june, lines);
    ASSERT_EQ(june.difference(), Fen(0)) << "seed " << seed;
    for (std::size_t i = 0; i + 1 < lines.size(); i += 2)  // match everything that met in July only
      if (!lines[i].group && (june.day < lines[i].day || june.day < lines[i + 1].day)) lines[i].group = lines[i + 1].group = 1000 + static_cast<std::int64_t>(i);
    fill_table(again, lines);
    ASSERT_EQ(table_json(again), table_json(june)) << "seed " << seed;
  }
}

TEST(BalanceTable, the_four_kinds_and_the_three_forms) {
  BalanceTable t;
  t.form = "fiscal";
  t.day = Day(2023, 6, 30);
  t.bank = Fen(1000);
  t.booked = Fen(1000 - 10 + 20 + 30 - 40);
  fill_table(t, {{"bank/1", true, Day(2023, 6, 1), Fen(10), "", "", 0}, {"bank/2", true, Day(2023, 6, 29), Fen(-20), "", "", 0}, {"book/1/1", false, Day(2023, 6, 1), Fen(30), "", "", 0},
                 {"book/2/1", false, Day(2023, 6, 1), Fen(-40), "", "", 0}, {"book/3/1", false, Day(2023, 7, 1), Fen(-40), "", "", 0}});
  EXPECT_EQ(t.sums, (std::array<Fen, 4>{Fen(10), Fen(20), Fen(30), Fen(40)}));
  EXPECT_EQ(t.adjusted_bank(), Fen(990));
  EXPECT_EQ(t.difference(), Fen(0));
  EXPECT_THAT(table_json(t), HasSubstr("财政专户存款余额调节表"));
  EXPECT_THAT(table_json(t), HasSubstr("\"age\":29"));
  EXPECT_EQ(form_title("income"), "银行收入户存款余额调节表");
  EXPECT_EQ(form_title("expenditure"), "银行支出户存款余额调节表");
  EXPECT_THROW(form_title("other"), Error);
}

ColumnMap signed_map() {
  Node root;
  int line = 0;
  for (const auto& [key, value] : std::vector<std::pair<std::string, std::string>>{{"day", "日期"}, {"amount", "金额"}, {"balance", "余额"}, {"bank-ref", "流水号"}, {"text", "摘要"}})
    root.children.push_back({key, value, ++line, {}});
  return read_column_map(root, "signed");
}
std::string refusal(const ColumnMap& map, const std::string& bytes) {
  try {
    read_statement_csv(map, "6月.csv", bytes, {});
  } catch (const Error& e) {
    return e.what();
  }
  return "accepted";
}
const std::string kHead = "日期,金额,余额,流水号,摘要\n";

TEST(StatementFile, reads_what_banks_write) {
  const auto s = read_statement_csv(signed_map(), "f", "\xEF\xBB\xBF账号,1,,,\r\n" + kHead + "2023-06-01,\"1,000.50\",1000.50,R1,\"a, \"\"b\"\"\"\r\n\r\n2023-06-02,-0.50,1000.00,R2,费\r\n", {});
  ASSERT_EQ(s.lines.size(), 2u);
  EXPECT_EQ(s.opening, Fen(0));
  EXPECT_EQ(s.closing, Fen(100000));
  EXPECT_EQ(s.lines[0].text, "a, \"b\"");
  EXPECT_EQ(disproof(s), "");
}
TEST(StatementFile, two_columns_newest_first_and_direction_words) {
  Node root;
  for (const auto& [key, value] : std::vector<std::pair<std::string, std::string>>{{"charset", "GB18030"}, {"order", "newest-first"}, {"day-format", "yyyymmdd"}, {"day", "D"}, {"in", "I"}, {"out", "O"}})
    root.children.push_back({key, value, 1, {}});
  auto map = read_column_map(root, "m");
  const auto s = read_statement_csv(map, "f", "D,I,O\n20230602,,3.00\n20230601,5.00,\n", {{}, {}, Fen(0), Fen(200)});
  EXPECT_EQ(s.lines[0].fen, Fen(500));
  EXPECT_EQ(s.lines[1].balance, Fen(200));
  EXPECT_EQ(disproof(s), "");
  EXPECT_THROW(read_statement_csv(map, "f", "D,I,O\n20230601,5.00,\n", {}), Error) << "no balances anywhere: nothing to prove it by";
  map.in.clear(), map.out.clear(), map.amount = "A", map.direction = "W", map.in_word = "贷", map.out_word = "借";
  map.charset = "UTF-8", map.newest_first = false;
  EXPECT_EQ(read_statement_csv(map, "f", "D,A,W\n20230601,5.00,借\n", {{}, {}, Fen(0), Fen(-500)}).lines[0].fen, Fen(-500));
  EXPECT_THAT(refusal(map, "D,A,W\n20230601,5.00,收\n"), HasSubstr("第 3 列"));
}
TEST(StatementFile, a_damaged_file_is_refused_in_one_sentence_with_file_line_and_column) {
  const auto map = signed_map();
  for (const auto& [bytes, parts] : std::vector<std::pair<std::string, std::vector<const char*>>>{
           {kHead + "2023-06-01,1.2x,1.00,R,t\n", {"6月.csv", "第 2 行", "第 2 列", "1.2x"}},
           {kHead + "2023-06-01,1.005,1.00,R,t\n", {"第 2 行", "第 2 列"}},
           {kHead + "2023-06-01,99999999999999999999,1.00,R,t\n", {"第 2 行", "第 2 列"}},
           {kHead + "2023-06-01,0.00,1.00,R,t\n", {"第 2 列", "金额为零"}},
           {kHead + "2023-06-01,1.00,,R,t\n", {"第 3 列", "没有余额"}},
           {kHead + "2023-06-31,1.00,1.00,R,t\n", {"第 2 行", "第 1 列"}},
           {kHead + "20230601,1.00,1.00,R,t\n", {"第 1 列"}},
           {kHead + "2023-06-01,1.00,1.00,R\n", {"第 2 行", "有 4 列，表头是 5 列"}},
           {kHead + "2023-06-01,1.00,1.00,R,t,u\n", {"有 6 列"}},
           {kHead + "2023-06-01,1.00,1.00,R,\"cut off\n", {"第 2 行", "引号没有闭合"}},
           {kHead + "2023-06-02,1.00,1.00,R,t\n2023-06-01,1.00,2.00,S,t\n", {"第 3 行", "日期早于前一笔"}},
           {"日期,金额,流水号\n", {"第 1 行", "表头缺少列 余额、摘要"}},
           {"a,b\n", {"没有含「日期」的表头行"}},
           {"", {"没有含「日期」的表头行"}},
           {kHead, {"没有流水"}},
           {kHead + "2023-06-01,1.00,1.00,R,\xD6\n", {"第 2 行", "字节不是 UTF-8"}}}) {
    const std::string said = refusal(map, bytes);
    for (const char* part : parts) EXPECT_THAT(said, HasSubstr(part)) << bytes;
    EXPECT_EQ(said.find('\n'), std::string::npos);
  }
  auto gbk = map;
  gbk.charset = "GBK", gbk.day = "\xE6\x97\xA5\xE6\x9C\x9F", gbk.amount = "a";
  gbk.balance.clear(), gbk.bank_ref.clear(), gbk.text.clear();
  EXPECT_THAT(refusal(gbk, std::string("\xC8\xD5\xC6\xDA,a\n2023-06-01,2\n\xD6")), HasSubstr("第 3 行: 第 1 字节")) << "a character cut in half";
}
TEST(StatementFile, any_damage_is_refused_or_disproved_never_worse) {
  const std::string good = kHead + "2023-06-01,100.00,100.00,R1,a\n2023-06-02,-30.00,70.00,R2,\"b,c\"\n2023-06-03,5.00,75.00,R3,d\n";
  const auto map = signed_map();
  std::mt19937 random(7);
  for (int i = 0; i < 5000; ++i) {
    std::string bad = good;
    for (int n = 1 + static_cast<int>(random() % 3); n > 0; --n) {
      const std::size_t at = random() % bad.size();
      if (random() % 2) bad[at] = static_cast<char>(random());
      else bad.erase(at, random() % 4);
    }
    try {
      const CsvStatement s = read_statement_csv(map, "f", bad, {});
      disproof(s);
    } catch (const Error& e) {
      EXPECT_NE(e.code(), MIF_E_INTERNAL) << e.what();
    }
  }
}
TEST(StatementFile, a_column_map_that_says_nothing_useful_is_refused) {
  for (const auto& fields : std::vector<std::vector<std::pair<std::string, std::string>>>{{}, {{"day", "D"}}, {{"day", "D"}, {"in", "I"}}, {{"day", "D"}, {"amount", "A"}, {"in", "I"}, {"out", "O"}},
                                                                                          {{"day", "D"}, {"amount", "A"}, {"charset", "EBCDIC"}}, {{"day", "D"}, {"amount", "A"}, {"what", "W"}},
                                                                                          {{"day", "D"}, {"amount", "A"}, {"direction", "W"}}, {{"day", "D"}, {"amount", ""}}}) {
    Node root;
    for (const auto& [key, value] : fields) root.children.push_back({key, value, 1, {}});
    EXPECT_THROW(read_column_map(root, "m"), Error);
  }
}

}  // namespace
}  // namespace mif::treasury
