// SPDX-License-Identifier: Apache-2.0
#include "kernel/service/services.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>

#include "kernel/service/job_runner.h"
#include "kernel/service/plugin_side.h"
#include "kernel/service/sql_guard.h"

namespace mif::service {
namespace {

// One step of a plugin's schema, as the store wants it, with every statement checked.
void check_step(const std::string& sql, const std::string& file, std::string_view schema) {
  std::istringstream lines(sql);
  std::string statement;
  int line = 0, from = 1;
  const auto check = [&] {
    if (statement.find_first_not_of(" \t\r\n") != std::string::npos) {
      try {
        check_migration_sql(statement, schema);
      } catch (const Error& e) {
        throw Error(e.code(), file + ":" + std::to_string(from) + ": " + e.what());
      }
    }
    statement.clear();
    from = line + 1;
  };
  for (std::string text; std::getline(lines, text);) {
    ++line;
    while (!text.empty() && (text.back() == '\r' || text.back() == ' ')) text.pop_back();
    if (text.rfind("--", 0) == 0) continue;  // a comment, or the store's dialect mark
    const bool end = !text.empty() && text.back() == ';';
    if (end) text.pop_back();
    statement += text + "\n";
    if (end) check();
  }
  check();
}

}  // namespace

struct Services::Impl {
  explicit Impl(Deployment& d) : deployment(d), log_file(d.path("log/mif.log"), d.clock()) {}
  Deployment& deployment;
  LogFile log_file;
  std::mutex mutex;
  std::map<std::string, std::unique_ptr<PluginSide>, std::less<>> sides;
};

Services::Services(Deployment& deployment) : impl_(std::make_unique<Impl>(deployment)) {
  store::migrate(deployment.database(), "service", migrations());
}
Services::~Services() = default;

const void* Services::service(const plugin::Manifest& manifest, std::string_view id) {
  PluginSide* side = nullptr;
  {
    const std::lock_guard lock(impl_->mutex);
    auto& place = impl_->sides[manifest.id];
    if (!place) place = std::make_unique<PluginSide>(impl_->deployment, impl_->log_file, manifest);
    side = place.get();
  }
  const std::pair<std::string_view, const void*> all[] = {
      {MIF_STORE_ID, &side->store},       {MIF_LEDGER_PROPOSE_ID, &side->ledger_propose}, {MIF_LEDGER_READ_ID, &side->ledger_read},
      {MIF_WORKFLOW_ID, &side->workflow}, {MIF_REGISTRY_ID, &side->registry},             {MIF_CONFIG_ID, &side->config},
      {MIF_CLOCK_ID, &side->clock},       {MIF_LOG_ID, &side->log},                       {MIF_AUDIT_ID, &side->audit},
      {MIF_PRINT_ID, &side->print},       {MIF_SHEET_ID, &side->sheet},                   {MIF_INFO_ID, &side->info},
      {MIF_OBJECTS_ID, &side->objects},   {MIF_JOBS_ID, &side->jobs},                     {MIF_IDENTITY_ID, &side->identity}};
  for (const auto& [name, table] : all)
    if (name == id) return table;
  return nullptr;
}

void Services::migrate(const plugin::Manifest& manifest, const std::string& folder) {
  if (manifest.migrations.empty()) return;
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder + "/" + manifest.migrations, error))
    if (entry.path().extension() == ".sql") names.push_back(entry.path().filename().string());
  if (error) throw Error(MIF_E_INVALID, "plugin.migrations", "包里没有 plugin.json 所说的 migrations 文件夹 (no such folder in the bundle): " + manifest.migrations);
  std::sort(names.begin(), names.end());
  std::vector<std::string> texts;
  std::vector<store::Migration> steps;
  texts.reserve(names.size());
  for (const auto& name : names) {
    if (name.size() < 8 || name[3] != '_' || name.substr(0, 3).find_first_not_of("0123456789") != std::string::npos)
      throw Error(MIF_E_INVALID, "plugin.migrations", "迁移文件应命名为 001_名称.sql (name migrations 001_name.sql): " + name);
    texts.push_back(read_file(folder + "/" + manifest.migrations + "/" + name));
    check_step(texts.back(), manifest.migrations + "/" + name, manifest.schema);
    if (texts.back().empty() || texts.back().back() != '\n') texts.back() += '\n';
  }
  for (std::size_t i = 0; i < names.size(); ++i) steps.push_back({std::stoi(names[i].substr(0, 3)), names[i], texts[i]});
  store::migrate(impl_->deployment.database(), "plugin:" + manifest.id, steps);
}

void Services::plugin_event(std::string_view plugin, std::string_view event, std::string_view sentence) {
  JsonWriter fields;
  fields.begin_object().field("reason", sentence).end_object();
  const bool bad = event == "refused" || event == "strike" || event == "quarantined" || event == "stuck" || event == "error";
  impl_->log_file.write(bad ? "error" : "info", plugin, "plugin." + std::string(event), fields.str());
  // Every start of every program activates every plugin: only what changes the deployment is recorded for good.
  if (event != "installed" && event != "quarantined") return;
  const plugin::CallContext* inside = plugin::current_context();
  if (inside && plugin::txn_open_around(*inside)) return;  // a second writer would wait behind this thread's own transaction
  impl_->deployment.database().write([&](store::Txn& txn) {
    impl_->deployment.log().append(txn, {"system", "host", ""}, {"system", "plugin." + std::string(event), "plugin:" + std::string(plugin), "", fields.str()});
  });
}

}  // namespace mif::service
