// SPDX-License-Identifier: Apache-2.0
// Rules shared by the files and the tables of this room. Private to it.
#pragma once

#include <string>
#include <string_view>

#include "kernel/identity/identity.h"

namespace mif::identity {

// Logins, unit codes and role names: no blanks, no colon, so that "person:LOGIN" and "plugin:ID" never mean the same.
inline bool valid_name(std::string_view name) {
  if (name.empty() || name.size() > 64) return false;
  for (const char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.')) return false;
  return true;
}

// 1 is the highest; 0 = no such level.
inline int rank_of(std::string_view level) { return level == "province" ? 1 : level == "city" ? 2 : level == "county" ? 3 : 0; }

// A stored password: PBKDF2 over a random salt. Empty hash = none set, nobody can log in.
struct Password {
  std::string alg, salt, hash;  // "pbkdf2-sha256" or "pbkdf2-sm3", hex, hex
  std::int64_t iterations = 0;
};
Password make_password(HashAlg alg, std::string_view plain);
// Takes as long for an unset password as for a set one, so that the time tells nothing about which logins exist.
bool matches(HashAlg alg, const Password& stored, std::string_view plain);
// MIF_E_INVALID for a password that is too short, too long or the login itself.
void check_password_rules(std::string_view login, std::string_view plain);

// A row of identity_person with its roles.
struct Account {
  Person person;
  Password password;
  std::int64_t failures = 0, locked_until_ms = 0;
  bool found = false;
};
Account load_account(store::Txn& txn, std::string_view login, bool lock);
std::string person_digest(HashAlg alg, const Account& account);
std::string unit_digest(HashAlg alg, const Unit& unit);

}  // namespace mif::identity
