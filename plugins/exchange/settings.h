// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mif/info.hpp"
#include "rules.h"

namespace mif::exchange {

// The host services the module uses. [any-thread]
struct Host {
  explicit Host(const Plugin& plugin)
      : store(plugin), ledger(plugin), read(plugin), config(plugin), info(plugin), clock(plugin), audit(plugin), identity(plugin), registry(plugin), workflow(plugin), jobs(plugin) {}
  Store store;
  LedgerPropose ledger;
  LedgerRead read;
  Config config;
  InfoText info;
  Clock clock;
  Audit audit;
  Identity identity;
  Registry registry;
  Workflow workflow;
  Jobs jobs;
};

// One text of rules and the days it is for: the file of the configuration, or a version two people agreed on.
struct RuleVersion {
  std::int64_t id = 0;  // 0 = the file
  Day from, end;        // end = first day no longer in force, Day() = open
  std::string digest;   // SHA-256 of the text
  std::string why;      // by whose decision, for people
  Node source;
  RuleSet rules;

  bool on(Day day) const { return from <= day && (end == Day() || day < end); }
};

// Who sends documents by HTTP: a login and the source its documents belong to.
struct PushSource {
  std::string name, login;
};

// plugin { exchange { source demo  maker maker1  rules "templates/vouchers/employee.info" ... batch 200 } }
struct Settings {
  std::vector<std::string> sources;
  std::vector<PushSource> push;
  std::string maker;
  std::string unit;  // whose audit chain takes documents that belong to no book; empty = the first book's unit
  std::uint32_t batch = 200;
  std::string rules_flow = "mapping-rules";  // who approves versions of rules
  std::vector<RuleVersion> versions;         // of all schemes; a scheme's file first, then by first day
  std::int64_t rule_changes = 0;             // decisions about versions when they were read

  // The version that is for documents of `day`: of those that are, the one that began last.
  const RuleVersion* version_for(const std::string& scheme, const std::string& chart, Day day) const;
  const RuleSet* rules_for(const BookInfo& book, Day day) const;
  // Throws MIF_E_CONFLICT when a version was approved or rolled back since the rules were read. Last before the commit: by then
  // the log's chain is this transaction's, and a decision of the same unit is either seen or comes after it.
  void require_current(Txn& txn) const;
};

// Reads configuration, rule files and approved versions, proves that each version is what was approved, and checks it against the
// chart of every book it applies to. Throws MIF_E_INVALID "FILE:LINE: ...", MIF_E_CONFLICT for a version that was changed.
Settings load_settings(const Host& host, Call call);
Settings load_settings(const Host& host, Call call, Txn& txn);

// One rule text read and checked against the books it would apply to, as of the year of `day` or the open year.
RuleVersion read_version(const Host& host, Call call, Txn& txn, const std::string& text, const std::string& file, Day day);

// Provider plugin, its extension, and the feeds that belong to one configured source.
struct SourceFeed {
  std::string source, plugin, feed;
  const void* extension = nullptr;
};
std::vector<SourceFeed> feeds_of(const Host& host, Call call, const std::vector<std::string>& sources);

}  // namespace mif::exchange
