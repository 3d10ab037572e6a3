// SPDX-License-Identifier: Apache-2.0
// bank-mt940: statements and interim reports as SWIFT text.
#include "mt940.h"
#include "format_plugin.h"

namespace mif::bank_mt940 {

namespace {

struct Mt940Format {
  static std::string formats() { return R"({"formats":[{"id":"mt940","title":"SWIFT MT940 对账单","files":["*.sta","*.940","*.mt940","*.swi"]},{"id":"mt942","title":"SWIFT MT942 日间报告","files":["*.942","*.mt942"]}]})"; }
  static constexpr auto sniff = &bank_mt940::sniff;
  static constexpr auto read = &read_mt940;
};

}  // namespace

}  // namespace mif::bank_mt940

MIF_STATEMENT_FORMAT_PLUGIN(mif::bank_mt940::Mt940Format, "bank-mt940", "1.0.0")
