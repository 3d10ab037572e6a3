// SPDX-License-Identifier: Apache-2.0
// A private PostgreSQL server for tests and benches: own data directory, own socket, a free loopback port. Nothing of the
// machine's other servers is touched; the directory is gone afterwards.
#pragma once

#include <sys/types.h>

#include <string>

namespace mif::testing {

class PostgresServer {
 public:
  struct Settings {
    bool durable = false;  // fsync as in production, for benches; tests do not need it
  };
  PostgresServer() : PostgresServer(Settings()) {}
  explicit PostgresServer(const Settings& settings);  // throws std::runtime_error when it does not start
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;

  // Empty when PostgreSQL's server programs are not installed: then skip.
  static std::string programs();
  static bool installed() { return !programs().empty(); }

  std::string dsn(const std::string& database = "mif") const;       // "postgresql:host=.. port=.. dbname=.. user=.."
  std::string odbc_dsn(const std::string& database = "mif") const;  // "odbc:Driver={PostgreSQL Unicode};.."
  void create_database(const std::string& database, const std::string& like = {});
  // A fresh database with a name of its own, empty or a copy of one nobody is connected to; returns the name.
  std::string fresh_database(const std::string& like = {});
  void stop(bool crash = false);   // crash: as if the power went
  void start();
  int port() const { return port_; }

 private:
  std::string directory_;
  std::string programs_;
  Settings settings_;
  int port_ = 0;
  int databases_ = 0;
  pid_t server_ = 0;
};

}  // namespace mif::testing
