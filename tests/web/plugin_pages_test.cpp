// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>

#include "site.h"

namespace mif::web_test {
namespace {

TEST(PluginPages, TheRootLeadsToTheConsole) {
  Client client(Site::get().port());
  const Answer root = client.get("/");
  EXPECT_EQ(root.status, 303);
  EXPECT_EQ(root.header("location"), "/x/console/");
  EXPECT_EQ(client.get("/x/console").header("location"), "/x/console/");
  const Answer page = client.get("/x/console/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.header("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(client.get("/x/console/balances?book=990000-310").body, page.body);
}

TEST(PluginPages, EveryFileThePageNamesIsServedAndRevalidated) {
  Client client(Site::get().port());
  for (const auto& entry : std::filesystem::directory_iterator(std::string(MIF_SOURCE_DIR) + "/plugins/console/static")) {
    const std::string path = "/x/console/static/" + entry.path().filename().string();
    const Answer answer = client.get(path);
    ASSERT_EQ(answer.status, 200) << path;
    EXPECT_EQ(answer.body.size(), entry.file_size()) << path;
    EXPECT_EQ(client.get(path, {{"If-None-Match", answer.header("etag")}}).status, 304) << path;
  }
  expect_problem(client.get("/x/console/static/none.js"), 404, "not-found");
  expect_problem(client.get("/x/nobody/"), 404, "not-found");
  expect_problem(client.get("/api/v1/x/nobody/tables"), 404, "not-found");
}

TEST(PluginPages, TheMenuShowsOnlyWhatThePersonMayUse) {
  const auto titles = [](const std::string& login) {
    std::set<std::string> all;
    Client client = Client::of(login);
    const auto menu = client.get("/api/v1/session").json()->getArray("menu");
    for (const auto& item : *menu) all.insert(item.extract<Poco::JSON::Object::Ptr>()->getValue<std::string>("title"));
    return all;
  };
  EXPECT_TRUE(titles("viewer1").count("余额表"));
  EXPECT_FALSE(titles("viewer1").count("插件"));
  EXPECT_EQ(titles("admin1"), std::set<std::string>{"插件"});
}

TEST(PluginPages, NoPageCarriesInlineScriptOrHandlers) {
  Client client(Site::get().port());
  const std::string page = client.get("/x/console/").body;
  EXPECT_EQ(page.find("<script>"), std::string::npos);
  EXPECT_EQ(page.find(" onclick="), std::string::npos);
  EXPECT_EQ(page.find("style="), std::string::npos);
}

}  // namespace
}  // namespace mif::web_test
