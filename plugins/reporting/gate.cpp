// SPDX-License-Identifier: Apache-2.0
// 完全审核: what stands against submitting a report, and what a submitted one refuses.
#include <algorithm>

#include "flow.h"

namespace mif::reporting {

std::vector<Explanation> alive(const std::vector<Explanation>& written, const std::vector<StoredCheck>& checks) {
  std::map<std::string, Explanation> last;
  for (const auto& e : written) last[e.key] = e;
  std::vector<Explanation> found;
  for (const auto& c : checks)
    if (c.state == "fail")
      if (const auto e = last.find(key_of(c)); e != last.end()) {
        found.push_back(e->second);
        last.erase(e);
      }
  return found;
}

std::string not_ready(const Gate& gate, const std::string& title) {
  std::string text = title + " 不能上报，有 " + std::to_string(gate.against.size()) + " 项不符 (not ready to submit)：";
  for (std::size_t i = 0; i < gate.against.size() && i < 3; ++i) text += (i ? "；" : "") + gate.against[i].what;
  return text + (gate.against.size() > 3 ? "……" : "") + "；用 report audit 看全部";
}

void refuse_fixed(Txn& txn, const std::string& package, const std::string& unit, Period period) {
  std::string state;
  txn.query("select d.duty_state from x_reporting_duty d join x_reporting_assignment a on a.id = d.assignment where d.unit_code = ? and a.package_code = ? and a.fiscal_year = ? and "
            "a.fiscal_month = ?",
            {unit, package, period.year, period.month}, [&](const Row& row) {
              if (const std::string s = row.text(0); s == "submitted" || s == "locked") state = s;
              return true;
            });
  if (!state.empty())
    throw Error(MIF_E_CONFLICT, "report.fixed", "单位 " + unit + " 的 " + package + " " + period.iso() + " 已" + (state == "locked" ? "锁定" : "上报") +
                                                    "，不能再改，请上级退回后再改 (submitted: ask the unit above to return it)");
}

void begin_work(Txn& txn, const std::string& package, const std::string& unit, Period period, const std::string& by, std::int64_t ms) {
  std::vector<std::int64_t> open;
  txn.query("select id from x_reporting_assignment where package_code = ? and fiscal_year = ? and fiscal_month = ? and assignment_state = 'open'", {package, period.year, period.month},
            [&](const Row& row) {
              open.push_back(row.integer(0));
              return true;
            });
  for (const auto id : open)
    txn.execute("update x_reporting_duty set duty_state = 'editing', changed_by = ?, changed_ms = ? where assignment = ? and unit_code = ? and duty_state = 'none'", {by, ms, id, unit});
}

std::vector<Hindrance> Flow::against(Call call, Txn& txn, const Catalog& catalog, const std::vector<BookInfo>& books, const Package& package, const Task& task,
                                     const std::vector<StoredCheck>& checks, Gate& told) const {
  std::vector<Hindrance> found;
  const auto explained = alive(explanations_of(txn, task, 0), checks);
  told.checks = static_cast<std::int64_t>(checks.size());
  for (const auto& c : checks) {
    const std::string where = c.id + " " + c.table + c.place + " " + c.message;
    if (c.id == "LINT" || c.level == "info") continue;
    if (c.state == "fail" && c.level == "warn") {
      const std::string key = key_of(c);
      if (std::any_of(explained.begin(), explained.end(), [&](const Explanation& e) { return e.key == key; })) ++told.explained;
      else found.push_back({"unexplained", c.id, c.table, c.place, "核实性审核未通过且没有说明 " + where + "，差 " + c.difference});
    } else if (c.state == "fail") {
      found.push_back({"basic", c.id, c.table, c.place, "基本性审核未通过 " + where + "，差 " + c.difference});
    } else if (c.level == "error" && c.state != "pass" && c.state != "empty") {
      found.push_back({"unevaluated", c.id, c.table, c.place, "基本性审核没有审成 " + where});
    }
  }
  if (task.layer == "sum") {
    const auto parts = parts_of(txn, task.id);
    if (parts.empty()) found.push_back({"sum", "", "", "", "汇总没有构成单位，请重新汇总"});
    for (const auto& p : parts) {
      const auto last = find_submission(txn, task.package, p.unit, task.period);
      const auto own = p.revision == 0 ? find_task(txn, task.package, p.unit, task.period) : std::nullopt;
      if (p.revision == 0 ? (!own || own->result_digest != p.result_digest) : (!last || last->revision != p.revision))
        found.push_back({"sum", "", "", p.unit, "单位 " + p.unit + " 的报表在汇总后变了，请重新汇总"});
    }
    return found;
  }
  const Agency unit = agency_of(books, task.unit);
  std::set<std::string> ours;  // the pairs that speak of this package
  const auto wanted = [&](const Bridge& bridge) {
    bool complete = true, mine = false;
    for (const auto& pair : bridge.pairs) {
      if (!unit.book_of(pair.scheme)) continue;
      const auto look = [&](const Expression& root) {
        walk(root, [&](const Expression& e) {
          if (e.op != Expression::Op::cell) return;
          const Table* t = catalog.find(e.cell.table, task.period);
          complete = complete && t;
          if (t && &catalog.package_of(*t) == &package) {
            mine = true;
            ours.insert(pair.id);
          }
        });
      };
      look(*pair.a);
      look(*pair.b);
      for (const auto& x : pair.explanations) look(*x.root);
    }
    return complete && mine;
  };
  for (const auto& item : r_.bridge_in(call, txn, catalog, books, unit, task.period, wanted))
    if (ours.count(item.id) && item.unexplained.fen() != Fen(0))
      found.push_back({"bridge", item.id, "", "", "两部门口径对照 " + item.id + " " + item.subject + " 未解释 " + item.unexplained.fen().plain()});
  return found;
}

Gate Flow::gate(Call call, const std::string& code, const std::string& unit, Period period, const std::string& layer) const {
  r_.identity_.require(call, "report.read", unit);
  const auto catalog = r_.catalog(call, false);
  const auto books = r_.books(call, *catalog, unit);
  const Package& package = package_of(*catalog, code, period);
  Gate told;
  told.task = r_.stored_as(call, package, unit, period, layer, {});
  Txn txn = r_.store_.read(call);
  told.against = against(call, txn, *catalog, books, package, told.task, load_checks(txn, told.task.id), told);
  return told;
}

}  // namespace mif::reporting
