// SPDX-License-Identifier: Apache-2.0
// The third figure: what the ledger itself says of the documents' vouchers.
#include <algorithm>

#include "compare.h"

namespace mif::exchange {

namespace {

std::string number_of(const VoucherHead& h) { return h.period.iso() + " " + h.word + "-" + std::to_string(h.number); }

// Documents of one voucher, source and type.
struct Linked {
  std::string source, type, key, rule;
  Day day;
  std::int64_t alive = 0, in_period = 0, posted_in_period = 0;
  Fen fen, fen_in_period, drafted_fen;
};

// How often a rule's debit side holds the document's amount: 1 for most, -1 where all lines are red, 0 where one side takes its red
// entry with it. Empty = it depends on the document.
std::optional<std::int64_t> debit_factor(const DocumentType& type, const Rule& rule) {
  std::map<std::string, std::int64_t> times;
  for (const auto& l : rule.lines)
    if (l.side == MIF_DEBIT) times[l.amount] += l.sign;
  std::int64_t factor = times["amount"];
  times.erase("amount");
  for (const auto& group : type.parts) {
    const std::int64_t first = times[group.front()];
    for (const auto& f : group) {
      if (times[f] != first) return std::nullopt;
      times.erase(f);
    }
    factor += first;
  }
  return std::all_of(times.begin(), times.end(), [](const auto& t) { return t.second == 0; }) ? std::optional(factor) : std::nullopt;
}

std::optional<std::int64_t> factor_of(const Settings& settings, const BookInfo& book, const Linked& l) {
  const RuleSet* rules = settings.rules_for(book, l.day);
  if (const DocumentType* type = rules ? rules->find(l.type) : nullptr)
    for (const auto& r : type->rules)
      if (r.name == l.rule) return debit_factor(*type, r);
  return 1;  // a rule that is gone: as most are
}

}  // namespace

void Comparison::ledger(const BookInfo& book) {
  VoucherQuery query;
  query.book = book.code;
  query.year = filter_.period.year;
  query.month = filter_.period.month;
  query.state = MIF_VOUCHER_POSTED;
  for (;;) {
    const auto heads = host_.read.vouchers(call_, query);
    if (!heads.empty()) ledger_page(book, heads);
    if (heads.size() < query.limit) break;
    query.after_id = heads.back().id;
  }
  ledger_reversals(book);
  for (auto& [key, c] : cells_) {
    if (c.book != book.code) continue;
    const Pair posted_here{c.taken.documents - c.drafted.documents - c.held.documents - c.rejected.documents, {}};
    if (found_[key] != posted_here.documents) ledger_rest(book, key);
  }
}

void Comparison::ledger_page(const BookInfo& book, const std::vector<VoucherHead>& heads) {
  using namespace compare_sql;
  std::map<std::int64_t, std::vector<Linked>> linked;
  const auto look = [&](std::int64_t low, std::int64_t high) {
    Txn txn = host_.store.read(call_);
    for (const auto& link : kLinks) {
      const std::string state = link.state, voucher = link.voucher;
      const std::string one = link.count, fen = link.fen;
      const auto sum = [&](const std::string& condition, const std::string& what) { return ", cast(sum(case when " + condition + " then " + what + " else 0 end) as bigint)"; };
      const std::string alive = state + " in ('posted', 'drafted')", in_period = " and doc_day between " + std::to_string(from()) + " and " + std::to_string(to());
      txn.query("select " + voucher + ", source, doc_type, min(doc_key)" + sum(alive, one) + sum(alive, fen) + sum(alive + in_period, one) + sum(alive + in_period, fen) +
                    sum(state + " = 'posted'" + in_period, one) + sum(state + " = 'drafted'" + in_period, fen) + ", min(rule_name), min(doc_day) from " + link.from + " where " + voucher +
                    " between ? and ? and book = ? and arrival = 0" + link.also + " group by " + voucher + ", source, doc_type",
                {low, high, book.code}, [&](const Row& r) {
                  Linked l;
                  l.source = r.text(1);
                  l.type = r.text(2);
                  l.key = r.text(3);
                  l.alive = r.integer(4);
                  l.fen = r.fen(5);
                  l.in_period = r.integer(6);
                  l.fen_in_period = r.fen(7);
                  l.posted_in_period = r.integer(8);
                  l.drafted_fen = r.fen(9);
                  l.rule = r.text(10);
                  l.day = r.day(11);
                  linked[r.integer(0)].push_back(std::move(l));
                  return true;
                });
    }
  };
  look(heads.front().id, heads.back().id);
  for (const auto& h : heads) {
    auto found = linked.find(h.id);
    bool by_hand = false;  // taken back in the ledger, unknown to the documents
    if (found == linked.end() && h.reverses != 0) {  // takes a voucher back: of the same documents
      if (linked.find(h.reverses) == linked.end()) look(h.reverses, h.reverses);
      const auto original = linked.find(h.reverses);
      if (original == linked.end() && h.source_plugin != "exchange") continue;
      if (original != linked.end()) {
        by_hand = true;
        Linked l = original->second.front();
        l.alive = l.in_period = l.posted_in_period = 0;
        l.fen = l.fen_in_period = l.drafted_fen = Fen();
        found = linked.emplace(h.id, std::vector<Linked>{l}).first;
      }
    }
    if (found == linked.end()) {
      if (h.source_plugin != "exchange") continue;
      // A share of a shared voucher taken back bears its document's key: "demo/K1#1/reversal".
      Linked l;
      l.source = h.source_key.substr(0, h.source_key.find('/'));
      const auto hash = h.source_key.rfind('#');
      if (hash != std::string::npos && hash > l.source.size()) l.key = h.source_key.substr(l.source.size() + 1, hash - l.source.size() - 1);
      Txn txn = host_.store.read(call_);
      for (const auto& s : select_documents(txn, "where source = ? and doc_key = ? order by id limit 1", {l.source, l.key})) l.type = s.type;
      found = linked.emplace(h.id, std::vector<Linked>{l}).first;
    }
    Fen documents, expected;
    std::int64_t alive = 0;
    bool amount_known = true;
    for (const auto& l : found->second) {
      documents += l.fen;
      alive += l.alive;
      const auto factor = factor_of(settings_, book, l);
      if (factor && *factor != 0) expected += l.fen * *factor;
      else amount_known = false;  // such a voucher says nothing of the amount, only that it is there
      if (!wanted(book.code, l.type)) continue;
      CompareCell& c = cell(book.code, l.source, l.type, book.unit);
      c.posted.add(l.in_period, l.fen_in_period);
      found_[{book.code, l.source, l.type}] += l.posted_in_period;
      if (const std::int64_t moved = l.in_period - l.posted_in_period; moved > 0) {
        c.drafted.add(-moved, -l.drafted_fen);
        just_posted_.insert(h.id);
        found_[{book.code, l.source, l.type}] += moved;
      }
    }
    if (amount_known ? h.total == expected : alive != 0 || (h.total == Fen() && !by_hand)) continue;
    const Linked& l = found->second.front();
    if (!wanted(book.code, l.type)) continue;
    LedgerFinding f;
    const std::int64_t factor = factor_of(settings_, book, l).value_or(1);
    f.by = amount_known ? Fen((h.total - expected).value() / factor) : h.total;  // as the documents count
    f.difference.kind = alive > 0 ? "ledger" : "voucher-extra";
    f.difference.key = number_of(h);
    f.difference.note = alive > 0 ? "凭证与它的单据金额不同, 如单据 " + l.key : h.reverses != 0 ? "冲销凭证" : l.key.empty() ? "凭证没有单据" : "凭证的单据已撤销或不在: " + l.key;
    if (alive > 0) f.difference.finance = documents;
    f.difference.ledger = documents + f.by;
    cell(book.code, l.source, l.type, book.unit).posted.fen += f.by;
    ledger_[{book.code, l.source, l.type}].push_back(std::move(f));
  }
}

// Documents that say "posted" and were not met through the period's vouchers: one by one.
void Comparison::ledger_rest(const BookInfo& book, const CellKey& key) {
  CompareCell& c = cells_.at(key);
  for (std::int64_t after = 0;;) {
    std::vector<Stored> page;
    {
      Txn txn = host_.store.read(call_);
      page = select_documents(txn, std::string("where id > ? and book = ? and source = ? and doc_type = ? and doc_day between ? and ? and arrival = 0 and ") + compare_sql::kState + " = 'posted' order by id limit 500",
                              {after, book.code, c.source, c.type, from(), to()});
    }
    if (page.empty()) return;
    after = page.back().id;
    for (const auto& s : page) {
      VoucherHead head;
      try {
        head = host_.read.voucher(call_, s.voucher);
      } catch (const Error& e) {
        if (e.code() != MIF_E_NOT_FOUND) throw;
      }
      if (head.state == MIF_VOUCHER_POSTED && head.period == filter_.period) continue;  // met above
      if (head.state == MIF_VOUCHER_POSTED) {
        c.posted.add(1, s.amount);  // booked in another period
        continue;
      }
      LedgerFinding f;
      f.difference.kind = "no-voucher";
      f.difference.key = s.key;
      f.difference.version = s.version;
      f.difference.state = s.state;
      f.difference.finance = s.amount;
      f.difference.note = "单据已记账而账上没有这张凭证: " + s.voucher_no;
      ledger_[key].push_back(std::move(f));
    }
  }
}

// Documents of the period that were taken back after they were posted. Their vouchers still hold them; the red ones of the same
// period were met above, later ones count in the documents' period, and what is not posted yet is a difference.
void Comparison::ledger_reversals(const BookInfo& book) {
  struct Reversed {
    std::string source, type, key, state;
    std::int64_t version = 1, voucher = 0;
    Fen fen;
  };
  std::vector<Reversed> reversed;
  {
    Txn txn = host_.store.read(call_);
    txn.query("select source, doc_type, doc_key, doc_version, state, amount_fen, x_exchange_reversal.voucher_id from x_exchange_reversal join x_exchange_document on id = document_id"
              " where book = ? and doc_day between ? and ? and arrival = 0 order by id",
              {book.code, from(), to()}, [&](const Row& r) {
                reversed.push_back({r.text(0), r.text(1), r.text(2), r.text(4), r.integer(3), r.integer(6), r.fen(5)});
                return true;
              });
  }
  for (const auto& r : reversed) {
    if (!wanted(book.code, r.type)) continue;
    VoucherHead head;
    try {
      head = host_.read.voucher(call_, r.voucher);
    } catch (const Error& e) {
      if (e.code() != MIF_E_NOT_FOUND) throw;
    }
    if (head.state == MIF_VOUCHER_POSTED && head.period == filter_.period) continue;
    CompareCell& c = cell(book.code, r.source, r.type, book.unit);
    --found_[{book.code, r.source, r.type}];  // met through its voucher, and posted no more
    if (head.state == MIF_VOUCHER_POSTED) {
      c.posted.add(-1, -r.fen);
      continue;
    }
    LedgerFinding f;
    f.difference.kind = "reversal";
    f.difference.key = r.key;
    f.difference.version = r.version;
    f.difference.state = r.state;
    f.difference.finance = r.fen;
    f.difference.note = head.state == MIF_VOUCHER_VOID || head.id == 0 ? "单据已撤销, 冲销凭证不在或已作废" : "单据已撤销, 冲销凭证还没有记账";
    ledger_[{book.code, r.source, r.type}].push_back(std::move(f));
  }
}

}  // namespace mif::exchange
