// SPDX-License-Identifier: Apache-2.0
#include "jobs.h"

#include <algorithm>
#include <map>
#include <set>

#include "compare.h"
#include "module-kit/result.h"
#include "params.h"

namespace mif::reporting {

namespace {

std::string n(std::int64_t number) { return std::to_string(number); }

std::vector<std::string> books_wanted(const Reports& reports, Call call, const Params& params) {
  std::vector<std::string> codes;
  if (!params.get("book").empty()) return {params.get("book")};
  for (const auto& b : reports.books(call)) codes.push_back(b.code);
  if (codes.empty()) throw Error(MIF_E_NOT_FOUND, "report.no-visible-book", "您看不到任何账套 (no book is visible to you)");
  return codes;
}

std::string compute(const Reports& reports, Call call, const Params& params, Progress progress) {
  const Period period = params.period();
  kit::Result answer("ReportTaskList");
  std::int64_t tasks = 0, cells = 0, checks = 0, failed = 0;
  const auto books = books_wanted(reports, call, params);
  std::int64_t at = 0;
  for (const auto& book : books) {
    for (const auto& done : reports.compute(call, params.get("package"), book, period)) {
      ++tasks;
      cells += done.task.cells;
      checks += done.checks;
      failed += done.task.failed_checks;
      answer.item().field("package", done.task.package).field("title", done.title).field("book", book).field("period", period.iso())
          .field("cells", n(done.task.cells)).field("checks", n(done.checks)).field("failed", n(done.task.failed_checks))
          .field("state", done.changed ? "computed" : "unchanged").field("digest", done.task.result_digest).end_object();
    }
    progress("计算报表", ++at, static_cast<std::int64_t>(books.size()));
  }
  answer.finding(failed > 0);
  return answer.json("计算 " + n(tasks) + " 套报表 " + n(cells) + " 格，审核 " + n(checks) + " 项，未通过 " + n(failed) + " 项");
}

// Every stored task the parameters name; without a period, every one there is.
std::vector<std::pair<const Package*, Task>> stored_tasks(const Reports& reports, Call call, const Catalog& catalog, const Params& params) {
  std::vector<std::pair<const Package*, Task>> found;
  const std::string wanted = params.get("package");
  for (const auto& code : books_wanted(reports, call, params)) {
    if (params.get("period").empty()) {
      for (auto& task : reports.tasks(call, code))
        for (const auto& p : catalog.packages())
          if (p.code == task.package && (wanted.empty() || wanted == p.code || wanted == p.ministry)) found.emplace_back(&p, task);
      continue;
    }
    const Period period = params.period();
    const BookInfo book = reports.book(call, code, "report.read");
    for (const Package* package : catalog.select(wanted, period, book.scheme)) found.emplace_back(package, reports.stored(call, *package, code, period));
  }
  if (found.empty()) throw Error(MIF_E_NOT_FOUND, "report.nothing-computed", "还没有计算过报表，请先执行 report compute (nothing computed yet)");
  return found;
}

// The (book, period) pairs among them, in order, each once.
std::vector<std::pair<std::string, Period>> stored_periods(const Reports& reports, Call call, const Params& params) {
  std::vector<std::pair<std::string, Period>> found;
  if (!params.get("period").empty()) {
    for (const auto& code : books_wanted(reports, call, params)) found.emplace_back(code, params.period());
    return found;
  }
  for (const auto& [package, task] : stored_tasks(reports, call, *reports.catalog(call, true), params))
    if (std::find(found.begin(), found.end(), std::make_pair(task.book, task.period)) == found.end()) found.emplace_back(task.book, task.period);
  return found;
}

std::string check(const Reports& reports, Call call, const Params& params) {
  const auto catalog = reports.catalog(call, true);
  const bool all = params.get("all") == "yes" || params.get("all") == "true";
  kit::Result answer("ReportCheckList");
  std::map<std::string, std::int64_t> count;
  bool findings = false;
  for (const auto& [package, task] : stored_tasks(reports, call, *catalog, params))
    for (const auto& c : reports.checks(call, task)) {
      ++count[c.state];
      findings = findings || (c.state == "fail" && c.level == "error");
      if (!all && c.state != "fail") continue;
      answer.item().field("package", task.package).field("book", task.book).field("period", task.period.iso()).field("id", c.id).field("table", c.table).field("place", c.place)
          .field("level", c.level).field("kind", c.kind).field("state", c.state).field("left", c.left).field("right", c.right)
          .field("difference", c.difference).field("tolerance", c.tolerance).field("message", c.message).end_object();
    }
  answer.finding(findings);
  return answer.json("审核 " + n(count["pass"] + count["fail"] + count["empty"]) + " 项：通过 " + n(count["pass"]) + "，两边均空 " +
                                   n(count["empty"]) + "，未通过 " + n(count["fail"]));
}

std::string show(const Reports& reports, Call call, const Params& params) {
  const Period period = params.period();
  const auto catalog = reports.catalog(call, true);
  const Table& table = catalog->table(params.need("table"), period);
  const Task task = reports.stored(call, catalog->package_of(table), params.need("book"), period);
  std::map<std::pair<std::string, std::string>, std::string> printed;
  for (const auto& cell : reports.cells(call, task, table.code)) printed[{cell.row, cell.col}] = cell.printed;
  kit::Result answer("ReportTable");
  for (const auto& row : table.rows) {
    auto& item = answer.item().field("row", row.code).field("name", row.name);
    if (table.two_sided) item.field("right", row.name_right);
    for (const auto& col : table.cols) item.field(col.code + " " + col.name, printed[{row.code, col.code}]);
    answer.last().end_object();
  }
  return answer.json(table.title + "，账套 " + task.book + "，" + period.iso() + "，单位：" + table.printed_unit);
}

std::string compare(const Reports& reports, Call call, const Params& params) {
  const std::string path = params.get("published", "config/published.csv");
  const auto published = read_published(reports.file(call, path), path);
  const auto catalog = reports.catalog(call, true);
  std::map<std::string, std::map<std::string, StoredCell>> loaded;  // task key -> cell key -> cell
  kit::Result answer("PublishedCellList");
  std::int64_t compared = 0, equal = 0;
  std::set<std::string> tables;
  for (const auto& p : published) {
    if (!params.get("book").empty() && params.get("book") != p.book) continue;
    const std::string where = path + ":" + n(p.line);
    const std::string key = p.package + "/" + p.book + "/" + p.period.iso();
    if (!loaded.count(key)) {
      const BookInfo book = reports.book(call, p.book, "report.read");
      Task task;
      located(path, p.line, [&] { task = reports.stored(call, *catalog->select(p.package, p.period, book.scheme).front(), p.book, p.period); });
      auto& cells = loaded[key];
      for (auto& cell : reports.cells(call, task, {})) cells[cell.table + "[" + cell.row + "," + cell.col + "]"] = cell;
    }
    const std::string place = p.table + "[" + p.row + "," + p.col + "]";
    const auto found = loaded[key].find(place);
    if (found == loaded[key].end()) throw Error(MIF_E_INVALID, "report.published-no-cell", where + ": 报表里没有这一格 (no such cell): " + place);
    const bool same = equals_published(p, found->second.kind == MIF_CELL_BLANK, found->second.fen);
    ++compared;
    equal += same;
    tables.insert(p.table);
    answer.item().field("table", p.table).field("book", p.book).field("period", p.period.iso()).field("row", p.row).field("col", p.col)
        .field("published", p.value).field("unit", p.unit).field("ours", found->second.printed).field("exact", found->second.value)
        .field("result", same ? "equal" : "DIFFERS").field("source", p.source).field("note", p.note).end_object();
  }
  answer.finding(equal != compared || compared == 0);
  return answer.json("与公布数逐格比较 " + n(static_cast<std::int64_t>(tables.size())) + " 张表 " + n(compared) + " 格，相等 " + n(equal) + " 格，不等 " + n(compared - equal) + " 格");
}

std::string bridge(const Reports& reports, Call call, const Params& params) {
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
      answer.item().field("book", code).field("period", period.iso()).field("id", item.id).field("concept", item.subject).field("a", item.a_text).field("aValue", item.a.fen().plain())
          .field("b", item.b_text).field("bValue", item.b.fen().plain()).field("difference", item.difference.fen().plain())
          .field("class", item.kinds).field("explained", item.explained.fen().plain()).field("unexplained", item.unexplained.fen().plain())
          .field("explanation", parts).end_object();
    }
  answer.finding(unexplained > 0);
  return answer.json("两部门口径对照 " + n(pairs) + " 项：相等 " + n(equal) + "，有差额且已解释 " + n(pairs - equal - unexplained) + "，未解释 " + n(unexplained));
}

std::string package(const Reports& reports, Call call, const Params& params) {
  const auto catalog = reports.catalog(call, true);
  kit::Result answer("ReportPackageList");
  std::int64_t count = 0, bytes = 0;
  for (const auto& [p, task] : stored_tasks(reports, call, *catalog, params)) {
    const auto upload = reports.package(call, *p, task.book, task.period);
    ++count;
    bytes += static_cast<std::int64_t>(upload.bytes.size());
    answer.item().field("file", upload.name).field("package", p->code).field("book", task.book).field("period", task.period.iso())
        .field("bytes", n(static_cast<std::int64_t>(upload.bytes.size()))).field("sha256", upload.digest).field("object", upload.object).end_object();
  }
  return answer.json("生成上报文件 " + n(count) + " 个，共 " + n(bytes) + " 字节，已存入对象库");
}

std::string drill(const Reports& reports, Call call, const Params& params) {
  const int limit = params.limit(0, 1000000);
  const auto d = reports.drill(call, params.need("table"), params.need("row"), params.need("col"), params.need("book"), params.period(), params.get("after"), limit);
  const auto catalog = reports.catalog(call, false);
  kit::Result answer("DrillLineList");
  Fen sum;
  if (params.get("after").empty())
    for (std::size_t i = 0; i < d.terms.size(); ++i) {
      if (d.openings[i] == Fen(0)) continue;
      sum += d.openings[i];
      answer.item().field("term", n(static_cast<std::int64_t>(i) + 1)).field("day", "").field("voucher", "").field("number", "").field("line", "")
          .field("account", d.terms[i].predicate.accounts).field("name", "年初余额").field("aux", d.terms[i].predicate.aux).field("summary", "年初余额")
          .field("amount", d.openings[i]).end_object();
    }
  for (const auto& l : d.lines) {
    sum += l.amount;
    answer.item().field("term", n(l.term)).field("day", l.line.day.iso()).field("voucher", n(l.line.voucher_id)).field("number", l.line.word + "-" + n(l.line.number))
        .field("line", n(l.line.line)).field("account", l.line.account).field("name", l.line.account_name).field("aux", l.line.aux)
        .field("summary", l.line.summary).field("amount", l.amount).end_object();
  }
  const std::string head = d.cell.table + "[" + d.cell.row + "," + d.cell.col + "] = " + (d.cell.value.empty() ? "空" : d.cell.value) + "，" + n(static_cast<std::int64_t>(d.lines.size())) + " 行分录";
  if (!d.cell.linear) return answer.json(head + "（此格含比率、取整或填报数，不能逐行相加）");
  if (limit > 0 || !params.get("after").empty()) return answer.json(head + (d.next.empty() ? "" : "，后续 after=" + d.next));
  const bool same = sum == d.cell.fen;
  answer.finding(!same);
  return answer.json(head + "，合计 " + sum.plain() + (same ? "，与该格相等" : "，与该格不等：账簿在计算后有变动，请重新计算"));
}

std::string list(const Reports& reports, Call call, const Params& params) {
  const auto catalog = reports.catalog(call, true);
  kit::Result answer("ReportPackageList");
  std::int64_t tables = 0;
  for (const auto& p : catalog->packages())
    for (const auto& t : p.tables) {
      ++tables;
      answer.item().field("package", p.code).field("ministry", p.ministry).field("table", t->code).field("title", t->title).field("scheme", t->scheme)
          .field("period", t->period).field("unit", t->printed_unit).field("rows", n(static_cast<std::int64_t>(t->rows.size())))
          .field("cols", n(static_cast<std::int64_t>(t->cols.size()))).field("formulas", n(static_cast<std::int64_t>(t->formulas.size())))
          .field("checks", n(static_cast<std::int64_t>(t->checks.size()))).field("from", p.from.year > 1 ? p.from.iso() : "").end_object();
    }
  std::int64_t computed = 0;
  if (!params.get("book").empty()) computed = static_cast<std::int64_t>(reports.tasks(call, params.get("book")).size());
  return answer.json(n(static_cast<std::int64_t>(catalog->packages().size())) + " 个报表包，" + n(tables) + " 张表" + (computed ? "，该账套已计算 " + n(computed) + " 套" : ""));
}

std::string fill(const Reports& reports, Call call, const Params& params) {
  reports.fill(call, params.need("table"), params.need("row"), params.need("col"), params.need("book"), params.period(), params.get("value"));
  kit::Result answer("ReportInput");
  answer.item().field("table", params.need("table")).field("row", params.need("row")).field("col", params.need("col")).field("value", params.get("value")).end_object();
  return answer.json("已填报，请重新计算");
}

// What `mifctl verify` asks of every module: findings as items, what was checked as evidence.
std::string verify(const Reports& reports, Call call) {
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

struct Job {
  const char *name, *summary, *permission;
  std::vector<std::tuple<const char*, bool, const char*>> params;
};

const std::vector<Job>& jobs() {
  static const std::tuple<const char*, bool, const char*> package{"package", false, "报表包代码或部门 (nhsa, mof)，空 = 全部"};
  static const std::tuple<const char*, bool, const char*> any_book{"book", false, "账套，空 = 可见的全部"}, book{"book", true, "账套"};
  static const std::tuple<const char*, bool, const char*> period{"period", true, "期间 2023-06；2023 = 到 12 月"},
      any_period{"period", false, "期间，空 = 已计算的全部"};
  static const std::tuple<const char*, bool, const char*> table{"table", true, "表号"}, row{"row", true, "行号"}, col{"col", true, "栏号"};
  static const std::vector<Job> all = {
      {"report list", "报表包和表 (packages and tables)", "report.read", {any_book}},
      {"report compute", "计算报表并审核 (compute and check)", "report.compute", {package, any_book, period}},
      {"report check", "审核结果 (check results)", "report.read", {package, any_book, any_period, {"all", false, "yes = 通过的也列出"}}},
      {"report show", "一张表 (one table)", "report.read", {table, book, period}},
      {"report compare", "与公布数逐格比较 (compare with published figures)", "report.read", {{"published", false, "公布数文件，默认 config/published.csv"}, any_book}},
      {"report bridge", "两部门口径对照 (bridge between the ministries)", "report.read", {any_book, any_period}},
      {"report package", "生成上报文件 (upload packages)", "report.read", {package, any_book, any_period}},
      {"report drill", "一格到分录 (cell to ledger lines)", "report.read", {table, row, col, book, period, {"after", false, "翻页标记"}, {"limit", false, "行数，空 = 全部"}}},
      {"report verify", "重算已存的报表，逐格核对分录 (recompute and drill everything)", "report.read", {}},
      {"report fill", "填报一格 (type a value in)", "report.compute", {table, row, col, book, period, {"value", false, "金额（元），空 = 清除"}}}};
  return all;
}

}  // namespace

std::string describe_jobs() {
  JsonWriter json;
  json.begin_object().key("jobs").begin_array();
  for (const auto& job : jobs()) {
    json.begin_object().field("name", job.name).field("summary", job.summary).field("permission", job.permission).key("params").begin_array();
    for (const auto& [name, required, summary] : job.params)
      json.begin_object().field("name", name).field("required", required).field("summary", summary).end_object();
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return json.take();
}

std::string run_job(const Reports& reports, Call call, std::string_view name, std::string_view params_json, Progress progress) {
  const Params params = Params::from_json(params_json);
  if (name == "report compute") return compute(reports, call, params, progress);
  if (name == "report check") return check(reports, call, params);
  if (name == "report show") return show(reports, call, params);
  if (name == "report compare") return compare(reports, call, params);
  if (name == "report bridge") return bridge(reports, call, params);
  if (name == "report package") return package(reports, call, params);
  if (name == "report drill") return drill(reports, call, params);
  if (name == "report list") return list(reports, call, params);
  if (name == "report verify") return verify(reports, call);
  if (name == "report fill") return fill(reports, call, params);
  throw Error(MIF_E_NOT_FOUND, "report.job-unknown", "没有这个命令 (no such job): " + std::string(name));
}

}  // namespace mif::reporting
