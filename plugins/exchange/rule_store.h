// SPDX-License-Identifier: Apache-2.0
// The rows of rule-set versions. Every function works in the caller's transaction.
#pragma once

#include <string>
#include <vector>

#include "mif/services.hpp"

namespace mif::exchange {

// draft -> submitted -> approved -> rolled-back; submitted -> draft (refused); draft -> withdrawn. A roll back has a decision of
// its own: end_state "" -> submitted -> approved | "" (refused).
namespace set_state {
inline constexpr const char* kDraft = "draft";
inline constexpr const char* kSubmitted = "submitted";
inline constexpr const char* kApproved = "approved";
inline constexpr const char* kWithdrawn = "withdrawn";
inline constexpr const char* kRolledBack = "rolled-back";
}  // namespace set_state

struct SetRow {
  std::int64_t id = 0, trial = 0, instance = 0, made_ms = 0, decided_ms = 0, end_instance = 0, end_decided_ms = 0;
  std::string scheme, chart, name, version, file, text_digest, state, digest, base_digest, made_by, submitted_by, decided_by, reason;
  std::string end_state, end_by, end_decided_by, end_reason;
  Day from, end;  // first day in force; first day no longer in force

  std::string label() const { return "规则 " + name + " " + version + " (第 " + std::to_string(id) + " 号)"; }
  bool decided() const { return state == set_state::kApproved || state == set_state::kRolledBack; }
  // Ended on the day it was to begin: it never was in force and takes part in nothing.
  bool never() const { return state == set_state::kRolledBack && end <= from; }
};
struct ExampleRow {
  std::string name, type, payload, expected, made_by;  // made_by empty: taken over from the version before
  Day day;
};
struct TrialRow {
  std::int64_t id = 0, set = 0, documents = 0, changed = 0, newly_held = 0, ran_ms = 0;
  std::string text_digest, against, scope, result_digest, ran_by;
};

inline constexpr std::size_t kLongestRules = 1u << 20;  // bytes of a rule file

std::vector<SetRow> select_sets(Txn& txn, std::string_view where_and_order, const std::vector<Value>& params);
SetRow set_row(Txn& txn, std::int64_t id);  // MIF_E_NOT_FOUND
void insert_set(Txn& txn, const SetRow& row);
// All that changes after the insert, while the row is still in `state`. MIF_E_CONFLICT when somebody was faster.
void update_set(Txn& txn, const SetRow& row, const std::string& state, const std::string& end_state);

// Long texts in pieces no driver minds.
std::string read_text(Txn& txn, const std::string& owner);
void write_text(Txn& txn, const std::string& owner, std::string_view text);
inline std::string text_of_set(std::int64_t id) { return "set/" + std::to_string(id); }
inline std::string text_of_trial(std::int64_t id) { return "trial/" + std::to_string(id); }

std::vector<ExampleRow> examples_of(Txn& txn, std::int64_t set);
void put_example(Txn& txn, std::int64_t set, const ExampleRow& example);
bool remove_example(Txn& txn, std::int64_t set, const std::string& name);

// Who had a hand in a version: drafted a text of it, wrote or removed an example, submitted it. Never forgotten.
void add_hand(Txn& txn, std::int64_t set, const std::string& login);
bool had_hand(Txn& txn, std::int64_t set, const std::string& login);

std::vector<TrialRow> trials_of(Txn& txn, std::int64_t set);
void insert_trial(Txn& txn, const TrialRow& trial);

// Whoever decides about the versions of a scheme stands in line here, until the end of the transaction.
void lock_scheme(Txn& txn, const std::string& scheme, const std::string& chart);
// Counted, under the lock, with every decision that changes what is in force; whoever maps documents compares it.
void count_rule_change(Txn& txn, const std::string& scheme, const std::string& chart);
std::int64_t rule_changes(Txn& txn);

// What an approver signs: the text, the first day, the examples and the trial, each by its content.
std::string submission_digest(const SetRow& row, const std::vector<ExampleRow>& examples, const TrialRow& trial);
std::string rollback_digest(const SetRow& row);

}  // namespace mif::exchange
