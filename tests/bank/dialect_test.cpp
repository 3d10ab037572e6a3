// SPDX-License-Identifier: Apache-2.0
// Every shipped profile against a bank that speaks its dialect over a real socket, in fair and bad weather.
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>

#include "tests/bank/support.h"

namespace mif::test {
namespace {

using namespace bank_xmlfront;

constexpr const char* kAccount = "9900001004001";
const Day kFrom(2020, 1, 1), kTo(2090, 12, 31);

// A bank of one dialect and a link to it.
class Bank {
 public:
  explicit Bank(const std::string& dialect, const std::string& faults = {}) : dialect_(dialect) {
    folder_.write("bank.info", "account { number 9900001004001 name \"支出户\" opening 200000000000.00 }\n");
    std::vector<std::string> options = {"--script", folder_.path("bank.info"), "--dialect", dialect};
    if (!faults.empty()) options.insert(options.end(), {"--fault", faults});
    if (dialect == "icbc-like") options.push_back("--tls");
    sim_ = std::make_unique<SimProcess>(folder_.path("state"), options);
    connect(700);
  }
  void connect(std::int64_t timeout_ms) {
    Link link = link_to(dialect_, sim_->port(), timeout_ms);
    if (dialect_ == "icbc-like") std::ifstream(folder_.path("state/tls.pin")) >> link.pin;
    if (!pin.empty()) link.pin = pin;
    front_ = std::make_unique<Front>(std::move(link), now_ms);
  }
  std::vector<Answer> submit(const std::vector<Payment>& payments) { return front_->submit(payments, 0, serial); }
  Answer submit(const Payment& p) { return submit(std::vector<Payment>{p}).front(); }
  std::vector<Answer> query(const std::vector<std::string>& refs) { return front_->query(kAccount, refs, 0, serial); }
  Answer query(const std::string& ref) { return query(std::vector<std::string>{ref}).front(); }
  Statement statement(Day from = kFrom, Day to = kTo) { return front_->statement(kAccount, from, to, 0, serial); }
  Fen balance() { return front_->balance(kAccount, 0, serial); }
  std::vector<Receipt> receipts(Day from = kFrom, Day to = kTo) {
    std::vector<Receipt> all;
    front_->receipts(kAccount, from, to, 0, serial, [&](Receipt&& r) {
      all.push_back(std::move(r));
      return true;
    });
    return all;
  }
  SimTotals ledger() { return sim_ledger(folder_.path("state")); }
  SimProcess& sim() { return *sim_; }

  NextSerial serial = [this] { return ++next_; };
  std::string pin;

