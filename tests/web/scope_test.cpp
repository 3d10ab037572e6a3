// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "site.h"

namespace mif::web_test {
namespace {

TEST(RowScope, ACountySeesItsOwnDataAndNothingOfTheProvince) {
  Site& site = Site::get();
  const std::int64_t province = site.post_voucher(kBook, "scope-p", Fen(100), Day(2023, 6, 3));
  const std::int64_t county = site.post_voucher(kCountyBook, "scope-c", Fen(100), Day(2023, 1, 3));
  Client client = Client::of("county1");
  const auto books = client.get("/api/v1/books").json()->getArray("items");
  ASSERT_EQ(books->size(), 1u);
  EXPECT_EQ(books->getObject(0)->getValue<std::string>("code"), kCountyBook);
  EXPECT_EQ(client.get("/api/v1/units").json()->getArray("items")->size(), 1u);
  EXPECT_EQ(client.get("/api/v1/vouchers/" + std::to_string(county)).status, 200);
  EXPECT_EQ(client.get("/api/v1/books/990101-390/balances?period=2023-01").status, 200);
  for (const std::string& path : {"/api/v1/vouchers/" + std::to_string(province), std::string("/api/v1/books/990000-310/balances?period=2023-06"),
                                 std::string("/api/v1/books/990000-310/lines?period=2023-06"), std::string("/api/v1/books/990000-310/periods"),
                                 std::string("/api/v1/books/990000-310/accounts"), std::string("/api/v1/vouchers?book=990000-310")})
    expect_problem(client.get(path), 404, "not-found");
}

TEST(RowScope, AnUnknownThingAndAHiddenOneLookAlike) {
  const std::int64_t province = Site::get().post_voucher(kBook, "scope-like", Fen(100), Day(2023, 6, 3));
  Client client = Client::of("county1");
  const auto blank = [](std::string text, const std::string& id) {
    for (auto at = text.find(id); at != std::string::npos; at = text.find(id)) text.replace(at, id.size(), "ID");
    return text;
  };
  const std::string hidden = std::to_string(province), unknown = "999999999999";
  const auto a = client.get("/api/v1/vouchers/" + hidden).json(), b = client.get("/api/v1/vouchers/" + unknown).json();
  EXPECT_EQ(blank(a->getValue<std::string>("detail"), hidden), blank(b->getValue<std::string>("detail"), unknown));
}

TEST(RowScope, ACachedBodyOfAnotherUnitIsNotServed) {
  Client province = Client::of("viewer1");
  ASSERT_EQ(province.get("/api/v1/books/990000-310/balances?period=2023-06").status, 200);
  Client county = Client::of("county1");
  expect_problem(county.get("/api/v1/books/990000-310/balances?period=2023-06"), 404, "not-found");
}

TEST(RowScope, NobodyWritesIntoAnotherUnitsBook) {
  Client client = Client::of("countymaker");
  expect_problem(client.post("/api/v1/vouchers", Site::draft("1.00"), {{"Idempotency-Key", "scope-w"}}), 404, "not-found");
}

TEST(RowScope, TheSystemChainIsForThoseWhoSeeEverything) {
  Client chief = Client::of("chief1");
  EXPECT_EQ(chief.get("/api/v1/audit?chain=system&limit=5").status, 200);
  EXPECT_EQ(chief.get("/api/v1/audit?chain=990101&limit=5").status, 200);
  expect_problem(chief.get("/api/v1/audit?chain=370000"), 404, "not-found");
}

}  // namespace
}  // namespace mif::web_test
