// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "kernel/audit/row_digest.h"
#include "kernel/identity/rules.h"

namespace mif::identity {
namespace {

// Sessions are short-lived and hold no rights of their own: they are the one table no digest covers.
constexpr store::Migration kMigrations[] = {{1, "units, people, roles, sessions", R"sql(
create table identity_unit (code varchar(64) not null primary key, name varchar(256) not null, level varchar(16) not null, parent varchar(64) not null);
create table identity_person (
  login varchar(64) not null primary key, name varchar(256) not null, unit varchar(64) not null, disabled bigint not null,
  password_alg varchar(32) not null, password_iterations bigint not null, password_salt varchar(64) not null, password_hash varchar(64) not null,
  failures bigint not null, locked_until_ms bigint not null);
create table identity_role (login varchar(64) not null, role varchar(64) not null, primary key (login, role));
create table identity_session (token_hash varchar(64) not null primary key, login varchar(64) not null, created_ms bigint not null, expires_ms bigint not null);
create index identity_session_login on identity_session (login);
)sql"}};

constexpr std::string_view kPersonColumns = "login, name, unit, disabled, password_alg, password_iterations, password_salt, password_hash, failures, locked_until_ms";

}  // namespace

std::span<const store::Migration> migrations() { return kMigrations; }

Account load_account(store::Txn& txn, std::string_view login, bool lock) {
  if (lock && txn.dialect() == store::Dialect::generic) txn.execute("update identity_person set failures = failures where login = ?", {login});
  std::string sql = "select " + std::string(kPersonColumns) + " from identity_person where login = ?";
  if (lock && txn.dialect() == store::Dialect::postgresql) sql += " for update";
  Account a;
  txn.query(sql, {login}, [&](const store::Row& row) {
    a.found = true;
    a.person.login = row.text(0);
    a.person.name = row.text(1);
    a.person.unit = row.text(2);
    a.person.disabled = row.integer(3) != 0;
    a.password = {std::string(row.text(4)), std::string(row.text(6)), std::string(row.text(7)), row.integer(5)};
    a.failures = row.integer(8);
    a.locked_until_ms = row.integer(9);
  });
  txn.query("select role from identity_role where login = ?", {login}, [&](const store::Row& row) { a.person.roles.emplace_back(row.text(0)); });
  std::sort(a.person.roles.begin(), a.person.roles.end());  // by bytes, on every back end
  return a;
}

// The digests are order-free in the roles of a person: databases sort text differently.
std::string person_digest(HashAlg alg, const Account& a) {
  Canonical canonical;
  const Person& p = a.person;
  audit::add_values(canonical, {p.login, p.name, p.unit, p.disabled ? 1 : 0, a.password.alg, a.password.iterations, a.password.salt, a.password.hash, a.failures, a.locked_until_ms});
  std::set<std::string> roles;
  for (const auto& role : p.roles) {
    Canonical row;
    audit::add_values(row, {p.login, role});
    roles.insert(row.bytes());
  }
  for (const auto& role : roles) canonical.add(role);
  return audit::digest_hex(alg, canonical);
}

std::string unit_digest(HashAlg alg, const Unit& u) {
  Canonical canonical;
  audit::add_values(canonical, {u.code, u.name, u.level, u.parent});
  return audit::digest_hex(alg, canonical);
}

std::vector<audit::DigestSource> digest_sources(HashAlg alg) {
  const auto units = [alg](store::Txn& txn, const audit::Emit& emit) {
    txn.query("select code, name, level, parent from identity_unit", {}, [&](const store::Row& row) {
      Canonical canonical;
      audit::add_row(canonical, row);
      emit("unit:" + audit::key_text(row, 0), audit::digest_hex(alg, canonical));
    });
  };
  const auto people = [alg](store::Txn& txn, const audit::Emit& emit) {
    struct Rows {
      Canonical person;
      std::set<std::string> roles;
    };
    std::map<std::string, Rows> all;  // a role granted to nobody is emitted too
    txn.query("select " + std::string(kPersonColumns) + " from identity_person", {}, [&](const store::Row& row) { audit::add_row(all[audit::key_text(row, 0)].person, row); });
    txn.query("select login, role from identity_role", {}, [&](const store::Row& row) {
      Canonical canonical;
      audit::add_row(canonical, row);
      all[audit::key_text(row, 0)].roles.insert(canonical.bytes());
    });
    for (auto& [login, rows] : all) {
      for (const auto& role : rows.roles) rows.person.add(role);
      emit("person:" + login, audit::digest_hex(alg, rows.person));
    }
  };
  return {{"unit", units}, {"person", people}};
}

}  // namespace mif::identity
