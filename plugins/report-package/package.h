// SPDX-License-Identifier: Apache-2.0
// Data packages: one ZIP per report, or one for many units; docs/reporting/packages.md. The same input gives the same bytes but for
// the signature of a scheme with random numbers (SM2); the identity of a package is the digest of its manifest.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "mif/error.hpp"
#include "report_set.h"

namespace mif::report_package {

// Signs the few lines that name what is signed; crypto::sign of plugins/crypto fits for "sm2-sm3" and "ed25519".
struct Signer {
  std::string algorithm, key_id, certificate;
  std::function<std::string(std::string_view message)> sign;  // none: the package is not signed
};
// Whether a key this side trusts made the signature. [any-thread]
using Trusts = std::function<bool(const Seal& seal, std::string_view message)>;

struct Limits {
  std::size_t file_bytes = 256u << 20, unpacked_bytes = 512u << 20, entry_bytes = 64u << 20;
  std::size_t entries = 40000, name_bytes = 240, ratio = 200, units = 2000;
  bool unsigned_too = false;  // take a package nobody signed
};

// Throws MIF_E_INVALID when the set breaks a rule of the format; `set.digest` becomes what the package is named by.
std::string write_package(ReportSet& set, const Signer& signer = {});

// A file of many units with one package, ministry, period and layer. Units keep the seals they were read with.
struct Gathering {
  std::string version{kVersion}, tool, created;
  std::map<std::string, std::string> unknown;  // fields of later versions
  Seal seal;           // of the file, as read; a writer without a signer keeps it
  std::string digest;  // of the file's own manifest
  bool operator==(const Gathering&) const = default;
};
std::string write_gathering(std::vector<ReportSet>& sets, Gathering& top, const Signer& signer = {});

struct Opened {
  std::vector<ReportSet> sets;  // one, or by unit code
  bool gathered = false;
  Gathering top;  // of a gathered file
};
// The import gate: all of the file is good or all of it is refused, MIF_E_INVALID and one sentence. [any-thread]
Opened read_package(std::string_view bytes, const Trusts& trusts, const Limits& limits = {});

}  // namespace mif::report_package
