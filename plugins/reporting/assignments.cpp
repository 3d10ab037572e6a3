// SPDX-License-Identifier: Apache-2.0
// Asking for reports and following them: 下发, 关闭, 复制下期, 退回, 锁定, 催报.
#include <algorithm>

#include "flow.h"

namespace mif::reporting {
namespace {

void described(JsonWriter& body, const Assignment& a) {
  body.begin_object().field("assignment", a.id).field("package", a.package).field("period", a.period.iso());
}

std::string object_of(const Assignment& a) { return "report-assignment:" + std::to_string(a.id); }

}  // namespace

const Package& Flow::package_by_code(const Catalog& catalog, const std::string& code) const {
  std::string known;
  for (const auto& p : catalog.packages()) {
    if (p.code == code) return p;
    known += (known.empty() ? "" : "、") + p.code;
  }
  throw Error(MIF_E_NOT_FOUND, "report.package-not-found", "没有报表包 (no report package) \"" + code + "\"，现有: " + known);
}

const Package& Flow::package_of(const Catalog& catalog, const std::string& code, Period period) const {
  const Package& p = package_by_code(catalog, code);
  if (!p.valid_in(period) || !p.ends_in(period))
    throw Error(MIF_E_INVALID, "report.package-period", p.title + " 没有期间 " + period.iso() + " 的报表 (the package has no report of this period)，请换期间或换报表包");
  return p;
}

Assignment Flow::assign(Call call, const std::string& code, const std::string& owner, Period period, Day deadline, const std::string& title,
                        const std::vector<std::string>& wanted) const {
  r_.identity_.require(call, "report.manage", owner);
  const auto catalog = r_.catalog(call, false);
  const Package& package = package_of(*catalog, code, period);
  const UnitTree tree = units(call);
  if (Period::of(deadline) < Period{period.year, std::min(period.month, 12)})
    throw Error(MIF_E_INVALID, "report.deadline", "截止日 " + deadline.iso() + " 早于报表期间 " + period.iso() + " (the deadline is before the period)");
  std::vector<std::string> asked = wanted;
  if (asked.empty())
    for (const auto& u : tree.all())
      if (tree.is_below(u.code, owner)) asked.push_back(u.code);
  std::sort(asked.begin(), asked.end());
  asked.erase(std::unique(asked.begin(), asked.end()), asked.end());
  if (asked.empty()) throw Error(MIF_E_INVALID, "report.nobody-asked", "没有下级单位可下发，请写明 units (nobody to ask: name the units)");
  for (const auto& unit : asked)
    if (unit != owner && !tree.is_below(unit, owner))
      throw Error(MIF_E_INVALID, "report.unit-not-below", "单位 " + unit + " 不在 " + owner + " 之下，不能向它下发 (not below the unit that asks)");
  Assignment a;
  a.package = code;
  a.owner = owner;
  a.period = period;
  a.deadline = deadline;
  a.title = title.empty() ? package.title + " " + period.iso() : title;
  a.created_by = call.actor();
  a.created_ms = r_.clock_.now_unix_ms();
  Txn txn = r_.store_.write(call);
  for (const auto& other : all_assignments(txn))
    if (other.package == code && other.owner == owner && other.period == period)
      throw Error(MIF_E_CONFLICT, "report.assignment-twice", owner + " 已下发过 " + code + " " + period.iso() + "（任务 " + std::to_string(other.id) + "）(asked for already)");
  a.id = txn.next_id("assignment");
  insert_assignment(txn, a);
  for (const auto& unit : asked) {
    // Who had begun already is 编制 from the start.
    const bool begun = find_task(txn, code, unit, period).has_value();
    txn.execute("insert into x_reporting_duty (assignment, unit_code, duty_state, revision, late, reason, changed_by, changed_ms) values (?, ?, ?, 0, 0, '', ?, ?)",
                {a.id, unit, begun ? "editing" : "none", a.created_by, a.created_ms});
  }
  JsonWriter body;
  described(body, a);
  body.field("deadline", deadline.iso()).key("units").begin_array();
  for (const auto& unit : asked) body.value(unit);
  body.end_array().end_object();
  say(txn, owner, "report.assign", object_of(a), body);
  txn.commit();
  return a;
}

Assignment Flow::copy(Call call, std::int64_t id, Day deadline) const {
  Assignment a;
  std::vector<std::string> asked;
  {
    Txn txn = r_.store_.read(call);
    a = find_assignment(txn, id);
    for (const auto& d : duties_of(txn, id)) asked.push_back(d.unit);
  }
  r_.identity_.require(call, "report.manage", a.owner);
  const auto catalog = r_.catalog(call, false);
  const int months = std::min(a.period.month, 12) + package_by_code(*catalog, a.package).span;
  const Period next = months > 12 ? Period{a.period.year + 1, months - 12} : Period{a.period.year, months};
  return assign(call, a.package, a.owner, next, deadline, {}, asked);
}

Assignment Flow::change(Call call, std::int64_t id, const std::string& state, std::optional<Day> deadline) const {
  Txn txn = r_.store_.write(call);
  Assignment a = find_assignment(txn, id);
  r_.identity_.require(call, "report.manage", a.owner);
  JsonWriter body;
  described(body, a);
  if (deadline) body.field("was", a.deadline.iso()).field("deadline", deadline->iso());
  if (!state.empty()) body.field("state", state);
  body.end_object();
  if (deadline) a.deadline = *deadline;
  if (!state.empty()) a.state = state;
  txn.execute("update x_reporting_assignment set assignment_state = ?, deadline = ? where id = ?", {a.state, a.deadline, id});
  say(txn, a.owner, deadline ? "report.deadline" : "report." + state, object_of(a), body);
  txn.commit();
  return a;
}

std::vector<Flow::Board> Flow::boards(Call call, std::int64_t id, const std::string& unit) const {
  if (!unit.empty()) r_.identity_.require(call, "report.read", unit);
  const UnitTree tree = units(call);
  Txn txn = r_.store_.read(call);
  std::vector<Board> all;
  for (auto& a : id ? std::vector<Assignment>{find_assignment(txn, id)} : all_assignments(txn)) {
    Board board{a, {}};
    for (auto& d : duties_of(txn, a.id))
      if (tree.sees(d.unit) && (unit.empty() || unit == d.unit || tree.is_below(d.unit, unit))) board.duties.push_back(std::move(d));
    if (!board.duties.empty() || tree.sees(a.owner)) all.push_back(std::move(board));
  }
  if (id && all.empty()) throw Error(MIF_E_NOT_FOUND, "report.assignment-not-found", "没有这个报表任务 (no such assignment): " + std::to_string(id));
  return all;
}

// Who takes the unit's report: the nearest unit above it that was asked too, or who asks.
std::string Flow::receiver(const UnitTree& tree, const Assignment& a, const std::vector<Duty>& duties, const std::string& unit) const {
  const UnitName* at = tree.find(unit);
  while (at && !at->parent.empty() && at->code != a.owner) {
    const std::string parent = at->parent;
    if (parent == a.owner || std::any_of(duties.begin(), duties.end(), [&](const Duty& d) { return d.unit == parent; })) return parent;
    at = tree.find(parent);
  }
  return a.owner;
}

Duty Flow::give_back(Call call, std::int64_t id, const std::string& unit, const std::string& reason) const {
  if (reason.empty()) throw Error(MIF_E_INVALID, "report.reason-missing", "退回和解锁要写明理由 (say why)");
  const UnitTree tree = units(call);
  Txn txn = r_.store_.write(call);
  const Assignment a = find_assignment(txn, id);
  r_.identity_.require(call, "report.manage", receiver(tree, a, duties_of(txn, id), unit));
  const Duty was = find_duty(txn, a, unit);
  if (was.state != "submitted")
    throw Error(MIF_E_CONFLICT, "report.not-submitted", "单位 " + unit + " 的报表是" + duty_name(was.state) + "，只有已报的能退回 (only a submitted report is returned)");
  Duty now = was;
  now.state = "returned";
  now.reason = reason;
  now.changed_by = call.actor();
  now.changed_ms = r_.clock_.now_unix_ms();
  change_duty(txn, was, now);
  JsonWriter body;
  described(body, a);
  body.field("unit", unit).field("revision", was.revision).field("reason", reason).end_object();
  say(txn, unit, "report.return", object_of(a), body);
  txn.commit();
  return now;
}

std::vector<Duty> Flow::lock(Call call, std::int64_t id, const std::string& unit, bool lock, const std::string& reason) const {
  if (!lock && reason.empty()) throw Error(MIF_E_INVALID, "report.reason-missing", "退回和解锁要写明理由 (say why)");
  Txn txn = r_.store_.write(call);
  const Assignment a = find_assignment(txn, id);
  r_.identity_.require(call, "report.manage", a.owner);
  if (lock && !find_task(txn, a.package, a.owner, a.period, "sum") && !(a.deadline < r_.clock_.business_day()))
    throw Error(MIF_E_CONFLICT, "report.lock-early", "任务 " + a.title + " 还没有汇总，也没有过截止日 " + a.deadline.iso() + "，不能锁定 (lock after the sum or after the deadline)");
  std::vector<Duty> changed;
  for (const auto& was : duties_of(txn, id)) {
    if ((!unit.empty() && was.unit != unit) || was.state != (lock ? "submitted" : "locked")) continue;
    Duty now = was;
    now.state = lock ? "locked" : "submitted";
    now.reason = reason;
    now.changed_by = call.actor();
    now.changed_ms = r_.clock_.now_unix_ms();
    change_duty(txn, was, now);
    changed.push_back(now);
  }
  if (changed.empty())
    throw Error(MIF_E_CONFLICT, "report.nothing-to-lock", std::string("任务 ") + a.title + (lock ? " 没有已报的报表可锁定 (nothing submitted to lock)" : " 没有锁定的报表 (nothing is locked)"));
  JsonWriter body;
  described(body, a);
  body.field("reason", reason).key("units").begin_array();
  for (const auto& d : changed) body.value(d.unit);
  body.end_array().end_object();
  say(txn, a.owner, lock ? "report.lock" : "report.unlock", object_of(a), body);
  txn.commit();
  return changed;
}

std::vector<std::string> Flow::remind(Call call, std::int64_t id, const std::vector<std::string>& wanted, const std::string& words) const {
  Txn txn = r_.store_.write(call);
  const Assignment a = find_assignment(txn, id);
  r_.identity_.require(call, "report.manage", a.owner);
  std::vector<std::string> reminded;
  for (const auto& d : duties_of(txn, id)) {
    const bool due = d.state == "none" || d.state == "editing" || d.state == "returned";
    if (wanted.empty() ? due : std::find(wanted.begin(), wanted.end(), d.unit) != wanted.end()) reminded.push_back(d.unit);
  }
  for (const auto& unit : wanted) (void)find_duty(txn, a, unit);
  if (reminded.empty()) throw Error(MIF_E_CONFLICT, "report.nobody-due", "任务 " + a.title + " 的单位都已上报，不用催报 (every unit has submitted)");
  const std::string text = words.empty() ? "请于 " + a.deadline.iso() + " 前上报 " + a.title : words;
  for (const auto& unit : reminded)
    txn.execute("insert into x_reporting_reminder (id, assignment, unit_code, words, written_by, written_ms) values (?, ?, ?, ?, ?, ?)",
                {txn.next_id("reminder"), id, unit, text, call.actor(), r_.clock_.now_unix_ms()});
  JsonWriter body;
  described(body, a);
  body.field("words", text).key("units").begin_array();
  for (const auto& unit : reminded) body.value(unit);
  body.end_array().end_object();
  say(txn, a.owner, "report.remind", object_of(a), body);
  txn.commit();
  return reminded;
}

std::vector<Flow::Reminder> Flow::reminders(Call call, const std::string& unit) const {
  if (!unit.empty()) r_.identity_.require(call, "report.read", unit);
  const UnitTree tree = units(call);
  Txn txn = r_.store_.read(call);
  std::vector<std::pair<std::int64_t, Reminder>> found;
  txn.query("select assignment, unit_code, words, written_by, written_ms from x_reporting_reminder order by id", {}, [&](const Row& row) {
    Reminder r;
    r.unit = row.text(1);
    r.words = row.text(2);
    r.written_by = row.text(3);
    r.written_ms = row.integer(4);
    if (tree.sees(r.unit) && (unit.empty() || unit == r.unit)) found.emplace_back(row.integer(0), std::move(r));
    return true;
  });
  std::map<std::int64_t, Assignment> known;
  for (auto& a : all_assignments(txn)) known[a.id] = a;
  std::vector<Reminder> all;
  for (auto& [id, r] : found) {
    r.assignment = known[id];
    all.push_back(std::move(r));
  }
  return all;
}

}  // namespace mif::reporting
