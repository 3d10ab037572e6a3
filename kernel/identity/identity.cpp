// SPDX-License-Identifier: Apache-2.0
#include "kernel/identity/identity.h"

#include <algorithm>

#include "kernel/base/text.h"
#include "kernel/identity/rules.h"
#include "mif/error.hpp"
#include "mif/json.hpp"

namespace mif::identity {
namespace {

constexpr std::string_view kChain = "system";  // people act in many units; their own history is one

void check_title(std::string_view what, std::string_view text) {
  if (text.empty() || text.size() > 256 || !valid_utf8(text))
    throw Error(MIF_E_INVALID, "identity.field", std::string(what) + " 要有内容, 最多 256 字节 UTF-8 (missing, too long or not UTF-8)");
}

std::string joined(const std::set<std::string, std::less<>>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : "、") + name;
  return text.empty() ? "无" : text;
}

std::optional<Unit> find_unit(store::Txn& txn, std::string_view code) {
  std::optional<Unit> unit;
  txn.query("select code, name, level, parent from identity_unit where code = ?", {code},
            [&](const store::Row& row) { unit = Unit{std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3))}; });
  return unit;
}

}  // namespace

void Caller::require(std::string_view permission, std::string_view unit_code) const {
  if (!may(permission))
    throw Error(MIF_E_DENIED, "identity.no-permission", login + " 没有权限 " + std::string(permission) + ", 现有角色: " + joined(roles) + " (lacks the permission)");
  if (!unit_code.empty() && !sees(unit_code))
    throw Error(MIF_E_DENIED, "identity.other-unit", login + " 属于单位 " + unit + ", 不能操作单位 " + std::string(unit_code) + " (outside the caller's units)");
}

Identity::Identity(audit::Log& log, const Clock& clock, Roles roles) : log_(log), clock_(clock), roles_(std::move(roles)) {}

void Identity::put_unit(store::Txn& txn, const Who& who, const Unit& unit) {
  if (!valid_name(unit.code)) throw Error(MIF_E_INVALID, "unit.code", "单位代码只用小写字母、数字和 - _ . (not a unit code): \"" + unit.code + "\"");
  check_title("单位名称", unit.name);
  if (rank_of(unit.level) == 0) throw Error(MIF_E_INVALID, "unit.level", "单位 " + unit.code + " 的级别应为 province、city 或 county (unknown level): \"" + unit.level + "\"");
  if (!unit.parent.empty()) {
    const auto parent = find_unit(txn, unit.parent);
    if (!parent) throw Error(MIF_E_INVALID, "unit.parent-unknown", "单位 " + unit.code + " 的上级 " + unit.parent + " 不存在, 先建上级 (no such parent unit)");
    // Levels only go down, so the tree has no cycle.
    if (rank_of(parent->level) >= rank_of(unit.level)) throw Error(MIF_E_INVALID, "unit.parent-level", "单位 " + unit.code + " 的上级 " + unit.parent + " 级别不比它高 (the parent is not of a higher level)");
  }
  const auto old = find_unit(txn, unit.code);
  if (old && old->name == unit.name && old->level == unit.level && old->parent == unit.parent) return;
  if (old && old->level != unit.level)
    txn.query("select code, level from identity_unit where parent = ?", {unit.code}, [&](const store::Row& row) {
      if (rank_of(row.text(1)) <= rank_of(unit.level)) throw Error(MIF_E_INVALID, "unit.parent-level", "单位 " + unit.code + " 不能降到下级 " + std::string(row.text(0)) + " 的级别 (a unit stays above its children)");
    });
  if (old) txn.execute("update identity_unit set name = ?, level = ?, parent = ? where code = ?", {unit.name, unit.level, unit.parent, unit.code});
  else txn.execute("insert into identity_unit (code, name, level, parent) values (?, ?, ?, ?)", {unit.code, unit.name, unit.level, unit.parent});
  JsonWriter json;
  json.begin_object().field("code", unit.code).field("name", unit.name).field("level", unit.level).field("parent", unit.parent).end_object();
  log_.append(txn, who, {std::string(kChain), old ? "unit.change" : "unit.create", "unit:" + unit.code, unit_digest(log_.alg(), unit), json.take()});
}

std::vector<Unit> Identity::units(store::Txn& txn) const {
  std::vector<Unit> all;
  txn.query("select code, name, level, parent from identity_unit", {},
            [&](const store::Row& row) { all.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3))}); });
  std::sort(all.begin(), all.end(), [](const Unit& a, const Unit& b) { return a.code < b.code; });
  return all;
}

