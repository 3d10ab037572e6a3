// SPDX-License-Identifier: Apache-2.0
#include "groups.h"

#include <algorithm>
#include <unordered_set>

namespace mif::exchange {

std::string Group::source_key() const { return source + "/" + key + "#" + std::to_string(number) + (revision > 1 ? "." + std::to_string(revision) : std::string()); }

std::vector<Group> select_groups(Txn& txn, std::string_view where_and_order, const std::vector<Value>& params) {
  std::vector<Group> all;
  txn.query("select group_id, group_source, group_feed, gather_key, number_of_key, revision, group_book, group_unit, group_rule, group_state, group_reason, group_documents, group_fen,"
            " group_voucher, group_voucher_no, first_document, first_delivery, last_delivery from x_exchange_group " + std::string(where_and_order),
            params, [&](const Row& r) {
              Group g;
              g.id = r.integer(0);
              g.source = r.text(1);
              g.feed = r.text(2);
              g.key = r.text(3);
              g.number = r.integer(4);
              g.revision = r.integer(5);
              g.book = r.text(6);
              g.unit = r.text(7);
              g.rule = r.text(8);
              g.state = r.text(9);
              g.reason = r.text(10);
              g.documents = r.integer(11);
              g.fen = r.fen(12);
              g.voucher = r.integer(13);
              g.voucher_no = r.text(14);
              g.first_document = r.integer(15);
              g.first_delivery = r.integer(16);
              g.last_delivery = r.integer(17);
              all.push_back(std::move(g));
              return true;
            });
  return all;
}

namespace {

constexpr const char *kMember = "select id, gathered_in, doc_version, doc_day, cursor_text, doc_key, doc_type, state", *kPayload = ", payload", *kFrom = " from x_exchange_document ";
constexpr const char* kOfGroup = "where gathered_in = ? and delivery_id in (select 0 union all select v.id from x_exchange_delivery v where v.id >= ? and v.id <= ?)";
constexpr std::size_t kFewGroups = 8;    // are asked for one by one in any case
constexpr std::int64_t kAlongIsFaster = 4;  // times: documents in a row against documents here and there

void read_member(const Row& r, bool payload, Member& m) {
  m.id = r.integer(0);
  m.group = r.integer(1);
  m.version = r.integer(2);
  m.day = r.day(3);
  m.cursor = r.view(4);
  m.key = r.view(5);
  m.type = r.view(6);
  if (payload) m.payload = r.view(8);
}

}  // namespace

std::vector<Stored> members_of(Txn& txn, const Group& g, std::string_view also) {
  return select_documents(txn, std::string(kOfGroup) + std::string(also), {g.id, g.first_delivery, g.until_delivery()});
}

void each_member(Txn& txn, const std::vector<Group>& groups, bool payload, const std::function<void(const Member&)>& each) {
  if (groups.empty()) return;
  const std::string select = std::string(kMember) + (payload ? kPayload : "") + kFrom;
  std::int64_t last = 0;
  txn.query("select cast(coalesce(max(id), 0) as bigint) from x_exchange_document", {}, [&](const Row& r) {
    last = r.integer(0);
    return false;
  });
  std::vector<const Group*> by_age;
  for (const auto& g : groups) by_age.push_back(&g);
  std::stable_sort(by_age.begin(), by_age.end(), [](const Group* a, const Group* b) { return a->first_document < b->first_document; });
  const std::int64_t n = static_cast<std::int64_t>(by_age.size());
  std::int64_t wanted = 0;  // about as many members the groups have, by those since the middle one began
  if (by_age.size() > kFewGroups)
    txn.query("select cast(count(*) as bigint) from x_exchange_document where delivery_id >= ? and gathered_in >= ? and gathered_in <= ?",
              {by_age[by_age.size() / 2]->first_delivery, groups.front().id, groups.back().id}, [&](const Row& r) {
                wanted = r.integer(0);
                return false;
              });
  Member m;
  // The old ones, for which too much lies in between, one by one.
  std::size_t at = 0;
  for (; at < by_age.size() && last - by_age[at]->first_document + 1 > kAlongIsFaster * wanted * (n - static_cast<std::int64_t>(at)) / n; ++at) {
    const Group& g = *by_age[at];
    txn.query(select + kOfGroup + " and state = 'gathered' order by id", {g.id, g.first_delivery, g.until_delivery()}, [&](const Row& r) {
      read_member(r, payload, m);
      each(m);
      return true;
    });
  }
  if (at == by_age.size()) return;
  std::unordered_set<std::int64_t> ids;
  for (std::size_t i = at; i < by_age.size(); ++i) ids.insert(by_age[i]->id);
  txn.query(select + "where id >= ? and id <= ? order by id", {by_age[at]->first_document, last}, [&](const Row& r) {
    if (ids.count(r.integer(1)) == 0 || r.view(7) != state::kGathered) return true;
    read_member(r, payload, m);
    each(m);
    return true;
  });
}

void OpenGroups::meet(const Shape& shape, const std::string& unit, std::int64_t document) {
  const auto [met, first] = by_shape_.try_emplace(&shape, nullptr);
  if (!first) return;
  const auto [known, unknown] = by_key_.try_emplace(shape.gather_key, 0);
  met->second = &known->second;
  if (unknown) wanted_.push_back({&shape, &known->second, unit, document});
}

std::int64_t OpenGroups::of(Txn& txn, const SourceFeed& feed, const Shape& shape, std::int64_t delivery, std::int64_t now_ms) {
  if (!wanted_.empty()) open(txn, feed, delivery, now_ms);
  return *by_shape_.at(&shape);
}

void OpenGroups::open(Txn& txn, const SourceFeed& feed, std::int64_t delivery, std::int64_t now_ms) {
  const std::span<Wanted> all(wanted_);
  for (std::size_t at = 0; at < all.size(); at += kKeysAtOnce) find(txn, feed, all.subspan(at, std::min(kKeysAtOnce, all.size() - at)));
  const auto missing = std::count_if(all.begin(), all.end(), [](const Wanted& w) { return *w.id == 0; });
  if (missing != 0) {
    std::int64_t id = take_ids(txn, "group", missing);
    RowBatch rows("group_id, group_source, group_feed, gather_key, number_of_key, revision, group_book, group_unit, group_rule, group_state, group_reason, first_document, group_documents, group_fen,"
                  " group_voucher, group_voucher_no, opened_ms, moved_ms, first_delivery");
    const std::int64_t none = 0, first_revision = 1;
    for (const Wanted& w : wanted_) {
      if (*w.id != 0) continue;
      *w.id = id;
      rows.add(id++).add(feed.source).add(feed.feed).add(w.shape->gather_key).add(w.number + 1).add(first_revision).add(w.shape->head.book).add(w.unit).add(w.shape->rule);
      rows.add("drafted").add("").add(w.first_document).add(none).add(none).add(none).add("").add(now_ms).add(now_ms).add(delivery);
    }
    txn.insert("x_exchange_group", rows);
  }
  wanted_.clear();
}

// Those that are open, and of the others the last number of their keys.
void OpenGroups::find(Txn& txn, const SourceFeed& feed, std::span<Wanted> some) {
  std::string sql = "select gather_key, number_of_key, group_id, case when group_state = 'drafted' and group_voucher = 0 and group_feed = ? then 1 else 0 end from x_exchange_group"
                    " where group_source = ? and gather_key in (?";
  for (std::size_t i = 1; i < kKeysAtOnce; ++i) sql += ", ?";
  sql += ")";
  std::vector<Value> params = {feed.feed, feed.source};
  for (std::size_t i = 0; i < kKeysAtOnce; ++i) params.emplace_back(some[std::min(i, some.size() - 1)].shape->gather_key);  // the last again: one statement for all
  std::unordered_map<std::string_view, Wanted*> of_key;
  for (Wanted& w : some) of_key.emplace(w.shape->gather_key, &w);
  txn.query(sql, params, [&](const Row& r) {
    Wanted& w = *of_key.at(r.view(0));
    if (r.integer(1) <= w.number) return true;
    w.number = r.integer(1);
    *w.id = r.integer(3) ? r.integer(2) : 0;
    return true;
  });
}

void OpenGroups::as_of(std::int64_t changes) {
  if (changes != changes_ + 1) forget();
  changes_ = changes;
}

void OpenGroups::forget() {
  wanted_.clear();
  by_shape_.clear();
  by_key_.clear();
}

void reopen(Txn& txn, const LedgerPropose& ledger, std::int64_t group, const std::string& why, std::int64_t now_ms) {
  for (const auto& g : select_groups(txn, "where group_id = ?", {group})) {
    if (g.voucher == 0) return;  // it takes documents still
    ledger.withdraw(txn, g.voucher, why);
    cancel_payables_of_voucher(txn, g.voucher);
    txn.execute("update x_exchange_group set group_voucher = 0, revision = revision + 1, moved_ms = ? where group_id = ?", {now_ms, group});
  }
}

}  // namespace mif::exchange
