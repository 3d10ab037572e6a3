// SPDX-License-Identifier: Apache-2.0
// The statutory tables 会社保01表 and 02表 over a whole year, against the formulas of 财会〔2017〕28号 computed here from the
// vouchers themselves: both schemes, both settlement methods, months 1 to 12. The model knows no closing voucher: what 一般基金
// 结余 shows must not depend on whether income and expense were carried.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <map>
#include <random>
#include <tuple>

#include "kernel/service/deployment.h"
#include "mif/ext/job.h"
#include "mif/json.hpp"
#include "mif/sdk.hpp"

namespace mif {
namespace {
namespace fs = std::filesystem;

using Cells = std::map<std::pair<int, int>, Fen>;  // (row, column)

struct Sides {
  Fen debit, credit;
};

// Everything posted but closing vouchers; month 0 = the opening.
class Model {
 public:
  void add(int month, const ledger::Line& line) {
    Sides& s = figures_[{month, line.account}];
    (line.side == MIF_DEBIT ? s.debit : s.credit) += line.fen;
  }
  Fen credit(const std::string& prefix, int from, int to) const { return sum(prefix, from, to, 0, 1); }
  Fen debit(const std::string& prefix, int from, int to) const { return sum(prefix, from, to, 1, 0); }
  Fen net_credit(const std::string& prefix, int from, int to) const { return credit(prefix, from, to) - debit(prefix, from, to); }
  Fen net_debit(const std::string& prefix, int from, int to) const { return debit(prefix, from, to) - credit(prefix, from, to); }

