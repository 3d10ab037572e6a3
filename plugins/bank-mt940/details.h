// SPDX-License-Identifier: Apache-2.0
// The text of :86:. Three ways are in use: "166?00..?20..?32name" (any of ? < ~ ^ | before two digits), "/NAME/../IBAN/../EREF/..",
// and plain text.
#pragma once
#include <string>
#include <string_view>

namespace mif::bank_mt940 {

struct Details {
  std::string code;  // the three digits before the first field
  std::string text, client_ref, counter_account, counter_name;
};

// Lines separated by '\n', UTF-8.
Details read_details(std::string_view lines);

}  // namespace mif::bank_mt940
