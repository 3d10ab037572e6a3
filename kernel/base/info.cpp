// SPDX-License-Identifier: Apache-2.0
// Boost.PropertyTree parses INFO but forgets lines, and reports an unmatched '{' at the last line. Keys appear in the file in
// the same order as nodes in a pre-order walk, so a light scan of the key tokens gives every node its line; the same scan
// tracks braces and finds the one left open.
#include "kernel/base/info.h"

#include <algorithm>
#include <cstring>
#include <boost/property_tree/info_parser.hpp>
#include <boost/property_tree/ptree.hpp>
#include <sstream>

#include "kernel/base/text.h"
#include "mif/error.hpp"

namespace mif {
namespace {

constexpr std::size_t kMaxBytes = 8u << 20;
constexpr std::size_t kMaxDepth = 64;  // PropertyTree recurses: deep nesting would overflow the stack

[[noreturn]] void complain(const char* rule, std::string_view file, int line, const std::string& what) {
  throw Error(MIF_E_INVALID, rule, std::string(file) + ":" + std::to_string(line) + ": " + what);
}

// Lines of the key tokens, in order.
std::vector<int> key_lines(std::string_view text, std::string_view file) {
  std::vector<int> keys, open_braces;
  int line = 1;
  bool key_expected = true;  // on this line, the next token is a key
  std::size_t i = 0;
  const auto quoted = [&](std::size_t at) {
    const int from = line;
    for (++at; at < text.size() && text[at] != '"'; ++at) {
      if (text[at] == '\\') ++at;
      else if (text[at] == '\n') complain("config.syntax", file, from, "引号没有闭合 (a quoted text must end on its line)");
    }
    if (at >= text.size()) complain("config.syntax", file, from, "引号没有闭合 (missing closing quote)");
    return at + 1;
  };
  while (i < text.size()) {
    const char c = text[i];
    if (c == '\n') {
      ++line;
      key_expected = true;
      ++i;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      ++i;
    } else if (c == ';') {
      while (i < text.size() && text[i] != '\n') ++i;
    } else if (c == '#' && key_expected) {
      complain("config.syntax", file, line, "不支持 #include; 注释用 ';' 开头 (comments start with ';')");
    } else if (c == '{') {
      if (keys.empty()) complain("config.syntax", file, line, "'{' 前面要有名称 (expected a name before '{')");
      open_braces.push_back(line);
      if (open_braces.size() > kMaxDepth) complain("config.syntax", file, line, "嵌套超过 64 层 (nested deeper than 64)");
      key_expected = true;
      ++i;
    } else if (c == '}') {
      if (open_braces.empty()) complain("config.syntax", file, line, "多了一个 '}' (unexpected '}')");
      open_braces.pop_back();
      key_expected = true;
      ++i;
    } else {
      if (key_expected) keys.push_back(line);
      key_expected = !key_expected;
      if (c == '"') {
        i = quoted(i);
      } else {
        while (i < text.size() && !std::strchr(" \t\r\n{};\"", text[i])) ++i;
      }
    }
  }
  if (!open_braces.empty()) complain("config.syntax", file, open_braces.back(), "'{' 没有对应的 '}' (this '{' is never closed)");
  return keys;
}

using Tree = boost::property_tree::ptree;

void copy(const Tree& from, InfoNode& to, const std::vector<int>& lines, std::size_t& next) {
  to.children.reserve(from.size());
  for (const auto& [key, child] : from) {
    InfoNode node;
    node.key = key;
    node.value = child.data();
    node.line = next < lines.size() ? lines[next] : 0;
    ++next;
    copy(child, node, lines, next);
    to.children.push_back(std::move(node));
  }
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

const InfoNode* InfoNode::find(std::string_view wanted) const {
  for (const auto& c : children)
    if (c.key == wanted) return &c;
  return nullptr;
}

std::vector<const InfoNode*> InfoNode::all(std::string_view wanted) const {
  std::vector<const InfoNode*> found;
  for (const auto& c : children)
    if (c.key == wanted) found.push_back(&c);
  return found;
}

std::string InfoNode::get(std::string_view wanted, std::string_view otherwise) const {
  const InfoNode* found = find(wanted);
  return found ? found->value : std::string(otherwise);
}

InfoNode parse_info(std::string_view text, std::string_view file_name) {
  if (text.size() > kMaxBytes) complain("config.syntax", file_name, 1, "文件超过 8 MiB (file too large)");
  if (!valid_utf8(text)) complain("config.syntax", file_name, 1, "不是 UTF-8 文本 (not UTF-8 text)");
  const std::vector<int> lines = key_lines(text, file_name);
  Tree tree;
  std::istringstream in{std::string(text)};
  try {
    boost::property_tree::read_info(in, tree);
  } catch (const boost::property_tree::info_parser_error& e) {
    complain("config.syntax", file_name, static_cast<int>(e.line()), "INFO 语法不对 (" + e.message() + ")");
  }
  InfoNode root;
  std::size_t next = 0;
  copy(tree, root, lines, next);
  if (next != lines.size()) complain("config.syntax", file_name, lines.empty() ? 1 : lines.back(), "INFO 结构读不懂 (keys and values do not pair up)");
  return root;
}

InfoNode read_info_file(const std::string& path) { return parse_info(read_file(path), path); }

void refuse_unknown_keys(const InfoNode& node, std::string_view file_name, std::initializer_list<std::string_view> known) {
  for (const auto& child : node.children) {
    if (std::find(known.begin(), known.end(), child.key) != known.end()) continue;
    const auto* nearest = std::min_element(known.begin(), known.end(),
                                           [&](auto a, auto b) { return distance(a, child.key) < distance(b, child.key); });
    complain("config.unknown-key", file_name, child.line,
             "不认识 (unknown key) \"" + child.key + "\"" +
                 (nearest == known.end() ? std::string() : ", 是不是 (did you mean) \"" + std::string(*nearest) + "\"?"));
  }
}

}  // namespace mif
