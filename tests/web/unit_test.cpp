// SPDX-License-Identifier: Apache-2.0
// The parts that need no server.
#include <gtest/gtest.h>

#include "kernel/web/body_cache.h"
#include "kernel/web/json_in.h"
#include "kernel/web/problem.h"
#include "kernel/web/router.h"

namespace mif::web {
namespace {

Route route(const std::string& method, const std::string& pattern) { return {method, pattern, method + pattern, "", "", [](Request&) { return Response(); }, ""}; }

TEST(Router, LiteralSegmentsWinAndCapturesAreNamed) {
  Router router;
  router.add(route("GET", "/books/{book}"));
  router.add(route("GET", "/books/all"));
  router.add(route("POST", "/books/{book}"));
  Fields captures;
  EXPECT_EQ(router.match("GET", {"books", "all"}, captures).route->pattern, "/books/all");
  EXPECT_EQ(router.match("GET", {"books", "x"}, captures).route->pattern, "/books/{book}");
  EXPECT_EQ(captures, (Fields{{"book", "x"}}));
  EXPECT_EQ(router.match("PUT", {"books", "x"}, captures).allowed, "GET, POST");
  EXPECT_EQ(router.match("GET", {"books", ""}, captures).route, nullptr);
  EXPECT_THROW(router.add(route("GET", "/books/all")), Error);
}

TEST(Target, IsSplitDecodedAndChecked) {
  Request request;
  request.target = "/a/b%2Fc/%E4%BD%99?x=1+2&y=%26&z";
  parse_target(request);
  EXPECT_EQ(request.segments, (std::vector<std::string>{"a", "b/c", "余"}));
  EXPECT_EQ(request.param("x"), "1 2");
  EXPECT_EQ(request.param("y"), "&");
  EXPECT_EQ(request.param("z"), "");
  EXPECT_EQ(request.param("w"), std::nullopt);
  for (const char* bad : {"a", "/%", "/%4", "/%0a", "/..", "/a/%2e%2e", "/%ff", "/a?x=%80"}) {
    Request other;
    other.target = bad;
    EXPECT_THROW(parse_target(other), Problem) << bad;
  }
}

TEST(ETags, AreFoundInListsWeakOrStrong) {
  EXPECT_TRUE(etag_listed("\"a\", W/\"b\"", "\"b\""));
  EXPECT_TRUE(etag_listed("*", "\"b\""));
  EXPECT_FALSE(etag_listed("\"ab\"", "\"b\""));
  EXPECT_FALSE(etag_listed("", "\"b\""));
}

TEST(JsonIn, KeepsTextNumbersAndRefusesNonsense) {
  const JsonValue value = parse_json(R"({"a":"1.10","b":1.10,"c":[true,null],"d":9007199254740993})");
  EXPECT_EQ(value.find("a")->text, "1.10");
  EXPECT_EQ(value.find("b")->kind, JsonValue::Kind::number);
  EXPECT_EQ(value.find("c")->items.size(), 2u);
  EXPECT_EQ(value.find("d")->text, "9007199254740993");
  for (const char* bad : {"", "{", "{\"a\"}", "[1,]", "{} x", "\"\\ud800\"", "nul"}) EXPECT_THROW(parse_json(bad), Error) << bad;
}

TEST(BodyCache, AnswersOnlyForTheVersionItKeeps) {
  BodyCache cache(10);
  cache.keep("a", "1", std::make_shared<const std::string>("body"));
  EXPECT_EQ(*cache.find("a", "1"), "body");
  EXPECT_EQ(cache.find("a", "2"), nullptr);
  cache.keep("b", "1", std::make_shared<const std::string>("a longer body than fits"));
  EXPECT_EQ(cache.find("a", "1"), nullptr);
}

}  // namespace
}  // namespace mif::web
