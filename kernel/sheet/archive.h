// SPDX-License-Identifier: Apache-2.0
// The files of a ZIP archive that somebody else packed: what a unit sends when it sends many workbooks at once.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "kernel/sheet/read.h"

namespace mif::sheet {

using FileSink = std::function<void(const std::string& name, std::string_view bytes)>;
// Each file with its path in the archive (UTF-8 or GB 18030, as packers write them), in the order of the paths. Folders and what
// desktops leave behind (__MACOSX, .DS_Store, ~$book.xlsx) are passed over. What is no archive - or is a workbook, which is a ZIP
// itself - is one file with an empty name. MIF_E_INVALID, one sentence: broken, encrypted, a bomb, a path that leaves the archive,
// more than 2,000 files.
void read_files(std::string_view bytes, const FileSink& sink, const ReadLimits& limits = {});

}  // namespace mif::sheet
