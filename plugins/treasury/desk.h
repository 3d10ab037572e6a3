// SPDX-License-Identifier: Apache-2.0
// What every piece of treasury work stands on: the host's services, the plugin's settings, who asks and what they may touch.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "account_calendar.h"
#include "account_rules.h"
#include "mif/extensions.hpp"
#include "mif/services.hpp"
#include "module-kit/params.h"
#include "module-kit/result.h"
#include "module-kit/text.h"

namespace mif::treasury {

// plugin { treasury { flow voucher-payment  value-day document  packet-rows 30
//   account 9900001004001 { book 990000-310  ledger-account 1004  kind expenditure  adapter bank-xmlfront  link demo-bank } } }
struct BankAccount {
  std::string number, book, ledger_account, adapter, link;  // without an adapter: statements from files only
  std::string form;                                         // income, fiscal, expenditure, treasury, paying-agent: which 余额调节表
  std::vector<DatedLimits> limits{};                        // by their first day
  std::vector<Tier> tiers{};                                // none: one person approves
  std::string name{}, bank{};
  Day opened{}, closed{};                                   // first day, first day after the last; not valid: always, never
  Calendar calendar{};
  std::vector<Sweep> sweeps{};

  const DatedLimits* limits_on(Day day) const;  // nullptr: none
  std::int64_t approvers_for(Fen batch) const;
  bool open_on(Day day) const { return !(opened.valid() && day < opened) && !(closed.valid() && closed <= day); }
  const Sweep* sweep_on(Day day) const;         // nullptr: none
};
// returns { as red } or returns { as receipt  account 200104  aux "..." }, with word and flow: what is proposed for money that came back.
struct ReturnRule {
  std::string form, account, aux, word, flow;  // form empty: nothing is proposed
};
struct Settings {
  std::string flow;
  bool value_day_today = false;   // the day told to the bank: the document's, or today
  std::size_t packet_rows = 30;   // payments committed and sent together
  std::size_t batch_rows = 500;   // payments approved together
  std::int64_t call_timeout_ms = 120000;
  std::string reconcile_flow;         // who approves 余额调节表 and opening unreached items
  std::int64_t match_days = 3;        // how far apart statement and journal may be
  std::int64_t line_days = 2;         // working days after which a payment that was done must be on a statement
  std::int64_t duplicate_days = 0;    // how long two payments to one account with one amount look like one paid twice; 0 = not looked at
  std::string blacklist;              // file of payees nobody pays; empty = none
  ReturnRule returns;
  std::vector<BankAccount> accounts;
  const BankAccount* find(std::string_view number) const;
};
Settings read_settings(const Node& own, const std::function<Node(const std::string&)>& file);  // file: an INFO file below the home

using kit::cut;
using kit::Result;

class Params : public kit::Params {
 public:
  explicit Params(std::string_view json = {});
};

struct Scoped {
  const BankAccount* account = nullptr;
  std::string unit;
};

struct Desk {
  Desk(const Plugin& plugin, Settings settings);
  Settings settings;
  Store store;
  LedgerRead ledger;
  LedgerPropose propose;
  Workflow workflow;
  Registry registry;
  Clock clock;
  Log log;
  Audit audit;
  Objects objects;
  Jobs jobs;
  Identity identity;
  Config config;
  Print print;

  // The configured accounts the caller holds `permission` for, narrowed by "book" and "account". Throws MIF_E_DENIED when a
  // named one is not theirs, MIF_E_NOT_FOUND when it is not configured.
  std::vector<Scoped> scope(Call call, std::string_view permission, const Params& params) const;
  const mif_bank_adapter* adapter(Call call, const BankAccount& account) const;  // MIF_E_UNAVAILABLE
};

}  // namespace mif::treasury
