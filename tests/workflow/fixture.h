// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/workflow/workflow.h"
#include "tests/audit/fixture.h"

namespace mif::testing {

inline std::vector<workflow::FlowDef> test_flows() {
  const auto one = [](const char* name, const char* role) { return workflow::NodeDef{name, role, "", {{Fen(0), 1}}}; };
  return {{"receipt", "收款", 1, {one("review", "reviewer")}},
          {"payment", "付款", 1, {one("review", "reviewer"), {"pay", "payer", "", {{Fen(0), 1}, {Fen(100'000'00), 2}, {Fen(1'000'000'00), 3}}}, {"settle", "", "treasury", {{Fen(0), 1}}}}}};
}

inline identity::Caller person(const std::string& login, std::set<std::string, std::less<>> roles, std::set<std::string, std::less<>> units = {"990000", "990100"}) {
  identity::Caller caller;
  caller.login = login;
  caller.unit = *units.begin();
  caller.roles = std::move(roles);
  caller.units = std::move(units);
  return caller;
}

class WorkflowFixture : public AuditFixture {
 protected:
  WorkflowFixture() { store::migrate(*database, "workflow", workflow::migrations()); }

  std::int64_t start(const std::string& flow, Fen amount = Fen(100), const std::string& maker = "maker1") {
    std::int64_t id = 0;
    database->write([&](store::Txn& txn) { id = engine.start(txn, who, flow, "990100", "voucher", "42", "d1", amount, maker); });
    return id;
  }
  mif_status decide(std::int64_t id, const identity::Caller& caller, const std::string& node, bool approve = true, const std::string& digest = "d1") {
    return status_of([&] { database->write([&](store::Txn& txn) { engine.decide(txn, {caller.login, "web", ""}, caller, id, node, approve, digest, "意见"); }); });
  }
  mif_status settle(std::int64_t id, const std::string& plugin = "treasury", const std::string& node = "settle", const std::string& digest = "d1") {
    return status_of([&] { database->write([&](store::Txn& txn) { engine.decide_as_plugin(txn, {"payer1", plugin, ""}, plugin, id, node, true, digest, "回单 77"); }); });
  }
  workflow::Instance at(std::int64_t id) {
    workflow::Instance found;
    database->read([&](store::Txn& txn) { found = engine.instance(txn, id); });
    return found;
  }
  std::vector<audit::Finding> findings() {
    std::vector<audit::Finding> found;
    database->read([&](store::Txn& txn) {
      const auto sources = workflow::digest_sources(log.alg());
      found = audit::verify(txn, log.alg(), sources, nullptr).findings;
      for (auto& finding : workflow::verify(txn)) found.push_back(std::move(finding));
    });
    return found;
  }
  workflow::Engine engine{log, clock, test_flows()};
  const identity::Caller reviewer = person("reviewer1", {"reviewer"}), payer = person("payer1", {"payer"});
};

}  // namespace mif::testing
