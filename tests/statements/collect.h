// SPDX-License-Identifier: Apache-2.0
// What a reader tells about a file, kept, and as one line of text per event.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "mif/ext/draft/statement_format.h"

namespace mif::testing {

using CoreReader = std::function<void(mif_byte_source&, std::string_view options, mif_statement_events&, const std::function<bool()>& cancelled)>;

struct SeenBalance {
  int kind = 0;
  mif_day day = 0;
  mif_decimal amount{};
  std::string code;
};
struct SeenEntry {
  int status = 0;
  mif_day day = 0, value_day = 0;
  bool reversal = false;
  mif_decimal amount{};
  std::string bank_ref, client_ref, counter_account, counter_name, text, code;
};
struct SeenStatement {
  std::string account, currency, id, number;
  std::vector<SeenBalance> balances;
  std::vector<SeenEntry> entries;
  std::int64_t declared_entries = -1;
  mif_decimal declared_sum{}, declared_credits{}, declared_debits{};
};
struct SeenTrouble {
  int level = 0;
  std::int64_t byte = 0, line = 0;
  std::string code, what;
};
struct Seen {
  std::vector<SeenStatement> statements;
  std::vector<SeenTrouble> troubles;
  std::string told;      // one line per event, in order
  std::string disorder;  // an event where it may not stand, empty when all is well
};

// `chunk` bytes at a time; `enough_after` entries the receiver has enough.
Seen collect(const CoreReader&, std::string_view bytes, std::string_view options = {}, std::size_t chunk = 64 * 1024, std::size_t enough_after = SIZE_MAX);

}  // namespace mif::testing
