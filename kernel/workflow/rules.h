// SPDX-License-Identifier: Apache-2.0
// Rules that decide in a person's place, where the flow's node allows it ("rules yes"). A rule is itself approved by a second
// person before it counts, keeps its versions, and every decision it makes names rule and version.
// Source: 财会〔2024〕12号 art. 21(1), 财会〔2024〕11号 art. 17. What a rule's text means is its user's matter.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/audit/log.h"
#include "kernel/base/clock.h"
#include "kernel/base/who.h"
#include "kernel/store/database.h"

namespace mif::workflow {

struct Rule {
  std::string name, body;  // body: at most 4000 bytes
  int version = 0;
  std::string proposed_by, approved_by, retired_by;  // empty = not yet
  std::int64_t proposed_ms = 0, approved_ms = 0, retired_ms = 0;
  std::string actor() const { return "rule:" + name + '@' + std::to_string(version); }
  bool counts() const { return !approved_by.empty() && retired_by.empty(); }
};

// [any-thread]
class Rules {
 public:
  Rules(audit::Log& log, const Clock& clock) : log_(log), clock_(clock) {}
  // The next version; the newest one when it says the same. MIF_E_INVALID for a name that is none.
  Rule propose(store::Txn& txn, const Who& who, std::string_view name, std::string_view body);
  // By another person than the one who proposed it; earlier versions retire. MIF_E_DENIED, MIF_E_CONFLICT.
  void approve(store::Txn& txn, const Who& who, std::string_view name, int version);
  void retire(store::Txn& txn, const Who& who, std::string_view name, int version);
  std::vector<Rule> all(store::Txn& txn) const;  // by name and version

 private:
  Rule find(store::Txn& txn, std::string_view name, int version) const;  // MIF_E_NOT_FOUND
  void save(store::Txn& txn, const Who& who, const Rule& rule, std::string_view action);

  audit::Log& log_;
  const Clock& clock_;
};

}  // namespace mif::workflow
