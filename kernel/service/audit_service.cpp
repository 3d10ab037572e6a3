// SPDX-License-Identifier: Apache-2.0
#include "kernel/audit/lookup.h"
#include "kernel/plugin/json_scan.h"
#include "kernel/service/plugin_side.h"

namespace mif::service {
namespace {

mif_status append(void* impl, mif_call* call, mif_txn* txn, mif_str unit, mif_str action, mif_str object, mif_str body_json) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    store::Txn& open = txn_for(context, txn);
    const std::string_view chain = text(unit, "unit", 60), body = text(body_json, "body_json", 1u << 20);
    if (!chain.empty()) require_unit(context, chain);
    if (!body.empty()) plugin::scan_json(body, "body_json", {1u << 20, 64, false});
    // Both names say whose they are: a plugin cannot write an entry that reads like the kernel's, and the kernel's own
    // objects keep the digests the kernel gave them.
    std::string what(filled(action, "action", 100));
    if (what.rfind(side.manifest.id + ".", 0) != 0) what = side.manifest.id + "." + what;
    const std::string whose = side.manifest.id + "/" + std::string(text(object, "object", 180));
    side.deployment.log().append(open, context.who, {std::string(chain.empty() ? "system" : chain), what, whose, "", std::string(body.empty() ? "{}" : body)});
  });
}

mif_status position(void* impl, mif_call* call, mif_txn* txn, mif_str unit, std::int64_t* seq) {
  return serve(impl, call, [&](PluginSide&, plugin::CallContext& context) {
    store::Txn& open = txn_for(context, txn);
    const std::string_view chain = text(unit, "unit", 60);
    if (!chain.empty()) require_unit(context, chain);
    given(seq, "seq") = audit::chain_size(open, chain.empty() ? "system" : chain);
  });
}

}  // namespace

void fill_audit(PluginSide& side) {
  side.audit = sized<mif_audit>();
  side.audit.impl = &side;
  side.audit.append = &append;
  side.audit.position = &position;
}

}  // namespace mif::service
