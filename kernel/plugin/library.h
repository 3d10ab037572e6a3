// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "kernel/plugin/manifest.h"
#include "mif/abi.h"

namespace mif::plugin {

// Loads the library at its exact path, for good, and finds its entry. MIF_E_INVALID with the loader's own words. [control-thread]
const mif_entry* open_library(const std::string& path);
// The handshake: size, ABI major, oldest host, then id, version, provides and needs against the manifest. MIF_E_INVALID /
// MIF_E_UNSUPPORTED naming expected and found.
void check_handshake(const Manifest& manifest, const mif_entry& entry);
// Draft extensions have no promise yet: plugin and host must be built by the same SDK and compiler. MIF_E_UNSUPPORTED.
void check_drafts(const Manifest& manifest, const mif_entry& entry, bool allow_draft);
// What can be refused before any code of the plugin runs. MIF_E_UNSUPPORTED.
void check_manifest(const Manifest& manifest, bool allow_draft);

std::string version_text(unsigned version);  // 0x00MMmmpp -> "1.2.3"

}  // namespace mif::plugin
