// SPDX-License-Identifier: Apache-2.0
// The sub-commands that plugins bring: any provider of mif.job/1 is on the command line by the names it lists.
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/ParseHandler.h>
#include <Poco/JSON/Parser.h>
#include <fmt/format.h>

#include <algorithm>

#include "kernel/app/mifctl/command.h"
#include "mif/ext/job.h"
#include "mif/json.hpp"
#include "mif/sdk.hpp"

namespace mif::app {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

struct Job {
  std::string plugin, name, summary, permission;
  const mif_job* extension = nullptr;
  Object::Ptr description;
};

Object::Ptr parse_object(const std::string& text, const std::string& from) {
  try {
    Poco::JSON::Parser parser(new Poco::JSON::ParseHandler(true));  // keeps the columns in the plugin's order
    parser.setDepth(16);
    return parser.parse(text).extract<Object::Ptr>();
  } catch (const Poco::Exception& e) {
    throw Error(MIF_E_INTERNAL, "插件 " + from + " 的回答不是 JSON 对象 (plugin answered no JSON object): " + e.displayText());
  }
}

std::vector<Job> jobs_of(Context& context) {
  plugin::Host& host = context.deployment(true).plugins();
  std::vector<Job> all;
  for (const auto& provider : host.providers(MIF_JOB_ID)) {
    const auto* extension = static_cast<const mif_job*>(provider.extension);
    TextSink sink;
    host.call(provider.plugin, "list", {"system", "mifctl", ""}, nullptr, 10000, [&](mif_call* call) { return extension->list(extension->self, call, sink.get()); });
    const Array::Ptr list = parse_object(sink.text(), provider.plugin)->getArray("jobs");
    for (std::size_t i = 0; list && i < list->size(); ++i) {
      const Object::Ptr job = list->getObject(static_cast<unsigned>(i));
      all.push_back({provider.plugin, job->optValue<std::string>("name", ""), job->optValue<std::string>("summary", ""),
                     job->optValue<std::string>("permission", ""), extension, job});
    }
  }
  return all;
}

// The columns are the keys of all items in the order they first appear.
Table to_table(const Object::Ptr& answer) {
  Table table;
  table.kind = answer->optValue<std::string>("kind", "Result");
  table.summary = answer->optValue<std::string>("summary", "");
  const Array::Ptr items = answer->getArray("items");
  const Object::Ptr titles = answer->getObject("titles");
  for (std::size_t i = 0; items && i < items->size(); ++i)
    for (const auto& name : items->getObject(static_cast<unsigned>(i))->getNames())
      if (std::find(table.keys.begin(), table.keys.end(), name) == table.keys.end()) table.keys.push_back(name);
  for (const auto& key : table.keys) table.titles.push_back(titles ? titles->optValue<std::string>(key, key) : key);
  for (std::size_t i = 0; items && i < items->size(); ++i) {
    const Object::Ptr item = items->getObject(static_cast<unsigned>(i));
    std::vector<std::string> row;
    for (const auto& key : table.keys) row.push_back(item->has(key) && !item->isNull(key) ? item->get(key).convert<std::string>() : "");
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> list_jobs(Context& context) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& job : jobs_of(context)) all.emplace_back(job.name, job.summary);
  return all;
}

std::optional<int> run_job(Context& context, const std::string& name) {
  for (const auto& job : jobs_of(context)) {
    if (job.name != name) continue;
    std::size_t placed = 0;
    if (const Array::Ptr params = job.description->getArray("params")) {
      for (std::size_t i = 0; i < params->size() && placed < context.arguments.size(); ++i) {
        const Object::Ptr param = params->getObject(static_cast<unsigned>(i));
        const std::string option = param->optValue<std::string>("name", "");
        if (param->optValue("positional", false) && !context.flag(option)) context.options[option] = context.arguments[placed++];
      }
      for (std::size_t i = 0; i < params->size(); ++i) {
        const Object::Ptr param = params->getObject(static_cast<unsigned>(i));
        if (param->optValue("required", false) && !context.flag(param->optValue<std::string>("name", "")))
          throw Error(MIF_E_INVALID, "cli.arguments", "mifctl " + name + " 缺选项 (needs) --" + param->optValue<std::string>("name", ""));
      }
    }
    if (placed < context.arguments.size()) {
      fmt::print(stderr, "用法: 多余的参数 (unexpected) \"{}\"\n", context.arguments[placed]);
      return kUsage;
    }
    JsonWriter params;
    params.begin_object();
    for (const auto& [key, value] : context.options) params.field(key, value);
    params.end_object();

    const identity::Caller* caller = nullptr;
    if (!context.login.empty()) caller = &context.caller();
    if (!job.permission.empty()) {
      if (!caller) context.caller();  // says what is missing
      if (!caller->may(job.permission)) caller->require(job.permission, caller->unit);
    }
    auto progress = sized<mif_progress>();
    progress.impl = &context;
    progress.on = [](mif_progress* self, mif_str what, std::int64_t done, std::int64_t total) {
      static_cast<Context*>(self->impl)->progress(view(what), done, total);
    };
    TextSink result;
    const std::string text = params.str();
    context.deployment(true).plugins().call(job.plugin, name, context.who(), caller, 0, [&](mif_call* call) {
      return job.extension->run(job.extension->self, call, s(name), s(text), &progress, result.get());
    });
    const Object::Ptr answer = parse_object(result.text(), job.plugin);
    context.print(to_table(answer));
    return answer->optValue("exit", 0);
  }
  return std::nullopt;
}

}  // namespace mif::app
