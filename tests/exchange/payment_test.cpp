// SPDX-License-Identifier: Apache-2.0
// From a business document to its payment at a bank in a process of its own, and back: what the payment became stands in ex_status.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "home.h"
#include "tests/sim/sim_process.h"

namespace mif::exchange {
namespace {

using ::testing::HasSubstr;
using exchange::testing::Home;
namespace fs = std::filesystem;

class DocumentPayment : public ::testing::Test {
 protected:
  void start(const std::string& faults = {}, bool gathered = false) {
    bank_.write("bank.info", "account { number 9900001004001 name \"支出户\" opening 45000000.00 }\n");
    std::vector<std::string> options = {"--script", bank_.path("bank.info"), "--seed", "3", "--port", "0"};
    if (!faults.empty()) options.insert(options.end(), {"--fault", faults});
    sim_ = std::make_unique<mif::test::SimProcess>(bank_.path("state"), options);
    fs::copy(fs::path(MIF_SOURCE_DIR) / "templates/bank", home.path("templates/bank"), fs::copy_options::recursive);
    for (const char* id : {"treasury", "bank-xmlfront"}) home.deployment().plugins().install(std::string(MIF_TEST_BUNDLES) + "/" + id + ".plugin");
    home.close();
    home.replace_in("mif.info", "plugin {\n", "plugin {\n  bank-xmlfront { link demo-bank { profile \"templates/bank/cmb-like.info\" host 127.0.0.1 port " + std::to_string(sim_->port()) +
                                                  " timeout-ms 900 login T } }\n  treasury { account 9900001004001 { book 990000-310 ledger-account 1004 adapter bank-xmlfront link demo-bank } }\n");
    if (gathered) home.replace_in("templates/vouchers/employee.info", "summary \"{period} 医疗机构月结 {institution_name}\"", "gather institution-day\n    summary \"{period} 医疗机构月结 {institution_name}\"");
    home.put("YK1", "fund-use", "\"bank_account\":\"9900001004001\",\"from_account\":\"9900001003001\",\"plan\":\"YK\"", "100000.00");
    home.subsidy("CZ1", "200000.00");
    home.job("exchange pull");
    home.review_all();
  }
  void owe(const std::string& key, const std::string& amount) {
    home.put(key, "individual-reimbursement",
             "\"mode\":\"1\",\"insutype\":\"310\",\"bank_account\":\"9900001004001\",\"payee_account\":\"6225881001\",\"payee_name\":\"参保人\",\"payee_bank_no\":\"102290000012\",\"inpatient\":\"" + amount + "\"",
             amount);
  }
  void settlement(const std::string& key, const std::string& institution, const std::string& amount) {
    home.put(key, "institution-settlement",
             "\"mode\":\"1\",\"insutype\":\"310\",\"fund_pay_type\":\"310100\",\"bank_account\":\"9900001004001\",\"institution\":\"" + institution +
                 "\",\"institution_name\":\"医院\",\"payee_account\":\"8899" + institution + "\",\"payee_name\":\"医院\",\"payee_bank_no\":\"102290000012\",\"inpatient\":\"" + amount + "\"",
             amount);
  }
  exchange::testing::Answer treasury(const std::string& job, const std::string& params = "{}") {
    return home.job(job, params, job == "pay prepare" ? "maker1" : "payer1", "treasury");
  }
  void pay() {
    for (const char* job : {"pay prepare", "pay approve", "pay send"}) treasury(job);
  }
  std::string status(const std::string& key, const char* column = "state") { return home.value("select " + std::string(column) + " from ex_status where doc_no = '" + key + "'"); }
  std::string payable(const std::string& where) {
    std::string state;
    home.deployment().database().read([&](store::Txn& txn) { state = txn.text("select min(state) from x_exchange_payable where " + where).value_or(""); });
    return state;
  }
  // What was told of a document, in order.
  std::string history(const std::string& key) {
    std::string all;
    home.deployment().database().read([&](store::Txn& txn) {
      txn.query("select state from x_exchange_outbox where doc_key = '" + key + "' order by id", {}, [&](const store::Row& r) { all += (all.empty() ? "" : " ") + std::string(r.text(0)); });
    });
    return all;
  }
  void expect_sound() {
    const auto found = home.job("exchange verify");
    EXPECT_TRUE(found.has("\"exit\":0")) << found.text;
    const auto payments = treasury("treasury verify");
    EXPECT_TRUE(payments.has("\"exit\":0")) << payments.text;
  }

