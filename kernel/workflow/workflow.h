// SPDX-License-Identifier: Apache-2.0
// Approvals as data: flows of nodes, each decided by people of a role (N of M, amount tiers) or by a named plugin on
// evidence. Separation of duties: nobody who acted in an instance - its maker included - decides another node of it (P8).
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/audit/log.h"
#include "kernel/audit/verify.h"
#include "kernel/base/clock.h"
#include "kernel/base/who.h"
#include "kernel/identity/identity.h"
#include "kernel/store/database.h"
#include "kernel/workflow/rules.h"
#include "mif/pattern.hpp"
#include "mif/svc/workflow.h"

namespace mif::workflow {

struct Tier {
  Fen from;      // amounts >= from
  int need = 1;  // how many different people
};
struct NodeDef {
  std::string name, role, plugin;  // exactly one of role and plugin
  std::vector<Tier> tiers;         // ascending; at least one, from 0
  bool rules = false;              // approved rules may decide it in a person's place
};
// The flow taken instead when somebody enters the subject in one of these ways and it touches one of these accounts.
struct Instead {
  std::string flow;
  std::string entered;      // origins of Who, blank-separated; empty = however it came
  AccountPattern accounts;  // empty = whatever it touches
};
struct FlowDef {
  std::string name, title;
  int version = 1;
  std::vector<NodeDef> nodes;
  std::string default_for{};  // the subject kind that takes this flow when none is named; empty = none
  std::vector<Instead> instead{};
};
// flow voucher-payment { title "付款凭证" version 1 node review { role reviewer } node pay { role payer need 1
//   tier { from 1000000.00 need 2 } } node settle { plugin treasury } }
// flow voucher-receipt { title "..." default-for voucher node review { role reviewer }
//   instead voucher-cash { entered "web mifctl" accounts "1001:1005" } }
std::vector<FlowDef> read_flows_info(const std::string& path);

enum class FlowState { open = MIF_FLOW_OPEN, approved, rejected, cancelled };
struct Instance {
  std::int64_t id = 0;
  std::string flow, unit, subject_kind, subject, digest, maker, node, last_actor;
  int version = 1;
  Fen amount;
  FlowState state = FlowState::open;
};
struct Decision {
  std::int64_t instance = 0;
  int seq = 0;
  std::string node, actor, comment;
  bool approve = true;
  std::int64_t at_ms = 0;
};

struct Stored;  // an instance with its decisions, private to the room

// Told, inside the deciding transaction, when an instance passes a node or ends (approved, rejected or cancelled: look at its
// state). Registered per subject kind.
struct Handler {
  std::function<void(store::Txn&, const Who&, const Instance&, const std::string& passed_node)> passed;
  std::function<void(store::Txn&, const Who&, const Instance&)> ended;
};

// [any-thread] after the handlers are registered
class Engine {
 public:
  Engine(audit::Log& log, const Clock& clock, std::vector<FlowDef> flows);
  void on(std::string subject_kind, Handler handler);  // [control-thread]
  // The flow a subject takes: the named one or the kind's default, or what is configured instead of it for this origin and
  // these accounts. MIF_E_NOT_FOUND when none is named and the kind has no default.
  std::string flow_for(std::string_view subject_kind, std::string_view named, std::string_view origin, std::span<const std::string_view> accounts) const;
  const FlowDef& flow(std::string_view name) const;    // newest version; MIF_E_NOT_FOUND
  const FlowDef& flow_of(const Instance& instance) const;  // the version it started with; MIF_E_CONFLICT when no longer configured
  std::int64_t start(store::Txn& txn, const Who& who, std::string_view flow, std::string_view unit, std::string_view subject_kind,
                     std::string_view subject, std::string_view digest, Fen amount, std::string_view maker);
  // As a person. MIF_E_DENIED / MIF_E_CONFLICT as in svc/workflow.h.
  Instance decide(store::Txn& txn, const Who& who, const identity::Caller& caller, std::int64_t instance, std::string_view node,
                  bool approve, std::string_view digest, std::string_view comment);
  // As plugin `plugin`, for a node it owns.
  Instance decide_as_plugin(store::Txn& txn, const Who& who, std::string_view plugin, std::int64_t instance, std::string_view node,
                            bool approve, std::string_view digest, std::string_view comment);
  // As an approved rule, at a node that allows it and asks for one person: approves only, and never what the people behind the
  // rule made themselves. MIF_E_DENIED / MIF_E_CONFLICT.
  Instance decide_by_rule(store::Txn& txn, const Who& who, const Rule& rule, std::int64_t instance, std::string_view node, std::string_view digest,
                          std::string_view comment);
  void cancel(store::Txn& txn, const Who& who, std::int64_t instance, std::string_view reason);
  Instance instance(store::Txn& txn, std::int64_t id) const;
  std::vector<Decision> decisions(store::Txn& txn, std::int64_t instance) const;
  // Open instances at a node, keyset by id.
  std::vector<Instance> waiting(store::Txn& txn, std::string_view subject_kind, std::string_view node, std::int64_t after, int limit) const;

 private:
  Instance record(store::Txn& txn, const Who& who, Stored& stored, const std::string& actor, bool approve, std::string_view comment, int need);
  static void end(Stored& stored, std::int64_t at_ms);
  static void save(store::Txn& txn, const Stored& stored);

  audit::Log& log_;
  const Clock& clock_;
  std::map<std::string, std::map<int, FlowDef>, std::less<>> flows_;  // name -> version -> definition
  std::map<std::string, std::string, std::less<>> defaults_;          // subject kind -> flow
  std::map<std::string, Handler, std::less<>> handlers_;
};

// P8: every instance's maker and deciders differ.
std::vector<audit::Finding> verify(store::Txn& txn);
std::span<const store::Migration> migrations();
std::vector<audit::DigestSource> digest_sources(HashAlg alg);

}  // namespace mif::workflow
