// SPDX-License-Identifier: Apache-2.0
// JsonWriter: writes JSON text in the order it is told; money goes out as strings. Reading JSON is left to a library.
#ifndef MIF_JSON_HPP
#define MIF_JSON_HPP

#include <cstdint>
#include <string>
#include <string_view>

#include "mif/money.hpp"

namespace mif {

class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name) {
    comma();
    quote(name);
    text_ += ':';
    pending_comma_ = false;
    return *this;
  }
  JsonWriter& value(std::string_view text) { comma(); quote(text); return done(); }
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(bool flag) { return raw(flag ? "true" : "false"); }
  JsonWriter& value(std::int64_t number) { return raw(std::to_string(number)); }
  JsonWriter& value(int number) { return raw(std::to_string(number)); }
  JsonWriter& value(unsigned number) { return raw(std::to_string(number)); }
  JsonWriter& value(std::uint64_t number) { return raw(std::to_string(number)); }
  JsonWriter& value(Fen money) { return value(std::string_view(money.plain())); }
  JsonWriter& null() { return raw("null"); }
  // `json` is already JSON.
  JsonWriter& raw(std::string_view json) { comma(); text_ += json; return done(); }
  template <class T>
  JsonWriter& field(std::string_view name, const T& v) { key(name); return value(v); }

  const std::string& str() const { return text_; }
  std::string take() { return std::move(text_); }

  static void escape(std::string& out, std::string_view text) {
    static const char* hex = "0123456789abcdef";
    for (const char c : text) {
      switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default:
          if (static_cast<unsigned char>(c) < 0x20) {
            out += "\\u00";
            out += hex[(c >> 4) & 15];
            out += hex[c & 15];
          } else {
            out += c;
          }
      }
    }
  }

 private:
  JsonWriter& open(char c) { comma(); text_ += c; pending_comma_ = false; return *this; }
  JsonWriter& close(char c) { text_ += c; return done(); }
  JsonWriter& done() { pending_comma_ = true; return *this; }
  void comma() {
    if (pending_comma_) text_ += ',';
    pending_comma_ = false;
  }
  void quote(std::string_view text) {
    text_ += '"';
    escape(text_, text);
    text_ += '"';
  }
  std::string text_;
  bool pending_comma_ = false;
};

}  // namespace mif
#endif
