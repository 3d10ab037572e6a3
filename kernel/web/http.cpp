// SPDX-License-Identifier: Apache-2.0
#include "kernel/web/http.h"

#include <charconv>

#include "kernel/base/text.h"
#include "kernel/web/problem.h"

namespace mif::web {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void check_text(const std::string& text, const char* what) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) throw Problem("malformed-request", std::string(what) + "含有控制字符");
  if (!valid_utf8(text)) throw Problem("malformed-request", std::string(what) + "不是 UTF-8 文字");
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) throw Problem("malformed-request", "地址中的 % 转义不完整");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

void parse_target(Request& request) {
  std::string_view target = request.target;
  target = target.substr(0, target.find('#'));
  const auto question = target.find('?');
  std::string_view path = target.substr(0, question);
  if (question != std::string_view::npos) request.query_text = target.substr(question + 1);
  if (path.empty() || path.front() != '/') throw Problem("malformed-request", "地址必须以 / 开头");

  for (std::string_view rest = path.substr(1);;) {
    const auto slash = rest.find('/');
    std::string segment = percent_decode(rest.substr(0, slash), false);
    check_text(segment, "地址");
    if (segment == "." || segment == "..") throw Problem("malformed-request", "地址中不能有 . 或 .. 段");
    request.path += '/';
    request.path += segment;
    request.segments.push_back(std::move(segment));
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  for (std::string_view rest = request.query_text; !rest.empty();) {
    const auto amp = rest.find('&');
    const std::string_view pair = rest.substr(0, amp);
    if (!pair.empty()) {
      const auto equals = pair.find('=');
      std::string name = percent_decode(pair.substr(0, equals), true);
      std::string value = equals == std::string_view::npos ? std::string() : percent_decode(pair.substr(equals + 1), true);
      check_text(name, "参数名");
      check_text(value, "参数");
      request.query.emplace_back(std::move(name), std::move(value));
    }
    if (amp == std::string_view::npos) break;
    rest.remove_prefix(amp + 1);
  }
}

const std::string& Request::capture(std::string_view name) const {
  for (const auto& [key, value] : captures)
    if (key == name) return value;
  throw Error(MIF_E_INTERNAL, "route has no {" + std::string(name) + "}");
}

std::optional<std::string> Request::param(std::string_view name) const {
  std::optional<std::string> found;
  for (const auto& [key, value] : query) {
    if (key != name) continue;
    if (found) throw Problem("malformed-request", "参数重复", {{"?" + key, "只能出现一次"}});
    found = value;
  }
  return found;
}

std::string Request::param_or(std::string_view name, std::string_view otherwise) const {
  auto found = param(name);
  return found ? *found : std::string(otherwise);
}

std::int64_t Request::number(std::string_view name, std::int64_t otherwise, std::int64_t least, std::int64_t most) const {
  const auto text = param(name);
  if (!text) return otherwise;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value < least || value > most)
    throw Problem("malformed-request", "参数不是允许范围内的整数",
                  {{"?" + std::string(name), "应为 " + std::to_string(least) + " 到 " + std::to_string(most) + " 的整数"}});
  return value;
}

bool etag_listed(std::string_view list, std::string_view etag) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    std::string_view one = trimmed(list.substr(0, comma));
    if (one == "*") return true;
    if (one.substr(0, 2) == "W/") one.remove_prefix(2);
    if (one == etag) return true;
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return false;
}

}  // namespace mif::web
