// SPDX-License-Identifier: Apache-2.0
#include "outbox.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "mif/ext/business_source.h"
#include "mif/json.hpp"

namespace mif::exchange {

namespace {

// The vouchers of this module in a book from one id to another.
std::unordered_map<std::int64_t, VoucherHead> heads_of(const Host& host, Call call, const std::string& book, std::int64_t first, std::int64_t last) {
  std::unordered_map<std::int64_t, VoucherHead> heads;
  VoucherQuery query;
  query.book = book;
  query.source_plugin = "exchange";
  query.after_id = first - 1;
  query.limit = 1000;
  for (;;) {
    const auto some = host.read.vouchers(call, query);
    for (const auto& h : some) heads.emplace(h.id, h);
    if (some.empty() || some.back().id >= last || some.size() < query.limit) return heads;
    query.after_id = some.back().id;
  }
}

struct Moved {
  std::string state, voucher_no, reason;
};

// Where a voucher that has left the draft stage takes what it was made of.
std::optional<Moved> moved_by(const std::unordered_map<std::int64_t, VoucherHead>& heads, std::int64_t voucher) {
  const auto found = heads.find(voucher);
  if (found == heads.end()) return std::nullopt;
  const VoucherHead& h = found->second;
  if (h.state == MIF_VOUCHER_POSTED) return Moved{state::kPosted, h.period.iso() + " " + h.word + "-" + std::to_string(h.number), ""};
  if (h.state == MIF_VOUCHER_VOID) return Moved{state::kCancelled, "", "凭证已作废 (its voucher was voided)"};
  return std::nullopt;
}

void record(const Host& host, Txn& txn, const std::string& unit, const std::string& action, const std::string& object, std::int64_t voucher, const Moved& m) {
  JsonWriter json;
  json.begin_object().field("object", object).field("state", m.state).field("voucher", voucher).field("number", m.voucher_no).field("reason", m.reason).end_object();
  host.audit.append(txn, unit, action, object, json.str());
}

}  // namespace

std::int64_t follow_documents(const Host& host, Call call, const std::vector<Stored>& page) {
  const auto heads = heads_of(host, call, page.front().book, page.front().voucher, page.back().voucher);
  std::vector<std::pair<const Stored*, Moved>> moved;
  for (const auto& s : page)
    if (auto m = moved_by(heads, s.voucher)) moved.emplace_back(&s, std::move(*m));
  if (moved.empty()) return 0;
  Txn txn = host.store.write(call);
  const std::int64_t now = host.clock.now_unix_ms();
  for (const auto& [s, m] : moved) {
    const auto changed = txn.execute("update x_exchange_document set state = ?, reason = ?, voucher_no = ?, changed_ms = ? where id = ? and state = 'drafted'",
                                     {m.state, m.reason, m.voucher_no, now, s->id});
    if (changed == 0) continue;
    if (m.state == state::kCancelled) cancel_payables(txn, s->id);
    enqueue(txn, s->source, s->feed, s->cursor, s->key, s->version, m.state, m.reason, m.voucher_no);
    record(host, txn, s->unit, "exchange.document." + m.state, s->source_key(), s->voucher, m);
  }
  txn.commit();
  return static_cast<std::int64_t>(moved.size());
}

std::int64_t follow_groups(const Host& host, Call call, const std::vector<Group>& page) {
  const auto heads = heads_of(host, call, page.front().book, page.front().voucher, page.back().voucher);
  std::vector<std::pair<const Group*, Moved>> moved;
  for (const auto& g : page)
    if (auto m = moved_by(heads, g.voucher)) moved.emplace_back(&g, std::move(*m));
  if (moved.empty()) return 0;
  std::int64_t documents = 0;
  Txn txn = host.store.write(call);
  const std::int64_t now = host.clock.now_unix_ms();
  for (const auto& [g, m] : moved) {
    const auto changed = txn.execute("update x_exchange_group set group_state = ?, group_reason = ?, group_voucher_no = ?, moved_ms = ? where group_id = ? and group_state = 'drafted' and group_voucher = ?",
                                     {m.state, m.reason, m.voucher_no, now, g->id, g->voucher});
    if (changed == 0) continue;
    documents += g->documents;
    if (m.state == state::kCancelled) cancel_payables_of_voucher(txn, g->voucher);
    enqueue_group(txn, g->source, g->feed, g->key, g->id, m.state, m.reason, m.voucher_no);
    record(host, txn, g->unit, "exchange.group." + m.state, g->source_key(), g->voucher, m);
  }
  txn.commit();
  return documents;
}

namespace {

struct Waiting {
  std::int64_t id = 0, version = 1, group = 0;
  std::string feed, cursor, key, state, reason, voucher;
};

std::vector<Waiting> next_waiting(const Host& host, Call call, const std::string& feed) {
  std::vector<Waiting> rows;
  Txn txn = host.store.read(call);
  txn.query("select id, feed, cursor_text, doc_key, doc_version, state, reason, voucher, group_id from x_exchange_outbox where sent_ms = 0 and feed = ? order by id limit 20000", {feed},
            [&](const Row& r) {
              rows.push_back({r.integer(0), r.integer(4), r.integer(8), r.text(1), r.text(2), r.text(3), r.text(5), r.text(6), r.text(7)});
              return true;
            });
  return rows;
}

// Hands answers to the source, some thousands at a time, and marks what was told.
class Teller {
 public:
  Teller(const Host& host, Call call, const SourceFeed& feed) : host_(host), call_(call), feed_(feed) {}

