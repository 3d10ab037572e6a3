// SPDX-License-Identifier: Apache-2.0
// Documents that share a voucher. A group takes documents until its voucher is made (`fold`); later ones of the same key open the
// next group. Taking a member out of a group whose voucher is still a draft makes the voucher anew. Groups belong to one feed,
// and whoever changes one holds the feed's cursor row.
#pragma once

#include <functional>
#include <limits>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "settings.h"
#include "tables.h"

namespace mif::exchange {

struct Group {
  std::int64_t id = 0, number = 1, revision = 1, documents = 0, voucher = 0;
  std::int64_t first_document = 0;  // its members have this id or a greater one
  std::int64_t first_delivery = 0, last_delivery = 0;
  // Its members came with these deliveries, or, when they had been held, without one.
  std::int64_t until_delivery() const { return voucher == 0 ? std::numeric_limits<std::int64_t>::max() : last_delivery; }
  std::string source, feed, key, book, unit, rule, state, reason, voucher_no;
  Fen fen;
  // "demo/institution-settlement/1/990000-310/20230612/H1#1": of its voucher, unique forever
  std::string source_key() const;
};

std::vector<Group> select_groups(Txn& txn, std::string_view where_and_order, const std::vector<Value>& params);

// The members of one group, those that were taken back since among them. `also` = " and ... order by ...".
std::vector<Stored> members_of(Txn& txn, const Group& group, std::string_view also);

// A gathered document while its row is read.
struct Member {
  std::int64_t id = 0, group = 0, version = 1;
  Day day;
  std::string cursor, key, type, payload;
};
// The members of some groups of one feed, each group's in the order of their ids. Along the documents when most of them are wanted, otherwise
// group by group. `groups` sorted by id; `payload`: whether it is wanted.
void each_member(Txn& txn, const std::vector<Group>& groups, bool payload, const std::function<void(const Member&)>& each);

// Open groups by their keys. [one thread]
class OpenGroups {
 public:
  // A document of this shape will want its group.
  void meet(const Shape& shape, const std::string& unit, std::int64_t document);
  // The group that takes documents of a shape that was met. Groups there are not are made, all that were met at once; `delivery`
  // is the one their first documents come with.
  std::int64_t of(Txn& txn, const SourceFeed& feed, const Shape& shape, std::int64_t delivery, std::int64_t now_ms);
  // Forgets what was known when others have changed the feed since; `changes` as move_cursor says.
  void as_of(std::int64_t changes);
  // After a transaction that was not committed.
  void forget();

 private:
  struct Wanted {
    const Shape* shape;
    std::int64_t* id;
    std::string unit;
    std::int64_t first_document;
    std::int64_t number = 0;  // of the last group with its key
  };
  void find(Txn& txn, const SourceFeed& feed, std::span<Wanted> some);
  void open(Txn& txn, const SourceFeed& feed, std::int64_t delivery, std::int64_t now_ms);
  std::unordered_map<const Shape*, std::int64_t*> by_shape_;
  std::unordered_map<std::string, std::int64_t> by_key_;  // 0 = not known yet
  std::vector<Wanted> wanted_;
  std::int64_t changes_ = 0;
};

// So that the group's voucher is made again without the members that left. Throws the ledger's no when the voucher is approved.
void reopen(Txn& txn, const LedgerPropose& ledger, std::int64_t group, const std::string& why, std::int64_t now_ms);

// Makes the vouchers of a feed's open groups, with their payables, some groups in a transaction. Returns how many. A group the ledger
// refuses is dissolved: its documents are held or rejected with the reason.
std::int64_t fold(const Host& host, Call call, const Settings& settings, const SourceFeed& feed, const std::function<void(std::int64_t)>& progress);

}  // namespace mif::exchange