  Home home;
  mif::test::Folder bank_;
  std::unique_ptr<mif::test::SimProcess> sim_;
};

TEST_F(DocumentPayment, IsToldPaidAfterPosted) {
  start();
  owe("D1", "120.50");
  home.job("exchange pull");
  home.review_all();
  pay();
  home.job("exchange ack");
  EXPECT_EQ(status("D1"), "drafted") << "sent is not paid";
  const auto queried = treasury("pay query");
  EXPECT_TRUE(queried.has("\"told\":1")) << queried.text;
  EXPECT_EQ(payable("obligation = 'demo/D1#1'"), "paid");
  EXPECT_EQ(history("D1"), "drafted posted paid");
  home.job("exchange ack");
  EXPECT_EQ(status("D1"), "paid");
  EXPECT_THAT(status("D1", "voucher"), HasSubstr("2023-06 付-"));
  EXPECT_THAT(status("D1", "reason"), HasSubstr("银行流水号"));
  EXPECT_EQ(home.document("D1"), "posted") << "of the document's own states none is new";
  expect_sound();
}

TEST_F(DocumentPayment, ThatComesBackIsToldReturned) {
  start("returning:1");
  owe("D1", "120.50");
  home.job("exchange pull");
  home.review_all();
  pay();
  treasury("pay query");
  treasury("pay query", R"({"returns":"30"})");
  home.job("exchange ack");
  EXPECT_EQ(history("D1"), "drafted posted paid returned");
  EXPECT_EQ(status("D1"), "returned");
  EXPECT_THAT(status("D1", "reason"), HasSubstr("退汇"));
  EXPECT_EQ(payable("obligation = 'demo/D1#1'"), "returned");
  expect_sound();
}

TEST_F(DocumentPayment, ThatFailsIsToldAndThenTheSecondAttempt) {
  start("refuse:1");
  owe("D1", "120.50");
  home.job("exchange pull");
  home.review_all();
  pay();
  treasury("pay query");
  home.job("exchange ack");
  EXPECT_EQ(status("D1"), "payment-failed");
  EXPECT_THAT(status("D1", "reason"), HasSubstr("付款未成"));
  EXPECT_EQ(payable("obligation = 'demo/D1#1'"), "failed");
  pay();
  treasury("pay query");
  home.job("exchange ack");
  EXPECT_EQ(history("D1"), "drafted payment-failed posted paid");
  EXPECT_EQ(status("D1"), "paid");
  expect_sound();
}

TEST_F(DocumentPayment, ThatCameBackAndWasPaidAgainIsToldPaidAgain) {
  start("returning:1");
  home.replace_in("mif.info", "treasury { ", "treasury { returns { as receipt account 200104 } ");
  home.close();
  owe("D1", "120.50");
  home.job("exchange pull");
  home.review_all();
  pay();
  treasury("pay query");
  treasury("pay query", R"({"returns":"30"})");
  treasury("statement import");
  treasury("statement match");
  home.review_all();  // the voucher of the return
  std::string code;
  home.deployment().database().read([&](store::Txn& txn) { code = txn.text("select code from x_treasury_payment where state = 'returned'").value_or(""); });
  home.job("pay reopen", R"({"code":")" + code + R"(","reason":"参保人更正了账号","payee-account":"6225881002"})", "maker1", "treasury");
  home.job("exchange ack");
  EXPECT_EQ(status("D1"), "returned") << "decided, not paid";
  home.review_all();  // the voucher that pays again
  pay();
  treasury("pay query");
  home.job("exchange ack");
  EXPECT_EQ(history("D1"), "drafted posted paid returned paid");
  EXPECT_EQ(status("D1"), "paid");
  expect_sound();
}

TEST_F(DocumentPayment, OfASharedVoucherIsToldOfEveryDocument) {
  start({}, true);
  for (const char* key : {"A1", "A2", "A3"}) settlement(key, "H1", "10.00");
  home.job("exchange pull");
  home.review_all();
  pay();
  treasury("pay query");
  EXPECT_EQ(payable("document_id = 0"), "paid");
  home.job("exchange ack");
  for (const char* key : {"A1", "A2", "A3"}) {
    EXPECT_EQ(status(key), "paid") << key;
    EXPECT_THAT(status(key, "voucher"), HasSubstr("付-")) << key;
  }
  expect_sound();
}

TEST_F(DocumentPayment, ToldTwiceChangesNothingAndAnOlderWordDoesNotUndoANewerOne) {
  start("returning:1");
  owe("D1", "120.50");
  home.job("exchange pull");
  home.review_all();
  pay();
  treasury("pay query");
  treasury("pay query", R"({"returns":"30"})");
  const std::string before = history("D1");
  for (const char* again : {"", " where state = 'paid'"}) {
    home.deployment().database().write([&](store::Txn& txn) { txn.execute(std::string("update x_treasury_result set told_ms = 0") + again); });
    EXPECT_TRUE(treasury("pay tell").has(*again ? "\"told\":1" : "\"told\":2"));
    EXPECT_EQ(history("D1"), before);
    EXPECT_EQ(payable("obligation = 'demo/D1#1'"), "returned");
  }
}

}  // namespace
}  // namespace mif::exchange
