// SPDX-License-Identifier: Apache-2.0
// The wire form: an XML envelope in GBK with one INFO block and any number of flat data blocks. Written apart from the
// adapter's reader on purpose: two sides that share code agree on their mistakes.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mif::banksim {

struct Block {
  std::string name;
  std::vector<std::pair<std::string, std::string>> fields;  // tag, text; UTF-8

  std::string get(std::string_view tag) const;
  Block& set(std::string tag, std::string text);
};

struct Message {
  Block info;
  std::vector<Block> blocks;
};

std::string convert(const char* to, const char* from, std::string_view text);  // MIF_E_INVALID
Message parse(const std::string& gbk_xml);    // MIF_E_INVALID
std::string print(const Message& message);    // GBK bytes with their XML declaration

}  // namespace mif::banksim
