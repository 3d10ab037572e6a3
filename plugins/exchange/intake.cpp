// SPDX-License-Identifier: Apache-2.0
#include "intake.h"

#include <algorithm>

#include "mif/json.hpp"

namespace mif::exchange {

namespace {

bool says_no(mif_status code) { return code == MIF_E_INVALID || code == MIF_E_CONFLICT || code == MIF_E_NOT_FOUND; }

std::string reason_of(const Error& e) { return clean(e.what(), kLongestReason); }

Verdict held(const std::string& why) { return {state::kHeld, clean(why, kLongestReason), "", 0}; }
Verdict rejected(const std::string& why) { return {state::kRejected, clean(why, kLongestReason), "", 0}; }

}  // namespace

void Tally::count(const std::string& what, Fen fen) {
  ++received;
  amount += fen;
  if (what == state::kDrafted || what == state::kPosted) {  // posted at once: a memo, which needs no review
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

const BookInfo* Intake::Books::find(const std::string& code) const {
  for (const auto& b : all)
    if (b.code == code) return &b;
  return nullptr;
}

std::string Intake::Books::unit_of(const std::string& code, const std::string& otherwise) const {
  if (const BookInfo* book = find(code)) return book->unit;
  return otherwise.empty() && !all.empty() ? all.front().unit : otherwise;
}

void Intake::take(Call call, const SourceFeed& feed, const std::string& cursor, const std::vector<Document>& documents, Tally& tally) {
  if (documents.empty()) return;
  Tally counted = tally;
  bool refused = false;
  try {
    Txn txn = host_.store.write(call);
    const Books books{host_.read.books(call, &txn)};
    for (const auto& d : documents) {
      refused_.reset();
      settle(txn, books, d, nullptr, counted);
      refused = refused || refused_;
    }
    move_cursor(txn, feed.source, feed.feed, cursor, documents.back().cursor, host_.clock.now_unix_ms());
    txn.commit();
    tally = counted;
    return;
  } catch (const Error& e) {
    // Without a refusal inside, this is a real failure. UNKNOWN_OUTCOME: the next pull asks the cursor what happened.
    if (!refused || e.code() == MIF_E_UNKNOWN_OUTCOME || e.code() == MIF_E_UNAVAILABLE) throw;
  }
  std::string at = cursor;
  for (const auto& d : documents) {
    take_one(call, feed, at, d, tally);
    at = d.cursor;
  }
}

void Intake::take_one(Call call, const SourceFeed& feed, const std::string& cursor, const Document& document, Tally& tally) {
  std::optional<Refusal> known;
  for (int attempt = 0; attempt < 3; ++attempt) {
    Tally counted = tally;
    refused_.reset();
    Txn txn = host_.store.write(call);
    const Books books{host_.read.books(call, &txn)};
    settle(txn, books, document, known ? &*known : nullptr, counted);
    if (refused_) {  // start again from a clean transaction, knowing the answer
      known = refused_;
      continue;
    }
    move_cursor(txn, feed.source, feed.feed, cursor, document.cursor, host_.clock.now_unix_ms());
    txn.commit();
    tally = counted;
    return;
  }
  throw Error(MIF_E_INTERNAL, "单据 " + document.key + " 三次未能落账 (could not be settled)");
}

void Intake::settle(Txn& txn, const Books& books, const Document& document, const Refusal* known, Tally& tally) {
  if (document.withdrawn) return settle_withdrawal(txn, books, document, known, tally);
  const auto before = select_documents(txn, "where source = ? and doc_key = ? order by doc_version, arrival", {document.source, document.key});
  const std::int64_t now = host_.clock.now_unix_ms();
  const std::string unit = books.unit_of(document.field("book"), settings_.unit);

  const auto same = std::find_if(before.begin(), before.end(), [&](const auto& s) { return s.version == document.version && s.arrival == 0; });
  if (same != before.end()) {
    if (same->digest == digest_of(document)) {
      // delivered again, unchanged: one effect, told once more
      enqueue(txn, document.source, document.feed, document.cursor, document.key, document.version, same->state, same->reason, same->voucher_no);
      ++tally.redelivered;
      return;
    }
    const auto arrival = std::count_if(before.begin(), before.end(), [&](const auto& s) { return s.version == document.version; });
    const Verdict v = rejected("单号 " + document.key + " 版本 " + std::to_string(document.version) + " 已收到, 内容不同 (conflict: same key, other content): 原金额 " +
                               same->amount.grouped() + ", 此次 " + amount_of(document).grouped());
    insert_document(txn, document, arrival, unit, v, now);
    enqueue(txn, document.source, document.feed, document.cursor, document.key, document.version, v.state, v.reason, "");
    record(txn, books, "conflict", document, v, amount_of(document));
    tally.count(v.state, amount_of(document));
    return;
  }

  std::optional<Payable> payable;
  Verdict verdict;
  if (const auto refused = supersede(txn, books, document, before, known))
    verdict = *refused;
  else
    verdict = decide(txn, books, document, known, payable);
  const std::int64_t id = insert_document(txn, document, 0, unit, verdict, now);
  if (verdict.voucher != 0 && payable)
    insert_payable(txn, id, verdict.voucher, document.field("book"), source_key(document), document.day, *payable);
  enqueue(txn, document.source, document.feed, document.cursor, document.key, document.version, verdict.state, verdict.reason, verdict.voucher_no);
  record(txn, books, verdict.state, document, verdict, amount_of(document));
  tally.count(verdict.state, amount_of(document));
}

std::optional<Verdict> Intake::supersede(Txn& txn, const Books& books, const Document& document, const std::vector<Stored>& before, const Refusal* known) {
  for (const auto& s : before)
    if (s.arrival == 0 && s.version > document.version)
      return rejected("已有更高版本 " + std::to_string(s.version) + " (a later version has come already)");
  if (known && known->at_withdrawal) return known->verdict;
  for (const auto& s : before) {
    if (s.arrival != 0 || s.state == state::kRejected || s.state == state::kCancelled) continue;
    const std::string why = "被版本 " + std::to_string(document.version) + " 取代 (superseded)";
    if (s.voucher != 0 && (s.state == state::kDrafted || s.state == state::kPosted)) {
      try {
        host_.ledger.withdraw(txn, s.voucher, why);
      } catch (const Error& e) {
        if (!says_no(e.code())) throw;
        const Verdict v = rejected("版本 " + std::to_string(s.version) + " 的凭证已审核, 不能更换, 请送冲销单据 (send a reversing document): " + reason_of(e));
        refused_ = Refusal{v, true};
        return v;
      }
    }
    const Verdict gone{state::kCancelled, why, s.rule, s.voucher};
    update_document(txn, s.id, gone, s.voucher == 0 ? std::string() : s.voucher_no, host_.clock.now_unix_ms());
    cancel_payables(txn, s.id);
    enqueue(txn, s.source, s.feed, s.cursor, s.key, s.version, gone.state, gone.reason, "");
    record(txn, books, gone.state, s.document(), gone, s.amount);
  }
  return std::nullopt;
}

Verdict Intake::decide(Txn& txn, const Books& books, const Document& document, const Refusal* known, std::optional<Payable>& payable) {
  if (known && !known->at_withdrawal) return known->verdict;
  if (!document.trouble.empty()) return held(document.trouble);
  const std::string code = document.field("book");
  const BookInfo* book = books.find(code);
  if (!book) return held("没有这个账套 (no book) \"" + clean(code, 40) + "\"");
  if (!document.field("unit").empty() && document.field("unit") != book->unit)
    return held("单位与账套不符 (unit is not the book's): " + clean(document.field("unit"), 40) + ", 账套属 " + book->unit);
  const RuleSet* rules = settings_.rules_for(*book);
  if (!rules) return held("险种 " + book->scheme + " 没有规则文件 (no rules for the scheme)");
  const Period period = Period::of(document.day);
  if (period < book->start) return rejected("日期 " + document.day.iso() + " 早于账套启用期 " + book->start.iso() + " (before the book's first period)");
  if (book->open.year == 0 || period < book->open) return rejected("期间 " + period.iso() + " 已结账 (the period is closed)");

  Verdict verdict{state::kDrafted, "", "", 0};
  try {
    Mapped mapped = map_document(*rules, document);
    mapped.draft.source_key = source_key(document);
    mapped.draft.maker = settings_.maker;
    verdict.rule = mapped.rule;
    if (mapped.memo) return {state::kPosted, "", mapped.rule, 0, kMemo};
    payable = mapped.payable;
    verdict.voucher = host_.ledger.propose(txn, mapped.draft);
    return verdict;
  } catch (const HostRefused& e) {
    if (!says_no(e.code())) throw;
    // the ledger's no: a conflict is final, anything else can be mended on our side
    Verdict v = e.code() == MIF_E_CONFLICT ? rejected(e.what()) : held(e.what());
    v.rule = verdict.rule;
    refused_ = Refusal{v, false};
    payable.reset();
    return v;
  } catch (const Error& e) {
    if (e.code() != MIF_E_INVALID) throw;
    return held(e.what());
  }
}

void Intake::settle_withdrawal(Txn& txn, const Books& books, const Document& document, const Refusal* known, Tally& tally) {
  const auto found = select_documents(txn, "where source = ? and doc_key = ? and doc_version = ? and arrival = 0", {document.source, document.key, document.version});
  Verdict verdict{state::kCancelled, "", "", 0};
  if (found.empty()) {
    verdict = rejected("没有这张单据可撤回 (nothing to withdraw): " + document.key + " 版本 " + std::to_string(document.version));
  } else if (known) {
    verdict = known->verdict;
  } else if (found.front().state == state::kPosted && found.front().voucher != 0) {
    verdict = rejected("凭证已记账, 不能撤回, 请送冲销单据 (already posted: send a reversing document)");
  } else if (found.front().state == state::kPosted || found.front().state == state::kDrafted || found.front().state == state::kHeld) {
    const Stored& s = found.front();
    const std::string why = "业务方撤回 (withdrawn by the business side)";
    try {
      if (s.state == state::kDrafted) host_.ledger.withdraw(txn, s.voucher, why);
      const Verdict gone{state::kCancelled, why, s.rule, s.voucher};
      update_document(txn, s.id, gone, s.voucher == 0 ? std::string() : s.voucher_no, host_.clock.now_unix_ms());
      cancel_payables(txn, s.id);
      enqueue(txn, s.source, s.feed, s.cursor, s.key, s.version, gone.state, gone.reason, "");
      record(txn, books, gone.state, s.document(), gone, s.amount);
      ++tally.cancelled;
    } catch (const HostRefused& e) {
      if (!says_no(e.code())) throw;
      verdict = rejected("凭证已审核, 不能撤回, 请送冲销单据 (already approved: send a reversing document): " + reason_of(e));
      refused_ = Refusal{verdict, true};
    }
  }
  insert_withdrawal(txn, document, verdict, host_.clock.now_unix_ms());
  enqueue(txn, document.source, document.feed, document.cursor, document.key, document.version, verdict.state, verdict.reason, "");
  record(txn, books, "withdrawal", document, verdict, {});
}

void Intake::retry(Call call, std::int64_t id, Tally& tally) {
  std::optional<Refusal> known;
  for (int attempt = 0; attempt < 3; ++attempt) {
    refused_.reset();
    Txn txn = host_.store.write(call);
    const auto found = select_documents(txn, "where id = ? and state = 'held'", {id});
    if (found.empty()) return;
    const Stored& s = found.front();
    const Document document = s.document();
    const Books books{host_.read.books(call, &txn)};
    // another province's, of a book that this caller does not see: its own people retry it
    if (!books.find(s.book) && std::none_of(books.all.begin(), books.all.end(), [&](const auto& b) { return b.unit == s.unit; })) return;
    std::optional<Payable> payable;
    // a payload that could not be stored as it came must come again
    const Verdict v = digest_of(document) != s.digest ? held(s.reason) : decide(txn, books, document, known ? &*known : nullptr, payable);
    if (refused_) {
      known = refused_;
      continue;
    }
    if (v.state == state::kHeld && v.reason == s.reason) {
      tally.count(v.state, s.amount);
      return;
    }
    update_document(txn, s.id, v, v.voucher_no, host_.clock.now_unix_ms());
    if (v.voucher != 0 && payable) insert_payable(txn, s.id, v.voucher, s.book, source_key(document), s.day, *payable);
    enqueue(txn, s.source, s.feed, s.cursor, s.key, s.version, v.state, v.reason, v.voucher_no);
    record(txn, books, v.state, document, v, s.amount);
    txn.commit();
    tally.count(v.state, s.amount);
    return;
  }
}

void Intake::record(Txn& txn, const Books& books, const std::string& action, const Document& d, const Verdict& v, Fen amount) {
  JsonWriter json;
  json.begin_object().field("source", d.source).field("feed", d.feed).field("cursor", d.cursor).field("key", d.key).field("version", d.version);
  json.field("type", clean(d.type, 40)).field("book", clean(d.field("book"), 40)).field("day", std::int64_t{d.day.value()}).field("amount", amount);
  json.field("digest", digest_of(d)).field("state", v.state).field("reason", v.reason).field("rule", v.rule).field("voucher", v.voucher).end_object();
  host_.audit.append(txn, books.unit_of(d.field("book"), settings_.unit), "exchange.document." + action, source_key(d), json.str());
}

}  // namespace mif::exchange
