// SPDX-License-Identifier: Apache-2.0
// Published structs only grow: sdk/abi/v1.layout holds the place of every field, and this compares. After appending a field,
// add it to fields.inc and run with UPDATE_LAYOUT=1; a changed or vanished line is a broken promise, not an update.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "headers.h"

extern "C" const mif_job* mif_c11_job(void);
extern "C" const mif_entry* mif_plugin_entry_v1(void);

namespace {

const std::string kFile = std::string(MIF_SOURCE_DIR) + "/sdk/abi/v1.layout";

std::vector<std::string> layout_now() {
  std::vector<std::string> lines;
  const auto field = [&](const char* type, const char* member, std::size_t offset, std::size_t size) {
    lines.push_back(std::string(type) + "." + member + " at " + std::to_string(offset) + " size " + std::to_string(size));
  };
#define STRUCT(type) lines.push_back(#type " size " + std::to_string(sizeof(type)));
#define FIELD(type, member) field(#type, #member, offsetof(type, member), sizeof(type::member));
#include "fields.inc"
  return lines;
}

TEST(AbiLayout, IsThePublishedOne) {
  const auto now = layout_now();
  if (std::getenv("UPDATE_LAYOUT")) {
    std::ofstream out(kFile);
    for (const auto& line : now) out << line << '\n';
  }
  std::ifstream in(kFile);
  ASSERT_TRUE(in) << kFile;
  std::vector<std::string> published;
  for (std::string line; std::getline(in, line);) published.push_back(line);
  EXPECT_EQ(now, published);
}

TEST(AbiLayout, NamesEveryFieldWithoutGaps) {
  // A field missing in fields.inc shows as a hole larger than padding can be.
  std::size_t end = 0;
  std::string type;
  const auto finish = [&](std::size_t size) { EXPECT_LT(size - end, 8u) << type; };
  std::size_t size = 0;
  for (const auto& line : layout_now()) {
    std::istringstream words(line);
    std::string name, word;
    std::size_t first = 0, second = 0;
    words >> name >> word >> first >> word >> second;
    if (name.find('.') == std::string::npos) {
      if (!type.empty()) finish(size);
      type = name;
      size = first;
      end = 0;
    } else {
      EXPECT_LT(first - end, 8u) << name;
      end = first + second;
    }
  }
  finish(size);
}

TEST(Headers, WorkInC11AndInCpp17) {
  ASSERT_NE(mif_c11_job(), nullptr);
  EXPECT_EQ(mif_plugin_entry_v1()->abi_major, MIF_ABI_MAJOR);
}

}  // namespace
