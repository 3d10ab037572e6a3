// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <thread>

#include "site.h"

namespace mif::web_test {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

class Vouchers : public ::testing::Test {
 protected:
  Answer create(const std::string& body, const std::string& key) { return maker.post("/api/v1/vouchers", body, {{"Idempotency-Key", key}}); }
  Answer act(Client& client, const std::string& id, const std::string& action, const std::string& etag, const std::string& body = "{}") {
    return client.post("/api/v1/vouchers/" + id + "/actions/" + action, body, etag.empty() ? Headers{} : Headers{{"If-Match", etag}});
  }
  static std::string id_of(const Answer& answer) { return answer.json()->getValue<std::string>("id"); }
  Client maker = Client::of("maker1"), reviewer = Client::of("reviewer1");
};

TEST_F(Vouchers, AProposedVoucherIsReviewedBySomebodyElseAndPosted) {
  const Answer made = create(Site::draft("12.34"), "life-1");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.header("location"), "/api/v1/vouchers/" + id_of(made));
  EXPECT_EQ(made.json()->getValue<std::string>("state"), "submitted");
  EXPECT_EQ(made.json()->getValue<std::string>("maker"), "maker1");
  const Answer reviewed = act(reviewer, id_of(made), "review", made.header("etag"), R"({"comment":"核对无误"})");
  ASSERT_EQ(reviewed.status, 200) << reviewed.body;
  EXPECT_EQ(reviewed.json()->getValue<std::string>("state"), "approved") << "money that moved waits for the cashier";
  expect_problem(act(reviewer, id_of(made), "sign", reviewed.header("etag")), 403, "denied");
  Client cashier = Client::of("cashier1");
  const Answer posted = act(cashier, id_of(made), "sign", reviewed.header("etag"));
  ASSERT_EQ(posted.status, 200) << posted.body;
  EXPECT_EQ(posted.json()->getValue<std::string>("cashier"), "cashier1");
  EXPECT_EQ(posted.json()->getValue<std::string>("state"), "posted");
  EXPECT_GT(posted.json()->getValue<int>("number"), 0);
  EXPECT_EQ(posted.json()->getArray("decisions")->getObject(0)->getValue<std::string>("comment"), "核对无误");
  EXPECT_NE(posted.header("etag"), made.header("etag"));
  expect_problem(act(reviewer, id_of(made), "review", posted.header("etag")), 409, "conflict");
}

TEST_F(Vouchers, TheSameKeyWithTheSameContentIsOneVoucher) {
  const Answer first = create(Site::draft("5.00"), "replay-1");
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(first.header("idempotent-replayed"), "");
  const Answer second = create(Site::draft("5.00"), "replay-1");
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.header("idempotent-replayed"), "true");
  EXPECT_EQ(id_of(first), id_of(second));
}

TEST_F(Vouchers, TheSameKeyWithOtherContentIsRefused) {
  ASSERT_EQ(create(Site::draft("5.00"), "reuse-1").status, 201);
  expect_problem(create(Site::draft("5.01"), "reuse-1"), 422, "idempotency-key-reused");
  std::string other_book = replaced(Site::draft("5.00"), kBook, kCountyBook);
  expect_problem(create(other_book, "reuse-1"), 422, "idempotency-key-reused");
}

TEST_F(Vouchers, ManyAtOnceWithOneKeyMakeOneVoucher) {
  std::vector<std::string> ids(8);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < ids.size(); ++i)
    threads.emplace_back([&ids, i] {
      Client client = Client::of("maker1");
      const Answer answer = client.post("/api/v1/vouchers", Site::draft("8.88"), {{"Idempotency-Key", "race-1"}});
      EXPECT_EQ(answer.status, 201) << answer.body;
      if (answer.status == 201) ids[i] = id_of(answer);
    });
  for (auto& thread : threads) thread.join();
  for (const auto& id : ids) EXPECT_EQ(id, ids[0]);
}

TEST_F(Vouchers, AKeyIsRequired) {
  expect_problem(maker.post("/api/v1/vouchers", Site::draft("1.00")), 400, "idempotency-key-required");
  expect_problem(create(Site::draft("1.00"), "no spaces please"), 400, "idempotency-key-required");
  expect_problem(create(Site::draft("1.00"), std::string(65, 'k')), 400, "idempotency-key-required");
}

TEST_F(Vouchers, EveryMistakeIsNamedWithItsPlace) {
  const std::string body = R"({"book":"990000-310","day":"2023-02-30","summary":"","extra":1,"lines":[
    {"account":"1002","debit":1.5},{"account":"4001","credit":"1.5"},{"account":"4001","credit":"1.50","debit":"1.50"},{"debit":"99999999999999999999.00"}]})";
  const auto problem = expect_problem(create(body, "bad-1"), 400, "malformed-request");
  std::set<std::string> pointers;
  for (const auto& e : *problem->getArray("errors")) pointers.insert(e.extract<Poco::JSON::Object::Ptr>()->getValue<std::string>("pointer"));
  EXPECT_EQ(pointers, (std::set<std::string>{"/day", "/summary", "/extra", "/lines/0/debit", "/lines/1/credit", "/lines/2", "/lines/3/account", "/lines/3/debit"}));
}

