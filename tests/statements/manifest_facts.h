// SPDX-License-Identifier: Apache-2.0
// The facts a manifest of sample files states about each, and how a reader's account of the file differs from them.
#pragma once
#include <string>
#include <vector>

#include "collect.h"

namespace mif::testing {

struct FileFacts {
  std::string file, kind, sha256_16, facts;  // facts: JSON
};

std::vector<FileFacts> read_manifest(const std::string& path);  // of those that state facts

// One sentence per difference. Three shapes of facts are known: by statement (MT940, MT942, camt), by file of OFX, by file of BAI2.
std::vector<std::string> differences(const FileFacts&, const Seen&);

}  // namespace mif::testing
