// SPDX-License-Identifier: Apache-2.0
// bank-bai2: balance and transaction reports of North American banks.
#include "bai2.h"
#include "mif/extensions.hpp"

namespace mif::bank_bai2 {

namespace {

class BankBai2 : public Plugin, public StatementFormat {
 public:
  using Plugin::Plugin;

  const void* extension(std::string_view id) override { return id == MIF_STATEMENT_FORMAT_ID ? static_cast<const void*>(statement_format_abi()) : nullptr; }

  std::string describe_formats(Call) override { return R"({"formats":[{"id":"bai2","title":"BAI2 对账单","files":["*.bai","*.bai2"]}]})"; }
  Sniffed sniff(std::string_view head) override {
    Sniffed found;
    found.sure = bank_bai2::sniff(head, found.format);
    if (found.sure == 0) found.format.clear();
    return found;
  }
  void read_statements(Call call, std::string_view, std::string_view options, mif_byte_source& bytes, mif_statement_events& events) override {
    read_bai2(bytes, options, events, [call] { return call.cancelled(); });
  }
};

}  // namespace

}  // namespace mif::bank_bai2

MIF_PLUGIN(mif::bank_bai2::BankBai2, "bank-bai2", "1.0.0", MIF_LIST("mif.statement-format/1"), MIF_LIST(nullptr))
