// SPDX-License-Identifier: Apache-2.0
// Changes of instances and decisions behind the system's back, and broken separation of duties, are found.
#include <algorithm>

#include "tests/workflow/fixture.h"

namespace mif::workflow {
namespace {

class WorkflowTampering : public testing::WorkflowFixture {
 protected:
  WorkflowTampering() {
    done = start("payment");
    decide(done, reviewer, "review");
    decide(done, payer, "pay");
    settle(done);
    open = start("payment");
    decide(open, reviewer, "review");
    attack = std::make_unique<store::Txn>(database->begin(store::Mode::write));
    for (const char* trigger : {"workflow_decision_no_update", "workflow_decision_no_delete", "workflow_instance_no_delete", "workflow_instance_ended"})
      attack->execute(std::string("drop trigger ") + trigger);
  }
  std::vector<std::string> columns(const std::string& table) {
    std::vector<std::string> names;
    attack->query("select name from pragma_table_info('" + table + "')", {}, [&](const store::Row& row) { names.emplace_back(row.text(0)); });
    return names;
  }
  std::vector<std::string> found() {
    const auto sources = digest_sources(log.alg());
    std::vector<std::string> objects;
    for (const auto& finding : audit::verify(*attack, log.alg(), sources, nullptr).findings) objects.push_back(finding.object);
    return objects;
  }
  bool names(std::int64_t id) {
    const auto objects = found();
    return std::find(objects.begin(), objects.end(), "workflow:" + std::to_string(id)) != objects.end();
  }
  void undoing(const std::string& table, const std::string& sql, const std::function<void()>& look) {
    attack->execute("create table spare as select * from " + table);
    attack->execute(sql);
    look();
    attack->execute("delete from " + table);
    attack->execute("insert into " + table + " select * from spare");
    attack->execute("drop table spare");
  }
  std::int64_t done = 0, open = 0;
  std::unique_ptr<store::Txn> attack;
};

TEST_F(WorkflowTampering, of_any_column_names_the_instance) {
  EXPECT_TRUE(found().empty());
  for (const auto& [table, key] : {std::pair<std::string, std::string>{"workflow_instance", "id"}, {"workflow_decision", "instance"}})
    for (const auto& column : columns(table))
      for (const auto id : {done, open})
        for (const char* value : {"'zz'", "999999", "''", "x'01'"}) {
          if (table == "workflow_decision" && column == "seq" && id == done) continue;  // three rows would get one number
          if (column == "node" && table == "workflow_instance" && id == done && value == std::string_view("''")) continue;  // as it is
          undoing(table, "update " + table + " set " + column + " = " + value + " where " + key + " = " + std::to_string(id),
                  [&] { EXPECT_TRUE(names(id)) << table << "." << column << " = " << value << " of " << id; });
        }
  EXPECT_TRUE(found().empty());
}

TEST_F(WorkflowTampering, of_whole_rows_names_the_instance) {
  const std::string id = std::to_string(done);
  undoing("workflow_decision", "delete from workflow_decision where instance = " + id + " and seq = 2", [&] { EXPECT_TRUE(names(done)); });
  undoing("workflow_decision", "insert into workflow_decision select instance, 9, node, 'x', approve, digest, comment, at_ms from workflow_decision where instance = " + id + " and seq = 1",
          [&] { EXPECT_TRUE(names(done)); });
  undoing("workflow_decision", "insert into workflow_decision select 777777, seq, node, actor, approve, digest, comment, at_ms from workflow_decision where instance = " + id,
          [&] { EXPECT_TRUE(names(777777)) << "decisions without an instance"; });
  undoing("workflow_instance", "delete from workflow_instance where id = " + id, [&] { EXPECT_TRUE(names(done)); });
  undoing("workflow_instance", "insert into workflow_instance select 888888, flow, version, unit, subject_kind, subject, digest, amount_fen, maker, state, node, last_actor, started_ms, ended_ms from workflow_instance where id = " + id,
          [&] { EXPECT_TRUE(names(888888)); });
}

TEST_F(WorkflowTampering, that_breaks_separation_of_duties_breaks_promise_eight) {
  const auto p8 = [&] {
    std::vector<std::string> objects;
    for (const auto& finding : verify(*attack)) {
      EXPECT_EQ(finding.promise, "P8");
      objects.push_back(finding.object);
    }
    return objects;
  };
  EXPECT_TRUE(p8().empty());
  const std::string id = std::to_string(done);
  const std::vector<std::string> named = {"workflow:" + id};
  undoing("workflow_instance", "update workflow_instance set maker = 'reviewer1' where id = " + id, [&] { EXPECT_EQ(p8(), named); });
  undoing("workflow_decision", "update workflow_decision set actor = 'reviewer1' where seq = 2 and instance = " + id, [&] { EXPECT_EQ(p8(), named); });
  undoing("workflow_decision", "delete from workflow_decision where instance = " + id, [&] { EXPECT_EQ(p8(), named); });
}

TEST_F(WorkflowTampering, is_refused_by_the_tables_themselves) {
  attack.reset();
  for (const std::string sql : {"update workflow_decision set actor = 'x'", "delete from workflow_decision", "delete from workflow_instance"})
    EXPECT_THROW(database->write([&](store::Txn& txn) { txn.execute(sql); }), Error) << sql;
  EXPECT_THROW(database->write([&](store::Txn& txn) { txn.execute("update workflow_instance set state = 1 where id = ?", {done}); }), Error) << "an ended instance stays ended";
}

}  // namespace
}  // namespace mif::workflow
