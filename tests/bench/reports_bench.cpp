// SPDX-License-Identifier: Apache-2.0
// The reporting bench: both ministries' tables of every unit over a deployment of years, by the plugin's own jobs, beside the
// bare SQL that reads the same balance rows and writes the same result rows through the sqlite3 API.
//   reports_bench fill  HOME UNITS YEAR LAST     one year of every book (the first one makes the home)
//   reports_bench run   HOME UNITS PERIOD WORK   "name value" pairs: every unit, again, one unit, drill hops
//   reports_bench again HOME UNIT PERIOD TIMES   one unit over and over, for a profiler
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <set>
#include <thread>

#include "kernel/service/job_runner.h"
#include "mif/error.hpp"
#include "mif/pattern.hpp"
#include "tests/bench/fixture.h"
#include "tests/bench/reports_fill.h"

namespace mif::bench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProvince = "370000";
constexpr const char* kPackage = "nhsa-2023-month";

// Of all threads: on a machine that is not quiet, what a wall clock cannot tell.
double processor() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// --- the plain peer ------------------------------------------------------------------------------------------------
class Plain {
 public:
  explicit Plain(const fs::path& file) {
    if (sqlite3_open(file.c_str(), &db_) != SQLITE_OK) throw Error(MIF_E_UNAVAILABLE, "bench", file.string());
    for (const char* pragma : {"pragma journal_mode = wal", "pragma synchronous = full", "pragma wal_autocheckpoint = 8000", "pragma cache_size = -65536"}) run(pragma);
  }
  ~Plain() {
    for (auto& [sql, statement] : prepared_) sqlite3_finalize(statement);
    sqlite3_close(db_);
  }
  void run(const std::string& sql) {
    if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) throw Error(MIF_E_INTERNAL, sqlite3_errmsg(db_) + (": " + sql));
  }
  sqlite3_stmt* prepare(const std::string& sql) {
    auto& statement = prepared_[sql];
    if (!statement && sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) throw Error(MIF_E_INTERNAL, sqlite3_errmsg(db_) + (": " + sql));
    sqlite3_reset(statement);
    return statement;
  }

 private:
  sqlite3* db_ = nullptr;
  std::map<std::string, sqlite3_stmt*> prepared_;
};

std::string text(sqlite3_stmt* s, int i) {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(s, i));
  return bytes ? bytes : "";
}
void bind(sqlite3_stmt* s, int i, const std::string& value) { sqlite3_bind_text(s, i, value.data(), static_cast<int>(value.size()), SQLITE_STATIC); }

using Field = std::pair<bool, std::pair<std::int64_t, std::string>>;  // text?, integer, text
using Rows = std::vector<std::vector<Field>>;

Rows rows_of(Plain& db, const std::string& table, std::int64_t task) {
  sqlite3_stmt* s = db.prepare("select * from " + table + " where " + (table == "x_reporting_task" ? "id" : "task") + " = ?");
  sqlite3_bind_int64(s, 1, task);
  Rows rows;
  while (sqlite3_step(s) == SQLITE_ROW) {
    auto& row = rows.emplace_back();
    for (int i = 0; i < sqlite3_column_count(s); ++i)
      sqlite3_column_type(s, i) == SQLITE_TEXT ? row.push_back({true, {0, text(s, i)}}) : row.push_back({false, {sqlite3_column_int64(s, i), ""}});
  }
  return rows;
}

const char* const kTables[] = {"x_reporting_task", "x_reporting_cell", "x_reporting_term", "x_reporting_check"};

struct Bare {
  double read = 0, write = 0, reread = 0, processor = 0;  // processor: of reading and writing
  std::int64_t balances = 0, cells = 0, terms = 0, checks = 0;
};

