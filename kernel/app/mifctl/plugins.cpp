// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "kernel/app/mifctl/command.h"
#include "mif/error.hpp"

namespace mif::app {
namespace {

int plugin_list(Context& context) {
  Table table{"PluginList", {"id", "version", "status", "signed_by", "provides", "digest", "reason"},
              {"插件", "版本", "状态", "签名", "提供", "摘要", "原因"}, {}, ""};
  for (const auto& p : context.deployment(true).plugins().list()) {
    std::string provides;
    for (const auto& id : p.manifest.provides) provides += (provides.empty() ? "" : " ") + id;
    table.rows.push_back({p.manifest.id, p.manifest.version, std::string(plugin::name_of(p.status)), p.signed_by, provides, p.digest.substr(0, 12), p.reason});
  }
  context.print(table);
  return kOk;
}

int plugin_install(Context& context) {
  if (context.arguments.empty()) throw Error(MIF_E_INVALID, "cli.arguments", "用法: mifctl plugin install 插件目录.plugin ...");
  plugin::Host& host = context.deployment(false).plugins();
  for (const auto& folder : context.arguments) {
    const auto info = host.install(folder);
    context.say(fmt::format("已安装 {} {} ({})", info.manifest.id, info.manifest.version, info.digest.substr(0, 12)));
  }
  return kOk;
}

int plugin_keygen(Context& context) {
  const std::string to = context.option("out");
  plugin::generate_key(context.option("algorithm", "ed25519"), to + ".key.pem", to + ".pem");
  context.say("私钥 " + to + ".key.pem, 公钥 " + to + ".pem");
  return kOk;
}

int plugin_seal(Context& context) {
  if (context.arguments.empty()) throw Error(MIF_E_INVALID, "cli.arguments", "用法: mifctl plugin seal --key 私钥.pem --key-id 名称 插件目录.plugin ...");
  for (const auto& folder : context.arguments) plugin::seal(folder, context.option("key"), context.option("key-id"));
  context.say(fmt::format("已封签 {} 个插件", context.arguments.size()));
  return kOk;
}

int plugin_why(Context& context) {
  if (context.arguments.size() != 1) throw Error(MIF_E_INVALID, "cli.arguments", "用法: mifctl plugin why 插件ID");
  for (const auto& p : context.deployment(true).plugins().list()) {
    if (p.manifest.id != context.arguments[0]) continue;
    context.print({"PluginReason", {"id", "status", "reason"}, {"插件", "状态", "原因"}, {{p.manifest.id, std::string(plugin::name_of(p.status)), p.reason}}, ""});
    return kOk;
  }
  throw Error(MIF_E_NOT_FOUND, "plugin.not-found", "没有安装插件 (not installed) " + context.arguments[0]);
}

int plugin_lift(Context& context) {
  if (context.arguments.size() != 1) throw Error(MIF_E_INVALID, "cli.arguments", "用法: mifctl plugin lift 插件ID");
  context.caller().require("plugin.manage", context.caller().unit);
  context.deployment().plugins().lift_quarantine(context.arguments[0]);
  service::Deployment& d = context.deployment();
  d.database().write([&](store::Txn& txn) { d.log().append(txn, context.who(), {"system", "plugin.lift", "plugin:" + context.arguments[0], "", "{}"}); });
  return kOk;
}

int jobs(Context& context) {
  Table table{"JobList", {"name", "summary"}, {"命令", "说明"}, {}, ""};
  for (const auto& [name, summary] : list_jobs(context)) table.rows.push_back({name, summary});
  context.print(table);
  return kOk;
}

}  // namespace

void add_plugin_commands(Commands& all) {
  all.push_back({"plugin list", "", "已安装的插件及状态", {}, plugin_list});
  all.push_back({"plugin install", "BUNDLE...", "校验并安装插件", {}, plugin_install});
  all.push_back({"plugin keygen", "", "生成厂商签名密钥", {{"out", "文件名前缀", true}, {"algorithm", "ed25519 或 sm2"}}, plugin_keygen});
  all.push_back({"plugin seal", "BUNDLE...", "写入文件摘要并签名", {{"key", "私钥 PEM", true}, {"key-id", "密钥名, 与信任目录里的文件名相同", true}}, plugin_seal});
  all.push_back({"plugin why", "ID", "插件为什么没有运行", {}, plugin_why});
  all.push_back({"plugin lift", "ID", "解除隔离", {}, plugin_lift});
  all.push_back({"jobs", "", "插件提供的命令", {}, jobs});
}

}  // namespace mif::app
