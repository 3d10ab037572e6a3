// SPDX-License-Identifier: Apache-2.0
// PluginSide: the service tables one plugin gets, and what each of their functions shares - who is calling, which
// transaction, how an argument is checked, how a refusal goes back. One per plugin, so the host knows whom it serves.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

#include "kernel/base/info.h"
#include "kernel/base/text.h"
#include "kernel/plugin/host.h"
#include "kernel/plugin/manifest.h"
#include "kernel/service/deployment.h"
#include "kernel/service/log_file.h"
#include "mif/error.hpp"
#include "mif/sdk.hpp"
#include "mif/svc/host.h"
#include "mif/svc/info.h"
#include "mif/svc/ledger.h"
#include "mif/svc/print.h"
#include "mif/svc/sheet.h"
#include "mif/svc/store.h"
#include "mif/svc/workflow.h"

namespace mif::service {

// [any-thread] after construction
struct PluginSide {
  PluginSide(Deployment& d, LogFile& log, plugin::Manifest m);

  Deployment& deployment;
  LogFile& log_file;
  const plugin::Manifest manifest;
  RateLimit log_rate;
  std::mutex statements_mutex;
  std::unordered_set<std::string> statements;  // SQL texts that passed the guard

  mif_store store;
  mif_ledger_propose ledger_propose;
  mif_ledger_read ledger_read;
  mif_workflow workflow;
  mif_registry registry;
  mif_config config;
  mif_info info;
  mif_clock clock;
  mif_log log;
  mif_audit audit;
  mif_objects objects;
  mif_print print;
  mif_sheet sheet;
  mif_jobs jobs;
  mif_identity identity;
};

// Each fills its table; the *_service.cpp files.
void fill_store(PluginSide& side);
void fill_ledger_propose(PluginSide& side);
void fill_ledger_read(PluginSide& side);
void fill_workflow(PluginSide& side);
void fill_registry(PluginSide& side);
void fill_config(PluginSide& side);
void fill_info(PluginSide& side);
void fill_clock_and_log(PluginSide& side);
void fill_audit(PluginSide& side);
void fill_objects(PluginSide& side);
void fill_print(PluginSide& side);
void fill_sheet(PluginSide& side);
void fill_jobs(PluginSide& side);
void fill_identity(PluginSide& side);

// An INFO tree to a plugin, pre-order; false = the receiver has enough.
bool give_nodes(const InfoNode& node, int depth, mif_node_sink* sink);

inline PluginSide& side_of(void* impl) { return *static_cast<PluginSide*>(impl); }

// The context of the call, which must be in progress and belong to this plugin.
plugin::CallContext& context_for(const PluginSide& side, mif_call* call);
// The open transaction behind the handle the plugin passed. MIF_E_INVALID when it is not this call's.
store::Txn& txn_for(plugin::CallContext& context, mif_txn* txn);
inline mif_txn* handle_of(plugin::CallContext& context) { return reinterpret_cast<mif_txn*>(&context); }
// Row scope (P15): the plugin's own scheduled work sees everything, a person only their units.
inline bool sees(const plugin::CallContext& context, std::string_view unit) { return !context.caller || context.caller->sees(unit); }
void require_unit(const plugin::CallContext& context, std::string_view unit);  // MIF_E_DENIED
// The unit of a book the caller may see; MIF_E_NOT_FOUND otherwise, as for a book that does not exist.
ledger::Book visible_book(PluginSide& side, plugin::CallContext& context, store::Txn& txn, std::string_view code);

// An argument: UTF-8, at most `most` bytes. MIF_E_INVALID naming the argument.
std::string_view text(mif_str value, const char* name, std::size_t most);
std::string_view filled(mif_str value, const char* name, std::size_t most);  // not empty either
template <class T>
T& given(T* pointer, const char* name) {
  if (!pointer) throw Error(MIF_E_INVALID, "plugin.bad-call", std::string("参数 ") + name + " 是空指针 (null pointer)");
  return *pointer;
}

void report(mif_call* call, plugin::CallContext* context, mif_status status, const std::string& message);

// What every service function is wrapped in: nothing of ours is thrown into a plugin. body(PluginSide&, CallContext&).
template <class Body>
mif_status serve(void* impl, mif_call* call, Body&& body) noexcept {
  plugin::CallContext* context = nullptr;
  try {
    PluginSide& side = side_of(impl);
    context = &context_for(side, call);
    body(side, *context);
    return MIF_OK;
  } catch (const Error& e) {
    report(call, context, e.code(), e.what());
    return e.code();
  } catch (const std::exception& e) {
    report(call, context, MIF_E_INTERNAL, e.what());
  } catch (...) {
    report(call, context, MIF_E_INTERNAL, "unknown exception");
  }
  return MIF_E_INTERNAL;
}

}  // namespace mif::service
