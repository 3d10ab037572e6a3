// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "site.h"

namespace mif::web_test {
namespace {

using Poco::JSON::Object;

const std::string kClosing = std::string("/api/v1/books/") + kBook + "/closing";

std::map<std::string, std::string> results(const Answer& answer) {
  std::map<std::string, std::string> found;
  const auto items = answer.json()->getArray("items");
  for (std::size_t i = 0; i < items->size(); ++i) found[items->getObject(static_cast<unsigned>(i))->getValue<std::string>("id")] = items->getObject(static_cast<unsigned>(i))->getValue<std::string>("result");
  return found;
}

TEST(Closing, TheChecklistSaysWhatStandsAgainstItAndWhatNobodyLookedAt) {
  Client viewer = Client::of("viewer1");
  const Answer answer = viewer.get(kClosing + "?period=2024-02");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto found = results(answer);
  EXPECT_EQ(found.at("earlier"), "fail");
  EXPECT_EQ(found.at("postings"), "pass");
  EXPECT_EQ(found.at("treasury/installed"), "warn");  // this server runs the console alone
  expect_problem(viewer.get(kClosing), 400, "malformed-request");
  expect_problem(viewer.get("/api/v1/books/nobody/closing?period=2024-02"), 404, "not-found");
}

TEST(Closing, TheTrialShowsVouchersAndMakesNone) {
  Site::get().post_voucher(kBook, "closing-trial", Fen(4321), Day(2024, 1, 9));
  Client viewer = Client::of("viewer1");
  const Answer answer = viewer.get(kClosing + "/trial?period=2024-01");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto first = answer.json()->getArray("items")->getObject(0);
  EXPECT_EQ(first->getValue<std::string>("outcome"), "fresh");
  EXPECT_EQ(first->getArray("lines")->getObject(0)->getValue<std::string>("account"), "40010101");
  EXPECT_EQ(viewer.get(kClosing + "/trial?period=2024-01").body, answer.body);
  expect_problem(viewer.post(kClosing + "/run?period=2024-01", "{}"), 403, "denied");
}

TEST(Closing, ALockKeepsVouchersOutUntilASecondPersonGrantsAnException) {
  Client chief = Client::of("chief1"), maker = Client::of("maker1"), reviewer = Client::of("reviewer1");
  expect_problem(maker.post(kClosing + "/lock?period=2024-03", R"({"reason":"月末"})"), 403, "denied");
  expect_problem(chief.post(kClosing + "/lock?period=2024-03", "{}"), 422, "invalid");
  const Answer locked = chief.post(kClosing + "/lock?period=2024-03", R"({"reason":"月末"})");
  ASSERT_EQ(locked.status, 200) << locked.body;
  EXPECT_EQ(locked.json()->getValue<std::string>("locks"), "entry");
  const auto propose = [&](const char* key) { return maker.post("/api/v1/vouchers", Site::draft("9.00", "2024-03-05"), {{"Idempotency-Key", key}}); };
  expect_problem(propose("locked-1"), 409, "conflict");

  const Answer asked = chief.post(kClosing + "/exception?period=2024-03", R"({"reason":"补录","person":"maker1","minutes":5})");
  ASSERT_EQ(asked.status, 200) << asked.body;
  const std::string id = asked.json()->getArray("exceptions")->getObject(0)->getValue<std::string>("id");
  expect_problem(chief.post("/api/v1/exceptions/" + id + "/grant", "{}"), 403, "denied");
  const Answer granted = reviewer.post("/api/v1/exceptions/" + id + "/grant", "{}");
  ASSERT_EQ(granted.status, 200) << granted.body;
  EXPECT_EQ(granted.json()->getArray("items")->getObject(0)->getValue<std::string>("state"), "granted");
  EXPECT_EQ(propose("locked-2").status, 201);
  EXPECT_EQ(reviewer.post("/api/v1/exceptions/" + id + "/end", "{}").status, 200);
  expect_problem(propose("locked-3"), 409, "conflict");
  ASSERT_EQ(chief.post(kClosing + "/unlock?period=2024-03", R"({"reason":"完成"})").status, 200);
}

TEST(Closing, ClosingAnswersWithEverythingThatStandsAgainstIt) {
  Client chief = Client::of("chief1");
  const auto problem = expect_problem(chief.post(kClosing + "/close?period=2024-02", "{}"), 409, "conflict");
  EXPECT_NE(problem->getValue<std::string>("detail").find("以前期间已结"), std::string::npos);
}

}  // namespace
}  // namespace mif::web_test
