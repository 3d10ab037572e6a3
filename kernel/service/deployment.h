// SPDX-License-Identifier: Apache-2.0
// Deployment: the assembled kernel of one home folder - settings, database, rooms, plugins - and the voucher flow that ties
// ledger and workflow together. mifctl and mifd both stand on it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kernel/audit/log.h"
#include "kernel/audit/verify.h"
#include "kernel/base/clock.h"
#include "kernel/base/info.h"
#include "kernel/chart/chart.h"
#include "kernel/closing/closing.h"
#include "kernel/identity/identity.h"
#include "kernel/ledger/ledger.h"
#include "kernel/objects/object_store.h"
#include "kernel/plugin/host.h"
#include "kernel/store/database.h"
#include "kernel/workflow/workflow.h"

namespace mif::service {

// <home>/mif.info
struct Settings {
  std::string home;
  std::string name;                 // shown in the console's head
  std::string dsn;
  HashAlg hash = HashAlg::sha256;
  Day business_day;                 // 0 = today
  bool development = false;
  std::string http_address = "127.0.0.1";
  int http_port = 8080;
  std::vector<std::string> print_fonts = {"WenQuanYi Micro Hei"};  // families, the first that has a character gives it
  InfoNode plugins;                 // plugin { <id> { ... } }
};
Settings read_settings(const std::string& home);

class Deployment {
 public:
  // Migrates the schema; starts the plugins unless told not to. Throws with one sentence.
  // `clock`: a test's own time instead of the system's.
  static std::unique_ptr<Deployment> open(const std::string& home, bool with_plugins = true, std::unique_ptr<Clock> clock = nullptr);
  ~Deployment();

  const Settings& settings() const;
  const Clock& clock() const;
  store::Database& database();
  audit::Log& log();
  chart::Charts& charts();
  ledger::Ledger& ledger();
  closing::Closing& closing();
  identity::Identity& identity();
  workflow::Engine& workflow();
  workflow::Rules& rules();
  objects::ObjectStore& objects();
  plugin::Host& plugins();
  std::string path(std::string_view below_home) const;  // refuses ".." and absolute paths

  // A draft and the start of its flow, in one transaction: what plugins, mifctl and the API all use.
  // Flow: the draft's own, or the default for vouchers, or what workflow.info puts in its place for this origin and these
  // accounts (a cashier's signature for money entered by hand). The instance's digest is the voucher's content hash.
  ledger::Proposal propose(store::Txn& txn, const Who& who, const ledger::Draft& draft);
  // A draft that is not submitted yet: its maker may revise it and submits it with resubmit().
  ledger::Proposal save(store::Txn& txn, const Who& who, const ledger::Draft& draft);
  // A saved draft or a rejected voucher into its flow; who.actor must be its maker.
  void resubmit(store::Txn& txn, const Who& who, std::int64_t voucher);
  void withdraw(store::Txn& txn, const Who& who, std::int64_t voucher, std::string_view reason);
  // One person's decision on the voucher's open node; posts when the flow ends.
  workflow::Instance decide(store::Txn& txn, const Who& who, const identity::Caller& caller, std::int64_t voucher,
                            std::string_view node, bool approve, std::string_view comment);

  // All digest sources of the kernel's rooms, for audit::verify.
  std::vector<audit::DigestSource> digest_sources() const;

 private:
  Deployment();
  void start_flow(store::Txn& txn, const Who& who, const ledger::Voucher& voucher);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The host services of mif/svc/*.h for one plugin; see plugin::ServiceSource. Lives as long as the deployment.
class Services {
 public:
  explicit Services(Deployment& deployment);
  ~Services();
  const void* service(const plugin::Manifest& plugin, std::string_view id);
  // Runs the migrations of a plugin's bundle: <folder>/<manifest.migrations>/NNN_name.sql.
  void migrate(const plugin::Manifest& plugin, const std::string& folder);
  // A plugin changed its state (HostOptions::on_event): into the operator's log, and what matters later into the audit log.
  void plugin_event(std::string_view plugin, std::string_view event, std::string_view sentence);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mif::service
