// SPDX-License-Identifier: Apache-2.0
// Statements without a host: exact decimals, the proof, what is put aside, and the CSV reader.
#include <gtest/gtest.h>

#include <set>

#include "csv_reader.h"
#include "proof.h"
#include "statement_lines.h"

namespace mif::treasury {
namespace {

mif_decimal dec(std::int64_t units, std::int32_t scale = 2) { return {units, scale, 1}; }

TEST(StatementDecimal, is_exact_over_scales_and_says_when_a_sum_does_not_fit) {
  Decimal a = *Decimal::of(dec(18150, 3));
  EXPECT_EQ(a.text(), "18.150");
  EXPECT_TRUE(a.add(*Decimal::of(dec(1000000000000005, 13))));
  EXPECT_EQ(a.text(), "118.1500000000005");
  EXPECT_EQ(Decimal::of(dec(-5, 3))->text(), "-0.005");
  EXPECT_EQ(Decimal().text(), "0");
  EXPECT_EQ(*Decimal::of(dec(1234, 0)), *Decimal::of(dec(123400)));
  EXPECT_FALSE(Decimal::of({}));
  EXPECT_THROW(static_cast<void>(Decimal::of(dec(1, 19))), Error);
  Decimal big = *Decimal::of(dec(INT64_MAX, 0));
  bool fits = true;
  for (int i = 0; i < 40 && fits; ++i) fits = big.add(*Decimal::of(dec(INT64_MAX, 0)));
  EXPECT_FALSE(fits);
}
TEST(StatementDecimal, becomes_fen_only_when_it_is_whole_fen) {
  EXPECT_EQ(Decimal::of(dec(12340, 3))->fen()->value(), 1234);
  EXPECT_FALSE(Decimal::of(dec(12345, 3))->fen());
  EXPECT_FALSE(Decimal::of(dec(INT64_MAX, 0))->fen());
  EXPECT_EQ(Decimal::of(dec(-500, 0))->fen()->value(), -50000);
}

class ProofTest : public ::testing::Test {
 protected:
  void balance(int kind, std::int64_t fen, const char* code = "", mif_day day = 0) {
    auto b = sized<mif_statement_balance>();
    b.kind = kind;
    b.amount = dec(fen);
    b.code = s(code);
    b.day = day;
    proof.balance(b);
  }
  void entry(std::int64_t fen, std::optional<std::int64_t> after = {}, mif_day day = 20230605, int status = MIF_ENTRY_BOOKED) {
    auto e = sized<mif_statement_entry>();
    e.status = status;
    e.amount = dec(fen);
    e.day = day;
    if (after) e.balance = dec(*after);
    proof.entry(e);
  }
  void close(std::int64_t count = -1, mif_decimal sum = {}, mif_decimal credits = {}, mif_decimal debits = {}) {
    auto c = sized<mif_statement_close>();
    c.entries = count;
    c.sum = sum;
    c.credits = credits;
    c.debits = debits;
    proof.close(&c);
  }
  std::string verdict() { return std::string(name_of(proof.facts().verdict)) + (proof.facts().reasons.empty() ? "" : ": " + proof.facts().why()); }
  bool says(const char* text) { return proof.facts().why().find(text) != std::string::npos; }
  Proof proof{sized<mif_statement_open>()};
};

TEST_F(ProofTest, proves_what_adds_up) {
  balance(MIF_BALANCE_OPENING, 1000, "60F", 20230601);
  entry(5, 1005);
  entry(-3, 1002);
  entry(70, {}, 20230630);
  balance(MIF_BALANCE_CLOSING, 1072, "62F", 20230630);
  close(3, dec(78), dec(75), dec(-3));
  EXPECT_EQ(verdict(), "proved");
  EXPECT_EQ(proof.facts().credits.text(), "0.75");
  EXPECT_EQ(proof.facts().debits.text(), "0.03");
}
TEST_F(ProofTest, proves_a_statement_without_entries) {
  balance(MIF_BALANCE_OPENING, 1000);
  balance(MIF_BALANCE_CLOSING, 1000);
  close();
  EXPECT_EQ(verdict(), "proved");
}
TEST_F(ProofTest, warns_when_the_sum_is_off_and_says_by_how_much) {
  balance(MIF_BALANCE_OPENING, 1000);
  entry(5);
  balance(MIF_BALANCE_CLOSING, 1006);
  close();
  EXPECT_TRUE(says("差 0.01")) << verdict();
  EXPECT_EQ(proof.facts().verdict, Verdict::warned);
}
TEST_F(ProofTest, warns_of_the_first_running_balance_that_does_not_fit) {
  balance(MIF_BALANCE_OPENING, 1000);
  entry(5, 1005);
  entry(-3, 1003);
  entry(1, 1003);
  balance(MIF_BALANCE_CLOSING, 1003);
  close();
  EXPECT_TRUE(says("第 2 笔的余额 10.03")) << verdict();
  EXPECT_EQ(proof.facts().reasons.size(), 1u);
}
TEST_F(ProofTest, cannot_prove_without_opening_or_closing) {
  entry(5);
  close();
  EXPECT_TRUE(says("没有期初余额") && says("没有期末余额")) << verdict();
}
TEST_F(ProofTest, running_balances_must_follow_each_other_even_without_an_opening) {
  entry(5, 1005);
  entry(5, 1011);
  close();
  EXPECT_TRUE(says("第 2 笔的余额")) << verdict();
}
TEST_F(ProofTest, an_opening_told_late_must_fit_the_running_balances) {
  entry(5, 1005);
  balance(MIF_BALANCE_OPENING, 1001);
  balance(MIF_BALANCE_CLOSING, 1006);
  close();
  EXPECT_TRUE(says("推出的 10.00")) << verdict();
}
TEST_F(ProofTest, pending_and_informative_entries_do_not_move_the_balance) {
  balance(MIF_BALANCE_OPENING, 1000);
  entry(5);
  entry(700, {}, 20230605, MIF_ENTRY_PENDING);
  entry(-90, {}, 20230605, MIF_ENTRY_INFO);
  balance(MIF_BALANCE_CLOSING, 1005);
  close(3);
  EXPECT_EQ(verdict(), "proved");
  EXPECT_EQ(proof.facts().pending, 1);
  EXPECT_EQ(proof.facts().credits.text(), "7.05");
  EXPECT_EQ(proof.facts().booked_credits.text(), "0.05");
}
TEST_F(ProofTest, declared_counts_and_sums_are_held_to) {
  balance(MIF_BALANCE_OPENING, 0);
  entry(5);
  entry(-5);
  balance(MIF_BALANCE_CLOSING, 0);
  close(3, dec(11), dec(6), dec(4));
  EXPECT_TRUE(says("声明 3 笔") && says("合计 0.11") && says("收入合计 0.06") && says("支出合计 0.04")) << verdict();
}
TEST_F(ProofTest, days_belong_into_the_statement) {
  balance(MIF_BALANCE_OPENING, 0, "", 20230601);
  entry(5, {}, 20230531);
  entry(5, {}, 20230701);
  entry(-10, {}, 20230230);
  balance(MIF_BALANCE_CLOSING, 0, "", 20230630);
  close();
  EXPECT_TRUE(says("早于期初日") && says("晚于期末日") && says("20230230 不存在")) << verdict();
}
TEST_F(ProofTest, pages_carry_their_own_balances_and_the_running_day_does_not_count) {
  balance(MIF_BALANCE_INTERIM_OPENING, 1000, "60M");
  entry(5);
  balance(MIF_BALANCE_INTERIM_CLOSING, 1005, "62M");
  close();
  EXPECT_EQ(verdict(), "proved");
  Proof other(sized<mif_statement_open>());
  auto b = sized<mif_statement_balance>();
  b.kind = MIF_BALANCE_INTERIM_CLOSING;
  b.code = s("ITBD");
  b.amount = dec(7);
  other.balance(b);
  EXPECT_FALSE(other.facts().closing);
}
TEST_F(ProofTest, a_page_within_the_statement_must_meet_the_sum_so_far) {
  balance(MIF_BALANCE_OPENING, 1000, "60F");
  entry(5);
  balance(MIF_BALANCE_INTERIM_CLOSING, 1005, "62M");
  balance(MIF_BALANCE_INTERIM_OPENING, 1004, "60M");
  entry(5);
  balance(MIF_BALANCE_CLOSING, 1010, "62F");
  close();
  EXPECT_TRUE(says("续页期初 10.04")) << verdict();
  EXPECT_EQ(proof.facts().closing->text(), "10.10");
}
TEST_F(ProofTest, the_booked_opening_goes_before_the_previous_closing) {
  balance(MIF_BALANCE_OPENING, 202, "PRCD");
  balance(MIF_BALANCE_OPENING, 101, "OPBD");
  entry(1, 102);
  balance(MIF_BALANCE_CLOSING, 102, "CLBD");
  close();
  EXPECT_EQ(proof.facts().opening->text(), "1.01");
  EXPECT_EQ(verdict(), "proved");
}
TEST_F(ProofTest, bundles_that_differ_are_a_note) {
  balance(MIF_BALANCE_OPENING, 0);
  auto e = sized<mif_statement_entry>();
  e.status = MIF_ENTRY_BOOKED;
  e.amount = dec(100);
  e.details = 2;
  e.details_sum = dec(99);
  proof.entry(e);
  balance(MIF_BALANCE_CLOSING, 100);
  close();
  EXPECT_EQ(verdict(), "proved");
  ASSERT_EQ(proof.facts().notes.size(), 1u);
}
TEST_F(ProofTest, troubles_decide_by_their_level) {
  balance(MIF_BALANCE_OPENING, 0);
  balance(MIF_BALANCE_CLOSING, 0);
  auto t = sized<mif_statement_trouble>();
  t.byte = 7;
  t.line = 2;
  t.code = s("x.y");
  t.what = s("odd");
  t.level = MIF_TROUBLE_NOTE;
  proof.trouble(t);
  EXPECT_EQ(proof.facts().verdict, Verdict::proved);
  t.level = MIF_TROUBLE_WARNING;
  proof.trouble(t);
  EXPECT_EQ(proof.facts().verdict, Verdict::warned);
  t.level = MIF_TROUBLE_BROKEN;
  proof.trouble(t);
  EXPECT_EQ(proof.facts().verdict, Verdict::quarantined);
  EXPECT_TRUE(says("第 7 字节（第 2 行）: odd [x.y]")) << verdict();
}
TEST_F(ProofTest, the_next_statement_of_an_account_opens_where_the_last_closed) {
  StatementFacts before;
  before.closing = Decimal::of(dec(999));
  balance(MIF_BALANCE_OPENING, 1000);
  balance(MIF_BALANCE_CLOSING, 1000);
  close();
  proof.follows(before);
  EXPECT_TRUE(says("上一张的期末 9.99")) << verdict();
}
TEST_F(ProofTest, a_sum_out_of_range_is_no_statement) {
  balance(MIF_BALANCE_OPENING, 0);
  for (int i = 0; i < 40; ++i) {
    auto e = sized<mif_statement_entry>();
    e.status = MIF_ENTRY_BOOKED;
    e.amount = dec(INT64_MAX, 0);
    proof.entry(e);
  }
  EXPECT_EQ(proof.facts().verdict, Verdict::quarantined);
}

BankLine line(int day, std::int64_t fen, std::string_view ref = {}, std::string_view text = "same") { return {Day(2023, 6, day), Fen(fen), ref, "", "", "", text}; }

TEST(LineSpool, gives_back_what_it_was_given_however_much_it_is) {
  LineSpool spool;
  const int n = 120'000;
  for (int i = 0; i < n; ++i) spool.add(line(1 + i % 28, i, "R" + std::to_string(i), std::string(static_cast<std::size_t>(i % 90), 'x')));
  for (const int i : {n - 1, 0, n / 2, 1, n - 2, n / 2 - 1, 70'000}) {
    const BankLine l = spool.at(static_cast<std::size_t>(i));
    EXPECT_EQ(l.fen.value(), i);
    EXPECT_EQ(l.bank_ref, "R" + std::to_string(i));
    EXPECT_EQ(l.text.size(), static_cast<std::size_t>(i % 90));
  }
  for (std::size_t i = n; i-- > 0;) ASSERT_EQ(spool.at(i).fen.value(), static_cast<std::int64_t>(i));
}
TEST(LineSpool, orders_by_day_and_keeps_the_order_within_a_day) {
  LineSpool spool;
  for (const auto& [day, fen] : std::vector<std::pair<int, int>>{{2, 1}, {1, 2}, {2, 3}, {1, 4}}) spool.add(line(day, fen));
  EXPECT_EQ(spool.by_day(0, 4), (std::vector<std::uint32_t>{1, 3, 0, 2}));
  EXPECT_TRUE(spool.by_day(1, 3).empty());
}
TEST(LineSpool, takes_a_reference_for_a_name_only_when_it_is_one) {
  LineSpool spool;
  for (const char* ref : {"A", "B", "A", "", "NONREF", "0000", "C"}) spool.add(line(1, 1, ref));
  EXPECT_EQ(spool.unique_refs(0, 7), (std::vector<bool>{false, true, false, false, false, false, true}));
  EXPECT_EQ(spool.unique_refs(0, 2), (std::vector<bool>{true, true}));
  EXPECT_NE(content_of(line(1, 1, "A")), content_of(line(1, 1, "B")));
  EXPECT_NE(content_of({Day(2023, 6, 1), Fen(1), "ab", "c", "", "", ""}), content_of({Day(2023, 6, 1), Fen(1), "a", "bc", "", "", ""}));
}

// --- bank-csv ---

struct Heard {
  std::vector<std::string> said;
  std::size_t piece = 1 << 20;
  std::string_view rest;
  std::int64_t byte = -1;

  void read(const bank_csv::ColumnMap& map, std::string_view bytes, const bank_csv::Totals& totals = {}) {
    rest = bytes;
    auto source = sized<mif_byte_source>();
    source.impl = this;
    source.read = [](void* p, std::uint8_t* room, std::uint64_t most) -> std::int64_t {
      auto& me = *static_cast<Heard*>(p);
      const std::size_t n = std::min({static_cast<std::size_t>(most), me.piece, me.rest.size()});
      me.rest.copy(reinterpret_cast<char*>(room), n);
      me.rest.remove_prefix(n);
      return static_cast<std::int64_t>(n);
    };
    auto on = sized<mif_statement_events>();
    on.impl = this;
    on.open = [](void* p, const mif_statement_open*) { return add(p, "open"); };
    on.balance = [](void* p, const mif_statement_balance* b) { return add(p, (b->kind == MIF_BALANCE_OPENING ? "opening " : "closing ") + std::to_string(b->amount.units)); };
    on.entry = [](void* p, const mif_statement_entry* e) {
      return add(p, std::to_string(e->day) + " " + std::to_string(e->amount.units) + (e->balance.given ? " =" + std::to_string(e->balance.units) : "") + " " + str(e->bank_ref) + " " + str(e->text));
    };
    on.close = [](void* p, const mif_statement_close*) { return add(p, "close"); };
    on.trouble = [](void* p, const mif_statement_trouble* t) {
      static_cast<Heard*>(p)->byte = t->byte;
      return add(p, "line " + std::to_string(t->line) + " " + str(t->code) + " " + str(t->what));
    };
    bank_csv::read_csv(map, totals, source, on);
  }
  static std::int32_t add(void* p, const std::string& what) {
    static_cast<Heard*>(p)->said.push_back(what);
    return 0;
  }
  std::string all() const {
    std::string text;
    for (const auto& one : said) text += one + "|";
    return text;
  }
};

bank_csv::ColumnMap map_of(std::vector<std::pair<std::string, std::string>> entries) {
  Node root;
  for (auto& [key, value] : entries) root.children.push_back({key, value, 1, {}});
  return bank_csv::read_column_map(root, "m.info");
}
bank_csv::ColumnMap signed_map(const std::string& order = "oldest-first") {
  return map_of({{"order", order}, {"day", "日期"}, {"day-format", "yyyy-mm-dd"}, {"amount", "金额"}, {"balance", "余额"}, {"bank-ref", "号"}, {"text", "摘要"}});
}

TEST(BankCsv, reads_lines_above_the_head_quotes_and_either_line_end_whatever_the_pieces) {
  const std::string file = "\xEF\xBB\xBF账号 1,,,,\r\n日期,金额,余额,号,摘要\r\n2023-06-01,\"1,000.50\",1100.50,A,\"a \"\"b\"\", c\nd\"\r\n\r\n2023-06-02, -0.50 ,1100.00,B,x";
  for (const std::size_t piece : {1u, 2u, 7u, 1u << 20}) {
    Heard heard;
    heard.piece = piece;
    heard.read(signed_map(), file);
    EXPECT_EQ(heard.all(), "open|opening 10000|20230601 100050 =110050 A a \"b\", c\nd|20230602 -50 =110000 B x|closing 110000|close|") << piece;
  }
}
TEST(BankCsv, turns_a_file_that_begins_with_the_newest_line) {
  Heard heard;
  heard.read(signed_map("newest-first"), "日期,金额,余额,号,摘要\n2023-06-02,-0.50,1100.00,B,x\n2023-06-01,1000.50,1100.50,A,y\n");
  EXPECT_EQ(heard.all(), "open|opening 10000|20230601 100050 =110050 A y|20230602 -50 =110000 B x|closing 110000|close|");
}
TEST(BankCsv, names_line_and_column_of_what_it_cannot_read) {
  const std::string head = "日期,金额,余额,号,摘要\n2023-06-01,1.00,1.00,A,x\n";
  for (const auto& [bad, says] : std::vector<std::pair<std::string, std::string>>{
           {"2023-06-02,1x,2.00,B,x\n", "line 3 statement.amount 第 2 列「金额」的 \"1x\""},
           {"2023-06-02,0.00,2.00,B,x\n", "line 3 statement.amount-zero"},
           {"2023-02-30,1.00,2.00,B,x\n", "line 3 statement.day 第 1 列"},
           {"2023-05-02,1.00,2.00,B,x\n", "line 3 statement.days-descend"},
           {"2023-06-02,1.00,,B,x\n", "line 3 statement.no-balance"},
           {"2023-06-02,1.00,2.00,B\n", "line 3 statement.width 有 4 列，表头是 5 列"},
           {"2023-06-02,1.00,2.00," + std::string(111, 'r') + ",x\n", "line 3 statement.too-long"},
           {"2023-06-02,1.00,2.00,B,\"x\n", "line 3 statement.open-quote"},
           {"2023-06-02,1.00,2.00,B,\xff\n", "line 3 statement.charset 第 24 字节"}}) {
    Heard heard;
    heard.read(signed_map(), head + bad);
    ASSERT_FALSE(heard.said.empty());
    EXPECT_EQ(heard.said.back().substr(0, says.size()), says);
  }
}
TEST(BankCsv, counts_bytes_of_the_file_not_of_the_text) {
  const std::string head = "\xC8\xD5\xC6\xDA,a,b\n";  // GBK
  auto map = map_of({{"charset", "GBK"}, {"day", "日期"}, {"amount", "a"}, {"balance", "b"}});
  Heard heard;
  heard.read(map, head + "2023-06-01,1.00,1.00\n2023-06-02,x,2.00\n");
  EXPECT_EQ(heard.byte, static_cast<std::int64_t>(head.size() + 21));
}
TEST(BankCsv, two_columns_a_direction_word_and_no_balance_column) {
  Heard two;
  two.read(map_of({{"day", "d"}, {"in", "i"}, {"out", "o"}, {"balance", "b"}}), "d,i,o,b\n2023-06-01,5.00,-,5.00\n2023-06-01,,2.00,3.00\n");
  EXPECT_EQ(two.all(), "open|opening 0|20230601 500 =500  |20230601 -200 =300  |closing 300|close|");
  Heard word;
  bank_csv::Totals totals;
  totals.opening = Fen(100);
  totals.closing = Fen(300);
  word.read(map_of({{"day", "d"}, {"amount", "a"}, {"direction", "w"}, {"in-word", "贷"}, {"out-word", "借"}}), "d,a,w\n2023-06-01,5.00,贷\n2023-06-01,3.00,借\n", totals);
  EXPECT_EQ(word.all(), "open|opening 100|20230601 500  |20230601 -300  |closing 300|close|");
  Heard none;
  none.read(map_of({{"day", "d"}, {"amount", "a"}}), "d,a\n2023-06-01,5.00\n");
  EXPECT_NE(none.all().find("statement.no-balance-column"), std::string::npos);
}
TEST(BankCsv, knows_its_own_files_by_the_head) {
  const auto map = signed_map();
  EXPECT_GT(bank_csv::sniff_csv(map, "账号 1\n日期,金额,余额,号,摘要\n2023-06"), 0);
  EXPECT_EQ(bank_csv::sniff_csv(map, "日期,金额,余额\n"), 0);
  EXPECT_EQ(bank_csv::sniff_csv(map, ":20:STARTUMS\r\n:25:1\r\n"), 0);
  EXPECT_EQ(bank_csv::sniff_csv(map, std::string_view("\0\xff\n\"", 4)), 0);
}

}  // namespace
}  // namespace mif::treasury