// What the results of a period rest on and are, by plain SQL: balance rows read, result rows read, result rows written.
Bare bare(const fs::path& home, const fs::path& work, int year, int month, const std::string& unit) {
  Bare told;
  Plain db(home / "data/mif.db");
  std::vector<std::int64_t> tasks;
  std::vector<std::string> units;  // of each
  sqlite3_stmt* s = db.prepare("select id, unit_code from x_reporting_task where fiscal_year = ? and fiscal_month = ? and (? = '' or unit_code = ?) order by unit_code, id");
  sqlite3_bind_int(s, 1, year);
  sqlite3_bind_int(s, 2, month);
  bind(s, 3, unit);
  bind(s, 4, unit);
  for (; sqlite3_step(s) == SQLITE_ROW; units.push_back(text(s, 1))) tasks.push_back(sqlite3_column_int64(s, 0));
  std::set<std::pair<std::int64_t, std::int64_t>> spans;
  for (const auto task : tasks) {
    s = db.prepare("select distinct b.id, t.fiscal_year from x_reporting_term t join ledger_book b on b.code = t.book where t.task = ?");
    sqlite3_bind_int64(s, 1, task);
    while (sqlite3_step(s) == SQLITE_ROW) spans.emplace(sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1));
  }
  std::int64_t touched = 0;
  const double before = processor();
  const Stopwatch reading;
  for (const auto& [book, of] : spans) {
    s = db.prepare("select month, account, aux, debit, credit, closing_debit, closing_credit from ledger_balance where book = ? and year = ? and month <= 13 order by month, account, aux");
    sqlite3_bind_int64(s, 1, book);
    sqlite3_bind_int64(s, 2, of);
    for (; sqlite3_step(s) == SQLITE_ROW; ++told.balances)
      for (int i = 0; i < 7; ++i) touched += i == 1 || i == 2 ? sqlite3_column_text(s, i)[0] : sqlite3_column_int64(s, i);
  }
  told.read = reading.seconds();
  told.processor = processor() - before;
  std::vector<std::vector<Rows>> results;
  const Stopwatch rereading;
  for (const auto task : tasks) {
    auto& result = results.emplace_back();
    for (const char* table : kTables) result.push_back(rows_of(db, table, task));
  }
  told.reread = rereading.seconds();
  const fs::path copy = work / "plain.db";
  for (const char* tail : {"", "-wal", "-shm"}) fs::remove(copy.string() + tail);
  Plain into(copy);
  s = db.prepare("select sql from sqlite_master where tbl_name in ('x_reporting_task', 'x_reporting_cell', 'x_reporting_term', 'x_reporting_check') and sql is not null order by type desc");
  while (sqlite3_step(s) == SQLITE_ROW) into.run(text(s, 0));
  const double between = processor();
  const Stopwatch writing;
  for (std::size_t r = 0; r < results.size(); ++r) {
    const auto& result = results[r];
    if (r == 0 || units[r] != units[r - 1]) into.run("begin immediate");
    for (std::size_t t = 0; t < result.size(); ++t)
      for (const auto& row : result[t]) {
        std::string marks = "?";
        for (std::size_t i = 1; i < row.size(); ++i) marks += ", ?";
        sqlite3_stmt* insert = into.prepare(std::string("insert into ") + kTables[t] + " values (" + marks + ")");
        for (std::size_t i = 0; i < row.size(); ++i)
          row[i].first ? bind(insert, static_cast<int>(i) + 1, row[i].second.second) : static_cast<void>(sqlite3_bind_int64(insert, static_cast<int>(i) + 1, row[i].second.first));
        if (sqlite3_step(insert) != SQLITE_DONE) throw Error(MIF_E_INTERNAL, "the plain insert failed");
      }
    if (r + 1 == results.size() || units[r + 1] != units[r]) into.run("commit");
  }
  told.write = writing.seconds();
  told.processor += processor() - between;
  for (const auto& result : results) {
    told.cells += static_cast<std::int64_t>(result[1].size());
    told.terms += static_cast<std::int64_t>(result[2].size());
    told.checks += static_cast<std::int64_t>(result[3].size());
  }
  if (touched == 0 || told.cells == 0) throw Error(MIF_E_INTERNAL, "nothing was computed");
  return told;
}

