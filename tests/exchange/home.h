// SPDX-License-Identifier: Apache-2.0
// On the database MIF_TEST_BACKEND names; in the home when that is SQLite.
// A home of the demonstration province with the exchange plugins and an exchange database the test writes itself.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kernel/service/deployment.h"
#include "mif/ext/draft/payable_source.h"
#include "tests/support/test_database.h"

namespace mif::exchange::testing {

struct Answer {
  std::string text;  // the job's JSON
  bool has(const std::string& part) const { return text.find(part) != std::string::npos; }
};

class Home {
 public:
  // `pull_batch`: documents per transaction.
  explicit Home(int pull_batch = 200);
  ~Home();
  Home(const Home&) = delete;

  // --- the business side ---
  void sql(const std::string& statement);
  std::string value(const std::string& query);
  // A document of the employee book; payload without book and amount are added.
  void put(const std::string& key, const std::string& type, const std::string& fields, const std::string& amount, const std::string& day = "20230612", int version = 1);
  void withdraw(const std::string& key, int version = 1);
  void individual(const std::string& key, const std::string& amount, const std::string& day = "20230612", int version = 1);  // a payable one
  void subsidy(const std::string& key, const std::string& amount, int version = 1);                                           // one that only comes in

  // --- our side ---
  service::Deployment& deployment();
  void close();  // so that another process may open it
  Answer job(const std::string& name, const std::string& params = "{}", const std::string& login = "maker1", const std::string& plugin = "exchange");
  // Runs the job eight times in a process of its own that is killed after `first_us`, then `step_us` later each time. Says how often it was
  // killed before it had ended. Nothing of the deployment is open before or after.
  int killed_often(const std::string& job, unsigned first_us, unsigned step_us);
  std::string post(const std::string& path, const std::string& body, const std::string& login, const std::string& query = "");
  std::string get(const std::string& path, const std::string& query = "", const std::string& login = "viewer1");  // web API; the error's sentence otherwise
  std::string routes();  // what the web module offers, JSON
  std::vector<std::string> payables();
  void review_all();
  void review(const std::string& source_key);
  std::string state_hash();
  std::string document(const std::string& key, int version = 1, int arrival = 0);  // state; empty when there is none
  std::string reason(const std::string& key, int version = 1, int arrival = 0);
  int voucher_state(const std::string& source_key);  // 0 = none
  std::string path(const std::string& below) const { return folder_ + "/" + below; }
  void replace_in(const std::string& file, const std::string& from, const std::string& to);

 private:
  struct Template {};
  explicit Home(Template);
  void make_folder();
  void write_settings(int pull_batch);
  identity::Caller caller(const std::string& login);
  std::string ask(const char* method, const std::string& path, const std::string& query, const std::string& body, const std::string& login);
  std::unique_ptr<mif::testing::TestDatabase> database_;  // outlives the deployment
  std::string folder_;
  std::int64_t seq_ = 0;
  std::unique_ptr<service::Deployment> deployment_;
};

}  // namespace mif::exchange::testing
