// SPDX-License-Identifier: Apache-2.0
// report import and submit-for: the words whose input is a file of figures.
#include "flow_jobs.h"
#include "module-kit/result.h"

namespace mif::reporting {
namespace {

std::string n(std::int64_t number) { return std::to_string(number); }

}  // namespace

std::string file_name(const Params& params) {
  const std::string name = params.get("name").empty() ? params.get("file") : params.get("name");
  return name.substr(name.rfind('/') + 1);
}

Answer word_import(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string&) {
  const bool apply = params.flag("apply");
  const std::string bytes = params.get("content").empty() ? reports.file(call, params.need("file")) : params.get("content");
  kit::Result answer("ReportImport");
  std::int64_t units = 0, taken = 0, cells = 0, cleared = 0, differing = 0;
  const auto tell = [&](const std::string& unit, const CellChange& c, const char* state, const std::string& complaint) {
    answer.item().field("unit", unit).field("table", c.table).field("row", c.row).field("col", c.col).field("was", c.was).field("now", c.now).field("state", state).field("complaint", complaint).end_object();
  };
  for (const auto& one : flow.import(call, {bytes, file_name(params), params.get("unit")}, params.period(), apply)) {
    ++units;
    taken += one.applied;
    answer.finding(!one.complaint.empty() || !one.differing.empty());
    if (!one.complaint.empty()) tell(one.unit, {}, "refused", one.complaint);
    for (const auto& c : one.cells) {
      if (c.was == c.now && c.complaint.empty()) continue;
      ++cells;
      cleared += c.now.empty();
      tell(one.unit, c, !c.complaint.empty() ? "refused" : one.applied ? "applied" : "preview", c.complaint);
    }
    for (const auto& c : one.differing) {
      ++differing;
      tell(one.unit, c, "differs", c.kind + "，以系统的数为准，没有导入");
    }
  }
  return answer.json((apply ? "导入 " + n(taken) + "/" + n(units) + " 个单位，" : "预览 " + n(units) + " 个单位，") + n(cells) + " 格不同" + (cleared ? "（清空 " + n(cleared) + " 格）" : "") +
                     (differing ? "，另有 " + n(differing) + " 格不能填的与系统的数不同" : ""));
}

Answer word_submit_for(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string& etag) {
  const std::string bytes = params.get("content").empty() ? reports.file(call, params.need("file")) : params.get("content");
  const std::string unit = params.need("unit"), package = params.need("package"), words = params.most("words", 900);
  const ImportFile file{bytes, file_name(params), unit};
  if (!params.flag("preview")) return submitted(flow.submit_for(call, file, package, params.period(), words), etag);
  const auto seen = flow.foresee(call, file, package, params.period(), words);
  kit::Result answer("ReportSubmissionPreview");
  const auto tell = [&](const CellChange& c, const char* state, const std::string& complaint) {
    answer.item().field("unit", unit).field("revision", n(seen.revision)).field("table", c.table).field("row", c.row).field("col", c.col).field("was", c.was).field("now", c.now).field("state", state)
        .field("complaint", complaint).end_object();
  };
  for (const auto& h : seen.gate.against) tell({}, "refused", h.what);
  for (const auto& c : seen.cells) tell(c, "preview", "");
  answer.finding(!seen.gate.against.empty());
  answer.total("revision", seen.revision);
  answer.total("against", static_cast<std::int64_t>(seen.gate.against.size()));
  return answer.json("预览代报 " + unit + "，" + (seen.same ? "与已上报的第 " + n(seen.revision) + " 版是同一个文件" : "将为第 " + n(seen.revision) + " 版") + "，" + n(static_cast<std::int64_t>(seen.cells.size())) +
                     " 格与这里的不同，审核 " + n(seen.gate.checks) + " 项" + (seen.gate.against.empty() ? "" : "，有 " + n(static_cast<std::int64_t>(seen.gate.against.size())) + " 项不符，不能代报"));
}

}  // namespace mif::reporting
