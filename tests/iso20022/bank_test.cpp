// SPDX-License-Identifier: Apache-2.0
// The adapter's two transports against a bank in its own process, byte by byte.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "file_drop.h"
#include "http_line.h"
#include "mif/sdk.hpp"
#include "tests/sim/sim_process.h"

namespace mif::bank_iso20022 {
namespace {

namespace fs = std::filesystem;
constexpr const char* kAccount = "9900001004001";

std::int64_t now_ms() { return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count(); }
Order order(const std::string& ref, std::int64_t fen = 12345) { return {Day(2023, 6, 20), Fen(fen), ref, kAccount, "6225880001", "示例市<第一>人民医院 & 分院", "102100099996", "月结 " + ref}; }
Wanted june(const std::string& kind = "camt.053") { return {kind, kAccount, Day(2023, 6, 1), Day(2023, 6, 30)}; }

class Bank {
 public:
  explicit Bank(const std::string& faults = {}, std::vector<std::string> more = {}) : more_(std::move(more)) {
    folder_.write("bank.info", "account { number 9900001004001 name \"支出户\" opening 1000.00 }\ncredit { account 9900001004001 day 2023-06-01 amount 500.00 ref BF1 counter 9900001003001 text \"用款拨入\" }\n");
    for (const char* below : {"sent", "drop/orders", "drop/answers"}) fs::create_directories(folder_.path(below));
    start(faults);
  }
  void start(const std::string& faults) {
    sim_.reset();
    std::vector<std::string> options = {"--script", folder_.path("bank.info"), "--dialect", "iso20022", "--drop", folder_.path("drop"), "--port", std::to_string(port_), "--seed", "7"};
    options.insert(options.end(), more_.begin(), more_.end());
    if (!faults.empty()) options.insert(options.end(), {"--fault", faults});
    sim_ = std::make_unique<test::SimProcess>(folder_.path("state"), options);
    port_ = sim_->port();
  }
  void stop() { sim_.reset(); }
  std::unique_ptr<HttpLine> http(int version = 9, bool resend = false, std::string pin = {}) {
    HttpPlace place = read_place((pin.empty() ? "http" : "https") + ("://127.0.0.1:" + std::to_string(port_)) + "/iso", pin);
    place.timeout_ms = 1500;
    place.resend = resend;
    place.not_found = true;
    return std::make_unique<HttpLine>(std::move(place), folder_.path("sent"), folder_.path("sent"), OrderHead{version, "", "示例省医保中心", "示例省医保基金", "", ""}, now_ms);
  }
  std::unique_ptr<FileDrop> files(int version = 9, std::int64_t wait_ms = 3000) {
    fs::create_directories(folder_.path("kept"));
    return std::make_unique<FileDrop>(DropFolders{folder_.path("drop/orders"), folder_.path("kept"), folder_.path("drop/answers")}, OrderHead{version, "", "示例省医保中心", "示例省医保基金", "", ""}, now_ms, wait_ms);
  }
  std::string path(const std::string& below) const { return folder_.path(below); }
  test::SimTotals ledger() { return test::sim_ledger(folder_.path("state")); }
  std::string pin() {
    std::string text;
    std::ifstream(folder_.path("state/tls.pin")) >> text;
    return text;
  }

