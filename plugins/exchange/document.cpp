// SPDX-License-Identifier: Apache-2.0
#include "document.h"

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/UTF8Encoding.h>
#include <openssl/evp.h>

#include <memory>

#include "mif/error.hpp"

namespace mif::exchange {

namespace {

bool plain_text(const std::string& text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  return true;
}

bool valid_utf8(std::string_view text) {
  static const Poco::UTF8Encoding encoding;
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t at = 0;
  while (at < text.size()) {
    const int n = p[at] < 0x80 ? 1 : p[at] >= 0xf0 ? 4 : p[at] >= 0xe0 ? 3 : 2;
    if (at + static_cast<std::size_t>(n) > text.size()) return false;
    if (n > 1 && !Poco::UTF8Encoding::isLegal(p + at, n)) return false;
    at += static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace

Fields flat_object(std::string_view json) {
  Fields fields;
  try {
    Poco::JSON::Parser parser;
    parser.setDepth(4);
    const auto object = parser.parse(std::string(json)).extract<Poco::JSON::Object::Ptr>();
    for (const auto& [name, value] : *object) {
      if (!value.isString()) throw Error(MIF_E_INVALID, "document.value-not-text", "\"" + name + "\" 应为文本 (every value must be a text, money as \"123.45\")");
      const auto& text = value.extract<std::string>();
      if (!plain_text(name) || !plain_text(text)) throw Error(MIF_E_INVALID, "document.control-character", "\"" + clean(name, 40) + "\" 含有控制字符 (has control characters)");
      fields.emplace(name, text);
    }
  } catch (const Poco::Exception& e) {
    throw Error(MIF_E_INVALID, "document.not-json", "不是 JSON 对象 (not a JSON object): " + clean(e.displayText(), 200));
  }
  return fields;
}

void read_payload(Document& document) {
  try {
    if (document.payload.size() > kLongestPayload)
      throw Error(MIF_E_INVALID, "document.too-long", "单据内容超过 " + std::to_string(kLongestPayload) + " 字节 (payload is too long)");
    if (!valid_utf8(document.payload)) throw Error(MIF_E_INVALID, "document.not-utf8", "单据内容不是 UTF-8 (payload is not UTF-8)");
    document.fields = flat_object(document.payload);
    if (!document.day.valid()) throw Error(MIF_E_INVALID, "document.day", "单据日期无效 (invalid day) " + std::to_string(document.day.value()));
  } catch (const Error& e) {
    document.trouble = e.what();
    document.fields.clear();
  }
}

std::string digest_of(const Document& document) {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> hash(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  const auto add = [&](std::string_view text) {
    // length first: ("ab","c") and ("a","bc") must differ
    const std::string n = std::to_string(text.size()) + ":";
    EVP_DigestUpdate(hash.get(), n.data(), n.size());
    EVP_DigestUpdate(hash.get(), text.data(), text.size());
  };
  EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr);
  add(document.type);
  add(std::to_string(document.day.value()));
  if (!document.trouble.empty()) add(document.payload);
  for (const auto& [name, text] : document.fields) {
    add(name);
    add(text);
  }
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned n = 0;
  EVP_DigestFinal_ex(hash.get(), bytes, &n);
  static const char* hex = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < n; ++i) {
    text += hex[bytes[i] >> 4];
    text += hex[bytes[i] & 15];
  }
  return text;
}

std::string clean(std::string_view text, std::size_t bytes) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    std::size_t n = c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 0;
    if (n == 0 || at + n > text.size() || !valid_utf8(text.substr(at, n)) || c < 0x20 || c == 0x7f) {
      if (result.size() + 1 > bytes) break;
      result += '?';
      ++at;
      continue;
    }
    if (result.size() + n > bytes) break;
    result.append(text.substr(at, n));
    at += n;
  }
  return result;
}

}  // namespace mif::exchange
