// SPDX-License-Identifier: Apache-2.0
// bank-mt940: statements and interim reports as SWIFT text.
#include "mt940.h"
#include "mif/extensions.hpp"

namespace mif::bank_mt940 {

namespace {

class BankMt940 : public Plugin, public StatementFormat {
 public:
  using Plugin::Plugin;

  const void* extension(std::string_view id) override { return id == MIF_STATEMENT_FORMAT_ID ? static_cast<const void*>(statement_format_abi()) : nullptr; }

  std::string describe_formats(Call) override { return R"({"formats":[{"id":"mt940","title":"SWIFT MT940 对账单","files":["*.sta","*.940","*.mt940","*.swi"]},{"id":"mt942","title":"SWIFT MT942 日间报告","files":["*.942","*.mt942"]}]})"; }
  Sniffed sniff(std::string_view head) override {
    Sniffed found;
    found.sure = bank_mt940::sniff(head, found.format);
    if (found.sure == 0) found.format.clear();
    return found;
  }
  void read_statements(Call call, std::string_view, std::string_view options, mif_byte_source& bytes, mif_statement_events& events) override {
    read_mt940(bytes, options, events, [call] { return call.cancelled(); });
  }
};

}  // namespace

}  // namespace mif::bank_mt940

MIF_PLUGIN(mif::bank_mt940::BankMt940, "bank-mt940", "1.0.0", MIF_LIST("mif.statement-format/1"), MIF_LIST(nullptr))
