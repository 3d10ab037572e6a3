// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin/json_scan.h"

#include <set>

#include "kernel/base/text.h"
#include "mif/error.hpp"

namespace mif::plugin {
namespace {

// One pass over the text, recursion bounded by limits.depth. One object, one scan.
class Scanner {
 public:
  Scanner(std::string_view text, std::string_view file, const JsonLimits& limits) : text_(text), file_(file), limits_(limits) {}

  JsonFacts run() {
    if (text_.size() > limits_.bytes)
      throw Error(MIF_E_INVALID, "plugin.json", std::string(file_) + ": " + std::to_string(text_.size()) + " 字节，超过上限 (larger than the limit of) " +
                                     std::to_string(limits_.bytes));
    if (!valid_utf8(text_)) throw Error(MIF_E_INVALID, "plugin.json", std::string(file_) + ": 不是 UTF-8 文本 (not UTF-8)");
    value("", 0);
    blank();
    if (at_ < text_.size()) fail("末尾有多余内容 (text after the end)");
    return std::move(facts_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(MIF_E_INVALID, "plugin.json", std::string(file_) + ":" + std::to_string(line_) + ": " + what);
  }
  void blank() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r' || text_[at_] == '\n'))
      line_ += text_[at_++] == '\n';
  }
  char peek() {
    blank();
    if (at_ >= text_.size()) fail("文件不完整 (unexpected end)");
    return text_[at_];
  }
  void expect(char c) {
    if (peek() != c) fail(std::string("应为 (expected) '") + c + "'，见到 (found) '" + text_[at_] + "'");
    ++at_;
  }
  void note(const std::string& path, JsonFact::Kind kind) {
    if (limits_.collect) facts_[path] = {kind, line_};
  }

  void value(const std::string& path, int depth) {
    if (depth > limits_.depth) fail("嵌套过深 (nested deeper than " + std::to_string(limits_.depth) + ")");
    switch (peek()) {
      case '{': note(path, JsonFact::Kind::object); object(path, depth); return;
      case '[': note(path, JsonFact::Kind::array); array(path, depth); return;
      case '"': note(path, JsonFact::Kind::string); string(); return;
      default: note(path, JsonFact::Kind::scalar); scalar();
    }
  }
  void object(const std::string& path, int depth) {
    expect('{');
    if (peek() == '}') { ++at_; return; }
    std::set<std::string> seen;
    for (;;) {
      if (peek() != '"') fail("应为带引号的键 (expected a quoted key)");
      const std::string key = string();
      if (!seen.insert(key).second) fail("键重复 (duplicate key) \"" + key + "\"");
      expect(':');
      value(path.empty() ? key : path + "/" + key, depth + 1);
      if (peek() == ',') { ++at_; continue; }
      expect('}');
      return;
    }
  }
  void array(const std::string& path, int depth) {
    expect('[');
    if (peek() == ']') { ++at_; return; }
    for (std::size_t i = 0;; ++i) {
      value(path + "/" + std::to_string(i), depth + 1);
      if (peek() == ',') { ++at_; continue; }
      expect(']');
      return;
    }
  }
  // Escapes are checked; only \uXXXX stays as written in the returned text (keys of ours never use it).
  std::string string() {
    expect('"');
    std::string out;
    for (;; ++at_) {
      if (at_ >= text_.size()) fail("字符串没有结束 (unterminated string)");
      const char c = text_[at_];
      if (c == '"') { ++at_; return out; }
      if (static_cast<unsigned char>(c) < 0x20) fail("字符串里有控制字符 (control character in a string)");
      out += c;
      if (c != '\\') continue;
      if (++at_ >= text_.size()) fail("字符串没有结束 (unterminated string)");
      out += text_[at_];
      if (text_[at_] == 'u') {
        for (int i = 0; i < 4; ++i)
          if (++at_ >= text_.size() || !std::isxdigit(static_cast<unsigned char>(text_[at_]))) fail("\\u 后应有四个十六进制数字 (bad \\u escape)");
          else out += text_[at_];
      } else if (std::string_view("\"\\/bfnrt").find(text_[at_]) == std::string_view::npos) {
        fail("未知的转义 (unknown escape)");
      }
    }
  }
  void scalar() {
    for (const std::string_view word : {"true", "false", "null"})
      if (text_.substr(at_, word.size()) == word) { at_ += word.size(); return; }
    const std::size_t from = at_;
    if (text_[at_] == '-') ++at_;
    digits();
    if (at_ < text_.size() && text_[at_] == '.') { ++at_; digits(); }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      digits();
    }
    if (at_ == from) fail("不是 JSON 值 (not a JSON value)");
  }
  void digits() {
    const std::size_t from = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    if (at_ == from) fail("不是 JSON 值 (not a JSON value)");
  }

  std::string_view text_, file_;
  JsonLimits limits_;
  JsonFacts facts_;
  std::size_t at_ = 0;
  int line_ = 1;
};

}  // namespace

JsonFacts scan_json(std::string_view text, std::string_view file_name, const JsonLimits& limits) {
  return Scanner(text, file_name, limits).run();
}

}  // namespace mif::plugin
