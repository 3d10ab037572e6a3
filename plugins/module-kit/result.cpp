// SPDX-License-Identifier: Apache-2.0
#include "module-kit/result.h"

namespace mif::kit {

namespace {

template <class... Maps>
void write(JsonWriter& out, const char* name, const Maps&... maps) {
  if ((maps.empty() && ...)) return;
  out.key(name).begin_object();
  const auto each = [&](const auto& map) {
    for (const auto& [key, value] : map) out.field(key, value);
  };
  (each(maps), ...);
  out.end_object();
}

}  // namespace

std::string Result::json(const std::string& summary) {
  items_.end_array();
  JsonWriter out;
  out.begin_object().field("kind", kind_).key("items").raw(items_.str());
  write(out, "totals", counts_, sums_);
  write(out, "evidence", evidence_);
  return out.field("exit", exit_).field("summary", summary).end_object().take();
}

}  // namespace mif::kit
