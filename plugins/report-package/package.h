// SPDX-License-Identifier: Apache-2.0
// Data packages: one ZIP per report, or one for many units; docs/reporting/packages.md. The same input gives the same bytes but for
// the signature of a scheme with random numbers (SM2); the identity of a package is the digest of its manifest. A file of many units
// is written and read unit by unit: what is held of it is one unit and an index.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mif/error.hpp"
#include "report_set.h"
#include "source.h"

namespace mif::report_package {

// Where bytes go, piece by piece.
using Sink = std::function<void(std::string_view)>;

// Signs the few lines that name what is signed; crypto::sign of plugins/crypto fits for "sm2-sm3" and "ed25519".
struct Signer {
  std::string algorithm, key_id, certificate;
  std::function<std::string(std::string_view message)> sign;  // none: the package is not signed
};
// Whether a key this side trusts made the signature. [any-thread]
using Trusts = std::function<bool(const Seal& seal, std::string_view message)>;

// In bytes. file: as it lies there. Unpacked: one file of it, all files of a unit, all of it; ratio: unpacked to packed, above 16 MiB.
struct Limits {
  std::size_t file_bytes = 256u << 20, entry_bytes = 64u << 20, unit_bytes = 512u << 20, unpacked_bytes = std::size_t{4} << 30;
  std::size_t entries = 40000, name_bytes = 240, ratio = 200, units = 2000;
  bool unsigned_too = false;  // take a package nobody signed
};

// Throws MIF_E_INVALID when the set breaks a rule of the format; `set.digest` becomes what the package is named by.
std::string write_package(ReportSet& set, const Signer& signer = {});

// A file of many units with one package, ministry and period. Units keep the seals they were read with.
struct Gathering {
  std::string version{kVersion}, tool, created;
  std::map<std::string, std::string> unknown;  // fields of later versions
  Seal seal;           // of the file, as read; a writer without a signer keeps it
  std::string digest;  // of the file's own manifest
  bool operator==(const Gathering&) const = default;
};

// Writes such a file: holds one unit at a time, and the packed rest in a temporary file. Not to be used after finish().
class GatheringWriter {
 public:
  GatheringWriter();
  ~GatheringWriter();
  // In any order. Throws as write_package does, and report-package.mixed for a unit that does not belong to the others.
  void add(ReportSet& set);
  // Throws report-package.mixed when there is no unit. `top.digest` becomes what the file is named by.
  void finish(Gathering& top, const Signer& signer, const Sink& out);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};
// The same of what is in memory, into memory.
std::string write_gathering(std::vector<ReportSet>& sets, Gathering& top, const Signer& signer = {});

struct ZipIndex;

// The import gate: all of the file is good or all of it is refused, MIF_E_INVALID and one sentence. It goes over the file twice: every
// byte up to the signature first, then unit by unit what the units say. [any-thread] once it stands
class PackageReader {
 public:
  // `each` gets the units as they are read, before the last of them is: what it keeps is not good until this has returned.
  // `progress`: bytes looked at, of how many. `source` must live as long as this.
  PackageReader(const Source& source, const Trusts& trusts, const Limits& limits = {}, const std::function<void(ReportSet&&)>& each = {},
                const std::function<void(std::size_t, std::size_t)>& progress = {});
  ~PackageReader();

  bool gathered() const { return gathered_; }
  const Gathering& top() const { return top_; }       // of a gathered file
  const std::string& digest() const { return digest_; }  // what names the package: of the file's own manifest
  const std::string& file_digest() const;             // SHA-256 of the whole file
  const std::vector<std::string>& units() const { return units_; }  // codes, in order
  bool has(const std::string& unit) const { return digests_.count(unit) > 0; }
  // One unit once more. Throws report-package.digest when it is not what was read at first: somebody changed the file in between.
  ReportSet unit(const std::string& code) const;

 private:
  ReportSet read_unit(const std::string& code) const;
  void read_units(const std::string& json, const std::function<void(ReportSet&&)>& each, const std::function<void(std::size_t, std::size_t)>& progress);

  const Source& source_;
  const Trusts trusts_;
  const Limits limits_;
  std::unique_ptr<ZipIndex> index_;
  bool gathered_ = false;
  Gathering top_;
  std::string digest_;
  Seal seal_;
  std::vector<std::string> units_;
  std::map<std::string, std::string> digests_;                            // by unit
  std::map<std::string, std::pair<std::size_t, std::size_t>> where_;      // its files in the index: from, to
};

struct Opened {
  std::vector<ReportSet> sets;  // one, or by unit code
  bool gathered = false;
  Gathering top;  // of a gathered file
};
// All of a file that is in memory, into memory. [any-thread]
Opened read_package(std::string_view bytes, const Trusts& trusts, const Limits& limits = {});

}  // namespace mif::report_package
