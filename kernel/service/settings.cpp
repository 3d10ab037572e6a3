// SPDX-License-Identifier: Apache-2.0
#include <cctype>
#include <filesystem>

#include "kernel/base/text.h"
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

// "PWD=x", "password = x", "://user:x@".
bool holds_password(const std::string& dsn) {
  std::string text;
  for (const char c : dsn)
    if (c != ' ') text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const char* key : {"password=", "passwd=", "pwd="})
    if (text.find(key) != std::string::npos) return true;
  const auto scheme = text.find("://");
  if (scheme == std::string::npos) return false;
  const std::string place = text.substr(scheme + 3, text.find('/', scheme + 3) - scheme - 3);
  const auto at = place.rfind('@');
  return at != std::string::npos && place.substr(0, at).find(':') != std::string::npos;
}

// Configuration is copied, shown and mailed about: what opens a door stands in a file below secrets/, named here.
void refuse_secrets(const InfoNode& node, const std::string& file) {
  for (const InfoNode& child : node.children) {
    std::string key;
    for (const char c : child.key) key += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const bool names_a_file = key.ends_with("-file") || key.ends_with("-secret") || node.key == "secret";
    bool found = child.value.find("PRIVATE KEY-----") != std::string::npos;
    for (const char* word : {"password", "passwd", "passphrase", "pwd", "credential"}) found = found || (key.find(word) != std::string::npos && !names_a_file && !child.value.empty());
    if (found)
      throw Error(MIF_E_INVALID, "config.secret-in-text", file + ":" + std::to_string(child.line) + ": " + child.key + " 的口令或密钥不能写在配置里, 请放进 secrets 目录的文件 (chmod 600), 在这里写文件名 (no secret in configuration text: put it into a file below secrets/ and name the file)");
    if (key == "dsn" && child.value.find("{password}") == std::string::npos && holds_password(child.value))
      throw Error(MIF_E_INVALID, "config.secret-in-text", file + ":" + std::to_string(child.line) + ": dsn 里不能写口令, 请写 {password}, 口令放进 secrets 目录的文件, 由 password-secret 指出 (no password in a dsn: write {password} and name its file below secrets/ by password-secret)");
    refuse_secrets(child, file);
  }
}

// In one line: the file's.
std::string password_of(const InfoNode& database, const std::string& home, const std::string& file) {
  const InfoNode& entry = *database.find("password-secret");
  std::string text;
  try {
    text = read_file(home + "/secrets/" + (entry.value.find('/') == std::string::npos ? entry.value : std::string("/")));
  } catch (const Error&) {
    throw Error(MIF_E_NOT_FOUND, "config.secret-missing", file + ":" + std::to_string(entry.line) + ": secrets 目录里没有 password-secret 所写的文件 (no such file below secrets/)");
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

}  // namespace

Settings read_settings(const std::string& home) {
  const std::string file = home + "/mif.info";
  if (!std::filesystem::exists(file))
    throw Error(MIF_E_NOT_FOUND, "config.no-home", home + " 不是 mif 的主目录: 缺 mif.info。先执行 mifctl init (not a mif home; run mifctl init)");
  const InfoNode root = read_info_file(file);
  refuse_unknown_keys(root, file, {"name", "database", "clock", "http", "mode", "hash", "print", "plugin"});
  refuse_secrets(root, file);
  Settings settings;
  settings.home = home;
  settings.name = root.get("name", "医保基金管理平台");
  settings.dsn = "sqlite:" + home + "/data/mif.db";
  if (const InfoNode* database = root.find("database")) {
    refuse_unknown_keys(*database, file, {"dsn", "password-secret"});
    settings.dsn = database->get("dsn", settings.dsn);
    if (const auto at = settings.dsn.find("{password}"); at != std::string::npos && database->find("password-secret")) settings.dsn.replace(at, 10, password_of(*database, home, file));
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
