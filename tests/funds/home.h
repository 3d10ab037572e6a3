// SPDX-License-Identifier: Apache-2.0
// A home of the demonstration province with budgets, applications, deposits, a treasury and, when wanted, a bank.
#pragma once

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kernel/service/deployment.h"
#include "kernel/service/job_runner.h"
#include "tests/sim/sim_process.h"
#include "tests/support/test_database.h"

namespace mif::test {

inline constexpr const char* kBook = "990000-310";
inline constexpr const char* kFiscal = "9900001003001";
inline constexpr const char* kExpense = "9900001004001";
inline constexpr const char* kCounty = "990101-390";

using Params = std::vector<std::pair<std::string, std::string>>;
using Object = Poco::JSON::Object::Ptr;

class FundsHome {
 public:
  // `faults`: of the bank; "none": without a bank at all. On the database MIF_TEST_BACKEND names.
  // `budget`: the settings of plugin { funds { budget { ... } } }, with the shipped budget items.
  explicit FundsHome(const std::string& faults = "none", const std::string& budget = "");
  ~FundsHome();

  Object run(const std::string& job, const Params& params = {}, const std::string& login = "maker1");
  Object first(const std::string& job, const Params& params = {}, const std::string& login = "maker1") { return run(job, params, login)->getArray("items")->getObject(0); }
  std::string web(const char* method, const std::string& path, const std::string& query, const Params& body, const std::string& login);
  // Why it is refused: the rule, such as fund.over-budget; "done" when it is not.
  std::string refusal(const std::string& job, const Params& params, const std::string& login = "maker1");

  void budget(const std::string& amount, const std::string& book = kBook, const std::string& item = "拨款", const std::string& maker = "maker1", const std::string& chief = "chief1");
  std::int64_t apply(const std::string& amount, const Params& more = {});  // an allocation; its number
  std::string held() { return line("held"); }
  std::string line(const std::string& field, const std::string& book = kBook);
  std::string state(std::int64_t id) { return first("fund show", {{"id", std::to_string(id)}})->getValue<std::string>("state"); }
  std::int64_t voucher_of(std::int64_t id) { return first("fund show", {{"id", std::to_string(id)}})->getValue<Poco::Int64>("voucher"); }
  void decide(std::int64_t voucher, bool approve = true, const std::string& node = "review", const std::string& login = "reviewer1");
  // A posted voucher of the province's employee fund: an expense (5...) or an income (4...) of so much.
  std::int64_t post(const std::string& day, const std::string& account, const std::string& amount);
  void void_voucher(std::int64_t voucher);  // taken back by its maker in the kernel's own pages
  ledger::Voucher voucher(std::int64_t id);
  std::string lines(std::int64_t voucher);  // "D 1004 bank_account=... 100.00 / C ..."
  void write_sql(const std::string& sql);
  std::int64_t count(const std::string& sql);
  bool verified();
  void result(std::int64_t id, const std::string& state, std::int64_t seq, const std::string& login = "payer1");  // as the treasury tells it
  SimTotals bank() const { return sim_ledger(folder_.path("bank")); }
  std::string home() const { return folder_.path(); }
  service::Deployment& deployment() { return *deployment_; }

 private:
  identity::Caller caller(const std::string& login);
  Folder folder_;
  std::unique_ptr<mif::testing::TestDatabase> database_;
  std::unique_ptr<SimProcess> sim_;
  std::unique_ptr<service::Deployment> deployment_;
  std::unique_ptr<service::JobRunner> jobs_;
  int serial_ = 0;
};

// The program once more on the same home, as mifctl beside mifd.
class Beside {
 public:
  explicit Beside(const FundsHome& h);
  void run(const std::string& job, const Params& params, const std::string& login);

 private:
  std::unique_ptr<service::Deployment> deployment_;
  service::JobRunner jobs_;
};
void together(const std::vector<std::function<void()>>& all);  // in threads, begun at one moment
bool done(const std::function<void()>& f);                      // false: refused

std::string json_of(const Params& params);
std::string text_of(const Object& object, const std::string& field);

}  // namespace mif::test
