// SPDX-License-Identifier: Apache-2.0
// A change of any column of people, roles or units behind the system's back is found and names the person or unit.
#include <algorithm>

#include "tests/identity/fixture.h"

namespace mif::identity {
namespace {

class IdentityTampering : public testing::IdentityFixture {
 protected:
  IdentityTampering() {
    database->write([&](store::Txn& txn) { people.set_password(txn, who, "maker1", "good password"); });
    testing::status_of([&] { people.login(*database, who, "maker1", "wrong password"); });
  }
  // The findings after `sql`, which is undone.
  std::vector<std::string> after(const std::string& sql) {
    store::Txn txn = database->begin(store::Mode::write);
    txn.execute(sql);
    const auto sources = digest_sources(log.alg());
    std::vector<std::string> objects;
    for (const auto& finding : audit::verify(txn, log.alg(), sources, nullptr).findings) objects.push_back(finding.object);
    return objects;
  }
};

using Objects = std::vector<std::string>;

TEST_F(IdentityTampering, of_any_column_of_a_person_names_the_person) {
  EXPECT_TRUE(findings().empty());
  std::vector<std::string> columns;
  database->read([&](store::Txn& txn) { txn.query("select name from pragma_table_info('identity_person')", {}, [&](const store::Row& row) { columns.emplace_back(row.text(0)); }); });
  EXPECT_EQ(columns.size(), 10u);
  for (const auto& column : columns) {
    if (column == "login") continue;
    for (const char* value : {"'zz'", "77", "''", "x'00'", "1.25"}) EXPECT_EQ(after("update identity_person set " + column + " = " + value + " where login = 'maker1'"), Objects{"person:maker1"}) << column << " = " << value;
  }
  const auto renamed = after("update identity_person set login = 'other' where login = 'admin1'");
  EXPECT_NE(std::find(renamed.begin(), renamed.end(), "person:other"), renamed.end());
  EXPECT_NE(std::find(renamed.begin(), renamed.end(), "person:admin1"), renamed.end());
}

TEST_F(IdentityTampering, of_grants_names_the_person) {
  EXPECT_EQ(after("insert into identity_role (login, role) values ('maker1', 'reviewer')"), Objects{"person:maker1"});
  EXPECT_EQ(after("delete from identity_role where login = 'maker1' and role = 'viewer'"), Objects{"person:maker1"});
  EXPECT_EQ(after("update identity_role set role = 'reviewer' where login = 'admin1'"), Objects{"person:admin1"});
  EXPECT_EQ(after("insert into identity_role (login, role) values ('ghost', 'reviewer')"), Objects{"person:ghost"});
}

TEST_F(IdentityTampering, of_whole_people_and_units_is_named) {
  EXPECT_EQ(after("delete from identity_person where login = 'admin1'"), Objects{"person:admin1"});
  EXPECT_EQ(after("insert into identity_person select 'backdoor', name, unit, disabled, password_alg, password_iterations, password_salt, password_hash, failures, locked_until_ms "
                  "from identity_person where login = 'maker1'"),
            Objects{"person:backdoor"});
  EXPECT_EQ(after("update identity_unit set parent = '' where code = '990101'"), Objects{"unit:990101"});
  EXPECT_EQ(after("update identity_unit set name = 'x' where code = '990101'"), Objects{"unit:990101"});
  EXPECT_EQ(after("update identity_unit set level = 'city' where code = '990101'"), Objects{"unit:990101"});
  EXPECT_EQ(after("delete from identity_unit where code = '990101'"), Objects{"unit:990101"});
  EXPECT_EQ(after("insert into identity_unit (code, name, level, parent) values ('1', 'x', 'city', '')"), Objects{"unit:1"});
}

}  // namespace
}  // namespace mif::identity
