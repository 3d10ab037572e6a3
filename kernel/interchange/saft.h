// SPDX-License-Identifier: Apache-2.0
// A book as Standard Audit File (OECD SAF-T, the published Norwegian Financial schema 1.10), which audit software of many
// countries reads. What the schema is too short for is refused by name, never cut.
#pragma once

#include "kernel/interchange/book_reader.h"

namespace mif::interchange {

void write_saft(const BookReader& reader, Day created, const Sink& sink);

}  // namespace mif::interchange
