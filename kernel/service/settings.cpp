// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "kernel/service/deployment.h"
#include "mif/error.hpp"

namespace mif::service {
namespace {

int port_of(const InfoNode& node, const std::string& file) {
  try {
    std::size_t used = 0;
    const int port = std::stoi(node.value, &used);
    if (used == node.value.size() && port >= 0 && port <= 65535) return port;
  } catch (const std::exception&) {  // falls through to the one sentence below
  }
  throw Error(MIF_E_INVALID, "config.port", file + ":" + std::to_string(node.line) + ": 端口应为 0..65535 (port must be 0..65535), 实为 \"" + node.value + "\"");
}

}  // namespace

Settings read_settings(const std::string& home) {
  const std::string file = home + "/mif.info";
  if (!std::filesystem::exists(file))
    throw Error(MIF_E_NOT_FOUND, "config.no-home", home + " 不是 mif 的主目录: 缺 mif.info。先执行 mifctl init (not a mif home; run mifctl init)");
  const InfoNode root = read_info_file(file);
  refuse_unknown_keys(root, file, {"name", "database", "clock", "http", "mode", "hash", "print", "plugin"});
  Settings settings;
  settings.home = home;
  settings.name = root.get("name", "医保基金管理平台");
  settings.dsn = "sqlite:" + home + "/data/mif.db";
  if (const InfoNode* database = root.find("database")) {
    refuse_unknown_keys(*database, file, {"dsn"});
    settings.dsn = database->get("dsn", settings.dsn);
  }
  if (const char* dsn = std::getenv("MIF_DATABASE_DSN")) settings.dsn = dsn;  // a flag of the machine, not of the deployment
  if (const InfoNode* clock = root.find("clock")) {
    refuse_unknown_keys(*clock, file, {"business-day"});
    if (const InfoNode* day = clock->find("business-day")) settings.business_day = Day::parse(day->value);
  }
  if (const InfoNode* http = root.find("http")) {
    refuse_unknown_keys(*http, file, {"address", "port"});
    settings.http_address = http->get("address", settings.http_address);
    if (const InfoNode* port = http->find("port")) settings.http_port = port_of(*port, file);
  }
  settings.hash = hash_alg_of(root.get("hash", "sha256"));
  if (const InfoNode* mode = root.find("mode")) {
    if (mode->value != "development" && mode->value != "production")
      throw Error(MIF_E_INVALID, "config.mode", file + ":" + std::to_string(mode->line) + ": mode 应为 development 或 production, 实为 \"" + mode->value + "\"");
    settings.development = mode->value == "development";
  }
  if (const InfoNode* print = root.find("print")) {
    refuse_unknown_keys(*print, file, {"font"});
    if (!print->all("font").empty()) settings.print_fonts.clear();
    for (const InfoNode* font : print->all("font")) settings.print_fonts.push_back(font->value);
  }
  if (const InfoNode* plugins = root.find("plugin")) settings.plugins = *plugins;
  return settings;
}

}  // namespace mif::service
