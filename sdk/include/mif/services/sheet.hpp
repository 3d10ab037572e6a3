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
  // The files of a ZIP archive, each as `on(std::string_view name, std::string_view bytes)`: false = enough. What is no archive is one
  // file without a name. MIF_E_UNAVAILABLE: an older host.
  template <class F>
  void files(Call call, std::string_view bytes, F&& on) const {
    if (service_->size < sizeof(mif_sheet)) throw Error(MIF_E_UNAVAILABLE, "sheet.no-archives", "这个主机还不会读压缩包 (this host does not read archives)");
    struct Sink {
      mif_sheet_file_sink c;
      F& on;
      std::exception_ptr thrown;
    } sink{sized<mif_sheet_file_sink>(), on, nullptr};
    sink.c.impl = &sink;
    sink.c.on = [](mif_sheet_file_sink* to, mif_str name, const uint8_t* file, uint64_t n) -> int32_t {
      auto& self = *static_cast<Sink*>(to->impl);
      try {
        return self.on(view(name), std::string_view(reinterpret_cast<const char*>(file), n)) ? 0 : 1;
      } catch (...) {
        self.thrown = std::current_exception();
        return 1;
      }
    };
    ask(call.get(), service_->files, service_->impl, reinterpret_cast<const uint8_t*>(bytes.data()), uint64_t{bytes.size()}, &sink.c);
    if (sink.thrown) std::rethrow_exception(sink.thrown);
  }

 private:
  const mif_sheet* service_;
};

}  // namespace mif
#endif
