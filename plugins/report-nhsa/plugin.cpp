// SPDX-License-Identifier: Apache-2.0
// The National Healthcare Security Administration's monthly tables: amounts in yuan with two decimals.
#include "mif/extensions.hpp"
#include "upload.h"

namespace mif::report_nhsa {

// [worker, concurrent] Holds nothing.
class ReportNhsa : public Plugin, public ReportTemplate {
 public:
  explicit ReportNhsa(const mif_host* host) : Plugin(host) {}
  const void* extension(std::string_view id) override { return id == MIF_REPORT_TEMPLATE_ID ? ReportTemplate::abi() : nullptr; }
  std::string describe(Call) override {
    return R"({"ministry":"nhsa","name":"国家医疗保障局","folders":["templates/report/nhsa/2023-month"]})";
  }
  std::string present(Call, std::string_view, Fen fen) override { return report_leaf::in_yuan(fen.value()); }
  std::string package(Call, std::string_view task_json, mif_cell_source& cells) override { return report_leaf::write_upload(task_json, cells); }
};

}  // namespace mif::report_nhsa

MIF_PLUGIN(mif::report_nhsa::ReportNhsa, "report-nhsa", "1.0.0", MIF_LIST("mif.report-template/1"), nullptr)