// MIF_E_INVALID, MIF_E_CONFLICT: see put_person.
void Identity::check_roles(const Person& person) const {
  for (const auto& role : person.roles)
    if (!roles_.count(role)) throw Error(MIF_E_INVALID, "person.role-unknown", person.login + ": 没有角色 " + role + ", 见 roles.info (no such role)");
  const auto has = [&](const std::string& role) { return std::find(person.roles.begin(), person.roles.end(), role) != person.roles.end(); };
  for (const auto& x : roles_.exclusions)
    if (has(x.role) && has(x.other))
      throw Error(MIF_E_CONFLICT, "person.roles-exclude", person.login + ": 角色 " + x.role + " 与 " + x.other + " 不能由同一人担任: " + x.reason + " (these roles exclude each other)");
}

void Identity::put_person(store::Txn& txn, const Who& who, const Person& given) {
  Person person = given;
  std::sort(person.roles.begin(), person.roles.end());
  person.roles.erase(std::unique(person.roles.begin(), person.roles.end()), person.roles.end());
  if (!valid_name(person.login)) throw Error(MIF_E_INVALID, "person.login", "登录名只用小写字母、数字和 - _ . (not a login): \"" + person.login + "\"");
  check_title("姓名", person.name);
  check_roles(person);
  if (!find_unit(txn, person.unit)) throw Error(MIF_E_INVALID, "person.unit-unknown", person.login + ": 没有单位 " + person.unit + " (no such unit)");
  Account account = load_account(txn, person.login, true);
  const Person& old = account.person;
  const bool existed = account.found;
  if (existed && old.name == person.name && old.unit == person.unit && old.roles == person.roles && old.disabled == person.disabled) return;
  if (existed) {
    txn.execute("update identity_person set name = ?, unit = ?, disabled = ? where login = ?", {person.name, person.unit, person.disabled ? 1 : 0, person.login});
    if (person.disabled) txn.execute("delete from identity_session where login = ?", {person.login});
  } else {
    txn.execute("insert into identity_person (login, name, unit, disabled, password_alg, password_iterations, password_salt, password_hash, failures, locked_until_ms) "
                "values (?, ?, ?, ?, '', 0, '', '', 0, 0)",
                {person.login, person.name, person.unit, person.disabled ? 1 : 0});
  }
  const auto missing = [](const std::vector<std::string>& from, const std::string& role) { return std::find(from.begin(), from.end(), role) == from.end(); };
  for (const auto& role : old.roles)
    if (missing(person.roles, role)) txn.execute("delete from identity_role where login = ? and role = ?", {person.login, role});
  for (const auto& role : person.roles)
    if (missing(old.roles, role)) txn.execute("insert into identity_role (login, role) values (?, ?)", {person.login, role});
  account.person = person;
  JsonWriter json;
  json.begin_object().field("login", person.login).field("name", person.name).field("unit", person.unit).field("disabled", person.disabled).key("roles").begin_array();
  for (const auto& role : person.roles) json.value(role);
  json.end_array().end_object();
  log_.append(txn, who, {std::string(kChain), existed ? "person.change" : "person.create", "person:" + person.login, person_digest(log_.alg(), account), json.take()});
}

std::vector<Person> Identity::people(store::Txn& txn) const {
  std::map<std::string, Person> all;
  txn.query("select login, name, unit, disabled from identity_person", {}, [&](const store::Row& row) {
    all[std::string(row.text(0))] = {std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), {}, row.integer(3) != 0};
  });
  txn.query("select login, role from identity_role", {}, [&](const store::Row& row) {
    if (const auto found = all.find(std::string(row.text(0))); found != all.end()) found->second.roles.emplace_back(row.text(1));
  });
  std::vector<Person> sorted;
  for (auto& [login, person] : all) {
    std::sort(person.roles.begin(), person.roles.end());
    sorted.push_back(std::move(person));
  }
  return sorted;
}

Caller Identity::caller(store::Txn& txn, std::string_view login) const {
  const Account account = load_account(txn, login, false);
  if (!account.found) throw Error(MIF_E_NOT_FOUND, "person.not-found", "没有用户 " + std::string(login) + " (no such person)");
  const Person& person = account.person;
  if (person.disabled) throw Error(MIF_E_DENIED, "person.disabled", "用户 " + person.login + " 已停用 (disabled)");
  Caller caller{person.login, person.name, person.unit, {}, {}, {}};
  for (const auto& role : person.roles) {
    caller.roles.insert(role);
    // A role that has left roles.info gives nothing.
    if (const auto known = roles_.find(role); known != roles_.end()) caller.permissions.insert(known->second.begin(), known->second.end());
  }
  std::multimap<std::string, std::string> children;
  for (const auto& unit : units(txn)) children.emplace(unit.parent, unit.code);
  std::vector<std::string> open = {person.unit};
  while (!open.empty()) {
    const std::string unit = open.back();
    open.pop_back();
    if (!caller.units.insert(unit).second) continue;
    for (auto [at, end] = children.equal_range(unit); at != end; ++at) open.push_back(at->second);
  }
  return caller;
}

}  // namespace mif::identity
