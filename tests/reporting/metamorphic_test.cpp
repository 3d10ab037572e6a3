// SPDX-License-Identifier: Apache-2.0
// What must stay true of every shipped table whatever the ledger holds: tables are read from the catalog, ledgers are drawn by
// lot (MIF_LEDGER_SEED repeats one).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>

#include "fixture.h"
#include "mif/pattern.hpp"
#include "mif/svc/ledger.h"

namespace mif::reporting {
namespace {

using Op = Expression::Op;
using Random = std::mt19937_64;

// One posting; a voucher is two of them.
struct Posting {
  std::string book;
  int year = 0, month = 0, side = MIF_DEBIT;
  std::int64_t voucher = 0, fen = 0;
  std::string account, aux;
  bool closing = false;
};
using Ledger = std::vector<Posting>;

struct World {
  std::shared_ptr<const Catalog> catalog;
  std::vector<BookInfo> books;
  std::vector<std::string> accounts, aux;
};

// Accounts and auxiliary items that the formulas ask about, with some deeper ones, so that a random ledger meets every cell.
World world_of(std::shared_ptr<const Catalog> catalog) {
  World w;
  w.catalog = std::move(catalog);
  std::set<std::string> schemes, accounts, aux{""};
  const auto learn = [&](const Expression& root) {
    walk(root, [&](const Expression& e) {
      if (e.op != Op::ledger) return;
      for (const std::string* pattern : {&e.ledger.accounts, &e.ledger.opposite})
        for (std::size_t at = 0; at < pattern->size();) {
          const auto digits = pattern->find_first_of("0123456789", at);
          if (digits == std::string::npos) break;
          at = pattern->find_first_not_of("0123456789", digits);
          if (at == std::string::npos) at = pattern->size();
          accounts.insert(pattern->substr(digits, at - digits));
          accounts.insert(pattern->substr(digits, at - digits) + "09");
        }
      std::string one;
      for (const auto& [dimension, items] : parse_aux(e.ledger.aux)) {
        std::string item = items.substr(items.find_first_not_of('!'));
        item = item.substr(0, item.find('|'));
        if (item == "-") continue;
        aux.insert(dimension + "=" + item);
        one += (one.empty() ? "" : ";") + dimension + "=" + item;
      }
      aux.insert(one);
    });
  };
  for (const auto& p : w.catalog->packages())
    for (const auto& t : p.tables) {
      if (!t->scheme.empty()) schemes.insert(t->scheme);
      for (const auto& f : t->formulas) learn(*f.root);
    }
  for (const auto& scheme : schemes) w.books.push_back(Books::book("u-" + scheme, "u", scheme, {2015, 1}));
  w.accounts.assign(accounts.begin(), accounts.end());
  w.aux.assign(aux.begin(), aux.end());
  return w;
}

std::uint64_t seed() {
  static const std::uint64_t value = [] {
    const char* given = std::getenv("MIF_LEDGER_SEED");
    const std::uint64_t drawn = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::printf("seed %llu (MIF_LEDGER_SEED repeats it)\n", static_cast<unsigned long long>(drawn));
    return drawn;
  }();
  return value;
}

Ledger draw(const World& w, Random& r, int year, std::int64_t first_voucher) {
  Ledger all;
  std::int64_t voucher = first_voucher;
  for (const auto& book : w.books)
    for (int n = 0; n < 700; ++n) {
      Posting p;
      p.book = book.code;
      p.year = n % 5 == 0 ? year - 1 : year;
      p.month = n % 11 == 0 ? 0 : 1 + static_cast<int>(r() % 12);
      p.voucher = ++voucher;
      p.closing = p.month == 12 && r() % 9 == 0;
      p.fen = static_cast<std::int64_t>(r() % 100000000) * (r() % 17 == 0 ? -1 : 1);
      p.account = w.accounts[r() % w.accounts.size()];
      p.aux = w.aux[r() % w.aux.size()];
      all.push_back(p);
      p.side = MIF_CREDIT;
      p.account = w.accounts[r() % w.accounts.size()];
      p.aux = w.aux[r() % w.aux.size()];
      all.push_back(p);
    }
  return all;
}

// The balance table as the kernel keeps it, one row for each posting: sums are the evaluator's work.
Facts facts_of(const Ledger& ledger) {
  return Facts(
      [&ledger](const std::string& book, int year) {
        std::vector<BalanceRow> rows;
        for (const auto& p : ledger) {
          if (p.book != book || p.year != year) continue;
          const Fen fen(p.fen), none(0);
          const bool debit = p.side == MIF_DEBIT;
          rows.push_back({p.month, p.account, p.aux, debit ? fen : none, debit ? none : fen, debit && p.closing ? fen : none, !debit && p.closing ? fen : none});
        }
        return rows;
      },
      [&ledger](const Predicate& q) {
        std::map<std::int64_t, std::vector<LineRow>> vouchers;
        for (const auto& p : ledger) {
          if (p.book != q.book || p.year != q.year || p.month < q.month_from || p.month > q.month_to || (p.closing && !q.with_closing)) continue;
          LineRow line;
          line.voucher_id = p.voucher;
          line.side = p.side;
          line.fen = Fen(p.fen);
          line.account = p.account;
          line.aux = p.aux;
          line.period = {p.year, p.month};
          vouchers[p.voucher].push_back(line);
        }
        std::vector<LineRow> lines;
        for (auto& [id, of] : vouchers) lines.insert(lines.end(), of.begin(), of.end());
        return lines;
      });
}

struct Cell {
  const Table* table;
  int row, col;
  Period period;
};

std::string named(const Cell& c) {
  return c.table->code + "[" + c.table->rows[static_cast<std::size_t>(c.row)].code + "," + c.table->cols[static_cast<std::size_t>(c.col)].code + "] " + c.period.iso();
}

// A period of the package in which every kind of table ends.
Period period_of(const Package& p) {
  Period at{p.from.year < 1900 ? 2023 : p.from.year, 12};
  return p.valid_in(at) ? at : p.to;
}

std::vector<Cell> formula_cells(const Catalog& catalog) {
  std::vector<Cell> all;
  for (const auto& p : catalog.packages())
    for (const auto& t : p.tables)
      for (int r = 0; r < static_cast<int>(t->rows.size()); ++r)
        for (int c = 0; c < static_cast<int>(t->cols.size()); ++c)
          if (t->rule(r, c).kind == CellRule::Kind::formula) all.push_back({t.get(), r, c, period_of(p)});
  return all;
}

std::vector<Traced> values(const World& w, const std::vector<Cell>& cells, Facts& facts) {
  Evaluator evaluator(*w.catalog, facts, w.books, "u", nullptr);
  std::vector<Traced> all;
  for (const auto& c : cells) all.push_back(evaluator.cell(*c.table, c.row, c.col, c.period));
  return all;
}
std::vector<Traced> values(const World& w, const Ledger& ledger, const std::vector<Cell>& cells) {
  Facts facts = facts_of(ledger);
  return values(w, cells, facts);
}

// Whether a cell is a sum of ledger amounts by its formulas alone: what is linear for one ledger only does not count.
class Linear {
 public:
  explicit Linear(const Catalog& catalog) : catalog_(catalog) {}
  bool cell(const Table& t, int row, int col, Period period) {
    const auto [at, fresh] = known_.try_emplace({&t, row, col}, true);
    if (!fresh) return at->second;
    const auto& rule = t.rule(row, col);
    const bool is = rule.kind != CellRule::Kind::formula || formula(*t.formulas[static_cast<std::size_t>(rule.formula)].root, t, row, col, period);
    return known_[{&t, row, col}] = is;
  }

