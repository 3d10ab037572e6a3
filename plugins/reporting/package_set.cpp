// SPDX-License-Identifier: Apache-2.0
#include "package_set.h"

#include <algorithm>
#include <set>

#include "module-kit/text.h"
#include "sheet/workbook.h"

namespace mif::reporting {
namespace {

namespace rp = report_package;
constexpr std::int64_t kEightHours = 8 * 3600 * 1000;

// The printed rows or columns; of a template that has changed since, those that were computed.
std::vector<rp::Axis> axis_of(const std::vector<Line>* lines, const std::vector<StoredCell>& cells, std::string StoredCell::*code) {
  std::vector<std::string> met;
  std::set<std::string> seen;
  for (const auto& c : cells)
    if (seen.insert(c.*code).second) met.push_back(c.*code);
  std::vector<rp::Axis> all;
  std::map<std::string, std::string> names;
  if (lines)
    for (const auto& line : *lines) {
      names[line.code] = line.name;
      if (line.section < 0 || seen.count(line.code)) all.push_back({line.code, line.name});  // a row that is not used is not there
    }
  if (lines && std::all_of(met.begin(), met.end(), [&](const std::string& c) { return names.count(c) > 0; })) return all;
  all.clear();
  for (const auto& c : met) all.push_back({c, names[c]});
  return all;
}

const char* word_of(int side) { return side == MIF_DEBIT ? "debit" : side == MIF_CREDIT ? "credit" : "net"; }

int side_of(const std::string& word) { return word == "debit" ? MIF_DEBIT : word == "credit" ? MIF_CREDIT : 0; }

rp::Lineage lineage_of(const StoredTerm& t, Fen opening) {
  const auto& p = t.predicate;
  return {t.row, t.col, t.times, p.book, p.year, p.month_from, p.month_to, p.opening, p.accounts, p.aux, word_of(p.measure), word_of(p.side), p.with_closing, t.fen.value(), p.opposite, opening.value()};
}

const Table* table_of(const Package& package, const std::string& code) {
  for (const auto& t : package.tables)
    if (t->code == code) return t.get();
  return nullptr;
}

// Counts and per cent are numbers as well; other quotients have more decimals than a package takes.
bool told_as_number(const Table* t, const std::string& row, const std::string& col) {
  if (!t) return false;
  const auto r = t->row_index.find(row), c = t->col_index.find(col);
  return r != t->row_index.end() && c != t->col_index.end() && (t->counts(r->second, c->second) || t->unit(r->second, c->second) == "%");
}
rp::Kind kind_of(const Table* t, const StoredCell& c) {
  if (c.kind == MIF_CELL_MONEY) return rp::Kind::number;
  if (c.kind != MIF_CELL_TEXT) return rp::Kind::blank;
  return told_as_number(t, c.row, c.col) && value_of(c).numeric() ? rp::Kind::number : rp::Kind::text;
}

// t: the table where it is known.
rp::Cell travelling(const Table* t, const StoredCell& c) {
  return {c.row, c.col, c.state, kind_of(t, c), c.value, c.printed, c.formula, c.source, c.linear};
}

rp::Check travelling(const StoredCheck& c) {
  return {c.id, c.table, c.place, c.level, c.state, c.left, c.right, c.difference, c.tolerance, c.message, c.kind, c.expression, c.rule, c.reason};
}

StoredTerm term_of(const std::string& table, const rp::Lineage& l) {
  StoredTerm t{table, l.row, l.col, l.times, {}, Fen(l.fen)};
  auto& p = t.predicate;
  p.book = l.book;
  p.year = static_cast<int>(l.year);
  p.month_from = static_cast<int>(l.month_from);
  p.month_to = static_cast<int>(l.month_to);
  p.opening = l.opening;
  p.measure = side_of(l.measure);
  p.side = side_of(l.side);
  p.with_closing = l.closing;
  p.accounts = l.accounts;
  p.aux = l.aux;
  p.opposite = l.opposite;
  return t;
}

StoredCell cell_of(const Table* known, const std::string& table, const rp::Cell& c) {
  StoredCell cell;
  cell.table = table;
  cell.row = c.row;
  cell.col = c.col;
  cell.state = c.state;
  cell.value = c.value;
  cell.printed = c.printed;
  cell.formula = c.formula;
  cell.source = c.source;
  cell.linear = c.linear;
  if (c.kind == rp::Kind::number && told_as_number(known, c.row, c.col)) {
    cell.kind = MIF_CELL_TEXT;
  } else if (c.kind == rp::Kind::number) {
    cell.kind = MIF_CELL_MONEY;
    const bool negative = c.value.front() == '-';
    const Value exact = Value::parse_number(c.value.substr(negative ? 1 : 0));
    cell.fen = (negative ? -exact : exact).fen();
  } else if (c.kind == rp::Kind::text) {
    cell.kind = MIF_CELL_TEXT;
  }
  return cell;
}

// As the rows were stored where they were made: tables as the package orders them, packages order them by code.
std::vector<const rp::Table*> as_stored(const Package& package, const rp::ReportSet& set) {
  std::vector<const rp::Table*> all;
  for (const auto& t : set.tables) all.push_back(&t);
  const auto place = [&](const rp::Table* t) {
    return std::find_if(package.tables.begin(), package.tables.end(), [&](const auto& one) { return one->code == t->code; }) - package.tables.begin();
  };
  std::stable_sort(all.begin(), all.end(), [&](const auto* a, const auto* b) { return place(a) < place(b); });
  return all;
}

// Where two sequences first differ; npos = nowhere.
template <class T>
std::size_t first_difference(const std::vector<T>& a, const std::vector<T>& b) {
  const auto at = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return at.first == a.end() && at.second == b.end() ? std::string::npos : static_cast<std::size_t>(at.first - a.begin());
}

}  // namespace

std::string instant_text(std::int64_t unix_ms) {
  std::string text = now_text(unix_ms - kEightHours);
  if (text.size() != 19) return "1970-01-01T00:00:00Z";
  text[10] = 'T';
  return text + "Z";
}

std::int64_t instant_of(const std::string& text) {
  if (text.size() != 20 || text[10] != 'T' || text[19] != 'Z') return 0;
  const auto number = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
  try {
    const Day day = Day::parse(text.substr(0, 10));
    // Days since 1970-01-01, of a year that begins in March.
    const std::int64_t y = day.year() - (day.month() <= 2), m = (day.month() + 9) % 12;
    const std::int64_t days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day.day() - 1 - 719468;
    return ((days * 24 + number(11)) * 60 + number(14)) * 60000 + number(17) * 1000;
  } catch (const Error&) {
    return 0;
  }
}

bool is_marked(const rp::ReportSet& set, const char* mark) {
  const auto found = set.manifest.unknown.find(mark);
  return found != set.manifest.unknown.end() && found->second == "true";
}

rp::ReportSet set_of(const Package& package, const Told& told) {
  rp::ReportSet set;
  auto& m = set.manifest;
  const Task& task = told.task;
  const std::int64_t made = told.submission ? told.submission->submitted_ms : task.computed_ms;
  m.package = package.code;
  m.title = package.title;
  m.template_digest = task.template_digest;
  m.ministry = package.ministry;
  m.unit = task.unit;
  m.unit_name = told.unit_name;
  m.period = task.period.iso();
  m.layer = task.layer;
  m.tool = "mif reporting 1.0.0";
  m.created = instant_text(made);
  if (task.layer == "own") m.ledger = {told.ledger_state, instant_text(told.submission ? told.submission->recorded_ms : task.computed_ms)};
  set.cover = {{"报表", package.title}, {"编报单位", told.unit_name}, {"期间", task.period.iso()}, {kPrepared, told.submission ? told.submission->submitted_by : task.computed_by}};
  if (!told.submission) {
    m.unknown[kDraft] = "true";
    set.cover["状态"] = "草稿，未上报";
  }
  std::vector<FilledTable> view;
  std::map<std::string, std::vector<StoredCell>> by_table;
  for (const auto& c : told.rows.cells) by_table[c.table].push_back(c);
  for (const auto& [code, cells] : by_table) {
    const Table* t = table_of(package, code);
    rp::Table out;
    out.code = code;
    out.title = t ? t->title : code;
    out.unit = t ? t->printed_unit : "";
    out.rows = axis_of(t ? &t->rows : nullptr, cells, &StoredCell::row);
    out.cols = axis_of(t ? &t->cols : nullptr, cells, &StoredCell::col);
    for (const auto& c : cells) out.cells.push_back(travelling(t, c));
    for (std::size_t i = 0; i < told.rows.terms.size(); ++i)
      if (told.rows.terms[i].table == code) out.lineage.push_back(lineage_of(told.rows.terms[i], i < told.openings.size() ? told.openings[i] : Fen(0)));
    set.tables.push_back(std::move(out));
  }
  for (const auto& t : package.tables)
    if (by_table.count(t->code)) view.push_back({t.get(), by_table[t->code], {}});
  for (const auto& c : told.rows.checks) set.checks.push_back(travelling(c));
  for (const auto& e : told.explanations) set.explanations.push_back({e.check, e.table + e.place, e.key, e.words, e.written_by, instant_text(e.written_ms)});
  if (!view.empty() && task.template_digest == package.digest) {
    Occasion occasion;
    occasion.unit = told.unit_name;
    occasion.period = task.period.iso();
    set.attachments.push_back({package.code + ".xlsx", write_workbook(view, told.rows.checks, occasion, {false, Day::parse(now_text(made).substr(0, 10))})});
  }
  return set;
}

Reports::Foreign foreign_of(const Package& package, const rp::ReportSet& set, Period period) {
  Reports::Foreign f;
  const auto& m = set.manifest;
  f.unit = m.unit;
  f.package = m.package;
  f.package_digest = set.digest;
  f.layer = m.layer;
  f.period = period;
  f.revision = m.revision;
  f.recorded_ms = instant_of(m.ledger.recorded_until);
  f.presented = true;
  const auto prepared = set.cover.find(kPrepared);
  // Texts as long as their columns take.
  f.origin = {kit::cut(set.seal.key_id, 200), kit::cut(set.seal.algorithm, 40), prepared == set.cover.end() ? "" : kit::cut(prepared->second, 400), m.created, kit::cut(m.ledger.state, 40)};
  for (const auto* t : as_stored(package, set)) {
    const Table* known = table_of(package, t->code);
    for (const auto& c : t->cells) f.cells.push_back(cell_of(known, t->code, c));
    for (const auto& l : t->lineage) {
      f.terms.push_back(term_of(t->code, l));
      f.openings.push_back(Fen(l.opening_fen));
    }
  }
  const auto rule_of = [&](const rp::Check& c) -> const Check* {
    for (const auto& rule : package.checks)
      if (c.table.empty() && rule.id == c.id) return &rule;
    for (const auto& t : package.tables)
      for (const auto& rule : t->checks)
        if (t->code == c.table && rule.id == c.id) return &rule;
    return nullptr;
  };
  for (const auto& c : set.checks) {
    f.checks.push_back({c.id, c.table, c.place, c.level, c.kind, c.state, c.left, c.right, c.difference, c.tolerance, c.expression, c.message, c.rule, c.reason});
    if (set.manifest.version != "1.0") continue;
    auto& last = f.checks.back();
    const auto between = std::find_if(package.eliminations.begin(), package.eliminations.end(), [&](const Elimination& e) { return c.table.empty() && e.id == c.id && c.place.rfind(e.a_text, 0) == 0; });
    if (const Check* rule = rule_of(c)) {
      last.kind = rule->kind;
      last.expression = rule->text;
      last.rule = rule->digest;
    } else if (between != package.eliminations.end()) {
      last.kind = "children";
      last.expression = between->a_text + "{下级汇总} = " + between->b_text + "{本级}";
      last.rule = between->digest;
    }
  }
  for (const auto& e : set.explanations)
    for (const auto& c : set.checks)
      if (c.id == e.check && c.table + c.place == e.place) {
        f.explanations.push_back({c.id, c.table, c.place, e.text, e.who, instant_of(e.when)});
        break;
      }
  return f;
}

std::string difference(const rp::ReportSet& set, const Result& rows, const std::vector<Fen>& openings, const std::vector<Explanation>& explanations) {
  std::map<std::string, rp::Table> stored;
  for (const auto& c : rows.cells) stored[c.table].cells.push_back(travelling(nullptr, c));
  for (std::size_t i = 0; i < rows.terms.size(); ++i) stored[rows.terms[i].table].lineage.push_back(lineage_of(rows.terms[i], i < openings.size() ? openings[i] : Fen(0)));
  const auto place = [](const std::string& table, const auto& all, std::size_t at) { return table + (at < all.size() ? "[" + all[at].row + "," + all[at].col + "]" : "") ; };
  for (const auto& t : set.tables) {
    rp::Table& here = stored[t.code];
    // Counts are texts in the database and numbers in a package.
    for (std::size_t i = 0; i < here.cells.size() && i < t.cells.size(); ++i)
      if (here.cells[i].kind == rp::Kind::text && t.cells[i].kind == rp::Kind::number) here.cells[i].kind = rp::Kind::number;
    if (const auto at = first_difference(t.cells, here.cells); at != std::string::npos) return place(t.code, t.cells, at);
    if (const auto at = first_difference(t.lineage, here.lineage); at != std::string::npos) return place(t.code, t.lineage, at) + " 的取数条件";
    stored.erase(t.code);
  }
  if (!stored.empty()) return stored.begin()->first;
  std::vector<rp::Check> checks;
  for (const auto& c : rows.checks) {
    checks.push_back(travelling(c));
    if (set.manifest.version == "1.0") checks.back().kind = checks.back().expression = checks.back().rule = checks.back().reason = "";
  }
  if (const auto at = first_difference(set.checks, checks); at != std::string::npos) return "审核结果" + (at < set.checks.size() ? " " + set.checks[at].id + " " + set.checks[at].place : "");
  std::vector<std::string> said, kept;
  for (const auto& e : set.explanations)
    if (std::any_of(set.checks.begin(), set.checks.end(), [&](const rp::Check& c) { return c.id == e.check && c.table + c.place == e.place; })) said.push_back(e.check + e.place + e.text);
  for (const auto& e : explanations) kept.push_back(e.check + e.table + e.place + e.words);
  return said == kept ? "" : "审核说明";
}

}  // namespace mif::reporting
