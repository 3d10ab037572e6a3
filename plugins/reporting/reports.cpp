// SPDX-License-Identifier: Apache-2.0
#include "reports.h"

#include <algorithm>

#include "flow.h"
#include "module-kit/text.h"
#include "typed.h"

namespace mif::reporting {

Reports::Reports(const Plugin& plugin)
    : ledger_(plugin), store_(plugin), config_(plugin), clock_(plugin), audit_(plugin), objects_(plugin), identity_(plugin), ministries_(plugin), sheet_(plugin), print_(plugin), figure_sources_(plugin) {}

void Reports::configure(Call call) {
  for (const auto& node : config_.own(call).children)
    if (node.key == "templates") root_ = node.value;
    else if (node.key == "package") keys_.read(node);
    else throw Error(MIF_E_INVALID, "report.setting-unknown", "plugin.reporting: 不认识的设置 (unknown setting) \"" + node.key + "\"，可用: templates, package");
}

TemplateFiles Reports::template_files(Call call) const {
  TemplateFiles files;
  files.info = [this, call](const std::string& path) { return config_.info(call, path); };
  files.bytes = [this, call](const std::string& path) { return config_.bytes(call, path); };
  files.list = [this, call](const std::string& folder) { return config_.list(call, folder); };
  files.place = [this, call](const std::string& path) -> std::string {
    try {
      return config_.path(call, path);
    } catch (const Error&) {
      return {};  // reading it says why
    }
  };
  return files;
}

std::shared_ptr<const Catalog> Reports::catalog(Call call, bool fresh) const {
  return templates_.get(template_files(call), root_, [&] { return folders(call); }, clock_.now_unix_ms(), fresh);
}

Reports::Round Reports::round(Call call) const { return {catalog(call, true), ledger_.books(call)}; }

Reports::Round Reports::round(Call call, const std::string& unit) const {
  auto templates = catalog(call, true);
  auto books = this->books(call, *templates, unit);
  return {std::move(templates), std::move(books)};
}

// The list of all books is long, and few templates ask for a book of somebody else.
std::vector<BookInfo> Reports::books(Call call, const Catalog& catalog, const std::string& unit) const { return catalog.names_books() ? ledger_.books(call) : ledger_.books_of(call, unit); }

Agency Reports::unit(Call call, const std::vector<BookInfo>& books, const std::string& code, std::string_view permission) const {
  Agency unit = agency_of(books, code);
  identity_.require(call, permission, code);
  return unit;
}

// What the ministries' plugins name, and every folder below local/: a table needs no plugin.
std::vector<TemplateFolder> Reports::folders(Call call) const {
  const auto top = config_.list(call, root_);
  std::vector<TemplateFolder> all = ministries_.folders(call);
  if (std::find(top.begin(), top.end(), "local") != top.end())
    for (const auto& name : config_.list(call, root_ + "/local"))
      if (name.find('.') == std::string::npos) all.push_back({"local", "", root_ + "/local/" + name});
  if (all.empty())
    throw Error(MIF_E_UNAVAILABLE, "report.no-templates", "没有启用任何报表模板插件 (no report template plugin is active), 如 report-nhsa、report-mof，" + root_ + "/local 下也没有报表包");
  return all;
}

Agency Reports::unit(Call call, const std::string& code, std::string_view permission) const {
  return this->unit(call, ledger_.books_of(call, code), code, permission);
}

std::vector<std::string> Reports::units(Call call) const {
  std::vector<std::string> codes;
  for (const auto& b : ledger_.books(call))
    if (std::find(codes.begin(), codes.end(), b.unit) == codes.end()) codes.push_back(b.unit);
  return codes;
}

Whose Reports::keeper(Call call, const std::string& book) const {
  for (auto& b : ledger_.books(call))
    if (b.code == book) return {b.unit, b.scheme};
  throw Error(MIF_E_NOT_FOUND, "report.book-not-found", "没有账套 (no book) \"" + book + "\"，或您无权查看");
}

std::string holder(const Agency& unit, const Table& table) {
  const BookInfo* book = table.scheme.empty() ? nullptr : unit.book_of(table.scheme);
  return book ? book->code : unit.code;
}

Task Reports::task(Txn& txn, const Package& package, const std::string& code, Period period) const {
  if (auto found = find_task(txn, package.code, code, period)) return *found;
  throw Error(MIF_E_NOT_FOUND, "report.not-computed", "还没有计算 " + package.title + "（单位 " + code + "，期间 " + period.iso() + "），请先执行 report compute (not computed yet)");
}

Task Reports::stored(Call call, const Package& package, const std::string& code, Period period) const {
  (void)unit(call, code, "report.read");
  Txn txn = store_.read(call);
  return task(txn, package, code, period);
}

std::vector<StoredCell> Reports::cells(Call call, const Task& of, const std::string& table) const {
  Txn txn = store_.read(call);
  return load_cells(txn, of.id, table);
}

std::vector<StoredCheck> Reports::checks(Call call, const Task& of) const {
  Txn txn = store_.read(call);
  return load_checks(txn, of.id);
}

std::vector<Override> Reports::overridden(Call call, const std::string& code, Period period) const {
  Txn txn = store_.read(call);
  auto all = overrides_of(txn, code);
  all.erase(std::remove_if(all.begin(), all.end(), [&](const Override& o) { return o.period != period; }), all.end());
  return all;
}

std::vector<Task> Reports::tasks(Call call, const std::string& code) const {
  (void)unit(call, code, "report.read");
  Txn txn = store_.read(call);
  auto all = tasks_of(txn, code);
  all.erase(std::remove_if(all.begin(), all.end(), [](const Task& t) { return t.layer != "own"; }), all.end());
  return all;
}

std::vector<BridgeItem> Reports::bridge(Call call, const std::string& code, Period period) const {
  const auto templates = catalog(call, true);
  const auto all = books(call, *templates, code);
  const Agency mine = unit(call, all, code, "report.read");
  Txn txn = store_.read(call);
  return bridge_in(call, txn, *templates, all, mine, period);
}

std::vector<BridgeItem> Reports::bridge_in(Call call, Txn& txn, const Catalog& catalog, const std::vector<BookInfo>& books, const Agency& unit, Period period,
                                           const std::function<bool(const Bridge&)>& wanted, std::string_view only) const {
  Facts facts = this->facts(call, txn);
  const Overrides overrides(txn, unit.code);
  Outside outside = this->outside(call, txn, catalog, unit);
  outside.given = overrides.given();
  Evaluator evaluator(catalog, facts, books, unit.code, std::move(outside));
  std::vector<BridgeItem> items;
  for (const auto& bridge : catalog.bridges())
    if (!wanted || wanted(bridge))
      for (auto& item : run_bridge(evaluator, bridge, period, only)) items.push_back(std::move(item));
  return items;
}

void Reports::fill(Call call, const std::string& table, const std::string& row, const std::string& col, const std::string& code, Period period,
                   const std::string& written) const {
  constexpr std::size_t kToldBytes = 200;  // of words, in the audit record
  const auto templates = catalog(call, true);
  const Agency mine = unit(call, code, "report.compute");
  const Table& t = templates->table(table, period);
  if (!mine.has(t)) throw Error(MIF_E_INVALID, "report.other-scheme", "单位 " + code + " 没有 " + t.code + " 的险种的账套 (the unit has no book of this table's scheme)");
  const std::string kept_by = holder(mine, t);
  if (t.rule(t.row(row), t.col(col)).kind != CellRule::Kind::input)
    throw Error(MIF_E_INVALID, "report.not-input", t.code + "[" + row + "," + col + "] 不是填报格 (not an input cell)");
  const auto plain = [&](const Value& value) { return as_counted(t, t.row(row), t.col(col), value).plain(); };
  const Value value = typed_value(t, t.row(row), t.col(col), written, false);
  Txn txn = store_.write(call);
  const std::string& package = templates->package_of(t).code;
  refuse_fixed(txn, package, code, period);
  begin_work(txn, package, code, period, call.actor(), clock_.now_unix_ms());
  const auto before = typed_in(txn, kept_by, table, period);
  const auto was = before.find({table, row, col});
  note_change(txn, code, period, {table, row, col}, "typed", was == before.end() ? "" : plain(was->second), value.plain(), "", call.actor(), clock_.now_unix_ms());
  write_typed(txn, kept_by, period, {table, row, col}, value, call.actor());
  if (!value.blank()) open_row(txn, kept_by, t, t.row(row), period);
  JsonWriter body;
  body.begin_object().field("table", table).field("row", row).field("col", col).field("unit", code).field("period", period.iso()).field("amount", kit::cut(value.plain(), kToldBytes)).end_object();
  audit_.append(txn, mine.code, "report.fill", "report:" + table + "/" + code + "/" + period.iso(), body.str());
  txn.commit();
}

bool Reports::has_books(Call call, const std::string& unit) const {
  return !ledger_.books_of(call, unit).empty();
}

}  // namespace mif::reporting
