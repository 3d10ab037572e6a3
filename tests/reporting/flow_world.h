// SPDX-License-Identifier: Apache-2.0
// A deployment of many units with a small year-end report of two ministries, for tests of the work flow.
#pragma once

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kernel/service/deployment.h"
#include "mif/error.hpp"
#include "mif/money.hpp"
#include "tests/support/test_database.h"

namespace mif::testing {

// One province 990000 with `cities` cities 9901.. and `counties` counties below each; every unit keeps a residents' book.
class FlowWorld {
 public:
  // `plugins`: bundles of the build, or paths of others. `package` is what plugin.reporting says about data packages; `before` may lay files into the home first.
  FlowWorld(int cities, int counties, const std::string& without_book = {}, const std::string& package = "signature none",
            const std::function<void(const std::filesystem::path& home)>& before = {}, const std::vector<std::string>& plugins = {"reporting", "report-nhsa", "report-mof"});
  ~FlowWorld();
  static std::string county(int city, int number);  // from 1
  static std::string city(int number);

  struct Answer {
    Poco::JSON::Object::Ptr json;
    std::string etag;
    std::string summary() const { return json->optValue<std::string>("summary", ""); }
    std::size_t size() const { return json->getArray("items")->size(); }
    std::string item(std::size_t i, const std::string& name) const { return json->getArray("items")->getObject(static_cast<unsigned>(i))->optValue<std::string>(name, ""); }
    // The first item whose `key` is `value`.
    std::string of(const std::string& key, const std::string& value, const std::string& name) const;
    int exit() const { return json->optValue("exit", 0); }
  };
  // Through the API, as `login`; throws what the module refuses with.
  Answer get(const std::string& path, const std::string& query, const std::string& login);
  Answer post(const std::string& path, const std::string& body, const std::string& login, const std::string& query = {});
  Answer patch(const std::string& query, const std::string& etag, const std::string& body, const std::string& login);
  std::string file(const std::string& path, const std::string& query, const std::string& login);  // the bytes
  Answer receive(const std::string& bytes, bool apply, const std::string& login);                  // POST /packages
  std::vector<std::string> rows(const std::string& sql);                                           // columns as text, joined
  void change(const std::string& sql);  // behind the program's back
  // As mifctl does; told: "what done/total", as the job said it.
  Answer job(const std::string& name, const std::vector<std::pair<std::string, std::string>>& params, const std::string& login, std::vector<std::string>* told = nullptr);

  // The code of the refusal, "" when nothing was refused.
  template <class F>
  static std::string refused(F&& body) {
    try {
      body();
    } catch (const Error& e) {
      return std::string(e.rule());
    }
    return {};
  }

  std::int64_t post_voucher(const std::string& unit, Day day, const std::string& account, const std::string& amount);  // 4..: received, 5..: paid
  std::string cell(const std::string& table, const std::string& row, const std::string& unit, const std::string& login, const std::string& more = {});
  std::string etag(const std::string& table, const std::string& unit, const std::string& login) { return get("/tables/" + table, "unit=" + unit + "&period=2023-12", login).etag; }
  // Computes, types the number of insured people, and saves.
  void fill_in(const std::string& unit, const std::string& people, const std::string& login);
  std::string assign(const std::string& package, const std::string& owner, const std::string& units, const std::string& login, const std::string& deadline = "2023-12-31");
  Answer submit(const std::string& assignment, const std::string& unit, const std::string& login, const std::string& layer = {});
  service::Deployment& deployment() { return *deployment_; }
  const std::filesystem::path& home() const { return home_; }

 private:
  Answer send(const std::string& method, const std::string& path, const std::string& query, const std::string& body, const std::string& if_match, const std::string& login);
  std::pair<std::string, std::string> answer(const std::string& method, const std::string& path, const std::string& query, const std::string& body, const std::string& if_match,
                                             const std::string& login);  // body, etag
  void with(const std::string& login, const std::string& what, const std::function<std::int32_t(mif_call*)>& body);
  void write_templates();
  std::unique_ptr<TestDatabase> database_;
  std::filesystem::path home_;
  std::unique_ptr<service::Deployment> deployment_;
  int serial_ = 0;
};

}  // namespace mif::testing
