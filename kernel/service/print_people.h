// SPDX-License-Identifier: Apache-2.0
// Names instead of logins and codes, for paper. Inside the room service.
#pragma once

#include <algorithm>
#include <map>

#include "kernel/service/printing.h"

namespace mif::service {

struct Printing::People {
  std::map<std::string, std::string> names, units;
  std::map<std::string, std::string> chiefs;  // by unit
  std::map<std::string, ledger::Book> books;

  People(store::Txn& txn, Deployment& d) {
    for (const auto& person : d.identity().people(txn)) {
      names[person.login] = person.name;
      if (!person.disabled && std::find(person.roles.begin(), person.roles.end(), "chief") != person.roles.end()) chiefs.emplace(person.unit, person.name);
    }
    for (const auto& unit : d.identity().units(txn)) units[unit.code] = unit.name;
    for (const auto& book : d.ledger().books(txn)) books[book.code] = book;
  }
  static std::string in(const std::map<std::string, std::string>& all, const std::string& key) {
    const auto found = all.find(key);
    return found == all.end() ? key : found->second;
  }
  std::string name(const std::string& login) const { return in(names, login); }
  std::string unit(const std::string& code) const { return in(units, code); }
  std::string chief(const std::string& unit) const {
    const auto found = chiefs.find(unit);
    return found == chiefs.end() ? std::string() : found->second;
  }
};

}  // namespace mif::service
