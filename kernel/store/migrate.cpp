// SPDX-License-Identifier: Apache-2.0
#include "kernel/store/database.h"
#include "kernel/store/sql_text.h"
#include "kernel/store/txn_impl.h"

namespace mif::store {
namespace {

constexpr std::string_view kVersions =
    "create table schema_version (room varchar(60) not null, version bigint not null, name varchar(200) not null, primary key (room, version))";

void ensure_own_tables(Database& database) {
  for (int attempt = 0;; ++attempt) try {
      Txn txn = database.begin(Mode::write);
      Session& session = Inside::session(txn);
      if (!session.has_table("schema_version")) session.run(kVersions);
      ensure_id_table(session);
      txn.commit();
      return;
    } catch (const Error&) {
      if (attempt == 3) throw;  // another process made the tables at the same moment: look again
    }
}

// True while there may be more to do. One transaction per step, so that a database without transactional DDL stops between steps.
bool one_step(Database& database, std::string_view room, std::span<const Migration> migrations) {
  Txn txn = database.begin(Mode::write);
  Session& session = Inside::session(txn);
  if (txn.dialect() == Dialect::postgresql) session.run("lock table schema_version in exclusive mode");
  const std::int64_t at = txn.integer("select cast(max(version) as bigint) from schema_version where room = ?", {room}).value_or(0);
  if (!migrations.empty() && at > migrations.back().version)
    throw Error(MIF_E_CONFLICT, "store.newer-schema", "数据库结构比程序新,请用新版程序 (the schema of \"" + std::string(room) + "\" is at version " + std::to_string(at) +
                                    ", this program knows " + std::to_string(migrations.back().version) + ")");
  for (const Migration& step : migrations) {
    if (step.version <= at) continue;
    try {
      for (const std::string& statement : statements_for(txn.dialect(), step.sql)) session.run(statement);
    } catch (const Error& error) {
      throw Error(error.code(), "数据库升级失败 (migration " + std::string(room) + " " + std::to_string(step.version) + " " + std::string(step.name) + "): " + error.what());
    }
    txn.execute("insert into schema_version (room, version, name) values (?, ?, ?)", {room, step.version, step.name});
    txn.commit();
    return true;
  }
  return false;
}

}  // namespace

void ensure_id_table(Session& session) {
  if (!session.has_table("id_block")) session.run("create table id_block (sequence_name varchar(60) not null primary key, next_value bigint not null)");
}

void migrate(Database& database, std::string_view room, std::span<const Migration> migrations) {
  for (std::size_t i = 1; i < migrations.size(); ++i)
    if (migrations[i].version <= migrations[i - 1].version) throw Error(MIF_E_INTERNAL, "migrations out of order in " + std::string(room));
  ensure_own_tables(database);
  while (one_step(database, room, migrations)) {
  }
}

}  // namespace mif::store
