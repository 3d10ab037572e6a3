// SPDX-License-Identifier: Apache-2.0
#include "rule_files.h"

#include <fstream>
#include <sstream>

#include "kernel/base/info.h"

namespace mif::exchange::testing {

namespace {

Node converted(const InfoNode& from) {
  Node node{from.key, from.value, from.line, {}};
  for (const auto& c : from.children) node.children.push_back(converted(c));
  return node;
}

std::string content(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

Node parse_node(const std::string& text, const std::string& file) { return converted(parse_info(text, file)); }

std::string read_text(const std::string& path) { return content(path); }

RuleSet parse_rules(const std::string& text) { return load_rules(parse_node(text, "test.info"), "test.info"); }

RuleSet shipped_rules(const std::string& name) {
  const std::string file = "templates/vouchers/" + name + ".info";
  return load_rules(parse_node(content(std::string(MIF_SOURCE_DIR) + "/" + file), file), file);
}

std::map<std::string, AccountInfo> shipped_chart(const std::string& name) {
  std::map<std::string, AccountInfo> accounts;
  // the chart of a stand-alone maternity fund is a template: the demonstration has no such fund
  std::istringstream in(content(std::string(MIF_SOURCE_DIR) + (name == "maternity" ? "/templates/chart/" : "/config/demo-province/chart/") + name + ".csv"));
  for (std::string line; std::getline(in, line);) {
    const std::string code = line.substr(0, line.find(','));
    if (code.empty() || code.find_first_not_of("0123456789") != std::string::npos) continue;
    AccountInfo account;
    account.code = code;
    accounts[code] = account;
  }
  for (auto& [code, account] : accounts) {
    const auto below = accounts.upper_bound(code);
    account.leaf = below == accounts.end() || below->first.rfind(code, 0) != 0;
  }
  return accounts;
}

std::string refusal(const std::string& rules) {
  try {
    parse_rules(rules);
  } catch (const Error& e) {
    return e.what();
  }
  return "accepted";
}

Document document(const std::string& type, const std::string& payload, Day day) {
  Document d;
  d.source = "demo";
  d.feed = "demo/main";
  d.cursor = "1";
  d.key = "K1";
  d.type = type;
  d.day = day;
  d.payload = payload;
  read_payload(d);
  return d;
}

}  // namespace mif::exchange::testing
