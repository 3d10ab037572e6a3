// SPDX-License-Identifier: Apache-2.0
// Month and year end beyond the ledger's own mechanics: exceptions to soft locks, ratios, closing templates with their trial
// run, and the checklist. Nothing here posts: what it makes are drafts of the flow voucher-closing.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/closing/template.h"
#include "kernel/ledger/ledger.h"

namespace mif::closing {

// --- exceptions to a soft lock ---------------------------------------------------------------------------------------
// Asked for by one person, granted by another, for one maker (or, with an empty `person`, everybody), until the clock says it
// is over. A closed period takes none.
enum class ExceptionState { requested = 1, granted, refused, ended };
struct Exception {
  std::int64_t id = 0;
  std::string book;
  Period period;
  ledger::Area area = ledger::Area::entry;
  std::string person, reason, requested_by, decided_by;
  int minutes = 0;
  ExceptionState state = ExceptionState::requested;
  std::int64_t requested_ms = 0, decided_ms = 0, until_ms = 0;
  bool open(std::int64_t now_ms) const { return state == ExceptionState::granted && now_ms < until_ms; }
};
const char* title_of(const Exception& exception, std::int64_t now_ms);  // 待批 生效 到期 拒绝 结束
ledger::Area area_named(std::string_view name);                          // entry payment closing opening; MIF_E_INVALID
std::string_view name_of(ledger::Area area);
int areas_named(std::string_view names);                                 // "entry,payment"
std::string names_of(int areas);

// --- ratios ----------------------------------------------------------------------------------------------------------
// An exact share (0..1) with its source, for one book and year; in force once a second person has approved it.
enum class RatioState { entered = 1, approved, refused };
struct Ratio {
  std::int64_t id = 0;
  std::string book, name;
  int year = 0;
  Share share;
  std::string source, entered_by, decided_by;
  RatioState state = RatioState::entered;
  std::int64_t entered_ms = 0, decided_ms = 0;
};

// --- transfers -------------------------------------------------------------------------------------------------------
// One voucher a template would make now, compared with what waits from an earlier run.
struct Planned {
  std::string name, title;  // of the template
  enum class Outcome { nothing, fresh, same, differs, blocked } outcome = Outcome::nothing;
  ledger::Draft draft;
  std::int64_t voucher = 0;  // the one that waits: same, differs
  std::string note;          // why blocked, what differs
};
using Propose = std::function<ledger::Proposal(store::Txn&, const Who&, const ledger::Draft&)>;

// [any-thread]
class Closing {
 public:
  // Registers with the ledger as the one who knows of exceptions. An empty template folder means the carry-over alone.
  Closing(ledger::Ledger& ledger, const chart::Charts& charts, audit::Log& log, const Clock& clock, std::vector<Template> templates);

  std::int64_t request_exception(store::Txn& txn, const Who& who, std::string_view book, Period period, ledger::Area area, std::string_view person, int minutes,
                                 std::string_view reason);
  // MIF_E_DENIED when it is the one who asked or the one it is for.
  void decide_exception(store::Txn& txn, const Who& who, std::int64_t id, bool grant);
  void end_exception(store::Txn& txn, const Who& who, std::int64_t id);
  Exception exception(store::Txn& txn, std::int64_t id) const;                      // MIF_E_NOT_FOUND
  std::vector<Exception> exceptions(store::Txn& txn, std::string_view book) const;  // newest first

  std::int64_t enter_ratio(store::Txn& txn, const Who& who, std::string_view book, int year, std::string_view name, const Share& share, std::string_view source);
  void decide_ratio(store::Txn& txn, const Who& who, std::int64_t id, bool approve);  // MIF_E_DENIED for who entered it
  Ratio ratio(store::Txn& txn, std::int64_t id) const;
  std::vector<Ratio> ratios(store::Txn& txn, std::string_view book) const;

  const std::vector<Template>& templates() const { return templates_; }
  std::vector<const Template*> templates_of(const ledger::Book& book, Period period) const;
  // What the templates would make of the posted balances, in their order. `name` = one template, empty = all.
  std::vector<Planned> trial(store::Txn& txn, std::string_view book, Period period, std::string_view name = {}) const;
  // Proposes the fresh ones; MIF_E_CONFLICT when an earlier run's voucher waits with other content.
  std::vector<Planned> run(store::Txn& txn, const Who& who, std::string_view book, Period period, std::string_view name, const Propose& propose) const;

  // The ledger's own items and the comparisons of this room; what plugins add is the caller's.
  std::vector<ledger::CheckItem> checklist(store::Txn& txn, std::string_view book, Period period) const;

 private:
  struct Run;
  ledger::Ledger& ledger_;
  const chart::Charts& charts_;
  audit::Log& log_;
  const Clock& clock_;
  std::vector<Template> templates_;  // in the order in which they run
};

std::span<const store::Migration> migrations();
std::vector<audit::DigestSource> digest_sources(HashAlg alg);

}  // namespace mif::closing