 private:
  Fen sum(const std::string& prefix, int from, int to, std::int64_t d, std::int64_t c) const {
    Fen total;
    for (const auto& [key, s] : figures_)
      if (key.first >= from && key.first <= to && key.second.compare(0, prefix.size(), prefix) == 0) total += s.debit * d + s.credit * c;
    return total;
  }
  std::map<std::pair<int, std::string>, Sides> figures_;
};

// 02表 of the employee scheme; net where the regulation says net, one side otherwise.
Cells employee_02(const Model& m, int from, int to, int column) {
  Cells c;
  const auto set = [&](int row, Fen fen) { c[{row, column}] = fen; };
  const auto at = [&](int row) { return c.at({row, column}); };
  set(2, m.net_credit("400101", from, to));
  set(3, m.credit("4101", from, to));
  set(4, m.credit("420101", from, to));
  set(5, m.credit("440101", from, to));
  set(6, m.credit("440201", from, to));
  set(7, m.credit("450101", from, to));
  set(1, at(2) + at(3) + at(4) + at(5) + at(6) + at(7));
  set(9, m.net_credit("400102", from, to));
  set(10, m.credit("420102", from, to));
  set(11, m.net_credit("4301", from, to));
  set(12, m.credit("440102", from, to));
  set(13, m.credit("440202", from, to));
  set(14, m.credit("450102", from, to));
  set(8, at(9) + at(10) + at(11) + at(12) + at(13) + at(14));
  for (int i = 1; i <= 5; ++i) set(16 + i, m.net_debit("5001010" + std::to_string(i), from, to));
  set(16, at(17) + at(18) + at(19) + at(20) + at(21));
  set(22, m.debit("5101", from, to));
  set(23, m.debit("530101", from, to));
  set(24, m.debit("530201", from, to));
  set(25, m.debit("540101", from, to));
  set(15, at(16) + at(22) + at(23) + at(24) + at(25));
  for (int i = 1; i <= 3; ++i) set(27 + i, m.net_debit("5001020" + std::to_string(i), from, to));
  set(27, at(28) + at(29) + at(30));
  set(31, m.net_debit("5201", from, to));
  set(32, m.debit("530102", from, to));
  set(33, m.debit("530202", from, to));
  set(34, m.debit("540102", from, to));
  set(26, at(27) + at(31) + at(32) + at(33) + at(34));
  set(36, at(1) - at(15));
  set(37, at(8) - at(26));
  set(38, m.net_credit("4601", from, to) + m.net_credit("4602", from, to));
  set(35, at(36) + at(37) + at(38));
  return c;
}

Cells resident_02(const Model& m, int from, int to, int column) {
  Cells c;
  const auto set = [&](int row, Fen fen) { c[{row, column}] = fen; };
  const auto at = [&](int row) { return c.at({row, column}); };
  set(2, m.net_credit("4001", from, to));
  set(3, m.credit("4101", from, to));
  set(4, m.credit("4201", from, to));
  set(5, m.credit("4401", from, to));
  set(6, m.credit("4402", from, to));
  set(7, m.credit("4501", from, to));
  set(1, at(2) + at(3) + at(4) + at(5) + at(6) + at(7));
  for (int i = 1; i <= 3; ++i) set(9 + i, m.net_debit("50010" + std::to_string(i), from, to));
  set(9, at(10) + at(11) + at(12));
  set(13, m.debit("5101", from, to));
  set(14, m.debit("5301", from, to));
  set(15, m.debit("5302", from, to));
  set(16, m.debit("5401", from, to));
  set(8, at(9) + at(13) + at(14) + at(15) + at(16));
  set(17, at(1) - at(8));
  return c;
}

// 01表: balances at the end of month `to` (0 = the year's opening).
Cells sheet_01(const Model& m, bool employee, int to, int assets_column) {
  Cells c;
  const int a = assets_column, l = assets_column + 2;
  const char* assets[] = {"1001", "1002", "1003", "1004", "1005", "1101", "110101", "1201"};
  Fen total;
  for (int i = 0; i < 8; ++i) {
    c[{i + 1, a}] = m.net_debit(assets[i], 0, to);
    if (i != 6) total += c[{i + 1, a}];
  }
  c[{1, l}] = m.net_credit("2001", 0, to);
  c[{2, l}] = m.net_credit("200103", 0, to);
  c[{3, l}] = m.net_credit("2101", 0, to);
  c[{4, l}] = c[{1, l}] + c[{3, l}];
  const int last = employee ? 10 : 9;
  c[{last, a}] = total;
  if (employee) {
    const auto fund = [&](const char* own, int income, int expense) {
      const Cells year = to == 0 ? Cells() : employee_02(m, 1, to, 2);
      return m.net_credit(own, 0, to) + (to == 0 ? Fen() : year.at({income, 2}) - year.at({expense, 2}));
    };
    c[{6, l}] = fund("300101", 1, 15);
    c[{7, l}] = fund("300102", 8, 26);
    c[{8, l}] = m.net_credit("4601", 0, to) + m.net_credit("4602", 0, to);
    c[{5, l}] = c[{6, l}] + c[{7, l}] + c[{8, l}];
    c[{9, l}] = c[{5, l}];
  } else {
    c[{5, l}] = m.net_credit("3001", 0, to) + (to == 0 ? Fen() : resident_02(m, 1, to, 2).at({17, 2}));
    c[{6, l}] = c[{5, l}];
  }
  c[{last, l}] = c[{4, l}] + c[{5, l}];
  return c;
}

class Statements : public ::testing::TestWithParam<std::tuple<bool, bool, unsigned>> {
 protected:
  void SetUp() override {
    std::tie(employee_, yearly_, seed_) = GetParam();
    home_ = fs::temp_directory_path() / ("mif-statement-" + std::to_string(::getpid()) + '-' + std::to_string(employee_) + std::to_string(yearly_) + std::to_string(seed_));
    fs::remove_all(home_);
    fs::create_directories(home_);
    const fs::path source = MIF_SOURCE_DIR;
    fs::copy(source / "config/demo-province", home_ / "config", fs::copy_options::recursive);
    fs::copy_file(source / "config/demo-province/mif.info", home_ / "mif.info");
    fs::create_directories(home_ / "templates");
    for (const char* folder : {"report", "closing"}) fs::copy(source / "templates" / folder, home_ / "templates" / folder, fs::copy_options::recursive);
    deployment_ = service::Deployment::open(home_.string(), false);
    auto& d = *deployment_;
    d.database().write([&](store::Txn& txn) {
      for (const auto& unit : identity::read_units_info(d.path("config/units.info"))) d.identity().put_unit(txn, who(), unit);
      for (const auto& person : identity::read_people_info(d.path("config/people.info"))) d.identity().put_person(txn, who(), person);
      d.charts().apply(txn, who(), chart(), chart::read_chart(d.path("config/chart/" + chart() + ".csv")), chart::read_aux_info(d.path("config/chart/aux.info")));
      ledger::Book book;
      book.code = kBook;
      book.unit = "990000";
      book.scheme = employee_ ? "310" : "390";
      book.chart = chart();
      book.name = "试账";
      book.start = {2023, 1};
      book.yearly_closing = yearly_;
      d.ledger().create_book(txn, who(), book);
    });
    for (const char* id : {"reporting", "report-nhsa", "report-mof"}) d.plugins().install(std::string(MIF_BUILD_DIR) + "/plugins/" + id + ".plugin");
    deployment_.reset();
    deployment_ = service::Deployment::open(home_.string(), true);
    random_.seed(seed_);
  }
  void TearDown() override {
    deployment_.reset();
    fs::remove_all(home_);
  }

