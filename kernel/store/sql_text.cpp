// SPDX-License-Identifier: Apache-2.0
#include "kernel/store/sql_text.h"

#include <algorithm>
#include <cctype>

namespace mif::store {
namespace {

// Length of the literal, quoted name, $$-body or comment that starts at `at`; 0 when none does.
std::size_t quoted_length(std::string_view sql, std::size_t at) {
  const char c = sql[at];
  const auto until = [&](std::string_view end, std::size_t from) {
    const std::size_t found = sql.find(end, from);
    return (found == std::string_view::npos ? sql.size() : found + end.size()) - at;
  };
  if (c == '\'' || c == '"') return until(std::string_view(&sql[at], 1), at + 1);  // '' is two literals in a row: the same
  if (sql.substr(at, 2) == "$$") return until("$$", at + 2);
  return 0;
}

std::size_t comment_length(std::string_view sql, std::size_t at) {
  if (sql.substr(at, 2) == "--") return std::min(sql.find('\n', at), sql.size()) - at;
  if (sql.substr(at, 2) == "/*") {
    const std::size_t end = sql.find("*/", at + 2);
    return (end == std::string_view::npos ? sql.size() : end + 2) - at;
  }
  return 0;
}

std::string lower_words(std::string_view sql, std::size_t most) {
  std::string words;
  for (const char c : sql.substr(0, most)) {
    if (std::isspace(static_cast<unsigned char>(c))) {
      if (!words.empty() && words.back() != ' ') words += ' ';
    } else {
      words += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return words;
}

bool is_trigger_with_body(std::string_view statement) {
  const std::string start = lower_words(statement, 200);
  return start.starts_with("create trigger") || start.starts_with("create temp trigger") || start.starts_with("create or replace trigger");
}

std::string trimmed(std::string_view text) {
  const auto space = [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return std::string(text);
}

std::string_view name_of(Dialect dialect) {
  return dialect == Dialect::sqlite ? "sqlite" : dialect == Dialect::postgresql ? "postgresql" : "generic";
}

}  // namespace

std::string with_named_parameters(std::string_view sql, std::size_t* count, std::string_view mark) {
  std::string out;
  out.reserve(sql.size() + 32);
  std::size_t n = 0;
  for (std::size_t i = 0; i < sql.size();) {
    if (const std::size_t length = quoted_length(sql, i)) {
      out += sql.substr(i, length);
      i += length;
    } else if (const std::size_t comment = comment_length(sql, i)) {
      out += ' ';
      i += comment;
    } else if (sql[i] == '?') {
      out += mark;
      out += std::to_string(++n);
      ++i;
    } else {
      out += sql[i++];
    }
  }
  if (count) *count = n;
  return out;
}

std::vector<std::string> statements_for(Dialect dialect, std::string_view sql) {
  // First the parts of this dialect, then the statements of what is left.
  std::string mine;
  bool wanted = true;
  for (std::size_t at = 0; at < sql.size();) {
    const std::size_t end = std::min(sql.find('\n', at), sql.size());
    const std::string_view line = sql.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("--@")) {
      const std::string which = trimmed(line.substr(3));
      wanted = which == "all" || which == name_of(dialect);
      continue;
    }
    if (wanted) mine.append(line).append("\n");
  }

  std::vector<std::string> statements;
  std::string current;
  const auto finish = [&] {
    std::string statement = trimmed(current);
    if (!statement.empty()) statements.push_back(std::move(statement));
    current.clear();
  };
  for (std::size_t i = 0; i < mine.size();) {
    if (const std::size_t length = quoted_length(mine, i)) {
      current.append(mine, i, length);
      i += length;
    } else if (const std::size_t comment = comment_length(mine, i)) {
      i += comment;
    } else if (mine[i] == ';') {
      std::size_t next = i + 1;
      while (next < mine.size() && (mine[next] == ' ' || mine[next] == '\t' || mine[next] == '\r')) ++next;
      const bool end_of_line = next >= mine.size() || mine[next] == '\n' || mine.compare(next, 2, "--") == 0;
      const std::string text = trimmed(current);
      const bool inside_body =
          dialect == Dialect::sqlite && is_trigger_with_body(text) && !lower_words(std::string_view(text).substr(text.size() - std::min<std::size_t>(4, text.size())), 4).ends_with("end");
      if (end_of_line && !inside_body)
        finish();
      else
        current += ';';
      ++i;
    } else {
      current += mine[i++];
    }
  }
  finish();
  return statements;
}

std::string insert_statement(std::string_view table, const std::vector<std::string>& columns, std::size_t rows) {
  std::string sql = "insert into " + std::string(table) + " (";
  std::string marks = "(";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    sql += (i ? ", " : "") + columns[i];
    marks += i ? ", ?" : "?";
  }
  marks += ')';
  sql += ") values ";
  for (std::size_t i = 0; i < rows; ++i) sql += (i ? ", " : "") + marks;
  return sql;
}

std::string shown(std::string_view sql) {
  std::string line;
  for (std::size_t i = 0; i < sql.size() && line.size() < 120;) {
    if (const std::size_t length = quoted_length(sql, i); length && sql[i] != '"') {
      line += "'..'";
      i += length;
    } else {
      const char c = sql[i++];
      if (!std::isspace(static_cast<unsigned char>(c)))
        line += c;
      else if (!line.empty() && line.back() != ' ')
        line += ' ';
    }
  }
  return line;
}

}  // namespace mif::store
