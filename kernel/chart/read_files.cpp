// SPDX-License-Identifier: Apache-2.0
// The two files a chart comes from.
#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <span>

#include "kernel/base/info.h"
#include "kernel/base/text.h"
#include "kernel/base/within.h"
#include "kernel/chart/chart.h"
#include "kernel/chart/rows.h"
#include "kernel/sheet/read.h"
#include "mif/error.hpp"
#include "mif/svc/ledger.h"

namespace mif::chart {
namespace {

constexpr std::array<std::string_view, 11> kColumns = {"code", "name", "class", "side", "closes_to", "aux_required", "aux_allowed", "valid_from", "valid_to", "unit", "detail"};
constexpr std::array<std::string_view, 7> kItemCells = {"code", "name", "parent", "kind", "accounts", "valid_from", "valid_to"};

[[noreturn]] void bad(const char* rule, const std::string& file, int line, const std::string& what) {
  throw Error(MIF_E_INVALID, rule, file + ':' + std::to_string(line) + ": " + what);
}

Account account_of(const std::string& file, int line, const std::vector<std::string>& cells, const std::vector<Account>& before) {
  const auto cell = [&](std::size_t i) { return i < cells.size() ? cells[i] : std::string(); };
  Account a;
  a.code = cell(0);
  try {
    check_code(a.code);
  } catch (const Error& error) {
    throw within(file + ':' + std::to_string(line), error);
  }
  a.name = cell(1);
  if (a.name.empty()) bad("account.name-missing", file, line, "科目 " + a.code + " 没有名称 (the account has no name)");
  const auto parent = std::find_if(before.begin(), before.end(), [&](const Account& p) { return p.code == above(a.code); });
  if (a.code.size() > 4 && parent == before.end()) bad("account.parent-missing", file, line, "科目 " + a.code + " 之前没有上级科目 " + std::string(above(a.code)) + " (the account above it must come first)");
  try {
    a.account_class = cell(2).empty() && parent != before.end() ? parent->account_class : class_of(cell(2));
    a.valid_from = cell(7).empty() ? Day() : Day::parse(cell(7));
    a.valid_to = cell(8).empty() ? Day() : Day::parse(cell(8));
  } catch (const Error& error) {
    throw within(file + ':' + std::to_string(line), error);
  }
  if (parent != before.end() && parent->account_class != a.account_class) bad("account.class-differs", file, line, "科目 " + a.code + " 的类别与上级不同 (its class differs from the account above)");
  const std::string side = cell(3);
  if (side.empty() && parent != before.end()) a.side = parent->side;
  else if (side == "debit") a.side = MIF_DEBIT;
  else if (side == "credit") a.side = MIF_CREDIT;
  else bad("account.side-unknown", file, line, "余额方向应为 debit 或 credit (expected debit or credit), 实为 \"" + side + "\"");
  a.closes_to = cell(4);
  a.aux_required = split(cell(5));
  a.aux_allowed = split(cell(6));
  if (a.valid_to != Day() && a.valid_to < a.valid_from) bad("chart.dates-reversed", file, line, "科目 " + a.code + " 的停用日早于启用日 (valid_to before valid_from)");
  a.unit = cell(9);
  a.detail = cell(10);
  if (!a.detail.empty() && a.detail != "open" && a.detail != "closed") bad("account.detail-unknown", file, line, "detail 应为 open 或 closed 或空 (expected open, closed or nothing), 实为 \"" + a.detail + "\"");
  if (!a.unit.empty() && a.code.size() == 4) bad("account.detail-only", file, line, "一级科目由制度统一规定,单位只能增设明细 (an agency adds detail accounts only): " + a.code);
  return a;
}

void check_item(const std::string& file, int line, AuxItem& item, const std::string& from, const std::string& to) {
  if (item.code.empty() || item.code.size() > 80 || item.code.find_first_of(";=|!") != std::string::npos)
    bad("aux.item-code", file, line, "辅助核算取值不能为空、超过 80 字或含 ; = | ! (an item code is empty, too long or has a reserved character): \"" + item.code + "\"");
  if (item.name.empty()) bad("aux.item-name-missing", file, line, "取值 " + item.code + " 没有名称 (the item has no name)");
  try {
    AccountPattern checked(item.accounts);
    item.valid_from = from.empty() ? Day() : Day::parse(from);
    item.valid_to = to.empty() ? Day() : Day::parse(to);
  } catch (const Error& error) {
    throw within(file + ':' + std::to_string(line), error);
  }
  if (item.valid_to != Day() && item.valid_to < item.valid_from) bad("chart.dates-reversed", file, line, "取值 " + item.code + " 的停用日早于启用日 (valid_to before valid_from)");
}

// Head and rows of a CSV or xlsx file; what starts with '#' is a comment. Only the first worksheet, since the others have no head.
void each_row(const std::string& path, std::span<const std::string_view> columns, std::size_t needed, const std::function<void(int, const std::vector<std::string>&)>& each) {
  const std::string bytes = read_file(path);
  bool head = false;
  const auto row = [&](const sheet::InputRow& row) {
    if (row.sheet > 0 || row.hidden) bad("chart.one-sheet", path, row.number, "工作表 " + row.sheet_name + " 不会读, 请只留一张可见的工作表 (only one visible worksheet is read)");
    std::vector<std::string> cells;
    for (const auto& cell : row.cells) {
      if (cell.kind == sheet::InputKind::error) bad("chart.formula-error", path, row.number, row.place(cells.size()) + " 公式出错 (formula error) " + cell.text);
      cells.push_back(cell.text);
    }
    if (cells.front().rfind('#', 0) == 0) return;
    if (head) {
      if (cells.size() > columns.size()) bad("chart.too-many-cells", path, row.number, "单元格太多 (too many cells)");
      each(row.number, cells);
      return;
    }
    head = true;
    for (std::size_t i = 0; i < cells.size(); ++i)
      if (i >= columns.size() || cells[i] != columns[i])
        bad("chart.column-unexpected", path, row.number, "表头第 " + std::to_string(i + 1) + " 列应为 " + std::string(i < columns.size() ? columns[i] : "(空)") + " (unexpected column), 实为 \"" + cells[i] + "\"");
    if (cells.size() < needed) bad("chart.column-missing", path, row.number, "表头缺列 (a column is missing): " + std::string(columns[cells.size()]));
  };
  try {
    sheet::read_rows(bytes, row);
  } catch (const Error& error) {
    const std::string what = error.what();
    if (what.rfind(path, 0) == 0) throw;  // a row has said its place
    throw within(path, error);
  }
}

void check_targets(const std::string& file, const std::vector<Account>& accounts, const std::vector<int>& lines) {
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    const auto& target = accounts[i].closes_to;
    if (target.empty()) continue;
    const auto found = std::find_if(accounts.begin(), accounts.end(), [&](const Account& a) { return a.code == target; });
    if (found == accounts.end()) bad("account.closes-to-unknown", file, lines[i], "结转科目 " + target + " 不在本表 (closes_to names an unknown account)");
    if (found->account_class != Class::net) bad("account.closes-to-class", file, lines[i], "结转科目 " + target + " 不是净资产类 (closes_to must be a net-asset account)");
  }
}

}  // namespace

