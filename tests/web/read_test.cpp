// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <thread>

#include "site.h"

namespace mif::web_test {
namespace {

// Walks JSON and reports every money-like member that is not text with two decimals.
void check_money(const Poco::Dynamic::Var& var, const std::string& name) {
  static const std::set<std::string> money = {"debit", "credit", "opening", "yearOpening", "yearDebit", "yearCredit", "total", "amount"};
  static const std::regex shape("-?[0-9]+\\.[0-9]{2}");
  if (var.type() == typeid(Poco::JSON::Object::Ptr)) {
    for (const auto& [key, value] : *var.extract<Poco::JSON::Object::Ptr>()) check_money(value, key);
  } else if (var.type() == typeid(Poco::JSON::Array::Ptr)) {
    for (const auto& item : *var.extract<Poco::JSON::Array::Ptr>()) check_money(item, name);
  } else if (money.count(name) != 0) {
    ASSERT_TRUE(var.isString()) << name << " is not text";
    ASSERT_TRUE(std::regex_match(var.extract<std::string>(), shape)) << name << " = " << var.toString();
  }
  ASSERT_FALSE(!var.isEmpty() && (var.type() == typeid(double) || var.type() == typeid(float))) << name << " is a floating-point number";
}

class Reading : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (int i = 0; i < 57; ++i) Site::get().post_voucher(kBook, "read-" + std::to_string(i), Fen(100 + i), Day(2023, 6, 1 + i % 28));
    Site::get().post_voucher(kBook, "read-large", Fen(9007199254740993), Day(2023, 6, 30));  // beyond what a double holds exactly
  }
  Client client = Client::of("viewer1");
};

TEST_F(Reading, AColumnarDefinitionIsKeptByTheChiefAndReadByAll) {
  Client chief = Client::of("chief1"), maker = Client::of("maker1");
  const std::string one = "/api/v1/columnar-definitions/benefits", all = "?chart=employee";
  const std::string body = R"({"name":"待遇支出多栏账","account":"5001","columns":["500101","500102"]})";
  expect_problem(maker.send("PUT", one + all, body, {{"Content-Type", "application/json"}, {"X-CSRF-Token", maker.csrf}}), 403, "denied");
  const Headers headers{{"Content-Type", "application/json"}, {"X-CSRF-Token", chief.csrf}};
  const Answer saved = chief.send("PUT", one + all, body, headers);
  ASSERT_EQ(saved.status, 200) << saved.body;
  const auto items = maker.get("/api/v1/columnar-definitions" + all).json()->getArray("items");
  ASSERT_EQ(items->size(), 1u);
  EXPECT_EQ(items->getObject(0)->getValue<std::string>("name"), "待遇支出多栏账");
  EXPECT_EQ(items->getObject(0)->getArray("columns")->size(), 2u);
  expect_problem(maker.get("/api/v1/columnar-definitions"), 400, "malformed-request");
  EXPECT_EQ(chief.send("DELETE", one + all, "", headers).status, 200);
  expect_problem(chief.send("DELETE", one + all, "", headers), 404, "not-found");
}

TEST_F(Reading, MoneyIsAlwaysTextWithTwoDecimals) {
  for (const char* path : {"/api/v1/books/990000-310/balances?year=2023&month=6", "/api/v1/books/990000-310/lines?period=2023-06&limit=1000",
                           "/api/v1/vouchers?book=990000-310&limit=1000", "/api/v1/vouchers/1", "/api/v1/books/990000-310/accounts"}) {
    const Answer answer = client.get(path);
    ASSERT_EQ(answer.status, 200) << path << answer.body;
    check_money(answer.json(), "");
  }
  EXPECT_NE(client.get("/api/v1/vouchers?book=990000-310&limit=1000").body.find("\"90071992547409.93\""), std::string::npos);
}

