// SPDX-License-Identifier: Apache-2.0
#include "outbox.h"

#include <algorithm>
#include <unordered_map>

#include "mif/ext/business_source.h"
#include "mif/json.hpp"

namespace mif::exchange {

namespace {

struct Moved {
  Stored document;
  std::string state, voucher_no, reason;
};

// Documents of one page whose voucher has left the draft stage.
std::vector<Moved> moved_in(const Host& host, Call call, const std::vector<Stored>& page) {
  std::vector<Moved> moved;
  if (page.empty()) return moved;
  std::unordered_map<std::int64_t, VoucherHead> heads;
  VoucherQuery query;
  query.book = page.front().book;
  query.source_plugin = "exchange";
  query.after_id = page.front().voucher - 1;
  query.limit = 1000;
  const std::int64_t last = page.back().voucher;
  for (;;) {
    const auto some = host.read.vouchers(call, query);
    for (const auto& h : some) heads.emplace(h.id, h);
    if (some.empty() || some.back().id >= last || some.size() < query.limit) break;
    query.after_id = some.back().id;
  }
  for (const auto& s : page) {
    const auto found = heads.find(s.voucher);
    if (found == heads.end()) continue;
    const VoucherHead& h = found->second;
    if (h.state == MIF_VOUCHER_POSTED) moved.push_back({s, state::kPosted, h.period.iso() + " " + h.word + "-" + std::to_string(h.number), ""});
    if (h.state == MIF_VOUCHER_VOID) moved.push_back({s, state::kCancelled, "", "凭证已作废 (its voucher was voided)"});
  }
  return moved;
}

void store_moved(const Host& host, Call call, const std::vector<Moved>& moved) {
  Txn txn = host.store.write(call);
  const std::int64_t now = host.clock.now_unix_ms();
  for (const auto& m : moved) {
    const Stored& s = m.document;
    const auto changed = txn.execute("update x_exchange_document set state = ?, reason = ?, voucher_no = ?, changed_ms = ? where id = ? and state = 'drafted'",
                                     {m.state, m.reason, m.voucher_no, now, s.id});
    if (changed == 0) continue;
    if (m.state == state::kCancelled) cancel_payables(txn, s.id);
    enqueue(txn, s.source, s.feed, s.cursor, s.key, s.version, m.state, m.reason, m.voucher_no);
    JsonWriter json;
    json.begin_object().field("source", s.source).field("key", s.key).field("version", s.version).field("state", m.state).field("voucher", s.voucher);
    json.field("number", m.voucher_no).field("reason", m.reason).end_object();
    host.audit.append(txn, s.unit, "exchange.document." + m.state, s.source + "/" + s.key + "#" + std::to_string(s.version), json.str());
  }
  txn.commit();
}

struct Waiting {
  std::int64_t id = 0;
  std::string feed, cursor, key, state, reason, voucher;
  std::int64_t version = 1;
};

std::vector<Waiting> next_waiting(const Host& host, Call call, const std::string& feed) {
  std::vector<Waiting> rows;
  Txn txn = host.store.read(call);
  txn.query("select id, feed, cursor_text, doc_key, doc_version, state, reason, voucher from x_exchange_outbox where sent_ms = 0 and feed = ? order by id limit 500", {feed},
            [&](const Row& r) {
              Waiting w;
              w.id = r.integer(0);
              w.feed = r.text(1);
              w.cursor = r.text(2);
              w.key = r.text(3);
              w.version = r.integer(4);
              w.state = r.text(5);
              w.reason = r.text(6);
              w.voucher = r.text(7);
              rows.push_back(std::move(w));
              return true;
            });
  return rows;
}

}  // namespace

std::int64_t follow_vouchers(const Host& host, Call call) {
  std::int64_t total = 0;
  for (const auto& book : host.read.books(call)) {
    std::int64_t after = 0;
    for (;;) {
      std::vector<Stored> page;
      {
        Txn txn = host.store.read(call);
        page = select_documents(txn, "where state = 'drafted' and book = ? and voucher_id > ? order by voucher_id limit 500", {book.code, after});
      }
      if (page.empty()) break;
      after = page.back().voucher;
      const auto moved = moved_in(host, call, page);
      if (!moved.empty()) store_moved(host, call, moved);
      total += static_cast<std::int64_t>(moved.size());
    }
  }
  return total;
}

std::int64_t acknowledge(const Host& host, Call call, const std::vector<SourceFeed>& feeds, const std::function<void(std::int64_t)>& progress) {
  std::int64_t sent = 0;
  for (const auto& feed : feeds) {
    const auto* source = static_cast<const mif_business_source*>(feed.extension);
    while (!call.cancelled()) {
      const auto rows = next_waiting(host, call, feed.feed);
      if (rows.empty()) break;
      std::vector<mif_ack> acks;
      for (const auto& w : rows) {
        auto ack = sized<mif_ack>();
        ack.version = static_cast<std::int32_t>(w.version);
        ack.feed = s(w.feed);
        ack.key = s(w.key);
        ack.state = s(w.state);
        ack.reason = s(w.reason);
        ack.voucher = s(w.voucher);
        ack.cursor = s(w.cursor);
        acks.push_back(ack);
      }
      host.registry.invoke(call, feed.plugin, "ack", 120000, [&](mif_call* c) { return source->ack(source->self, c, acks.data(), static_cast<std::uint32_t>(acks.size())); });
      Txn txn = host.store.write(call);
      txn.execute("update x_exchange_outbox set sent_ms = ? where feed = ? and sent_ms = 0 and id <= ?", {host.clock.now_unix_ms(), feed.feed, rows.back().id});
      txn.commit();
      sent += static_cast<std::int64_t>(rows.size());
      progress(sent);
    }
  }
  return sent;
}

std::int64_t waiting(Txn& txn) {
  std::int64_t n = 0;
  txn.query("select cast(count(*) as bigint) from x_exchange_outbox where sent_ms = 0", {}, [&](const Row& r) {
    n = r.integer(0);
    return true;
  });
  return n;
}

}  // namespace mif::exchange
