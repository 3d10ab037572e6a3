// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/identity/fixture.h"

namespace mif::identity {
namespace {

class People : public testing::IdentityFixture {
 protected:
  mif_status put(const Person& person) {
    return write([&](store::Txn& txn) { people.put_person(txn, who, person); });
  }
  mif_status put(const Unit& unit) {
    return write([&](store::Txn& txn) { people.put_unit(txn, who, unit); });
  }
};

TEST_F(People, see_their_own_unit_and_everything_below_and_nothing_else) {
  const Caller city = caller("maker1");
  EXPECT_TRUE(city.sees("990100"));
  EXPECT_TRUE(city.sees("990101"));
  EXPECT_FALSE(city.sees("990000")) << "the unit above";
  EXPECT_FALSE(city.sees("990200")) << "the unit beside";
  EXPECT_EQ(caller("admin1").units.size(), 4u);
}

TEST_F(People, may_what_their_roles_give) {
  const Caller maker = caller("maker1");
  EXPECT_TRUE(maker.may("voucher.propose"));
  EXPECT_TRUE(maker.has_role("viewer"));
  EXPECT_FALSE(maker.may("voucher.review"));
  EXPECT_NO_THROW(maker.require("voucher.propose", "990101"));
  EXPECT_NO_THROW(maker.require("voucher.propose", ""));
  EXPECT_EQ(testing::status_of([&] { maker.require("voucher.review", "990100"); }), MIF_E_DENIED);
  EXPECT_EQ(testing::status_of([&] { maker.require("voucher.propose", "990000"); }), MIF_E_DENIED);
  EXPECT_NE(testing::message_of([&] { maker.require("voucher.propose", "990000"); }).find("990000"), std::string::npos);
}

TEST_F(People, with_a_role_that_left_the_file_lose_its_permissions) {
  Identity shrunk(log, clock, Roles{{"viewer", {"ledger.read"}}});
  Caller found;
  database->read([&](store::Txn& txn) { found = shrunk.caller(txn, "maker1"); });
  EXPECT_FALSE(found.may("voucher.propose"));
  EXPECT_TRUE(found.may("ledger.read"));
}

TEST_F(People, are_refused_with_unknown_roles_units_or_names) {
  EXPECT_EQ(put(Person{"x", "人", "990100", {"treasurer"}, false}), MIF_E_INVALID);
  EXPECT_EQ(put(Person{"x", "人", "123456", {"maker"}, false}), MIF_E_INVALID);
  EXPECT_EQ(put(Person{"x", "", "990100", {"maker"}, false}), MIF_E_INVALID);
  for (const char* login : {"", "Big", "with space", "plugin:x", "汉字", "a/b"}) EXPECT_EQ(put(Person{login, "人", "990100", {"maker"}, false}), MIF_E_INVALID) << login;
  EXPECT_EQ(testing::status_of([&] { caller("x"); }), MIF_E_NOT_FOUND) << "nothing half-written";
}

TEST_F(People, never_combine_roles_that_exclude_each_other) {
  const Roles roles = testing::test_roles();
  for (const auto& [a, a_permissions] : roles)
    for (const auto& [b, b_permissions] : roles) {
      const bool excluded = std::any_of(roles.exclusions.begin(), roles.exclusions.end(), [&](const auto& x) { return (x.role == a && x.other == b) || (x.role == b && x.other == a); });
      EXPECT_EQ(put(Person{"pair", "人", "990100", {a, b}, false}), excluded ? MIF_E_CONFLICT : MIF_OK) << a << " and " << b;
    }
  EXPECT_EQ(put(Person{"admin1", "管维护", "990000", {"administrator", "reviewer"}, false}), MIF_E_CONFLICT) << "nor by a later grant";
  EXPECT_FALSE(caller("admin1").has_role("reviewer"));
}

TEST_F(People, are_changed_by_the_same_call_and_unchanged_calls_leave_no_trace) {
  const auto entries = [&] {
    std::int64_t n = 0;
    database->read([&](store::Txn& txn) { n = *txn.integer("select count(*) from audit_entry"); });
    return n;
  };
  const auto before = entries();
  EXPECT_EQ(put(Person{"maker1", "郑制单", "990100", {"viewer", "maker", "maker"}, false}), MIF_OK);
  EXPECT_EQ(put(Unit{"990100", "示例市", "city", "990000"}), MIF_OK);
  EXPECT_EQ(entries(), before);
  EXPECT_EQ(put(Person{"maker1", "郑制单", "990200", {"reviewer"}, false}), MIF_OK);
  EXPECT_EQ(put(Unit{"990100", "示例新市", "city", "990000"}), MIF_OK);
  EXPECT_EQ(entries(), before + 2);
  const Caller changed = caller("maker1");
  EXPECT_FALSE(changed.has_role("maker"));
  EXPECT_TRUE(changed.sees("990200"));
  EXPECT_FALSE(changed.sees("990100"));
  EXPECT_TRUE(findings().empty());
  database->read([&](store::Txn& txn) {
    EXPECT_EQ(people.people(txn).size(), 2u);
    EXPECT_EQ(people.people(txn)[1].roles, std::vector<std::string>{"reviewer"});
    EXPECT_EQ(people.units(txn)[1].name, "示例新市");
  });
}

TEST_F(People, disabled_may_nothing) {
  put(Person{"maker1", "郑制单", "990100", {"maker"}, true});
  EXPECT_EQ(testing::status_of([&] { caller("maker1"); }), MIF_E_DENIED);
}

TEST_F(People, units_form_a_tree_of_falling_levels) {
  EXPECT_EQ(put(Unit{"990300", "市", "city", "880000"}), MIF_E_INVALID) << "no such parent";
  EXPECT_EQ(put(Unit{"990300", "市", "village", "990000"}), MIF_E_INVALID);
  EXPECT_EQ(put(Unit{"990300", "市", "city", "990100"}), MIF_E_INVALID) << "a city below a city";
  EXPECT_EQ(put(Unit{"990000", "省", "province", "990101"}), MIF_E_INVALID) << "a circle";
  EXPECT_EQ(put(Unit{"990100", "市", "county", "990000"}), MIF_E_INVALID) << "not below its own children's level";
  EXPECT_EQ(put(Unit{"99 01", "市", "city", "990000"}), MIF_E_INVALID);
}

}  // namespace
}  // namespace mif::identity
