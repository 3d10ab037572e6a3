// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "settings.h"
#include "tables.h"

namespace mif::exchange {

// Counts and amounts of every batch by state. JSON result of the job; exit 3 when a batch does not add up.
std::string status_list(const Host& host, Call call, const std::string& book);

// Documents of one state; empty = those that wait for somebody, the held and the rejected. Exit 3 when these exist.
std::string document_list(const Host& host, Call call, const std::string& state, const std::string& book, std::size_t limit);

}  // namespace mif::exchange
