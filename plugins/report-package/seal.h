// SPDX-License-Identifier: Apache-2.0
// sign/manifest.sig: who stands for the manifest, and for the bytes of the file it was sealed in.
#pragma once

#include <string>
#include <string_view>

#include "package.h"

namespace mif::report_package {

inline constexpr const char* kManifestName = "manifest.json";
inline constexpr const char* kSealName = "sign/manifest.sig";

// The lines that are signed: both digests of the manifest, the file's, and who signs by which method.
std::string seal_message(std::string_view manifest, const Seal& seal);
// Signs, or keeps `kept` when it is a seal of this very manifest, or says that nobody signed.
Seal make_seal(std::string_view manifest, const std::string& container, const Signer& signer, const Seal& kept, bool same_manifest);
std::string seal_json(const Seal& seal);
// Throws report-package.seal unless it is the one way to write a seal.
Seal read_seal(const std::string& where, std::string_view json);
// Throws report-package.unsigned, .signature.
void check_seal(const std::string& where, std::string_view manifest, const Seal& seal, const Trusts& trusts, bool unsigned_too);

}  // namespace mif::report_package
