// SPDX-License-Identifier: Apache-2.0
// The description and the server know the same operations.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "site.h"

namespace mif::web_test {
namespace {

// "GET /api/v1/books": operation ids of the file, by its layout: paths at two blanks, methods at four, operationId at six.
std::map<std::string, std::string> described() {
  std::ifstream file(std::string(MIF_SOURCE_DIR) + "/docs/openapi/mif.yaml");
  std::map<std::string, std::string> found;
  std::string line, path, method;
  bool in_paths = false;
  while (std::getline(file, line)) {
    if (!line.empty() && line[0] != ' ' && line[0] != '#') in_paths = line == "paths:";
    if (!in_paths || line.empty()) continue;
    const auto indent = line.find_first_not_of(' ');
    const std::string text = line.substr(indent);
    if (indent == 2) path = text.substr(0, text.size() - 1);
    if (indent == 4) {
      method = text.substr(0, text.size() - 1);
      for (char& c : method) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    if (indent == 6 && text.rfind("operationId: ", 0) == 0) found[method + " " + path] = text.substr(13);
  }
  return found;
}

TEST(OpenApi, EveryRouteIsDescribedAndEveryDescriptionIsARoute) {
  std::map<std::string, std::string> served;
  for (const auto* route : Site::get().server->dispatcher().router().routes())
    if (route->plugin.empty()) served[route->method + " " + route->pattern] = route->operation;
  EXPECT_EQ(served, described());
}

TEST(OpenApi, TheServerServesTheFileItWasBuiltWith) {
  std::ifstream file(std::string(MIF_SOURCE_DIR) + "/docs/openapi/mif.yaml");
  std::ostringstream text;
  text << file.rdbuf();
  Client client(Site::get().port());
  const Answer answer = client.get("/api/v1/openapi.yaml");
  EXPECT_EQ(answer.body, text.str());
  EXPECT_EQ(client.get("/api/v1/openapi.yaml", {{"If-None-Match", answer.header("etag")}}).status, 304);
}

TEST(OpenApi, EveryRouteOfTheKernelButTheReadablePagesNeedsAPermissionOrASession) {
  for (const auto* route : Site::get().server->dispatcher().router().routes()) {
    if (!route->plugin.empty() || route->permission != "public") continue;
    EXPECT_TRUE(route->operation == "home" || route->operation == "getProblem" || route->operation == "getRefusal" || route->operation == "getHealth" || route->operation == "getOpenApi" || route->operation == "signIn")
        << route->operation;
  }
}

}  // namespace
}  // namespace mif::web_test
