// SPDX-License-Identifier: Apache-2.0
// From a figure that differs to the documents that make it differ.
#include <algorithm>
#include <unordered_map>

#include "compare.h"
#include "mif/ext/business_source.h"

namespace mif::exchange {

namespace {

constexpr std::size_t kKeysAtOnce = 200;
constexpr std::uint32_t kPage = 2000, kBusinessPage = 20'000;  // a source answers a page by looking at the whole month

// A document version as one number, for remembering millions of them. Two that fall together show in the totals ("unresolved").
std::uint64_t mark_of(std::string_view key, std::int64_t version) {
  std::uint64_t hash = 14695981039346656037u;
  const auto byte = [&](std::uint64_t c) { hash = (hash ^ (c & 0xff)) * 1099511628211u; };
  for (const char c : key) byte(static_cast<unsigned char>(c));
  for (int i = 0; i < 64; i += 8) byte(static_cast<std::uint64_t>(version) >> i);
  return hash;
}

struct BusinessKey {
  std::string key, cursor;
  std::int64_t version = 1;
  Fen fen;
};

std::vector<BusinessKey> business_keys(const Host& host, Call call, const SourceFeed& feed, Period period, const CompareCell& cell, const std::string& after) {
  const auto* source = static_cast<const mif_business_source*>(feed.extension);
  std::vector<BusinessKey> keys;
  SinkOf<mif_business_key_sink, mif_business_key> sink([&](const mif_business_key& k) {
    keys.push_back({str(k.key), str(k.cursor), k.version, Fen(k.fen)});
    return true;
  });
  host.registry.invoke(call, feed.plugin, "keys", 600000,
                       [&](mif_call* c) { return source->keys(source->self, c, s(feed.feed), period.year, period.month, s(cell.type), s(cell.book), s(after), kBusinessPage, sink.get()); });
  sink.done();
  return keys;
}

std::unordered_multimap<std::string, Stored> stored_of(const Host& host, Call call, const std::string& source, const std::vector<BusinessKey>& keys) {
  std::unordered_multimap<std::string, Stored> found;
  std::string where = "where source = ? and doc_key in (?";
  for (std::size_t i = 1; i < kKeysAtOnce; ++i) where += ", ?";
  Txn txn = host.store.read(call);
  for (std::size_t at = 0; at < keys.size(); at += kKeysAtOnce) {
    std::vector<Value> params = {source};
    for (std::size_t i = 0; i < kKeysAtOnce; ++i) params.emplace_back(keys[std::min(at + i, keys.size() - 1)].key);
    for (auto& s : select_documents(txn, where + ") and arrival = 0", params)) {
      std::string key = s.key;
      found.emplace(std::move(key), std::move(s));
    }
  }
  return found;
}

}  // namespace

void Gap::add(const Difference& d) {
  const std::string_view what = d.kind;
  const bool of_taken = what == "held" || what == "rejected" || what == "unposted" || what == "extra" || what == "withdrawn" || what == "superseded";
  if ((of_taken && d.state != state::kPosted) || what == "no-voucher") {
    ++documents;
    fen += *d.finance;
  } else if (what == "reversal") {
    --documents;
    fen -= *d.finance;
  } else if (what == "ledger" || what == "voucher-extra") {
    fen -= *d.ledger - d.finance.value_or(Fen());
  }
}

void Comparison::differences(const CompareCell& cell, const std::function<bool(const Difference&)>& each) {
  bool go_on = true;
  Gap gap;
  const auto tell = [&](Difference& d) {
    gap.add(d);
    const auto found = explained_.find({cell.book, cell.source, cell.type, d.kind, d.key});
    if (found != explained_.end() && found->second.digest == d.digest()) {
      d.explained = true;
      d.reason = found->second.reason;
      d.author = found->second.author;
    }
    return go_on = go_on && each(d);
  };
  if (cell.business != cell.taken || filter_.deep) {
    drill_documents(cell, tell);
  } else {
    std::int64_t none = 0;
    Fen nothing;
    drill_states(cell, nullptr, none, nothing, tell);
  }
  if (go_on) ledger_differences(cell, tell);
  if (!go_on || (gap.documents == cell.taken.documents - cell.posted.documents && gap.fen == cell.taken.fen - cell.posted.fen)) return;
  Difference d;
  d.kind = "unresolved";
  d.finance = cell.taken.fen;
  d.ledger = cell.posted.fen;
  d.version = cell.taken.documents;
  d.note = "收单与记账的差额有 " + std::to_string(cell.taken.documents - cell.posted.documents - gap.documents) + " 张 " +
           (cell.taken.fen - cell.posted.fen - gap.fen).grouped() + " 元找不到单据 (documents and ledger differ by what no document explains)";
  tell(d);
}

void Comparison::ledger_differences(const CompareCell& cell, const std::function<bool(Difference&)>& tell) const {
  const auto findings = ledger_.find({cell.book, cell.source, cell.type});
  if (findings == ledger_.end()) return;
  Fen net;
  for (const auto& f : findings->second) net += f.by;
  // A posted voucher and the one that takes it back within the period are no difference; anything else is shown whole.
  if (net == Fen() && std::all_of(findings->second.begin(), findings->second.end(), [](const auto& f) { return f.by != Fen(); })) return;
  for (const auto& f : findings->second) {
    Difference d = f.difference;
    if (!tell(d)) return;
  }
}

void Comparison::drill_documents(const CompareCell& cell, const std::function<bool(Difference&)>& tell) {
  std::unordered_set<std::uint64_t> seen;
  std::int64_t missing = 0;  // the business side has so many more
  Fen more;
  for (const auto& feed : feeds_) {
    if (feed.source != cell.source) continue;
    std::string cursor;
    for (;;) {
      const auto keys = business_keys(host_, call_, feed, filter_.period, cell, cursor);
      if (keys.empty()) break;
      cursor = keys.back().cursor;
      const auto stored = stored_of(host_, call_, cell.source, keys);
      for (const auto& k : keys) {
        seen.insert(mark_of(k.key, k.version));
        const Stored* here = nullptr;
        std::string others;
        const auto [first, last] = stored.equal_range(k.key);
        for (auto at = first; at != last; ++at)
          if (at->second.version == k.version) here = &at->second;
          else others += (others.empty() ? "" : ", ") + std::to_string(at->second.version) + " " + at->second.state;
        Difference d;
        d.key = clean(k.key, 80);
        d.business_version = k.version;
        d.business = k.fen;
        if (here) {
          d.version = here->version;
          d.state = here->state;
          d.finance = here->amount;
        }
        if (!here) {
          d.kind = "missing";
          d.note = others.empty() ? "业务方有, 没有收到; 请 exchange pull" : "没有收到这一版; 已收版本: " + others;
        } else if (here->book != cell.book || here->type != cell.type || here->day.value() < from() || here->day.value() > to()) {
          d.kind = "elsewhere";
          d.note = "收到时归入 " + here->type + ", 账套 " + (here->book.empty() ? "(无)" : here->book) + ", 日期 " + (here->day.valid() ? here->day.iso() : std::to_string(here->day.value()));
        } else if (here->state == state::kCancelled) {
          d.kind = "cancelled";
          d.note = here->reason;
        } else if (here->amount != k.fen) {
          d.kind = "amount";
          d.note = "业务方控制金额与单据内容的金额不同";
          more += k.fen - here->amount;
          if (!tell(d)) return;
          continue;
        } else {
          continue;
        }
        ++missing;
        more += k.fen;
        if (!tell(d)) return;
      }
    }
  }
  std::int64_t extra = 0;
  Fen extra_fen;
  drill_states(cell, &seen, extra, extra_fen, tell);
  if (cell.business.documents - cell.taken.documents == missing - extra && cell.business.fen - cell.taken.fen == more - extra_fen) return;
  Difference d;
  d.kind = "unresolved";
  d.business = cell.business.fen;
  d.finance = cell.taken.fen;
  d.business_version = cell.business.documents;
  d.version = cell.taken.documents;
  d.note = "逐张核对的结果合不成两边的差额, 对账途中数据在变; 请再执行一次 (the documents do not add up to the difference; run again)";
  tell(d);
}

// Finance's own documents of the cell: what the business side does not have (when `seen` is given), and what is not posted.
void Comparison::drill_states(const CompareCell& cell, const std::unordered_set<std::uint64_t>* seen, std::int64_t& extra, Fen& extra_fen, const std::function<bool(Difference&)>& tell) {
  const std::string where = std::string("where id > ? and book = ? and source = ? and doc_type = ? and doc_day between ? and ? and arrival = 0 and ") + compare_sql::kState +
                            (seen ? " <> 'cancelled'" : " in ('held', 'rejected', 'drafted')") + " order by id limit ?";
  for (std::int64_t after = 0;;) {
    std::vector<Stored> page;
    {
      Txn txn = host_.store.read(call_);
      page = select_documents(txn, where, {after, cell.book, cell.source, cell.type, from(), to(), std::int64_t{kPage}});
    }
    if (page.empty()) return;
    after = page.back().id;
    for (const auto& s : page) {
      Difference d;
      d.key = s.key;
      d.version = s.version;
      d.state = s.state == state::kDrafted && just_posted_.count(s.voucher) != 0 ? state::kPosted : s.state;
      d.finance = s.amount;
      if (seen && seen->count(mark_of(s.key, s.version)) == 0) {
        ++extra;
        extra_fen += s.amount;
        bool withdrawn = false, later = false;
        Txn txn = host_.store.read(call_);
        txn.query("select doc_key from x_exchange_withdrawal where source = ? and doc_key = ? and doc_version = ?", {s.source, s.key, s.version}, [&](const Row&) { return withdrawn = true; });
        txn.query("select doc_key from x_exchange_document where source = ? and doc_key = ? and doc_version > ?", {s.source, s.key, s.version}, [&](const Row&) { return later = true; });
        d.kind = withdrawn ? "withdrawn" : later ? "superseded" : "extra";
        d.note = withdrawn ? "业务方已撤回, 我方未能撤销" : later ? "业务方已换版, 我方未能更换" : "业务方没有这张单据";
        if (!s.reason.empty()) d.note += "; " + s.reason;
      } else if (s.state == state::kHeld || s.state == state::kRejected) {
        d.kind = s.state == state::kHeld ? "held" : "rejected";
        d.business = s.amount;
        d.note = s.reason;
      } else if (d.state == state::kDrafted) {
        d.kind = "unposted";
        d.business = s.amount;
        d.note = "凭证待审核、待付款或待记账";
      } else {
        continue;
      }
      if (!tell(d)) return;
    }
  }
}

}  // namespace mif::exchange