  std::int64_t tell(const std::vector<Waiting>& rows) {
    // Of a group only the last is told of what its voucher became in a row; what its payment became comes after, each in its turn.
    std::map<std::int64_t, std::vector<const Waiting*>> by_group;
    std::size_t turns = 0;
    for (const auto& w : rows) {
      if (w.group == 0) {
        add(w, w.version, w.cursor, w.key);
        continue;
      }
      auto& of_group = by_group[w.group];
      if (!of_group.empty() && !of_payment(w) && !of_payment(*of_group.back())) of_group.back() = &w;
      else of_group.push_back(&w);
      turns = std::max(turns, of_group.size());
    }
    for (std::size_t turn = 0; turn < turns; ++turn) {
      Txn txn = host_.store.read(call_);
      std::vector<Group> groups;
      for (const auto& [id, of_group] : by_group)
        if (turn < of_group.size())
          for (auto& g : select_groups(txn, "where group_id = ?", {id})) groups.push_back(std::move(g));
      each_member(txn, groups, false, [&](const Member& m) { add(*by_group.at(m.group)[turn], m.version, m.cursor, m.key); });
    }
    send();
    Txn txn = host_.store.write(call_);
    const std::int64_t now = host_.clock.now_unix_ms();
    for (const auto& w : rows) txn.execute("update x_exchange_outbox set sent_ms = ? where id = ? and sent_ms = 0 and state = ?", {now, w.id, w.state});
    txn.commit();
    return sent_;
  }

 private:
  static constexpr std::size_t kAtOnce = 20000;

  static bool of_payment(const Waiting& w) { return w.state == state::kPaid || w.state == state::kReturned || w.state == state::kPaymentFailed; }

  struct Answer {
    const Waiting* what;
    std::int64_t version;
    std::string cursor, key;
  };

  void add(const Waiting& what, std::int64_t version, const std::string& cursor, const std::string& key) {
    if (n_ == answers_.size()) answers_.emplace_back();
    Answer& a = answers_[n_++];  // its memory serves again
    a.what = &what;
    a.version = version;
    a.cursor = cursor;
    a.key = key;
    if (n_ == kAtOnce) send();
  }
  void send() {
    if (n_ == 0) return;
    const auto* source = static_cast<const mif_business_source*>(feed_.extension);
    std::vector<mif_ack> acks;
    acks.reserve(n_);
    for (std::size_t i = 0; i < n_; ++i) {
      const Answer& a = answers_[i];
      auto ack = sized<mif_ack>();
      ack.version = static_cast<std::int32_t>(a.version);
      ack.feed = s(a.what->feed);
      ack.key = s(a.key);
      ack.state = s(a.what->state);
      ack.reason = s(a.what->reason);
      ack.voucher = s(a.what->voucher);
      ack.cursor = s(a.cursor);
      acks.push_back(ack);
    }
    host_.registry.invoke(call_, feed_.plugin, "ack", 120000, [&](mif_call* c) { return source->ack(source->self, c, acks.data(), static_cast<std::uint32_t>(acks.size())); });
    sent_ += static_cast<std::int64_t>(n_);
    n_ = 0;
  }

  const Host& host_;
  Call call_;
  const SourceFeed& feed_;
  std::vector<Answer> answers_;
  std::size_t n_ = 0;  // of them are filled
  std::int64_t sent_ = 0;
};

}  // namespace

std::int64_t follow_vouchers(const Host& host, Call call) {
  std::int64_t total = 0;
  std::map<std::string, std::vector<Stored>> of_book;
  for (const auto& book : host.read.books(call)) of_book[book.code];
  for (std::int64_t after = 0;;) {
    std::vector<Stored> page;
    {
      Txn txn = host.store.read(call);
      page = select_documents(txn, "where state = 'drafted' and voucher_id > ? order by voucher_id limit 500", {after});
    }
    if (page.empty()) break;
    after = page.back().voucher;
    for (auto& s : page)
      if (const auto own = of_book.find(s.book); own != of_book.end()) own->second.push_back(std::move(s));  // not another province's
    for (auto& [book, documents] : of_book)
      if (!documents.empty()) total += follow_documents(host, call, std::exchange(documents, {}));
  }
  for (const auto& [book, none] : of_book) {
    for (std::int64_t after = 0;;) {
      std::vector<Group> page;
      {
        Txn txn = host.store.read(call);
        page = select_groups(txn, "where group_state = 'drafted' and group_voucher > ? and group_book = ? order by group_voucher limit 500", {after, book});
      }
      if (page.empty()) break;
      after = page.back().voucher;
      total += follow_groups(host, call, page);
    }
  }
  return total;
}

std::int64_t acknowledge(const Host& host, Call call, const std::vector<SourceFeed>& feeds, const std::function<void(std::int64_t)>& progress) {
  std::int64_t sent = 0;
  for (const auto& feed : feeds) {
    while (!call.cancelled()) {
      const auto rows = next_waiting(host, call, feed.feed);
      if (rows.empty()) break;
      sent += Teller(host, call, feed).tell(rows);
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
