// SPDX-License-Identifier: Apache-2.0
#include "kernel/interchange/profile.h"

#include <algorithm>
#include <map>
#include <set>

#include "kernel/base/info.h"
#include "mif/error.hpp"

namespace mif::interchange {
namespace {

// The values each kind of row has; "item" stands for item1, item2, ... one for each dimension.
const std::map<std::string, std::set<std::string>> kRows = {
    {"book", {"book", "book_name", "unit", "scheme", "chart", "vendor", "version", "currency", "year_from", "year_to", "month_from", "month_to"}},
    {"periods", {"year", "month", "first_day", "last_day", "closed"}},
    {"words", {"word", "word_name"}},
    {"dimensions", {"position", "dimension", "dimension_name"}},
    {"items", {"dimension", "item", "item_name"}},
    {"accounts", {"account", "account_name", "full_name", "level", "class", "side", "leaf"}},
    {"account_dimensions", {"account", "dimension", "dimension_name", "required"}},
    {"balances", {"account", "item", "opening_side", "closing_side", "currency", "year", "month", "opening", "debit", "credit", "closing"}},
    {"lines", {"day", "year", "month", "word", "number", "line", "summary", "account", "item", "currency", "debit", "credit", "attachments", "maker", "reviewer", "poster", "posted", "void",
               "source_plugin", "source_key", "is_closing"}}};

class ProfileReader {
 public:
  explicit ProfileReader(const std::string& path) : path_(path), root_(read_info_file(path)) {}

  Profile read() {
    refuse_unknown_keys(root_, path_, {"title", "standard", "encoding", "separator", "description", "xml", "left_out", "group"});
    Profile profile;
    profile.title = root_.get("title");
    profile.standard = root_.get("standard");
    profile.encoding = root_.get("encoding", "GB18030");
    if (profile.encoding != "GB18030" && profile.encoding != "UTF-8") complain(root_, "encoding 应为 GB18030 或 UTF-8 (unknown encoding): " + profile.encoding);
    const std::string separator = root_.get("separator", ",");
    if (separator.size() != 1 || separator[0] == '"' || static_cast<unsigned char>(separator[0]) < 9 || separator[0] == '\n' || separator[0] == '\r')
      complain(root_, "separator 应为一个字符 (one character): \"" + separator + "\"");
    profile.separator = separator[0];
    profile.description = file_name(root_, root_.get("description", "格式说明.txt"));
    const InfoNode* xml = root_.find("xml");
    if (!xml) complain(root_, "缺 xml { file ... root ... } (missing)");
    profile.xml_file = file_name(*xml, xml->get("file"));
    profile.xml_root = xml->get("root");
    if (const InfoNode* left = root_.find("left_out"))
      for (const auto& one : left->children) profile.left_out.emplace_back(one.key, one.value);
    for (const InfoNode* group : root_.all("group")) {
      refuse_unknown_keys(*group, path_, {"table"});
      for (const InfoNode* table : group->all("table")) profile.tables.push_back(read_table(*table, group->value));
    }
    if (profile.tables.empty()) complain(root_, "没有表 (no table)");
    return profile;
  }

 private:
  [[noreturn]] void complain(const InfoNode& at, const std::string& what) const { throw Error(MIF_E_INVALID, "export.profile", path_ + ":" + std::to_string(at.line) + ": " + what); }
  std::string file_name(const InfoNode& at, const std::string& name) {
    if (name.empty() || name.find('/') != std::string::npos || name[0] == '.') complain(at, "文件名不对 (bad file name): \"" + name + "\"");
    if (!files_.insert(name).second) complain(at, "文件名写了两次 (given twice): \"" + name + "\"");
    return name;
  }
  ProfileTable read_table(const InfoNode& node, const std::string& group) {
    refuse_unknown_keys(node, path_, {"rows", "dimension", "file", "field"});
    ProfileTable table{node.value, group, node.get("rows"), node.get("dimension"), file_name(node, node.get("file")), {}};
    const auto known = kRows.find(table.rows);
    if (table.name.empty() || known == kRows.end()) complain(node, "rows 不认识 (unknown rows): \"" + table.rows + "\"");
    std::set<std::string> names;
    for (const InfoNode* one : node.all("field")) {
      refuse_unknown_keys(*one, path_, {"from", "type"});
      Field field{one->value, one->get("from"), one->get("type")};
      std::string value = field.from;
      if (value.rfind("item", 0) == 0 && value.size() > 4 && value.find_first_not_of("0123456789", 4) == std::string::npos) value = "item";
      if (!known->second.count(value) || (value == field.from && value == "item" && table.rows != "items")) complain(*one, table.rows + " 没有值 (has no such value) \"" + field.from + "\"");
      const std::string digits = field.type.empty() ? "" : field.type.substr(1);
      const bool sized = !digits.empty() && digits.size() <= 4 && digits.find_first_not_of("0123456789") == std::string::npos;
      if (field.type != "N" && field.type != "D" && !(sized && (field.type[0] == 'C' || field.type[0] == 'I'))) complain(*one, "type 应为 Cn, In, N 或 D, 实为 \"" + field.type + "\"");
      if (field.name.empty() || !names.insert(field.name).second) complain(*one, "元素名缺或重复 (element name missing or given twice): \"" + field.name + "\"");
      table.fields.push_back(std::move(field));
    }
    if (table.fields.empty()) complain(node, "表没有元素 (a table needs fields)");
    return table;
  }

  std::string path_;
  InfoNode root_;
  std::set<std::string> files_;
};

}  // namespace

Profile read_profile(const std::string& path) { return ProfileReader(path).read(); }

}  // namespace mif::interchange
