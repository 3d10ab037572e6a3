// SPDX-License-Identifier: Apache-2.0
#include "compare.h"

#include <algorithm>

#include "mif/ext/business_source.h"

namespace mif::exchange {

std::string Difference::digest() const {
  Document said;  // its digest is over its type
  const auto money = [](const std::optional<Fen>& fen) { return fen ? fen->plain() : std::string("-"); };
  said.type = std::string(kind) + "|" + key + "|" + std::to_string(business_version) + "|" + money(business) + "|" + std::to_string(version) + "|" + state + "|" + money(finance) + "|" +
              money(ledger);
  return digest_of(said);
}

Comparison::Comparison(const Host& host, Call call, const Settings& settings, CompareFilter filter)
    : host_(host), call_(call), settings_(settings), filter_(std::move(filter)), books_(host.read.books(call)), feeds_(feeds_of(host, call, settings.sources)) {
  if (!filter_.book.empty() && std::none_of(books_.begin(), books_.end(), [&](const auto& b) { return b.code == filter_.book; }))
    throw Error(MIF_E_NOT_FOUND, "compare.book-unknown", "没有账套 (no book) \"" + clean(filter_.book, 40) + "\"");
  business();
  taken();
  for (const auto& b : books_)
    if (filter_.book.empty() || b.code == filter_.book) ledger(b);
  explanations();
}

// A book the caller sees; or one nobody has, of a unit the caller may see.
bool Comparison::visible(const std::string& book, const std::string& unit) {
  if (std::any_of(books_.begin(), books_.end(), [&](const auto& b) { return b.code == book; })) return true;
  const auto [found, added] = units_.try_emplace(unit, false);
  if (added) {
    try {
      host_.identity.require(call_, "ledger.read", unit);
      found->second = true;
    } catch (const Error&) {  // not the caller's
    }
  }
  return found->second;
}

CompareCell& Comparison::cell(const std::string& book, const std::string& source, const std::string& type, const std::string& unit) {
  const auto [found, added] = cells_.try_emplace({book, source, type});
  if (added) {
    CompareCell& c = found->second;
    c.source = source;
    c.book = book;
    c.type = type;
    c.unit = unit;
    for (const auto& b : books_)
      if (b.code == book) {
        c.unit = b.unit;
        c.scheme = b.scheme;
      }
  }
  return found->second;
}

void Comparison::business() {
  for (const auto& feed : feeds_) {
    const auto* source = static_cast<const mif_business_source*>(feed.extension);
    if (!MIF_HAS(source, totals) || !source->totals || !MIF_HAS(source, keys) || !source->keys)
      throw Error(MIF_E_UNSUPPORTED, "source.no-totals", "来源 " + feed.feed + " 不提供对账合计 (the source does not say what it has)");
    SinkOf<mif_business_total_sink, mif_business_total> sink([&](const mif_business_total& t) {
      const std::string book = clean(view(t.book), 40), type = clean(view(t.type), 40), unit = clean(view(t.unit), 20);
      if (!wanted(book, type) || !visible(book, unit)) return true;
      CompareCell& c = cell(book, feed.source, type, unit);
      c.business.add(t.documents, Fen(t.fen));
      if (c.scheme.empty()) c.scheme = clean(view(t.scheme), 10);
      return true;
    });
    host_.registry.invoke(call_, feed.plugin, "totals", 600000,
                          [&](mif_call* c) { return source->totals(source->self, c, s(feed.feed), filter_.period.year, filter_.period.month, sink.get()); });
    sink.done();
  }
}

void Comparison::taken() {
  using namespace compare_sql;
  const std::string select = std::string("select book, source, doc_type, ") + kState + ", cast(count(*) as bigint), cast(coalesce(sum(amount_fen), 0) as bigint), min(unit) from " + kDocuments;
  const std::string group = std::string(" group by book, source, doc_type, ") + kState;
  const auto each = [&](const Row& r) {
    const std::string book = r.text(0), type = r.text(2), state = r.text(3), unit = r.text(6);
    if (!wanted(book, type) || !visible(book, unit)) return true;
    CompareCell& c = cell(book, r.text(1), type, unit);
    const std::int64_t n = r.integer(4);
    const Fen fen = r.fen(5);
    if (state == state::kDrafted) c.drafted.add(n, fen);
    if (state == state::kHeld) c.held.add(n, fen);
    if (state == state::kRejected) c.rejected.add(n, fen);
    if (state == state::kCancelled) c.cancelled.add(n, fen);
    else c.taken.add(n, fen);
    return true;
  };
  Txn txn = host_.store.read(call_);
  std::vector<Value> unknown = {Value(from()), Value(to())};
  std::string not_these;
  for (const auto& b : books_) {
    if (unknown.size() < 900) {  // what is left out is left out below
      not_these += not_these.empty() ? "?" : ", ?";
      unknown.emplace_back(b.code);
    }
    if (filter_.book.empty() || b.code == filter_.book)
      txn.query(select + " where book = ? and doc_day between ? and ? and arrival = 0" + group, {b.code, from(), to()}, each);
  }
  if (!filter_.book.empty()) return;
  // Documents of no known book have no voucher, so they are among the held and the rejected; `visible` keeps other people's apart.
  txn.query(select + " where state in ('held', 'rejected') and doc_day between ? and ? and arrival = 0" + (not_these.empty() ? "" : " and book not in (" + not_these + ")") + group, unknown,
            [&](const Row& r) {
              const std::string book = r.text(0);
              return std::any_of(books_.begin(), books_.end(), [&](const auto& b) { return b.code == book; }) ? true : each(r);
            });
}

void Comparison::explanations() {
  Txn txn = host_.store.read(call_);
  txn.query("select book, source, doc_type, kind, doc_key, digest, reason, author from x_exchange_explanation where period = ? order by id", {from()}, [&](const Row& r) {
    explained_[{r.text(0), r.text(1), r.text(2), r.text(3), r.text(4)}] = {r.text(5), r.text(6), r.text(7)};
    return true;
  });
}

void Comparison::count(const std::function<void(std::int64_t, std::int64_t)>& progress) {
  std::int64_t done = 0;
  for (auto& [key, c] : cells_) {
    progress(done++, static_cast<std::int64_t>(cells_.size()));
    c.differences = c.open = 0;
    if (!c.differs() && !filter_.deep && ledger_.count(key) == 0) continue;
    const auto first = explained_.lower_bound({c.book, c.source, c.type, "", ""});
    const bool any_explained = first != explained_.end() && std::get<0>(first->first) == c.book && std::get<1>(first->first) == c.source && std::get<2>(first->first) == c.type;
    if (c.business == c.taken && !filter_.deep && !any_explained) {  // the figures say how many; a month that waits for review has millions
      c.differences = c.drafted.documents + c.held.documents + c.rejected.documents;
      Gap gap{c.differences, c.drafted.fen + c.held.fen + c.rejected.fen};
      ledger_differences(c, [&c = c, &gap](Difference& d) {
        gap.add(d);
        return ++c.differences > 0;
      });
      if (gap.documents != c.taken.documents - c.posted.documents || gap.fen != c.taken.fen - c.posted.fen) ++c.differences;  // "unresolved"
      c.open = c.differences;
      continue;
    }
    differences(c, [&c = c](const Difference& d) {
      ++c.differences;
      if (!d.explained) ++c.open;
      return true;
    });
  }
}

}  // namespace mif::exchange