// --- ours ----------------------------------------------------------------------------------------------------------
class Home {
 public:
  explicit Home(const fs::path& home) {
    fs::remove_all(home / "templates");
    fs::create_directories(home / "templates");
    fs::copy(fs::path(MIF_SOURCE_DIR) / "templates/report", home / "templates/report", fs::copy_options::recursive);
    {
      const auto bare = service::Deployment::open(home.string(), false);
      for (const char* id : {"reporting", "report-nhsa", "report-mof"}) bare->plugins().install(std::string(MIF_BUILD_DIR) + "/plugins/" + id + ".plugin");
    }
    d_ = service::Deployment::open(home.string(), true);
    for (const auto& p : d_->plugins().list())
      if (p.status != plugin::Status::active) throw Error(MIF_E_UNAVAILABLE, p.manifest.id + ": " + p.reason);
    // Summing is for who manages reports, whatever made the home.
    d_->database().write([&](store::Txn& txn) { d_->identity().put_person(txn, {"system", "bench", ""}, {"chief1", "会计主管", kProvince, {"chief"}, false}); });
    d_->database().read([&](store::Txn& txn) { caller_ = d_->identity().caller(txn, "chief1"); });
    jobs_ = std::make_unique<service::JobRunner>(*d_);
    // Templates of a deployment were not written a moment ago, which is when their files are read however they look.
    std::this_thread::sleep_for(std::chrono::milliseconds(3100));
  }
  double run(const std::string& job, const std::string& params, std::string* answer = nullptr) {
    const Stopwatch watch;
    const std::string told = jobs_->run(job, params, {caller_.login, "bench", ""}, &caller_);
    const double seconds = watch.seconds();
    if (answer) *answer = told;
    return seconds;
  }
  void forget() {  // results only: the next computation starts from nothing
    d_->database().write([](store::Txn& txn) {
      for (const char* table : kTables) txn.execute(std::string("delete from ") + table);
      for (const char* table : {"x_reporting_submission", "x_reporting_part", "x_reporting_input"}) txn.execute(std::string("delete from ") + table);
    });
  }
  service::Deployment& deployment() { return *d_; }

 private:
  std::unique_ptr<service::Deployment> d_;
  identity::Caller caller_;
  std::unique_ptr<service::JobRunner> jobs_;
};

double median(std::vector<double> of) {
  std::nth_element(of.begin(), of.begin() + static_cast<std::ptrdiff_t>(of.size() / 2), of.end());
  return of[of.size() / 2];
}

std::string month_of(int year, int month) { return fmt::format("{}-{:02}", year, month); }
std::string asked(const std::string& unit, int year, int month) {
  return fmt::format(R"({{"unit":"{}","period":"{}"}})", unit, month_of(year, month));
}

// A page of 50 lines under one cell by plain SQL: its terms, then the lines of book and months until there are enough.
double bare_hop(Plain& db, std::int64_t task, const std::string& table, const std::string& row, const std::string& col) {
  const Stopwatch watch;
  sqlite3_stmt* s = db.prepare("select t.month_from, t.month_to, t.fiscal_year, b.id, t.accounts, t.aux from x_reporting_term t join ledger_book b on b.code = t.book "
                               "where t.task = ? and t.table_code = ? and t.row_code = ? and t.col_code = ? order by t.ord");
  sqlite3_bind_int64(s, 1, task);
  bind(s, 2, table);
  bind(s, 3, row);
  bind(s, 4, col);
  int lines = 0;
  while (sqlite3_step(s) == SQLITE_ROW && lines < 50) {
    const AccountPattern accounts(text(s, 4));
    const AuxFilter aux(text(s, 5));
    sqlite3_stmt* l = db.prepare("select l.account, l.aux, l.fen, l.side, l.summary, v.word, v.number, v.day from ledger_line l join ledger_voucher v on v.book = l.book and v.year = l.year "
                                 "and v.month = l.month and v.id = l.voucher where l.book = ? and l.year = ? and l.month >= ? and l.month <= ? order by l.month, l.voucher, l.line");
    sqlite3_bind_int64(l, 1, sqlite3_column_int64(s, 3));
    sqlite3_bind_int64(l, 2, sqlite3_column_int64(s, 2));
    sqlite3_bind_int64(l, 3, sqlite3_column_int64(s, 0));
    sqlite3_bind_int64(l, 4, sqlite3_column_int64(s, 1));
    while (lines < 50 && sqlite3_step(l) == SQLITE_ROW) lines += accounts.matches(text(l, 0)) && aux.matches(text(l, 1));
  }
  return watch.seconds();
}

