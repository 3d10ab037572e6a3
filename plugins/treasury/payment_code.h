// SPDX-License-Identifier: Apache-2.0
// The reference a payment carries to the bank and back: "YB", six characters of the installation, ten digits from a database
// sequence, two check digits (ISO 7064 MOD 97-10). 20 characters, letters and digits only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mif::treasury {

// Tells installations apart that pay through one bank account: made once, from the moment of the first payment.
std::string installation_tag(std::int64_t unix_ms);
std::string payment_code(std::string_view tag, std::int64_t sequence);
bool valid_payment_code(std::string_view code);

}  // namespace mif::treasury
