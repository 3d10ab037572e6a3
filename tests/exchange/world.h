// SPDX-License-Identifier: Apache-2.0
// A deployment with any units and books and an exchange database, both on SQLite or both on PostgreSQL: what the business side
// writes goes in by SQL, what comes out is read from the ledger.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mif/day.hpp"
#include "mif/money.hpp"

namespace mif::exchange::testing {

// The exchange database as the business side sees it.
class Business {
 public:
  virtual ~Business() = default;
  virtual void run(const std::string& sql) = 0;            // several statements; a failure fails the test
  virtual std::string value(const std::string& sql) = 0;   // first column of the first row, "" without one
  virtual std::string dsn() const = 0;                     // for source-exchange-db
};
std::unique_ptr<Business> sqlite_business(const std::string& file);
std::unique_ptr<Business> postgresql_business();  // a fresh database of a server the program starts once
bool postgresql_installed();

struct NewBook {
  std::string code, unit, scheme, chart;
  Period start;
};

struct Plan {
  std::string config;                         // folder of the source tree: units.info, people.info, books.info, chart, ...
  std::vector<std::string> rules = {"employee", "resident"};
  bool postgresql = false;
  std::string ddl;                            // of the exchange database
  std::vector<NewBook> books = {};            // empty: those of books.info
  bool own_settings = false;                  // the folder's mif.info, with its exchange database put in place; else one source "demo"
};

struct Entry {
  struct Line {
    bool debit = true;
    std::string account, aux, summary;
    Fen fen;
  };
  std::int64_t id = 0;  // 0: there is none
  std::string word, flow, summary;
  bool posted = false;
  std::vector<Line> lines;
};

struct Closing {
  std::string account, aux;
  Fen fen;  // signed, debit positive
};

class World {
 public:
  explicit World(const Plan& plan);
  ~World();
  World(const World&) = delete;

  Business& business();
  void close();  // so that another program may open the home
  // The job's JSON; throws what it throws.
  std::string job(const std::string& name, const std::string& params = "{}", const std::string& login = "maker1");
  // Every submitted voucher, by somebody who did not make it; those without a payment are posted.
  // `books`: only of books whose code begins so.
  void review_all(const std::string& login = "reviewer1", const std::string& books = "");
  Entry entry(const std::string& source_key) const;                                  // "demo/KEY#1"
  std::vector<Closing> balances(const std::string& book, Period until) const;        // leaf accounts with their items, those at zero left out
  // The first column, a text, of rows of the deployment's database.
  std::vector<std::string> rows(const std::string& sql, const std::vector<std::string>& params = {}) const;
  std::string folder() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace mif::exchange::testing
