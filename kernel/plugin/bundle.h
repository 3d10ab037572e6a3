// SPDX-License-Identifier: Apache-2.0
// A plugin's folder NAME.plugin/, read once into memory: what is verified is exactly what is stored and loaded later.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "kernel/plugin/manifest.h"
#include "kernel/plugin/trust.h"

namespace mif::plugin {

struct Bundle {
  std::string manifest_bytes, signature_bytes;
  std::map<std::string, std::string> files;  // relative name -> content; without plugin.json and plugin.sig
  Manifest manifest;
  std::string digest;  // sm3 over plugin.json and every file: the bundle's name in the store
};

// Only regular files, no links, at most 4096 files and 256 MiB. MIF_E_NOT_FOUND, MIF_E_INVALID.
Bundle read_bundle(const std::string& folder);

struct BundlePolicy {
  bool allow_unsigned = false;    // also: no digests in plugin.json
  bool require_province = false;  // besides the vendor's signature
};
// Digests, then signatures, then revocation, then the library's symbol table. Throws with one sentence.
SignatureVerdict verify_bundle(const Bundle& bundle, const Trust& trust, const BundlePolicy& policy);

// Writes the bundle to <store>/<digest>/ (files 0555) unless it is there already; returns that folder.
std::string store_bundle(const Bundle& bundle, const std::string& store_folder);

}  // namespace mif::plugin