TEST_F(Reading, TheTrialBalanceRollsUpToParentsAndBalances) {
  const auto table = client.get("/api/v1/books/990000-310/balances?period=2023-06").json();
  std::map<std::string, Poco::JSON::Object::Ptr> rows;
  for (const auto& item : *table->getArray("items")) {
    const auto row = item.extract<Poco::JSON::Object::Ptr>();
    rows[row->getValue<std::string>("account")] = row;
  }
  const auto fen = [&](const std::string& account, const char* field) { return Fen::parse(rows.at(account)->getValue<std::string>(field)); };
  EXPECT_EQ(fen("4001", "credit"), fen("40010101", "credit"));
  EXPECT_EQ(fen("400101", "credit"), fen("40010101", "credit"));
  EXPECT_EQ(rows.at("40010101")->getValue<std::string>("parent"), "400101");
  EXPECT_EQ(rows.at("4001")->getValue<std::string>("name"), "社会保险费收入");
  EXPECT_FALSE(rows.at("4001")->getValue<bool>("leaf"));
  Fen debit, credit, closing;
  for (const auto& [code, row] : rows) {
    if (!row->getValue<bool>("leaf")) continue;
    debit += Fen::parse(row->getValue<std::string>("debit"));
    credit += Fen::parse(row->getValue<std::string>("credit"));
    closing += Fen::parse(row->getValue<std::string>("closing"));
  }
  EXPECT_EQ(debit, credit);
  EXPECT_EQ(closing, Fen(0));
  EXPECT_EQ(table->getObject("total")->getValue<std::string>("debit"), debit.plain());
}

TEST_F(Reading, PagesTogetherShowEveryLineExactlyOnce) {
  std::set<std::string> paged, whole;
  const auto collect = [](const Answer& answer, std::set<std::string>& into) {
    const auto page = answer.json();
    for (const auto& item : *page->getArray("items")) {
      const auto line = item.extract<Poco::JSON::Object::Ptr>();
      EXPECT_TRUE(into.insert(line->getValue<std::string>("voucher") + "." + line->getValue<std::string>("line")).second) << "twice";
    }
    return page->isNull("next") ? std::string() : page->getValue<std::string>("next");
  };
  const std::string path = "/api/v1/books/990000-310/lines?period=2023-06";
  EXPECT_EQ(collect(client.get(path + "&limit=1000"), whole), "");
  std::string next;
  int pages = 0;
  do next = collect(client.get(path + "&limit=7" + (next.empty() ? "" : "&after=" + next)), paged), ++pages;
  while (!next.empty());
  EXPECT_EQ(paged, whole);
  EXPECT_GE(pages, 116 / 7);
}

TEST_F(Reading, PagesTogetherShowEveryVoucherExactlyOnce) {
  std::set<std::string> seen;
  std::string next;
  std::size_t total = client.get("/api/v1/vouchers?book=990000-310&period=2023-06&limit=1000").json()->getArray("items")->size();
  do {
    const auto page = client.get("/api/v1/vouchers?book=990000-310&period=2023-06&limit=10" + (next.empty() ? "" : "&after=" + next)).json();
    EXPECT_LE(page->getArray("items")->size(), 10u);
    for (const auto& item : *page->getArray("items")) EXPECT_TRUE(seen.insert(item.extract<Poco::JSON::Object::Ptr>()->getValue<std::string>("id")).second);
    next = page->isNull("next") ? "" : page->getValue<std::string>("next");
  } while (!next.empty());
  EXPECT_EQ(seen.size(), total);
}

TEST_F(Reading, LinesCanBeFilteredByAccountAndAuxiliaryItem) {
  const auto count = [&](const std::string& filter) { return client.get("/api/v1/books/990000-310/lines?period=2023-06&limit=1000&" + filter).json()->getArray("items")->size(); };
  const auto all = count("");
  EXPECT_EQ(count("accounts=1002") + count("accounts=4001*"), all);
  EXPECT_EQ(count("accounts=4001&aux=mode%3D1"), count("accounts=4001"));
  EXPECT_EQ(count("accounts=4001&aux=mode%3D2"), 0u);
}