 private:
  std::string dialect_;
  Folder folder_;
  std::unique_ptr<SimProcess> sim_;
  std::unique_ptr<Front> front_;
  std::atomic<std::int64_t> next_{0};
};

class Dialects : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(All, Dialects, ::testing::Values("icbc-like", "abc-like", "ccb-like", "boc-like"), [](const auto& info) { return std::string(info.param).substr(0, 4) == "icbc" ? "icbc" : std::string(info.param).substr(0, 3); });

TEST_P(Dialects, pay_then_ask_then_read_the_statement_and_the_balance) {
  Bank bank(GetParam());
  std::vector<Payment> all;
  std::vector<std::string> refs;
  for (int i = 0; i < 11; ++i) {
    all.push_back(payment("YB" + std::to_string(1000 + i), 100000000001 + i, "示例市医院 A&B <甲>" + std::to_string(i)));
    refs.push_back(all.back().client_ref);
  }
  const auto said = bank.submit(all);
  ASSERT_EQ(said.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(said[i].client_ref, refs[i]);
    EXPECT_TRUE(said[i].outcome == MIF_PAY_ACCEPTED || said[i].outcome == MIF_PAY_PROCESSING) << said[i].outcome << said[i].text;
    EXPECT_FALSE(said[i].bank_ref.empty());
  }
  const auto now = bank.query(refs);
  ASSERT_EQ(now.size(), refs.size());
  for (std::size_t i = 0; i < refs.size(); ++i) {
    EXPECT_EQ(now[i].client_ref, refs[i]);
    EXPECT_EQ(now[i].outcome, MIF_PAY_DONE) << now[i].text;
    EXPECT_EQ(now[i].fen, all[i].fen);
  }
  const Statement s = bank.statement();
  ASSERT_EQ(s.lines.size(), all.size());
  EXPECT_EQ(s.opening, Fen(20000000000000));
  Fen running = s.opening;
  for (std::size_t i = 0; i < s.lines.size(); ++i) {
    running += s.lines[i].fen;
    EXPECT_EQ(s.lines[i].fen, -all[i].fen);
    EXPECT_EQ(s.lines[i].balance, running);
    EXPECT_EQ(s.lines[i].client_ref, refs[i]);
    EXPECT_EQ(s.lines[i].counter_name, all[i].payee_name);
    EXPECT_EQ(s.lines[i].counter_account, all[i].payee_account);
  }
  EXPECT_EQ(s.closing, running);
  EXPECT_EQ(bank.balance(), running);
}

TEST_P(Dialects, an_empty_statement_still_knows_its_balances) {
  Bank bank(GetParam());
  bank.submit(payment("A1", 500));
  const Statement before = bank.statement(Day(2020, 1, 1), Day(2020, 1, 31));
  EXPECT_TRUE(before.lines.empty());
  EXPECT_EQ(before.opening, Fen(20000000000000));
  EXPECT_EQ(before.closing, before.opening);
}

TEST_P(Dialects, a_code_that_was_paid_is_a_duplicate_whatever_it_looks_like) {
  Bank bank(GetParam());
  bank.submit(payment("A1", 100));
  EXPECT_EQ(bank.submit(payment("A1", 100)).outcome, MIF_PAY_DUPLICATE);
  EXPECT_EQ(bank.query("A1").outcome, MIF_PAY_DONE);
  EXPECT_EQ(bank.ledger().debits, "1.00");
}

TEST_P(Dialects, what_the_bank_does_not_know_is_not_found) {
  Bank bank(GetParam());
  EXPECT_EQ(bank.query("NEVER").outcome, MIF_PAY_NOT_FOUND);
}

TEST_P(Dialects, what_does_not_fit_stays_home_and_is_not_cut) {
  Bank bank(GetParam());
  std::string name;
  for (int i = 0; i < 31; ++i) name += "医";  // 62 bytes of GBK, 93 of UTF-8
  for (int i = 0; i < 31 && std::string(GetParam()) == "boc-like"; ++i) name += "院";
  Payment bad = payment("A1", 100, name);
  const Answer a = bank.submit(bad);
  EXPECT_EQ(a.outcome, MIF_PAY_UNSENT);
  EXPECT_EQ(a.code, "LOCAL-CHECK");
  EXPECT_NE(a.text.find("[bank.field-too-long]"), std::string::npos) << a.text;
  EXPECT_EQ(bank.ledger().refs, 0);
  Payment odd = payment("A2", 100);
  odd.purpose = "结算\x02";
  EXPECT_EQ(bank.submit(odd).outcome, MIF_PAY_UNSENT);
}

TEST_P(Dialects, nobody_at_the_other_end_is_unsent) {
  Bank bank(GetParam());
  bank.sim().kill_hard();
  EXPECT_EQ(bank.submit(payment("A1", 100)).outcome, MIF_PAY_UNSENT);
  EXPECT_THROW(bank.query("A1"), Error);
}

TEST_P(Dialects, a_late_a_refused_and_a_returned_payment_end_where_the_bank_says) {
  Bank bank(GetParam(), "late:1,refuse:1");
  bank.submit(payment("R", 100));  // refuse is drawn first
  bank.submit(payment("L", 100));
  EXPECT_EQ(bank.query("R").outcome, MIF_PAY_REFUSED);
  EXPECT_EQ(bank.query("L").outcome, MIF_PAY_PROCESSING);
  EXPECT_EQ(bank.query("L").outcome, MIF_PAY_DONE);
  Bank other(GetParam(), "returning:1");
  other.submit(payment("B", 100));
  EXPECT_EQ(other.query("B").outcome, MIF_PAY_DONE);
  // One of them never says so in a reply: there the statement is the only witness.
  EXPECT_EQ(other.query("B").outcome, std::string(GetParam()) == "icbc-like" ? MIF_PAY_DONE : MIF_PAY_RETURNED);
  ASSERT_EQ(other.statement().lines.size(), 2u);
  EXPECT_EQ(other.statement().lines[0].fen, Fen(-100));
  EXPECT_EQ(other.statement().lines[1].fen, Fen(100));  // what comes back stands behind what left
}

struct Trouble {
  const char* dialect;
  const char* fault;
  int after;
};
void PrintTo(const Trouble& t, std::ostream* out) { *out << t.dialect << ' ' << t.fault; }
class DialectWeather : public ::testing::TestWithParam<Trouble> {};
std::vector<Trouble> troubles() {
  std::vector<Trouble> all;
  for (const char* dialect : {"icbc-like", "abc-like", "ccb-like", "boc-like"}) {
    for (const char* fault : {"cut-after-send:1", "half-reply:1", "wrong-length:1", "garbage:1", "delay:1=1500"}) all.push_back({dialect, fault, MIF_PAY_DONE});
    all.push_back({dialect, "cut-before-execute:1", MIF_PAY_NOT_FOUND});
  }
  return all;
}
INSTANTIATE_TEST_SUITE_P(All, DialectWeather, ::testing::ValuesIn(troubles()));

TEST_P(DialectWeather, is_unknown_first_then_the_truth_and_never_paid_twice) {
  Bank bank(GetParam().dialect, GetParam().fault);
  const Answer said = bank.submit(payment("A1", 10000));
  EXPECT_EQ(said.outcome, MIF_PAY_UNKNOWN) << said.text;
  EXPECT_FALSE(said.text.empty());
  EXPECT_EQ(bank.query("A1").outcome, GetParam().after);
  bank.submit(payment("A1", 10000));
  const SimTotals t = bank.ledger();
  EXPECT_EQ(t.executed_once, 1);
  EXPECT_EQ(t.executed_more, 0);
}

TEST(IcbcLike, every_result_it_claims_means_what_the_manual_says) {
  const Profile p = shipped_profile("icbc-like");
  const std::map<const char*, int> meaning = {{"0", MIF_PAY_PROCESSING}, {"1", MIF_PAY_PROCESSING}, {"2", MIF_PAY_AWAITS_BANK}, {"3", MIF_PAY_AWAITS_BANK}, {"4", MIF_PAY_PROCESSING}, {"5", MIF_PAY_PROCESSING},
                                              {"6", MIF_PAY_REFUSED},    {"7", MIF_PAY_DONE},       {"8", MIF_PAY_REFUSED},     {"9", MIF_PAY_PROCESSING},  {"10", MIF_PAY_SCHEDULED}, {"11", MIF_PAY_REFUSED},
                                              {"12", MIF_PAY_UNKNOWN},   {"", MIF_PAY_UNKNOWN}};
  for (const auto& [word, outcome] : meaning) EXPECT_EQ(p.status_of({{"Result", word}}), outcome) << word;
}
TEST(IcbcLike, only_the_bank_of_the_pinned_key_hears_anything) {
  Bank bank("icbc-like");
  bank.pin = std::string(64, 'a');
  bank.connect(700);
  const Answer a = bank.submit(payment("A1", 100));
  EXPECT_EQ(a.outcome, MIF_PAY_UNSENT);
  EXPECT_NE(a.text.find("pinned"), std::string::npos) << a.text;
  EXPECT_EQ(bank.ledger().refs, 0);
}
TEST(IcbcLike, a_payment_the_bank_handles_by_hand_awaits_it) {
  Bank bank("icbc-like");
  Payment p = payment("A1", 100);
  p.purpose = "落地";
  EXPECT_EQ(bank.submit(p).outcome, MIF_PAY_AWAITS_BANK);
}

TEST(AbcLike, a_word_that_says_nothing_is_unknown_and_two_mean_that_somebody_must_look) {
  Bank bank("abc-like");
  const auto with = [](const char* ref, const char* purpose) {
    Payment p = payment(ref, 100);
    p.purpose = purpose;
    return p;
  };
  EXPECT_EQ(bank.submit(with("A1", "异常")).outcome, MIF_PAY_UNKNOWN);
  EXPECT_EQ(bank.query("A1").outcome, MIF_PAY_DONE);
  EXPECT_EQ(bank.submit(with("A2", "落地")).outcome, MIF_PAY_AWAITS_BANK);
  EXPECT_EQ(bank.submit(with("A3", "人工")).outcome, MIF_PAY_AWAITS_BANK);
}

TEST(CcbLike, a_request_number_that_was_used_leaves_the_payment_in_doubt_not_refused) {
  Bank bank("ccb-like");
  bank.submit(payment("A1", 100));
  bank.serial = [] { return std::int64_t{1}; };
  EXPECT_EQ(bank.submit(payment("A2", 100)).outcome, MIF_PAY_UNKNOWN);
}
TEST(CcbLike, without_a_sequence_nothing_is_sent) {
  Bank bank("ccb-like");
  bank.serial = [](){ throw Error(MIF_E_UNAVAILABLE, "database away"); return std::int64_t{0}; };
  EXPECT_EQ(bank.submit(payment("A1", 100)).outcome, MIF_PAY_UNSENT);
  EXPECT_EQ(bank.ledger().refs, 0);
}
TEST(CcbLike, its_set_has_characters_that_gbk_has_not) {
  Bank bank("ccb-like");
  EXPECT_EQ(bank.submit(payment("A1", 100, "王𬭎")).outcome, MIF_PAY_ACCEPTED);
  EXPECT_EQ(bank.statement().lines.at(0).counter_name, "王𬭎");
}

TEST(BocLike, a_good_message_may_hold_a_row_nobody_can_read) {
  Bank bank("boc-like");
  std::vector<Payment> all = {payment("A1", 100), payment("A2", 100), payment("A3", 100)};
  all[1].purpose = "行失败";
  const auto said = bank.submit(all);
  EXPECT_EQ(said[0].outcome, MIF_PAY_ACCEPTED);
  EXPECT_EQ(said[1].outcome, MIF_PAY_UNKNOWN);
  EXPECT_EQ(said[1].code, "B777");
  EXPECT_EQ(said[2].outcome, MIF_PAY_ACCEPTED);
}
TEST(BocLike, processing_as_the_word_of_the_whole_message_is_no_failure) {
  Bank bank("boc-like");
  std::vector<Payment> all = {payment("A1", 100), payment("A2", 100)};
  all[0].purpose = "整包处理中";
  for (const auto& a : bank.submit(all)) EXPECT_EQ(a.outcome, MIF_PAY_PROCESSING);
}
TEST(BocLike, while_there_is_more_to_say_silence_is_not_not_found) {
  Bank bank("boc-like", "more-to-say:1");
  EXPECT_EQ(bank.query("NEVER").outcome, MIF_PAY_UNKNOWN);
  EXPECT_EQ(bank.query("NEVER").outcome, MIF_PAY_NOT_FOUND);
}

TEST(Silence, is_not_not_found_where_the_bank_has_a_word_for_that) {
  for (const char* dialect : {"icbc-like", "ccb-like"}) {
    Bank bank(dialect, "silent-query:1");
    bank.submit(payment("A1", 100));
    EXPECT_EQ(bank.query("A1").outcome, MIF_PAY_UNKNOWN) << dialect;
    EXPECT_EQ(bank.query("A1").outcome, MIF_PAY_DONE) << dialect;
  }
}

TEST(Pages, that_repeat_end_in_a_refusal_soon) {
  for (const char* dialect : {"icbc-like", "ccb-like"}) {
    Bank bank(dialect, "page-repeats:100%");
    for (int i = 0; i < 9; ++i) bank.submit(payment("A" + std::to_string(i), 100));
    try {
      bank.statement();
      FAIL() << dialect;
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), MIF_E_UNAVAILABLE);
      EXPECT_NE(std::string(e.what()).find("[bank.page-repeats]"), std::string::npos) << e.what();
    }
  }
}

