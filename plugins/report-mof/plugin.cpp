// SPDX-License-Identifier: Apache-2.0
// The Ministry of Finance's tables. How they are printed stands in them.
#include "mif/extensions.hpp"

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
  // The data package is what is handed in.
  std::string package(Call, std::string_view, mif_cell_source&) override { return {}; }
};

}  // namespace mif::report_mof

MIF_PLUGIN(mif::report_mof::ReportMof, "report-mof", "1.0.0", MIF_LIST("mif.report-template/1"), nullptr)
