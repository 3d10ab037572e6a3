// SPDX-License-Identifier: Apache-2.0
#include "web.h"

#include "bridge_page.h"
#include "exports.h"
#include "flow_jobs.h"
#include "parcels.h"
#include "web_answers.h"

namespace mif::reporting {
namespace {

struct Route {
  const char *method, *path, *permission, *operation, *summary;
};

const std::vector<Route>& route_table() {
  static const std::vector<Route> all = {
      {"GET", "/packages", "report.read", "listReportPackages", "报表包与表；给出 unit 或 book、period 时带计算状态"},
      {"GET", "/tables", "report.read", "listReportTables", "某单位某期可用的表与计算状态"},
      {"GET", "/tables/{table}", "report.read", "getReportTable", "一张表：行、栏、每格的值、公式、状态"},
      {"GET", "/cells/{table}/{row}/{col}", "report.read", "drillReportCell", "一格到分录：账簿条件与逐行金额，分页"},
      {"GET", "/checks", "report.read", "listReportChecks", "审核结果，两边的数都保留"},
      {"GET", "/bridge", "report.read", "getReportBridge", "两部门口径对照"},
      {"GET", "/bridge/{pair}/lines", "report.read", "listReportBridgeLines", "差额或一个差异原因背后的分录，分页"},
      {"GET", "/files/{package}", "report.read", "getReportFile", "数据包"},
      {"GET", "/kits/{package}", "report.manage", "getReportKit", "离线填报包"},
      {"GET", "/export", "report.read", "exportReport", "导出 xlsx、xlsx-formulas、docx、pdf、csv"},
      {"POST", "/compute", "report.compute", "computeReports", "计算报表并审核"}};
  return all;
}

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto slash = path.find('/');
    kit::percent_decode(path.substr(0, slash), true, parts.emplace_back());
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash);
  }
  return parts;
}

HttpResponse file(const Reports& reports, Call call, const std::string& what, const std::string& code, const Params& params) {
  const Period period = params.period();
  const std::string unit = whose(reports, call, params).unit, form = params.get("form");
  const auto catalog = reports.catalog(call, true);
  const Package& package = package_named(*catalog, code, period);
  const Parcels parcels(reports);
  const char* type = "application/zip";
  Parcel p = what == "kits" ? parcels.kit(call, package, unit, period)
             : params.flag("gather") ? parcels.gathered(call, package, unit, period)
                                     : parcels.one(call, package, unit, period, params.get("revision"), params.get("layer"));
  if (form == "xbrl-csv") p = parcels.as_xbrl_csv(call, p);
  else if (form == "ministry" || form == "ministry-signature") {
    const Parcel own = parcels.as_ministry(call, package, p);
    if (!own.bytes.empty()) {
      p = own;
      type = "application/octet-stream";
      if (form != "ministry") p.bytes = own.signature;
    }
  } else if (!form.empty() && form != "package") {
    throw Error(MIF_E_INVALID, "report.package-form", "form 应为 package、xbrl-csv、ministry 或 ministry-signature (one of these)，找到 \"" + form + "\"");
  }
  HttpResponse response;
  response.content_type = type;
  response.etag = "\"" + p.digest + "\"";
  response.body = p.text();
  return response;
}

HttpResponse compute(const Reports& reports, Call call, const mif_http_request& request) {
  const std::string_view body = view(request.body);
  const Params params = body.empty() ? Params::from_query(view(request.query)) : Params::from_json(body);
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& done : reports.compute(call, params.get("package"), whose(reports, call, params).unit, params.period())) {
    json.begin_object().field("title", done.title).field("state", done.changed ? "computed" : "unchanged").field("checks", done.checks).key("task");
    write_task(json, done.task);
    json.end_object();
  }
  json.end_array().end_object();
  return json_answer(json);
}

}  // namespace

std::string describe_routes() {
  JsonWriter json;
  json.begin_object().key("routes").begin_array();
  for (const auto& r : route_table())
    json.begin_object().field("method", r.method).field("path", r.path).field("api", true).field("permission", r.permission)
        .field("operationId", r.operation).field("summary", r.summary).end_object();
  for (const auto& w : flow_words())
    json.begin_object().field("method", w.method).field("path", w.path).field("api", true).field("permission", w.permission)
        .field("operationId", w.operation).field("summary", w.summary).end_object();
  json.end_array().key("menu").begin_array().end_array().end_object();
  return json.take();
}

namespace {

HttpResponse say_word(const Word& word, const Reports& reports, Call call, const mif_http_request& request) {
  Params params = Params::from_query(view(request.query));
  if (view(request.method) == "POST" && (word.path == std::string_view("/imports") || word.path == std::string_view("/submissions") || word.path == std::string_view("/packages") || word.path == std::string_view("/ministry-receipts"))) {  // the body is a file
    params.set("content", view(request.body));
    params.set("file", "");  // what comes over the network is in the body
  } else {
    const Params body = params_of_body(view(request.body));
    for (const auto& [name, value] : body.values()) params.set(name, value);
  }
  if (request.method.n == 5 && view(request.method) == "PATCH") {
    std::string_view seen = view(request.if_match);
    if (seen.empty()) throw Error(MIF_E_INVALID, "report.if-match", "保存要带 If-Match，写读表时的 ETag (send If-Match with the ETag that was read)");
    if (seen.size() > 1 && seen.front() == '"') seen = seen.substr(1, seen.size() - 2);
    params.set("etag", seen == "*" ? std::string_view() : seen);
  }
  HttpResponse response;
  std::string etag;
  response.body = word.run(Flow(reports), reports, call, params, etag);
  if (!etag.empty()) response.etag = "\"" + etag + "\"";
  return response;
}

}  // namespace

HttpResponse answer_request(const Reports& reports, Call call, const mif_http_request& request) {
  const auto at = segments(view(request.path));
  const std::string what = at.empty() ? "" : at[0];
  const Params params = Params::from_query(view(request.query));
  for (const auto& word : flow_words())
    if (view(request.method) == word.method && view(request.path) == word.path) return say_word(word, reports, call, request);
  if (view(request.method) == "POST" && what == "compute" && at.size() == 1) return compute(reports, call, request);
  if (view(request.method) == "GET") {
    if (what == "packages" && at.size() == 1) return answer_packages(reports, call, params, false);
    if (what == "tables" && at.size() == 1) return answer_packages(reports, call, params, true);
    if (what == "tables" && at.size() == 2) return answer_table(reports, call, at[1], params);
    if (what == "cells" && at.size() == 4) return answer_drill(reports, call, at, params);
    if (what == "checks" && at.size() == 1) return answer_checks(reports, call, params);
    if (what == "export" && at.size() == 1) {
      ExportedFile file = export_report(reports, call, params);
      HttpResponse response;
      response.content_type = file.type;
      response.body = std::move(file.bytes);
      return response;
    }
    if (what == "bridge" && at.size() == 1) return bridge_page(reports, call, params);
    if (what == "bridge" && at.size() == 3 && at[2] == "lines") return bridge_lines_page(reports, call, at[1], params);
    if ((what == "files" || what == "kits") && at.size() == 2) return file(reports, call, what, at[1], params);
  }
  throw Error(MIF_E_NOT_FOUND, "report.path", "没有这个地址 (no such resource): " + str(request.path));
}

}  // namespace mif::reporting
