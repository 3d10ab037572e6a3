// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rules.h"

namespace mif::exchange {

// The host services the module uses. [any-thread]
struct Host {
  explicit Host(const Plugin& plugin)
      : store(plugin), ledger(plugin), read(plugin), config(plugin), clock(plugin), audit(plugin), identity(plugin), registry(plugin) {}
  Store store;
  LedgerPropose ledger;
  LedgerRead read;
  Config config;
  Clock clock;
  Audit audit;
  Identity identity;
  Registry registry;
};

// plugin { exchange { source demo  maker maker1  rules "templates/vouchers/employee.info" ... batch 200 } }
struct Settings {
  std::vector<std::string> sources;
  std::string maker;
  std::string unit;  // whose audit chain takes documents that belong to no book; empty = the first book's unit
  std::uint32_t batch = 200;
  std::vector<RuleSet> rules;

  const RuleSet* rules_for(const BookInfo& book) const;
  const RuleSet* rules_for(const BookInfo& book, Day) const { return rules_for(book); }
};

// Reads configuration and rule files and checks the rules against the chart of every book they apply to.
// Throws MIF_E_INVALID "FILE:LINE: ...".
Settings load_settings(const Host& host, Call call);

// Provider plugin, its extension, and the feeds that belong to one configured source.
struct SourceFeed {
  std::string source, plugin, feed;
  const void* extension = nullptr;
};
std::vector<SourceFeed> feeds_of(const Host& host, Call call, const std::vector<std::string>& sources);

}  // namespace mif::exchange
