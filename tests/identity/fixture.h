// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/base/text.h"
#include "kernel/identity/identity.h"
#include "tests/audit/fixture.h"

namespace mif::testing {

inline identity::Roles test_roles() {
  identity::Roles roles{{"maker", {"voucher.propose", "ledger.read"}},
                        {"reviewer", {"voucher.review", "ledger.read"}},
                        {"administrator", {"user.manage"}},
                        {"viewer", {"ledger.read"}}};
  roles.exclusions = {{"administrator", "maker", "三员分立"}, {"administrator", "reviewer", "三员分立"}};
  return roles;
}

// A province with two cities and a county.
class IdentityFixture : public AuditFixture {
 protected:
  IdentityFixture() {
    store::migrate(*database, "identity", identity::migrations());
    database->write([&](store::Txn& txn) {
      for (const auto& unit : std::vector<identity::Unit>{{"990000", "示例省", "province", ""}, {"990100", "示例市", "city", "990000"}, {"990200", "邻市", "city", "990000"}, {"990101", "示例县", "county", "990100"}})
        people.put_unit(txn, who, unit);
      people.put_person(txn, who, {"maker1", "郑制单", "990100", {"maker", "viewer"}, false});
      people.put_person(txn, who, {"admin1", "管维护", "990000", {"administrator"}, false});
    });
  }
  identity::Caller caller(std::string_view login) {
    identity::Caller found;
    database->read([&](store::Txn& txn) { found = people.caller(txn, login); });
    return found;
  }
  std::vector<audit::Finding> findings() {
    const auto sources = identity::digest_sources(log.alg());
    std::vector<audit::Finding> found;
    database->read([&](store::Txn& txn) { found = audit::verify(txn, log.alg(), sources, nullptr).findings; });
    return found;
  }
  template <class Work>
  mif_status write(Work work) {
    return status_of([&] { database->write(work); });
  }
  identity::Identity people{log, clock, test_roles()};
};

}  // namespace mif::testing
