// SPDX-License-Identifier: Apache-2.0
// Many drafts to posted vouchers in one transaction: the same checks as one by one, but reads per book and day instead of
// per voucher, and rows by bulk load.
#include <set>
#include <unordered_map>
#include <utility>

#include "kernel/base/within.h"
#include "kernel/ledger/post.h"

namespace mif::ledger {
namespace {

struct PeriodKey {
  std::string book;
  int year, month;
  auto operator<=>(const PeriodKey&) const = default;
};

// Sources already known, by (plugin, key): asked for many at a time.
struct Existing {
  std::int64_t id = 0, reverses = 0;
  int state = 0;
  std::string content_hash;
};
using Sources = std::unordered_map<std::string, Existing>;
std::string source_of(std::string_view plugin, std::string_view key) { return std::string(plugin) + '\n' + std::string(key); }

constexpr std::size_t kFew = 4;  // below it, the bulk path costs more than it saves

// The queries that fill `known`, which must outlive them.
std::vector<store::Query> source_queries(const std::vector<Stored>& vouchers, Sources& known) {
  constexpr std::size_t kBlock = 100;
  static const auto asking = [](std::size_t keys) {
    std::string sql = "select source_key, id, reverses, state, content_hash, source_plugin from ledger_voucher where source_plugin = ? and source_key in (?";
    for (std::size_t i = 1; i < keys; ++i) sql += ", ?";
    return sql + ')';
  };
  static const std::string one = asking(1), block = asking(kBlock);
  std::map<std::string_view, std::vector<std::string_view>> keys;
  for (const auto& v : vouchers)
    if (!v.source_key.empty()) keys[v.source_plugin].push_back(v.source_key);
  std::vector<store::Query> queries;
  const auto ask = [&](std::string_view plugin, std::span<const std::string_view> some) {
    std::vector<store::Param> params{plugin};
    params.insert(params.end(), some.begin(), some.end());
    queries.push_back({some.size() == 1 ? one : block, std::move(params), [&known](const store::Row& row) {
                         known[source_of(row.text(5), row.text(0))] = {row.integer(1), row.integer(2), static_cast<int>(row.integer(3)), std::string(row.text(4))};
                       }});
  };
  for (const auto& [plugin, all] : keys) {
    std::span<const std::string_view> rest = all;
    for (; rest.size() >= kBlock; rest = rest.subspan(kBlock)) ask(plugin, rest.first(kBlock));
    for (; !rest.empty(); rest = rest.subspan(1)) ask(plugin, rest.first(1));
  }
  return queries;
}

}  // namespace

std::vector<std::int64_t> Ledger::import_posted(store::Txn& txn, const Who& who, std::span<const Draft> drafts, std::string_view reviewer, std::string_view cashier) {
  constexpr std::size_t kChunk = 2000;
  std::vector<std::int64_t> ids;
  ids.reserve(drafts.size());
  for (std::size_t at = 0; at < drafts.size(); at += kChunk) import_chunk(txn, who, drafts.subspan(at, std::min(kChunk, drafts.size() - at)), reviewer, cashier, ids);
  return ids;
}

void Ledger::import_chunk(store::Txn& txn, const Who& who, std::span<const Draft> drafts, std::string_view reviewer, std::string_view cashier, std::vector<std::int64_t>& ids) {
  // 1. Everything that can be refused, before anything is written.
  std::vector<Stored> all;
  all.reserve(drafts.size());
  std::map<PeriodKey, Context> contexts;
  std::map<std::pair<std::string, std::int32_t>, std::shared_ptr<const chart::Chart>> charts;
  if (reviewer.empty()) throw Error(MIF_E_INVALID, "voucher.no-reviewer", "没有审核人 (no reviewer)");
  for (const auto& draft : drafts) all.push_back(canonical_of(draft, who, log_.alg()));
  Sources known;
  std::vector<store::Query> sources = source_queries(all, known);
  const bool few = all.size() <= kFew;
  for (Stored& v : all) {
    auto [context, added] = contexts.try_emplace({v.book, v.period.year, v.period.month});
    if (added) context->second = context_of(txn, v.book, v.period, Lock::share, few ? std::exchange(sources, {}) : std::vector<store::Query>());
    v.book_id = context->second.book.id;
  }
  txn.query_together(sources);
  std::map<std::string, std::int64_t> files;                 // of the vouchers before, by digest
  std::set<std::pair<std::int64_t, int>> parts;              // the same, by lead and part
  std::vector<std::size_t> fresh;
  std::vector<std::int64_t> given(all.size(), 0);
  for (std::size_t i = 0; i < all.size(); ++i) {
    Stored& v = all[i];
    if (!v.source_key.empty()) {
      const auto found = known.find(source_of(v.source_plugin, v.source_key));
      if (found != known.end()) {
        const Existing& e = found->second;
        if (e.content_hash != v.content_hash || e.reverses != v.reverses)
          throw Error(MIF_E_CONFLICT, "voucher.source-reused", "来源单据 " + v.source_plugin + " \"" + v.source_key + "\" 已制成凭证 " + std::to_string(e.id) + ",而这次内容不同 (same source key, other content)");
        if (e.state != static_cast<int>(State::posted))
          throw Error(MIF_E_CONFLICT, "import.source-in-flow", "来源单据 " + v.source_plugin + " \"" + v.source_key + "\" 的凭证 " + std::to_string(e.id) + " 还在审批中,不能批量导入 (its voucher is still in its flow)");
        given[i] = e.id;
        continue;
      }
    }
    const Context& context = contexts.at({v.book, v.period.year, v.period.month});
    auto& chart = charts[{v.book, v.day.value()}];
    if (!chart) chart = charts_.load(txn, context.book.chart, context.book.unit, v.day, context.chart_version);
    try {
      check_draft(v, context, *chart);
      if (v.part > 1) {
        check_parts(txn, v);
        if (!parts.insert({v.lead, v.part}).second)
          throw Error(MIF_E_CONFLICT, "voucher.part-taken", "分数编号 " + std::to_string(v.part) + "/" + std::to_string(v.parts) + " 在同一批里出现两次, 请删去重复的一张 (this part is there twice)");
        v.number = number_of_lead(txn, v);
      }
      if (!v.files.empty()) check_files(txn, v);
      for (const auto& file : v.files)
        if (const auto used = files.find(file.digest); used != files.end() && used->second != v.reverses)
          throw Error(MIF_E_CONFLICT, "attachment.used", "电子凭证 " + file.name + " 已作为同一批另一凭证的附件, 不能重复入账 (this electronic document is attached to another voucher of the import)");
      require_unlocked(txn, context.book, v.period, context.locks, area_of(v), v.maker);
      if (v.maker == reviewer) throw Error(MIF_E_DENIED, "voucher.self-review", "制单人 " + v.maker + " 不能审核自己的凭证 (the maker cannot review)");
      if (!cashier.empty() && (cashier == v.maker || cashier == reviewer))
        throw Error(MIF_E_DENIED, "voucher.cashier-same", "出纳签字人不能是制单人或审核人, 请改正文件 (the cashier is neither maker nor reviewer): " + std::string(cashier));
    } catch (const Error& error) {
      throw within("第 " + std::to_string(i + 1) + " 张凭证 (" + v.source_key + ")", error);
    }
    v.id = given[i] = txn.next_id("voucher");
    if (!v.source_key.empty()) known[source_of(v.source_plugin, v.source_key)] = {v.id, v.reverses, static_cast<int>(State::posted), v.content_hash};
    for (const auto& file : v.files) files.try_emplace(file.digest, v.id);
    fresh.push_back(i);
  }
  // 2. Numbers in order, balances summed.
  std::map<PeriodKey, Movements> movements;
  std::map<std::pair<PeriodKey, std::string>, int> counts;
  for (const std::size_t i : fresh) {
    const PeriodKey key{all[i].book, all[i].period.year, all[i].period.month};
    if (all[i].part <= 1) ++counts[{key, all[i].word}];
    add_lines(movements[key], all[i]);
  }
  for (const auto& [key, moved] : movements) check_holds(txn, contexts.at(key), moved);
  audit::Place place;
  if (fresh.size() == 1) place.chain = contexts.at({all[fresh[0]].book, all[fresh[0]].period.year, all[fresh[0]].period.month}).book.unit;
  for (auto& [key, count] : counts)  // from a count to the first number given
    count = next_number(txn, contexts.at(key.first).book.id, {key.first.year, key.first.month}, key.second, count, fresh.size() == 1 ? &place : nullptr);
  const std::int64_t now = clock_.now_unix_ms();
  for (const std::size_t i : fresh) {
    Stored& v = all[i];
    if (v.part <= 1) v.number = counts[{{v.book, v.period.year, v.period.month}, v.word}]++;
    v.state = State::posted;
    v.reviewer = reviewer;
    v.cashier = cashier;
    v.poster = who.actor;
    v.created_ms = v.posted_ms = now;
  }
  // 3. Lines and attachments first: none may be added to a posted voucher.
  for (const std::size_t i : fresh) insert_files(txn, all[i]);
  if (fresh.size() <= kFew) {
    for (const std::size_t i : fresh) {
      insert_lines(txn, all[i]);
      insert_head(txn, all[i]);
    }
  } else {
    std::vector<store::Param> heads, lines;
    heads.reserve(fresh.size() * kVoucherWidth);
    lines.reserve(fresh.size() * 4 * kLineNames.size());
    for (const std::size_t i : fresh) {
      append_values(heads, all[i]);
      for (std::size_t line = 0; line < all[i].lines.size(); ++line) append_values(lines, all[i], static_cast<int>(line));
    }
    txn.bulk_insert("ledger_line", kLineNames, lines);
    txn.bulk_insert("ledger_voucher", kVoucherNames, heads);
  }
  for (const auto& [key, moved] : movements) {
    const Book& book = contexts.at(key).book;
    upsert_balances(txn, book.id, {key.year, key.month}, moved);
    if (key.month == 13 && carried(txn, book, key.year + 1)) carry_forward(txn, book, key.year);
  }
  std::vector<audit::Event> events;
  events.reserve(fresh.size());
  for (const std::size_t i : fresh) {
    const Stored& v = all[i];
    events.push_back({contexts.at({v.book, v.period.year, v.period.month}).book.unit, "voucher.import", object_of(v), voucher_digest(log_.alg(), v), body_of(v, true)});
  }
  if (fresh.size() <= kFew)
    for (const auto& event : events) log_.append(txn, who, event, place);
  else
    log_.append_all(txn, who, events);
  ids.insert(ids.end(), given.begin(), given.end());
}

}  // namespace mif::ledger