void check_code(std::string_view code) {
  const bool digits = std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || code.size() < 4 || code.size() > 16 || code.size() % 2 != 0)
    throw Error(MIF_E_INVALID, "account.code-format", "科目编码应为 4-2-2-2 位数字 (expected a code of 4, 6, 8 or 10 digits), 实为 \"" + std::string(code) + "\"");
}

std::vector<Account> read_chart(const std::string& path) {
  std::vector<Account> accounts;
  std::vector<int> lines;
  std::set<std::tuple<std::string, std::string, std::int32_t>> seen;
  each_row(path, kColumns, 9, [&](int number, const std::vector<std::string>& cells) {
    Account a = account_of(path, number, cells, accounts);
    if (!seen.insert({a.unit, a.code, a.valid_from.value()}).second) bad("account.duplicate", path, number, "科目重复 (the account is there twice): " + a.code);
    accounts.push_back(std::move(a));
    lines.push_back(number);
  });
  if (accounts.empty()) bad("chart.empty", path, 1, "没有科目 (no account in the file)");
  check_targets(path, accounts, lines);
  return accounts;
}

std::vector<AuxItem> read_items(const std::string& path) {
  std::vector<AuxItem> items;
  std::set<std::string> seen;
  each_row(path, kItemCells, 2, [&](int number, const std::vector<std::string>& cells) {
    const auto cell = [&](std::size_t i) { return i < cells.size() ? cells[i] : std::string(); };
    AuxItem item{cell(0), cell(1), cell(2), cell(3), cell(4), {}, {}};
    check_item(path, number, item, cell(5), cell(6));
    if (!seen.insert(item.code).second) bad("aux.item-duplicate", path, number, "取值重复 (the item is there twice): " + item.code);
    items.push_back(std::move(item));
  });
  return items;
}

std::vector<AuxType> read_aux_info(const std::string& path) {
  const InfoNode root = read_info_file(path);
  refuse_unknown_keys(root, path, {"aux"});
  std::vector<AuxType> types;
  for (const InfoNode* aux : root.all("aux"))
    for (const auto& node : aux->children) {
      refuse_unknown_keys(node, path, {"name", "item", "format", "listing"});
      AuxType type{node.key, node.get("name", node.key), {}, node.get("format"), Listing::closed};
      for (const auto& other : types)
        if (other.code == type.code) bad("aux.dimension-duplicate", path, node.line, "辅助核算项重复 (the dimension is there twice): " + type.code);
      if (!type.format.empty() && !is_format(type.format)) bad("aux.format-unknown", path, node.line, "format 应如 \"digits 6\" 或 \"text 1-40\" (unknown format): \"" + type.format + "\"");
      const std::string listing = node.get("listing", "closed");
      if (listing == "open") type.listing = Listing::open;
      else if (listing == "imported") type.listing = Listing::imported;
      else if (listing != "closed") bad("aux.listing-unknown", path, node.line, "listing 应为 closed open imported 之一 (unknown listing): \"" + listing + "\"");
      for (const InfoNode* child : node.all("item")) {
        refuse_unknown_keys(*child, path, {"name", "parent", "kind", "accounts", "from", "to"});
        AuxItem item{child->value, child->get("name", child->value), child->get("parent"), child->get("kind"), child->get("accounts"), {}, {}};
        check_item(path, child->line, item, child->get("from"), child->get("to"));
        for (const auto& other : type.items)
          if (other.code == item.code) bad("aux.item-duplicate", path, child->line, "取值重复 (the item is there twice): " + item.code);
        type.items.push_back(std::move(item));
      }
      sort_items(type);
      types.push_back(std::move(type));
    }
  return types;
}

}  // namespace mif::chart