  static Who who(const char* name = "maker1") { return {name, "test", ""}; }
  std::string chart() const { return employee_ ? "employee" : "resident"; }
  std::int64_t between(std::int64_t low, std::int64_t high) { return std::uniform_int_distribution<std::int64_t>(low, high)(random_); }

  void open() {
    std::vector<ledger::Line> lines = {{MIF_DEBIT, Fen(90'000'000'000), "1003", "bank_account=1", ""}, {MIF_DEBIT, Fen(between(1, 9'999'999)), "110101", "", ""},
                                       {MIF_DEBIT, Fen(between(1, 9'999'999)), "1201", "", ""},        {MIF_CREDIT, Fen(between(1, 9'999'999)), "200103", "", ""},
                                       {MIF_CREDIT, Fen(between(1, 9'999'999)), "2101", "", ""}};
    if (employee_) lines.push_back({MIF_CREDIT, Fen(between(1, 9'999'999)), "300102", "", ""});
    Fen over;
    for (const auto& l : lines) over += l.side == MIF_DEBIT ? l.fen : -l.fen;
    lines.push_back({MIF_CREDIT, over, employee_ ? "300101" : "3001", "", ""});
    for (const auto& l : lines) model_.add(0, l);
    deployment_->database().write([&](store::Txn& txn) { deployment_->ledger().set_opening(txn, who(), kBook, lines); });
  }

  // A month of vouchers over every leaf account of income and expense, with refunds and red entries.
  void month(int month) {
    std::vector<ledger::Draft> drafts;
    deployment_->database().read([&](store::Txn& txn) {
      const auto accounts = deployment_->charts().load(txn, chart(), "990000", Day(2023, month, 28));
      for (const auto& account : accounts->accounts()) {
        const bool income = account.account_class == chart::Class::income, expense = account.account_class == chart::Class::expense;
        const bool moving = account.code == "110101" || account.code == "110199" || account.code == "200103" || account.code == "200104" || account.code == "1005" || account.code == "1001";
        if (!account.leaf || (!income && !expense && !moving) || between(0, 3) == 0) continue;
        std::string aux;
        for (const auto& needed : account.aux_required) aux += (aux.empty() ? "" : ";") + needed + "=" + (needed == "mode" || needed == "contribution_source" || needed == "subsidy_kind" ? "1" : "x1");
        const std::string top = account.code.substr(0, 4);
        const bool net = top == "4001" || top == "4301" || top == "5001" || top == "5201";
        for (std::int64_t n = between(1, 3); n > 0; --n) {
          Fen fen(between(1, 50'000'000));
          int side = account.side;
          if ((income || expense) && n == 1 && between(0, 2) == 0) {
            fen = Fen(between(1, 20'000));
            if (net && between(0, 1) == 0) side = -side;  // a refund, on the other side
            else fen = -fen;                              // a correction in red, on the same side
          }
          ledger::Draft d;
          d.day = Day(2023, month, static_cast<int>(between(1, 28)));
          d.book = kBook;
          d.word = "记";
          d.source_plugin = "test";
          d.source_key = std::to_string(month) + '/' + account.code + '/' + std::to_string(n);
          d.summary = "试账";
          d.maker = "maker1";
          d.lines = {{side, fen, account.code, aux, ""}, {-side, fen, "1003", "bank_account=1", ""}};
          drafts.push_back(std::move(d));
        }
      }
    });
    for (const auto& d : drafts)
      for (const auto& l : d.lines) model_.add(month, l);
    deployment_->database().write([&](store::Txn& txn) { (void)deployment_->ledger().import_posted(txn, who(), drafts, "reviewer1"); });
  }

  // Runs the closing templates until nothing is left; allocations reach the model by the rule, not by the voucher.
  void carry(int month) {
    auto& d = *deployment_;
    if (month == 12 && employee_) {
      d.database().write([&](store::Txn& txn) {
        for (const char* name : {"deferred-premium", "deferred-interest"})
          d.closing().decide_ratio(txn, who("chief1"), d.closing().enter_ratio(txn, who(), kBook, 2023, name, {31, 50}, "经验比例"), true);
      });
      const std::pair<const char*, std::array<const char*, 2>> splits[] = {{"4601", {"40010101", "40010201"}}, {"4602", {"42010101", "42010201"}}};
      for (const auto& [source, targets] : splits) {
        const std::int64_t all = model_.net_credit(source, 0, 12).value(), first = (2 * all * 31 + 50) / 100;
        ASSERT_GT(all, 0);
        model_.add(12, {MIF_DEBIT, Fen(all), source, "", ""});
        model_.add(12, {MIF_CREDIT, Fen(first), targets[0], "", ""});
        model_.add(12, {MIF_CREDIT, Fen(all - first), targets[1], "", ""});
      }
    }
    for (int round = 0; round < 2; ++round)
      d.database().write([&](store::Txn& txn) {
        for (const auto& p : d.closing().run(txn, who(), kBook, {2023, month}, {}, [&](store::Txn& t, const Who& w, const ledger::Draft& draft) { return d.ledger().propose(t, w, draft); })) {
          if (p.outcome != closing::Planned::Outcome::fresh) continue;
          d.ledger().approve(txn, who("reviewer1"), p.voucher, "reviewer1");
          d.ledger().post(txn, who("reviewer1"), p.voucher);
        }
      });
  }

  void compute(int month) {
    auto& d = *deployment_;
    const std::string params = JsonWriter().begin_object().field("package", "mof-2023-statement").field("book", kBook).field("period", Period{2023, month}.iso()).end_object().take();
    identity::Caller caller;
    d.database().read([&](store::Txn& txn) { caller = d.identity().caller(txn, "chief1"); });
    TextSink out;
    const auto provider = d.plugins().providers(MIF_JOB_ID).at(0);
    d.plugins().call(provider.plugin, "report compute", {"chief1", "test", ""}, &caller, 0, [&](mif_call* call) {
      const auto* job = static_cast<const mif_job*>(provider.extension);
      return job->run(job->self, call, s("report compute"), s(params), nullptr, out.get());
    });
    d.database().read([&](store::Txn& txn) {
      txn.query("select c.check_id, c.place, c.left_value, c.right_value, c.message from x_reporting_check c join x_reporting_task t on t.id = c.task "
                "where t.unit_code = ? and t.fiscal_month = ? and c.severity = 'error' and c.outcome = 'fail'",
                {"990000", month}, [&](const store::Row& row) {
                  ADD_FAILURE() << "month " << month << " check " << row.text(0) << ' ' << row.text(1) << ": " << row.text(2) << " / " << row.text(3) << ' ' << row.text(4);
                });
    });
  }

  Cells shown(const char* table, int month) {
    Cells cells;
    deployment_->database().read([&](store::Txn& txn) {
      txn.query("select c.row_code, c.col_code, c.fen from x_reporting_cell c join x_reporting_task t on t.id = c.task where t.unit_code = ? and t.fiscal_year = 2023 and t.fiscal_month = ? "
                "and t.package_code = 'mof-2023-statement' and c.table_code = ? and c.cell_state <> 'blocked'",
                {"990000", month, table}, [&](const store::Row& row) { cells[{std::stoi(std::string(row.text(0))), std::stoi(std::string(row.text(1)))}] = row.fen(2); });
    });
    return cells;
  }

  void compare(const char* table, int month, const Cells& wanted) {
    const Cells found = shown(table, month);
    for (const auto& [place, fen] : wanted) {
      const auto cell = found.find(place);
      ASSERT_NE(cell, found.end()) << table << " month " << month << " has no cell " << place.first << ',' << place.second;
      EXPECT_EQ(cell->second.plain(), fen.plain()) << table << " month " << month << " [" << place.first << ',' << place.second << ']';
    }
  }

  static constexpr const char* kBook = "990000-test";
  bool employee_ = true, yearly_ = false;
  unsigned seed_ = 0;
  fs::path home_;
  std::unique_ptr<service::Deployment> deployment_;
  std::mt19937 random_;
  Model model_;
};

TEST_P(Statements, EqualTheirFormulasOverTheYear) {
  const char* sheet = employee_ ? "FS01_E" : "FS01_R";
  const char* income = employee_ ? "FS02_E" : "FS02_R";
  open();
  Cells before;
  for (int m = 1; m <= 12; ++m) {
    month(m);
    // In odd months the tables are made before the carrying, in even ones after it: it must not show.
    const bool first = m % 2 == 1 && m != 12;
    if (!first) carry(m);
    compute(m);
    Cells balances = sheet_01(model_, employee_, 0, 1);
    balances.merge(sheet_01(model_, employee_, m, 2));
    compare(sheet, m, balances);
    Cells year = employee_ ? employee_02(model_, m, m, 1) : resident_02(model_, m, m, 1);
    year.merge(employee_ ? employee_02(model_, 1, m, 2) : resident_02(model_, 1, m, 2));
    compare(income, m, year);

    // What ties the two tables and the months together, on the figures shown.
    const Cells one = shown(sheet, m), two = shown(income, m);
    const int surplus = employee_ ? 35 : 17;
    EXPECT_EQ((one.at({5, 4}) - one.at({5, 3})).plain(), two.at({surplus, 2}).plain()) << "month " << m;
    EXPECT_EQ(one.at({employee_ ? 10 : 9, 2}).plain(), one.at({employee_ ? 10 : 9, 4}).plain()) << "month " << m;
    for (const auto& [place, fen] : two)
      if (place.second == 2 && m > 1) {
        EXPECT_EQ(fen.plain(), (before.at(place) + two.at({place.first, 1})).plain()) << "month " << m << " row " << place.first;
      }
    before = two;

    if (first) carry(m);
    deployment_->database().write([&](store::Txn& txn) { deployment_->ledger().close(txn, who("chief1"), kBook, {2023, m}); });
  }
  if (employee_) {
    EXPECT_EQ(shown(sheet, 12).at({8, 4}).plain(), "0.00");
  }
}

INSTANTIATE_TEST_SUITE_P(BothSchemesBothMethods, Statements, ::testing::Combine(::testing::Bool(), ::testing::Bool(), ::testing::Values(1u, 20231231u)));

}  // namespace
}  // namespace mif
