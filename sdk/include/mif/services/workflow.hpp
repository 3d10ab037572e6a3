// SPDX-License-Identifier: Apache-2.0
// mif.workflow: flows started, decided, looked at.
#ifndef MIF_SERVICES_WORKFLOW_HPP
#define MIF_SERVICES_WORKFLOW_HPP

#include "mif/services/store.hpp"
#include "mif/svc/workflow.h"

namespace mif {

struct FlowState {
  std::int64_t instance = 0;
  int state = 0;  // MIF_FLOW_*
  std::string flow, node, subject_kind, subject, digest, maker, last_actor;
};

class Workflow {
 public:
  explicit Workflow(const Plugin& plugin) : service_(plugin.need<mif_workflow>(MIF_WORKFLOW_ID)) {}
  std::int64_t start(Txn& txn, std::string_view flow, std::string_view unit, std::string_view kind, std::string_view subject,
                     std::string_view digest, Fen amount, std::string_view maker = {}) const {
    std::int64_t id = 0;
    ask(txn.call().get(), service_->start, service_->impl, txn.get(), s(flow), s(unit), s(kind), s(subject), s(digest),
        amount.value(), s(maker), &id);
    return id;
  }
  FlowState decide(Txn& txn, std::int64_t instance, std::string_view node, bool approve, std::string_view digest,
                   std::string_view comment) const {
    FlowState result;
    auto sink = state_sink(result);
    ask(txn.call().get(), service_->decide, service_->impl, txn.get(), instance, s(node),
        static_cast<std::int32_t>(approve ? MIF_DECIDE_APPROVE : MIF_DECIDE_REJECT), s(digest), s(comment), sink->get());
    return result;
  }
  FlowState state(Txn& txn, std::int64_t instance) const {
    FlowState result;
    auto sink = state_sink(result);
    ask(txn.call().get(), service_->state, service_->impl, txn.get(), instance, sink->get());
    return result;
  }

 private:
  static std::unique_ptr<SinkOf<mif_flow_sink, mif_flow_state>> state_sink(FlowState& into) {
    return std::make_unique<SinkOf<mif_flow_sink, mif_flow_state>>([&into](const mif_flow_state& f) {
      into = {f.instance, f.state, str(f.flow), str(f.node), str(f.subject_kind), str(f.subject), str(f.digest), str(f.maker), str(f.last_actor)};
      return true;
    });
  }
  const mif_workflow* service_;
};

}  // namespace mif
#endif
