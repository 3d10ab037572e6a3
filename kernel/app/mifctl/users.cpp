// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "kernel/app/mifctl/command.h"
#include "mif/error.hpp"

namespace mif::app {
namespace {

int user_list(Context& context) {
  service::Deployment& d = context.deployment();
  Table table{"UserList", {"login", "name", "unit", "roles", "state"}, {"登录名", "姓名", "单位", "角色", "状态"}, {}, ""};
  d.database().read([&](store::Txn& txn) {
    for (const auto& p : d.identity().people(txn)) {
      std::string roles;
      for (const auto& r : p.roles) roles += (roles.empty() ? "" : ",") + r;
      table.rows.push_back({p.login, p.name, p.unit, roles, p.disabled ? "停用" : "启用"});
    }
  });
  context.print(table);
  return kOk;
}

// Whoever owns the home folder may set a password (there must be a first one); the log says it came from mifctl.
int user_password(Context& context) {
  if (context.arguments.size() != 1) throw Error(MIF_E_INVALID, "cli.arguments", "用法: mifctl user password 登录名, 新密码从标准输入读 (new password on standard input)");
  service::Deployment& d = context.deployment();
  context.options["password-stdin"] = "yes";
  const std::string password = context.password();
  d.database().write([&](store::Txn& txn) { d.identity().set_password(txn, {"system", "mifctl", ""}, context.arguments[0], password); });
  context.say("已设置 " + context.arguments[0] + " 的密码");
  return kOk;
}

}  // namespace

void add_user_commands(Commands& all) {
  all.push_back({"user list", "", "人员与角色", {}, user_list});
  all.push_back({"user password", "LOGIN", "设置密码; 新密码在 MIF_PASSWORD 或用 --password-stdin", {}, user_password});
}

}  // namespace mif::app
