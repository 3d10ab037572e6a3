// SPDX-License-Identifier: Apache-2.0
// The words about whole reports: 下发, 报送情况, 审核, 上报, 退回, 锁定, 催报, 汇总, 查询.
#include <algorithm>

#include "filings.h"
#include "flow_jobs.h"
#include "module-kit/result.h"
#include "whose.h"

namespace mif::reporting {
namespace {

std::string n(std::int64_t number) { return std::to_string(number); }

std::int64_t id_of(const Params& params) {
  const std::string text = params.need("assignment");
  if (text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos) throw Error(MIF_E_INVALID, "report.number", "assignment 应为编号 (must be a number): " + text);
  return std::stoll(text);
}

void write(kit::Result& answer, const Assignment& a) {
  answer.item().field("assignment", n(a.id)).field("title", a.title).field("package", a.package).field("period", a.period.iso()).field("owner", a.owner).field("deadline", a.deadline.iso())
      .field("state", a.state).end_object();
}

std::string one(const Assignment& a, const std::string& said) {
  kit::Result answer("ReportAssignment");
  write(answer, a);
  return answer.json("任务 " + n(a.id) + " " + a.title + "：" + said);
}

void write(kit::Result& answer, const UnitTree& tree, const Duty& d) {
  answer.item().field("unit", d.unit).field("name", tree.name(d.unit)).field("state", d.state).field("stateName", duty_name(d.state)).field("revision", n(d.revision))
      .field("late", d.late ? "yes" : "no").field("reason", d.reason).field("by", d.changed_by).field("at", now_text(d.changed_ms)).end_object();
}

std::string summed(const char* kind, const Flow& flow, Call call, const Summed& s, const std::string& what) {
  const auto tree = flow.units(call);
  kit::Result answer(kind);
  for (const auto& p : s.parts)
    answer.item().field("unit", p.unit).field("name", tree.name(p.unit)).field("state", p.revision ? "submitted" : "working").field("revision", n(p.revision)).field("digest", p.result_digest).end_object();
  for (const auto& m : s.missing)
    answer.item().field("unit", m).field("name", tree.name(m)).field("state", "missing").field("revision", "").field("digest", "").end_object();
  for (const auto& c : s.not_recomputed)
    answer.item().field("unit", "").field("name", c).field("state", "not-summed").field("revision", "").field("digest", "").end_object();
  answer.total("units", static_cast<std::int64_t>(s.parts.size()));
  answer.total("missing", static_cast<std::int64_t>(s.missing.size()));
  answer.total("failedChecks", s.task.failed_checks);
  answer.evidence("digest", s.task.result_digest);
  answer.finding(!s.missing.empty());
  return answer.json(what + " " + n(static_cast<std::int64_t>(s.parts.size())) + " 个单位，缺 " + n(static_cast<std::int64_t>(s.missing.size())) + " 个" +
                     (s.stale.empty() ? "" : "，本级取的是没有上报的编制数") + (s.not_recomputed.empty() ? "" : "，" + n(static_cast<std::int64_t>(s.not_recomputed.size())) + " 格不能由汇总数重算"));
}

}  // namespace

Answer word_assign(const Flow& flow, const Reports&, Call call, const Params& params, std::string&) {
  return one(flow.assign(call, params.need("package"), params.need("unit"), params.period(), Day::parse(params.need("deadline")), params.most("title", 90), list_of(params, "units")), "已下发");
}

Answer word_copy(const Flow& flow, const Reports&, Call call, const Params& params, std::string&) {
  return one(flow.copy(call, id_of(params), Day::parse(params.need("deadline"))), "已复制到下期");
}

Answer word_extend(const Flow& flow, const Reports&, Call call, const Params& params, std::string&) {
  return one(flow.change(call, id_of(params), {}, Day::parse(params.need("deadline"))), "截止日已改");
}

Answer word_close(const Flow& flow, const Reports&, Call call, const Params& params, std::string&) { return one(flow.change(call, id_of(params), "closed", {}), "已关闭"); }
Answer word_reopen(const Flow& flow, const Reports&, Call call, const Params& params, std::string&) { return one(flow.change(call, id_of(params), "open", {}), "已重开"); }

Answer word_assignments(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string&) {
  const auto catalog = reports.catalog(call, false);
  const auto tree = flow.units(call);
  const std::string unit = params.get("unit");
  kit::Result answer("ReportAssignmentList");
  const auto boards = flow.boards(call, 0, unit);
  const auto reminders = flow.reminders(call, unit);
  for (const auto& [a, duties] : boards) {
    std::int64_t submitted = 0, late = 0, reminded = 0;
    std::string own = "";
    for (const auto& d : duties) {
      submitted += d.state == "submitted" || d.state == "locked";
      late += d.late;
      if (d.unit == unit) own = duty_name(d.state);
    }
    for (const auto& r : reminders) reminded += r.assignment.id == a.id;
    std::string ministry, tables;
    for (const auto& p : catalog->packages())
      if (p.code == a.package) {
        ministry = p.ministry;
        tables = n(static_cast<std::int64_t>(p.tables.size()));
      }
    answer.item().field("assignment", n(a.id)).field("title", a.title).field("package", a.package).field("ministry", ministry).field("period", a.period.iso()).field("owner", a.owner)
        .field("deadline", a.deadline.iso()).field("state", a.state).field("tables", tables).field("own", own).field("submitted", n(submitted))
        .field("due", n(static_cast<std::int64_t>(duties.size()))).field("late", n(late)).field("reminders", n(reminded)).end_object();
  }
  return answer.json("任务 " + n(static_cast<std::int64_t>(boards.size())) + " 个");
}

Answer word_status(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string&) {
  const auto tree = flow.units(call);
  const auto board = flow.boards(call, id_of(params), params.get("unit")).front();
  const auto& a = board.assignment;
  const auto catalog = reports.catalog(call, false);
  const Package* package = nullptr;
  for (const auto& p : catalog->packages())
    if (p.code == a.package) package = &p;
  const bool tables = params.flag("tables");
  kit::Result answer("ReportStatus");
  std::map<std::string, std::int64_t> count;
  for (const auto& d : board.duties) {
    ++count[d.state];
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> wrong;  // by table: errors, warnings
    bool computed = false;
    std::int64_t errors = 0, warnings = 0;
    if (package) {
      std::vector<StoredCheck> checks;
      try {
        const bool fixed = d.revision > 0 && d.state != "returned";
        // A unit that sums answers with its sum once there is no report of its own.
        const Task task = reports.stored_as(call, *package, d.unit, a.period, fixed ? "" : "own", fixed ? std::to_string(d.revision) : "");
        checks = reports.checks(call, task);
        computed = true;
      } catch (const Error& e) {
        if (e.code() != MIF_E_NOT_FOUND) throw;
      }
      for (const auto& c : checks) {
        if (c.state == "pass" || c.state == "empty" || c.level == "info") continue;
        auto& w = wrong[c.table];
        ++(c.level == "error" ? w.first : w.second);
        ++(c.level == "error" ? errors : warnings);
      }
    }
    if (!tables) {
      const auto filing = Filings(reports).of(call, a.package, d.unit, a.period, d.revision);
      answer.item().field("unit", d.unit).field("name", tree.name(d.unit)).field("state", d.state).field("stateName", duty_name(d.state)).field("revision", n(d.revision))
          .field("late", d.late ? "yes" : "no").field("errors", computed ? n(errors) : "").field("warnings", computed ? n(warnings) : "").field("reason", d.reason).field("by", d.changed_by)
          .field("at", now_text(d.changed_ms)).field("filing", filing ? filing->state : "").field("filingName", filing ? filing_name(filing->state) : "").field("filingNumber", filing ? filing->number : "")
          .field("filingReason", filing ? filing->reason : "").end_object();
      continue;
    }
    if (package)
      for (const auto& t : package->tables)
        answer.item().field("unit", d.unit).field("name", tree.name(d.unit)).field("table", t->code).field("state", d.state).field("stateName", duty_name(d.state))
            .field("errors", computed ? n(wrong[t->code].first) : "").field("warnings", computed ? n(wrong[t->code].second) : "").end_object();
  }
  for (const auto& [state, many] : count) answer.total(state, many);
  std::string text = a.title + "：应报 " + n(static_cast<std::int64_t>(board.duties.size()));
  for (const char* state : {"none", "editing", "submitted", "returned", "locked"})
    if (count[state]) text += "，" + duty_name(state) + " " + n(count[state]);
  return answer.json(text);
}

Answer word_return(const Flow& flow, const Reports&, Call call, const Params& params, std::string&) {
  kit::Result answer("ReportDuty");
  write(answer, flow.units(call), flow.give_back(call, id_of(params), params.need("unit"), params.most("reason", 900)));
  return answer.json("已退回 " + params.get("unit"));
}

namespace {

std::string locked(const Flow& flow, Call call, const Params& params, bool lock) {
  kit::Result answer("ReportDutyList");
  const auto tree = flow.units(call);
  const auto changed = flow.lock(call, id_of(params), params.get("unit"), lock, params.most("reason", 900));
  for (const auto& d : changed) write(answer, tree, d);
  return answer.json((lock ? "已锁定 " : "已解锁 ") + n(static_cast<std::int64_t>(changed.size())) + " 个单位");
}

}  // namespace

Answer word_lock(const Flow& flow, const Reports&, Call call, const Params& params, std::string&) { return locked(flow, call, params, true); }
Answer word_unlock(const Flow& flow, const Reports&, Call call, const Params& params, std::string&) { return locked(flow, call, params, false); }

Answer word_remind(const Flow& flow, const Reports&, Call call, const Params& params, std::string&) {
  kit::Result answer("ReportReminderList");
  const auto tree = flow.units(call);
  const auto units = flow.remind(call, id_of(params), list_of(params, "units"), params.most("words", 900));
  for (const auto& u : units) answer.item().field("unit", u).field("name", tree.name(u)).end_object();
  return answer.json("已催报 " + n(static_cast<std::int64_t>(units.size())) + " 个单位");
}

Answer word_reminders(const Flow& flow, const Reports&, Call call, const Params& params, std::string&) {
  kit::Result answer("ReportReminderList");
  const auto all = flow.reminders(call, params.get("unit"));
  for (const auto& r : all)
    answer.item().field("assignment", n(r.assignment.id)).field("title", r.assignment.title).field("unit", r.unit).field("words", r.words).field("by", r.written_by).field("at", now_text(r.written_ms)).end_object();
  return answer.json("催报 " + n(static_cast<std::int64_t>(all.size())) + " 条");
}

Answer word_audit(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string& etag) {
  const std::string unit = whose(reports, call, params).unit, package = params.need("package"), table = params.get("table");
  if (params.get("layer").empty() || params.get("layer") == "own") (void)reports.compute(call, package, unit, params.period());
  const Gate gate = flow.gate(call, package, unit, params.period(), params.get("layer"));
  etag = gate.task.result_digest;
  kit::Result answer("ReportAudit");
  std::int64_t against = 0;
  for (const auto& h : gate.against) {
    if (!table.empty() && h.table != table) continue;
    ++against;
    answer.item().field("kind", h.kind).field("check", h.check).field("table", h.table).field("place", h.place).field("what", h.what).end_object();
  }
  answer.finding(against > 0);
  answer.total("checks", gate.checks);
  answer.total("explained", gate.explained);
  return answer.json((table.empty() ? "完全审核 " : "本表审核 ") + n(gate.checks) + " 项，已说明 " + n(gate.explained) + " 项，" + (against ? "不符 " + n(against) + " 项" : "通过"));
}

std::string submitted(const Submission& s, std::string& etag) {
  etag = s.digest;
  kit::Result answer("ReportSubmission");
  answer.item().field("unit", s.unit).field("layer", s.layer).field("revision", n(s.revision)).field("digest", s.digest).field("parent", s.parent_digest).field("late", s.late ? "yes" : "no")
      .field("origin", s.origin).field("recordedUntil", now_text(s.recorded_ms)).end_object();
  return answer.json("已上报第 " + n(s.revision) + " 版" + (s.late ? "（逾期）" : ""));
}

Answer word_submit(const Flow& flow, const Reports&, Call call, const Params& params, std::string& etag) {
  return submitted(flow.submit(call, id_of(params), params.need("unit"), params.get("layer")), etag);
}

Answer word_submissions(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string&) {
  kit::Result answer("ReportSubmissionList");
  const auto all = flow.submissions(call, params.need("unit"));
  for (const auto& s : all) {
    const auto filing = Filings(reports).of(call, s.package, s.unit, s.period, s.revision);
    answer.item().field("package", s.package).field("period", s.period.iso()).field("revision", n(s.revision)).field("layer", s.layer).field("origin", s.origin).field("late", s.late ? "yes" : "no")
        .field("cells", n(s.cells)).field("digest", s.digest).field("parent", s.parent_digest).field("result", s.result_digest).field("recordedUntil", now_text(s.recorded_ms))
        .field("by", s.submitted_by).field("at", now_text(s.submitted_ms)).field("filing", filing ? filing->state : "").field("filingReason", filing ? filing->reason : "").end_object();
  }
  return answer.json("上报版 " + n(static_cast<std::int64_t>(all.size())) + " 个");
}

Answer word_changes(const Flow& flow, const Reports&, Call call, const Params& params, std::string&) {
  Submission of;
  const auto changed = flow.changes(call, params.need("package"), params.need("unit"), params.period(), params.get("revision"), of);
  kit::Result answer("ReportChangeList");
  for (const auto& c : changed) answer.item().field("table", c.table).field("row", c.row).field("col", c.col).field("submitted", c.was).field("today", c.now).end_object();
  return answer.json("第 " + n(of.revision) + " 版上报后，今天有 " + n(static_cast<std::int64_t>(changed.size())) + " 格不同");
}

Answer word_collect(const Flow& flow, const Reports&, Call call, const Params& params, std::string&) {
  return summed("ReportCollection", flow, call, flow.sum(call, params.need("package"), params.need("unit"), params.period(), list_of(params, "units"), true), "可汇总");
}

Answer word_sum(const Flow& flow, const Reports&, Call call, const Params& params, std::string& etag) {
  const auto s = flow.sum(call, params.need("package"), params.need("unit"), params.period(), list_of(params, "units"), false);
  etag = s.task.result_digest;
  return summed("ReportSum", flow, call, s, "汇总");
}

Answer word_difference(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string& etag) {
  const auto s = flow.difference(call, params.need("package"), params.need("unit"), params.period());
  etag = s.task.result_digest;
  kit::Result answer("ReportDifference");
  std::int64_t differing = 0;
  for (const auto& c : reports.cells(call, s.task, {})) {
    if (const Value rest = value_of(c); !rest.numeric() || rest.scaled() == 0) continue;
    ++differing;
    answer.item().field("table", c.table).field("row", c.row).field("col", c.col).field("difference", c.value).end_object();
  }
  answer.finding(differing > 0);
  return answer.json("差额表：与 " + n(static_cast<std::int64_t>(s.parts.size())) + " 个单位之和不等的 " + n(differing) + " 格");
}

Answer word_contributions(const Flow& flow, const Reports&, Call call, const Params& params, std::string&) {
  const auto tree = flow.units(call);
  kit::Result answer("ReportContributionList");
  Value total;
  std::int64_t units = 0;
  const auto all = flow.contributions(call, params.need("package"), params.need("unit"), params.period(), {params.need("table"), params.need("row"), params.need("col")}, params.get("revision"));
  for (const auto& [part, cell] : all) {
    if (const Value part_of = value_of(cell); part_of.numeric()) total = total + part_of;
    units += !part.unit.empty();
    answer.item().field("unit", part.unit).field("name", part.unit.empty() ? "上下级互付、双方都已记账的（抵销）" : tree.name(part.unit));
    answer.last().field("revision", part.unit.empty() ? "" : n(part.revision)).field("value", cell.value).field("text", cell.printed).end_object();
  }
  // People are counted: their sum is a whole number.
  if (total.kind() == Value::Kind::number && total.scaled() % Value::kOne == 0) answer.total("sum", static_cast<std::int64_t>(total.scaled() / Value::kOne));
  else answer.total("sum", total.fen());
  return answer.json("由 " + n(units) + " 个单位构成，合计 " + total.plain());
}

Answer word_query(const Flow& flow, const Reports&, Call call, const Params& params, std::string&) {
  const auto tree = flow.units(call);
  kit::Result answer("ReportQuery");
  std::int64_t asked = 0;
  const auto hits = flow.query(call, params.need("condition"), params.get("table"), params.period(), asked);
  for (const auto& h : hits) answer.item().field("unit", h.unit).field("name", tree.name(h.unit)).field("values", h.values).end_object();
  return answer.json("查 " + n(asked) + " 个单位，符合的 " + n(static_cast<std::int64_t>(hits.size())) + " 个");
}

}  // namespace mif::reporting
