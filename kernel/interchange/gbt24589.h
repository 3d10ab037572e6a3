// SPDX-License-Identifier: Apache-2.0
// A book after GB/T 24589 by a profile: text files with a description of their format, or one XML file.
#pragma once

#include "kernel/interchange/book_reader.h"
#include "kernel/interchange/profile.h"

namespace mif::interchange {

using FileSink = std::function<void(const std::string& file, std::string_view bytes)>;  // appends
void write_profile_text(const BookReader& reader, const Profile& profile, const FileSink& sink);
void write_profile_xml(const BookReader& reader, const Profile& profile, const FileSink& sink);

}  // namespace mif::interchange
