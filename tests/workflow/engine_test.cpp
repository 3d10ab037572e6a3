// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <limits>
#include <thread>

#include "tests/workflow/fixture.h"

namespace mif::workflow {
namespace {

using testing::person;

class Workflow : public testing::WorkflowFixture {};

TEST_F(Workflow, a_subject_takes_the_flow_it_names_or_the_default_and_what_stands_in_for_it) {
  auto flows = testing::test_flows();
  flows[0].default_for = "voucher";
  flows[0].instead.push_back({"payment", "web mifctl", AccountPattern("1001:1005")});
  const Engine routed(log, clock, flows);
  const std::string_view money[] = {"4001", "100401"}, plain[] = {"4001", "1006"};
  EXPECT_EQ(routed.flow_for("voucher", "", "web", money), "payment");
  EXPECT_EQ(routed.flow_for("voucher", "receipt", "mifctl", money), "payment") << "naming the flow does not get around it";
  EXPECT_EQ(routed.flow_for("voucher", "", "web", plain), "receipt");
  EXPECT_EQ(routed.flow_for("voucher", "", "exchange", money), "receipt");
  EXPECT_EQ(routed.flow_for("voucher", "payment", "exchange", plain), "payment");
  EXPECT_EQ(testing::status_of([&] { routed.flow_for("refund", "", "web", money); }), MIF_E_NOT_FOUND) << "no default for the kind";
  flows[0].instead[0].flow = "absent";
  EXPECT_EQ(testing::status_of([&] { Engine(log, clock, flows); }), MIF_E_INVALID);
  flows[0].instead.clear();
  flows[1].default_for = "voucher";
  EXPECT_EQ(testing::status_of([&] { Engine(log, clock, flows); }), MIF_E_INVALID) << "two defaults";
}

TEST_F(Workflow, passes_from_node_to_node_until_approved) {
  const auto id = start("payment");
  EXPECT_EQ(at(id).node, "review");
  EXPECT_EQ(at(id).maker, "maker1");
  EXPECT_EQ(decide(id, reviewer, "review"), MIF_OK);
  EXPECT_EQ(at(id).node, "pay");
  EXPECT_EQ(at(id).last_actor, "reviewer1");
  EXPECT_EQ(decide(id, payer, "pay"), MIF_OK);
  EXPECT_EQ(settle(id), MIF_OK);
  const Instance done = at(id);
  EXPECT_EQ(done.state, FlowState::approved);
  EXPECT_EQ(done.node, "");
  EXPECT_EQ(done.last_actor, "plugin:treasury");
  database->read([&](store::Txn& txn) {
    const auto all = engine.decisions(txn, id);
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0].comment, "意见");
    EXPECT_EQ(all[1].node, "pay");
    EXPECT_EQ(all[2].seq, 3);
  });
  EXPECT_TRUE(findings().empty());
}

TEST_F(Workflow, lets_nobody_decide_what_he_made_whatever_his_roles) {
  const auto id = start("payment");
  const auto everything = person("maker1", {"reviewer", "payer", "chief", "administrator"});
  EXPECT_EQ(decide(id, everything, "review"), MIF_E_DENIED);
  decide(id, reviewer, "review");
  EXPECT_EQ(decide(id, everything, "pay"), MIF_E_DENIED);
}

TEST_F(Workflow, lets_nobody_decide_two_nodes_of_one_instance) {
  const auto id = start("payment");
  const auto both = person("reviewer1", {"reviewer", "payer"});
  EXPECT_EQ(decide(id, both, "review"), MIF_OK);
  EXPECT_EQ(decide(id, both, "pay"), MIF_E_DENIED);
  EXPECT_EQ(at(id).node, "pay");
}

TEST_F(Workflow, takes_the_caller_for_the_maker_when_none_is_named) {
  const auto id = start("receipt", Fen(1), "");
  EXPECT_EQ(at(id).maker, who.actor);
  EXPECT_EQ(decide(id, person(who.actor, {"reviewer"}), "review"), MIF_E_DENIED);
}

TEST_F(Workflow, asks_for_the_role_of_the_node_and_the_unit_of_the_instance) {
  const auto id = start("receipt");
  EXPECT_EQ(decide(id, payer, "review"), MIF_E_DENIED);
  EXPECT_EQ(decide(id, person("reviewer2", {"reviewer"}, {"990200"}), "review"), MIF_E_DENIED) << "another city's reviewer";
  EXPECT_EQ(decide(id, reviewer, "review"), MIF_OK);
}