void drills(Home& home, const fs::path& folder, int units, int year, int month) {
  struct Hop {
    std::int64_t task;
    std::string unit, table, row, col;
  };
  std::vector<Hop> hops;
  home.deployment().database().read([&](store::Txn& txn) {
    for (int u = 1; u <= std::min(units, 5); ++u) {
      std::vector<Hop> all;
      txn.query("select t.id, c.table_code, c.row_code, c.col_code from x_reporting_task t join x_reporting_cell c on c.task = t.id where t.unit_code = ? and t.fiscal_year = ? and t.fiscal_month = ? "
                "and c.linear = 1 and c.fen <> 0 and exists (select 1 from x_reporting_term m where m.task = c.task and m.table_code = c.table_code and m.row_code = c.row_code and m.col_code = c.col_code) "
                "order by c.task, c.ord",
                {report_unit(u), year, month}, [&](const store::Row& row) { all.push_back({row.integer(0), report_unit(u), std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3))}); });
      for (std::size_t i = 0; i < all.size(); i += std::max<std::size_t>(1, all.size() / 40)) hops.push_back(all[i]);
    }
  });
  Plain db(folder / "data/mif.db");
  std::vector<double> ours, plain;
  for (const auto& hop : hops) {
    ours.push_back(home.run("report drill", fmt::format(R"({{"table":"{}","row":"{}","col":"{}","unit":"{}","period":"{}","limit":"50"}})", hop.table, hop.row, hop.col, hop.unit, month_of(year, month))));
    plain.push_back(bare_hop(db, hop.task, hop.table, hop.row, hop.col));
  }
  fmt::print("drill {:.6f} drill_worst {:.6f} drill_plain {:.6f} hops {}\n", median(ours), *std::max_element(ours.begin(), ours.end()), median(plain), hops.size());
}

// One typed cell after the other through the job, each a transaction of its own. Beside it plain SQL: the rows of the package read,
// the row of the cell written, made durable.
void save(Home& home, const fs::path& folder, int year, int month) {
  struct Typed {
    std::int64_t task;
    std::string table, row, col;
  };
  std::vector<Typed> cells;
  home.deployment().database().read([&](store::Txn& txn) {
    txn.query("select t.id, c.table_code, c.row_code, c.col_code from x_reporting_task t join x_reporting_cell c on c.task = t.id where t.unit_code = ? and t.layer = 'own' and t.fiscal_year = ? and "
              "t.fiscal_month = ? and c.cell_state = 'input' order by t.id, c.ord",
              {report_unit(1), year, month}, [&](const store::Row& row) { cells.push_back({row.integer(0), std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3))}); });
  });
  if (cells.empty()) throw Error(MIF_E_INTERNAL, "no cell to type in");
  // Cells of one package, as a person fills them in.
  std::int64_t whole = 0;
  home.deployment().database().read([&](store::Txn& txn) { whole = txn.integer("select count(*) from x_reporting_cell where task = ?", {cells.front().task}).value_or(0); });
  cells.erase(std::remove_if(cells.begin(), cells.end(), [task = cells.front().task](const Typed& c) { return c.task != task; }), cells.end());
  Plain db(folder / "data/mif.db");
  std::vector<double> ours, plain;
  int part = 0;
  for (int i = 0; i < 40; ++i) {
    const Typed& cell = cells[static_cast<std::size_t>(i) % cells.size()];
    std::string answer;
    ours.push_back(home.run("report save", fmt::format(R"({{"unit":"{}","period":"{}","cells":"{}[{},{}]={}"}})", report_unit(1), month_of(year, month), cell.table, cell.row, cell.col, 1000 + i), &answer));
    const auto at = answer.find("\"computed\":\"");
    part += at != std::string::npos && std::stoll(answer.substr(at + 12)) < whole;
    const Stopwatch watch;
    for (const char* table : kTables) rows_of(db, table, cell.task);
    db.run("begin immediate");
    sqlite3_stmt* s = db.prepare("update x_reporting_cell set printed = printed where task = ? and table_code = ? and row_code = ? and col_code = ?");
    sqlite3_bind_int64(s, 1, cell.task);
    bind(s, 2, cell.table);
    bind(s, 3, cell.row);
    bind(s, 4, cell.col);
    sqlite3_step(s);
    sqlite3_reset(s);
    db.run("commit");
    plain.push_back(watch.seconds());
  }
  fmt::print("save {:.6f} save_worst {:.6f} save_plain {:.6f} saves {}\n", median(ours), *std::max_element(ours.begin(), ours.end()), median(plain), part);
}

