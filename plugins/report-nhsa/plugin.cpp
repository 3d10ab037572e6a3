// SPDX-License-Identifier: Apache-2.0
// The National Healthcare Security Administration's tables. How they are printed stands in them.
#include "mif/extensions.hpp"

namespace mif::report_nhsa {

// [worker, concurrent] Holds nothing.
class ReportNhsa : public Plugin, public ReportTemplate {
 public:
  explicit ReportNhsa(const mif_host* host) : Plugin(host) {}
  const void* extension(std::string_view id) override { return id == MIF_REPORT_TEMPLATE_ID ? ReportTemplate::abi() : nullptr; }
  std::string describe(Call) override {
    return R"({"ministry":"nhsa","name":"国家医疗保障局","folders":["templates/report/nhsa/2023-month","templates/report/nhsa/2023-quarter",
      "templates/report/nhsa/2023-year","templates/report/nhsa/bulletin-2019","templates/report/nhsa/bulletin-2021",
      "templates/report/nhsa/bulletin-2023","templates/report/nhsa/flash-2019"]})";
  }
  // The data package is what is handed in.
  std::string package(Call, std::string_view, mif_cell_source&) override { return {}; }
};

}  // namespace mif::report_nhsa

MIF_PLUGIN(mif::report_nhsa::ReportNhsa, "report-nhsa", "1.0.0", MIF_LIST("mif.report-template/1"), nullptr)
