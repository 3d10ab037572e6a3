// SPDX-License-Identifier: Apache-2.0
// Documents that came before: again, as a later version, or withdrawn; what they had in the books is taken back.
#include "intake.h"

#include <algorithm>

#include "verdict.h"

namespace mif::exchange {

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

}  // namespace mif::exchange
