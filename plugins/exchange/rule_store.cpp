// SPDX-License-Identifier: Apache-2.0
#include "rule_store.h"

#include <algorithm>

#include "digest.h"

namespace mif::exchange {

namespace {

constexpr std::size_t kPiece = 4000;  // bytes

std::string columns() {
  return "id, scheme, chart, name, version_text, file_name, text_digest, state, from_day, digest, trial_id, base_digest, instance, made_by, made_ms, submitted_by, decided_by, decided_ms, reason,"
         " end_day, end_state, end_instance, end_by, end_decided_by, end_decided_ms, end_reason";
}

}  // namespace

std::vector<SetRow> select_sets(Txn& txn, std::string_view where_and_order, const std::vector<Value>& params) {
  std::vector<SetRow> all;
  txn.query("select " + columns() + " from x_exchange_rule_set " + std::string(where_and_order), params, [&](const Row& r) {
    SetRow s;
    s.id = r.integer(0);
    s.scheme = r.text(1);
    s.chart = r.text(2);
    s.name = r.text(3);
    s.version = r.text(4);
    s.file = r.text(5);
    s.text_digest = r.text(6);
    s.state = r.text(7);
    s.from = r.day(8);
    s.digest = r.text(9);
    s.trial = r.integer(10);
    s.base_digest = r.text(11);
    s.instance = r.integer(12);
    s.made_by = r.text(13);
    s.made_ms = r.integer(14);
    s.submitted_by = r.text(15);
    s.decided_by = r.text(16);
    s.decided_ms = r.integer(17);
    s.reason = r.text(18);
    s.end = r.day(19);
    s.end_state = r.text(20);
    s.end_instance = r.integer(21);
    s.end_by = r.text(22);
    s.end_decided_by = r.text(23);
    s.end_decided_ms = r.integer(24);
    s.end_reason = r.text(25);
    all.push_back(std::move(s));
    return true;
  });
  return all;
}

SetRow set_row(Txn& txn, std::int64_t id) {
  auto found = select_sets(txn, "where id = ?", {id});
  if (found.empty()) throw Error(MIF_E_NOT_FOUND, "mapping.no-set", "没有第 " + std::to_string(id) + " 号规则版本 (no such version of rules), 用 mapping list 查看");
  return std::move(found.front());
}

void insert_set(Txn& txn, const SetRow& s) {
  txn.execute("insert into x_exchange_rule_set (" + columns() + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              {s.id, s.scheme, s.chart, s.name, s.version, s.file, s.text_digest, s.state, s.from, s.digest, s.trial, s.base_digest, s.instance, s.made_by, s.made_ms, s.submitted_by, s.decided_by,
               s.decided_ms, s.reason, s.end, s.end_state, s.end_instance, s.end_by, s.end_decided_by, s.end_decided_ms, s.end_reason});
}

void update_set(Txn& txn, const SetRow& s, const std::string& state, const std::string& end_state) {
  const auto changed = txn.execute(
      "update x_exchange_rule_set set name = ?, file_name = ?, text_digest = ?, state = ?, from_day = ?, digest = ?, trial_id = ?, base_digest = ?, instance = ?, made_by = ?, made_ms = ?, submitted_by = ?,"
      " decided_by = ?, decided_ms = ?, reason = ?, end_day = ?, end_state = ?, end_instance = ?, end_by = ?, end_decided_by = ?, end_decided_ms = ?, end_reason = ?"
      " where id = ? and state = ? and end_state = ?",
      {s.name, s.file, s.text_digest, s.state, s.from, s.digest, s.trial, s.base_digest, s.instance, s.made_by, s.made_ms, s.submitted_by, s.decided_by, s.decided_ms, s.reason, s.end, s.end_state,
       s.end_instance, s.end_by, s.end_decided_by, s.end_decided_ms, s.end_reason, s.id, state, end_state});
  if (changed != 1) throw Error(MIF_E_CONFLICT, "mapping.changed-meanwhile", s.label() + " 刚被另一处办理 (changed meanwhile), 请查看后再办");
}

std::string read_text(Txn& txn, const std::string& owner) {
  std::string text;
  txn.query("select body from x_exchange_rule_text where owner = ? order by part", {owner}, [&](const Row& r) {
    text += r.text(0);
    return true;
  });
  return text;
}

void write_text(Txn& txn, const std::string& owner, std::string_view text) {
  txn.execute("delete from x_exchange_rule_text where owner = ?", {owner});
  for (std::int64_t part = 0; !text.empty(); ++part) {
    std::size_t n = std::min(kPiece, text.size());
    while (n < text.size() && n > 0 && (static_cast<unsigned char>(text[n]) & 0xc0) == 0x80) --n;  // between characters
    // a piece that ended in a blank would come back without it from some databases
    while (n < text.size() && n > 1 && text[n - 1] == ' ') --n;
    txn.execute("insert into x_exchange_rule_text (owner, part, body) values (?, ?, ?)", {owner, part, text.substr(0, n)});
    text = text.substr(n);
  }
}

std::vector<ExampleRow> examples_of(Txn& txn, std::int64_t set) {
  std::vector<ExampleRow> all;
  txn.query("select name, doc_type, doc_day, payload, expected, made_by from x_exchange_rule_example where set_id = ? order by name", {set}, [&](const Row& r) {
    all.push_back({r.text(0), r.text(1), r.text(3), r.text(4), r.text(5), r.day(2)});
    return true;
  });
  // the database's idea of order is its own; the digest needs ours
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return all;
}

void put_example(Txn& txn, std::int64_t set, const ExampleRow& e) {
  remove_example(txn, set, e.name);
  txn.execute("insert into x_exchange_rule_example (set_id, name, doc_type, doc_day, payload, expected, made_by) values (?, ?, ?, ?, ?, ?, ?)", {set, e.name, e.type, e.day, e.payload, e.expected, e.made_by});
}

bool remove_example(Txn& txn, std::int64_t set, const std::string& name) { return txn.execute("delete from x_exchange_rule_example where set_id = ? and name = ?", {set, name}) != 0; }

void add_hand(Txn& txn, std::int64_t set, const std::string& login) {
  txn.execute("insert into x_exchange_rule_hand (set_id, login) values (?, ?) on conflict (set_id, login) do nothing", {set, login});
}

bool had_hand(Txn& txn, std::int64_t set, const std::string& login) {
  bool found = false;
  txn.query("select login from x_exchange_rule_hand where set_id = ? and login = ?", {set, login}, [&](const Row&) { return found = true; });
  return found;
}

std::vector<TrialRow> trials_of(Txn& txn, std::int64_t set) {
  std::vector<TrialRow> all;
  txn.query("select id, set_id, text_digest, against, scope, documents, changed, newly_held, result_digest, ran_by, ran_ms from x_exchange_rule_trial where set_id = ? order by ran_ms, id", {set},
            [&](const Row& r) {
              TrialRow t;
              t.id = r.integer(0);
              t.set = r.integer(1);
              t.text_digest = r.text(2);
              t.against = r.text(3);
              t.scope = r.text(4);
              t.documents = r.integer(5);
              t.changed = r.integer(6);
              t.newly_held = r.integer(7);
              t.result_digest = r.text(8);
              t.ran_by = r.text(9);
              t.ran_ms = r.integer(10);
              all.push_back(std::move(t));
              return true;
            });
  return all;
}

void insert_trial(Txn& txn, const TrialRow& t) {
  txn.execute("insert into x_exchange_rule_trial (id, set_id, text_digest, against, scope, documents, changed, newly_held, result_digest, ran_by, ran_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              {t.id, t.set, t.text_digest, t.against, t.scope, t.documents, t.changed, t.newly_held, t.result_digest, t.ran_by, t.ran_ms});
}

void lock_scheme(Txn& txn, const std::string& scheme, const std::string& chart) {
  const auto take = [&] { return txn.execute("update x_exchange_rule_lock set changes = changes where scheme = ? and chart = ?", {scheme, chart}) == 1; };
  if (take()) return;
  txn.execute("insert into x_exchange_rule_lock (scheme, chart, changes) values (?, ?, 0) on conflict (scheme, chart) do nothing", {scheme, chart});
  take();
}

void count_rule_change(Txn& txn, const std::string& scheme, const std::string& chart) {
  txn.execute("update x_exchange_rule_lock set changes = changes + 1 where scheme = ? and chart = ?", {scheme, chart});
}

std::int64_t rule_changes(Txn& txn) {
  std::int64_t n = 0;
  txn.query("select cast(coalesce(sum(changes), 0) as bigint) from x_exchange_rule_lock", {}, [&](const Row& r) {
    n = r.integer(0);
    return true;
  });
  return n;
}

std::string submission_digest(const SetRow& s, const std::vector<ExampleRow>& examples, const TrialRow& trial) {
  Digest digest;
  digest.add("mapping rules").add(s.scheme).add(s.chart).add(s.name).add(s.version).add(s.text_digest).add(s.from.value()).add(s.base_digest);
  digest.add(static_cast<std::int64_t>(examples.size()));
  for (const auto& e : examples) digest.add(e.name).add(e.type).add(e.day.value()).add(e.payload).add(e.expected);
  digest.add(trial.id).add(trial.text_digest).add(trial.against).add(trial.scope).add(trial.documents).add(trial.changed).add(trial.newly_held).add(trial.result_digest);
  return digest.hex();
}

std::string rollback_digest(const SetRow& s) { return Digest().add("mapping rollback").add(s.id).add(s.digest).add(s.end.value()).add(s.end_reason).hex(); }

}  // namespace mif::exchange