TEST(BankReceipts, are_listed_and_their_files_downloaded_one_by_one_or_read_from_the_list) {
  for (const char* dialect : {"icbc-like", "cmb-like"}) {
    Bank bank(dialect);
    bank.submit(payment("YB1", 100));
    bank.submit(payment("YB2", 123456));
    bank.query(std::vector<std::string>{"YB1", "YB2"});
    const auto all = bank.receipts();
    const Statement s = bank.statement();
    ASSERT_EQ(all.size(), 2u) << dialect;
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(all[i].fen, s.lines[i].fen);
      EXPECT_EQ(all[i].day, s.lines[i].day);
      EXPECT_EQ(all[i].bank_ref, s.lines[i].bank_ref);
      EXPECT_EQ(all[i].client_ref, s.lines[i].client_ref);
      EXPECT_EQ(all[i].media_type, "application/pdf");
      EXPECT_EQ(all[i].bytes.rfind("%PDF-", 0), 0u);
      EXPECT_NE(all[i].bytes.find(all[i].client_ref), std::string::npos);
    }
    EXPECT_NE(all[0].number, all[1].number);
    EXPECT_EQ(bank.receipts().at(1).bytes, all[1].bytes) << "the same however often it is asked for";
    EXPECT_TRUE(bank.receipts(Day(2020, 1, 1), Day(2020, 1, 2)).empty());
  }
}

