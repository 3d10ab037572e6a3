// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin/json_scan.h"
#include "kernel/service/plugin_side.h"

namespace mif::service {
namespace {

constexpr const char* kLevels[] = {"debug", "info", "warn", "error", "host-misbehaves", "plugin-misbehaves"};

void write(void* impl, std::int32_t level, mif_str event, mif_str fields_json) {
  try {
    PluginSide& side = side_of(impl);
    std::int64_t held_back = 0;
    if (!side.log_rate.pass(side.deployment.clock().now_unix_ms(), held_back)) return;
    if (held_back) side.log_file.write("warn", side.manifest.id, "log lines held back", "{\"count\":" + std::to_string(held_back) + "}");
    std::string fields(text(fields_json, "fields_json", 64 * 1024));
    try {
      if (!fields.empty()) plugin::scan_json(fields, "fields", {64 * 1024, 32, false});
    } catch (const Error&) {  // not JSON: kept all the same, as one text
      JsonWriter quoted;
      quoted.begin_object().field("text", fields).end_object();
      fields = quoted.take();
    }
    for (char& c : fields)
      if (c == '\n' || c == '\r') c = ' ';  // between JSON tokens; one entry, one line
    side.log_file.write(level >= 0 && level <= MIF_LOG_PLUGIN_MISBEHAVES ? kLevels[level] : "unknown", side.manifest.id, text(event, "event", 1000), fields);
  } catch (...) {  // logging never fails the work
  }
}

std::int64_t now_unix_ms(void* impl) { return side_of(impl).deployment.clock().now_unix_ms(); }
mif_day business_day(void* impl) { return side_of(impl).deployment.clock().business_day().value(); }

}  // namespace

void fill_clock_and_log(PluginSide& side) {
  side.clock = sized<mif_clock>();
  side.clock.impl = &side;
  side.clock.now_unix_ms = &now_unix_ms;
  side.clock.business_day = &business_day;
  side.log = sized<mif_log>();
  side.log.impl = &side;
  side.log.write = &write;
}

}  // namespace mif::service
