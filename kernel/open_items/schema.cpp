// SPDX-License-Identifier: Apache-2.0
#include "kernel/audit/row_digest.h"
#include "kernel/open_items/internal.h"

namespace mif::open_items {
namespace {

constexpr store::Migration kMigrations[] = {{1, "matches of open items", R"sql(
create table open_match (
  id bigint not null primary key, book bigint not null, account varchar(20) not null, party varchar(400) not null, day bigint not null,
  method varchar(16) not null, rule varchar(40) not null, rule_version bigint not null, made_by varchar(80) not null, made_ms bigint not null,
  undone_by varchar(80) not null, undone_ms bigint not null, undo_reason varchar(400) not null);
create index open_match_book on open_match (book, undone_ms);
create table open_part (
  book bigint not null, match_id bigint not null, part bigint not null, item varchar(460) not null, fen bigint not null, primary key (book, match_id, part));
create index open_part_item on open_part (book, item);
create table open_account (book bigint not null, account varchar(20) not null, primary key (book, account));
--@sqlite
create trigger open_match_no_delete before delete on open_match begin select raise(abort, 'matches never vanish'); end;
create trigger open_match_no_return before update on open_match when old.undone_ms <> 0 begin select raise(abort, 'an undone match never changes'); end;
create trigger open_part_no_update before update on open_part begin select raise(abort, 'parts of a match never change'); end;
create trigger open_part_no_delete before delete on open_part begin select raise(abort, 'parts of a match never vanish'); end;
--@postgresql
create function open_items_refuse() returns trigger language plpgsql as $$ begin raise exception 'this row never changes or vanishes (%)', tg_name; end $$;
create trigger open_match_no_delete before delete on open_match for each row execute function open_items_refuse();
create trigger open_match_no_return before update on open_match for each row when (old.undone_ms <> 0) execute function open_items_refuse();
create trigger open_part_no_change before update or delete on open_part for each row execute function open_items_refuse();
--@all
)sql"}};

}  // namespace

std::string object_of(std::int64_t match) { return "match:" + std::to_string(match); }

std::string digest_of(HashAlg alg, std::int64_t book, const Match& m) {
  Canonical canonical;
  audit::add_values(canonical, {m.id, book, m.account, m.party, m.day, m.method, m.rule, m.rule_version, m.made_by, m.made_ms, m.undone_by, m.undone_ms, m.undo_reason});
  int number = 0;
  for (const auto& part : m.parts) audit::add_values(canonical, {book, m.id, ++number, part.item, part.fen});
  return audit::digest_hex(alg, canonical);
}

std::span<const store::Migration> migrations() { return kMigrations; }

std::vector<audit::DigestSource> digest_sources(HashAlg alg) {
  return {{"match",
           [alg](store::Txn& txn, const audit::Emit& emit) {
             // A match and its parts side by side: both by match, the parts counted once each.
             struct Open {
               std::int64_t id = 0;
               Canonical canonical;
             };
             std::vector<Open> all;
             txn.query("select id, book, account, party, day, method, rule, rule_version, made_by, made_ms, undone_by, undone_ms, undo_reason from open_match order by id", {}, [&](const store::Row& row) {
               Open& one = all.emplace_back();
               one.id = row.integer(0);
               audit::add_row(one.canonical, row);
             });
             std::size_t at = 0;
             txn.query("select book, match_id, part, item, fen from open_part order by match_id, part", {}, [&](const store::Row& row) {
               while (at < all.size() && all[at].id < row.integer(1)) ++at;
               if (at == all.size() || all[at].id != row.integer(1)) emit(object_of(row.integer(1)), std::string(64, '0'));  // parts of no match
               else audit::add_row(all[at].canonical, row);
             });
             for (const auto& one : all) emit(object_of(one.id), audit::digest_hex(alg, one.canonical));
           }},
          {"open-account", [alg](store::Txn& txn, const audit::Emit& emit) {
             txn.query("select b.code, a.account from open_account a join ledger_book b on b.id = a.book", {}, [&](const store::Row& row) {
               Canonical canonical;
               audit::add_row(canonical, row);
               emit("open-account:" + std::string(row.text(0)) + '/' + std::string(row.text(1)), audit::digest_hex(alg, canonical));
             });
           }}};
}

}  // namespace mif::open_items
