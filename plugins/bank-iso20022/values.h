// SPDX-License-Identifier: Apache-2.0
// Amounts and days as ISO 20022 writes them, and as banks do.
#pragma once
#include <string_view>

#include "mif/ext/draft/statement_format.h"

namespace mif::bank_iso20022 {

std::string_view trimmed(std::string_view text);
// "100.0000000000005" exactly, without zeros at the end of the decimals. False (not given) when it is no amount or does not fit.
bool read_decimal(std::string_view text, mif_decimal& out);
bool add(mif_decimal& to, const mif_decimal& more);  // exact; false when it does not fit
mif_decimal with_sign(mif_decimal amount, int sign);
// "2016-06-30", "2016-06-30+02:00", "2016-06-30T23:59:59Z", "20160630"; 0 when it is no day.
mif_day read_day(std::string_view text);
bool read_count(std::string_view text, std::int64_t& out);

}  // namespace mif::bank_iso20022
