// SPDX-License-Identifier: Apache-2.0
// The words of somebody at work on a report: 插入, 删除, who has it open, and what was typed and not yet saved.
#include "flow_jobs.h"
#include "module-kit/result.h"
#include "whose.h"

namespace mif::reporting {
namespace {

std::string unit_of(const Reports& reports, Call call, const Params& params) { return whose(reports, call, params).unit; }

Answer moved(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string& etag, bool insert) {
  const auto saved = flow.move_rows(call, unit_of(reports, call, params), params.need("table"), params.need("row"), params.period(), params.get("etag"), insert);
  etag = saved.task.result_digest;
  kit::Result answer("ReportCellList");
  for (const auto& c : saved.cells)
    answer.item().field("table", c.table).field("row", c.row).field("col", c.col).field("was", c.was).field("now", c.now).field("kind", c.kind).end_object();
  answer.evidence("digest", etag);
  return answer.json(std::string(insert ? "已插入" : "已删除") + "表 " + params.get("table") + " 第 " + params.get("row") + " 行");
}

void write(kit::Result& answer, const Lease& lease, const std::string& me) {
  answer.item().field("state", lease.holder == me ? "mine" : "other").field("holder", lease.holder).field("since", now_text(lease.since_ms)).field("until", now_text(lease.until_ms))
      .field("takenFrom", lease.taken_from).field("reason", lease.reason).end_object();
}

}  // namespace

Answer word_insert_row(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string& etag) { return moved(flow, reports, call, params, etag, true); }
Answer word_delete_row(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string& etag) { return moved(flow, reports, call, params, etag, false); }

Answer word_open(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string&) {
  const Lease lease = flow.open(call, params.need("package"), unit_of(reports, call, params), params.period(), params.flag("take"), params.most("reason", 900));
  kit::Result answer("ReportLease");
  write(answer, lease, call.actor());
  const bool mine = lease.holder == call.actor();
  answer.finding(!mine);
  return answer.json(mine ? "您在填报，到 " + now_text(lease.until_ms) + (lease.taken_from.empty() ? "" : "，接自 " + lease.taken_from) : lease.holder + " 自 " + now_text(lease.since_ms) + " 起在填报");
}

Answer word_leave(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string&) {
  flow.leave(call, params.need("package"), unit_of(reports, call, params), params.period());
  return kit::Result("ReportLease").json("已结束填报");
}

Answer word_lease(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string&) {
  kit::Result answer("ReportLease");
  const auto lease = flow.lease(call, params.need("package"), unit_of(reports, call, params), params.period());
  if (lease) write(answer, *lease, call.actor());
  return answer.json(lease ? lease->holder + " 自 " + now_text(lease->since_ms) + " 起在填报" : "没有人在填报");
}

Answer word_keep_draft(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string&) {
  const std::string cells = params.get("cells");
  const auto kept = flow.keep_draft(call, unit_of(reports, call, params), params.period(), params.need("table"), params.get("etag"),
                                    cells.empty() || cells == "[]" ? std::vector<Entry>() : entries_of(params));
  kit::Result answer("ReportDraft");
  answer.total("cells", kept);
  return answer.json("草稿 " + std::to_string(kept) + " 格");
}

Answer word_draft(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string&) {
  const auto draft = flow.draft(call, unit_of(reports, call, params), params.period(), params.get("table"));
  kit::Result answer("ReportDraft");
  for (const auto& e : draft.cells) answer.item().field("table", e.table).field("row", e.row).field("col", e.col).field("value", e.value).field("reason", e.reason).end_object();
  answer.evidence("digest", draft.etag);
  answer.evidence("at", draft.cells.empty() ? "" : now_text(draft.ms));
  return answer.json("未保存的草稿 " + std::to_string(draft.cells.size()) + " 格");
}

}  // namespace mif::reporting
