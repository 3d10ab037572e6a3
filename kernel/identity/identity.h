// SPDX-License-Identifier: Apache-2.0
// Units, people, roles, grants, sessions and row scope. Knows nothing of HTTP.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/audit/log.h"
#include "kernel/audit/verify.h"
#include "kernel/base/clock.h"
#include "kernel/base/who.h"
#include "kernel/store/database.h"

namespace mif::identity {

struct Unit {
  std::string code, name, level, parent;  // level: province, city, county
};
struct Person {
  std::string login, name, unit;
  std::vector<std::string> roles;
  bool disabled = false;
};
// Two roles one person may not hold together, and why.
struct Exclusion {
  std::string role, other, reason;
};
// role -> permissions, from config/.../roles.info; "voucher.review", "report.read", ...
struct Roles : std::map<std::string, std::set<std::string>, std::less<>> {
  using map::map;
  std::vector<Exclusion> exclusions;
};
// Each throws MIF_E_INVALID "FILE:LINE: ..." for anything it does not understand.
//   role maker { title "制单" permission voucher.propose permission ledger.read }
//   exclusive administrator { with maker with reviewer reason "三员分立" }
Roles read_roles_info(const std::string& path);
//   unit 990100 { name "示例市" level city parent 990000 }        parents first
std::vector<Unit> read_units_info(const std::string& path);
//   person maker1 { name "张制单" unit 990000 role maker }        no passwords in files
std::vector<Person> read_people_info(const std::string& path);

// Who is calling and what they may see. Immutable copy. [any-thread]
struct Caller {
  std::string login, name, unit;
  std::set<std::string, std::less<>> roles, permissions;
  std::set<std::string, std::less<>> units;  // own unit and everything below: the row scope (P15)
  bool may(std::string_view permission) const { return permissions.count(permission) != 0; }
  bool sees(std::string_view unit) const { return units.count(unit) != 0; }
  bool has_role(std::string_view role) const { return roles.count(role) != 0; }
  // Throws MIF_E_DENIED with a sentence. An empty unit asks for the permission alone.
  void require(std::string_view permission, std::string_view unit) const;
};

// No digest covers the session table: tokens are short-lived and give nothing their person has not. [any-thread]
class Identity {
 public:
  Identity(audit::Log& log, const Clock& clock, Roles roles);
  void put_unit(store::Txn& txn, const Who& who, const Unit& unit);              // idempotent
  std::vector<Unit> units(store::Txn& txn) const;
  // Creates or updates; a password is set separately. MIF_E_INVALID for an unknown role or unit; MIF_E_CONFLICT for roles
  // that may not be combined (an administrator has no accounting role: 三员分立).
  void put_person(store::Txn& txn, const Who& who, const Person& person);
  std::vector<Person> people(store::Txn& txn) const;
  void set_password(store::Txn& txn, const Who& who, std::string_view login, std::string_view password);  // PBKDF2-HMAC-SM3/SHA-256
  Caller caller(store::Txn& txn, std::string_view login) const;                   // MIF_E_NOT_FOUND
  // MIF_E_DENIED for a wrong login or password (same sentence, same time); locks for a while after 5 failures. The form to
  // use: hashes outside any transaction, and a failure is recorded although it throws.
  std::string login(store::Database& database, const Who& who, std::string_view login, std::string_view password);  // session token
  // Inside the caller's transaction, which must be committed also when this throws, or failures are not counted.
  std::string login(store::Txn& txn, const Who& who, std::string_view login, std::string_view password);
  Caller session(store::Txn& txn, std::string_view token) const;                  // MIF_E_DENIED when unknown or expired
  void logout(store::Txn& txn, const Who& who, std::string_view token);

 private:
  void check_roles(const Person& person) const;
  std::string record_login(store::Txn& txn, const Who& who, std::string_view login, const std::string& checked_hash, bool right);

  audit::Log& log_;
  const Clock& clock_;
  Roles roles_;
};

std::span<const store::Migration> migrations();
std::vector<audit::DigestSource> digest_sources(HashAlg alg);

}  // namespace mif::identity
