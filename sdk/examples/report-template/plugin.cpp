// SPDX-License-Identifier: Apache-2.0
// A ministry that wants whole 万元, rounded half away from zero, and a CSV of the cells it lists in the task.
#include "mif/extensions.hpp"

namespace {

using namespace mif;

class TenThousands : public Plugin, public ReportTemplate {
 public:
  using Plugin::Plugin;
  const void* extension(std::string_view id) override { return id == MIF_REPORT_TEMPLATE_ID ? ReportTemplate::abi() : nullptr; }

  std::string describe(Call) override { return R"({"ministry":"example","folders":["templates/report/example"]})"; }

  // Integers only: a sum of rounded cells may differ from the rounded sum, a single cell never from itself.
  std::string present(Call, std::string_view, Fen fen) override {
    constexpr std::int64_t kUnit = 1000000;  // fen in 1 万元
    const std::int64_t whole = fen.value() / kUnit, rest = fen.value() % kUnit;
    return std::to_string(whole + (rest >= kUnit / 2) - (rest <= -kUnit / 2));
  }

  std::string describe_package(Call) override { return R"({"name":"示例上报表","extension":"csv","signature":"none","receipts":false})"; }

  // The task names one cell per line, "table,row,column"; the package answers with the same line and its value.
  std::string package(Call call, std::string_view task, mif_cell_source& cells) override {
    std::string csv = "table,row,column,value\r\n";
    while (!task.empty()) {
      const auto end = task.find('\n');
      const std::string_view line = task.substr(0, end);
      task = end == std::string_view::npos ? std::string_view() : task.substr(end + 1);
      const auto first = line.find(','), second = line.find(',', first + 1);
      if (first == std::string_view::npos || second == std::string_view::npos)
        throw Error(MIF_E_INVALID, "任务行应为 表,行,列 (write table,row,column): \"" + std::string(line) + "\"");
      auto cell = sized<mif_cell>();
      if (!cells.get(&cells, s(line.substr(0, first)), s(line.substr(first + 1, second - first - 1)), s(line.substr(second + 1)), &cell))
        throw Error(MIF_E_NOT_FOUND, "没有算出这个单元格 (no such cell): " + std::string(line));
      csv += std::string(line) + "," + (cell.kind == MIF_CELL_MONEY ? present(call, {}, Fen(cell.fen)) : str(cell.text)) + "\r\n";
    }
    return csv;
  }
};

}  // namespace

MIF_PLUGIN(TenThousands, "example-report", "1.0.0", MIF_LIST(MIF_REPORT_TEMPLATE_ID), MIF_LIST(nullptr))