 private:
  static bool constant(const Expression& e) {
    bool fixed = true;
    walk(e, [&](const Expression& x) { fixed = fixed && x.op != Op::cell && x.op != Op::ledger && x.op != Op::figure; });
    return fixed;
  }
  bool formula(const Expression& e, const Table& t, int row, int col, Period period) {
    switch (e.op) {
      case Op::ledger: return true;
      case Op::cell: {
        if (e.shift.whose != Shift::Whose::here) return false;
        const Table* other = e.cell.table.empty() ? &t : catalog_.any_version(e.cell.table, period);
        const auto span = [&](const Axis& axis, const std::vector<Line>& here, int at, auto index) {
          const int from = index(axis.current() ? here[static_cast<std::size_t>(at)].code : axis.from), to = axis.to.empty() ? from : index(axis.to);
          return std::pair<int, int>(std::min(from, to), std::max(from, to));
        };
        const auto [r0, r1] = span(e.cell.row, t.rows, row, [&](const std::string& code) { return other->row(code); });
        const auto [c0, c1] = span(e.cell.col, t.cols, col, [&](const std::string& code) { return other->col(code); });
        for (int r = r0; r <= r1; ++r)
          for (int c = c0; c <= c1; ++c)
            if (!cell(*other, r, c, period)) return false;
        return true;
      }
      case Op::negate: case Op::add: case Op::subtract: case Op::sum: {
        for (const auto& arg : e.args)
          if (!formula(*arg, t, row, col, period)) return false;
        return true;
      }
      case Op::choose: return constant(*e.args[0]) && formula(*e.args[1], t, row, col, period) && (e.args.size() < 3 || formula(*e.args[2], t, row, col, period));
      default: return false;
    }
  }
  const Catalog& catalog_;
  std::map<std::tuple<const Table*, int, int>, bool> known_;
};

class Metamorphic : public ::testing::Test {
 protected:
  Metamorphic() : world_(world_of(shipped_catalog())), cells_(formula_cells(*world_.catalog)), random_(seed()) {
    Linear linear(*world_.catalog);
    for (const auto& c : cells_) linear_.push_back(linear.cell(*c.table, c.row, c.col, c.period));
  }
  // Every year a package speaks of has its ledger.
  Ledger draw_all() {
    Ledger all;
    std::set<int> years;
    for (const auto& c : cells_) years.insert(c.period.year);
    for (const int year : years) {
      const Ledger more = draw(world_, random_, year, static_cast<std::int64_t>(all.size()) + first_ * 1000000);
      all.insert(all.end(), more.begin(), more.end());
    }
    ++first_;
    return all;
  }
  World world_;
  std::vector<Cell> cells_;
  std::vector<bool> linear_;
  Random random_;
  std::int64_t first_ = 0;
};

TEST_F(Metamorphic, TheLedgerMeetsTheTables) {
  const auto all = values(world_, {}, cells_);
  for (const auto& v : all) EXPECT_TRUE(v.value.blank() || v.value.scaled() == 0 || v.value.kind() != Value::Kind::money);
  const auto some = values(world_, draw_all(), cells_);
  std::size_t filled = 0, linear = 0;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    filled += !some[i].value.blank();
    linear += linear_[i];
  }
  std::printf("%zu formula cells, %zu of them linear, %zu filled by a random ledger\n", cells_.size(), linear, filled);
  EXPECT_GT(filled * 10, cells_.size() * 7);
  EXPECT_GT(linear * 10, cells_.size() * 6);
}

TEST_F(Metamorphic, TwoLedgersTogetherAreTheSumOfBoth) {
  const Ledger a = draw_all(), b = draw_all();
  Ledger both = a;
  both.insert(both.end(), b.begin(), b.end());
  const auto x = values(world_, a, cells_), y = values(world_, b, cells_), z = values(world_, both, cells_);
  for (std::size_t i = 0; i < cells_.size(); ++i)
    if (linear_[i]) {
      ASSERT_EQ(Value::compare(x[i].value + y[i].value, z[i].value), 0) << named(cells_[i]);
    }
}

TEST_F(Metamorphic, TheOrderOfPostingsDoesNotMatter) {
  const Ledger a = draw_all();
  Ledger b = a;
  std::shuffle(b.begin(), b.end(), random_);
  const auto x = values(world_, a, cells_), y = values(world_, b, cells_);
  for (std::size_t i = 0; i < cells_.size(); ++i) ASSERT_EQ(text(x[i].value), text(y[i].value)) << named(cells_[i]);
}

TEST_F(Metamorphic, AVoucherSplitInTwoSaysTheSame) {
  const Ledger a = draw_all();
  Ledger b;
  std::int64_t fresh = 900000000;
  for (std::size_t i = 0; i + 1 < a.size(); i += 2) {
    const std::int64_t part = a[i].fen == 0 ? 0 : static_cast<std::int64_t>(random_() % 1000);
    for (const std::size_t k : {i, i + 1}) {
      b.push_back(a[k]);
      b.back().fen -= part;
      b.push_back(a[k]);
      b.back().fen = part;
      b.back().voucher = fresh;
    }
    ++fresh;
  }
  const auto x = values(world_, a, cells_), y = values(world_, b, cells_);
  for (std::size_t i = 0; i < cells_.size(); ++i) ASSERT_EQ(text(x[i].value), text(y[i].value)) << named(cells_[i]);
}

TEST_F(Metamorphic, TenTimesTheLedgerIsTenTimesTheCell) {
  const Ledger a = draw_all();
  Ledger b = a;
  for (auto& p : b) p.fen *= 7;
  const auto x = values(world_, a, cells_), y = values(world_, b, cells_);
  for (std::size_t i = 0; i < cells_.size(); ++i)
    if (linear_[i]) {
      ASSERT_EQ(Value::compare(x[i].value * Value::number(7 * Value::kOne), y[i].value), 0) << named(cells_[i]);
    }
}

// Rules whose two sides are sums of cells find the same, k times as large.
TEST_F(Metamorphic, LinearRulesScaleWithTheLedger) {
  const Ledger a = draw_all();
  Ledger b = a;
  for (auto& p : b) p.fen *= 7;
  std::size_t compared = 0;
  for (const auto& package : world_.catalog->packages()) {
    Facts fa = facts_of(a), fb = facts_of(b);
    Evaluator ea(*world_.catalog, fa, world_.books, "u", nullptr), eb(*world_.catalog, fb, world_.books, "u", nullptr);
    const auto x = run_checks(ea, package, period_of(package)), y = run_checks(eb, package, period_of(package));
    std::set<std::string> plain;
    const auto note = [&](const Check& check, const std::string& table) {
      bool sums = check.root->op == Op::equal && !check.rounded && !check.automatic_tolerance && check.tolerance.scaled() == 0 && !check.when;
      walk(*check.root, [&](const Expression& e) { sums = sums && (e.op == Op::equal || e.op == Op::cell || e.op == Op::add || e.op == Op::subtract || e.op == Op::sum); });
      if (sums) plain.insert(table + " " + check.id);
    };
    for (const auto& t : package.tables)
      for (const auto& check : t->checks) note(check, t->code);
    for (const auto& check : package.checks) note(check, "");
    ASSERT_EQ(x.size(), y.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (!plain.count(x[i].table + " " + x[i].id) || x[i].state == "unevaluated") continue;
      ++compared;
      EXPECT_EQ(x[i].state, y[i].state) << package.code << " " << x[i].id << " " << x[i].place;
    }
  }
  EXPECT_GT(compared, 20u);
}

TEST_F(Metamorphic, TheTermsOfACellSumToIt) {
  const Ledger a = draw_all();
  Facts facts = facts_of(a);
  const auto x = values(world_, cells_, facts);
  std::size_t drilled = 0, left = 0;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (!x[i].linear || x[i].value.kind() != Value::Kind::money) {
      ++left;
      continue;
    }
    ++drilled;
    Value sum;
    for (const auto& [question, times] : x[i].terms) sum = sum + Value::money(facts.sum(*question).value_or(Fen(0)) * times);
    ASSERT_EQ(Value::compare(sum, x[i].value), 0) << named(cells_[i]) << " terms " << text(sum) << " cell " << text(x[i].value);
  }
  std::printf("%zu cells are the sum of their terms, %zu are ratios, blanks or typed\n", drilled, left);
  EXPECT_GT(drilled * 10, cells_.size() * 6);
}