TEST_F(Vouchers, BookkeepingRulesAreBusinessValidation) {
  expect_problem(create(replaced(Site::draft("1.00"), "\"credit\":\"1.00\"", "\"credit\":\"1.01\""), "rule-1"), 422, "invalid");
  expect_problem(create(replaced(Site::draft("1.00"), "40010101", "4001"), "rule-2"), 422, "invalid");
  expect_problem(create(replaced(Site::draft("1.00"), "40010101", "49999999"), "rule-3"), 422, "invalid");
  expect_problem(create(replaced(Site::draft("1.00"), "mode=1", ""), "rule-4"), 422, "invalid");
  const Answer early = create(Site::draft("1.00", "2022-06-15"), "rule-5");
  EXPECT_TRUE(early.status == 409 || early.status == 422) << early.body;
}

TEST_F(Vouchers, ActingNeedsTheVersionThatWasSeen) {
  const Answer made = create(Site::draft("3.00"), "match-1");
  expect_problem(act(reviewer, id_of(made), "review", ""), 428, "if-match-required");
  expect_problem(act(reviewer, id_of(made), "review", "\"17\""), 412, "stale-version");
  EXPECT_EQ(act(reviewer, id_of(made), "review", made.header("etag")).status, 200);
}

TEST_F(Vouchers, TheMakerCannotReviewAndAViewerCannotEither) {
  const Answer made = create(Site::draft("4.00"), "duty-1");
  expect_problem(act(maker, id_of(made), "review", made.header("etag")), 403, "denied");
  Client viewer = Client::of("viewer1");
  expect_problem(act(viewer, id_of(made), "review", made.header("etag")), 403, "denied");
  expect_problem(act(viewer, id_of(made), "withdraw", made.header("etag")), 403, "denied");
}

TEST_F(Vouchers, TheMakerWithdrawsAndNobodyReviewsAfterwards) {
  const Answer made = create(Site::draft("6.00"), "withdraw-1");
  const Answer gone = act(maker, id_of(made), "withdraw", made.header("etag"), R"({"comment":"填错了"})");
  ASSERT_EQ(gone.status, 200) << gone.body;
  EXPECT_EQ(gone.json()->getValue<std::string>("state"), "void");
  expect_problem(act(reviewer, id_of(made), "review", gone.header("etag")), 409, "conflict");
}

TEST_F(Vouchers, ManyAreDecidedAtOnceAndTheRefusedOneIsNamed) {
  const Answer first = create(Site::draft("31.01"), "batch-1"), second = create(Site::draft("31.02"), "batch-2"), third = create(Site::draft("31.03"), "batch-3");
  const auto item = [&](const Answer& made, std::string etag) {
    std::string escaped;
    for (const char c : etag) escaped += c == '"' ? std::string("\\\"") : std::string(1, c);
    return R"({"id":")" + id_of(made) + R"(","etag":")" + escaped + "\"}";
  };
  const std::string body = R"({"comment":"批量","vouchers":[)" + item(first, first.header("etag")) + "," + item(second, "\"stale\"") + "," + item(third, third.header("etag")) + "]}";
  const Answer done = reviewer.post("/api/v1/voucher-actions/review", body);
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(done.json()->getValue<int>("done"), 2);
  EXPECT_EQ(done.json()->getValue<int>("refused"), 1);
  const auto refused = done.json()->getArray("items")->getObject(1);
  EXPECT_EQ(refused->getValue<std::string>("id"), id_of(second));
  EXPECT_FALSE(refused->getValue<bool>("done"));
  EXPECT_NE(refused->getValue<std::string>("detail").find("刷新"), std::string::npos);
  EXPECT_EQ(maker.get("/api/v1/vouchers/" + id_of(first)).json()->getValue<std::string>("state"), "approved");
  EXPECT_EQ(maker.get("/api/v1/vouchers/" + id_of(second)).json()->getValue<std::string>("state"), "submitted");
  expect_problem(reviewer.post("/api/v1/voucher-actions/review", R"({"vouchers":[]})"), 400, "malformed-request");
  expect_problem(reviewer.post("/api/v1/voucher-actions/review", R"({"vouchers":[{"id":7}]})"), 400, "malformed-request");
}

TEST_F(Vouchers, TheReviewerIsToldOfAnEarlierVoucherWithTheSameEntries) {
  const Answer first = create(Site::draft("77.31"), "twin-1"), second = create(Site::draft("77.31", "2023-06-16"), "twin-2");
  ASSERT_EQ(second.status, 201) << second.body;
  const auto warnings = reviewer.get("/api/v1/vouchers/" + id_of(second)).json()->getArray("warnings");
  ASSERT_EQ(warnings->size(), 1u);
  EXPECT_EQ(warnings->getObject(0)->getValue<std::string>("rule"), "voucher.lookalike");
  EXPECT_NE(warnings->getObject(0)->getValue<std::string>("message").find(id_of(first)), std::string::npos);
}

