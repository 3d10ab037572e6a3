// SPDX-License-Identifier: Apache-2.0
// case_runner [--dsn DSN] FILE.case ...: exit 0 when every record answers what its file says. The form of the files: see
// case_file.h; the commands: commands_*.cpp. An expected "error CODE words" matches when the code is the same and the
// sentence holds the words.
#include <algorithm>
#include <cstdio>
#include <exception>

#include "tests/cases/case_world.h"

namespace {

using mif::cases::Record;

bool same(const std::vector<std::string>& expected, const std::vector<std::string>& found) {
  if (expected.size() == 1 && expected[0] == "ok") return found.size() == 1 && found[0].compare(0, 2, "ok") == 0;
  if (expected.size() != 1 || expected[0].compare(0, 6, "error ") != 0) return expected == found;
  if (found.size() != 1) return false;
  const auto code_end = std::min(expected[0].find(' ', 6), expected[0].size());
  const std::string code = expected[0].substr(0, code_end);
  const std::string words = code_end < expected[0].size() ? expected[0].substr(code_end + 1) : std::string();
  return found[0].compare(0, code.size() + 1, code + ' ') == 0 && found[0].find(words) != std::string::npos;
}

void print(const char* title, const std::vector<std::string>& lines) {
  std::fprintf(stderr, "  %s\n", title);
  for (const auto& line : lines) std::fprintf(stderr, "    %s\n", line.c_str());
}

int run(const std::string& path, const std::string& dsn) {
  const auto records = mif::cases::read_case_file(path);
  if (records.empty()) throw std::runtime_error(path + " has no record");
  mif::cases::World world(dsn);
  int failed = 0;
  for (const Record& record : records) {
    std::vector<std::string> found;
    try {
      found = world.run(record);
    } catch (const std::exception& error) {
      found = {std::string("broken record: ") + error.what()};
    }
    if (same(record.expected, found)) continue;
    std::fprintf(stderr, "%s:%d: %s\n", path.c_str(), record.line, record.command.c_str());
    print("expected", record.expected);
    print("found", found);
    ++failed;
  }
  std::printf("%s: %zu records, %d failed\n", path.c_str(), records.size(), failed);
  return failed;
}

}  // namespace

int main(int argc, char** argv) {
  std::string dsn;
  int failed = 0, files = 0;
  try {
    for (int i = 1; i < argc; ++i) {
      if (std::string(argv[i]) == "--dsn" && i + 1 < argc) {
        dsn = argv[++i];
        continue;
      }
      failed += run(argv[i], dsn);
      ++files;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "case_runner: %s\n", error.what());
    return 2;
  }
  if (files == 0) std::fprintf(stderr, "usage: case_runner [--dsn DSN] FILE.case ...\n");
  return files == 0 ? 2 : failed == 0 ? 0 : 1;
}
