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
bank_xmlfront::Profile cmb_like() {
  return bank_xmlfront::read_profile(node_of_info(repository_file("templates/bank/cmb-like.info"), "cmb-like.info"), "cmb-like.info");
}
std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}
bank_xmlfront::Payment payment(const std::string& ref, std::int64_t fen, const std::string& payee) {
  return {Day(2023, 6, 20), Fen(fen), ref, "9900001004001", "62258800" + ref, payee, "102290000012", "结算 " + ref};
}
std::unique_ptr<bank_xmlfront::Front> front_to(std::uint16_t port, std::int64_t timeout_ms) {
  return std::make_unique<bank_xmlfront::Front>(
      bank_xmlfront::Link{"demo-bank", "127.0.0.1", "MIF01", port, timeout_ms, std::make_shared<const bank_xmlfront::Profile>(cmb_like())}, now_ms);
}

}  // namespace mif::test
