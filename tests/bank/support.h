// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "front.h"
#include "tests/sim/sim_process.h"

namespace mif::test {

Node node_of_info(const std::string& text, const std::string& file);  // what mif.config/1 would hand to a plugin
std::string repository_file(const std::string& below);
bank_xmlfront::Profile shipped_profile(const std::string& name);
bank_xmlfront::Profile cmb_like();
bank_xmlfront::Link link_to(const std::string& profile, std::uint16_t port, std::int64_t timeout_ms = 5000);
std::int64_t now_ms();
bank_xmlfront::Payment payment(const std::string& ref, std::int64_t fen, const std::string& payee = "示例市第一人民医院");
// A link to a running simulator.
std::unique_ptr<bank_xmlfront::Front> front_to(std::uint16_t port, std::int64_t timeout_ms = 5000);

}  // namespace mif::test
