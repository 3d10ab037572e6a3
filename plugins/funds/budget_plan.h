// SPDX-License-Identifier: Apache-2.0
// A year's budget of a book as one paper: compiled as a draft, submitted, approved by another person, then in force item by item.
#pragma once

#include "budget_figures.h"

namespace mif::funds {

struct PlanLine {
  std::string item, name, of;
  Fen base, fen;
  std::int64_t growth_bp = 0;
  bool income = false;
};
struct Plan {
  std::int64_t id = 0, year = 0, base_year = 0, instance = 0, made_ms = 0, decided_ms = 0;
  std::string book, unit, state, reason, document, digest, made_by, decided_by;
  std::vector<PlanLine> lines;

  std::string object() const { return "fund-plan/" + std::to_string(id); }
  std::string open_key() const { return book + "/" + std::to_string(year); }
  Fen sum(bool of_base, bool income) const;  // of the lines that are no part of another line
};

std::vector<Plan> plans(Txn& txn, const std::string& where, const std::vector<Value>& values);  // without lines
void read_lines(Txn& txn, Plan& plan);
void insert(Txn& txn, Plan& plan);  // gives it its id and digest
std::string plan_digest(const Plan& plan);
void write(JsonWriter& json, const Plan& plan);
// The paper with its lines: base, growth, amount, change, permille, and what is in force now.
std::string plan_answer(Txn& txn, const Plan& plan, const std::string& summary);
void audit_plan(Desk& desk, Txn& txn, const char* action, const Plan& plan, const std::string& comment);

}  // namespace mif::funds
