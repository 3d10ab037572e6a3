// SPDX-License-Identifier: Apache-2.0
// The life of a payment instruction, as a pure function of what the bank says.
//
// Invariant: `unknown` is left only by bank evidence (a query, a statement line) or by two people; a payment that may have
// left is never made `approved` or `failed` by our own side's errors.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mif/ext/bank_adapter.h"

namespace mif::treasury {

enum class State { prepared, approved, sending, accepted, processing, awaits_bank, scheduled, suspended, unknown, done, failed, returned, cancelled };

std::string name_of(State state);
State state_of(std::string_view name);
std::string title_of(State state);  // for people

// Blocks another payment of the same obligation.
bool live(State state);
// The bank may have it and has not said the last word.
bool in_flight(State state);
// The states in_flight() is true for, as the list of an SQL "in": 'sending', 'accepted', ...
std::string in_flight_list();

// What one answer makes of a payment. `earlier_sends`: how often it was offered before this answer's call.
State after_submit(State now, int outcome, std::int64_t earlier_sends);
State after_query(State now, int outcome);

std::string outcome_name(int outcome);
// Milliseconds until the next query: 5 s, 15 s, 1 min, 5 min, 30 min, then 2 h.
std::int64_t query_delay_ms(std::int64_t queries_made);

}  // namespace mif::treasury
