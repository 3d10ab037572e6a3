// SPDX-License-Identifier: Apache-2.0
// The National Healthcare Security Administration's tables: the base, accounting and yearly ones in yuan, 上报表 in whole
// 万元, the bulletin in 亿元, persons counted.
#include "mif/extensions.hpp"
#include "printed_units.h"

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
  std::string present(Call, std::string_view table, Fen fen) override {
    const std::string_view kind = table.substr(0, 8);
    if (kind == "NHSA_M04" || kind == "NHSA_M05" || kind == "NHSA_M06") return report_leaf::in_ten_thousand_yuan(fen.value());
    if (kind == "NHSA_M08" || kind == "NHSA_Q08" || kind == "NHSA_Y03") return report_leaf::in_units(fen.value(), 100, 0);  // persons
    if (kind == "NHSA_P01" || kind == "NHSA_F01") return report_leaf::in_units(fen.value(), 10000000000, 2);                // 亿元
    return report_leaf::in_yuan(fen.value());
  }
  // The data package is what is handed in.
  std::string package(Call, std::string_view, mif_cell_source&) override { return {}; }
};

}  // namespace mif::report_nhsa

MIF_PLUGIN(mif::report_nhsa::ReportNhsa, "report-nhsa", "1.0.0", MIF_LIST("mif.report-template/1"), nullptr)
