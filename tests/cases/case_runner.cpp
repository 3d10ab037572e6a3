// SPDX-License-Identifier: Apache-2.0
// case_runner [--dsn DSN | --postgresql] PATH ...: exit 0 when every record of every file answers what its file says. A path
// is a .case file or a folder of them; each file has a fresh ledger, with --postgresql on a private server (exit 77, "skipped",
// when PostgreSQL is not installed). The form of the files: see case_file.h; the commands: commands_*.cpp. An
// expected "error CODE [rule] words" matches when code and rule are the same and the sentence holds the words; rule and words
// may be left out.
#include <libpq-fe.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "mif/error.hpp"
#include "tests/cases/case_world.h"
#include "tests/support/postgres_server.h"

namespace {

using mif::cases::Record;

bool same(const std::vector<std::string>& expected, const std::vector<std::string>& found) {
  if (expected.size() == 1 && expected[0] == "ok") return found.size() == 1 && found[0].compare(0, 2, "ok") == 0;
  if (expected.size() != 1 || expected[0].compare(0, 6, "error ") != 0) return expected == found;
  if (found.size() != 1) return false;
  const auto code_end = std::min(expected[0].find(' ', 6), expected[0].size());
  const std::string code = expected[0].substr(0, code_end);
  std::string words = code_end < expected[0].size() ? expected[0].substr(code_end + 1) : std::string();
  if (words.compare(0, 1, "[") == 0) {  // the rule, where the record names it
    const std::string rule = words.substr(0, words.find(']') + 1);
    if (mif::rule_of(rule).empty() || mif::rule_of(found[0]) != mif::rule_of(rule)) return false;
    words.erase(0, std::min(words.size(), rule.size() + 1));
  }
  return found[0].compare(0, code.size() + 1, code + ' ') == 0 && found[0].find(words) != std::string::npos;
}

void print(const char* title, const std::vector<std::string>& lines) {
  std::fprintf(stderr, "  %s\n", title);
  for (const auto& line : lines) std::fprintf(stderr, "    %s\n", line.c_str());
}

int run(const std::string& path, const std::string& dsn, bool charts_ready) {
  const auto records = mif::cases::read_case_file(path);
  if (records.empty()) throw std::runtime_error(path + " has no record");
  mif::cases::World world(dsn, charts_ready);
  int failed = 0;
  for (const Record& record : records) {
    std::vector<std::string> found;
    try {
      found = world.run(record);
    } catch (const std::exception& error) {
      found = {std::string("broken record: ") + error.what()};
    }
    if (same(record.expected, found)) continue;
    std::fprintf(stderr, "%s:%d: %s\n", path.c_str(), record.line, record.command.c_str());
    print("expected", record.expected);
    print("found", found);
    ++failed;
  }
  std::printf("%s: %zu records, %d failed\n", path.c_str(), records.size(), failed);
  return failed;
}

std::vector<std::string> files_of(const std::string& path) {
  if (!std::filesystem::is_directory(path)) return {path};
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
    if (entry.path().extension() == ".case") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

void run_sql(PGconn* connection, const char* sql) {
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection, sql), PQclear);
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) throw std::runtime_error(PQerrorMessage(connection));
}

// Migrations and charts run once; before every further file all tables get the rows they had then. (A database per file,
// even as a copy of a template, costs several times as much as most files take to run.)
constexpr const char* kRemember = R"(
  create schema pristine;
  do $do$
  declare t text;
  begin
    for t in select tablename from pg_tables where schemaname = 'public' loop
      execute format('create table pristine.%1$I as table public.%1$I', t);
    end loop;
  end $do$;
  create function pristine.restore() returns void language plpgsql set session_replication_role = replica as $do$
  declare t text;
  begin
    for t in select tablename from pg_tables where schemaname = 'public' loop
      execute format('delete from public.%1$I', t);
      execute format('insert into public.%1$I select * from pristine.%1$I', t);
    end loop;
  end $do$)";

int run_on_postgresql(const std::vector<std::string>& files) {
  mif::testing::PostgresServer server;
  const std::string dsn = server.dsn();
  { mif::cases::World prepared(dsn); }
  const std::unique_ptr<PGconn, decltype(&PQfinish)> restorer(PQconnectdb(dsn.substr(dsn.find(':') + 1).c_str()), PQfinish);
  run_sql(restorer.get(), kRemember);
  int failed = 0;
  for (const std::string& file : files) {
    failed += run(file, dsn, true);
    run_sql(restorer.get(), "select pristine.restore()");
  }
  return failed;
}

}  // namespace

int main(int argc, char** argv) {
  std::string dsn;
  bool postgresql = false;
  std::vector<std::string> files;
  try {
    for (int i = 1; i < argc; ++i) {
      const std::string argument = argv[i];
      if (argument == "--dsn" && i + 1 < argc) dsn = argv[++i];
      else if (argument == "--postgresql") postgresql = true;
      else
        for (auto& file : files_of(argument)) files.push_back(std::move(file));
    }
    if (files.empty()) {
      std::fprintf(stderr, "usage: case_runner [--dsn DSN | --postgresql] PATH ...\n");
      return 2;
    }
    if (postgresql && !mif::testing::PostgresServer::installed()) {
      std::printf("skipped: PostgreSQL's server programs are not installed\n");
      return 77;
    }
    int failed = 0;
    if (postgresql) failed = run_on_postgresql(files);
    else
      for (const auto& file : files) failed += run(file, dsn, false);
    return failed == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "case_runner: %s\n", error.what());
    return 2;
  }
}
