// SPDX-License-Identifier: Apache-2.0
#include "charset.h"

#include <iconv.h>
#include <simdjson.h>

#include <cerrno>

#include "mif/error.hpp"

namespace mif::charset {

namespace {

class Converter {
 public:
  Converter(const char* to, const char* from) : cd_(iconv_open(to, from)) {
    if (cd_ == reinterpret_cast<iconv_t>(-1)) throw Error(MIF_E_UNSUPPORTED, "charset.unsupported", std::string("系统缺少字符集 (no character set) ") + from + " -> " + to);
  }
  ~Converter() { iconv_close(cd_); }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  // The offset of the first byte that has no place in the target, or npos.
  std::size_t run(std::string_view text, std::string& out) {
    char* in = const_cast<char*>(text.data());
    std::size_t left = text.size();
    char buffer[8192];
    while (left > 0) {
      char* at = buffer;
      std::size_t room = sizeof buffer;
      const std::size_t result = iconv(cd_, &in, &left, &at, &room);
      out.append(buffer, sizeof buffer - room);
      if (result == static_cast<std::size_t>(-1) && errno != E2BIG) return text.size() - left;
    }
    return std::string_view::npos;
  }

 private:
  iconv_t cd_;
};

// The whole UTF-8 character at `offset`, for the message.
std::string_view character_at(std::string_view text, std::size_t offset) {
  std::size_t n = 1;
  while (offset + n < text.size() && (static_cast<unsigned char>(text[offset + n]) & 0xC0) == 0x80) ++n;
  return text.substr(offset, n);
}

}  // namespace

std::string to_bank(std::string_view charset, std::string_view utf8) {
  std::string out;
  const std::string name(charset);
  const std::size_t bad = Converter(name.c_str(), "UTF-8").run(utf8, out);
  if (bad != std::string_view::npos)
    throw Error(MIF_E_INVALID, "charset.not-in-set", "银行字符集 " + name + " 里没有这个字 (no such character there): \"" + std::string(character_at(utf8, bad)) + "\"");
  return out;
}

std::size_t read_bytes(std::string_view charset, std::string_view bytes, std::string& utf8) {
  // The common case costs a look, not a conversion; iconv says where it fails.
  if (charset == "UTF-8" && simdjson::validate_utf8(bytes.data(), bytes.size())) {
    utf8.append(bytes);
    return std::string_view::npos;
  }
  return Converter("UTF-8", charset == "UTF-8" ? "UTF-8" : "GB18030").run(bytes, utf8);
}

std::string from_bank(std::string_view charset, std::string_view bytes) {
  std::string out;
  const std::size_t bad = read_bytes(charset, bytes, out);
  if (bad != std::string_view::npos)
    throw Error(MIF_E_INVALID, "charset.malformed", "银行报文第 " + std::to_string(bad) + " 字节不是 " + std::string(charset) + " 编码 (not in the agreed character set)");
  return out;
}

}  // namespace mif::charset
