// SPDX-License-Identifier: Apache-2.0
#include "kernel/audit/log.h"

#include <algorithm>

#include "kernel/audit/entry_hasher.h"
#include "kernel/base/text.h"
#include "mif/error.hpp"

namespace mif::audit {
namespace {

constexpr std::string_view kColumns = "chain, seq, at_ms, actor, origin, trace, action, object, object_digest, body, hash";
constexpr std::string_view kInsert =
    "insert into audit_entry (chain, seq, at_ms, actor, origin, trace, action, object, object_digest, body, hash) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

// SQLite checks no lengths and PostgreSQL counts characters; the tightest reading holds everywhere, so that the same
// operations give the same log on every back end.
void check(std::string_view what, std::string_view text, std::size_t most) {
  if (text.size() > most)
    throw Error(MIF_E_INVALID, "audit.field", "审计记录的 " + std::string(what) + " 超过 " + std::to_string(most) + " 字节 (audit field too long)");
  if (!valid_utf8(text)) throw Error(MIF_E_INVALID, "audit.field", "审计记录的 " + std::string(what) + " 不是 UTF-8 文本 (audit field is not UTF-8 text)");
}

void check(const Who& who, const Event& event) {
  if (event.chain.empty() || event.action.empty() || event.object.empty())
    throw Error(MIF_E_INVALID, "audit.event", "审计记录缺少链、动作或对象 (an audit event needs chain, action and object)");
  if (std::any_of(event.chain.begin(), event.chain.end(), [](char c) { return static_cast<unsigned char>(c) <= ' '; }))
    throw Error(MIF_E_INVALID, "audit.event", "审计链名不能有空白 (an audit chain's name has no blanks): \"" + event.chain + "\"");
  if (!event.object_digest.empty() && event.object_digest != kGone) digest_from_hex(event.object_digest);
  check("chain", event.chain, 64);
  check("actor", who.actor, 128);
  check("origin", who.origin, 128);
  check("trace", who.trace, 128);
  check("action", event.action, 128);
  check("object", event.object, 256);
  check("body", event.body, 8000000);
}

struct Head {
  std::int64_t seq = 0;
  std::string hash;
};

std::string_view head_query(store::Dialect dialect) {
  return dialect == store::Dialect::postgresql ? "select seq, hash from audit_head where chain = ? for update" : "select seq, hash from audit_head where chain = ?";
}

// The chain's head, locked until the transaction ends. SQLite has one writer at a time, so reading is enough there.
Head lock_head(store::Txn& txn, std::string_view chain) {
  const std::string_view sql = head_query(txn.dialect());
  if (txn.dialect() == store::Dialect::generic) txn.execute("update audit_head set seq = seq where chain = ?", {chain});
  Head head;
  bool found = false;
  const auto read = [&](const store::Row& row) {
    head = {row.integer(0), std::string(row.text(1))};
    found = true;
  };
  txn.query(sql, {chain}, read);
  if (found) return head;
  // First entry of the chain. Two transactions may both get here: the second waits for the first and then reads its row.
  if (txn.dialect() == store::Dialect::generic) {
    txn.execute("insert into audit_head (chain, seq, hash) values (?, 0, '')", {chain});
    return head;
  }
  txn.execute("insert into audit_head (chain, seq, hash) values (?, 0, '') on conflict (chain) do nothing", {chain});
  txn.query(sql, {chain}, read);
  return head;
}

void move_head(store::Txn& txn, std::string_view chain, const Head& head) {
  txn.execute_later("update audit_head set seq = ?, hash = ? where chain = ?", {head.seq, head.hash, chain});
}

Entry entry_of(const Who& who, const Event& event, std::int64_t at_ms, HashAlg alg, Head& head) {
  Entry entry{event.chain, head.seq + 1, at_ms, who.actor, who.origin, who.trace, event.action, event.object, event.object_digest, event.body, {}};
  entry.hash = entry_hash(alg, head.hash, entry);
  head = {entry.seq, entry.hash};
  return entry;
}

}  // namespace

Log::Log(const Clock& clock, HashAlg alg) : clock_(clock), alg_(alg) {}

store::Query Log::lock(const store::Txn& txn, Place& place) {
  return {head_query(txn.dialect()), {place.chain}, [&place](const store::Row& row) {
            place.seq = row.integer(0);
            place.hash = row.text(1);
          }};
}

void Log::append(store::Txn& txn, const Who& who, const Event& event) { append(txn, who, event, {}); }

void Log::append(store::Txn& txn, const Who& who, const Event& event, const Place& place) {
  check(who, event);
  // Reading locks nothing where the dialect is unknown.
  const bool known = place.seq != 0 && place.chain == event.chain && txn.dialect() != store::Dialect::generic;
  Head head = known ? Head{place.seq, place.hash} : lock_head(txn, event.chain);
  const Entry e = entry_of(who, event, clock_.now_unix_ms(), alg_, head);
  txn.execute_later(kInsert, {e.chain, e.seq, e.at_ms, e.actor, e.origin, e.trace, e.action, e.object, e.object_digest, e.body, e.hash});
  move_head(txn, e.chain, head);
}

void Log::append_all(store::Txn& txn, const Who& who, std::span<const Event> events) {
  for (const auto& event : events) check(who, event);
  // Heads are locked in the order of their names: two bulk appends over the same chains cannot wait for each other.
  std::map<std::string_view, Head> heads;
  for (const auto& event : events) heads[event.chain];
  for (auto& [chain, head] : heads) head = lock_head(txn, chain);
  const std::int64_t at_ms = clock_.now_unix_ms();
  std::vector<Entry> entries;
  entries.reserve(events.size());
  for (const auto& event : events) entries.push_back(entry_of(who, event, at_ms, alg_, heads[event.chain]));
  std::vector<store::Param> values;
  values.reserve(entries.size() * 11);
  for (const auto& e : entries)
    values.insert(values.end(), {e.chain, e.seq, e.at_ms, e.actor, e.origin, e.trace, e.action, e.object, e.object_digest, e.body, e.hash});
  txn.bulk_insert("audit_entry", {"chain", "seq", "at_ms", "actor", "origin", "trace", "action", "object", "object_digest", "body", "hash"}, values);
  for (const auto& [chain, head] : heads) move_head(txn, chain, head);
}

void entries(store::Txn& txn, std::string_view chain, std::int64_t after_seq, std::int64_t limit, const std::function<void(const Entry&)>& each) {
  const std::string sql = "select " + std::string(kColumns) + " from audit_entry where chain = ? and seq > ? order by seq limit ?";
  txn.query(sql, {chain, after_seq, limit}, [&](const store::Row& row) {
    Entry e;
    e.chain = row.text(0);
    e.seq = row.integer(1);
    e.at_ms = row.integer(2);
    std::string* const texts[] = {&e.actor, &e.origin, &e.trace, &e.action, &e.object, &e.object_digest, &e.body, &e.hash};
    for (std::size_t i = 0; i < std::size(texts); ++i) *texts[i] = row.text(i + 3);
    each(e);
  });
}

std::string entry_hash(HashAlg alg, std::string_view previous_hash_hex, const Entry& entry) {
  EntryHasher hasher(alg);
  const Digest leaf = hasher.leaf(entry.chain, entry.seq, entry.at_ms,
                                  {entry.actor, entry.origin, entry.trace, entry.action, entry.object, entry.object_digest, entry.body});
  return to_hex(hasher.link(previous_hash_hex.empty() ? Digest{} : digest_from_hex(previous_hash_hex), leaf));
}

}  // namespace mif::audit
