// SPDX-License-Identifier: Apache-2.0
// bank-iso20022: statements as ISO 20022 messages.
#include "camt_reader.h"
#include "mif/extensions.hpp"

namespace mif::bank_iso20022 {

namespace {

class BankIso20022 : public Plugin, public StatementFormat {
 public:
  using Plugin::Plugin;

  const void* extension(std::string_view id) override { return id == MIF_STATEMENT_FORMAT_ID ? static_cast<const void*>(statement_format_abi()) : nullptr; }

  std::string describe_formats(Call) override {
    return R"({"formats":[{"id":"camt.053","title":"ISO 20022 camt.053 对账单","files":["*.xml","*.camt","*.053","*.c53"]},)"
           R"({"id":"camt.052","title":"ISO 20022 camt.052 日间报告","files":["*.xml","*.052","*.c52"]},)"
           R"({"id":"camt.054","title":"ISO 20022 camt.054 借贷记通知","files":["*.xml","*.054","*.c54"]}]})";
  }
  Sniffed sniff(std::string_view head) override {
    Sniffed found;
    found.sure = sniff_camt(head, found.format);
    return found;
  }
  void read_statements(Call call, std::string_view format, std::string_view options, mif_byte_source& bytes, mif_statement_events& events) override {
    read_camt(format, options, bytes, events, [call] { return call.cancelled(); });
  }
};

}  // namespace

}  // namespace mif::bank_iso20022

MIF_PLUGIN(mif::bank_iso20022::BankIso20022, "bank-iso20022", "1.0.0", MIF_LIST("mif.statement-format/1"), MIF_LIST(nullptr))
