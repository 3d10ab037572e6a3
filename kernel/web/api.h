// SPDX-License-Identifier: Apache-2.0
// What the route handlers stand on, and the functions that register them, one per subject.
#pragma once

#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kernel/service/deployment.h"
#include "kernel/web/body_cache.h"
#include "kernel/web/router.h"
#include "kernel/web/session_gate.h"
#include "kernel/web/version_watch.h"

namespace mif {
class JsonWriter;
}

namespace mif::web {

struct MenuItem {
  std::string title, href, permission;
  int order = 0;
};

struct Api {
  explicit Api(service::Deployment& d);
  service::Deployment& deployment;
  SessionGate gate;
  BodyCache bodies{64u << 20};
  VersionWatch versions;        // of a unit's books
  std::vector<MenuItem> menu;  // written before the server starts

  // The unit of a book the caller may see; MIF_E_NOT_FOUND also for books of other units, so that nothing is betrayed (P15).
  std::string visible_unit(const Request& request, const std::string& book);
  ledger::Book visible_book(store::Txn& txn, const Request& request, const std::string& book);

 private:
  std::shared_mutex mutex_;
  std::unordered_map<std::string, std::string> unit_of_;  // a book never changes its unit
};

void add_session_routes(Router& router, Api& api);
void add_system_routes(Router& router, Api& api);
void add_book_routes(Router& router, Api& api);
void add_base_routes(Router& router, Api& api);
void add_balance_routes(Router& router, Api& api);
void add_ledger_routes(Router& router, Api& api);
void add_item_routes(Router& router, Api& api);
void add_voucher_routes(Router& router, Api& api);
void add_voucher_writes(Router& router, Api& api);
void add_print_routes(Router& router, Api& api);
void add_voucher_edits(Router& router, Api& api);
void add_review_rule_routes(Router& router, Api& api);
void add_closing_routes(Router& router, Api& api);
void add_interchange_routes(Router& router, Api& api);
void add_audit_routes(Router& router, Api& api);
void add_plugin_mounts(Router& router, Api& api);  // [control-thread] asks every active web module for its routes

Response json_response(JsonWriter& json);  // takes what was written
// "2023-06-30T08:00:00.000+08:00"
std::string instant(std::int64_t unix_ms);
std::string_view openapi_yaml();

}  // namespace mif::web
