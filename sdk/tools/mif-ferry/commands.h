// SPDX-License-Identifier: Apache-2.0
// What mif-ferry does. Each may be run again at any time and killed at any moment.
#pragma once

#include <iosfwd>

#include "config.h"

namespace mif::ferry_tool {

std::int64_t now_ms();

// New rows of the exchange database, or the lines of `lines_file` when it is not empty, into bundles. `control`: a bundle even when there is nothing.
int pack(const Config& config, const std::string& lines_file, bool control, std::ostream& out);
// Reads answer bundles, writes ex_status (or prints the lines when there is no database), sends again what the other side misses.
// 3 when the sums of both sides differ, an answer is missing or lies in quarantine.
int answer(const Config& config, std::ostream& out);
int status(const Config& config, std::ostream& out);
int repeat(const Config& config, std::int64_t from, std::int64_t to, std::ostream& out);
// Verifies a bundle of ours or theirs and prints header and manifest; with `lines` its content too.
int inspect(const Config& config, const std::string& file, bool lines, std::ostream& out);
// NAME.key.pem and NAME.shared (mode 0600), NAME.pem. Refuses to overwrite.
int keygen(const std::string& suite, const std::string& name, std::ostream& out);

}  // namespace mif::ferry_tool
