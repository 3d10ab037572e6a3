// SPDX-License-Identifier: Apache-2.0
#include "http.h"

#include <openssl/evp.h>

#include <algorithm>

namespace mif::bank_wire {

namespace {

constexpr std::size_t kHead = 64 * 1024;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return out;
}
std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}
std::size_t number(std::string_view text, int base, std::size_t most) {
  std::size_t n = 0;
  if (text.empty() || text.size() > 12) throw Unreadable("应答长度头不对 (malformed length of the reply)");
  for (const char c : text) {
    const int digit = c >= '0' && c <= '9' ? c - '0' : base == 16 && c >= 'a' && c <= 'f' ? c - 'a' + 10 : base == 16 && c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0) throw Unreadable("应答长度头不对 (malformed length of the reply)");
    n = n * static_cast<std::size_t>(base) + static_cast<std::size_t>(digit);
  }
  if (n > most) throw Unreadable("应答长度 " + std::to_string(n) + " 超出约定 (reply length out of bounds)");
  return n;
}

std::string chunks(Source& source, std::size_t most) {
  std::string body;
  while (true) {
    const std::string line = source.through("\r\n", 1024);
    const std::size_t n = number(trimmed(std::string_view(line).substr(0, std::min(line.find(';'), line.size() - 2))), 16, most - body.size());
    if (n == 0) break;
    body += source.exactly(n);
    if (source.exactly(2) != "\r\n") throw Unreadable("应答分块不对 (malformed chunk of the reply)");
  }
  while (source.through("\r\n", 1024) != "\r\n") {
  }
  return body;
}

std::string http_head(Source& source) {
  std::string head = source.through("\r\n\r\n", kHead);
  if (head.size() < 14 || head.compare(0, 7, "HTTP/1.") != 0 || head[8] != ' ' || (head[12] != ' ' && head[12] != '\r')) throw Unreadable("应答不是 HTTP (the reply is not HTTP)");
  return head;
}
std::string status_line(const std::string& head) {
  std::string line = head.substr(9, std::min<std::size_t>(head.find("\r\n") - 9, 60));
  for (char& c : line)
    if (c < 0x20 || c > 0x7e) c = '?';
  return line;
}
std::string http_body(Source& source, const std::string& head, std::size_t most) {
  std::string length;
  bool chunked = false;
  for (std::size_t at = head.find("\r\n") + 2; at + 2 < head.size();) {
    const std::size_t end = head.find("\r\n", at), colon = head.find(':', at);
    if (colon == std::string::npos || colon > end) throw Unreadable("应答头不对 (malformed head of the reply)");
    const std::string name = lower(std::string_view(head).substr(at, colon - at)), value = lower(trimmed(std::string_view(head).substr(colon + 1, end - colon - 1)));
    if (name == "content-length") {
      if (!length.empty() && length != value) throw Unreadable("应答有两个长度 (two lengths of one reply)");
      length = value;
    } else if (name == "transfer-encoding") {
      if (value != "chunked" || chunked) throw Unreadable("应答的传输编码不支持 (unknown transfer encoding of the reply)");
      chunked = true;
    } else if (name == "content-encoding" && value != "identity") {
      throw Unreadable("应答被压缩, 不支持 (a compressed reply is not read)");
    }
    at = end + 2;
  }
  if (chunked != length.empty()) throw Unreadable("应答没有说明长度 (the reply does not say its length)");
  return chunked ? chunks(source, most) : source.exactly(number(length, 10, most));
}

}  // namespace

std::string post(const std::string& host, const std::string& path, const std::string& content_type, std::string_view body, std::string_view bearer) {
  std::string bytes;
  bytes.reserve(host.size() + path.size() + content_type.size() + body.size() + bearer.size() + 256);  // a secret is not left behind by growth
  bytes += "POST " + path + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: " + content_type + "\r\nContent-Length: " + std::to_string(body.size()) +
                      "\r\nConnection: close\r\n";
  if (!bearer.empty()) bytes.append("Authorization: Bearer ").append(bearer).append("\r\n");
  return bytes.append("\r\n").append(body);
}

std::string http_request(const std::string& method, const std::string& host, const std::string& path, const Form& head, std::string_view body) {
  std::string bytes = method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n";
  for (const auto& [name, value] : head) bytes += name + ": " + value + "\r\n";
  if (!body.empty()) bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return (bytes += "Connection: close\r\n\r\n").append(body);
}

std::string read_http(Source& source, std::size_t most) {
  const std::string head = http_head(source);
  if (head.compare(9, 3, "200") != 0) throw Unreadable("对端答复 HTTP 错误 (the peer answered an HTTP error): " + status_line(head));
  return http_body(source, head, most);
}

HttpReply read_http_reply(Source& source, std::size_t most) {
  const std::string head = http_head(source);
  HttpReply reply;
  reply.status = static_cast<int>(number(std::string_view(head).substr(9, 3), 10, 599));
  if (reply.status < 200) throw Unreadable("对端答复 HTTP 错误 (the peer answered an HTTP error): " + status_line(head));
  if (reply.status != 204) reply.body = http_body(source, head, most);
  return reply;
}

std::string form_text(const Form& form) {
  static const char* digits = "0123456789ABCDEF";
  std::string out;
  std::size_t most = 0;
  for (const auto& [name, value] : form) most += 3 * (name.size() + value.size()) + 2;
  out.reserve(most);
  const auto encode = [&](const std::string& text) {
    for (const char c : text) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
      if (plain) out += c;
      else out.append("%").append(1, digits[static_cast<unsigned char>(c) >> 4]).append(1, digits[static_cast<unsigned char>(c) & 15]);
    }
  };
  for (const auto& [name, value] : form) {
    if (!out.empty()) out += '&';
    encode(name);
    out += '=';
    encode(value);
  }
  return out;
}

Form read_form(std::string_view text) {
  Form form;
  const auto decode = [](std::string_view part) {
    const auto value = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; };
    std::string out;
    for (std::size_t i = 0; i < part.size(); ++i) {
      if (part[i] != '%') {
        out += part[i] == '+' ? ' ' : part[i];
        continue;
      }
      const int high = i + 2 < part.size() ? value(part[i + 1]) : -1, low = i + 2 < part.size() ? value(part[i + 2]) : -1;
      if (high < 0 || low < 0) throw Unreadable("应答的表单编码不对 (malformed form in the reply)");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
    return out;
  };
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(item.size() + 1, text.size()));
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos) throw Unreadable("应答不是表单 (the reply is not a form)");
    form.emplace_back(decode(item.substr(0, equals)), decode(item.substr(equals + 1)));
  }
  return form;
}

std::string base64(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  out.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()))));
  return out;
}

std::string from_base64(std::string_view text) {
  std::string packed;
  for (const char c : text)
    if (c != '\r' && c != '\n') packed += c;
  std::string out(packed.size() / 4 * 3 + 1, '\0');
  const int n = packed.empty() || packed.size() % 4 || packed.find('=') < packed.size() - 2 ? -1 : EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(packed.data()), static_cast<int>(packed.size()));
  if (n < 0) throw Unreadable("应答不是 base64 (the reply is not base64)");
  const std::size_t padding = packed.size() >= 2 && packed[packed.size() - 2] == '=' ? 2 : packed.back() == '=' ? 1 : 0;
  out.resize(static_cast<std::size_t>(n) - padding);
  return out;
}

}  // namespace mif::bank_wire
