// SPDX-License-Identifier: Apache-2.0
#include "tests/bank/support.h"

#include <chrono>

#include "kernel/base/info.h"
#include "kernel/base/text.h"

namespace mif::test {

namespace {

Node convert(const InfoNode& from) {
  Node node{from.key, from.value, from.line, {}};
  for (const auto& child : from.children) node.children.push_back(convert(child));
  return node;
}

}  // namespace

Node node_of_info(const std::string& text, const std::string& file) { return convert(parse_info(text, file)); }
std::string repository_file(const std::string& below) { return read_file(std::string(MIF_SOURCE_DIR) + "/" + below); }
bank_xmlfront::Profile shipped_profile(const std::string& name) {
  return bank_xmlfront::read_profile(node_of_info(repository_file("templates/bank/" + name + ".info"), name + ".info"), name + ".info");
}
bank_xmlfront::Profile cmb_like() { return shipped_profile("cmb-like"); }
std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}
bank_xmlfront::Payment payment(const std::string& ref, std::int64_t fen, const std::string& payee) {
  return {Day(2023, 6, 20), Fen(fen), ref, "9900001004001", "62258800" + ref, payee, "102290000012", "结算 " + ref};
}
bank_xmlfront::Link link_to(const std::string& profile, std::uint16_t port, std::int64_t timeout_ms) {
  bank_xmlfront::Link link;
  link.name = "demo-bank";
  link.host = "127.0.0.1";
  link.login = "MIF01";
  link.port = port;
  link.timeout_ms = timeout_ms;
  link.profile = std::make_shared<const bank_xmlfront::Profile>(shipped_profile(profile));
  for (const char* name : {"cis", "corp", "customer", "password", "termid", "custid", "token"}) link.params[name] = std::string("P-") + name;
  return link;
}
std::unique_ptr<bank_xmlfront::Front> front_to(std::uint16_t port, std::int64_t timeout_ms) { return std::make_unique<bank_xmlfront::Front>(link_to("cmb-like", port, timeout_ms), now_ms); }

}  // namespace mif::test
