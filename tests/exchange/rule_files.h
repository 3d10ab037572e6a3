// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "document.h"
#include "mapping.h"
#include "rules.h"

namespace mif::exchange::testing {

Node parse_node(const std::string& text, const std::string& file);
std::string read_text(const std::string& path);
RuleSet parse_rules(const std::string& text);             // as "test.info"
RuleSet shipped_rules(const std::string& name);           // templates/vouchers/NAME.info
std::map<std::string, AccountInfo> shipped_chart(const std::string& name);  // config/demo-province/chart/NAME.csv
std::string refusal(const std::string& rules);            // the sentence, or "accepted"
Document document(const std::string& type, const std::string& payload, Day day = Day(2023, 6, 12));

}  // namespace mif::exchange::testing