// The province's sum of what its units submitted. Here every working report counts as submitted as it is: what a gate would ask is
// not what is measured. Beside it the same addition by plain SQL, its rows written.
void sum(Home& home, const fs::path& folder, int units, int year, int month) {
  home.deployment().database().write([&](store::Txn& txn) {
    txn.execute("insert into x_reporting_submission (id, assignment, package_code, unit_code, layer, fiscal_year, fiscal_month, revision, parent_digest, digest, template_digest, result_digest, "
                "package_digest, recorded_ms, late, origin, cells, failed_checks, submitted_by, submitted_ms) select id, 0, package_code, unit_code, layer, fiscal_year, fiscal_month, 1, '', "
                "result_digest, template_digest, result_digest, '', computed_ms, 0, 'here', cells, failed_checks, 'bench', computed_ms from x_reporting_task where package_code = ? and layer = 'own' and "
                "fiscal_year = ? and fiscal_month = ?",
                {kPackage, year, month});
  });
  std::string all;
  for (int u = 1; u <= units; ++u) all += (all.empty() ? "" : ",") + report_unit(u);
  const double ours = home.run("report sum", fmt::format(R"({{"package":"{}","unit":"{}","period":"{}","units":"{}"}})", kPackage, kProvince, month_of(year, month), all));
  Plain db(folder / "data/mif.db");
  const Stopwatch watch;
  sqlite3_stmt* s = db.prepare("select c.table_code, c.row_code, c.col_code, sum(c.fen) from x_reporting_submission t join x_reporting_cell c on c.task = t.id where t.package_code = ? and "
                               "t.fiscal_year = ? and t.fiscal_month = ? and c.kind = 1 group by 1, 2, 3");
  bind(s, 1, kPackage);
  sqlite3_bind_int(s, 2, year);
  sqlite3_bind_int(s, 3, month);
  int cells = 0;
  while (sqlite3_step(s) == SQLITE_ROW) ++cells;
  sqlite3_reset(s);
  if (cells == 0) throw Error(MIF_E_INTERNAL, "nothing was summed");
  fmt::print("sum {:.6f} sum_plain {:.6f} sum_cells {}\n", ours, watch.seconds(), cells);
}

// Every package of the month as a workbook, one after the other.
void workbooks(Home& home, const fs::path& work, int year, int month) {
  std::vector<std::string> packages;
  std::int64_t tables = 0;
  home.deployment().database().read([&](store::Txn& txn) {
    txn.query("select distinct package_code from x_reporting_task where unit_code = ? and layer = 'own' and fiscal_year = ? and fiscal_month = ?", {report_unit(1), year, month},
              [&](const store::Row& row) { packages.push_back(std::string(row.text(0))); });
    tables = txn.integer("select count(distinct c.table_code) from x_reporting_task t join x_reporting_cell c on c.task = t.id where t.unit_code = ? and t.layer = 'own' and t.fiscal_year = ? and t.fiscal_month = ?",
                         {report_unit(1), year, month}).value_or(0);
  });
  std::vector<double> taken;
  for (int i = 0; i < 5; ++i) {
    double all = 0;
    for (const auto& package : packages)
      all += home.run("report export", fmt::format(R"({{"package":"{}","unit":"{}","period":"{}","out":"{}"}})", package, report_unit(1), month_of(year, month), (work / (package + ".xlsx")).string()));
    taken.push_back(all);
  }
  fmt::print("xlsx {:.6f} xlsx_tables {}\n", median(taken), tables);
}

