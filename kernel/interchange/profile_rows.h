// SPDX-License-Identifier: Apache-2.0
// The rows of a profile's tables, each as values by name. Private to the interchange room.
#pragma once

#include <map>

#include "kernel/interchange/book_reader.h"
#include "kernel/interchange/profile.h"

namespace mif::interchange {

using Values = std::map<std::string, std::string, std::less<>>;
// Calls `each` for every row; `whose` names it for a message. MIF_E_INVALID when the profile has no place for something.
void profile_rows(const BookReader& reader, const ProfileTable& table, const std::function<void(const Values&, const std::string& whose)>& each);

}  // namespace mif::interchange
