// SPDX-License-Identifier: Apache-2.0
#include "kernel/interchange/gbt24589.h"

#include <charconv>

#include "kernel/base/text.h"
#include "kernel/interchange/profile_rows.h"
#include "kernel/interchange/xml_writer.h"

namespace mif::interchange {
namespace {

std::string encoded(const Profile& profile, std::string_view text) {
  if (profile.encoding == "UTF-8") return std::string(text);
  try {
    return utf8_to_gb18030(text);
  } catch (const Error&) {  // GB 18030 holds all of Unicode but a few characters of the private use area
    throw Error(MIF_E_INVALID, "export.private-character", "摘要或名称里有 GB 18030 没有的私用区字符, 请把剖面的 encoding 改为 UTF-8 后导出 (a private character GB 18030 lacks)");
  }
}

std::string value_of(const ProfileTable& table, const Field& field, const Values& values, const std::string& whose) {
  const auto found = values.find(field.from);
  if (found == values.end()) return {};  // an item of a dimension the row has not
  const std::string& text = found->second;
  if (field.type[0] != 'C' && field.type[0] != 'I') return text;
  std::size_t most = 0, characters = 0;
  std::from_chars(field.type.data() + 1, field.type.data() + field.type.size(), most);
  for (const char c : text) characters += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  if (characters > most)
    throw Error(MIF_E_INVALID, "export.too-long", whose + " 的" + field.name + "有 " + std::to_string(characters) + " 字, 剖面的表 " + table.name + " 只容 " + std::to_string(most) + " 字 (longer than the profile allows)");
  return text;
}

class TextTable {
 public:
  TextTable(const Profile& profile, const ProfileTable& table, const FileSink& sink) : profile_(profile), table_(table), sink_(sink) {
    for (const auto& field : table.fields) add(field.name);
    end();
  }
  void row(const Values& values, const std::string& whose) {
    for (const auto& field : table_.fields) add(value_of(table_, field, values, whose));
    end();
  }
  void flush() {
    sink_(table_.file, encoded(profile_, text_));
    text_.clear();
  }

 private:
  void add(std::string_view text) {
    if (column_++ > 0) text_ += profile_.separator;
    const char special[] = {profile_.separator, '"', '\r', '\n'};
    if (text.find_first_of(std::string_view(special, sizeof special)) == std::string_view::npos) {
      text_ += text;
      return;
    }
    text_ += '"';
    for (const char c : text) text_.append(std::size_t{c == '"' ? 2u : 1u}, c);
    text_ += '"';
  }
  void end() {
    text_ += "\r\n";
    column_ = 0;
    if (text_.size() > 1 << 16) flush();
  }
  const Profile& profile_;
  const ProfileTable& table_;
  const FileSink& sink_;
  std::string text_;
  std::size_t column_ = 0;
};

std::string type_text(const std::string& type) {
  switch (type[0]) {
    case 'C': return "文字, 最多 " + type.substr(1) + " 字";
    case 'I': return "整数, 最多 " + type.substr(1) + " 位";
    case 'D': return "日期 yyyymmdd";
    default: return "金额, 两位小数, 元; 负数为红字";
  }
}

// What a person who receives the files needs to read them.
void describe(const BookReader& reader, const Profile& profile, const FileSink& sink) {
  std::string text = profile.title + "\r\n依据: " + profile.standard + "\r\n账套: " + reader.book().code + " " + reader.book().name + "\r\n期间: " + reader.from().iso() + " 至 " + reader.to().iso() +
                     "\r\n编码: " + profile.encoding + "\r\n每表一个文件, 第一行是元素名; 元素之间以 " + (profile.separator == '\t' ? std::string("制表符") : std::string(1, profile.separator)) +
                     " 分隔, 行以回车换行结束; 含分隔符、引号或换行的文字写在引号中, 其中的引号写两个。\r\n";
  for (const auto& table : profile.tables) {
    text += "\r\n" + table.group + " " + table.name + " (" + table.file + ")\r\n";
    for (std::size_t i = 0; i < table.fields.size(); ++i) text += std::to_string(i + 1) + ". " + table.fields[i].name + ": " + type_text(table.fields[i].type) + "\r\n";
  }
  if (!profile.left_out.empty()) text += "\r\n没有导出的内容\r\n";
  for (const auto& [what, why] : profile.left_out) text += what + ": " + why + "\r\n";
  sink(profile.description, encoded(profile, text));
}

}  // namespace

void write_profile_text(const BookReader& reader, const Profile& profile, const FileSink& sink) {
  describe(reader, profile, sink);
  for (const auto& table : profile.tables) {
    TextTable out(profile, table, sink);
    profile_rows(reader, table, [&](const Values& values, const std::string& whose) { out.row(values, whose); });
    out.flush();
  }
}

void write_profile_xml(const BookReader& reader, const Profile& profile, const FileSink& sink) {
  const Sink file = [&](std::string_view text) { sink(profile.xml_file, encoded(profile, text)); };
  XmlWriter xml(file);
  xml.begin(profile.encoding);
  xml.open(profile.xml_root);
  std::string group;
  for (const auto& table : profile.tables) {
    if (table.group != group) {
      if (!group.empty()) xml.close();
      xml.open(table.group);
      group = table.group;
    }
    profile_rows(reader, table, [&](const Values& values, const std::string& whose) {
      xml.open(table.name);
      for (const auto& field : table.fields)
        if (const std::string text = value_of(table, field, values, whose); !text.empty()) xml.element(field.name, text);
      xml.close();
    });
  }
  xml.finish();
}

}  // namespace mif::interchange
