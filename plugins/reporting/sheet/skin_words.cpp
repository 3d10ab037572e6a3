// SPDX-License-Identifier: Apache-2.0
#include "sheet/skin_words.h"

#include <charconv>
#include <map>

namespace mif::reporting::skin {
namespace {

std::string escaped(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c == '%') out += "%25";
    else if (c == '/') out += "%2F";
    else if (c == '#') out += "%23";
    else out += c;
  }
  return out;
}
std::string unescaped(std::string_view part) {
  std::string out;
  for (std::size_t i = 0; i < part.size(); ++i) {
    const auto code = part.substr(i, 3);
    if (code == "%25" || code == "%2F" || code == "%23") {
      out += code == "%25" ? '%' : code == "%2F" ? '/' : '#';
      i += 2;
    } else {
      out += part[i];
    }
  }
  return out;
}

void flatten(const Node& node, const std::string& at, std::vector<std::pair<std::string, std::string>>& out) {
  std::map<std::string, int> seen;
  for (const auto& child : node.children) {
    const int n = ++seen[child.key];
    const std::string path = at + (at.empty() ? "" : "/") + escaped(child.key) + (n > 1 ? "#" + std::to_string(n) : "");
    if (!child.value.empty() || child.children.empty()) out.emplace_back(path, child.value);
    flatten(child, path, out);
  }
}

}  // namespace

const std::vector<Word> kFormulaColumns = {{"at", "位置"}, {"expr", "公式"}, {"note", "说明"}, {"owner", "责任"}, {"kind", "种类"}, {"most", "至多字数"}, {"carry", "沿用"}};
const std::vector<Word> kCheckColumns = {{"id", "编号"}, {"level", "级别"}, {"kind", "类别"}, {"expr", "公式"}, {"when", "条件"}, {"tolerance", "容差"}, {"on", "口径"}, {"msg", "说明"}};
const std::vector<Word> kLevels = {{"error", "基本性"}, {"warn", "核实性"}, {"info", "提示"}};
const std::vector<Word> kBases = {{"exact", "精确数"}, {"printed", "打印数"}};

std::string word_of(const std::vector<Word>& words, std::string_view key) {
  for (const auto& w : words)
    if (key == w.key) return w.word;
  return std::string(key);
}
std::string key_of(const std::vector<Word>& words, std::string_view word) {
  for (const auto& w : words)
    if (word == w.word) return w.key;
  return std::string(word);
}

std::vector<std::pair<std::string, std::string>> flattened(const Node& node) {
  std::vector<std::pair<std::string, std::string>> out;
  flatten(node, "", out);
  return out;
}

bool put(Node& node, std::string_view path, const std::string& value, int line) {
  const auto slash = path.find('/');
  std::string_view part = path.substr(0, slash);
  int wanted = 1;
  if (const auto mark = part.find('#'); mark != std::string_view::npos) {
    const auto digits = part.substr(mark + 1);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), wanted);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || wanted < 1) return false;
    part = part.substr(0, mark);
  }
  const std::string key = unescaped(part);
  if (key.empty()) return false;
  Node* child = nullptr;
  int seen = 0;
  for (auto& c : node.children)
    if (c.key == key && ++seen == wanted) child = &c;
  if (!child) {
    if (seen + 1 != wanted) return false;
    node.children.push_back({key, "", line, {}});
    child = &node.children.back();
  }
  if (slash != std::string_view::npos) return put(*child, path.substr(slash + 1), value, line);
  child->value = value;
  return true;
}

}  // namespace mif::reporting::skin
