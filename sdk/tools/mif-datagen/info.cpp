// SPDX-License-Identifier: Apache-2.0
#include "info.h"

#include <fstream>
#include <sstream>

#include "mif/error.hpp"

namespace mif::datagen {

const Info* Info::find(std::string_view name) const {
  for (const auto& c : children)
    if (c.key == name) return &c;
  return nullptr;
}

std::vector<const Info*> Info::all(std::string_view name) const {
  std::vector<const Info*> found;
  for (const auto& c : children)
    if (c.key == name) found.push_back(&c);
  return found;
}

std::string Info::get(std::string_view name, std::string_view otherwise) const {
  const Info* found = find(name);
  return found ? found->value : std::string(otherwise);
}

namespace {

class Reader {
 public:
  Reader(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  Info read() {
    Info root;
    body(root, 0);
    return root;
  }

 private:
  static constexpr int kDeepest = 32;

  [[noreturn]] void fail(const std::string& what) const { throw Error(MIF_E_INVALID, file_ + ":" + std::to_string(line_) + ": " + what); }

  // Blanks and comments; stays on this line when `same_line`.
  void skip(bool same_line) {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ';') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else if (c == '\n') {
        if (same_line) return;
        ++line_;
        ++at_;
      } else if (c == ' ' || c == '\t' || c == '\r') {
        ++at_;
      } else {
        return;
      }
    }
  }
  bool more() const { return at_ < text_.size(); }

  std::string word() {
    std::string result;
    if (text_[at_] == '"') {
      for (++at_; more() && text_[at_] != '"'; ++at_) {
        if (text_[at_] == '\n') fail("引号没有结束 (a quoted text must end on its line)");
        if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
        result += text_[at_];
      }
      if (!more()) fail("引号没有结束 (unterminated quote)");
      ++at_;
      return result;
    }
    while (more() && std::string_view(" \t\r\n;{}\"").find(text_[at_]) == std::string_view::npos) result += text_[at_++];
    if (result.empty()) fail("这里应有名称 (a name or a value is expected here)");
    return result;
  }

  void body(Info& parent, int depth) {
    if (depth > kDeepest) fail("层次太深 (nested too deep)");
    for (;;) {
      skip(false);
      if (!more()) {
        if (depth > 0) fail("缺少 } (a block opened at line " + std::to_string(parent.line) + " is not closed)");
        return;
      }
      if (text_[at_] == '}') {
        if (depth == 0) fail("多余的 } (unexpected closing brace)");
        ++at_;
        return;
      }
      if (text_[at_] == '{') fail("{ 前缺少名称 (a block needs a name)");
      Info node;
      node.line = line_;
      node.key = word();
      skip(true);
      if (more() && text_[at_] != '\n' && text_[at_] != '{' && text_[at_] != '}') node.value = word();
      const std::size_t back = at_;
      const int back_line = line_;
      skip(false);
      if (more() && text_[at_] == '{') {
        ++at_;
        body(node, depth + 1);
      } else {
        at_ = back;
        line_ = back_line;
      }
      parent.children.push_back(std::move(node));
    }
  }

  std::string_view text_;
  std::string file_;
  std::size_t at_ = 0;
  int line_ = 1;
};

}  // namespace

Info parse_info(std::string_view text, const std::string& file) { return Reader(text, file).read(); }

Info read_info(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error(MIF_E_NOT_FOUND, "打不开文件 (cannot open) " + file);
  std::ostringstream text;
  text << in.rdbuf();
  return parse_info(text.str(), file);
}

}  // namespace mif::datagen
