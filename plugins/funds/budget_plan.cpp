// SPDX-License-Identifier: Apache-2.0
#include "budget_plan.h"

#include <set>

#include "budget_math.h"
#include "digest.h"

namespace mif::funds {

Fen Plan::sum(bool of_base, bool income) const {
  std::set<std::string> items;
  for (const auto& l : lines) items.insert(l.item);
  Fen sum;
  for (const auto& l : lines)
    if (l.income == income && !items.count(l.of)) sum += of_base ? l.base : l.fen;
  return sum;
}

std::vector<Plan> plans(Txn& txn, const std::string& where, const std::vector<Value>& values) {
  std::vector<Plan> all;
  txn.query("select id, book, unit, year, base_year, state, reason, document, digest, instance, made_by, made_ms, decided_by, decided_ms from x_funds_plan where " + where, values, [&](const Row& r) {
    Plan p;
    p.id = r.integer(0);
    p.book = r.text(1);
    p.unit = r.text(2);
    p.year = r.integer(3);
    p.base_year = r.integer(4);
    p.state = r.text(5);
    p.reason = r.text(6);
    p.document = r.text(7);
    p.digest = r.text(8);
    p.instance = r.integer(9);
    p.made_by = r.text(10);
    p.made_ms = r.integer(11);
    p.decided_by = r.text(12);
    p.decided_ms = r.integer(13);
    all.push_back(std::move(p));
    return true;
  });
  return all;
}

void read_lines(Txn& txn, Plan& plan) {
  plan.lines.clear();
  txn.query("select item, name, part_of, base_fen, growth_bp, fen, income from x_funds_plan_line where plan_id = ? order by n", {plan.id}, [&](const Row& r) {
    PlanLine l;
    l.item = r.text(0);
    l.name = r.text(1);
    l.of = r.text(2);
    l.base = r.fen(3);
    l.growth_bp = r.integer(4);
    l.fen = r.fen(5);
    l.income = r.integer(6) != 0;
    plan.lines.push_back(std::move(l));
    return true;
  });
}

std::string plan_digest(const Plan& p) {
  std::vector<std::string> fields = {p.book, std::to_string(p.year), std::to_string(p.base_year), p.reason, p.document, p.made_by};
  for (const auto& l : p.lines) fields.insert(fields.end(), {l.item, l.name, l.of, l.base.plain(), std::to_string(l.growth_bp), l.fen.plain(), l.income ? "income" : "expense"});
  return digest_of(fields);
}

void insert(Txn& txn, Plan& p) {
  p.id = txn.next_id("x_funds_plan");
  p.digest = plan_digest(p);
  txn.execute("insert into x_funds_plan (id, book, unit, year, base_year, state, reason, document, open_key, digest, instance, made_by, made_ms, decided_by, decided_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, '', 0)",
              {p.id, p.book, p.unit, p.year, p.base_year, p.state, p.reason, p.document, Value(), p.digest, p.made_by, p.made_ms});
  std::int64_t n = 0;
  for (const auto& l : p.lines)
    txn.execute("insert into x_funds_plan_line (plan_id, n, item, name, part_of, base_fen, growth_bp, fen, income) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                {p.id, ++n, l.item, l.name, l.of, l.base, l.growth_bp, l.fen, l.income ? 1 : 0});
}

void write(JsonWriter& json, const Plan& p) {
  json.field("plan", p.id).field("book", p.book).field("unit", p.unit).field("year", p.year).field("base_year", p.base_year).field("state", p.state).field("reason", p.reason).field("document", p.document);
  json.field("made_by", p.made_by).field("made_ms", p.made_ms).field("decided_by", p.decided_by).field("decided_ms", p.decided_ms).field("digest", p.digest);
}

std::string plan_answer(Txn& txn, const Plan& p, const std::string& summary) {
  Result result("FundPlan");
  JsonWriter& head = result.item();
  write(head, p);
  head.end_object();
  std::map<std::string, Line> in_force;
  for (const auto& line : lines_of(txn, p.book))
    if (line.key.year == p.year) in_force.emplace(line.key.item, line);
  for (const auto& l : p.lines) {
    JsonWriter& json = result.item();
    json.field("budget", l.item).field("name", l.name).field("of", l.of).field("side", l.income ? "income" : "expense").field("base", l.base).field("growth", percent_text(l.growth_bp)).field("amount", l.fen).field("change", l.fen - l.base);
    if (const auto permille = change_permille(l.base, l.fen)) json.field("permille", *permille);
    else json.key("permille").null();
    if (const auto now = in_force.find(l.item); now != in_force.end()) json.field("in_force", now->second.fen).field("taken", now->second.held + now->second.paid);
    json.end_object();
  }
  result.total("lines", static_cast<std::int64_t>(p.lines.size()));
  result.total("income_base", p.sum(true, true));
  result.total("income", p.sum(false, true));
  result.total("expense_base", p.sum(true, false));
  result.total("expense", p.sum(false, false));
  return result.json(summary);
}

void audit_plan(Desk& desk, Txn& txn, const char* action, const Plan& p, const std::string& comment) {
  JsonWriter body;
  body.begin_object();
  write(body, p);
  body.field("comment", comment).key("lines").begin_array();
  for (const auto& l : p.lines) body.begin_object().field("budget", l.item).field("base", l.base).field("growth_bp", l.growth_bp).field("amount", l.fen).end_object();
  body.end_array().end_object();
  desk.audit.append(txn, p.unit, std::string("funds.plan-") + action, p.object(), body.str());
}

}  // namespace mif::funds
