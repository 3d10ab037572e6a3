// SPDX-License-Identifier: Apache-2.0
// 往来核销. An item is written KEY.LINE with the key of its voucher, or o/ACCOUNT/AUX for an opening balance; KEY.LINE@AMOUNT for a part.
#include <algorithm>

#include "tests/cases/case_world.h"

namespace mif::cases {
namespace {

std::string key_of(const World& w, const std::string& item) {  // back from "8123.2" to "a.2"
  if (item.compare(0, 2, "o/") == 0) return item;
  const auto dot = item.find('.');
  for (const auto& [key, id] : w.ids)
    if (key.compare(0, 6, "match ") != 0 && std::to_string(id) == item.substr(0, dot)) return key + item.substr(dot);
  return item;
}

open_items::Part part_of(const World& w, const std::string& text) {
  const auto at = text.rfind('@');
  const std::string item = text.substr(0, at);
  const Fen fen = at == std::string::npos ? Fen() : Fen::parse(text.substr(at + 1));
  if (item.compare(0, 2, "o/") == 0) return {item, fen};
  const auto dot = item.rfind('.');
  return {std::to_string(w.id_of(item.substr(0, dot))) + item.substr(dot), fen};
}

open_items::Query query_of(const Record& r) {
  open_items::Query query{word(r, 0), r.option("accounts"), r.option("counterparty").empty() ? "" : "counterparty=" + r.option("counterparty"), Day(), r.option("settled") == "yes"};
  if (!r.option("day").empty()) query.as_of = Day::parse(r.option("day"));
  return query;
}

std::string text_of(const World& w, const open_items::Match& m) {
  std::string text = m.day.iso() + ' ' + m.method + (m.rule.empty() ? "" : ' ' + m.rule + '/' + std::to_string(m.rule_version)) + ':';
  for (const auto& part : m.parts) text += ' ' + key_of(w, part.item) + '@' + part.fen.plain();
  return text + (m.undone_ms == 0 ? "" : " undone by " + m.undone_by + ": " + m.undo_reason);
}

Answer items(World& w, const Record& r) {
  Answer answer;
  w.ledger.database().read([&](store::Txn& txn) {
    for (const auto& item : w.ledger.open_items().items(txn, query_of(r)))
      answer.push_back(item.day.iso() + ' ' + key_of(w, item.id()) + ' ' + item.account + ' ' + (item.party.empty() ? "-" : item.party) + ' ' + item.amount.plain() + " open " + item.open.plain());
  });
  return or_nothing(std::move(answer));
}

// match A a.1 b.2@50.00 by=NAME; items that hold a "=" stand below, one a line
Answer match(World& w, const Record& r) {
  std::vector<open_items::Part> parts;
  for (std::size_t i = 1; i < r.words.size(); ++i) parts.push_back(part_of(w, r.words[i]));
  for (const auto& text : r.body) parts.push_back(part_of(w, text));
  open_items::Match made;
  w.ledger.database().write([&](store::Txn& txn) { made = w.ledger.open_items().match(txn, who_of(r, "maker"), word(r, 0), parts); });
  if (!r.option("key").empty()) w.ids["match " + r.option("key")] = made.id;
  return {text_of(w, made)};
}

Answer automatic(World& w, const Record& r) {
  std::vector<std::string> wanted;
  for (std::size_t i = 1; i < r.words.size(); ++i) wanted.push_back(r.words[i]);
  std::vector<open_items::Match> found;
  if (r.command == "match-auto") w.ledger.database().write([&](store::Txn& txn) { found = w.ledger.open_items().match_automatically(txn, who_of(r, "maker"), query_of(r), wanted); });
  else w.ledger.database().read([&](store::Txn& txn) { found = w.ledger.open_items().propose(txn, query_of(r), wanted); });
  Answer answer;
  for (const auto& m : found) answer.push_back(text_of(w, m));
  return or_nothing(std::move(answer));
}

Answer matches(World& w, const Record& r) {
  Answer answer;
  w.ledger.database().read([&](store::Txn& txn) {
    for (const auto& m : w.ledger.open_items().matches(txn, word(r, 0), r.option("undone") == "yes")) answer.push_back(text_of(w, m));
  });
  return or_nothing(std::move(answer));
}

Answer undo(World& w, const Record& r) {
  return w.write([&](store::Txn& txn) { w.ledger.open_items().undo(txn, who_of(r, "chief"), w.id_of("match " + word(r, 0)), r.option("reason")); });
}

Answer ageing(World& w, const Record& r) {
  std::vector<int> bounds;
  for (std::size_t i = 1; i < r.words.size(); ++i) bounds.push_back(std::stoi(r.words[i]));
  Answer answer;
  w.ledger.database().read([&](store::Txn& txn) {
    for (const auto& row : w.ledger.open_items().ageing(txn, query_of(r), bounds)) {
      std::string text = row.account + ' ' + (row.party.empty() ? "-" : row.party);
      for (const Fen fen : row.buckets) text += " | " + fen.plain();
      answer.push_back(text + " | total " + row.total.plain());
    }
  });
  return or_nothing(std::move(answer));
}

Answer check(World& w, const Record& r) {
  Answer answer;
  w.ledger.database().read([&](store::Txn& txn) { answer = w.ledger.open_items().check(txn, word(r, 0), Period::parse(word(r, 1))); });
  if (answer.empty()) answer.push_back("equal");
  return answer;
}

Answer flag(World& w, const Record& r) {
  return w.write([&](store::Txn& txn) {
    auto items = w.ledger.open_items();
    if (r.command == "items-flag") items.flag(txn, who_of(r, "chief"), word(r, 0), word(r, 1));
    else items.unflag(txn, who_of(r, "chief"), word(r, 0), word(r, 1));
  });
}

}  // namespace

void add_item_commands(Commands& all) {
  all.insert({{"open-items", items}, {"match", match}, {"match-auto", automatic}, {"match-preview", automatic}, {"matches", matches}, {"match-undo", undo}, {"ageing", ageing}, {"items-check", check},
              {"items-flag", flag}, {"items-unflag", flag}});
}

}  // namespace mif::cases
