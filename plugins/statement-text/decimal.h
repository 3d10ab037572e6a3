// SPDX-License-Identifier: Apache-2.0
// Decimal text of statement files, exact: never rounded, never a floating-point number.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "mif/ext/draft/statement_format.h"

namespace mif::statement_text {

// "1234,", "-12.50", "+0012,5", "1.234,56", "1,234,567.8", "12.50-": digits with ',' or '.'. When both stand there, or one of them
// more than once, the last kind is the decimal mark and the rest groups; a single mark is the decimal mark. False and not given
// when it is anything else, or does not fit 18 decimals and 64 bits once zeros at the end of the decimals are left out.
bool read_decimal(std::string_view text, mif_decimal& out);

// How many characters at the beginning of `text` are digits, ',' and '.'.
std::size_t decimal_length(std::string_view text);

mif_decimal decimal(std::int64_t units, std::int32_t scale);
mif_decimal negated(mif_decimal);
mif_decimal magnitude(mif_decimal);

// to += more, exact; false (and `to` unchanged) when it does not fit. Not given counts as zero.
bool add(mif_decimal& to, const mif_decimal& more);
bool equal(const mif_decimal& a, const mif_decimal& b);  // by value: 1.50 = 1.5; two not given are equal
std::string to_text(const mif_decimal&);                 // "-12.5", "0", "" when not given; no zeros at the end

// Decimals of a currency's smallest unit (ISO 4217): CNY 2, JPY 0, KWD 3; 2 when unknown.
int minor_digits(std::string_view currency);

}  // namespace mif::statement_text
