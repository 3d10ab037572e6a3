// SPDX-License-Identifier: Apache-2.0
// roles.info, units.info and people.info.
#include <algorithm>

#include "kernel/base/info.h"
#include "kernel/identity/identity.h"
#include "kernel/identity/rules.h"
#include "mif/error.hpp"

namespace mif::identity {
namespace {

[[noreturn]] void complain(const std::string& file, const InfoNode& node, const std::string& what) {
  throw Error(MIF_E_INVALID, "config.identity", file + ":" + std::to_string(node.line) + ": " + what);
}

const std::string& value_of(const std::string& file, const InfoNode& node) {
  if (!node.children.empty()) complain(file, node, "\"" + node.key + "\" 只要一个值 (takes a value, not a block)");
  if (node.value.empty()) complain(file, node, "\"" + node.key + "\" 后面要有值 (expected a value)");
  return node.value;
}

std::string one(const std::string& file, const InfoNode& node, std::string_view key, bool required = true) {
  const auto found = node.all(key);
  if (found.size() > 1) complain(file, *found[1], "\"" + std::string(key) + "\" 写了两次 (given twice)");
  if (found.empty() && required) complain(file, node, node.key + " " + node.value + " 缺少 " + std::string(key) + " (missing)");
  return found.empty() ? std::string() : value_of(file, *found[0]);
}

std::string name_of(const std::string& file, const InfoNode& node) {
  if (!valid_name(node.value)) complain(file, node, "\"" + node.key + "\" 后面的名称只用小写字母、数字和 - _ . (expected a name), 实为 \"" + node.value + "\"");
  return node.value;
}

InfoNode read(const std::string& path, std::string_view key) {
  InfoNode root = read_info_file(path);
  refuse_unknown_keys(root, path, {key});
  return root;
}

void read_role(const std::string& file, const InfoNode& node, Roles& roles) {
  const std::string name = name_of(file, node);
  refuse_unknown_keys(node, file, {"title", "permission"});
  one(file, node, "title");
  if (roles.count(name)) complain(file, node, "角色 " + name + " 重复 (the same role twice)");
  auto& permissions = roles[name];
  for (const auto* child : node.all("permission")) {
    if (!valid_name(value_of(file, *child)) || child->value.find('.') == std::string::npos)
      complain(file, *child, "权限写成 对象.动作 (a permission is OBJECT.ACTION, e.g. voucher.review), 实为 \"" + child->value + "\"");
    if (!permissions.insert(child->value).second) complain(file, *child, "权限 " + child->value + " 写了两次 (given twice)");
  }
}

void read_exclusion(const std::string& file, const InfoNode& node, Roles& roles) {
  const std::string name = name_of(file, node);
  refuse_unknown_keys(node, file, {"with", "reason"});
  if (!roles.count(name)) complain(file, node, "没有角色 " + name + " (no such role)");
  const std::string reason = one(file, node, "reason");
  if (node.all("with").empty()) complain(file, node, "exclusive 至少要有一个 with (needs a with)");
  for (const auto* child : node.all("with")) {
    if (!roles.count(value_of(file, *child))) complain(file, *child, "没有角色 " + child->value + " (no such role)");
    if (child->value == name) complain(file, *child, "角色不能排斥自己 (a role cannot exclude itself)");
    roles.exclusions.push_back({name, child->value, reason});
  }
}

}  // namespace

Roles read_roles_info(const std::string& path) {
  const InfoNode root = read_info_file(path);
  refuse_unknown_keys(root, path, {"role", "exclusive"});
  Roles roles;
  for (const auto* node : root.all("role")) read_role(path, *node, roles);
  for (const auto* node : root.all("exclusive")) read_exclusion(path, *node, roles);
  if (roles.empty()) throw Error(MIF_E_INVALID, "roles.empty", path + ":1: 没有角色 (no role in the file)");
  return roles;
}

std::vector<Unit> read_units_info(const std::string& path) {
  const InfoNode root = read(path, "unit");
  std::vector<Unit> units;
  const auto find = [&](const std::string& code) { return std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.code == code; }); };
  for (const auto& node : root.children) {
    refuse_unknown_keys(node, path, {"name", "level", "parent"});
    Unit unit{name_of(path, node), one(path, node, "name"), one(path, node, "level"), one(path, node, "parent", false)};
    if (rank_of(unit.level) == 0) complain(path, *node.find("level"), "级别是 province、city 或 county (expected province, city or county), 实为 \"" + unit.level + "\"");
    if (find(unit.code) != units.end()) complain(path, node, "单位 " + unit.code + " 重复 (the same unit twice)");
    if (!unit.parent.empty()) {
      const auto parent = find(unit.parent);
      if (parent == units.end()) complain(path, *node.find("parent"), "上级 " + unit.parent + " 要写在前面 (the parent must come first)");
      if (rank_of(parent->level) >= rank_of(unit.level)) complain(path, *node.find("parent"), "上级 " + unit.parent + " 的级别不高于本单位 (the parent is not of a higher level)");
    }
    units.push_back(std::move(unit));
  }
  return units;
}

std::vector<Person> read_people_info(const std::string& path) {
  const InfoNode root = read(path, "person");
  std::vector<Person> people;
  for (const auto& node : root.children) {
    if (const auto* password = node.find("password")) complain(path, *password, "口令不写在文件里, 用 mifctl user password 设置 (no passwords in files)");
    refuse_unknown_keys(node, path, {"name", "unit", "role", "disabled"});
    Person person{name_of(path, node), one(path, node, "name"), one(path, node, "unit"), {}, false};
    for (const auto* child : node.all("role")) {
      if (std::count(person.roles.begin(), person.roles.end(), value_of(path, *child))) complain(path, *child, "角色 " + child->value + " 写了两次 (given twice)");
      person.roles.push_back(child->value);
    }
    if (const auto disabled = one(path, node, "disabled", false); !disabled.empty()) {
      if (disabled != "true" && disabled != "false") complain(path, *node.find("disabled"), "应为 true 或 false (expected true or false), 实为 \"" + disabled + "\"");
      person.disabled = disabled == "true";
    }
    for (const auto& other : people)
      if (other.login == person.login) complain(path, node, "登录名 " + person.login + " 重复 (the same login twice)");
    people.push_back(std::move(person));
  }
  return people;
}

}  // namespace mif::identity
