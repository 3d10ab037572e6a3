// SPDX-License-Identifier: Apache-2.0
#include "kernel/service/plugin_side.h"

namespace mif::service {

PluginSide::PluginSide(Deployment& d, LogFile& file, plugin::Manifest m) : deployment(d), log_file(file), manifest(std::move(m)) {
  fill_store(*this);
  fill_ledger_propose(*this);
  fill_ledger_read(*this);
  fill_workflow(*this);
  fill_registry(*this);
  fill_config(*this);
  fill_info(*this);
  fill_clock_and_log(*this);
  fill_audit(*this);
  fill_objects(*this);
  fill_print(*this);
  fill_sheet(*this);
  fill_jobs(*this);
  fill_identity(*this);
}

plugin::CallContext& context_for(const PluginSide& side, mif_call* call) {
  plugin::CallContext* context = plugin::live_context(call);
  if (!context) throw Error(MIF_E_INVALID, "plugin.bad-call", "mif_call 已经失效 (this mif_call is over; it is valid only inside the call that handed it over)");
  if (context->plugin != side.manifest.id)
    throw Error(MIF_E_DENIED, "plugin.foreign-call", "mif_call 属于插件 " + context->plugin + " (this mif_call belongs to another plugin)");
  return *context;
}

store::Txn& txn_for(plugin::CallContext& context, mif_txn* txn) {
  if (txn != handle_of(context) || !context.txn)
    throw Error(MIF_E_INVALID, "plugin.bad-call", "事务不属于本次调用，或已经结束 (the transaction is not this call's, or is over)");
  return *context.txn;
}

void require_unit(const plugin::CallContext& context, std::string_view unit) {
  if (!sees(context, unit)) throw Error(MIF_E_DENIED, "identity.other-unit", context.who.actor + " 无权查看机构 (may not act for unit) " + std::string(unit));
}

ledger::Book visible_book(PluginSide& side, plugin::CallContext& context, store::Txn& txn, std::string_view code) {
  ledger::Book book = side.deployment.ledger().book(txn, code);
  if (!sees(context, book.unit)) throw Error(MIF_E_NOT_FOUND, "book.not-found", "没有账套 (no book) " + std::string(code));
  return book;
}

std::string_view text(mif_str value, const char* name, std::size_t most) {
  if (value.n && !value.p) throw Error(MIF_E_INVALID, "plugin.bad-call", std::string("参数 ") + name + " 是空指针 (null pointer)");
  const std::string_view found = view(value);
  if (found.size() > most) throw Error(MIF_E_INVALID, "plugin.bad-call", std::string("参数 ") + name + " 超过 (longer than) " + std::to_string(most) + " 字节");
  if (!valid_utf8(found)) throw Error(MIF_E_INVALID, "plugin.bad-call", std::string("参数 ") + name + " 不是 UTF-8 文本 (not UTF-8, or holds a NUL)");
  return found;
}

std::string_view filled(mif_str value, const char* name, std::size_t most) {
  const std::string_view found = text(value, name, most);
  if (found.empty()) throw Error(MIF_E_INVALID, "plugin.bad-call", std::string("参数 ") + name + " 不能为空 (must not be empty)");
  return found;
}

void report(mif_call* call, plugin::CallContext* context, mif_status status, const std::string& message) {
  // A failure of the host's own must not become the plugin's strike when it passes it on.
  if (context && status == MIF_E_INTERNAL) context->relayed = message;
  if (call && call->fail) call->fail(call, status, s(message));
}

}  // namespace mif::service
