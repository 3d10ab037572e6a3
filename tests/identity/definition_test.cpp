// SPDX-License-Identifier: Apache-2.0
#include <tuple>

#include "tests/identity/fixture.h"

namespace mif::identity {
namespace {

class RoleFiles : public ::testing::Test {
 protected:
  std::string file(std::string_view text) {
    write_file_durably(folder / "x.info", text);
    return folder / "x.info";
  }
  // "LINE: words" of the complaint about `text`
  template <class Read>
  std::string complaint(Read read, std::string_view text) {
    const std::string path = file(text), said = testing::message_of([&] { read(path); });
    return said.starts_with(path + ":") ? said.substr(path.size() + 1) : "without file and line: " + said;
  }
  testing::TempFolder folder;
};

TEST_F(RoleFiles, of_the_demonstration_province_are_read_and_fit_each_other) {
  const std::string config = std::string(MIF_SOURCE_DIR) + "/config/demo-province/";
  const Roles roles = read_roles_info(config + "roles.info");
  const auto units = read_units_info(config + "units.info");
  const auto persons = read_people_info(config + "people.info");
  EXPECT_EQ(units.size(), 3u);
  EXPECT_EQ(persons.size(), 8u);
  testing::TempFolder home;
  const auto database = store::Database::open({.dsn = "sqlite:" + (home / "mif.db"), .create = true});
  store::migrate(*database, "audit", audit::migrations());
  store::migrate(*database, "identity", migrations());
  testing::TestClock clock;
  audit::Log log(clock, HashAlg::sha256);
  Identity identity(log, clock, roles);
  database->write([&](store::Txn& txn) {
    for (const auto& unit : units) identity.put_unit(txn, {"system", "test", ""}, unit);
    for (const auto& person : persons) identity.put_person(txn, {"system", "test", ""}, person);
    EXPECT_TRUE(identity.caller(txn, "maker1").may("voucher.propose"));
    EXPECT_TRUE(identity.caller(txn, "reviewer1").may("voucher.review"));
    EXPECT_TRUE(identity.caller(txn, "payer1").may("payment.send"));
    EXPECT_TRUE(identity.caller(txn, "chief1").may("period.close"));
    EXPECT_TRUE(identity.caller(txn, "cashier1").may("voucher.sign"));
    // Who compiles a budget does not approve it, and the other way round.
    for (const auto& [login, own, others] : {std::tuple("budget1", "fund.budget", "fund.approve"), {"chief1", "fund.approve", "fund.budget"}}) {
      EXPECT_TRUE(identity.caller(txn, login).may(own));
      EXPECT_FALSE(identity.caller(txn, login).may(others));
    }
    EXPECT_TRUE(identity.caller(txn, "viewer1").sees("990101"));
    const Caller admin = identity.caller(txn, "admin1");
    EXPECT_TRUE(admin.may("user.manage"));
    for (const char* permission : {"voucher.propose", "voucher.review", "payment.approve", "payment.send", "period.close", "ledger.read", "report.read", "audit.read"})
      EXPECT_FALSE(admin.may(permission)) << permission;
  });
  for (const char* role : {"maker", "reviewer", "cashier", "poster", "budget", "payer", "chief", "auditor"})
    EXPECT_EQ(testing::status_of([&] {
                database->write([&](store::Txn& txn) { identity.put_person(txn, {"system", "test", ""}, {"admin1", "管", "990000", {"administrator", role}, false}); });
              }),
              MIF_E_CONFLICT)
        << role;
  for (const char* role : {"maker", "reviewer", "poster"})  // 会计基础工作规范 art. 12
    EXPECT_EQ(testing::status_of([&] {
                database->write([&](store::Txn& txn) { identity.put_person(txn, {"system", "test", ""}, {"cashier1", "褚", "990000", {"cashier", role}, false}); });
              }),
              MIF_E_CONFLICT)
        << role;
}

TEST_F(RoleFiles, complain_with_file_and_line) {
  const auto said = [&](std::string_view text) { return complaint([](const std::string& p) { return read_roles_info(p); }, text); };
  EXPECT_TRUE(said("").starts_with("1:"));
  EXPECT_TRUE(said("roll maker {\n}\n").starts_with("1:"));
  EXPECT_TRUE(said("role maker {\n title x\n permision a.b\n}\n").starts_with("3:")) << said("role maker {\n title x\n permision a.b\n}\n");
  EXPECT_NE(said("role maker {\n title x\n permision a.b\n}\n").find("permission"), std::string::npos) << "names the nearest key";
  EXPECT_TRUE(said("role maker {\n permission a.b\n}\n").starts_with("1:")) << "no title";
  EXPECT_TRUE(said("role maker {\n title x\n permission all\n}\n").starts_with("3:"));
  EXPECT_TRUE(said("role maker {\n title x\n permission a.b\n permission a.b\n}\n").starts_with("4:"));
  EXPECT_TRUE(said("role maker {\n title x\n}\nrole maker {\n title y\n}\n").starts_with("4:"));
  EXPECT_TRUE(said("role Maker {\n title x\n}\n").starts_with("1:"));
  EXPECT_TRUE(said("role a {\n title x\n}\nexclusive b {\n with a\n reason r\n}\n").starts_with("4:"));
  EXPECT_TRUE(said("role a {\n title x\n}\nexclusive a {\n with b\n reason r\n}\n").starts_with("5:"));
  EXPECT_TRUE(said("role a {\n title x\n}\nexclusive a {\n with a\n reason r\n}\n").starts_with("5:"));
  EXPECT_TRUE(said("role a {\n title x\n}\nexclusive a {\n reason r\n}\n").starts_with("4:"));
  EXPECT_EQ(testing::status_of([&] { read_roles_info(folder / "absent.info"); }), MIF_E_NOT_FOUND);
}

TEST_F(RoleFiles, of_units_complain_with_file_and_line) {
  const auto said = [&](std::string_view text) { return complaint([](const std::string& p) { return read_units_info(p); }, text); };
  EXPECT_TRUE(said("unit 1 {\n name a\n}\n").starts_with("1:")) << "no level";
  EXPECT_TRUE(said("unit 1 {\n name a\n level town\n}\n").starts_with("3:"));
  EXPECT_TRUE(said("unit 1 {\n name a\n level city\n parent 2\n}\n").starts_with("4:")) << "the parent comes first";
  EXPECT_TRUE(said("unit 1 {\n name a\n level city\n}\nunit 1 {\n name a\n level city\n}\n").starts_with("5:"));
  EXPECT_TRUE(said("unit 1 {\n name a\n level city\n}\nunit 2 {\n name b\n level city\n parent 1\n}\n").starts_with("8:"));
  EXPECT_TRUE(said("unit 1 {\n name a\n level city\n colour red\n}\n").starts_with("4:"));
}

TEST_F(RoleFiles, of_people_complain_with_file_and_line_and_take_no_passwords) {
  const auto said = [&](std::string_view text) { return complaint([](const std::string& p) { return read_people_info(p); }, text); };
  EXPECT_TRUE(said("person p {\n name a\n}\n").starts_with("1:")) << "no unit";
  EXPECT_TRUE(said("person p {\n name a\n unit 1\n password secret\n}\n").starts_with("4:"));
  EXPECT_TRUE(said("person p {\n name a\n unit 1\n disabled maybe\n}\n").starts_with("4:"));
  EXPECT_TRUE(said("person p {\n name a\n unit 1\n role x\n role x\n}\n").starts_with("5:"));
  EXPECT_TRUE(said("person p {\n name a\n unit 1\n}\nperson p {\n name a\n unit 1\n}\n").starts_with("5:"));
  EXPECT_TRUE(said("person p {\n name a\n name b\n unit 1\n}\n").starts_with("3:"));
}

}  // namespace
}  // namespace mif::identity
