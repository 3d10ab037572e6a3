// SPDX-License-Identifier: Apache-2.0
#include "names.h"

#include <algorithm>
#include <array>

#include "ferry/json_reader.h"
#include "mif/error.hpp"

namespace mif::report_package {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Zero-width characters, and those that turn the direction of writing round: "合计\u202Eslx.exe".
bool has_invisible(std::string_view text) {
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    const auto a = static_cast<unsigned char>(text[i]), b = static_cast<unsigned char>(text[i + 1]), c = static_cast<unsigned char>(text[i + 2]);
    if (a == 0xE2 && b == 0x80 && ((c >= 0x8B && c <= 0x8F) || (c >= 0xA8 && c <= 0xAE))) return true;
    if (a == 0xE2 && b == 0x81 && c >= 0xA0 && c <= 0xAF) return true;
    if (a == 0xEF && b == 0xBB && c == 0xBF) return true;
  }
  return false;
}

bool is_device(std::string_view name) {
  const std::string base = folded(name.substr(0, name.find('.')));
  if (base == "con" || base == "prn" || base == "aux" || base == "nul") return true;
  return base.size() == 4 && (base.substr(0, 3) == "com" || base.substr(0, 3) == "lpt") && base[3] >= '0' && base[3] <= '9';
}

bool starts(std::string_view bytes, std::string_view with) { return bytes.substr(0, with.size()) == with; }

bool is_text(std::string_view bytes) { return bytes.find('\0') == std::string_view::npos && ferry::valid_utf8(bytes); }

struct Form {
  const char* extension;
  std::string_view magic;  // empty: text
};
constexpr std::array<Form, 11> kForms = {{{"xlsx", "PK\x03\x04"}, {"docx", "PK\x03\x04"}, {"ofd", "PK\x03\x04"}, {"pdf", "%PDF-"}, {"png", "\x89PNG\r\n\x1a\n"},
                                          {"jpg", "\xFF\xD8\xFF"}, {"jpeg", "\xFF\xD8\xFF"}, {"csv", ""}, {"txt", ""}, {"xml", ""}, {"json", ""}}};

}  // namespace

std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return text;
}

bool is_plain_name(std::string_view name) {
  if (name.empty() || name.size() > 120 || !ferry::valid_utf8(name)) return false;
  if (name.front() == '.' || name.front() == ' ' || name.front() == '-' || name.back() == '.' || name.back() == ' ') return false;
  for (const char c : name)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F || std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos) return false;
  return !has_invisible(name) && !is_device(name);
}

bool is_plain_path(std::string_view path) {
  for (;;) {
    const auto slash = path.find('/');
    if (!is_plain_name(path.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

std::string folded(std::string_view path) {
  std::string out(path);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

void check_attachment(const std::string& where, std::string_view name, std::string_view bytes) {
  const auto refuse = [&](const std::string& why) {
    throw Error(MIF_E_INVALID, "report-package.attachment", where + "附件 " + (is_plain_name(name) ? std::string(name) : "(文件名不可用)") + " " + why);
  };
  if (!is_plain_name(name)) refuse("的文件名不能用，请改名 (a name no file may have)");
  const auto dot = name.rfind('.');
  const std::string extension = folded(dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1));
  const auto form = std::find_if(kForms.begin(), kForms.end(), [&](const Form& f) { return extension == f.extension; });
  if (form == kForms.end()) refuse("的类型不收，可附 xlsx docx ofd pdf png jpg csv txt xml json (this kind of file does not travel)");
  if (form->magic.empty() ? !is_text(bytes) : !starts(bytes, form->magic)) refuse("的内容不是 " + extension + "，请另存后再附 (the content is of another kind)");
  // The names of a ZIP's parts stand in clear in it.
  if (starts(bytes, "PK") && (bytes.find("vbaProject") != std::string_view::npos || bytes.find("macrosheets/") != std::string_view::npos))
    refuse("带宏，请另存为不带宏的文件 (it has macros)");
}

}  // namespace mif::report_package