TEST(BankReceipts, come_page_by_page_each_once_and_pages_that_repeat_end_in_a_refusal) {
  for (const char* dialect : {"icbc-like", "cmb-like"}) {
    for (const char* faults : {"", "page-repeats:100%"}) {
      Bank bank(dialect, faults);
      std::vector<std::string> codes;
      std::set<std::string> numbers, refs;
      for (int i = 0; i < 11; ++i) {
        codes.push_back("YB" + std::to_string(10 + i));
        bank.submit(payment(codes.back(), 100 + i));
      }
      bank.query(codes);
      try {
        for (const auto& r : bank.receipts()) {
          EXPECT_TRUE(numbers.insert(r.number).second) << dialect << " " << r.number;
          refs.insert(r.client_ref);
        }
        EXPECT_STREQ(faults, "") << dialect;
        EXPECT_EQ(refs, std::set<std::string>(codes.begin(), codes.end())) << dialect;
      } catch (const Error& e) {
        EXPECT_STRNE(faults, "") << dialect << " " << e.what();
        EXPECT_NE(std::string(e.what()).find("[bank.page-repeats]"), std::string::npos) << e.what();
      }
    }
  }
}

TEST(BankReceipts, a_dialect_without_them_says_so) {
  Bank bank("abc-like");
  try {
    bank.receipts();
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.rule(), "bank.no-receipts");
  }
}

}  // namespace
}  // namespace mif::test
