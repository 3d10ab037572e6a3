// SPDX-License-Identifier: Apache-2.0
// Every format a book is given to others in, by name.
#pragma once

#include "kernel/interchange/gbt24589.h"

namespace mif::interchange {

struct Format {
  std::string_view name, title, extension, content_type;
  bool folder = false;  // several files
};
const std::vector<Format>& formats();
const Format& format_of(std::string_view name);  // MIF_E_INVALID naming those there are

struct ExportOptions {
  Day created;          // in files that say when they were made
  std::string profile;  // path of the GB/T 24589 profile
};
// One file "BOOK.EXTENSION", or the files of the folder.
void export_book(const BookReader& reader, const Format& format, const ExportOptions& options, const FileSink& sink);

std::string zipped(const std::vector<std::pair<std::string, std::string>>& files, Day created);  // name, bytes

}  // namespace mif::interchange
