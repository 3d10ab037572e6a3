// SPDX-License-Identifier: Apache-2.0
#include "groups.h"

#include <algorithm>
#include <unordered_set>

namespace mif::exchange {

std::string Group::source_key() const { return source + "/" + key + "#" + std::to_string(number) + (revision > 1 ? "." + std::to_string(revision) : std::string()); }

std::vector<Group> select_groups(Txn& txn, std::string_view where_and_order, const std::vector<Value>& params) {
  std::vector<Group> all;
  txn.query("select group_id, group_source, group_feed, gather_key, number_of_key, revision, group_book, group_unit, group_rule, group_state, group_reason, group_documents, group_fen,"
            " group_voucher, group_voucher_no, first_document from x_exchange_group " + std::string(where_and_order),
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
              all.push_back(std::move(g));
              return true;
            });
  return all;
}

namespace {

constexpr const char *kMember = "select id, gathered_in, doc_version, doc_day, cursor_text, doc_key, doc_type, state", *kPayload = ", payload", *kFrom = " from x_exchange_document ";

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

void each_member(Txn& txn, const std::vector<Group>& groups, bool payload, const std::function<void(const Member&)>& each) {
  if (groups.empty()) return;
  const std::string select = std::string(kMember) + (payload ? kPayload : "") + kFrom;
  std::int64_t first = groups.front().first_document, last = 0, wanted = 0;
  for (const auto& g : groups) first = std::min(first, g.first_document);
  txn.query("select cast(coalesce(max(id), 0) as bigint) from x_exchange_document", {}, [&](const Row& r) {
    last = r.integer(0);
    return false;
  });
  txn.query("select cast(count(*) as bigint) from x_exchange_document where gathered_in >= ? and gathered_in <= ?", {groups.front().id, groups.back().id}, [&](const Row& r) {
    wanted = r.integer(0);
    return false;
  });
  Member m;
  if (last - first + 1 > 4 * wanted) {
    for (const auto& g : groups)
      txn.query(select + "where gathered_in = ? and state = 'gathered' order by id", {g.id}, [&](const Row& r) {
        read_member(r, payload, m);
        each(m);
        return true;
      });
    return;
  }
  std::unordered_set<std::int64_t> ids;
  for (const auto& g : groups) ids.insert(g.id);
  txn.query(select + "where id >= ? and id <= ? order by id", {first, last}, [&](const Row& r) {
    if (ids.count(r.integer(1)) == 0 || r.view(7) != state::kGathered) return true;
    read_member(r, payload, m);
    each(m);
    return true;
  });
}

std::int64_t OpenGroups::of(Txn& txn, const SourceFeed& feed, const Shape& shape, const std::string& unit, std::int64_t document, std::int64_t now_ms) {
  const auto met = by_shape_.find(&shape);
  if (met != by_shape_.end()) return met->second;
  std::int64_t& id = by_key_[shape.gather_key];
  if (id == 0) {
    std::int64_t number = 0;
    txn.query("select number_of_key, group_id, case when group_state = 'drafted' and group_voucher = 0 and group_feed = ? then 1 else 0 end from x_exchange_group"
              " where group_source = ? and gather_key = ? order by number_of_key desc limit 1",
              {feed.feed, feed.source, shape.gather_key}, [&](const Row& r) {
                number = r.integer(0);
                if (r.integer(2)) id = r.integer(1);
                return false;
              });
    if (id == 0) {
      id = take_ids(txn, "group");
      txn.execute("insert into x_exchange_group (group_id, group_source, group_feed, gather_key, number_of_key, revision, group_book, group_unit, group_rule, group_state, group_reason,"
                  " first_document, group_documents, group_fen, group_voucher, group_voucher_no, opened_ms, moved_ms) values (?, ?, ?, ?, ?, 1, ?, ?, ?, 'drafted', '', ?, 0, 0, 0, '', ?, ?)",
                  {id, feed.source, feed.feed, shape.gather_key, number + 1, shape.head.book, unit, shape.rule, document, now_ms, now_ms});
    }
  }
  by_shape_.emplace(&shape, id);
  return id;
}

void OpenGroups::as_of(std::int64_t changes) {
  if (changes != changes_ + 1) forget();
  changes_ = changes;
}

void OpenGroups::forget() {
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
