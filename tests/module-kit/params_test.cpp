// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <stdexcept>

#include "module-kit/params.h"
#include "module-kit/result.h"
#include "module-kit/text.h"

namespace mif::kit {
namespace {

void strict(Wrong wrong, const std::string& name, const std::string& what) {
  static const char* const names[] = {"json", "object", "nested", "missing", "too-long", "control", "number"};
  throw std::runtime_error(std::string(names[static_cast<int>(wrong)]) + " " + name + " " + what);
}
void lenient(Wrong wrong, const std::string& name, const std::string& what) {
  if (wrong != Wrong::nested) strict(wrong, name, what);
}

Params json(const char* text, Params::Refuse refuse = &strict) {
  Params params(refuse);
  params.read_json(text);
  return params;
}
template <class F>
std::string refusal(F&& f) {
  try {
    f();
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "";
}

TEST(ModuleParams, values_of_one_object_are_texts) {
  const Params p = json(R"({"a":"x","n":12,"yes":true,"none":null,"empty":"","no":"no","zero":0})");
  EXPECT_EQ(p.get("a"), "x");
  EXPECT_EQ(p.number("n", 5), 12);
  EXPECT_EQ(p.number("none", 5), 5);
  EXPECT_EQ(p.get("none", "o"), "o");
  EXPECT_EQ(p.get("empty", "o"), "o") << "empty is not given";
  EXPECT_TRUE(p.flag("yes"));
  EXPECT_FALSE(p.flag("no") || p.flag("zero") || p.flag("empty") || p.flag("absent"));
  EXPECT_EQ(json("").get("a"), "");
  EXPECT_EQ(json(R"({"d":"2023-06-30"})").day("d")->iso(), "2023-06-30");
  EXPECT_FALSE(json("{}").day("d"));
}

TEST(ModuleParams, what_is_wrong_is_told_to_the_module) {
  EXPECT_EQ(refusal([] { json("{"); }).substr(0, 5), "json ");
  EXPECT_EQ(refusal([] { json("[1,2]"); }), "object  [1,2]");
  EXPECT_EQ(refusal([] { json(R"({"a":{"b":1}})"); }), "nested a ");
  EXPECT_EQ(refusal([] { json(R"({"a":[1]})"); }), "nested a ");
  EXPECT_EQ(json(R"({"a":[1,2]})", &lenient).get("a").find_first_not_of("[1,2] \n"), std::string::npos) << "let pass: its text";
  EXPECT_TRUE(json(R"({"a":[1,2]})", &lenient).flag("a"));
  EXPECT_EQ(refusal([] { json("{}").need("a"); }), "missing a ");
  EXPECT_EQ(refusal([] { json(R"({"a":"xxxx"})").most("a", 3); }), "too-long a 3");
  EXPECT_EQ(json(R"({"a":"xxx"})").most("a", 3), "xxx");
  EXPECT_EQ(refusal([] { json(R"({"a":"x\ny"})").most("a", 3); }), "control a ");
  for (const char* wrong : {"-1", "1.0", "1e3", " 1", "1234567890123456"})
    EXPECT_EQ(refusal([&] { Params p(&strict); p.set("n", wrong); p.number("n", 0); }), std::string("number n ") + wrong);
  EXPECT_EQ(json(R"({"n":"1234567890123456"})").number("n", 0, 18), 1234567890123456);
}

TEST(ModuleParams, a_query_is_read_as_addresses_are_written) {
  Params p(&strict);
  EXPECT_TRUE(p.read_query("a=1+2&b=%E8%B4%A6%26&&c&a=3"));
  EXPECT_EQ(p.get("a"), "3") << "the last counts";
  EXPECT_EQ(p.get("b"), "账&");
  EXPECT_EQ(p.values().count("c"), 1u);
  EXPECT_EQ(p.values().size(), 3u);
  for (const char* malformed : {"a=%", "a=%2", "a=%2x", "%zz=1", "a=%FF", "a=%E8%B4"}) EXPECT_FALSE(Params(&strict).read_query(malformed)) << malformed;
  EXPECT_FALSE(p.read_query("a=%zz+1"));
  EXPECT_EQ(p.get("a"), "%zz 1") << "taken as it stands";
  std::string text;
  EXPECT_TRUE(percent_decode("a+b%2f", false, text));
  EXPECT_EQ(text, "a+b/");
  EXPECT_EQ(percent_encoded("账/-._a 1"), "%E8%B4%A6%2F-._a%201");
}

TEST(ModuleResult, items_totals_and_evidence) {
  Result r("ThingList");
  EXPECT_EQ(Result("ThingList").json("none"), R"({"kind":"ThingList","items":[],"exit":0,"summary":"none"})");
  r.item().field("a", "1");
  r.last().field("b", 2).end_object();
  r.item().field("a", "3").end_object();
  r.total("n", 2);
  r.total("sum", Fen(150));
  r.evidence("P1", "both");
  r.finding(false);
  EXPECT_FALSE(r.findings());
  r.finding();
  r.finding(false);
  EXPECT_TRUE(r.findings());
  EXPECT_EQ(r.json("two"), R"({"kind":"ThingList","items":[{"a":"1","b":2},{"a":"3"}],"totals":{"n":2,"sum":"1.50"},"evidence":{"P1":"both"},"exit":3,"summary":"two"})");
}

TEST(ModuleText, is_cut_between_characters) {
  EXPECT_EQ(cut("账套", 6), "账套");
  EXPECT_EQ(cut("账套", 5), "账");
  EXPECT_EQ(cut("账套", 2), "");
}

}  // namespace
}  // namespace mif::kit
