// SPDX-License-Identifier: Apache-2.0
// camt.052, camt.053 and camt.054 of any version as a stream of events. What the schema says is not asked: of real files most
// break it. An entry is one accounting line; the transactions below it are its children and never lines of their own.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "mif/ext/draft/statement_format.h"

namespace mif::bank_iso20022 {

using Cancelled = std::function<bool()>;

// How sure, 0..100; `format` = camt.052, camt.053 or camt.054.
int sniff_camt(std::string_view head, std::string& format);

// MIF_E_UNAVAILABLE when the bytes cannot be read, MIF_E_DEADLINE when cancelled; whatever the file holds is told as trouble.
// `options`: charset=NAME.
void read_camt(std::string_view format, std::string_view options, mif_byte_source& bytes, mif_statement_events& events, const Cancelled& cancelled = {});

}  // namespace mif::bank_iso20022
