// SPDX-License-Identifier: Apache-2.0
#include "kernel/service/plugin_side.h"

namespace mif::service {
namespace {

constexpr std::uint32_t kMostLines = 20000;

// The person a draft is made by. A plugin may name one only if that person could have made it.
std::string maker_of(PluginSide& side, plugin::CallContext& context, store::Txn& txn, std::string_view named, std::string_view unit) {
  if (named.empty() || named == str(context.call->actor)) return str(context.call->actor);
  identity::Caller person;
  try {
    person = side.deployment.identity().caller(txn, named);
  } catch (const Error& e) {
    if (e.code() != MIF_E_NOT_FOUND) throw;
    throw Error(MIF_E_DENIED, "voucher.maker-unknown", "制单人不存在 (the named maker does not exist): " + std::string(named));
  }
  person.require("voucher.propose", unit);
  return person.login;
}

mif_status propose(void* impl, mif_call* call, mif_txn* txn, const mif_voucher* voucher, std::int64_t* id) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    store::Txn& open = txn_for(context, txn);
    const mif_voucher& v = given(voucher, "voucher");
    given(id, "voucher_id") = 0;
    if (!MIF_HAS(&v, attachments)) throw Error(MIF_E_INVALID, "plugin.bad-call", "mif_voucher 过小 (mif_voucher is too small): " + std::to_string(v.size));
    if (v.n_lines > kMostLines) throw Error(MIF_E_INVALID, "voucher.too-many-lines", "凭证分录超过 20000 行 (more than 20000 lines)");
    if (v.n_lines) given(v.lines, "lines");
    ledger::Draft draft;
    draft.day = Day(v.day);
    if (!draft.day.valid()) throw Error(MIF_E_INVALID, "voucher.day", "凭证日期不对 (not a date): " + std::to_string(v.day));
    draft.book = filled(v.book, "book", 60);
    const ledger::Book book = visible_book(side, context, open, draft.book);
    draft.word = text(v.word, "word", 12);
    draft.flow = text(v.flow, "flow", 60);
    draft.source_plugin = side.manifest.id;
    draft.source_key = filled(v.source_key, "source_key", 200);
    draft.summary = text(v.summary, "summary", 1000);
    draft.maker = maker_of(side, context, open, text(v.maker, "maker", 120), book.unit);
    draft.attachments = static_cast<int>(std::min<std::uint32_t>(v.attachments, 100000));
    draft.lines.reserve(v.n_lines);
    const std::uint32_t stride = v.n_lines ? v.lines[0].size : 0;  // an array of the plugin's own idea of the struct
    if (v.n_lines && stride < sizeof(mif_voucher_line)) throw Error(MIF_E_INVALID, "plugin.bad-call", "mif_voucher_line 过小 (too small): " + std::to_string(stride));
    for (std::uint32_t i = 0; i < v.n_lines; ++i) {
      const auto& l = *reinterpret_cast<const mif_voucher_line*>(reinterpret_cast<const char*>(v.lines) + static_cast<std::size_t>(i) * stride);
      if (l.size != stride) throw Error(MIF_E_INVALID, "plugin.bad-call", "第 " + std::to_string(i + 1) + " 行的 size 不一致 (line sizes differ)");
      if (l.side != MIF_DEBIT && l.side != MIF_CREDIT) throw Error(MIF_E_INVALID, "voucher.line-side", "第 " + std::to_string(i + 1) + " 行的借贷方向不对 (side must be 1 or -1): " + std::to_string(l.side));
      draft.lines.push_back({l.side, Fen(l.fen), std::string(filled(l.account, "account", 60)), std::string(text(l.aux, "aux", 1000)), std::string(text(l.summary, "line summary", 1000))});
    }
    *id = side.deployment.propose(open, context.who, draft).id;
  });
}

// A voucher this plugin may touch: its own, in a unit the caller sees.
void require_own(PluginSide& side, plugin::CallContext& context, store::Txn& txn, std::int64_t id) {
  const ledger::Voucher v = side.deployment.ledger().voucher(txn, id);
  visible_book(side, context, txn, v.book);
  if (v.source_plugin != side.manifest.id) throw Error(MIF_E_DENIED, "plugin.other-voucher", "凭证 " + std::to_string(id) + " 不是本插件提交的 (was not proposed by this plugin)");
}

mif_status withdraw(void* impl, mif_call* call, mif_txn* txn, std::int64_t id, mif_str reason) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    store::Txn& open = txn_for(context, txn);
    require_own(side, context, open, id);
    side.deployment.withdraw(open, context.who, id, filled(reason, "reason", 1000));
  });
}

mif_status correct(void* impl, mif_call* call, mif_txn* txn, std::int64_t id, mif_day day, mif_str maker, std::int64_t* correction) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    store::Txn& open = txn_for(context, txn);
    given(correction, "correction_id") = 0;
    require_own(side, context, open, id);
    const ledger::Ledger& ledger = side.deployment.ledger();
    ledger::Draft draft = ledger.correction_of(open, id, Day(day));
    draft.maker = maker_of(side, context, open, text(maker, "maker", 120), ledger.book(open, draft.book).unit);
    *correction = side.deployment.propose(open, context.who, draft).id;
  });
}

mif_status hold(void* impl, mif_call* call, mif_txn* txn, mif_str book, mif_str account, mif_str aux, mif_fen fen, mif_str key) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    store::Txn& open = txn_for(context, txn);
    const std::string code(filled(book, "book", 60));
    visible_book(side, context, open, code);
    // The key carries the plugin, so that nobody ends another's hold.
    side.deployment.ledger().hold(open, context.who, code, filled(account, "account", 60), text(aux, "aux", 1000), Fen(fen),
                                  side.manifest.id + "/" + std::string(filled(key, "key", 180)));
  });
}

mif_status release(void* impl, mif_call* call, mif_txn* txn, mif_str book, mif_str key, std::int32_t spent) {
  return serve(impl, call, [&](PluginSide& side, plugin::CallContext& context) {
    store::Txn& open = txn_for(context, txn);
    const std::string code(filled(book, "book", 60));
    visible_book(side, context, open, code);
    side.deployment.ledger().release(open, context.who, code, side.manifest.id + "/" + std::string(filled(key, "key", 180)), spent != 0);
  });
}

}  // namespace

void fill_ledger_propose(PluginSide& side) {
  side.ledger_propose = sized<mif_ledger_propose>();
  side.ledger_propose.impl = &side;
  side.ledger_propose.propose = &propose;
  side.ledger_propose.withdraw = &withdraw;
  side.ledger_propose.hold = &hold;
  side.ledger_propose.release = &release;
  side.ledger_propose.correct = &correct;
}

}  // namespace mif::service
