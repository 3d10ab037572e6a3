// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kernel/web/problem.h"
#include "site.h"

namespace mif::web_test {
namespace {

TEST(Problem, UnknownPathAndWrongMethodAreToldApart) {
  Client client = Client::of("viewer1");
  expect_problem(client.get("/api/v1/nothing"), 404, "not-found");
  const Answer wrong = client.send("DELETE", "/api/v1/books", "", {{"X-CSRF-Token", client.csrf}});
  expect_problem(wrong, 405, "method-not-allowed");
  EXPECT_EQ(wrong.header("allow"), "GET");
  EXPECT_EQ(client.send("HEAD", "/api/v1/books").status, 200);
  EXPECT_EQ(client.send("HEAD", "/api/v1/books").body, "");
}

TEST(Problem, WhatAPersonMayNotDoIsForbidden) {
  Client viewer = Client::of("viewer1");
  expect_problem(viewer.get("/api/v1/plugins"), 403, "denied");
  expect_problem(viewer.get("/api/v1/audit"), 403, "denied");
  expect_problem(viewer.post("/api/v1/vouchers", Site::draft("1.00"), {{"Idempotency-Key", "viewer"}}), 403, "denied");
  Client admin = Client::of("admin1");
  expect_problem(admin.get("/api/v1/books"), 403, "denied");
  EXPECT_EQ(admin.get("/api/v1/plugins").status, 200);
}

TEST(Problem, TheRuleHasItsOwnFieldAndItsEntry) {
  const web::Request request;
  std::string ignored;
  const std::string body = web::problem_response(request, Error(MIF_E_INVALID, "voucher.unbalanced", "凭证借贷不平"), ignored).body;
  EXPECT_NE(body.find("\"rule\":\"voucher.unbalanced\""), std::string::npos) << body;
  EXPECT_NE(body.find("\"detail\":\"凭证借贷不平\""), std::string::npos) << body;
  EXPECT_EQ(web::problem_response(request, Error(MIF_E_INVALID, "凭证借贷不平"), ignored).body.find("\"rule\""), std::string::npos);
  Client client = Client::of("viewer1");
  const Answer entry = client.get("/api/v1/refusals/voucher.unbalanced");
  EXPECT_EQ(entry.status, 200);
  EXPECT_NE(entry.body.find("debits and credits differ"), std::string::npos) << entry.body;
  expect_problem(client.get("/api/v1/refusals/voucher.none"), 404, "not-found");
}

TEST(Problem, MalformedParametersSayWhich) {
  Client client = Client::of("viewer1");
  const std::string books = "/api/v1/books/990000-310";
  const auto pointer = [&](const std::string& path) {
    const auto problem = expect_problem(client.get(path), 400, "malformed-request");
    const auto errors = problem->getArray("errors");
    return errors && errors->size() == 1 ? errors->getObject(0)->getValue<std::string>("pointer") : std::string("none");
  };
  EXPECT_EQ(pointer(books + "/balances"), "?year");
  EXPECT_EQ(pointer(books + "/balances?year=2023&month=14"), "?month");
  EXPECT_EQ(pointer(books + "/balances?period=2023-6"), "?period");
  EXPECT_EQ(pointer(books + "/lines"), "?period");
  EXPECT_EQ(pointer(books + "/lines?from=2023-06&to=2022-06"), "?to");
  EXPECT_EQ(pointer(books + "/lines?period=2023-06&after=x"), "?after");
  EXPECT_EQ(pointer(books + "/lines?period=2023-06&limit=1001"), "?limit");
  EXPECT_EQ(pointer("/api/v1/vouchers?period=2023-06"), "?book");
  EXPECT_EQ(pointer("/api/v1/vouchers?book=990000-310&state=sent"), "?state");
  EXPECT_EQ(pointer("/api/v1/vouchers?book=990000-310&limit=5&limit=6"), "?limit");
  expect_problem(client.get(books + "/lines?period=2023-06&accounts=abc"), 422, "invalid");
}

TEST(Problem, TheRequestIdOfTheClientComesBack) {
  Client client(Site::get().port());
  EXPECT_EQ(client.get("/api/v1/health", {{"X-Request-Id", "order-17.a"}}).header("x-request-id"), "order-17.a");
  EXPECT_NE(client.get("/api/v1/health", {{"X-Request-Id", "bad id<script>"}}).header("x-request-id"), "bad id<script>");
}

TEST(Problem, EveryTypeHasItsPage) {
  Client client(Site::get().port());
  for (const auto& kind : web::problem_kinds()) {
    const Answer page = client.get("/problems/" + std::string(kind.slug));
    EXPECT_EQ(page.status, 200) << kind.slug;
    EXPECT_NE(page.body.find(kind.title), std::string::npos) << kind.slug;
  }
  expect_problem(client.get("/problems/none"), 404, "not-found");
}

TEST(Problem, InternalDetailsStayInside) {
  web::Request request;
  std::string log_line;
  const auto response = web::problem_response(request, Error(MIF_E_INTERNAL, "select secret from /var/lib/mif.db"), log_line);
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
  EXPECT_NE(log_line.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace mif::web_test
