// SPDX-License-Identifier: Apache-2.0
// Report sets, keys and broken files that the tests of this folder share.
#pragma once

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "report-package/package.h"
#include "report-package/zip.h"

namespace mif::report_package::testing {

// Two tables, one of them with a Chinese code, texts that look like formulas, an attachment.
ReportSet sample();
// Any set the format allows.
ReportSet random_set(std::mt19937_64& random, const std::string& unit);

Signer signer(bool sm2);
Trusts trusting(bool sm2);     // the key of that signer
const std::string& public_pem(bool sm2);
const Limits& unsigned_too();  // limits that take what nobody signed

// "report-package.zip", or "" when it is taken.
std::string refusal(std::string_view bytes, const Trusts& trusts = {}, const Limits& limits = unsigned_too(), std::string* sentence = nullptr);

// The file as an attacker without a key can make it: other entries, in order, with a seal that says nobody signed.
std::string repacked(std::vector<Entry> entries);
// All entries of an archive, and where the last one begins.
struct Unzipped {
  std::vector<Entry> entries;
  std::size_t last = 0;
};
Unzipped unzip(std::string_view bytes, const Limits& limits);
std::vector<Entry> entries_of(std::string_view bytes);
// One entry changed, and the manifest made to agree with it.
std::string with_changed(std::string_view bytes, const std::string& name, const std::function<void(std::string&)>& change);
std::string replaced(std::string text, const std::string& from, const std::string& to);  // exactly once

}  // namespace mif::report_package::testing
