// SPDX-License-Identifier: Apache-2.0
#include "folders.h"
#include "kernel/plugin/resolver.h"

namespace mif::test {
namespace {

using plugin::parse_manifest;
using testing::HasSubstr;

const std::string kGood = R"({
  "id": "bank-demo",
  "version": "1.2.3",
  "library": "bank-demo.so",
  "provides": ["mif.bank-adapter/1"],
  "needs": []
})";

Refusal parse(const std::string& json) {
  return refusal_of([&] { parse_manifest(json); });
}
std::string with(const std::string& line) { return kGood.substr(0, kGood.rfind('}') - 1) + ",\n  " + line + "\n}"; }

TEST(Manifest, IsReadWithItsDefaults) {
  const auto m = parse_manifest(with(R"("files": {"bank-demo.so": "sm3:)" + std::string(64, 'a') + R"(", "sql/001_a.sql": "sha256:)" + std::string(64, 'b') + R"("}, "schema": "bank", "migrations": "sql/")"));
  EXPECT_EQ(m.id, "bank-demo");
  EXPECT_EQ(m.provides, std::vector<std::string>{"mif.bank-adapter/1"});
  EXPECT_TRUE(m.needs.empty());
  EXPECT_EQ(m.migrations, "sql");
  EXPECT_EQ(m.files.size(), 2u);
  EXPECT_EQ(m.sdk_min, "1.0.0");
}

TEST(Manifest, NamesTheLineOfADuplicateOrUnknownKey) {
  EXPECT_THAT(parse(with(R"("id": "other")")).message, HasSubstr("plugin.json:7: 键重复 (duplicate key) \"id\""));
  EXPECT_THAT(parse(with(R"("autostart": "yes")")).message, HasSubstr("plugin.json:7: 未知的键 (unknown key) \"autostart\""));
}

TEST(Manifest, RefusesWhatIsTooBigOrTooDeepBeforeBuildingATree) {
  EXPECT_EQ(parse(std::string(200'000, '[')).code, MIF_E_INVALID);
  EXPECT_THAT(parse("{\"needs\":" + std::string(20'000, '[') + "}").message, HasSubstr("nested deeper"));
  EXPECT_EQ(parse(with("\"name\": \"" + std::string(70'000, 'x') + "\"")).code, MIF_E_INVALID);
}

TEST(Manifest, RefusesWrongKindsAndForms) {
  EXPECT_THAT(parse(with(R"("network": "https://x")")).message, HasSubstr("must be an array"));
  EXPECT_THAT(parse(with(R"("name": 7)")).message, HasSubstr("must be a string"));
  for (const char* line : {R"("schema": "a_b")", R"("schema": "A")", R"("migrations": "../x", "schema": "a")", R"("migrations": "sql")", R"("trust": "full")", R"("manifest": "2")",
                           R"("sdk_min": "1.0")", R"("files": {"../x": "sm3:00"})", R"("requires_plugins": ["a", "a"])", R"("requires_plugins": ["a."])", R"("requires_plugins": ["A"])", R"("sdk_built": "1.0.0.")", R"("sdk_built": "1.0.0.1")",
                           R"("sdk_built": "1..0")", R"("locale": ["中文"])", R"("files": {"a//b": "sm3:0000000000000000000000000000000000000000000000000000000000000000"})",
                           R"("files": {"a": "md5:0000000000000000000000000000000000000000000000000000000000000000"})"})
    EXPECT_EQ(parse(with(line)).code, MIF_E_INVALID) << line;
  EXPECT_THAT(parse("{}").message, HasSubstr("lacks) \"id\""));
  for (const char* text : {"", "[]", "{", "{\"id\" \"x\"}", "{\"id\": \"x\",}", "{\"id\": \"\\q\"}", "{\"id\": 01}x", "\xff"}) EXPECT_EQ(parse(text).code, MIF_E_INVALID) << text;
}

plugin::Manifest of(const std::string& id, std::vector<std::string> requires_plugins, const std::string& schema = "") {
  plugin::Manifest m;
  m.id = id;
  m.schema = schema;
  m.requires_plugins = std::move(requires_plugins);
  return m;
}

TEST(Resolver, PutsDependenciesFirst) {
  const auto r = plugin::resolve({of("a", {"c"}), of("b", {}), of("c", {"b"})});
  EXPECT_EQ(r.order, (std::vector<std::string>{"b", "c", "a"}));
  EXPECT_TRUE(r.refused.empty());
}

TEST(Resolver, RefusesOnlyWhatIsMissingOrInACycle) {
  const auto r = plugin::resolve({of("alone", {}), of("x", {"y"}), of("y", {"z"}), of("z", {"x"}), of("needs-ghost", {"ghost"}), of("needs-needs-ghost", {"needs-ghost"})});
  EXPECT_EQ(r.order, std::vector<std::string>{"alone"});
  EXPECT_THAT(r.refused.at("x"), HasSubstr("x -> y -> z -> x"));
  EXPECT_THAT(r.refused.at("needs-ghost"), HasSubstr("not installed): ghost"));
  EXPECT_EQ(r.refused.count("needs-needs-ghost"), 1u);
}

TEST(Resolver, GivesATablePrefixToOnePlugin) {
  const auto r = plugin::resolve({of("a", {}, "same"), of("b", {}, "same")});
  EXPECT_EQ(r.order, std::vector<std::string>{"a"});
  EXPECT_THAT(r.refused.at("b"), HasSubstr("x_same_"));
}

}  // namespace
}  // namespace mif::test
