// SPDX-License-Identifier: Apache-2.0
#include "mapping_type.h"

#include <set>

namespace mif::exchange {

Evaluator::Type::Type(const RuleSet& rules, const DocumentType& of) : type(&of) {
  std::set<std::string> looked_at = {"book"};  // by any rule: what makes the shape
  const auto look = [&](const Pattern& p) {
    for (const auto& f : p.fields()) looked_at.insert(f);
  };
  for (const auto& r : of.rules) {
    gathers = gathers || r.gather != Gather::document;
    if (r.gather == Gather::batch) looked_at.insert("batch");
    if (r.gather == Gather::institution_day) looked_at.insert("institution");
    look(r.summary);
    for (const auto& l : r.lines) {
      look(l.account);
      look(l.summary);
      for (const auto& [dimension, item] : l.aux) look(item);
    }
    if (r.payable)
      for (const auto* p : {&r.payable->payer, &r.payable->payee_account, &r.payable->payee_name, &r.payable->payee_bank, &r.payable->purpose}) look(*p);
  }
  money_names.push_back("amount");
  for (const auto& group : of.parts)
    for (const auto& f : group) money_names.push_back(f);
  std::map<std::string, Place> all;
  for (const auto& f : common_fields()) all[f];
  for (const auto& f : of.text) all[f].required = !of.is_optional(f);
  for (const auto& c : of.codes) {
    Place& p = all[c.field];
    p.list = &rules.lists.find(c.list)->second;
    p.list_name = c.list;
  }
  for (std::size_t i = 0; i < money_names.size(); ++i) all[money_names[i]].money = i;
  // What explains the amount is read by check_figures and never booked.
  for (const auto& group : of.figures)
    for (const auto& f : group) all[f.field];
  if (of.accrual) {
    all[of.accrual->base];
    all[of.accrual->days];
  }
  if (of.original) all[of.original->day];
  for (auto& [name, p] : all) {
    p.name = name;
    p.in_key = p.list != nullptr || looked_at.count(name) != 0;
    p.explains = of.explains(name);
    places.push_back(std::move(p));
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i].required) required.push_back(i);
    if (places[i].list) coded.push_back(i);
    if (places[i].in_key) keys.push_back(i);
    if (places[i].money != npos) moneys.push_back(i);
  }
  std::size_t next = 1;
  for (const auto& group : of.parts) {
    groups.emplace_back();
    for (std::size_t i = 0; i < group.size(); ++i) groups.back().push_back(next++);
  }
  scheme = place("scheme");
  book = place("book");
  amount = place("amount");
}

}  // namespace mif::exchange
