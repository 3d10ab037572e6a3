// SPDX-License-Identifier: Apache-2.0
// A home with the demonstration province, a bank, vouchers that wait to be paid - and the treasury to pay them.
#pragma once

#include <Poco/JSON/Object.h>

#include <memory>
#include <string>
#include <vector>

#include "kernel/service/deployment.h"
#include "kernel/service/job_runner.h"
#include "tests/sim/sim_process.h"
#include "tests/support/test_database.h"

namespace mif::test {

inline constexpr const char* kBook = "990000-310";
inline constexpr const char* kAccount = "9900001004001";

struct Due {
  std::int64_t voucher = 0;
  std::string obligation;
  Fen amount;
};

class Province {
 public:
  // On the database MIF_TEST_BACKEND names; in the home when that is SQLite.
  // `account_extra`: more settings of its one account.
  // `speech`: how the bank is spoken to; empty = cmb-like, "http" or "file" = ISO 20022 by that transport.
  explicit Province(const std::string& faults = {}, const std::string& treasury_extra = {}, const std::string& account_extra = {}, const std::string& speech = {});
  ~Province();

  // n vouchers of one payment each, day 2023-06-20, amounts from 100.00 up; proposed by maker1, not reviewed.
  std::vector<Due> owe(int n, const std::string& payee_name = "示例市第一人民医院");
  // One reviewed voucher of one payment to this account.
  Due owe_to(const std::string& payee_account, const std::string& bank_no, Fen amount = Fen(4321), const std::string& budget = {});  // budget: "NAME|AMOUNT[|flag]"
  // One voucher that is paid to several payees.
  Due owe_in_parts(const std::vector<Fen>& parts);
  // Money into the account: a voucher whose document the bank knows; posted.
  std::int64_t receive(const std::string& document, Fen amount, bool tell_the_bank = true);
  // A posted voucher on one bank account, + into it; against another bank account or, when `other` is "-", an expense.
  std::int64_t post(const std::string& document, Day day, Fen amount, const std::string& account, const std::string& other, const std::string& summary, std::int64_t reverses = 0);
  void review(const std::vector<Due>& all);  // by reviewer1
  void decide(std::int64_t voucher, const std::string& node, bool approve, const std::string& login);

  // A job as the person who does it: prepare by maker1, the rest by payer1, unless said otherwise.
  Poco::JSON::Object::Ptr run(const std::string& job, const std::string& params = "{}", const std::string& login = {});
  int exit_of(const std::string& job, const std::string& params = "{}");
  std::int64_t total(const Poco::JSON::Object::Ptr& result, const std::string& name);
  std::string web(const std::string& path, const std::string& query = {}, const std::string& login = "payer1", bool api = true);

  void restart();                       // the program
  void configure(const std::string& treasury_extra, const std::string& account_extra = {});  // and restart
  // The whole answer of a route; a refusal is thrown.
  std::string http(const std::string& method, const std::string& path, const std::string& query, const std::string& body, const std::string& login, bool api = true);
  void restart_bank(const std::string& faults = {}, const std::string& day = {});  // the bank's day; empty = today
  void stop_bank();
  SimTotals bank() const { return sim_ledger(folder_.path("bank")); }
  ledger::Voucher voucher(std::int64_t id);
  int posted(const std::vector<Due>& all);
  std::int64_t count(const std::string& sql);  // first number of a query on any table
  std::string text(const std::string& sql);       // the same of a text
  void write_sql(const std::string& sql);
  void write_file(const std::string& name, const std::string& text) { folder_.write(name, text); }
  bool verified();                      // every promise of the kernel holds
  service::Deployment& deployment() { return *deployment_; }
  std::string home() const { return folder_.path(); }
  std::string at(const std::string& below) const { return folder_.path(below); }

 private:
  struct Template {
    std::string speech;
  };
  explicit Province(const Template& of);
  static const Province& made(const std::string& speech);
  void write_settings();
  std::int64_t propose(const std::string& document, const std::vector<ledger::Line>& lines, const std::string& flow, const std::string& word, Day day = Day(2023, 6, 20),
                       std::int64_t reverses = 0);
  void pay_line(std::int64_t voucher, const std::string& obligation, Fen amount, const std::string& payee_name, const std::string& payee_account = {}, const std::string& bank_no = "102290000012", const std::string& budget = {});

  Folder folder_;
  std::unique_ptr<mif::testing::TestDatabase> database_;
  std::string extra_, account_extra_, speech_, payables_, script_;
  std::unique_ptr<SimProcess> sim_;
  std::uint16_t port_ = 0;
  std::unique_ptr<service::Deployment> deployment_;
  std::unique_ptr<service::JobRunner> jobs_;
  int serial_ = 0, payable_ = 0;
};

}  // namespace mif::test
