// SPDX-License-Identifier: Apache-2.0
#include "jobs.h"

#include <tuple>

#include "exports.h"
#include "flow_jobs.h"
#include "job_work.h"

namespace mif::reporting {

namespace {

struct Job {
  const char *name, *summary, *permission;
  std::string (*run)(const Reports&, Call, const Params&, const Progress&);
  std::vector<std::tuple<const char*, bool, const char*>> params;
};

const std::vector<Job>& jobs() {
  static const std::tuple<const char*, bool, const char*> package{"package", false, "报表包代码或部门 (nhsa, mof)，空 = 全部"};
  static const std::tuple<const char*, bool, const char*> any_unit{"unit", false, "单位，空 = 可见的全部"}, unit{"unit", false, "单位"},
      book{"book", false, "账套，代替 unit：记这本账的单位"};
  static const std::tuple<const char*, bool, const char*> period{"period", true, "期间 2023-06；2023 = 到 12 月"},
      any_period{"period", false, "期间，空 = 已计算的全部"};
  static const std::tuple<const char*, bool, const char*> table{"table", true, "表号"}, row{"row", true, "行号"}, col{"col", true, "栏号"};
  static const std::tuple<const char*, bool, const char*> layer{"layer", false, "own 本单位，sum 汇总，difference 差额"}, revision{"revision", false, "上报的第几版，latest = 最近一版"};
  static const std::vector<Job> all = {
      {"report list", "报表包和表 (packages and tables)", "report.read", &report_list, {any_unit, book}},
      {"report compute", "计算报表并审核 (compute and check)", "report.compute", &report_compute, {package, any_unit, book, period}},
      {"report check", "审核结果 (check results)", "report.read", &report_check, {package, any_unit, book, any_period, layer, {"all", false, "yes = 通过的也列出"}}},
      {"report show", "一张表 (one table)", "report.read", &report_show, {table, unit, book, period, layer, revision}},
      {"report compare", "与公布数逐格比较 (compare with published figures)", "report.read", &report_compare, {{"published", false, "公布数文件，默认 config/published.csv"}, book}},
      {"report bridge", "两部门口径对照 (bridge between the ministries)", "report.read", &report_bridge, {any_unit, book, any_period}},
      {"report bridge-lines", "两部门差额背后的分录 (the ledger lines behind a difference)", "report.read", &report_bridge_lines,
       {{"pair", true, "对照项，如 E01"}, {"part", false, "第几个差异原因，空 = 全部差额"}, unit, book, period, {"after", false, "翻页标记"}, {"limit", false, "行数，空 = 全部"}}},
      {"report package", "生成数据包 (data packages)", "report.read", &report_package,
       {package, any_unit, book, any_period, {"revision", false, "上报的第几版，空 = 最近一版，没有上报过的为草稿；draft = 草稿"}, layer, {"gather", false, "yes = 本单位与下级合成一个文件"}, {"form", false, "package 或 xbrl-csv"},
        {"out", false, "写到这个文件夹，空 = 只存入对象库"}}},
      {"report kit", "离线填报包 (what a unit without a network fills in)", "report.manage", &report_kit,
       {{"package", true, "报表包代码"}, {"unit", true, "单位"}, period, {"out", false, "写到这个文件夹，空 = 只存入对象库"}}},
      {"report drill", "一格到分录 (cell to ledger lines)", "report.read", &report_drill, {table, row, col, unit, book, period, revision, {"after", false, "翻页标记"}, {"limit", false, "行数，空 = 全部"}}},
      {"report verify", "重算已存的报表，逐格核对分录 (recompute and drill everything)", "report.read", &report_verify, {}},
      {"report export", "导出 Excel、Word、PDF、CSV (as a file)", "report.read", &report_export, {{"package", false, "报表包的全部表"}, {"table", false, "只要一张表"}, unit, book, period, layer, revision,
          {"format", false, "xlsx（值）、xlsx-formulas（带公式）、docx、pdf、csv"}, {"out", false, "文件或文件夹，空 = 当前文件夹"}}},
      {"report template-export", "报表包导出为工作簿 (a package as a workbook)", "report.read", &template_export, {{"package", true, "报表包代码"}, {"out", false, "文件，空 = 代码.xlsx"}}},
      {"report template-import", "读回工作簿：先列改动，写明 out 才写文件 (a workbook back into a package)", "report.read", &template_import,
          {{"package", true, "报表包代码"}, {"file", true, "工作簿"}, {"out", false, "写到这个文件夹，空 = 只看改动"}}},
      {"report template-clone", "复制到新年度 (a package for a new year)", "report.read", &template_clone,
          {{"package", true, "旧报表包代码"}, {"code", true, "新报表包代码"}, {"from", true, "自何期间起有效，2024-01"}, {"folder", false, "新包的位置"}, {"out", false, "写到这个文件夹，空 = 只列文件"}}},
      {"report template-map", "新旧表样按名称对照 (the map to last year's lines)", "report.read", &template_map,
          {{"from", true, "旧报表包代码"}, {"package", true, "新报表包代码"}, {"out", false, "写到这个文件夹，空 = 只看"}}},
      {"report fill", "填报一格 (type a value in)", "report.compute", &report_fill, {table, row, col, unit, book, period, {"value", false, "金额（元），空 = 清除"}}}};
  return all;
}

}  // namespace

std::string describe_jobs() {
  JsonWriter json;
  json.begin_object().key("jobs").begin_array();
  const auto describe = [&](const char* name, const auto& job) {
    json.begin_object().field("name", name).field("summary", job.summary).field("permission", job.permission).key("params").begin_array();
    for (const auto& [param, required, summary] : job.params)
      json.begin_object().field("name", param).field("required", required).field("summary", summary).end_object();
    json.end_array().end_object();
  };
  for (const auto& job : jobs()) describe(job.name, job);
  for (const auto& word : flow_words()) describe(word.job, word);
  json.end_array().end_object();
  return json.take();
}

std::string run_job(const Reports& reports, Call call, std::string_view name, std::string_view params_json, Progress progress) {
  const Params params = Params::from_json(params_json);
  for (const auto& job : jobs())
    if (name == job.name) return job.run(reports, call, params, progress);
  std::string etag;
  for (const auto& word : flow_words())
    if (name == word.job) return word.told ? word.told(Flow(reports), reports, call, params, etag, progress) : word.run(Flow(reports), reports, call, params, etag);
  throw Error(MIF_E_NOT_FOUND, "report.job-unknown", "没有这个命令 (no such job): " + std::string(name));
}

}  // namespace mif::reporting
