// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "kernel/service/plugin_side.h"

namespace mif::service {
namespace {

void give(mif_flow_sink* sink, const workflow::Instance& instance) {
  if (!sink) return;
  auto f = sized<mif_flow_state>();
  f.state = static_cast<std::int32_t>(instance.state);
  f.instance = instance.id;
  f.flow = s(instance.flow);
  f.node = s(instance.node);
  f.subject_kind = s(instance.subject_kind);
  f.subject = s(instance.subject);
  f.digest = s(instance.digest);
  f.maker = s(instance.maker);
  f.last_actor = s(instance.last_actor);
  sink->on(sink, &f);
}

workflow::Instance visible_instance(PluginSide& side, plugin::CallContext& context, store::Txn& txn, std::int64_t id) {
  workflow::Instance instance = side.deployment.workflow().instance(txn, id);
  if (!sees(context, instance.unit)) throw Error(MIF_E_NOT_FOUND, "workflow.not-found", "没有审批 (no workflow instance) " + std::to_string(id));
  return instance;
}

mif_status start(void* impl, mif_call* call, mif_txn* txn, mif_str flow, mif_str unit, mif_str subject_kind, mif_str subject, mif_str digest,
                 mif_fen amount, mif_str maker, std::int64_t* instance) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    store::Txn& open = txn_for(context, txn);
    given(instance, "instance") = 0;
    const std::string_view where = filled(unit, "unit", 60), kind = filled(subject_kind, "subject_kind", 60);
    require_unit(context, where);
    // A voucher's flow posts it when it ends: only the kernel starts one.
    if (kind == "voucher") throw Error(MIF_E_DENIED, "workflow.kernel-starts", "凭证的审批由内核发起 (the kernel starts a voucher's flow): 请用 mif.ledger-propose/1");
    std::string_view by = text(maker, "maker", 120);
    if (by.empty()) by = view(context.call->actor);
    else if (by != view(context.call->actor)) side.deployment.identity().caller(open, by);  // must exist
    *instance = side.deployment.workflow().start(open, context.who, filled(flow, "flow", 60), where, kind, filled(subject, "subject", 200),
                                                 filled(digest, "digest", 128), Fen(amount), by);
  });
}

mif_status decide(void* impl, mif_call* call, mif_txn* txn, std::int64_t id, mif_str node, std::int32_t decision, mif_str digest, mif_str comment,
                  mif_flow_sink* sink) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    store::Txn& open = txn_for(context, txn);
    if (decision != MIF_DECIDE_APPROVE && decision != MIF_DECIDE_REJECT) throw Error(MIF_E_INVALID, "plugin.bad-call", "决定未知 (unknown decision) " + std::to_string(decision));
    const bool approve = decision == MIF_DECIDE_APPROVE;
    const workflow::Instance instance = visible_instance(side, context, open, id);
    const std::string_view at = filled(node, "node", 60), what = filled(digest, "digest", 128), why = text(comment, "comment", 2000);
    workflow::Engine& engine = side.deployment.workflow();
    const auto& nodes = engine.flow_of(instance).nodes;
    const auto definition = std::find_if(nodes.begin(), nodes.end(), [&](const workflow::NodeDef& n) { return n.name == at; });
    const bool by_plugin = definition != nodes.end() && !definition->plugin.empty();
    if (by_plugin) {
      give(sink, engine.decide_as_plugin(open, context.who, side.manifest.id, id, at, approve, what, why));
      return;
    }
    // A page that a reviewer merely opens must not be able to approve in the reviewer's name: whoever vouches for a voucher's
    // content does so in the kernel's own pages. A plugin acts for a person only further on, in a flow that gives it a part.
    const bool takes_part = std::any_of(nodes.begin(), nodes.end(), [&](const workflow::NodeDef& n) { return n.plugin == side.manifest.id; });
    if (instance.subject_kind == "voucher" && (!takes_part || definition == nodes.begin()))
      throw Error(MIF_E_DENIED, "workflow.not-by-plugin", "凭证的节点 " + std::string(at) + " 不由插件 " + side.manifest.id + " 代办 (this node of a voucher's flow is not decided through this plugin)");
    if (!context.caller) throw Error(MIF_E_DENIED, "workflow.not-by-plugin", "节点 " + std::string(at) + " 要由人决定 (this node is decided by a person, not by scheduled work)");
    give(sink, engine.decide(open, context.who, *context.caller, id, at, approve, what, why));
  });
}

mif_status state(void* impl, mif_call* call, mif_txn* txn, std::int64_t id, mif_flow_sink* sink) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    give(&given(sink, "sink"), visible_instance(side, context, txn_for(context, txn), id));
  });
}

}  // namespace

void fill_workflow(PluginSide& side) {
  side.workflow = sized<mif_workflow>();
  side.workflow.impl = &side;
  side.workflow.start = &start;
  side.workflow.decide = &decide;
  side.workflow.state = &state;
}

}  // namespace mif::service