TEST_F(Workflow, asks_for_more_people_the_higher_the_amount) {
  const auto people_needed = [&](Fen amount) {
    const auto id = start("payment", amount);
    decide(id, reviewer, "review");
    int n = 0;
    while (at(id).node == "pay" && n < 9) EXPECT_EQ(decide(id, person("payer" + std::to_string(++n), {"payer"}), "pay"), MIF_OK);
    return n;
  };
  EXPECT_EQ(people_needed(Fen(0)), 1);
  EXPECT_EQ(people_needed(Fen(99'999'99)), 1);
  EXPECT_EQ(people_needed(Fen(100'000'00)), 2);
  EXPECT_EQ(people_needed(Fen(1'000'000'00)), 3);
  EXPECT_EQ(people_needed(Fen(-1'000'000'00)), 3) << "a red-letter voucher is judged by its size";
}

TEST_F(Workflow, counts_different_people_only) {
  const auto id = start("payment", Fen(500'000'00));
  decide(id, reviewer, "review");
  EXPECT_EQ(decide(id, payer, "pay"), MIF_OK);
  EXPECT_EQ(decide(id, payer, "pay"), MIF_E_DENIED) << "the same person twice";
  EXPECT_EQ(at(id).node, "pay");
  EXPECT_EQ(decide(id, person("payer2", {"payer"}), "pay"), MIF_OK);
  EXPECT_EQ(at(id).node, "settle");
}

TEST_F(Workflow, ends_at_one_rejection) {
  const auto id = start("payment", Fen(500'000'00));
  decide(id, reviewer, "review");
  decide(id, payer, "pay");
  EXPECT_EQ(decide(id, person("payer2", {"payer"}), "pay", false), MIF_OK);
  EXPECT_EQ(at(id).state, FlowState::rejected);
  EXPECT_EQ(decide(id, person("payer3", {"payer"}), "pay"), MIF_E_CONFLICT) << "ended";
  EXPECT_TRUE(findings().empty());
}

TEST_F(Workflow, refuses_content_that_changed_since_it_was_submitted) {
  const auto id = start("payment");
  EXPECT_EQ(decide(id, reviewer, "review", true, "d2"), MIF_E_CONFLICT);
  EXPECT_EQ(decide(id, reviewer, "review", false, ""), MIF_E_CONFLICT);
  EXPECT_EQ(decide(id, reviewer, "review"), MIF_OK);
  decide(id, payer, "pay");
  EXPECT_EQ(settle(id, "treasury", "settle", "d2"), MIF_E_CONFLICT);
}

TEST_F(Workflow, refuses_decisions_on_another_node_than_the_open_one) {
  const auto id = start("payment");
  EXPECT_EQ(decide(id, payer, "pay"), MIF_E_CONFLICT) << "pay before review";
  EXPECT_EQ(decide(id, payer, "no-such-node"), MIF_E_CONFLICT);
  EXPECT_EQ(decide(id + 1000, reviewer, "review"), MIF_E_NOT_FOUND);
}

TEST_F(Workflow, keeps_plugins_to_their_own_nodes_and_people_out_of_them) {
  const auto id = start("payment");
  EXPECT_EQ(settle(id, "treasury", "review"), MIF_E_DENIED) << "a plugin on a person's node";
  EXPECT_EQ(settle(id, "", "review"), MIF_E_DENIED);
  decide(id, reviewer, "review");
  decide(id, payer, "pay");
  EXPECT_EQ(settle(id, "exchange"), MIF_E_DENIED) << "another plugin";
  EXPECT_EQ(decide(id, person("chief1", {"reviewer", "payer", "treasury"}), "settle"), MIF_E_DENIED);
  EXPECT_EQ(settle(id), MIF_OK);
}

TEST_F(Workflow, is_cancelled_once_and_only_while_open) {
  const auto id = start("payment");
  const auto cancel = [&] { return testing::status_of([&] { database->write([&](store::Txn& txn) { engine.cancel(txn, who, id, "录错了"); }); }); };
  EXPECT_EQ(cancel(), MIF_OK);
  EXPECT_EQ(at(id).state, FlowState::cancelled);
  EXPECT_EQ(cancel(), MIF_E_CONFLICT);
  EXPECT_EQ(decide(id, reviewer, "review"), MIF_E_CONFLICT);
  EXPECT_TRUE(findings().empty());
}

TEST_F(Workflow, tells_the_handler_inside_the_deciding_transaction) {
  std::vector<std::string> told;
  bool fail = false;
  engine.on("voucher", {[&](store::Txn&, const Who&, const Instance& i, const std::string& node) { told.push_back("passed " + node + " now " + i.node); },
                        [&](store::Txn& txn, const Who& by, const Instance& i) {
                          if (fail) throw Error(MIF_E_CONFLICT, "period closed");
                          told.push_back("ended " + std::to_string(static_cast<int>(i.state)) + " by " + by.actor);
                          txn.execute("insert into posted (id) values (?)", {i.id});
                        }});
  database->write([&](store::Txn& txn) { txn.execute("create table posted (id bigint)"); });
  const auto id = start("payment");
  decide(id, reviewer, "review");
  decide(id, payer, "pay");
  fail = true;
  EXPECT_EQ(settle(id), MIF_E_CONFLICT);
  EXPECT_EQ(at(id).node, "settle") << "what the handler refuses does not happen";
  fail = false;
  EXPECT_EQ(settle(id), MIF_OK);
  EXPECT_EQ(told, (std::vector<std::string>{"passed review now pay", "passed pay now settle", "passed settle now ", "passed settle now ", "ended 2 by payer1"}));
  database->read([&](store::Txn& txn) { EXPECT_EQ(txn.integer("select count(*) from posted"), 1); });
  const auto rejected = start("receipt");
  told.clear();
  decide(rejected, reviewer, "review", false);
  const auto cancelled = start("receipt");
  database->write([&](store::Txn& txn) { engine.cancel(txn, who, cancelled, "撤回"); });
  EXPECT_EQ(told, (std::vector<std::string>{"ended 3 by reviewer1", "ended 4 by maker1"})) << "a rejected node is not passed";
}

TEST_F(Workflow, lists_what_waits_page_by_page) {
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 7; ++i) ids.push_back(start("receipt"));
  const auto payment = start("payment");
  decide(payment, reviewer, "review");
  decide(ids[2], reviewer, "review");
  std::vector<std::int64_t> seen;
  database->read([&](store::Txn& txn) {
    for (std::int64_t after = 0;;) {
      const auto page = engine.waiting(txn, "voucher", "review", after, 2);
      if (page.empty()) break;
      for (const auto& i : page) seen.push_back(after = i.id);
    }
    EXPECT_EQ(engine.waiting(txn, "voucher", "pay", 0, 10).size(), 1u);
    EXPECT_TRUE(engine.waiting(txn, "payment-batch", "review", 0, 10).empty());
  });
  ids.erase(ids.begin() + 2);
  EXPECT_EQ(seen, ids);
}

TEST_F(Workflow, goes_on_under_the_version_it_started_with) {
  const auto id = start("receipt");
  auto flows = testing::test_flows();
  flows.push_back({"receipt", "收款", 2, {{"check", "chief", "", {{Fen(0), 1}}}}});
  Engine newer(log, clock, flows);
  EXPECT_EQ(newer.flow("receipt").version, 2);
  database->write([&](store::Txn& txn) {
    EXPECT_EQ(newer.decide(txn, who, reviewer, id, "review", true, "d1", "").state, FlowState::approved);
    EXPECT_EQ(newer.instance(txn, newer.start(txn, who, "receipt", "990100", "voucher", "43", "d", Fen(1), "")).node, "check");
  });
  const auto orphan = start("receipt");
  Engine without(log, clock, {testing::test_flows()[1]});
  EXPECT_EQ(testing::status_of([&] { database->write([&](store::Txn& txn) { without.decide(txn, who, reviewer, orphan, "review", true, "d1", ""); }); }), MIF_E_CONFLICT);
}

TEST_F(Workflow, starts_nothing_that_is_incomplete) {
  const auto refused = [&](std::string flow, std::string unit, std::string subject, std::string digest, Fen amount = Fen(1)) {
    return testing::status_of([&] { database->write([&](store::Txn& txn) { engine.start(txn, who, flow, unit, "voucher", subject, digest, amount, ""); }); });
  };
  EXPECT_EQ(refused("nothing", "u", "1", "d"), MIF_E_NOT_FOUND);
  EXPECT_EQ(refused("receipt", "", "1", "d"), MIF_E_INVALID);
  EXPECT_EQ(refused("receipt", "u", "", "d"), MIF_E_INVALID);
  EXPECT_EQ(refused("receipt", "u", "1", ""), MIF_E_INVALID) << "an approval must say of what";
  EXPECT_EQ(refused("receipt", "u", "1", "d", Fen(std::numeric_limits<std::int64_t>::min())), MIF_E_INVALID);
}

TEST_F(Workflow, gives_a_node_to_the_first_of_many_who_decide_at_once) {
  const auto id = start("receipt");
  std::atomic<int> ok = 0, refused = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] { (decide(id, person("reviewer" + std::to_string(t), {"reviewer"}), "review") == MIF_OK ? ok : refused)++; });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(ok, 1);
  EXPECT_EQ(refused, 7);
  EXPECT_TRUE(findings().empty());
}

}  // namespace
}  // namespace mif::workflow
