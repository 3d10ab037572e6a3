// SPDX-License-Identifier: Apache-2.0
#include "intake.h"

#include <algorithm>

#include "digest.h"
#include "mif/json.hpp"

namespace mif::exchange {

namespace {

constexpr std::size_t kRowsAtOnce = 7000, kMostShapes = 200'000;

}  // namespace

std::string source_key(const Document& d) { return d.source + "/" + d.key + "#" + std::to_string(d.version); }

void Intake::take(Call call, const SourceFeed& feed, const std::string& cursor, std::span<const Document> documents, Tally& tally) {
  take(call, feed, cursor, documents, tally, nullptr);
  if (evaluators_.remembered() < kMostShapes) return;
  groups_.forget();
  evaluators_.forget();
}

void Intake::take(Call call, const SourceFeed& feed, const std::string& cursor, std::span<const Document> documents, Tally& tally, const Refusal* known) {
  if (documents.empty()) return;
  Tally counted = tally;
  refused_.reset();
  try {
    Txn txn = host_.store.write(call);
    const std::int64_t now = host_.clock.now_unix_ms();
    groups_.as_of(move_cursor(txn, feed.source, feed.feed, cursor, documents.back().cursor, now));
    const Books books(host_.read.books(call, &txn));
    Chunk chunk{feed, txn, books, now, take_ids(txn, "document", static_cast<std::int64_t>(documents.size()))};
    chunk.refusal = known;
    find_known(chunk, documents);
    quality_.begin(txn, feed, documents);
    for (const auto& d : documents) {
      settle(chunk, d, counted);
      if (chunk.judged.size() >= kRowsAtOnce) keep_judged(chunk, counted);  // they go into the database while the next are judged
    }
    keep_judged(chunk, counted);
    propose_postponed(chunk, counted);
    quality_.write(txn);
    chunk.rows.write(txn);
    deliver(chunk, cursor, documents.back().cursor);
    settings_.require_current(txn);
    txn.commit();
    tally = counted;
    return;
  } catch (const Error& e) {
    groups_.forget();
    // Without a refusal inside, this is a real failure. UNKNOWN_OUTCOME: the next pull asks the cursor what happened.
    if (!refused_ || e.code() == MIF_E_UNKNOWN_OUTCOME || e.code() == MIF_E_UNAVAILABLE) throw;
    if (documents.size() == 1 && known) throw Error(MIF_E_INTERNAL, "单据 " + documents.front().key + " 未能落账 (could not be settled): " + e.what());
  }
  if (documents.size() == 1) {  // again from a clean transaction, knowing the answer
    const Refusal answer = *refused_;
    return take(call, feed, cursor, documents, tally, &answer);
  }
  const std::size_t half = documents.size() / 2;
  take(call, feed, cursor, documents.first(half), tally, nullptr);
  take(call, feed, documents[half - 1].cursor, documents.subspan(half), tally, nullptr);
}

void Intake::find_known(Chunk& chunk, std::span<const Document> documents) {
  // New documents mostly have new numbers: then one question is enough, and the database need not be asked for each of them. Only
  // for keys of digits and capitals, which every collation sorts as their bytes.
  const bool sortable = std::all_of(documents.begin(), documents.end(), [](const Document& d) {
    return std::all_of(d.key.begin(), d.key.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
  });
  const auto [least, greatest] = std::minmax_element(documents.begin(), documents.end(), [](const Document& a, const Document& b) { return a.key < b.key; });
  bool any = !sortable;
  if (sortable)
    chunk.txn.query("select doc_key from x_exchange_document where source = ? and doc_key >= ? and doc_key <= ? limit 1", {chunk.feed.source, least->key, greatest->key}, [&](const Row&) {
      any = true;
      return false;
    });
  if (!any) return chunk.known.reserve(documents.size() * 2);
  std::string sql = "select doc_key from x_exchange_document where source = ? and doc_key in (?";
  for (std::size_t i = 1; i < kKeysAtOnce; ++i) sql += ", ?";
  sql += ")";
  chunk.known.reserve(documents.size() * 2);
  for (std::size_t at = 0; at < documents.size(); at += kKeysAtOnce) {
    std::vector<Value> params = {chunk.feed.source};
    for (std::size_t i = 0; i < kKeysAtOnce; ++i) params.emplace_back(documents[std::min(at + i, documents.size() - 1)].key);  // the last again: one statement for all
    chunk.txn.query(sql, params, [&](const Row& r) {
      chunk.known.insert(chunk.stored_keys.emplace_back(r.text(0)));
      return true;
    });
  }
}

void Intake::settle(Chunk& chunk, const Document& document, Tally& tally) {
  const std::int64_t id = chunk.next_id++;
  if (document.withdrawn || !chunk.known.insert(std::string_view(document.key)).second) {
    keep_judged(chunk, tally);
    propose_postponed(chunk, tally);
    chunk.rows.write(chunk.txn);  // so that the queries see what came before
    return document.withdrawn ? settle_withdrawal(chunk, document, tally) : settle_known(chunk, id, document, tally);
  }
  if (auto decision = judge(chunk, id, document, quality_.look(document), Own::later)) chunk.judged.push_back({id, &document, std::move(*decision)});
  else chunk.postponed.push_back({id, &document, {}});
}

void Intake::keep_judged(Chunk& chunk, Tally& tally) {
  for (const auto& j : chunk.judged) keep(chunk, j.id, *j.document, known_digest(*j.document), j.decision, tally);
  chunk.judged.clear();
  chunk.rows.write(chunk.txn);
}

void Intake::propose_postponed(Chunk& chunk, Tally& tally) {
  for (const auto& j : chunk.postponed) keep(chunk, j.id, *j.document, known_digest(*j.document), *judge(chunk, j.id, *j.document, std::nullopt, Own::now), tally);
  chunk.postponed.clear();
}

void Intake::keep(Chunk& chunk, std::int64_t id, const Document& d, const std::string& digest, const Decision& decision, Tally& tally) {
  const Verdict& v = decision.verdict;
  const std::string& unit = chunk.books.unit_of(d.fields.at("book"), settings_.unit);
  if (decision.gathered) {  // told with its group, logged with its delivery
    if (chunk.delivery == 0) chunk.delivery = take_ids(chunk.txn, "delivery");
    const std::int64_t group = groups_.of(chunk.txn, chunk.feed, *decision.gathered, chunk.delivery, chunk.now);
    chunk.rows.add_gathered(id, d, digest, unit, decision.gathered->rule, decision.amount, chunk.now, group, chunk.delivery);
    tally.count(state::kGathered, decision.amount);
    ++chunk.gathered;
    chunk.gathered_fen += decision.amount;
    chunk.last = id;
    if (chunk.first == 0) chunk.first = id;
    add_to_digest(chunk.gathered_said, id, d.key, d.version, digest);
    return;
  }
  chunk.rows.add(id, d, digest, 0, unit, v, decision.amount, chunk.now);
  tally.count(v.state, decision.amount);
  if (v.voucher != 0 && decision.payable) insert_payable(chunk.txn, id, v.voucher, d.field("book"), source_key(d), d.day, *decision.payable);
  chunk.rows.tell(d, v);
  record(chunk.txn, chunk.books, v.state, d, digest, v, decision.amount);
}

// One log record for all gathered documents of the transaction; its digest is over each of them.
void Intake::deliver(Chunk& chunk, const std::string& from, const std::string& to) {
  if (chunk.gathered == 0) return;
  const std::string digest = sha256_of(chunk.gathered_said);
  chunk.txn.execute("insert into x_exchange_delivery (id, source, feed, cursor_from, cursor_to, first_document, last_document, documents, fen, digest, received_ms)"
                    " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    {chunk.delivery, chunk.feed.source, chunk.feed.feed, from, to, chunk.first, chunk.last, chunk.gathered, chunk.gathered_fen, digest, chunk.now});
  JsonWriter json;
  json.begin_object().field("source", chunk.feed.source).field("feed", chunk.feed.feed).field("from", from).field("to", to).field("first", chunk.first).field("last", chunk.last);
  json.field("documents", chunk.gathered).field("amount", chunk.gathered_fen).field("digest", digest).end_object();
  host_.audit.append(chunk.txn, chunk.books.unit_of("", settings_.unit), "exchange.delivery", chunk.feed.feed + "/" + std::to_string(chunk.delivery), json.str());
}

void Intake::record(Txn& txn, const Books& books, const std::string& action, const Document& d, const std::string& digest, const Verdict& v, Fen amount) {
  JsonWriter json;
  json.begin_object().field("source", d.source).field("feed", d.feed).field("cursor", d.cursor).field("key", d.key).field("version", d.version);
  json.field("type", clean(d.type, 40)).field("book", clean(d.fields.at("book"), 40)).field("day", std::int64_t{d.day.value()}).field("amount", amount);
  json.field("digest", digest).field("state", v.state).field("reason", v.reason).field("rule", v.rule).field("voucher", v.voucher).field("group", v.group).end_object();
  host_.audit.append(txn, books.unit_of(d.fields.at("book"), settings_.unit), "exchange.document." + action, source_key(d), json.str());
}

}  // namespace mif::exchange
