// SPDX-License-Identifier: Apache-2.0
#include "intake.h"

#include <algorithm>

#include "digest.h"
#include "mif/json.hpp"
#include "verdict.h"

namespace mif::exchange {

namespace {

std::string known_digest(const Document& d) { return d.digest.empty() ? digest_of(d) : d.digest; }

constexpr std::size_t kRowsAtOnce = 7000, kMostShapes = 200'000;

}  // namespace

std::string source_key(const Document& d) { return d.source + "/" + d.key + "#" + std::to_string(d.version); }

void Tally::count(const std::string& what, Fen fen) {
  ++received;
  amount += fen;
  if (what == state::kDrafted || what == state::kGathered || what == state::kPosted) {  // posted at once: a memo, which needs no review
    ++drafted;
    drafted_fen += fen;
  } else if (what == state::kHeld) {
    ++held;
    held_fen += fen;
  } else if (what == state::kRejected) {
    ++rejected;
    rejected_fen += fen;
  } else {
    ++cancelled;
  }
}

Tally& Tally::operator+=(const Tally& o) {
  received += o.received;
  drafted += o.drafted;
  held += o.held;
  rejected += o.rejected;
  cancelled += o.cancelled;
  redelivered += o.redelivered;
  amount += o.amount;
  drafted_fen += o.drafted_fen;
  held_fen += o.held_fen;
  rejected_fen += o.rejected_fen;
  return *this;
}

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

// What the quality rules say of it comes first; `unfit` is their verdict.
std::optional<Intake::Decision> Intake::judge(Chunk& chunk, std::int64_t id, const Document& document, const std::optional<Verdict>& unfit, Own own) {
  if (unfit) return Decision{*unfit, {}, amount_of(document), nullptr};
  return decide(chunk.txn, chunk.books, document, chunk.refusal, id, own);
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

void Intake::settle_known(Chunk& chunk, std::int64_t id, const Document& document, Tally& tally) {
  const auto before = select_documents(chunk.txn, "where source = ? and doc_key = ? order by doc_version, arrival", {document.source, document.key});
  const std::string digest = known_digest(document);
  const auto same = std::find_if(before.begin(), before.end(), [&](const auto& s) { return s.version == document.version && s.arrival == 0; });
  const bool again = same != before.end() && same->digest == digest;
  const auto unfit = again ? std::nullopt : quality_.look(document);
  if (same != before.end()) {
    if (again) {
      // delivered again, unchanged: one effect, told once more
      chunk.rows.tell(document, {same->state, same->reason, "", 0, 0, same->voucher_no});
      ++tally.redelivered;
      return;
    }
    const auto arrival = std::count_if(before.begin(), before.end(), [&](const auto& s) { return s.version == document.version; });
    const Fen amount = amount_of(document);
    const Verdict v = rejected("单号 " + document.key + " 版本 " + std::to_string(document.version) + " 已收到, 内容不同 (conflict: same key, other content): 原金额 " +
                               same->amount.grouped() + ", 此次 " + amount.grouped());
    chunk.rows.add(id, document, digest, arrival, chunk.books.unit_of(document.fields.at("book"), settings_.unit), v, amount, chunk.now);
    chunk.rows.tell(document, v);
    record(chunk.txn, chunk.books, "conflict", document, digest, v, amount);
    tally.count(v.state, amount);
    return;
  }
  if (const auto refused = supersede(chunk, document, before)) return keep(chunk, id, document, digest, {*refused, {}, amount_of(document), nullptr}, tally);
  keep(chunk, id, document, digest, *judge(chunk, id, document, unfit, Own::now), tally);
}

std::optional<Verdict> Intake::supersede(Chunk& chunk, const Document& document, const std::vector<Stored>& before) {
  for (const auto& s : before)
    if (s.arrival == 0 && s.version > document.version)
      return rejected("已有更高版本 " + std::to_string(s.version) + " (a later version has come already)");
  if (chunk.refusal && chunk.refusal->at_withdrawal) return chunk.refusal->verdict;
  for (const auto& s : before) {
    if (s.arrival != 0 || s.state == state::kRejected || s.state == state::kCancelled) continue;
    try {
      take_back(chunk, s, "被版本 " + std::to_string(document.version) + " 取代 (superseded)", document.day, true);
    } catch (const Error& e) {
      if (!says_no(e.code())) throw;
      const Verdict v = rejected("版本 " + std::to_string(s.version) + " 不能更换, 请送冲销单据 (send a reversing document): " + reason_of(e));
      if (dynamic_cast<const HostRefused*>(&e)) {
        refused_ = Refusal{v, true};
        throw;
      }
      return v;
    }
  }
  return std::nullopt;
}

void Intake::take_back(Chunk& chunk, const Stored& s, const std::string& why, Day day, bool posted_too) {
  std::string said = why;
  const bool alive = s.state == state::kDrafted || s.state == state::kPosted;
  const bool posted = alive && s.voucher != 0 && host_.read.voucher(chunk.txn.call(), s.voucher, nullptr, &chunk.txn).state == MIF_VOUCHER_POSTED;
  if (posted) {
    if (!posted_too) throw Error(MIF_E_CONFLICT, "document.posted", "凭证已记账, 不能撤回, 请送冲销单据 (already posted: send a reversing document)");
    reverse(chunk, s, why, day);
    said += ", 已冲销 (taken back in the ledger)";
  } else if (alive && s.group != 0) {
    reopen(chunk.txn, host_.ledger, s.group, why, chunk.now);
  } else if (alive && s.voucher != 0) {
    host_.ledger.withdraw(chunk.txn, s.voucher, why);
  }
  const Verdict gone{state::kCancelled, said, s.rule, s.group != 0 ? 0 : s.voucher, posted ? s.group : 0};
  update_document(chunk.txn, s.id, gone, s.voucher == 0 ? std::string() : s.voucher_no, chunk.now);
  if (!posted) cancel_payables(chunk.txn, s.id);
  enqueue(chunk.txn, s.source, s.feed, s.cursor, s.key, s.version, gone.state, gone.reason, "");
  record(chunk.txn, chunk.books, gone.state, s.document(), s.digest, gone, s.amount);
}

// A posted document's entry in red: the whole voucher when it is its own, its share of a shared one.
void Intake::reverse(Chunk& chunk, const Stored& s, const std::string& why, Day day) {
  if (day.year() != s.day.year()) throw Error(MIF_E_CONFLICT, "document.earlier-year", "原单据属 " + std::to_string(s.day.year()) + " 年度, 跨年度更正用专门的单据 (of an earlier year)");
  const Document original = s.document();
  const BookInfo* book = chunk.books.find(s.book);
  Evaluator* evaluator = book ? evaluators_.of(*book, s.day) : nullptr;
  if (!evaluator) throw Error(MIF_E_INVALID, "document.no-rules", "账套 " + s.book + " 没有规则 (no rules for the book)");
  Mapped share = evaluator->evaluate(original).mapped();
  if (share.payable) throw Error(MIF_E_CONFLICT, "document.payable-posted", "付款单据已记账, 更正用追回、退票等单据 (a posted payment is corrected by a document of its own)");
  if (share.rule != s.rule) throw Error(MIF_E_INVALID, "document.rules-changed", "记账之后规则变了 (the rules changed since it was booked)");
  std::int64_t voucher = 0;
  if (s.group == 0) {
    voucher = host_.ledger.correct(chunk.txn, s.voucher, day, settings_.maker);
  } else {
    VoucherDraft& red = share.draft;
    red.day = day;
    red.source_key = s.source_key() + "/reversal";
    red.maker = settings_.maker;
    red.summary = "注销 " + s.voucher_no + " 号凭证中单据 " + s.key;
    for (auto& l : red.lines) {
      l.fen = -l.fen;
      l.summary = red.summary;
    }
    voucher = host_.ledger.propose(chunk.txn, red);
  }
  chunk.txn.execute("insert into x_exchange_reversal (document_id, because_of, voucher_id, made_ms) values (?, ?, ?, ?)", {s.id, why, voucher, chunk.now});
}

std::optional<Intake::Decision> Intake::decide(Txn& txn, const Books& books, const Document& document, const Refusal* known, std::int64_t id, Own own) {
  if (known && !known->at_withdrawal) return Decision{known->verdict, {}, amount_of(document), nullptr};
  const auto answer = [&](Verdict v) { return Decision{std::move(v), {}, amount_of(document), nullptr}; };
  if (!document.trouble.empty()) return answer(held(document.trouble));
  const std::string_view code = document.fields.at("book");
  const BookInfo* book = books.find(code);
  if (!book) return answer(held("没有这个账套 (no book) \"" + clean(code, 40) + "\""));
  const std::string_view unit = document.fields.at("unit");
  if (!unit.empty() && unit != book->unit) return answer(held("单位与账套不符 (unit is not the book's): " + clean(unit, 40) + ", 账套属 " + book->unit));
  Evaluator* evaluator = evaluators_.of(*book, document.day);
  if (!evaluator) return answer(held("险种 " + book->scheme + " 没有规则文件 (no rules for the scheme)"));
  const Period period = Period::of(document.day);
  if (period < book->start) return answer(rejected("日期 " + document.day.iso() + " 早于账套启用期 " + book->start.iso() + " (before the book's first period)"));
  if (book->open.year == 0 || period < book->open) return answer(rejected("期间 " + period.iso() + " 已结账 (the period is closed)"));

  std::string rule;
  try {
    const Evaluated& e = evaluator->evaluate(document);
    if (!e.shape->gather_key.empty()) {
      groups_.meet(*e.shape, book->unit, id);
      return Decision{{state::kGathered, "", e.shape->rule, 0, 0}, {}, e.amount(), e.shape};
    }
    rule = e.shape->rule;
    if (e.shape->memo) return Decision{{state::kPosted, "", rule, 0, 0, kMemo}, {}, e.amount(), nullptr};
    if (own == Own::later) return std::nullopt;
    Mapped mapped = e.mapped();
    mapped.draft.source_key = source_key(document);
    mapped.draft.maker = settings_.maker;
    const std::int64_t voucher = host_.ledger.propose(txn, mapped.draft);
    return Decision{{state::kDrafted, "", rule, voucher, 0}, std::move(mapped.payable), mapped.amount, nullptr};
  } catch (const HostRefused& e) {
    if (!says_no(e.code())) throw;
    Verdict v = verdict_of(e);
    v.rule = rule;
    refused_ = Refusal{std::move(v), false};
    throw;
  } catch (const Error& e) {
    if (e.code() != MIF_E_INVALID) throw;
    return answer(held(e.what()));
  }
}

void Intake::settle_withdrawal(Chunk& chunk, const Document& document, Tally& tally) {
  const auto found = select_documents(chunk.txn, "where source = ? and doc_key = ? and doc_version = ? and arrival = 0", {document.source, document.key, document.version});
  Verdict verdict{state::kCancelled, "", "", 0, 0};
  if (found.empty()) {
    verdict = rejected("没有这张单据可撤回 (nothing to withdraw): " + document.key + " 版本 " + std::to_string(document.version));
  } else if (chunk.refusal) {
    verdict = chunk.refusal->verdict;
  } else if (const Stored& s = found.front(); s.state != state::kRejected && s.state != state::kCancelled) {
    try {
      take_back(chunk, s, "业务方撤回 (withdrawn by the business side)", document.day, false);
      ++tally.cancelled;
    } catch (const HostRefused& e) {
      if (!says_no(e.code())) throw;
      refused_ = Refusal{rejected("凭证已审核, 不能撤回, 请送冲销单据 (already approved: send a reversing document): " + reason_of(e)), true};
      throw;
    } catch (const Error& e) {
      if (e.code() != MIF_E_CONFLICT) throw;
      verdict = rejected(e.what());
    }
  }
  insert_withdrawal(chunk.txn, document, verdict, chunk.now);
  chunk.rows.tell(document, verdict);
  record(chunk.txn, chunk.books, "withdrawal", document, digest_of(document), verdict, {});
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

void Intake::retry(Call call, std::int64_t id, Tally& tally) {
  std::optional<Refusal> known;
  for (int attempt = 0; attempt < 3; ++attempt) {
    refused_.reset();
    try {
      Txn txn = host_.store.write(call);
      const auto found = select_documents(txn, "where id = ? and state = 'held'", {id});
      if (found.empty()) return;
      const Stored& s = found.front();
      const std::int64_t now = host_.clock.now_unix_ms();
      SourceFeed feed;
      feed.source = s.source;
      feed.feed = s.feed;
      const std::string at = read_cursor(txn, s.source, s.feed);
      groups_.as_of(move_cursor(txn, s.source, s.feed, at, at, now));  // holds the feed
      const Document document = s.document();
      const Books books(host_.read.books(call, &txn));
      // another province's, of a book that this caller does not see: its own people retry it
      if (!books.find(s.book) && !books.any_of(s.unit)) return;
      // a payload that could not be stored as it came must come again
      const auto unfit = quality_.again(txn, feed, document);
      const Decision d = digest_of(document) != s.digest ? Decision{held(s.reason), {}, s.amount, nullptr}
                         : unfit                        ? Decision{*unfit, {}, s.amount, nullptr}
                                                        : *decide(txn, books, document, known ? &*known : nullptr, s.id, Own::now);
      Verdict v = d.verdict;
      if (d.gathered) v.group = groups_.of(txn, feed, *d.gathered, last_id(txn, "delivery"), now);
      if (v.state == state::kHeld && v.reason == s.reason) {
        tally.count(v.state, s.amount);
        return;
      }
      update_document(txn, s.id, v, v.voucher_no, now);
      if (v.group != 0) txn.execute("update x_exchange_group set first_document = ? where group_id = ? and first_document > ?", {s.id, v.group, s.id});
      if (v.voucher != 0 && d.payable) insert_payable(txn, s.id, v.voucher, s.book, source_key(document), s.day, *d.payable);
      if (v.group == 0) enqueue(txn, s.source, s.feed, s.cursor, s.key, s.version, v.state, v.reason, v.voucher_no);
      record(txn, books, v.state, document, s.digest, v, s.amount);
      settings_.require_current(txn);
      txn.commit();
      tally.count(v.state, s.amount);
      return;
    } catch (const Error& e) {
      groups_.forget();
      if (!refused_ || e.code() == MIF_E_UNKNOWN_OUTCOME || e.code() == MIF_E_UNAVAILABLE) throw;
      known = refused_;
    }
  }
}

void Intake::record(Txn& txn, const Books& books, const std::string& action, const Document& d, const std::string& digest, const Verdict& v, Fen amount) {
  JsonWriter json;
  json.begin_object().field("source", d.source).field("feed", d.feed).field("cursor", d.cursor).field("key", d.key).field("version", d.version);
  json.field("type", clean(d.type, 40)).field("book", clean(d.fields.at("book"), 40)).field("day", std::int64_t{d.day.value()}).field("amount", amount);
  json.field("digest", digest).field("state", v.state).field("reason", v.reason).field("rule", v.rule).field("voucher", v.voucher).field("group", v.group).end_object();
  host_.audit.append(txn, books.unit_of(d.fields.at("book"), settings_.unit), "exchange.document." + action, source_key(d), json.str());
}

}  // namespace mif::exchange