TEST_F(Vouchers, ARuleApprovedByASecondPersonReviews) {
  const std::string body = R"({"name":"small-receipts","body":"summary \"规则样本\"\nmost 1000.00"})";
  expect_problem(maker.post("/api/v1/review-rules", body), 403, "denied");
  expect_problem(reviewer.post("/api/v1/review-rules", R"({"name":"all","body":""})"), 422, "invalid");
  const Answer proposed = reviewer.post("/api/v1/review-rules", body);
  ASSERT_EQ(proposed.status, 201) << proposed.body;
  EXPECT_FALSE(proposed.json()->getValue<bool>("counts"));
  expect_problem(reviewer.post("/api/v1/review-rules/small-receipts/1/approve", "{}"), 403, "denied");
  Client chief = Client::of("chief1");
  const Answer approved = chief.post("/api/v1/review-rules/small-receipts/1/approve", "{}");
  ASSERT_EQ(approved.status, 200) << approved.body;
  EXPECT_TRUE(approved.json()->getValue<bool>("counts"));

  // What people enter by hand goes to a person; what a plugin brings may be reviewed by the rule.
  const Answer by_hand = create(Site::draft("55.43", "2023-06-15", "规则样本 手工"), "rule-run-1");
  ledger::Draft draft;
  draft.book = kBook;
  draft.day = Day::parse("2023-06-15");
  draft.word = "收";
  draft.source_plugin = "test";
  draft.source_key = "rule-run-2";
  draft.summary = "规则样本 接口";
  draft.maker = "maker1";
  draft.lines = {{MIF_DEBIT, Fen(5544), "1002", "bank_account=9900001002001", ""}, {MIF_CREDIT, Fen(5544), "40010101", "mode=1", ""}};
  std::int64_t brought = 0;
  service::Deployment& d = *Site::get().deployment;
  d.database().write([&](store::Txn& txn) { brought = d.propose(txn, {"maker1", "test", ""}, draft).id; });
  const Answer ran = reviewer.post(std::string("/api/v1/review-rules/run?book=") + kBook, "{}");
  ASSERT_EQ(ran.status, 200) << ran.body;
  std::map<std::string, bool> done;
  const auto items = ran.json()->getArray("items");
  for (const auto& item : *items) {
    const auto one = item.extract<Poco::JSON::Object::Ptr>();
    EXPECT_EQ(one->getValue<std::string>("rule"), "rule:small-receipts@1");
    done[one->getValue<std::string>("voucher")] = one->getValue<bool>("done");
  }
  EXPECT_EQ(done, (std::map<std::string, bool>{{id_of(by_hand), false}, {std::to_string(brought), true}}));
  EXPECT_EQ(maker.get("/api/v1/vouchers/" + std::to_string(brought)).json()->getValue<std::string>("state"), "posted");
  const Answer retired = chief.post("/api/v1/review-rules/small-receipts/1/retire", "{}");
  ASSERT_EQ(retired.status, 200) << retired.body;
  EXPECT_EQ(retired.json()->getValue<std::string>("retiredBy"), "chief1");
  expect_problem(chief.post("/api/v1/review-rules/none/1/approve", "{}"), 404, "not-found");
}

TEST_F(Vouchers, ARejectedVoucherIsNotPosted) {
  const Answer made = create(Site::draft("7.00"), "reject-1");
  const Answer back = act(reviewer, id_of(made), "reject", made.header("etag"), R"({"comment":"附件不全"})");
  ASSERT_EQ(back.status, 200) << back.body;
  EXPECT_EQ(back.json()->getValue<std::string>("state"), "draft");
  EXPECT_EQ(back.json()->getObject("flow")->getValue<std::string>("state"), "rejected");
}

TEST_F(Vouchers, AnUnknownActionOrNodeIsNotFoundAndALaterNodeIsAConflict) {
  const Answer made = create(Site::draft("9.00"), "node-1");
  expect_problem(act(reviewer, id_of(made), "explode", made.header("etag")), 404, "not-found");
  const Answer paid = create(replaced(Site::draft("9.00"), "\"word\"", "\"flow\":\"voucher-payment\",\"word\""), "node-2");
  ASSERT_EQ(paid.status, 201) << paid.body;
  Client payer = Client::of("chief1");
  expect_problem(act(payer, id_of(paid), "pay", paid.header("etag")), 409, "conflict");
}

TEST_F(Vouchers, OnlyJsonIsAccepted) {
  expect_problem(maker.post("/api/v1/vouchers", Site::draft("1.00"), {{"Idempotency-Key", "type-1"}, {"Content-Type", "text/plain"}}), 415, "unsupported-media-type");
  expect_problem(create("{\"book\":", "json-1"), 400, "malformed-request");
  expect_problem(create("[]", "json-2"), 400, "malformed-request");
  expect_problem(create("\"\xff\xfe\"", "json-3"), 400, "malformed-request");
  expect_problem(create(std::string(200, '[') + std::string(200, ']'), "json-4"), 400, "malformed-request");
}

}  // namespace
}  // namespace mif::web_test
