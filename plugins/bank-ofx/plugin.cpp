// SPDX-License-Identifier: Apache-2.0
// bank-ofx: statements of bank and card accounts as OFX 1 (SGML) and 2 (XML).
#include "ofx.h"
#include "format_plugin.h"

namespace mif::bank_ofx {

namespace {

struct OfxFormat {
  static std::string formats() { return R"({"formats":[{"id":"ofx","title":"OFX 对账单","files":["*.ofx","*.qfx"]}]})"; }
  static constexpr auto sniff = &bank_ofx::sniff;
  static constexpr auto read = &read_ofx;
};

}  // namespace

}  // namespace mif::bank_ofx

MIF_STATEMENT_FORMAT_PLUGIN(mif::bank_ofx::OfxFormat, "bank-ofx", "1.0.0")
