// SPDX-License-Identifier: Apache-2.0
#include <cctype>
#include <charconv>

#include "kernel/store/session.h"

namespace mif::store {
namespace {

// Blanks the value of every key that may hold a secret: "password=x", "PWD={x;y}", "sslpassword='a b'".
std::string without_passwords(std::string_view connect, char separator) {
  std::string out;
  std::size_t at = 0;
  while (at < connect.size()) {
    const std::size_t equals = connect.find('=', at);
    if (equals == std::string_view::npos) break;
    std::string key;
    for (std::size_t i = at; i < equals; ++i)
      if (std::isalnum(static_cast<unsigned char>(connect[i]))) key += static_cast<char>(std::tolower(static_cast<unsigned char>(connect[i])));
    std::size_t end = equals + 1;
    while (end < connect.size() && connect[end] == ' ') ++end;
    const char open = end < connect.size() ? connect[end] : '\0';
    if (open == '\'' || open == '{' || open == '"') {
      const char close = open == '{' ? '}' : open;
      for (++end; end < connect.size() && connect[end] != close; ++end)
        if (connect[end] == '\\' && open == '\'') ++end;
      end = std::min(end + 1, connect.size());
    }
    end = std::min(connect.find(separator, std::min(end, connect.size())), connect.size());
    // "password=a b": libpq takes the rest for a broken pair; to us everything up to the next key belongs to the value.
    while (separator == ' ' && end < connect.size()) {
      const std::size_t next = connect.find_first_not_of(' ', end), word = std::min(connect.find(' ', std::min(next, connect.size())), connect.size());
      if (next == std::string_view::npos || connect.substr(next, word - next).find('=') != std::string_view::npos || connect.substr(std::min(connect.find_first_not_of(' ', word), connect.size())).starts_with('=')) break;
      end = word;
    }
    const bool secret = key.find("password") != std::string::npos || key.find("pwd") != std::string::npos || key.find("passwd") != std::string::npos ||
                        key.find("secret") != std::string::npos || key == "pqopt";
    out += secret ? std::string(connect.substr(at, equals + 1 - at)) + "***" : std::string(connect.substr(at, end - at));
    if (end < connect.size()) out += separator;
    at = std::min(end + 1, connect.size());
  }
  out += connect.substr(std::min(at, connect.size()));
  return out;
}

std::string_view without_prefix(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : std::string_view();
}

// postgresql://user:secret@host/db: libpq takes it as it is; a message must not.
std::string without_url_password(std::string_view url) {
  const std::size_t scheme = url.find("://"), at = url.find('@');
  const std::size_t colon = scheme == std::string_view::npos ? scheme : url.find(':', scheme + 3);
  if (at == std::string_view::npos || colon == std::string_view::npos || colon > at) return std::string(url.substr(0, url.find('?')));
  return std::string(url.substr(0, colon)) + ":***" + std::string(url.substr(at, url.find('?') - at));
}

}  // namespace

Dsn parse_dsn(const std::string& dsn) {
  if (const std::string_view path = without_prefix(dsn, "sqlite:"); !path.empty()) return {Backend::sqlite, std::string(path), std::string(path)};
  if (dsn.starts_with("postgresql://") || dsn.starts_with("postgres://")) return {Backend::postgresql, dsn, without_url_password(dsn)};
  if (const std::string_view connect = without_prefix(dsn, "postgresql:"); !connect.empty())
    return {Backend::postgresql, std::string(connect), without_passwords(connect, ' ')};
  if (const std::string_view connect = without_prefix(dsn, "odbc:"); !connect.empty())
    return {Backend::odbc, std::string(connect), without_passwords(connect, ';')};
  const std::string shown = dsn.substr(0, dsn.find(':'));
  throw Error(MIF_E_INVALID, "store.dsn", "数据源写法不对 (a data source is sqlite:PATH, postgresql:host=.. dbname=.. or odbc:Driver=..;..), found \"" + shown + ":...\"");
}

void refuse_nul(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) throw Error(MIF_E_INVALID, "text.nul", "文字中含 NUL 字符 (a text contains a NUL character)");
}

std::int64_t integer_of(std::string_view text) {
  std::string_view rest = text;
  while (!rest.empty() && rest.back() == ' ') rest.remove_suffix(1);
  if (const std::size_t dot = rest.find('.'); dot != std::string_view::npos && rest.find_first_not_of('0', dot + 1) == std::string_view::npos)
    rest = rest.substr(0, dot);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  if (error != std::errc() || end != rest.data() + rest.size() || rest.empty())
    throw Error(MIF_E_INTERNAL, "数据库返回的不是整数 (a column was read as an integer but holds \"" + std::string(text.substr(0, 40)) + "\")");
  return value;
}

void not_an_integer(std::size_t column, std::string_view found) {
  throw Error(MIF_E_INTERNAL, "第 " + std::to_string(column + 1) + " 列不是整数 (column read as an integer holds " + std::string(found) + ")");
}

}  // namespace mif::store
