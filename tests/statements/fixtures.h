// SPDX-License-Identifier: Apache-2.0
// Files made for these tests, one odd case each, with what a reader tells of it; the fuzzers mutate the same files.
// tests/statements/*.cases: "== name", the file, "-- told", one line per event. In the file "\r", "\xNN" and "\\" stand for bytes, a
// backslash at the end of a line takes the line end away.
#pragma once
#include <string>
#include <vector>

namespace mif::testing {

struct Case {
  std::string name, written, text, told;  // written: the file as it stands in the .cases file
};

std::vector<Case> read_cases(const std::string& path);
void write_cases(const std::string& path, const std::vector<Case>&);
std::vector<std::string> case_texts(const std::string& name);  // "mt940"

}  // namespace mif::testing
