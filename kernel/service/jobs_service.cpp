// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "kernel/plugin/json_scan.h"
#include "kernel/service/job_runner.h"
#include "kernel/service/plugin_side.h"

namespace mif::service {
namespace {

constexpr std::size_t kMostKey = 200, kMostParams = 8000;

mif_status schedule(void* impl, mif_call* call, mif_txn* txn, mif_str key, mif_str name, mif_str params_json, std::int64_t due_unix_ms) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    store::Txn& open = txn_for(context, txn);
    const std::string_view k = filled(key, "key", kMostKey), n = filled(name, "name", 100);
    std::string_view params = text(params_json, "params_json", kMostParams);
    if (params.empty()) params = "{}";
    for (const auto& [path, fact] : plugin::scan_json(params, "params_json", {kMostParams, 2, true}))
      if (fact.kind != (path.empty() ? plugin::JsonFact::Kind::object : plugin::JsonFact::Kind::string))
        throw Error(MIF_E_INVALID, "plugin.bad-call", "params_json 应为字符串的平面对象 (must be one flat object of strings)");
    const auto& provides = side.manifest.provides;
    if (std::find(provides.begin(), provides.end(), MIF_JOB_ID) == provides.end())
      throw Error(MIF_E_UNSUPPORTED, "plugin.no-jobs", "插件没有提供 " MIF_JOB_ID " (schedule runs the plugin's own " MIF_JOB_ID ")");
    // The same key replaces, also a run that is under way now: its end then finds another token and leaves this one be.
    if (open.execute("update job set name = ?, params = ?, due_ms = ?, state = 0, attempts = 0, lease_ms = 0, token = '', last_error = '' where plugin = ? and job_key = ?",
                     {n, params, due_unix_ms, side.manifest.id, k}) == 0)
      open.execute("insert into job (plugin, job_key, name, params, due_ms, state, attempts, lease_ms, token, last_error) values (?, ?, ?, ?, ?, 0, 0, 0, '', '')",
                   {side.manifest.id, k, n, params, due_unix_ms});
  });
}

mif_status cancel(void* impl, mif_call* call, mif_txn* txn, mif_str key) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    txn_for(context, txn).execute("delete from job where plugin = ? and job_key = ?", {side.manifest.id, filled(key, "key", kMostKey)});
  });
}

constexpr store::Migration kMigrations[] = {{1, "scheduled jobs", R"sql(
create table job (
  plugin varchar(64) not null, job_key varchar(200) not null, name varchar(100) not null, params varchar(8000) not null,
  due_ms bigint not null, state bigint not null, attempts bigint not null, lease_ms bigint not null, token varchar(32) not null,
  last_error varchar(4000) not null, primary key (plugin, job_key));
create index job_due on job (state, due_ms);
)sql"}};

}  // namespace

std::span<const store::Migration> migrations() { return kMigrations; }

void fill_jobs(PluginSide& side) {
  side.jobs = sized<mif_jobs>();
  side.jobs.impl = &side;
  side.jobs.schedule = &schedule;
  side.jobs.cancel = &cancel;
}

}  // namespace mif::service