int run(const fs::path& folder, int units, const std::string& period, const fs::path& work) {
  const int year = std::stoi(period.substr(0, 4)), month = std::stoi(period.substr(5));
  fs::create_directories(work);
  Home home(folder);
  home.forget();
  std::vector<double> one, one_processor;
  for (int u = 1; u <= std::min(units, 9); ++u) {
    const double spent = processor();
    one.push_back(home.run("report compute", asked(report_unit(u), year, month - 1)));
    one_processor.push_back(processor() - spent);
  }
  const Bare single = bare(folder, work, year, month - 1, report_unit(1));
  fmt::print("unit {:.6f} unit_worst {:.6f} unit_plain {:.6f} unit_cells {} unit_terms {} unit_checks {} unit_balances {} unit_processor {:.6f} unit_plain_processor {:.6f}\n", median(one), *std::max_element(one.begin(), one.end()), single.read + single.write,
             single.cells, single.terms, single.checks, single.balances, median(one_processor), single.processor);
  const double before = processor();
  const double all = home.run("report compute", fmt::format(R"({{"period":"{}"}})", period));
  const double of_processor = processor() - before;
  rusage used{};
  getrusage(RUSAGE_SELF, &used);  // before the peer, which keeps all rows
  fmt::print("peak {}\n", used.ru_maxrss / 1024);
  const Bare plain = bare(folder, work, year, month, "");
  const double again = home.run("report compute", fmt::format(R"({{"period":"{}"}})", period));
  fmt::print("all_processor {:.6f} plain_processor {:.6f}\n", of_processor, plain.processor);
  fmt::print("all {:.6f} plain_read {:.6f} plain_write {:.6f} again {:.6f} plain_reread {:.6f} cells {} terms {} checks {} balances {}\n", all, plain.read, plain.write, again, plain.reread, plain.cells,
             plain.terms, plain.checks, plain.balances);
  drills(home, folder, units, year, month);
  save(home, folder, year, month);
  sum(home, folder, units, year, month);
  workbooks(home, work, year, month);
  return 0;
}

int again(const fs::path& folder, const std::string& unit, const std::string& period, int times) {
  Home home(folder);
  const std::string params = asked(unit, std::stoi(period.substr(0, 4)), std::stoi(period.substr(5)));
  std::vector<double> taken;
  for (int i = 0; i < times; ++i) {
    home.forget();
    taken.push_back(home.run("report compute", params));
  }
  fmt::print("unit {:.6f}\n", median(taken));
  return 0;
}

}  // namespace
}  // namespace mif::bench

int main(int argc, char** argv) {
  using namespace mif::bench;
  const std::vector<std::string> a(argv + 1, argv + argc);
  try {
    if (a.size() == 5 && a[0] == "fill") {
      fill_reports(a[1], std::stoi(a[2]), std::stoi(a[3]), std::stoi(a[4]));
      return 0;
    }
    if (a.size() == 5 && a[0] == "run") return run(a[1], std::stoi(a[2]), a[3], a[4]);
    if (a.size() == 5 && a[0] == "again") return again(a[1], a[2], a[3], std::stoi(a[4]));
  } catch (const std::exception& e) {
    fmt::print(stderr, "reports_bench: {}\n", e.what());
    return 1;
  }
  fmt::print(stderr, "usage: see the head of reports_bench.cpp\n");
  return 2;
}
