// SPDX-License-Identifier: Apache-2.0
// bank-ofx: statements of bank and card accounts as OFX 1 (SGML) and 2 (XML).
#include "ofx.h"
#include "mif/extensions.hpp"

namespace mif::bank_ofx {

namespace {

class BankOfx : public Plugin, public StatementFormat {
 public:
  using Plugin::Plugin;

  const void* extension(std::string_view id) override { return id == MIF_STATEMENT_FORMAT_ID ? static_cast<const void*>(statement_format_abi()) : nullptr; }

  std::string describe_formats(Call) override { return R"({"formats":[{"id":"ofx","title":"OFX 对账单","files":["*.ofx","*.qfx"]}]})"; }
  Sniffed sniff(std::string_view head) override {
    Sniffed found;
    found.sure = bank_ofx::sniff(head, found.format);
    if (found.sure == 0) found.format.clear();
    return found;
  }
  void read_statements(Call call, std::string_view, std::string_view options, mif_byte_source& bytes, mif_statement_events& events) override {
    read_ofx(bytes, options, events, [call] { return call.cancelled(); });
  }
};

}  // namespace

}  // namespace mif::bank_ofx

MIF_PLUGIN(mif::bank_ofx::BankOfx, "bank-ofx", "1.0.0", MIF_LIST("mif.statement-format/1"), MIF_LIST(nullptr))
