// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "kernel/service/plugin_side.h"
#include "kernel/service/sql_guard.h"

namespace mif::service {
namespace {

constexpr std::size_t kMostParams = 1000, kLongestText = 8u << 20, kKeptStatements = 2000;
constexpr std::uint64_t kMostValues = 4u << 20;  // of one insert: what a host is willing to hold at once

// A statement that passed once passes always; plugins use few texts, over and over.
std::string_view checked(PluginSide& side, mif_str sql, SqlUse use) {
  const std::string_view statement = filled(sql, "sql", 64 * 1024);
  std::string key(use == SqlUse::query ? "q" : "e");
  key += statement;
  {
    const std::lock_guard lock(side.statements_mutex);
    if (side.statements.count(key)) return statement;
  }
  check_sql(statement, side.manifest.schema, use);
  const std::lock_guard lock(side.statements_mutex);
  if (side.statements.size() < kKeptStatements) side.statements.insert(std::move(key));
  return statement;
}

std::vector<store::Param> converted(const mif_value* values, std::uint64_t n) {
  if (n && !values) throw Error(MIF_E_INVALID, "plugin.bad-call", "参数 params 是空指针 (null pointer)");
  std::vector<store::Param> params;
  params.reserve(n);
  for (std::uint64_t i = 0; i < n; ++i) {
    if (values[i].kind == MIF_INT) params.emplace_back(values[i].i);
    else if (values[i].kind == MIF_TEXT) params.emplace_back(text(values[i].s, "params", kLongestText));
    else if (values[i].kind == MIF_NULL) params.emplace_back(nullptr);
    else throw Error(MIF_E_INVALID, "plugin.bad-call", "参数种类未知 (unknown kind of parameter) " + std::to_string(values[i].kind));
  }
  return params;
}

std::vector<store::Param> params_of(const mif_value* values, std::uint32_t n) {
  if (n > kMostParams) throw Error(MIF_E_INVALID, "plugin.bad-call", "参数超过 1000 个 (more than 1000 parameters)");
  return converted(values, n);
}

void end_txn(plugin::CallContext& context) { context.call->flags &= ~MIF_CALL_IN_TXN; }

mif_status begin(void* impl, mif_call* call, std::int32_t mode, mif_txn** out) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    given(out, "out") = nullptr;
    if (!plugin::on_this_thread(context)) throw Error(MIF_E_INVALID, "plugin.bad-call", "事务只能在调用所在的线程里开始 (a transaction belongs to the thread of the call)");
    if (context.txn) throw Error(MIF_E_CONFLICT, "plugin.transaction-open", "本次调用已有一个事务 (this call has a transaction open)");
    if (mode != MIF_TXN_READ && mode != MIF_TXN_WRITE) throw Error(MIF_E_INVALID, "plugin.bad-call", "事务方式未知 (unknown mode) " + std::to_string(mode));
    if (mode == MIF_TXN_WRITE && context.outer && plugin::txn_open_around(*context.outer))
      throw Error(MIF_E_CONFLICT, "plugin.transaction-open", "调用方的事务还开着，此时不能写 (the caller's transaction is open: MIF_CALL_IN_TXN)");
    context.txn.emplace(side.deployment.database().begin(mode == MIF_TXN_WRITE ? store::Mode::write : store::Mode::read));
    if (mode == MIF_TXN_WRITE) context.call->flags |= MIF_CALL_IN_TXN;
    *out = handle_of(context);
  });
}

mif_status commit(void* impl, mif_call* call, mif_txn* txn) {
  return serve(impl, call, [&](PluginSide&, plugin::CallContext& context) {
    store::Txn ending = std::move(txn_for(context, txn));
    context.txn.reset();  // the handle is dead whatever comes
    end_txn(context);
    ending.commit();
  });
}

void rollback(void*, mif_txn* txn) {
  for (plugin::CallContext* context = plugin::current_context(); context; context = context->outer) {
    if (handle_of(*context) != txn) continue;
    try {
      context->txn.reset();
    } catch (...) {  // the connection is gone, and the transaction with it
    }
    end_txn(*context);
  }
}

