// SPDX-License-Identifier: Apache-2.0
#include "kernel/interchange/xml_writer.h"

#include <fmt/format.h>

namespace mif::interchange {
namespace {

void escape(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool no_character = text.substr(i, 3) == "\xEF\xBF\xBE" || text.substr(i, 3) == "\xEF\xBF\xBF";
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') || no_character)
      throw Error(MIF_E_INVALID, "export.control-character", fmt::format("文字 \"{}\" 第 {} 字节是 XML 不能表示的控制字符, 请改用文本格式导出 (a character XML cannot hold)", text.substr(0, 60), i + 1));
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '\r') out += "&#13;";
    else out += c;
  }
}

}  // namespace

void XmlWriter::open(std::string_view name, std::string_view attributes) {
  indent();
  text_ += '<';
  text_ += name;
  if (!attributes.empty()) text_ += ' ';
  text_ += attributes;
  text_ += ">\n";
  stack_.emplace_back(name);
}

void XmlWriter::close() {
  const std::string name = std::move(stack_.back());
  stack_.pop_back();
  indent();
  text_ += "</" + name + ">\n";
  if (text_.size() < 1 << 16) return;
  sink_(text_);
  text_.clear();
}

void XmlWriter::element(std::string_view name, std::string_view text) {
  indent();
  text_ += '<';
  text_ += name;
  text_ += '>';
  escape(text_, text);
  text_ += "</";
  text_ += name;
  text_ += ">\n";
}

void XmlWriter::finish() {
  while (!stack_.empty()) close();
  sink_(text_);
  text_.clear();
}

}  // namespace mif::interchange
