// SPDX-License-Identifier: Apache-2.0
// Commands that show the ledgers: mifctl ledger <view>.
#include <fmt/format.h>

#include "kernel/app/mifctl/command.h"
#include "kernel/service/ledger_views.h"
#include "mif/error.hpp"

namespace mif::app {
namespace {

// "without-closing" on the command line is withoutClosing in the API.
std::string api_name(const std::string& option) {
  std::string name;
  for (std::size_t i = 0; i < option.size(); ++i) {
    if (option[i] == '-' && i + 1 < option.size()) name += static_cast<char>(option[++i] - 'a' + 'A');
    else name += option[i];
  }
  return name;
}

std::string shown(const service::ViewColumn& column, const std::string& cell) {
  if (cell.empty() || (column.kind != service::CellKind::balance && column.kind != service::CellKind::money)) return cell;
  const Fen fen = Fen::parse(cell);
  if (column.kind == service::CellKind::money) return fen.grouped();
  return std::string(books::side_word(fen)) + ' ' + (fen < Fen() ? -fen : fen).grouped();
}

int show(Context& context, const std::string& view) {
  service::ViewOptions options;
  for (const auto& [name, value] : context.options) options[api_name(name)] = value;
  service::Deployment& d = context.deployment();
  const identity::Caller* caller = context.login.empty() ? nullptr : &context.caller();
  service::ViewTable found;
  d.database().read([&](store::Txn& txn) { found = service::ledger_view(d, txn, caller, view, options); });
  Table table{"Ledger", {"kind"}, {context.format == Format::table ? "" : "行"}, {}, ""};
  for (const auto& column : found.columns) {
    table.keys.push_back(column.key);
    table.titles.push_back(column.group.empty() ? column.title : column.group + column.title);
  }
  const bool drill = context.flag("drill");
  if (drill) {
    table.keys.push_back("drill");
    table.titles.push_back("钻取");
  }
  const auto add = [&](const service::ViewRow& row) {
    std::vector<std::string> cells{context.format == Format::table ? "" : row.kind};
    for (std::size_t i = 0; i < row.cells.size(); ++i) cells.push_back(context.format == Format::table ? shown(found.columns[i], row.cells[i]) : row.cells[i]);
    cells.resize(found.columns.size() + 1);
    if (drill) cells.push_back(row.drills.empty() ? "" : row.drills.back());
    table.rows.push_back(std::move(cells));
  };
  for (const auto& row : found.rows) add(row);
  for (const auto& note : found.notes) table.summary += (table.summary.empty() ? "" : "\n") + note;
  if (!found.next.empty()) table.summary += (table.summary.empty() ? "" : "\n") + ("还有下一页: --after=" + found.next);
  context.print(table);
  return kOk;
}

const std::map<std::string, Option>& own_options() {
  static const std::map<std::string, Option> all = {
      {"level", {"level", "到第几级, 余额表 0 = 全部"}},
      {"limit", {"limit", "每页行数, 默认 200"}},
      {"after", {"after", "上一页给出的翻页位置"}},
      {"account", {"account", "上级科目"}},
      {"dimension", {"dimension", "辅助核算项目, 如 insutype"}},
      {"second", {"second", "第二个辅助核算项目"}},
      {"noAccount", {"no-account", "不按科目分行", false, false}},
      {"definition", {"definition", "多栏账定义的代码"}},
      {"rows", {"rows", "行: account, account:1 或辅助核算项目", true}},
      {"columns", {"columns", "列: account, account:1 或辅助核算项目", true}},
      {"figure", {"figure", "opening|debit|credit|year-debit|year-credit|closing, 默认 closing"}},
      {"word", {"word", "凭证字"}},
      {"under", {"under", "科目及其下级"}},
      {"side", {"side", "debit|credit"}},
  };
  return all;
}

// --- saved 多栏账 ------------------------------------------------------------------------------------------------------
int columnar_list(Context& context) {
  Table table{"ColumnarDefinitions", {"code", "name", "account", "dimension", "columns"}, {"代码", "名称", "科目", "分栏项目", "栏目"}, {}, ""};
  context.deployment().database().read([&](store::Txn& txn) {
    for (const auto& d : books::definitions(txn, context.option("chart"))) {
      std::string columns;
      for (const auto& column : d.columns) columns += (columns.empty() ? "" : ",") + column;
      table.rows.push_back({d.code, d.name, d.account, d.dimension, columns});
    }
  });
  context.print(table);
  return kOk;
}

int columnar_save(Context& context) {
  context.caller().require("base.manage", context.caller().unit);
  books::ColumnarDefinition definition{context.option("code"), context.option("name"), context.option("account"), context.option("dimension"), {}};
  const std::string columns = context.option("columns");
  for (std::size_t at = 0; at < columns.size();) {
    const auto comma = std::min(columns.find(',', at), columns.size());
    definition.columns.push_back(columns.substr(at, comma - at));
    at = comma + 1;
  }
  const Who who = context.who();
  service::Deployment& d = context.deployment();
  d.database().write([&](store::Txn& txn) { books::save_definition(txn, who, d.log(), context.option("chart"), definition); });
  context.say("已保存多栏账定义 " + definition.code);
  return kOk;
}

int columnar_remove(Context& context) {
  context.caller().require("base.manage", context.caller().unit);
  const Who who = context.who();
  service::Deployment& d = context.deployment();
  d.database().write([&](store::Txn& txn) { books::remove_definition(txn, who, d.log(), context.option("chart"), context.option("code")); });
  context.say("已删除多栏账定义 " + context.option("code"));
  return kOk;
}

}  // namespace

void add_view_commands(Commands& all) {
  const std::vector<Option> common = {{"book", "账套, 可用逗号列几个"}, {"unit", "机构, 可用逗号列几个"}, {"below", "机构及其全部下级"}, {"all", "全部账套", false, false}, {"scheme", "只要该险种的账套"},
                                      {"period", "期间, 如 2023-06"}, {"year", "年度"}, {"from", "起始月"}, {"to", "截止月"}, {"accounts", "科目, 如 1002,5001*,-500199"}, {"aux", "辅助条件, 如 insutype=310|390"},
                                      {"unposted", "含未记账凭证", false, false}, {"without-closing", "不含期末结转凭证", false, false}, {"as-of", "按记录时点, 如 2023-06-30T18:00:00"},
                                      {"drill", "列出钻取条件", false, false}};
  for (const auto& view : service::ledger_views()) {
    auto options = common;
    for (const auto& name : view.options) options.push_back(own_options().at(name));
    all.push_back({"ledger " + view.name, "", view.title, options, [name = view.name](Context& context) { return show(context, name); }});
  }
  const Option chart{"chart", "科目表, 如 employee", true}, code{"code", "定义的代码", true};
  all.push_back({"columnar list", "", "多栏账定义", {chart}, columnar_list});
  all.push_back({"columnar save", "", "保存多栏账定义", {chart, code, {"name", "名称", true}, {"account", "科目", true}, {"dimension", "按此辅助核算项目分栏, 省略 = 按下级科目"}, {"columns", "栏目及次序, 逗号分隔, 省略 = 有发生的"}}, columnar_save});
  all.push_back({"columnar remove", "", "删除多栏账定义", {chart, code}, columnar_remove});
}

}  // namespace mif::app
