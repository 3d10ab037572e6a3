// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace mif::bank_iso20022 {

std::string sha256(std::string_view bytes);  // hex
bool read_whole(const std::filesystem::path& path, std::string& out, std::uintmax_t most);
// A file that is on the disk when this returns; false and nothing left behind otherwise.
bool write_durably(const std::filesystem::path& path, std::string_view bytes);
bool sync_folder(const std::filesystem::path& folder);

}  // namespace mif::bank_iso20022
