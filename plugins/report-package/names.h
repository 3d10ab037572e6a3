// SPDX-License-Identifier: Apache-2.0
// What may name a file of a package, and what may travel as an attachment.
#pragma once

#include <string>
#include <string_view>

namespace mif::report_package {

// One part of a path that every file system takes and nobody can misread: no separators, no dots at the ends, nothing invisible.
bool is_plain_name(std::string_view name);
// Control characters as ?: what stands in a file may be quoted, and the sentence stays one sentence.
std::string one_line(std::string text);
// Parts joined by '/'.
bool is_plain_path(std::string_view path);
// Without the difference of capital letters: two files of a package differ by more than that.
std::string folded(std::string_view path);

// Throws report-package.attachment when the file is of no kind that only shows something: macros, programs, archives, or one kind named as another.
void check_attachment(const std::string& where, std::string_view name, std::string_view bytes);

}  // namespace mif::report_package