mif_status execute(void* impl, mif_call* call, mif_txn* txn, mif_str sql, const mif_value* params, std::uint32_t n, std::int64_t* affected) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    store::Txn& open = txn_for(context, txn);
    if (open.mode() != store::Mode::write) throw Error(MIF_E_INVALID, "plugin.bad-call", "只读事务里不能写 (a read transaction cannot write)");
    const std::int64_t count = open.execute(checked(side, sql, SqlUse::execute), params_of(params, n));
    if (affected) *affected = count;
  });
}

mif_status query(void* impl, mif_call* call, mif_txn* txn, mif_str sql, const mif_value* params, std::uint32_t n, mif_row_sink* sink) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    store::Txn& open = txn_for(context, txn);
    given(sink, "sink");
    bool enough = false;
    std::vector<mif_value> values;
    open.query(checked(side, sql, SqlUse::query), params_of(params, n), [&](const store::Row& row) {
      if (enough) return;
      values.resize(row.size());
      for (std::size_t i = 0; i < values.size(); ++i) {
        const store::Param value = row.value(i);
        if (const auto* integer = value.integer()) values[i] = {MIF_INT, 0, *integer, {nullptr, 0}};
        else if (const auto* words = value.text()) values[i] = {MIF_TEXT, 0, 0, s(*words)};
        else values[i] = {MIF_NULL, 0, 0, {nullptr, 0}};
      }
      enough = sink->on(sink, values.data(), static_cast<std::uint32_t>(values.size())) != 0;
    });
  });
}

mif_status next_id(void* impl, mif_call* call, mif_txn* txn, mif_str sequence, std::int64_t* out) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    const std::string_view name = filled(sequence, "sequence", 32);
    if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string_view::npos)
      throw Error(MIF_E_INVALID, "plugin.bad-call", "序列名只用小写字母、数字和下划线 (sequence: a-z, 0-9, _): \"" + std::string(name) + "\"");
    // Its own sequences, whatever it calls them: never the kernel's.
    const std::string owner = side.manifest.schema.empty() ? side.manifest.id.substr(0, 24) : side.manifest.schema;
    given(out, "out") = txn_for(context, txn).next_id("x_" + owner + "_" + std::string(name));
  });
}

std::vector<std::string> names_in(std::string_view columns) {
  std::vector<std::string> names(1);
  for (const char c : columns) {
    if (c == ',') names.emplace_back();
    else if (c != ' ') names.back() += c;
  }
  return names;
}

mif_status insert(void* impl, mif_call* call, mif_txn* txn, mif_str table, mif_str columns, const mif_value* values, std::uint32_t n_columns, std::uint64_t n_rows) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    store::Txn& open = txn_for(context, txn);
    if (open.mode() != store::Mode::write) throw Error(MIF_E_INVALID, "plugin.bad-call", "只读事务里不能写 (a read transaction cannot write)");
    const std::string_view into = filled(table, "table", 64), listed = filled(columns, "columns", 4096);
    const auto names = names_in(listed);
    if (names.size() != n_columns) throw Error(MIF_E_INVALID, "plugin.bad-call", "列名 " + std::to_string(names.size()) + " 个, 列数 " + std::to_string(n_columns) + " (columns and n_columns differ)");
    if (n_rows > kMostValues / n_columns) throw Error(MIF_E_INVALID, "plugin.bad-call", "一次写入的值太多 (too many values at once), 最多 " + std::to_string(kMostValues));
    std::string statement = "insert into " + std::string(into) + " (" + std::string(listed) + ") values (?";
    for (std::uint32_t i = 1; i < n_columns; ++i) statement += ", ?";
    statement += ")";
    checked(side, s(statement), SqlUse::execute);
    if (n_rows) open.bulk_insert_later(into, names, converted(values, n_rows * n_columns));
  });
}

}  // namespace

void fill_store(PluginSide& side) {
  side.store = sized<mif_store>();
  side.store.impl = &side;
  side.store.begin = &begin;
  side.store.commit = &commit;
  side.store.rollback = &rollback;
  side.store.execute = &execute;
  side.store.query = &query;
  side.store.next_id = &next_id;
  side.store.insert = &insert;
}

}  // namespace mif::service
