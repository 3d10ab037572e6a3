// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_database.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace mif::testing {
namespace {

bool driver_installed(const std::string& name) {
  std::ifstream file("/etc/odbcinst.ini");
  for (std::string line; std::getline(file, line);)
    if (line.rfind("[" + name + "]", 0) == 0) return true;
  return false;
}

}  // namespace

std::string TestDatabase::wanted() {
  const char* name = std::getenv("MIF_TEST_BACKEND");
  return name && *name ? name : "sqlite";
}

std::string TestDatabase::missing() {
  const std::string backend = wanted();
  const bool server = backend == "postgresql" || backend == "odbc_psql" || backend == "odbc_generic";
  if (server && !PostgresServer::installed()) return "PostgreSQL's server programs are not installed (Debian: postgresql)";
  if (backend == "odbc_sqlite" && !driver_installed("SQLite3")) return "the ODBC driver \"SQLite3\" is not installed (Debian: libsqliteodbc)";
  if (server && backend != "postgresql" && !driver_installed("PostgreSQL Unicode")) return "the ODBC driver \"PostgreSQL Unicode\" is not installed (Debian: odbc-postgresql)";
  return "";
}

PostgresServer& TestDatabase::server() {
  static PostgresServer server;
  return server;
}

TestDatabase::TestDatabase(const TestDatabase* like) {
  const std::string backend = wanted();
  if (backend == "sqlite" || backend == "odbc_sqlite") {
    std::string pattern = (std::filesystem::temp_directory_path() / "mif-test-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("cannot make a temporary directory");
    directory_ = pattern;
    dsn_ = backend == "sqlite" ? "sqlite:" + directory_ + "/mif.db" : "odbc:Driver=SQLite3;Database=" + directory_ + "/mif.db;";
  } else if (backend == "postgresql") {
    name_ = server().fresh_database(like ? like->name_ : std::string());
    dsn_ = server().dsn(name_);
  } else if (backend == "odbc_psql" || backend == "odbc_generic") {
    name_ = server().fresh_database(like ? like->name_ : std::string());
    dsn_ = server().odbc_dsn(name_);
    if (backend == "odbc_generic") dsn_.insert(5, "MifDialect=generic;");
  } else {
    throw std::runtime_error("MIF_TEST_BACKEND names no back end: " + backend);
  }
}

TestDatabase::~TestDatabase() {
  std::error_code ignored;
  if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
}

store::Options TestDatabase::options() const {
  store::Options options;
  options.dsn = dsn_;
  options.create = true;
  return options;
}

bool TestDatabase::on_postgresql() const { return directory_.empty(); }

}  // namespace mif::testing

// psqlODBC keeps a few bytes per connection; a leak check would name them with every run.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:psqlodbcw.so\n"; }
