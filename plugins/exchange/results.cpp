// SPDX-License-Identifier: Apache-2.0
#include "results.h"

#include <algorithm>
#include <map>
#include <optional>

#include "groups.h"
#include "mif/json.hpp"
#include "outbox.h"

namespace mif::exchange {

namespace {

struct Heard {
  std::int64_t seq = 0, payable = 0, document = 0, voucher = 0;
  std::string obligation, state, bank_ref, reason;
};

const char* told_as(const std::string& state) {
  if (state == "paid") return state::kPaid;
  if (state == "returned") return state::kReturned;
  if (state == "failed") return state::kPaymentFailed;
  return nullptr;
}

std::vector<Heard> ours(Txn& txn, const mif_payable_result* results, std::uint32_t n) {
  std::vector<Heard> all;
  for (std::uint32_t i = 0; i < n; ++i) {
    Heard h;
    h.seq = results[i].seq;
    h.obligation = str(results[i].obligation);
    h.state = str(results[i].state);
    h.bank_ref = clean(view(results[i].bank_ref), 120);
    h.reason = clean(view(results[i].reason), 400);
    if (!told_as(h.state)) continue;
    txn.query("select id, document_id, voucher_id from x_exchange_payable where obligation = ?", {h.obligation}, [&](const Row& r) {
      h.payable = r.integer(0);
      h.document = r.integer(1);
      h.voucher = r.integer(2);
      return false;
    });
    if (h.payable != 0) all.push_back(std::move(h));
  }
  return all;
}

std::optional<Stored> document_of(Txn& txn, const Heard& h) {
  auto found = select_documents(txn, "where id = ?", {h.document});
  return found.empty() ? std::nullopt : std::optional<Stored>(std::move(found.front()));
}
std::optional<Group> group_of(Txn& txn, const Heard& h) {
  auto found = select_groups(txn, "where group_voucher = ?", {h.voucher});
  return found.empty() ? std::nullopt : std::optional<Group>(std::move(found.front()));
}

// What is paid is posted: the documents learn that first.
void catch_up(const Host& host, Call call, const std::vector<Heard>& heard) {
  std::map<std::string, std::vector<Stored>> documents;
  std::map<std::string, std::vector<Group>> groups;
  {
    Txn txn = host.store.read(call);
    for (const auto& h : heard) {
      if (h.state != "paid") continue;
      if (h.document != 0) {
        if (auto s = document_of(txn, h); s && s->state == state::kDrafted) documents[s->book].push_back(std::move(*s));
      } else if (auto g = group_of(txn, h); g && g->state == state::kDrafted) {
        groups[g->book].push_back(std::move(*g));
      }
    }
  }
  const auto by_voucher = [](const auto& a, const auto& b) { return a.voucher < b.voucher; };
  for (auto& [book, some] : documents) {
    std::sort(some.begin(), some.end(), by_voucher);
    follow_documents(host, call, some);
  }
  for (auto& [book, some] : groups) {
    std::sort(some.begin(), some.end(), by_voucher);
    follow_groups(host, call, some);
  }
}

// A document, or a group, with several payees is paid when all of them are.
bool others_open(Txn& txn, const Heard& h) {
  std::int64_t open = 0;
  txn.query("select cast(count(*) as bigint) from x_exchange_payable where document_id = ? and voucher_id = ? and state <> 'paid' and state <> 'cancelled'", {h.document, h.voucher}, [&](const Row& r) {
    open = r.integer(0);
    return false;
  });
  return open != 0;
}

std::string sentence(const Heard& h) {
  if (h.state == "paid") return h.bank_ref.empty() ? std::string() : "银行流水号 " + h.bank_ref + " (paid, the bank's reference)";
  const std::string what = h.state == "returned" ? "付款被退汇 (the payment came back)" : "付款未成 (the payment failed)";
  return what + (h.reason.empty() ? "" : ": " + h.reason) + (h.bank_ref.empty() ? "" : ", 银行流水号 " + h.bank_ref);
}

void not_yet(const std::string& key) {
  throw Error(MIF_E_UNAVAILABLE, "document.paid-before-posted", "单据 " + key + " 的凭证还看不到入账, 付款结果稍后再告 (paid, but its voucher is not seen posted; tell again later)");
}

void put_in_outbox(const Host& host, Txn& txn, const Heard& h) {
  const std::string state = told_as(h.state), reason = clean(sentence(h), kLongestReason);
  std::string object, unit, voucher_no;
  if (h.document != 0) {
    const auto s = document_of(txn, h);
    if (!s) return;
    if (state == state::kPaid && s->state == state::kDrafted) not_yet(s->key);
    enqueue(txn, s->source, s->feed, s->cursor, s->key, s->version, state, reason, s->voucher_no);
    object = s->source_key(), unit = s->unit, voucher_no = s->voucher_no;
  } else {
    const auto g = group_of(txn, h);
    if (!g) return;
    if (state == state::kPaid && g->state == state::kDrafted) not_yet(g->key);
    enqueue_group(txn, g->source, g->feed, g->key, g->id, state, reason, g->voucher_no);
    object = g->source_key(), unit = g->unit, voucher_no = g->voucher_no;
  }
  JsonWriter json;
  json.begin_object().field("object", object).field("state", state).field("voucher", h.voucher).field("number", voucher_no).field("bank_ref", h.bank_ref).field("reason", reason).end_object();
  host.audit.append(txn, unit, (h.document != 0 ? "exchange.document." : "exchange.group.") + state, object, json.str());
}

}  // namespace

void take_results(const Host& host, Call call, const mif_payable_result* results, std::uint32_t n) {
  std::vector<Heard> heard;
  {
    Txn txn = host.store.read(call);
    heard = ours(txn, results, n);
  }
  if (heard.empty()) return;
  catch_up(host, call, heard);
  Txn txn = host.store.write(call);
  for (const auto& h : heard) {
    // An older word that comes again after a newer one is old news.
    const auto news = txn.execute("update x_exchange_payable set state = case when state = 'cancelled' then state else ? end, result_seq = ? where id = ? and result_seq < ?",
                                  {h.state, h.seq, h.payable, h.seq});
    if (news == 0 || (h.state == "paid" && others_open(txn, h))) continue;
    put_in_outbox(host, txn, h);
  }
  txn.commit();
}

}  // namespace mif::exchange
