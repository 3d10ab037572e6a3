// SPDX-License-Identifier: Apache-2.0
// What becomes of one document, when it comes and when it is tried again.
#include "intake.h"
#include "verdict.h"

namespace mif::exchange {

// What the quality rules say of it comes first; `unfit` is their verdict.
std::optional<Intake::Decision> Intake::judge(Chunk& chunk, std::int64_t id, const Document& document, const std::optional<Verdict>& unfit, Own own) {
  if (unfit) return Decision{*unfit, {}, amount_of(document), nullptr};
  return decide(chunk.txn, chunk.books, document, chunk.refusal, id, own);
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

}  // namespace mif::exchange
