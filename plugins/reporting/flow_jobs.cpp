// SPDX-License-Identifier: Apache-2.0
// The list of words, and what is done with single cells: save, clear, take over, fetch, explain, comment.
#include "flow_jobs.h"

#include "module-kit/result.h"
#include "whose.h"

namespace mif::reporting {

namespace {

std::string n(std::int64_t number) { return std::to_string(number); }

std::string unit_of(const Reports& reports, Call call, const Params& params) { return whose(reports, call, params).unit; }

CellKey cell_of(const Params& params) { return {params.need("table"), params.need("row"), params.need("col")}; }

std::string cells_answer(const char* kind, const Saved& saved, std::string& etag, const std::string& only, const std::function<std::string(std::int64_t)>& summary) {
  kit::Result answer(kind);
  std::int64_t count = 0;
  for (const auto& c : saved.cells) {
    if (!only.empty() && c.table != only) continue;
    ++count;
    auto& item = answer.item().field("table", c.table).field("row", c.row).field("col", c.col).field("was", c.was).field("now", c.now).field("kind", c.kind);
    if (!c.complaint.empty()) item.field("complaint", c.complaint);
    answer.last().end_object();
    answer.finding(!c.complaint.empty());
  }
  etag = saved.task.result_digest;
  answer.evidence("digest", etag);
  if (saved.computed > 0) answer.evidence("computed", n(saved.computed));
  return answer.json(summary(count));
}

Answer word_save(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string& etag) {
  const bool preview = params.flag("preview");
  const auto saved = flow.save(call, unit_of(reports, call, params), params.period(), params.get("etag"), entries_of(params), "typed", preview);
  return cells_answer("ReportCellList", saved, etag, {}, [&](auto count) { return (preview ? "试存 " : "已保存 ") + n(count) + " 格"; });
}

Answer word_clear(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string& etag) {
  const auto saved = flow.clear(call, unit_of(reports, call, params), params.need("table"), params.period(), params.get("confirm"));
  return cells_answer("ReportCellList", saved, etag, {}, [&](auto count) { return "已删除表 " + params.get("table") + " 的填报数 " + n(count) + " 格"; });
}

Answer word_take_over(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string& etag) {
  const bool preview = params.flag("preview");
  const auto saved = flow.take_over(call, unit_of(reports, call, params), params.need("package"), params.period(), preview);
  return cells_answer("ReportCellList", saved, etag, {}, [&](auto count) { return (preview ? "可提取上期数 " : "已提取上期数 ") + n(count) + " 格"; });
}

Answer word_fetch(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string& etag) {
  const bool preview = params.flag("preview");
  const auto saved = flow.fetch(call, unit_of(reports, call, params), params.need("package"), params.period(), preview);
  return cells_answer("ReportCellList", saved, etag, params.get("table"), [&](auto count) { return (preview ? "更新后将有 " : "已更新，") + n(count) + " 格与原来不同"; });
}

Answer word_recompute(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string& etag) {
  const auto saved = flow.fetch(call, unit_of(reports, call, params), params.need("package"), params.period(), false);
  return cells_answer("ReportCellList", saved, etag, params.get("table"), [&](auto count) { return (params.get("table").empty() ? "全部重算" : "本表计算") + std::string("，") + n(count) + " 格变化"; });
}

Answer word_history(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string&) {
  kit::Result answer("ReportCellHistory");
  const auto all = flow.history(call, unit_of(reports, call, params), params.period(), cell_of(params));
  for (const auto& c : all)
    answer.item().field("kind", c.kind).field("was", c.was).field("now", c.now).field("reason", c.reason).field("by", c.by).field("at", now_text(c.ms)).end_object();
  return answer.json("该格变动 " + n(static_cast<std::int64_t>(all.size())) + " 次");
}

Answer word_explain(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string&) {
  const int count = flow.explain(call, params.need("package"), unit_of(reports, call, params), params.period(), params.get("layer"), params.need("check"), params.get("place"), params.most("words", 900));
  kit::Result answer("ReportExplanation");
  answer.item().field("check", params.get("check")).field("explained", n(count)).end_object();
  return answer.json("已说明 " + n(count) + " 处");
}

Answer word_explanations(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string&) {
  kit::Result answer("ReportExplanationList");
  std::int64_t alive = 0;
  const auto all = flow.explanations(call, params.need("package"), unit_of(reports, call, params), params.period(), params.get("layer"));
  for (const auto& [e, lives] : all) {
    alive += lives;
    answer.item().field("check", e.check).field("table", e.table).field("place", e.place).field("words", e.words).field("state", lives ? "alive" : "dead").field("by", e.written_by)
        .field("at", now_text(e.written_ms)).field("key", e.key).end_object();
  }
  return answer.json("说明 " + n(static_cast<std::int64_t>(all.size())) + " 条，其中有效 " + n(alive) + " 条");
}

Answer word_comment(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string&) {
  (void)params.need("words");
  flow.comment(call, unit_of(reports, call, params), params.period(), cell_of(params), params.most("words", 900));
  kit::Result answer("ReportComment");
  answer.item().field("row", params.get("row")).field("col", params.get("col")).field("words", params.get("words")).end_object();
  return answer.json("已批注");
}

Answer word_comments(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string&) {
  kit::Result answer("ReportCommentList");
  const auto all = flow.comments(call, unit_of(reports, call, params), params.period(), params.need("table"));
  for (const auto& c : all) answer.item().field("row", c.row).field("col", c.col).field("words", c.words).field("by", c.by).field("at", now_text(c.ms)).end_object();
  return answer.json("批注 " + n(static_cast<std::int64_t>(all.size())) + " 条");
}

Answer word_notes(const Flow&, const Reports& reports, Call call, const Params& params, std::string&) {
  const auto catalog = reports.catalog(call, false);
  const Table& t = catalog->table(params.need("table"), params.period());
  kit::Result answer("ReportNoteList");
  if (!t.note.empty()) answer.item().field("place", t.code).field("name", t.title).field("note", t.note).field("formula", "").end_object();
  for (std::size_t r = 0; r < t.rows.size(); ++r)
    for (std::size_t c = 0; c < t.cols.size(); ++c) {
      const auto& rule = t.rule(static_cast<int>(r), static_cast<int>(c));
      if (rule.kind != CellRule::Kind::formula) continue;
      const auto& f = t.formulas[static_cast<std::size_t>(rule.formula)];
      answer.item().field("place", t.code + "[" + t.rows[r].code + "," + t.cols[c].code + "]").field("name", t.rows[r].name + " · " + t.cols[c].name).field("note", f.note)
          .field("formula", f.text).end_object();
    }
  return answer.json(t.title + " 的指标解释与公式");
}

Answer word_moved(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string&) {
  const auto catalog = reports.catalog(call, false);
  kit::Result answer("MovedCellList");
  const std::string text = params.need("voucher");
  if (text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos) throw Error(MIF_E_INVALID, "report.number", "voucher 应为编号 (must be a number): " + text);
  const auto all = flow.moved(call, std::stoll(text));
  for (const auto& m : all)
    answer.item().field("package", m.task.package).field("unit", m.task.unit).field("period", m.task.period.iso()).field("table", m.cell.table).field("row", m.cell.row)
        .field("col", m.cell.col).field("value", m.cell.value).field("by", m.by).end_object();
  return answer.json("凭证 " + text + " 影响 " + n(static_cast<std::int64_t>(all.size())) + " 格");
}

using Param = std::tuple<const char*, bool, const char*>;
const Param kUnit{"unit", false, "单位"}, kBook{"book", false, "账套，代替 unit"}, kPeriod{"period", true, "期间 2023-06；2023 = 到 12 月"}, kPackage{"package", true, "报表包代码"},
    kTable{"table", true, "表号"}, kRow{"row", true, "行号"}, kCol{"col", true, "栏号"}, kLayer{"layer", false, "own 本单位，sum 汇总"}, kAssignment{"assignment", true, "任务编号"},
    kPreview{"preview", false, "yes = 只看差异，不保存"}, kReason{"reason", true, "理由"}, kDeadline{"deadline", true, "截止日 2024-01-20"}, kOneTable{"table", false, "只看一张表"},
    kUnits{"units", false, "单位，逗号分隔；空 = 全部下级"}, kRevision{"revision", false, "版次，空 = 最近一版"};

}  // namespace

const std::vector<Word>& flow_words() {
  static const std::vector<Word> all = {
      {"report assign", "下发报表任务 (ask units for a report)", "report.manage", "POST", "/actions/assign", "assignReport", &word_assign,
       {kPackage, {"unit", true, "下发的单位"}, kPeriod, kDeadline, {"title", false, "任务名称"}, kUnits}},
      {"report assignments", "任务列表 (assignments)", "report.read", "GET", "/assignments", "listReportAssignments", &word_assignments, {{"unit", false, "只看一个单位的"}}},
      {"report status", "报送情况 (who has submitted)", "report.read", "GET", "/status", "getReportStatus", &word_status, {kAssignment, kUnit, {"tables", false, "yes = 单位 × 表"}}},
      {"report extend", "改截止日 (change the deadline)", "report.manage", "POST", "/actions/extend", "extendReportAssignment", &word_extend, {kAssignment, kDeadline}},
      {"report close", "关闭任务 (close an assignment)", "report.manage", "POST", "/actions/close", "closeReportAssignment", &word_close, {kAssignment}},
      {"report reopen", "重开任务 (open it again)", "report.manage", "POST", "/actions/reopen", "reopenReportAssignment", &word_reopen, {kAssignment}},
      {"report copy", "复制下期 (the same for the next period)", "report.manage", "POST", "/actions/copy", "copyReportAssignment", &word_copy, {kAssignment, kDeadline}},
      {"report remind", "催报 (remind)", "report.manage", "POST", "/actions/remind", "remindReport", &word_remind,
       {kAssignment, {"units", false, "单位，逗号分隔；空 = 未上报的全部"}, {"words", false, "内容"}}},
      {"report reminders", "催报记录 (reminders)", "report.read", "GET", "/reminders", "listReportReminders", &word_reminders, {kUnit}},
      {"report save", "保存 (save cells)", "report.compute", "PATCH", "/cells", "saveReportCells", &word_save,
       {kUnit, kBook, kPeriod, {"cells", true, "T[行,栏]=金额;…，空 = 清除"}, {"reason", false, "改取来的数的理由"}, {"etag", false, "读时的摘要"}, kPreview}},
      {"report insert-row", "插入 (a new row of a variable section)", "report.compute", "POST", "/actions/insert-row", "insertReportRow", &word_insert_row,
       {kUnit, kBook, kTable, {"row", true, "新行的行号，原来的这一行和以下各行下移"}, kPeriod, {"etag", false, "读时的摘要"}}},
      {"report delete-row", "删除 (a row of a variable section)", "report.compute", "POST", "/actions/delete-row", "deleteReportRow", &word_delete_row, {kUnit, kBook, kTable, kRow, kPeriod, {"etag", false, "读时的摘要"}}},
      {"report open", "开始或继续填报，别人看得见 (a lease on a report)", "report.compute", "POST", "/actions/open", "openReport", &word_open,
       {kPackage, kUnit, kBook, kPeriod, {"take", false, "yes = 接手别人正在填的"}, {"reason", false, "接手的理由"}}},
      {"report leave", "结束填报 (the lease is given up)", "report.compute", "POST", "/actions/leave", "leaveReport", &word_leave, {kPackage, kUnit, kBook, kPeriod}},
      {"report lease", "谁在填报 (who has a report open)", "report.read", "GET", "/lease", "getReportLease", &word_lease, {kPackage, kUnit, kBook, kPeriod}},
      {"report keep-draft", "暂存没有保存的格 (keep what is typed and not saved)", "report.compute", "POST", "/drafts", "keepReportDraft", &word_keep_draft,
       {kUnit, kBook, kTable, kPeriod, {"cells", false, "同 report save；空 = 放弃草稿"}, {"etag", false, "读时的摘要"}}},
      {"report draft", "自己没有保存的格 (one's own draft)", "report.read", "GET", "/drafts", "getReportDraft", &word_draft, {kUnit, kBook, kPeriod, kOneTable}},
      {"report clear", "删除当前表的数据 (clear a table)", "report.compute", "POST", "/actions/clear", "clearReportTable", &word_clear, {kUnit, kBook, kTable, kPeriod, {"confirm", true, "再写一遍表号"}}},
      {"report take-over", "提取上期数 (take over last period's typed values)", "report.compute", "POST", "/actions/take-over", "takeOverReport", &word_take_over, {kUnit, kBook, kPackage, kPeriod, kPreview}},
      {"report fetch", "更新 (fetch from the ledger again)", "report.compute", "POST", "/actions/fetch", "fetchReport", &word_fetch, {kUnit, kBook, kPackage, kPeriod, kOneTable, kPreview}},
      {"report recompute", "本表计算 / 全部重算 (compute)", "report.compute", "POST", "/actions/compute", "recomputeReport", &word_recompute, {kUnit, kBook, kPackage, kPeriod, kOneTable}},
      {"report year-before", "上年同期 (a table of the year before, in today's lines and columns)", "report.read", "GET", "/year-before", "getReportYearBefore", &word_year_before, {kUnit, kBook, kTable, kPeriod, kLayer}},
      {"report history", "一格的变动 (history of a cell)", "report.read", "GET", "/history", "getReportCellHistory", &word_history, {kUnit, kBook, kTable, kRow, kCol, kPeriod}},
      {"report audit", "完全审核，给出 table 时本表审核 (may it be submitted)", "report.compute", "POST", "/actions/check", "auditReport", &word_audit, {kPackage, kUnit, kBook, kPeriod, kLayer, kOneTable}},
      {"report explain", "说明理由 (explain a failed check)", "report.compute", "POST", "/actions/explain", "explainReportCheck", &word_explain,
       {kPackage, kUnit, kBook, kPeriod, kLayer, {"check", true, "规则号"}, {"place", false, "表[行,栏]，空 = 该规则未通过的每一处"}, {"words", true, "理由"}}},
      {"report explanations", "说明列表 (explanations)", "report.read", "GET", "/explanations", "listReportExplanations", &word_explanations, {kPackage, kUnit, kBook, kPeriod, kLayer}},
      {"report submit", "上报 (submit)", "report.submit", "POST", "/actions/submit", "submitReport", &word_submit, {kAssignment, {"unit", true, "单位"}, kLayer}},
      {"report submit-for", "代报没有账套的单位 (submit for a unit without books here)", "report.manage", "POST", "/submissions", "submitReportFor", &word_submit_for,
       {kPackage, {"unit", true, "单位"}, kPeriod, {"file", true, "该单位的表，或清单（表号 行号 栏号 金额）：CSV 或 xlsx"}, {"name", false, "文件名，出错时说明用"}, {"words", false, "未通过的核实性审核的说明"}, {"preview", false, "yes = 只看会报成什么，不上报"}}},
      {"report return", "退回 (return)", "report.manage", "POST", "/actions/return", "returnReport", &word_return, {kAssignment, {"unit", true, "单位"}, kReason}},
      {"report lock", "锁定 (lock)", "report.manage", "POST", "/actions/lock", "lockReports", &word_lock, {kAssignment, kUnit}},
      {"report unlock", "解锁 (unlock)", "report.manage", "POST", "/actions/unlock", "unlockReports", &word_unlock, {kAssignment, kUnit, kReason}},
      {"report submissions", "上报版 (submitted revisions)", "report.read", "GET", "/submissions", "listReportSubmissions", &word_submissions, {{"unit", true, "单位"}}},
      {"report changes", "上报版与今天的差别 (a submitted revision against today)", "report.read", "GET", "/changes", "listReportChanges", &word_changes, {kPackage, {"unit", true, "单位"}, kPeriod, kRevision}},
      {"report collect", "收集下级数据 (whose reports are here)", "report.read", "POST", "/actions/collect", "collectReports", &word_collect, {kPackage, {"unit", true, "单位"}, kPeriod, kUnits}},
      {"report sum", "汇总 (sum the units below)", "report.manage", "POST", "/actions/sum", "sumReports", &word_sum, {kPackage, {"unit", true, "汇总到哪个单位"}, kPeriod, kUnits}},
      {"report difference", "差额表 (own total less the units)", "report.manage", "POST", "/actions/difference", "differenceReport", &word_difference, {kPackage, {"unit", true, "单位"}, kPeriod}},
      {"report contributions", "构成 (which units make a summed cell)", "report.read", "GET", "/contributions", "listReportContributions", &word_contributions,
       {kPackage, {"unit", true, "单位"}, kPeriod, kTable, kRow, kCol, {"revision", false, "上报版的构成"}}},
      {"report query", "按格的条件查单位 (units by a condition on cells)", "report.read", "POST", "/query", "queryReports", &word_query, {{"condition", true, "如 T[5,16] < 0"}, {"table", false, "条件里没写表号的格属于哪张表"}, kPeriod}},
      {"report comment", "批注 (comment on a cell)", "report.compute", "POST", "/comments", "commentReportCell", &word_comment, {kUnit, kBook, kTable, kRow, kCol, kPeriod, {"words", true, "内容"}}},
      {"report comments", "批注列表 (comments of a table)", "report.read", "GET", "/comments", "listReportComments", &word_comments, {kUnit, kBook, kTable, kPeriod}},
      {"report notes", "指标解释 (what the cells mean)", "report.read", "GET", "/notes", "listReportNotes", &word_notes, {kTable, kPeriod}},
      {"report moved", "凭证影响的格 (cells a voucher moved)", "report.read", "GET", "/moved", "listReportMoved", &word_moved, {{"voucher", true, "凭证编号"}}},
      {"report import", "导入 / 批量导入 (cells of many units from a file)", "report.compute", "POST", "/imports", "importReports", &word_import, {{"file", true, "表（xlsx、csv）、清单（表头 单位 表号 行号 栏号 金额 理由），或多个这样的文件的 zip"}, kPeriod, {"unit", false, "只收这个单位的"}, {"name", false, "文件名，出错时说明用"}, {"apply", false, "yes = 导入，否则只预览"}}},
      {"report receive", "接收数据包 (take data packages)", "report.manage", "POST", "/packages", "receiveReportPackage", &word_receive,
       {{"file", true, "数据包：主目录下的文件，或写完整路径"}, {"apply", false, "yes = 接收，否则只预览"}, {"unit", false, "只列这个单位的不同的格"}}, &told_receive},
      {"report ministry-receipt", "读部门回执：接收或退回 (what the ministry answered)", "report.manage", "POST", "/ministry-receipts", "receiveMinistryReceipt", &word_ministry_receipt,
       {kPackage, {"file", true, "回执：主目录下的文件，或写完整路径"}, {"apply", false, "yes = 记下，否则只预览"}}}};
  return all;
}

}  // namespace mif::reporting
