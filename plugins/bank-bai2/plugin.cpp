// SPDX-License-Identifier: Apache-2.0
// bank-bai2: balance and transaction reports of North American banks.
#include "bai2.h"
#include "format_plugin.h"

namespace mif::bank_bai2 {

namespace {

struct Bai2Format {
  static std::string formats() { return R"({"formats":[{"id":"bai2","title":"BAI2 对账单","files":["*.bai","*.bai2"]}]})"; }
  static constexpr auto sniff = &bank_bai2::sniff;
  static constexpr auto read = &read_bai2;
};

}  // namespace

}  // namespace mif::bank_bai2

MIF_STATEMENT_FORMAT_PLUGIN(mif::bank_bai2::Bai2Format, "bank-bai2", "1.0.0")
