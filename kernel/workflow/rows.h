// SPDX-License-Identifier: Apache-2.0
// The stored form of instances and decisions. Private to this room.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "kernel/workflow/rules.h"
#include "kernel/workflow/workflow.h"

namespace mif::workflow {

inline constexpr std::string_view kPluginActor = "plugin:", kRuleActor = "rule:";
audit::DigestSource rule_digests(HashAlg alg);
std::vector<Rule> all_rules(store::Txn& txn);  // by name and version

std::string object_of(std::int64_t instance);  // "workflow:17"

// Column order of both tables; digests take the columns in this order.
inline constexpr std::string_view kInstanceColumns =
    "id, flow, version, unit, subject_kind, subject, digest, amount_fen, maker, state, node, last_actor, started_ms, ended_ms";
inline constexpr std::string_view kDecisionColumns = "instance, seq, node, actor, approve, digest, comment, at_ms";

// Everything the two tables hold of one instance.
struct Stored {
  Instance instance;
  std::int64_t started_ms = 0, ended_ms = 0;
  std::vector<Decision> decisions;
  std::vector<std::string> digests;  // of the decisions, in their order
};

// MIF_E_NOT_FOUND. `lock`: keep others from deciding it until the transaction ends.
Stored load(store::Txn& txn, std::int64_t id, bool lock);
Instance read_instance(const store::Row& row);
std::string digest_of(HashAlg alg, const Stored& stored);

}  // namespace mif::workflow