 private:
  test::Folder folder_;
  std::vector<std::string> more_;
  std::uint16_t port_ = 0;
  std::unique_ptr<test::SimProcess> sim_;
};

int ask(BankLine& line, const std::string& ref) { return line.query({ref}, 0, {}).at(0).outcome; }
int wait_for(BankLine& line, const std::string& ref, int outcome) {
  int now = 0;
  for (int i = 0; i < 100 && (now = ask(line, ref)) != outcome; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(30));
  return now;
}

TEST(IsoHttp, pay_ask_statement_and_balance_in_every_version) {
  for (const int version : {3, 9, 12}) {
    Bank bank;
    const auto line = bank.http(version);
    const auto answers = line->submit({order("R1"), order("R2", 200000), order("R3", 55)});
    EXPECT_EQ(answers.at(0).outcome, MIF_PAY_DONE) << version << " " << answers.at(0).text;
    EXPECT_EQ(answers.at(0).fen, Fen(12345));
    EXPECT_FALSE(answers.at(0).bank_ref.empty());
    EXPECT_EQ(answers.at(1).outcome, MIF_PAY_REFUSED) << "there is not so much money";
    EXPECT_EQ(ask(*line, "R3"), MIF_PAY_DONE);
    EXPECT_EQ(line->submit({order("R1")}).at(0).outcome, MIF_PAY_DUPLICATE);
    const Report report = read_report(line->report(june()), june());
    EXPECT_EQ(report.opening, Fen(100000));
    EXPECT_EQ(report.closing, Fen(150000 - 12345 - 55));
    ASSERT_EQ(report.lines.size(), 3u);
    EXPECT_EQ(report.lines[0].client_ref, "BF1");
    EXPECT_EQ(report.lines[0].counter_account, "9900001003001");
    EXPECT_EQ(report.lines[1].client_ref, "R1");
    EXPECT_EQ(report.lines[1].fen, Fen(-12345));
    EXPECT_EQ(report.lines[1].counter_account, "6225880001");
    EXPECT_EQ(report.lines[1].counter_name, "示例市<第一>人民医院 & 分院");
    EXPECT_EQ(report.lines[1].text, "月结 R1");
    EXPECT_EQ(report.lines[2].balance, report.closing);
    EXPECT_EQ(read_balance(line->report(june("camt.052")), june("camt.052")), report.closing);
    EXPECT_EQ(report_head(line->report(june("camt.054"))).kind, "camt.054");
    EXPECT_EQ(bank.ledger().executed_once, 2);
  }
}

TEST(IsoHttp, tls_knows_the_bank_by_its_key_alone) {
  Bank bank({}, {"--tls"});
  EXPECT_EQ(bank.http(9, false, bank.pin())->submit({order("R1")}).at(0).outcome, MIF_PAY_DONE);
  const auto answer = bank.http(9, false, std::string(64, 'a'))->submit({order("R2")}).at(0);
  EXPECT_EQ(answer.outcome, MIF_PAY_UNSENT) << "nothing leaves before the peer is known";
  EXPECT_EQ(answer.code, "NO-CONNECTION");
  EXPECT_EQ(bank.ledger().refs, 1);
}

TEST(IsoHttp, before_the_first_byte_is_unsent_and_after_it_unknown) {
  for (const char* fault : {"cut-before-execute:1", "cut-after-send:1", "half-reply:1", "wrong-length:1", "garbage:1", "closed:1", "delay:1=2500", "partial-reply:1"}) {
    Bank bank(fault);
    const auto line = bank.http();
    EXPECT_EQ(line->submit({order("R1")}).at(0).outcome, MIF_PAY_UNKNOWN) << fault;
    const bool never = std::string(fault) == "cut-before-execute:1" || std::string(fault) == "closed:1";
    EXPECT_EQ(ask(*line, "R1"), never ? MIF_PAY_NOT_FOUND : MIF_PAY_DONE) << fault;
    EXPECT_EQ(line->submit({order("R1")}).at(0).outcome, MIF_PAY_DUPLICATE) << fault << ": a bank that is not known to refuse repeats gets none";
    EXPECT_EQ(bank.ledger().executed_once, never ? 0 : 1) << fault;
  }
  Bank bank;
  const auto line = bank.http();
  bank.stop();
  EXPECT_EQ(line->submit({order("R1")}).at(0).outcome, MIF_PAY_UNSENT);
  EXPECT_EQ(ask(*line, "R1"), MIF_PAY_UNKNOWN) << "never NOT_FOUND without the bank's word";
}

TEST(IsoHttp, every_message_is_told_masked_and_an_order_that_cannot_be_kept_stays) {
  Bank bank("half-reply:1");
  const auto line = bank.http();
  std::vector<PacketNote> told;
  bool kept = false;
  const TellPacket tell = [&](const PacketNote& note) {
    told.push_back(note);
    return kept;
  };
  EXPECT_EQ(line->submit({order("R1")}, 0, tell).at(0).outcome, MIF_PAY_UNSENT);
  EXPECT_EQ(bank.ledger().refs, 0) << "nothing left";
  kept = true;
  EXPECT_EQ(line->submit({order("R1")}, 0, tell).at(0).outcome, MIF_PAY_UNKNOWN) << "and it may leave now";
  EXPECT_EQ(line->query({"R1"}, 0, tell).at(0).outcome, MIF_PAY_DONE);
  ASSERT_EQ(told.size(), 5u);  // an order that stayed; an order and half a reply; a question and its answer
  EXPECT_EQ(told[1].direction, MIF_PACKET_OUT);
  EXPECT_EQ(told[2].direction, MIF_PACKET_IN);
  EXPECT_EQ(told[2].end, MIF_WIRE_PART);
  EXPECT_EQ(told[3].operation, "query");
  EXPECT_EQ(told[4].end, MIF_WIRE_WHOLE);
  for (const auto& note : told) {
    EXPECT_EQ(note.client_refs, std::vector<std::string>{"R1"});
    EXPECT_EQ(note.sha256.size(), 64u);
    for (const char* secret : {"6225880001", "人民医院", kAccount}) EXPECT_EQ(note.text.find(secret), std::string::npos) << note.text;
  }
}

TEST(IsoHttp, a_repeat_is_the_same_message_and_is_no_failure) {
  Bank bank("cut-after-send:1");
  const auto line = bank.http(9, true);
  EXPECT_EQ(line->submit({order("R1")}).at(0).outcome, MIF_PAY_UNKNOWN);
  const auto again = line->submit({order("R1")}).at(0);
  EXPECT_EQ(again.outcome, MIF_PAY_DUPLICATE) << "RJCT with AM05 says nothing of the first one";
  EXPECT_EQ(again.code, "RJCT");
  EXPECT_EQ(ask(*line, "R1"), MIF_PAY_DONE);
  EXPECT_EQ(line->submit({order("R1"), order("R2")}).at(1).outcome, MIF_PAY_DONE);
  EXPECT_EQ(ask(*line, "R1"), MIF_PAY_DONE);
  EXPECT_EQ(bank.ledger().executed_more, 0);
  EXPECT_EQ(bank.ledger().look_alikes, 0);
}

TEST(IsoHttp, an_answer_may_come_later_and_outlives_a_restart) {
  Bank bank("answer-later:2,late:1");
  EXPECT_EQ(bank.http()->submit({order("R1")}).at(0).outcome, MIF_PAY_ACCEPTED);
  const auto line = bank.http();
  EXPECT_EQ(ask(*line, "R1"), MIF_PAY_PROCESSING);
  EXPECT_EQ(ask(*line, "R1"), MIF_PAY_DONE);
  const Report report = read_report(line->report(june()), june());  // 202, then fetched
  EXPECT_EQ(report.lines.size(), 2u);
  bank.stop();
  EXPECT_THROW(line->query({"R1"}), Error) << "an unreachable bank has not answered";
}

TEST(IsoHttp, a_broken_question_decides_nothing) {
  Bank bank("query-cut:1");
  const auto line = bank.http();
  line->submit({order("R1")});
  EXPECT_THROW(line->query({"R1"}), Error);
  EXPECT_EQ(ask(*line, "R1"), MIF_PAY_DONE);
  Wanted stranger = june();
  stranger.account = "1";
  EXPECT_THROW(line->report(stranger), Error);
}

TEST(IsoFiles, pay_ask_statement_and_balance_in_every_version) {
  for (const int version : {3, 9, 12}) {
    Bank bank("late:1");
    const auto line = bank.files(version);
    EXPECT_EQ(line->submit({order("R1"), order("R2", 200000)}).at(0).outcome, MIF_PAY_UNKNOWN);
    EXPECT_EQ(wait_for(*line, "R1", MIF_PAY_DONE), MIF_PAY_DONE) << version;
    EXPECT_EQ(ask(*line, "R2"), MIF_PAY_REFUSED);
    const Report report = read_report(line->report(june()), june());
    EXPECT_EQ(report.closing, Fen(150000 - 12345));
    EXPECT_EQ(read_balance(line->report(june("camt.052")), june("camt.052")), report.closing);
    EXPECT_TRUE(fs::is_empty(bank.path("kept/asked"))) << "an answered question waits no longer";
    line->submit({order("R3", 45)});
    EXPECT_EQ(wait_for(*line, "R3", MIF_PAY_DONE), MIF_PAY_DONE);
    EXPECT_EQ(read_report(line->report(june()), june()).closing, report.closing - Fen(45)) << "each time it is asked anew";
  }
}

TEST(IsoFiles, a_report_that_has_not_come_is_asked_for_once_and_found_later) {
  Bank bank;
  bank.stop();
  const auto line = bank.files(9, 0);
  const auto questions = [&] {
    return std::distance(fs::directory_iterator(bank.path("drop/orders")), fs::directory_iterator());
  };
  EXPECT_THROW(line->report(june()), Error);
  EXPECT_THROW(line->report(june()), Error);
  EXPECT_EQ(questions(), 1);
  bank.start({});
  EXPECT_EQ(read_report(bank.files(9, 3000)->report(june()), june()).lines.size(), 1u) << "by another process, from what is kept";
  EXPECT_EQ(questions(), 0);
}

TEST(IsoFiles, a_report_that_is_cut_is_not_believed) {
  Bank bank;
  bank.stop();
  const auto line = bank.files(9, 0);
  EXPECT_THROW(line->report(june()), Error);
  const std::string name = fs::directory_iterator(bank.path("drop/orders"))->path().stem().string();
  const std::string head = "<Document><BkToCstmrStmt><GrpHdr><OrgnlBizQry><MsgId>" + name + "</MsgId></OrgnlBizQry></GrpHdr><Stmt><Id>1";
  std::ofstream(bank.path("drop/answers/x.xml")) << head;
  EXPECT_THROW(line->report(june()), Error);
  EXPECT_TRUE(fs::exists(bank.path("drop/answers/x.xml"))) << "the bank may still be writing it";
  // an hour later
  fs::last_write_time(bank.path("drop/answers/x.xml"), fs::file_time_type::clock::now() - std::chrono::hours(1));
  for (const auto& item : fs::directory_iterator(bank.path("kept/asked"))) fs::last_write_time(item.path(), fs::file_time_type::clock::now() - std::chrono::hours(2));
  try {
    line->report(june());
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.rule(), "bank.report-cut");
  }
  EXPECT_FALSE(fs::exists(bank.path("drop/answers/x.xml")));
}

}  // namespace
}  // namespace mif::bank_iso20022
