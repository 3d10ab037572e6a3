// SPDX-License-Identifier: Apache-2.0
#include "groups.h"

namespace mif::exchange {

std::string Group::source_key() const { return source + "/" + key + "#" + std::to_string(number) + (revision > 1 ? "." + std::to_string(revision) : std::string()); }

std::vector<Group> select_groups(Txn& txn, std::string_view where_and_order, const std::vector<Value>& params) {
  std::vector<Group> all;
  txn.query("select group_id, group_source, group_feed, gather_key, number_of_key, revision, group_book, group_unit, group_rule, group_state, group_reason, group_documents, group_fen,"
            " group_voucher, group_voucher_no from x_exchange_group " + std::string(where_and_order),
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
              all.push_back(std::move(g));
              return true;
            });
  return all;
}

std::int64_t OpenGroups::of(Txn& txn, const SourceFeed& feed, const Shape& shape, const std::string& unit, std::int64_t now_ms) {
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
                  " group_documents, group_fen, group_voucher, group_voucher_no, opened_ms, moved_ms) values (?, ?, ?, ?, ?, 1, ?, ?, ?, 'drafted', '', 0, 0, 0, '', ?, ?)",
                  {id, feed.source, feed.feed, shape.gather_key, number + 1, shape.head.book, unit, shape.rule->name, now_ms, now_ms});
    }
  }
  by_shape_.emplace(&shape, id);
  return id;
}

void OpenGroups::as_of(std::int64_t folds) {
  if (folds == folds_) return;
  forget();
  folds_ = folds;
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
