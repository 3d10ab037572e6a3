// SPDX-License-Identifier: Apache-2.0
// The bank's side of ISO 20022: what it makes of a camt.060.
#pragma once
#include <string>

#include "dialect.h"

namespace mif::banksim {

std::string version_of(const std::string& xml, const std::string& message);  // "09" of pain.001.001.09; MIF_E_INVALID
// A camt.052, .053 or .054 of the generation that was asked for. MIF_E_INVALID, MIF_E_NOT_FOUND.
std::string iso_report(Counter& counter, const Tree& request);

}  // namespace mif::banksim