TEST_F(Reading, AnUnchangedPageIsNotSentAgainAndAChangedOneIs) {
  const std::string path = "/api/v1/books/990000-310/balances?period=2023-06";
  const Answer first = client.get(path);
  ASSERT_EQ(first.status, 200);
  ASSERT_FALSE(first.header("etag").empty());
  const Answer again = client.get(path, {{"If-None-Match", first.header("etag")}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(client.get(path).body, first.body);
  Site::get().post_voucher(kBook, "etag-1", Fen(1234), Day(2023, 6, 20));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // a posting that did not come through this server is seen within 10 ms
  const Answer changed = client.get(path, {{"If-None-Match", first.header("etag")}});
  EXPECT_EQ(changed.status, 200);
  EXPECT_NE(changed.body, first.body);
  EXPECT_NE(changed.header("etag"), first.header("etag"));
}

TEST_F(Reading, WhatSomebodyJustPostedThroughTheServerIsInTheNextBalance) {
  const std::string path = "/api/v1/books/990000-310/balances?period=2023-06";
  Client maker = Client::of("maker1"), reviewer = Client::of("reviewer1"), cashier = Client::of("cashier1");
  for (int i = 0; i < 5; ++i) {
    const std::string before = client.get(path).body;
    const Answer made = maker.post("/api/v1/vouchers", Site::draft("0.07"), {{"Idempotency-Key", "fresh-" + std::to_string(i)}});
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(client.get(path).body, before) << "a draft is not in the balances";
    const Answer reviewed = reviewer.post(made.header("location") + "/actions/review", "{}", {{"If-Match", made.header("etag")}});
    ASSERT_EQ(reviewed.status, 200);
    EXPECT_EQ(client.get(path).body, before) << "what waits for the cashier neither";
    ASSERT_EQ(cashier.post(made.header("location") + "/actions/sign", "{}", {{"If-Match", reviewed.header("etag")}}).status, 200);
    EXPECT_NE(client.get(path).body, before);
  }
}

TEST_F(Reading, BooksUnitsAndPeriodsAreListed) {
  const auto books = client.get("/api/v1/books").json()->getArray("items");
  ASSERT_EQ(books->size(), 2u);
  EXPECT_EQ(books->getObject(0)->getValue<std::string>("unitName"), "示例省");
  EXPECT_EQ(client.get("/api/v1/units").json()->getArray("items")->size(), 3u);
  const auto periods = client.get("/api/v1/books/990101-390/periods").json()->getArray("items");
  ASSERT_GE(periods->size(), 1u);
  EXPECT_EQ(periods->getObject(0)->getValue<std::string>("period"), "2023-01");
  EXPECT_TRUE(periods->getObject(0)->getValue<bool>("open"));
}

TEST_F(Reading, AVoucherShowsItsLinesDecisionsAndLog) {
  const std::int64_t id = Site::get().post_voucher(kBook, "shown", Fen(129021239), Day(2023, 6, 7));
  const auto voucher = client.get("/api/v1/vouchers/" + std::to_string(id)).json();
  EXPECT_EQ(voucher->getValue<std::string>("state"), "posted");
  EXPECT_EQ(voucher->getValue<std::string>("total"), "1290212.39");
  const auto lines = voucher->getArray("lines");
  ASSERT_EQ(lines->size(), 2u);
  EXPECT_EQ(lines->getObject(0)->getValue<std::string>("debit"), "1290212.39");
  EXPECT_FALSE(lines->getObject(0)->has("credit"));
  EXPECT_NE(lines->getObject(1)->getValue<std::string>("accountName").find("社会保险费收入"), std::string::npos);
  EXPECT_NE(lines->getObject(1)->getValue<std::string>("auxText").find("统账结合"), std::string::npos);
  ASSERT_EQ(voucher->getArray("decisions")->size(), 1u);
  EXPECT_EQ(voucher->getArray("decisions")->getObject(0)->getValue<std::string>("actorName"), "傅复核");
  std::set<std::string> actions;
  for (const auto& entry : *voucher->getArray("log")) actions.insert(entry.extract<Poco::JSON::Object::Ptr>()->getValue<std::string>("action"));
  EXPECT_TRUE(actions.count("voucher.propose") && actions.count("voucher.post"));
}

TEST_F(Reading, TheLogIsPagedBySequence) {
  Client chief = Client::of("chief1");
  std::int64_t last = 0;
  std::string next;
  do {
    const auto page = chief.get("/api/v1/audit?chain=990000&limit=50" + (next.empty() ? "" : "&after=" + next)).json();
    for (const auto& item : *page->getArray("items")) EXPECT_EQ(item.extract<Poco::JSON::Object::Ptr>()->getValue<std::int64_t>("seq"), ++last);
    next = page->isNull("next") ? "" : page->getValue<std::string>("next");
    if (next.empty()) {
      EXPECT_EQ(last, page->getValue<std::int64_t>("size"));
    }
  } while (!next.empty());
  EXPECT_GT(last, 100);
  const auto one = chief.get("/api/v1/audit?chain=990000&object=voucher:1").json()->getArray("items");
  ASSERT_GE(one->size(), 2u);
  EXPECT_EQ(one->getObject(0)->getValue<std::string>("object"), "voucher:1");
}

}  // namespace
}  // namespace mif::web_test
