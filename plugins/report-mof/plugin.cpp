// SPDX-License-Identifier: Apache-2.0
// The Ministry of Finance's tables: the fund statements and final accounts in yuan, budget and execution in whole 万元, the
// county disclosure in 万元 with two decimals, each cell rounded half up from its own exact value.
#include "mif/extensions.hpp"
#include "printed_units.h"

namespace mif::report_mof {

// [worker, concurrent] Holds nothing.
class ReportMof : public Plugin, public ReportTemplate {
 public:
  explicit ReportMof(const mif_host* host) : Plugin(host) {}
  const void* extension(std::string_view id) override { return id == MIF_REPORT_TEMPLATE_ID ? ReportTemplate::abi() : nullptr; }
  std::string describe(Call) override {
    return R"({"ministry":"mof","name":"财政部","folders":["templates/report/mof/2023-statement","templates/report/mof/2023-year",
      "templates/report/mof/2024-budget","templates/report/mof/2023-final","templates/report/mof/2023-disclosure"]})";
  }
  std::string present(Call, std::string_view table, Fen fen) override {
    if (table.substr(0, 5) == "MOF_D") return report_leaf::in_units(fen.value(), 1000000, 2);
    // MOF_ are budget and execution tables; everything else of the ministry is a statement in yuan.
    return table.substr(0, 4) == "MOF_" ? report_leaf::in_ten_thousand_yuan(fen.value()) : report_leaf::in_yuan(fen.value());
  }
  // The data package is what is handed in.
  std::string package(Call, std::string_view, mif_cell_source&) override { return {}; }
};

}  // namespace mif::report_mof

MIF_PLUGIN(mif::report_mof::ReportMof, "report-mof", "1.0.0", MIF_LIST("mif.report-template/1"), nullptr)
