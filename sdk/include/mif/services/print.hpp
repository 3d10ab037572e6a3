// SPDX-License-Identifier: Apache-2.0
// mif.print: tables as paper and files.
#ifndef MIF_SERVICES_PRINT_HPP
#define MIF_SERVICES_PRINT_HPP

#include "mif/sdk.hpp"
#include "mif/svc/print.h"

namespace mif {

class Print {
 public:
  explicit Print(const Plugin& plugin) : service_(plugin.need<mif_print>(MIF_PRINT_ID)) {}
  // The file's bytes; `notes` gets what could not be shown as it is.
  std::string table(Call call, std::string_view document_json, std::string_view format, std::vector<std::string>* notes = nullptr) const {
    TextSink bytes;
    TextSink lines;
    ask(call.get(), service_->table, service_->impl, s(document_json), s(format), bytes.get(), lines.get());
    if (notes) *notes = lines.chunks();
    return bytes.text();
  }

 private:
  const mif_print* service_;
};

}  // namespace mif
#endif