// --- months, quarters and the year ----------------------------------------------------------------------------------------

// The same tables with another period: what a turnover cell says of the year is what its months and its quarters say together.
World with_period(const std::string& period, const std::set<std::string>& tables) {
  TemplateFiles files = source_files();
  const auto info = files.info;
  files.info = [info, period, tables](const std::string& path) {
    Node root = info(path);
    for (auto& top : root.children) {
      if (top.key != "table" && top.key != "package") continue;
      if (top.key == "table" && !tables.count(top.get("code"))) continue;
      Node* its = nullptr;
      for (auto& child : top.children)
        if (child.key == "period") its = &child;
      if (its) its->value = period;
      else top.children.push_back({"period", period, top.line, {}});
    }
    return root;
  };
  return world_of(Catalog::load(files, "templates/report", shipped_folders()));
}

TEST_F(Metamorphic, MonthsSumToQuartersAndQuartersToTheYear) {
  // Tables without a shift of their own: with one, another period is another question. Those they read must come along.
  std::set<std::string> tables;
  for (const auto& p : world_.catalog->packages())
    for (const auto& t : p.tables) {
      bool plain = true;
      const auto look = [&](const Expression& e) { plain = plain && e.shift.none() && !(e.op == Op::ledger && e.ledger.year_to_date) && (e.op != Op::cell || e.cell.table.empty()); };
      for (const auto& f : t->formulas) walk(*f.root, look);
      for (const auto& c : t->checks) {
        walk(*c.root, [&](const Expression& e) { plain = plain && !e.shift.past() && !e.shift.quarter_to_date; });
        if (c.when) walk(*c.when, look);
      }
      for (const auto& q : world_.catalog->packages()) {
        for (const auto& c : q.checks)
          walk(*c.root, [&](const Expression& e) { plain = plain && !(e.op == Op::cell && e.cell.table == t->code && (e.shift.past() || e.shift.quarter_to_date)); });
        for (const auto& other : q.tables)
          for (const auto& f : other->formulas)
            walk(*f.root, [&](const Expression& e) { plain = plain && !(e.op == Op::cell && e.cell.table == t->code && (e.shift.past() || e.shift.quarter_to_date)); });
      }
      if (plain) tables.insert(t->code);
    }
  ASSERT_FALSE(tables.empty());
  const World month = with_period("month", tables), quarter = with_period("quarter", tables), year = with_period("year", tables);
  const Ledger ledger = draw_all();
  Facts fm = facts_of(ledger), fq = facts_of(ledger), fy = facts_of(ledger);
  Evaluator em(*month.catalog, fm, month.books, "u", nullptr), eq(*quarter.catalog, fq, quarter.books, "u", nullptr), ey(*year.catalog, fy, year.books, "u", nullptr);
  std::size_t compared = 0;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const Cell& c = cells_[i];
    if (!linear_[i] || !tables.count(c.table->code)) continue;
    // Turnover only: a balance is no sum of its months.
    const Table *tm = month.catalog->find(c.table->code, c.period), *tq = quarter.catalog->find(c.table->code, c.period), *ty = year.catalog->find(c.table->code, c.period);
    const Traced whole = ey.cell(*ty, c.row, c.col, c.period);
    if (std::any_of(whole.terms.begin(), whole.terms.end(), [](const auto& term) { return term.first->predicate.opening; })) continue;
    Value months, quarters;
    for (int m = 1; m <= 12; ++m) months = months + em.cell(*tm, c.row, c.col, {c.period.year, m}).value;
    for (int m = 3; m <= 12; m += 3) quarters = quarters + eq.cell(*tq, c.row, c.col, {c.period.year, m}).value;
    ++compared;
    ASSERT_EQ(Value::compare(months, whole.value), 0) << named(c) << " months " << text(months) << " year " << text(whole.value);
    ASSERT_EQ(Value::compare(quarters, whole.value), 0) << named(c) << " quarters " << text(quarters) << " year " << text(whole.value);
  }
  std::printf("%zu turnover cells of %zu tables: months = quarters = year\n", compared, tables.size());
  EXPECT_GT(compared, 100u);
}

}  // namespace
}  // namespace mif::reporting
