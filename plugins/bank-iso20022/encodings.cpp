// SPDX-License-Identifier: Apache-2.0
#include "encodings.h"

#include <Poco/TextEncoding.h>

#include <algorithm>
#include <string>
#include <vector>

#include "charset.h"

namespace mif::bank_iso20022 {

namespace {

constexpr int kFirst = 0x81, kLast = 0xFE, kFirstTrail = 0x40;

int code_point(const std::string& utf8) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(utf8[i]); };
  if (utf8.size() == 2) return (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
  if (utf8.size() == 3) return (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
  return -1;
}

std::vector<int> gbk_table() {
  std::vector<int> table;
  for (int lead = kFirst; lead <= kLast; ++lead)
    for (int trail = kFirstTrail; trail <= kLast; ++trail) {
      const char pair[2] = {static_cast<char>(lead), static_cast<char>(trail)};
      std::string utf8;
      table.push_back(charset::read_bytes("GBK", {pair, 2}, utf8) == std::string_view::npos ? code_point(utf8) : -1);
    }
  return table;
}

int XMLCALL convert_gbk(void*, const char* s) {
  static const std::vector<int> table = gbk_table();
  const int lead = static_cast<unsigned char>(s[0]), trail = static_cast<unsigned char>(s[1]);
  if (lead < kFirst || lead > kLast || trail < kFirstTrail || trail > kLast) return -1;
  return table[static_cast<std::size_t>((lead - kFirst) * (kLast - kFirstTrail + 1) + trail - kFirstTrail)];
}

}  // namespace

int know_encoding(void*, const XML_Char* name, XML_Encoding* encoding) try {
  encoding->data = nullptr;
  encoding->convert = nullptr;
  encoding->release = nullptr;
  std::string upper(name);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  if (upper == "GBK" || upper == "GB2312" || upper == "GB18030" || upper == "CP936" || upper == "WINDOWS-936") {
    for (int b = 0; b < 256; ++b) encoding->map[b] = b < 0x80 ? b : b >= kFirst && b <= kLast ? -2 : -1;
    encoding->convert = convert_gbk;
    return XML_STATUS_OK;
  }
  const auto known = Poco::TextEncoding::find(upper);
  if (!known) return XML_STATUS_ERROR;
  const auto& map = known->characterMap();
  for (int b = 0; b < 256; ++b) {
    if (map[static_cast<std::size_t>(b)] < -1) return XML_STATUS_ERROR;  // of more bytes
    encoding->map[b] = map[static_cast<std::size_t>(b)];
  }
  return XML_STATUS_OK;
} catch (...) {
  return XML_STATUS_ERROR;
}

}  // namespace mif::bank_iso20022
