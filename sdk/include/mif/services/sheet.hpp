// SPDX-License-Identifier: Apache-2.0
// mif.sheet: workbooks and CSV files as rows.
#ifndef MIF_SERVICES_SHEET_HPP
#define MIF_SERVICES_SHEET_HPP

#include <exception>

#include "mif/sdk.hpp"
#include "mif/svc/sheet.h"

namespace mif {

// Rows of a workbook or CSV file that somebody else wrote.
class Sheet {
 public:
  explicit Sheet(const Plugin& plugin) : service_(plugin.need<mif_sheet>(MIF_SHEET_ID)) {}
  // `on(const mif_sheet_row&)`: false = enough. What it throws comes out.
  template <class F>
  void rows(Call call, std::string_view bytes, F&& on) const {
    struct Sink {
      mif_sheet_sink c;
      F& on;
      std::exception_ptr thrown;
    } sink{sized<mif_sheet_sink>(), on, nullptr};
    sink.c.impl = &sink;
    sink.c.on = [](mif_sheet_sink* to, const mif_sheet_row* row) -> int32_t {
      auto& self = *static_cast<Sink*>(to->impl);
      try {
        return self.on(*row) ? 0 : 1;
      } catch (...) {
        self.thrown = std::current_exception();
        return 1;
      }
    };
    ask(call.get(), service_->rows, service_->impl, reinterpret_cast<const uint8_t*>(bytes.data()), uint64_t{bytes.size()}, &sink.c);
    if (sink.thrown) std::rethrow_exception(sink.thrown);
  }

 private:
  const mif_sheet* service_;
};

}  // namespace mif
#endif
