// SPDX-License-Identifier: Apache-2.0
// report compute, check, compare, bridge, verify: what is done with whole packages.
#include "job_work.h"

#include <algorithm>
#include <map>
#include <set>

#include "compare.h"
#include "flow.h"
#include "module-kit/result.h"

namespace mif::reporting {

namespace {

std::string n(std::int64_t number) { return std::to_string(number); }

std::vector<Whose> wanted(const Reports& reports, Call call, const Params& params) {
  if (!params.get("book").empty() || !params.get("unit").empty()) return {whose(reports, call, params)};
  std::vector<Whose> all;
  for (const auto& code : reports.units(call)) all.push_back({code, {}});
  if (all.empty()) throw Error(MIF_E_NOT_FOUND, "report.no-visible-book", "您看不到任何账套 (no book is visible to you)");
  return all;
}

// Every stored task the parameters name; without a period, every one there is.
std::vector<std::pair<const Package*, Task>> stored_tasks(const Reports& reports, Call call, const Catalog& catalog, const Params& params) {
  std::vector<std::pair<const Package*, Task>> found;
  const std::string only = params.get("package");
  for (const auto& [code, scheme] : wanted(reports, call, params)) {
    if (params.get("period").empty()) {
      for (auto& task : reports.tasks(call, code))
        for (const auto& p : catalog.packages())
          if (p.code == task.package && (only.empty() || only == p.code || only == p.ministry)) found.emplace_back(&p, task);
      continue;
    }
    const Period period = params.period();
    const Agency unit = reports.unit(call, code, "report.read");
    const std::string layer = params.get("layer", "own");
    for (const Package* package : catalog.select(only, period, unit)) {
      try {
        found.emplace_back(package, reports.stored_as(call, *package, code, period, layer, {}));
      } catch (const Error& e) {
        if (layer == "own" || !only.empty() || e.code() != MIF_E_NOT_FOUND) throw;  // not every package of a unit is summed
      }
    }
  }
  if (found.empty()) throw Error(MIF_E_NOT_FOUND, "report.nothing-computed", "还没有计算过报表，请先执行 report compute (nothing computed yet)");
  return found;
}

// The (unit, period) pairs among them, in order, each once.
std::vector<std::pair<std::string, Period>> stored_periods(const Reports& reports, Call call, const Params& params) {
  std::vector<std::pair<std::string, Period>> found;
  if (!params.get("period").empty()) {
    for (const auto& [code, scheme] : wanted(reports, call, params)) found.emplace_back(code, params.period());
    return found;
  }
  for (const auto& [package, task] : stored_tasks(reports, call, *reports.catalog(call, true), params))
    if (std::find(found.begin(), found.end(), std::make_pair(task.unit, task.period)) == found.end()) found.emplace_back(task.unit, task.period);
  return found;
}

// What a figure that is published in the lines of a later layout was in its own period; nothing when its package was in force then.
std::optional<Catalog::Before> published_before(const Catalog& catalog, const Published& p) {
  const Package* const later = catalog.named(p.package);
  if (!later || later->valid_in(p.period)) return std::nullopt;
  for (const auto& t : later->tables) {
    if (t->code != p.table) continue;
    const auto r = t->row_index.find(p.row), c = t->col_index.find(p.col);
    if (r != t->row_index.end() && c != t->col_index.end()) return catalog.before(*t, r->second, c->second, p.period);
  }
  return std::nullopt;
}

}  // namespace

std::vector<Named> reports_named(const Reports& reports, Call call, const Catalog& catalog, const Params& params) {
  std::vector<Named> found;
  const std::string only = params.get("package");
  for (const auto& [code, scheme] : wanted(reports, call, params)) {
    if (!params.get("period").empty()) {
      const Period period = params.period();
      if (reports.has_books(call, code)) {
        for (const Package* p : catalog.select(only, period, reports.unit(call, code, "report.read"))) found.push_back({p, code, period});
      } else {
        for (const auto& p : catalog.packages())
          if ((only.empty() || only == p.code || only == p.ministry) && p.valid_in(period) && p.ends_in(period)) found.push_back({&p, code, period});
      }
      continue;
    }
    const auto add = [&](const std::string& package, Period period) {
      for (const auto& p : catalog.packages())
        if (p.code == package && (only.empty() || only == p.code || only == p.ministry) &&
            std::none_of(found.begin(), found.end(), [&](const Named& f) { return f.package == &p && f.unit == code && f.period == period; }))
          found.push_back({&p, code, period});
    };
    for (const auto& task : reports.tasks(call, code)) add(task.package, task.period);
    for (const auto& s : Flow(reports).submissions(call, code)) add(s.package, s.period);
  }
  if (found.empty()) throw Error(MIF_E_NOT_FOUND, "report.nothing-computed", "还没有计算过报表，请先执行 report compute (nothing computed yet)");
  return found;
}

std::string report_compute(const Reports& reports, Call call, const Params& params, const Progress& progress) {
  const Period period = params.period();
  kit::Result answer("ReportTaskList");
  std::int64_t tasks = 0, cells = 0, checks = 0, failed = 0, unevaluated = 0;
  const auto units = wanted(reports, call, params);
  Reports::Round round = units.size() == 1 ? reports.round(call, units.front().unit) : reports.round(call);
  std::int64_t at = 0;
  for (const auto& [unit, scheme] : units) {
    for (const auto& done : reports.compute(call, round, params.get("package"), unit, period)) {
      ++tasks;
      cells += done.task.cells;
      checks += done.checks;
      failed += done.task.failed_checks;
      unevaluated += done.unevaluated;
      answer.item().field("package", done.task.package).field("title", done.title).field("unit", unit).field("period", period.iso())
          .field("cells", n(done.task.cells)).field("checks", n(done.checks)).field("failed", n(done.task.failed_checks)).field("unevaluated", n(done.unevaluated))
          .field("state", done.changed ? "computed" : "unchanged").field("digest", done.task.result_digest).end_object();
    }
    progress("计算报表", ++at, static_cast<std::int64_t>(units.size()));
  }
  answer.finding(failed > 0);
  return answer.json("计算 " + n(tasks) + " 套报表 " + n(cells) + " 格，审核 " + n(checks) + " 项，未通过 " + n(failed) + " 项，未能审核 " + n(unevaluated) + " 项");
}

std::string report_check(const Reports& reports, Call call, const Params& params, const Progress&) {
  const auto catalog = reports.catalog(call, true);
  const bool all = params.get("all") == "yes" || params.get("all") == "true";
  kit::Result answer("ReportCheckList");
  std::map<std::string, std::int64_t> count;
  bool findings = false;
  for (const auto& [package, task] : stored_tasks(reports, call, *catalog, params))
    for (const auto& c : reports.checks(call, task)) {
      ++count[c.state];
      findings = findings || (c.state == "fail" && c.level == "error");
      if (!all && c.state != "fail" && c.state != "unevaluated") continue;
      answer.item().field("package", task.package).field("unit", task.unit).field("period", task.period.iso()).field("id", c.id).field("table", c.table).field("place", c.place)
          .field("level", c.level).field("kind", c.kind).field("state", c.state).field("left", c.left).field("right", c.right)
          .field("difference", c.difference).field("tolerance", c.tolerance).field("message", c.message).field("reason", c.reason).end_object();
    }
  answer.finding(findings);
  return answer.json("审核 " + n(count["pass"] + count["fail"] + count["empty"] + count["unevaluated"]) + " 项：通过 " + n(count["pass"]) + "，两边均空 " +
                                   n(count["empty"]) + "，未通过 " + n(count["fail"]) + "，未能审核 " + n(count["unevaluated"]));
}

std::string report_compare(const Reports& reports, Call call, const Params& params, const Progress&) {
  const std::string path = params.get("published", "config/published.csv");
  const auto published = read_published(reports.file(call, path), path);
  const auto catalog = reports.catalog(call, true);
  std::map<std::string, std::map<std::string, StoredCell>> loaded;  // task key -> cell key -> cell
  std::map<std::string, const Package*> chosen;
  kit::Result answer("PublishedCellList");
  std::int64_t compared = 0, equal = 0;
  std::set<std::string> tables;
  for (const auto& p : published) {
    if (!params.get("book").empty() && params.get("book") != p.book) continue;
    const std::string where = path + ":" + n(p.line);
    const auto stored = [&](const Package& package) -> const std::map<std::string, StoredCell>& {
      const auto [at, fresh] = loaded.try_emplace(package.code + "/" + p.book + "/" + p.period.iso());
      if (!fresh) return at->second;
      const Agency unit = reports.unit(call, reports.keeper(call, p.book).unit, "report.read");
      Task task;
      located(path, p.line, [&] { task = reports.stored(call, package, unit.code, p.period); });
      for (auto& cell : reports.cells(call, task, {})) at->second[cell.table + "[" + cell.row + "," + cell.col + "]"] = cell;
      return at->second;
    };
    const std::string place = p.table + "[" + p.row + "," + p.col + "]";
    const auto one = [&](const Package& package, const std::string& at) {
      const auto& cells = stored(package);
      const auto found = cells.find(at);
      if (found == cells.end()) throw Error(MIF_E_INVALID, "report.published-no-cell", where + ": 报表里没有这一格 (no such cell): " + at);
      return found->second;
    };
    StoredCell ours;
    if (const auto was = published_before(*catalog, p)) {
      if (!was->lacks.empty()) throw Error(MIF_E_INVALID, "report.published-no-cell", where + ": 报表里没有这一格 (no such cell): " + was->lacks);
      // Published in the lines of a later layout: the old cells that add up to it.
      Value total;
      for (const auto& old : was->cells)
        total = total + value_of(one(catalog->package_of(*old.table), old.table->code + "[" + old.table->rows[static_cast<std::size_t>(old.row)].code + "," + old.table->cols[static_cast<std::size_t>(old.col)].code + "]"));
      ours.value = ours.printed = total.plain();
      if (!total.blank()) {
        ours.kind = MIF_CELL_MONEY;
        ours.fen = total.fen();
      }
    } else {
      const Package*& package = chosen[p.package + "/" + p.book + "/" + p.period.iso()];
      if (!package) {
        const Agency unit = reports.unit(call, reports.keeper(call, p.book).unit, "report.read");
        located(path, p.line, [&] { package = catalog->select(p.package, p.period, unit).front(); });
      }
      ours = one(*package, place);
    }
    const bool same = equals_published(p, ours.kind == MIF_CELL_BLANK, ours.fen);
    ++compared;
    equal += same;
    tables.insert(p.table);
    answer.item().field("table", p.table).field("book", p.book).field("period", p.period.iso()).field("row", p.row).field("col", p.col)
        .field("published", p.value).field("unit", p.unit).field("ours", ours.printed).field("exact", ours.value)
        .field("result", same ? "equal" : "DIFFERS").field("source", p.source).field("note", p.note).end_object();
  }
  answer.finding(equal != compared || compared == 0);
  return answer.json("与公布数逐格比较 " + n(static_cast<std::int64_t>(tables.size())) + " 张表 " + n(compared) + " 格，相等 " + n(equal) + " 格，不等 " + n(compared - equal) + " 格");
}

std::string report_bridge(const Reports& reports, Call call, const Params& params, const Progress&) {
  kit::Result answer("BridgeList");
  std::int64_t pairs = 0, equal = 0, unexplained = 0;
  for (const auto& [code, period] : stored_periods(reports, call, params))
    for (const auto& item : reports.bridge(call, code, period)) {
      ++pairs;
      equal += item.kinds == "equal";
      const bool bad = item.unexplained.fen() != Fen(0);
      unexplained += bad;
      std::string parts;
      for (const auto& part : item.parts) parts += (parts.empty() ? "" : "；") + part.kind + " " + part.amount.fen().plain() + " " + part.text;
      answer.item().field("unit", code).field("period", period.iso()).field("id", item.id).field("concept", item.subject).field("a", item.a_text).field("aValue", item.a.fen().plain())
          .field("b", item.b_text).field("bValue", item.b.fen().plain()).field("difference", item.difference.fen().plain())
          .field("class", item.kinds).field("explained", item.explained.fen().plain()).field("unexplained", item.unexplained.fen().plain())
          .field("explanation", parts).end_object();
    }
  answer.finding(unexplained > 0);
  return answer.json("两部门口径对照 " + n(pairs) + " 项：相等 " + n(equal) + "，有差额且已解释 " + n(pairs - equal - unexplained) + "，未解释 " + n(unexplained));
}

std::string report_bridge_lines(const Reports& reports, Call call, const Params& params, const Progress&) {
  const int limit = params.limit(0, 1000000);
  const auto told = reports.bridge_lines(call, params.need("pair"), static_cast<int>(params.number("part", 0, 4)), whose(reports, call, params).unit, params.period(), params.get("after"), limit);
  kit::Result answer("BridgeLineList");
  Fen sum;
  const auto say = [&](const std::string& book, const std::string& day, const std::string& voucher, const std::string& number, const std::string& account, const std::string& name,
                       const std::string& aux, const std::string& summary, Fen amount) {
    sum += amount;
    answer.item().field("book", book).field("day", day).field("voucher", voucher).field("number", number).field("account", account).field("name", name).field("aux", aux)
        .field("summary", summary).field("amount", amount).end_object();
  };
  if (params.get("after").empty())
    for (const auto& o : told.openings) say(o.book, "", "", "", o.accounts, "年初余额", o.aux, "年初余额", o.amount);
  for (const auto& l : told.lines)
    say(l.book, l.line.day.iso(), n(l.line.voucher_id), l.line.word + "-" + n(l.line.number), l.line.account, l.line.account_name, l.line.aux, l.line.summary, l.amount);
  const std::string head = told.item.id + " " + told.item.subject + (told.what == "difference" ? " 两边相差 " : " " + told.what + " ") + told.amount.fen().plain() + "，" + n(static_cast<std::int64_t>(told.lines.size())) + " 行分录";
  if (!told.linear) return answer.json(head + "（含比率、取整或填报数，不能逐行相加）");
  if (limit > 0 || !params.get("after").empty()) return answer.json(head + (told.next.empty() ? "" : "，后续 after=" + told.next));
  const bool same = sum == told.amount.fen();
  answer.finding(!same);
  return answer.json(head + "，合计 " + sum.plain() + (same ? "，与差额相等" : "，与差额不等"));
}

// What `mifctl verify` asks of every module: findings as items, what was checked as evidence.
std::string report_verify(const Reports& reports, Call call, const Params&, const Progress&) {
  const auto v = reports.verify(call);
  kit::Result answer("FindingList");
  for (const auto& f : v.findings) answer.item().field("promise", f.promise).field("object", f.object).field("what", f.what).end_object();
  answer.finding(!v.findings.empty());
  const std::string p12 = "重算 " + n(v.tasks) + " 套报表" + (v.outdated ? "，其中 " + n(v.outdated) + " 套所依据的账或模板后来有变" : "");
  const std::string p13 = n(v.cells) + " 格、" + n(v.terms) + " 个条件与 " + n(v.lines) + " 行分录相符";
  answer.evidence("P12", p12);
  answer.evidence("P13", p13);
  return answer.json(p12 + "；" + p13);
}

}  // namespace mif::reporting
