// SPDX-License-Identifier: Apache-2.0
// What a mifctl sub-command is, and what it gets to work with.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/app/mifctl/output.h"
#include "kernel/service/deployment.h"

namespace mif::app {

// Exit codes, printed by --help and tested. 0..8 as the console's API names them.
enum Exit { kOk = 0, kFailed = 1, kUsage = 2, kFindings = 3, kNotFound = 4, kConflict = 5, kDenied = 6, kUnreachable = 7, kPlugin = 8, kInterrupted = 130 };
int exit_of(mif_status code);

struct Option {
  std::string name;       // "book"; a flag when takes_value is false
  std::string summary;
  bool required = false;
  bool takes_value = true;
};

// One run of one command: its options and positional arguments, the deployment (opened at first use), the person.
class Context {
 public:
  std::string home;
  std::string login;                             // --as / MIF_USER; empty = nobody signed in
  std::map<std::string, std::string> options;    // by name; flags hold "yes"
  std::vector<std::string> arguments;
  Format format = Format::table;
  bool quiet = false;
  std::function<std::string()> password;         // asks MIF_PASSWORD or standard input

  std::string option(std::string_view name, std::string_view otherwise = {}) const;
  bool flag(std::string_view name) const { return options.count(std::string(name)) != 0; }

  service::Deployment& deployment(bool with_plugins = false);
  // The signed-in person, checked by password; MIF_E_DENIED when nobody is.
  const identity::Caller& caller();
  Who who();  // the caller when signed in, otherwise "system" (installation and checking need no person)

  void print(const Table& table) const { app::print(table, format); }
  void progress(std::string_view what, std::int64_t done, std::int64_t total);
  void say(std::string_view line) const;  // stderr, unless --quiet

 private:
  std::unique_ptr<service::Deployment> deployment_;
  bool plugins_started_ = false;
  std::optional<identity::Caller> caller_;
  std::int64_t last_tenth_ = -1;
};

struct Command {
  std::string name;      // "voucher list"
  std::string arguments; // shown in help: "ID..."
  std::string summary;
  std::vector<Option> options;
  std::function<int(Context&)> run;
};

using Commands = std::vector<Command>;
void add_setup_commands(Commands& all);
void add_plugin_commands(Commands& all);
void add_chart_commands(Commands& all);
void add_base_commands(Commands& all);
void add_ledger_commands(Commands& all);
void add_voucher_amend_commands(Commands& all);
void add_voucher_entry_commands(Commands& all);
void add_rule_commands(Commands& all);
void add_view_commands(Commands& all);
void add_item_commands(Commands& all);
void add_period_commands(Commands& all);
void add_transfer_commands(Commands& all);
void add_print_commands(Commands& all);
void add_interchange_commands(Commands& all);
void add_verify_commands(Commands& all);
void add_explain_commands(Commands& all);
void add_user_commands(Commands& all);
// Runs the job `name` of whichever plugin offers it; nullopt when none does.
std::optional<int> run_job(Context& context, const std::string& name);
std::vector<std::pair<std::string, std::string>> list_jobs(Context& context);  // name, summary

}  // namespace mif::app
