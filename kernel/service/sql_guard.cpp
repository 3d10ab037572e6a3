// SPDX-License-Identifier: Apache-2.0
#include "kernel/service/sql_guard.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include "mif/error.hpp"

namespace mif::service {
namespace {

struct Token {
  enum class Kind { word, number, text, mark, end } kind = Kind::end;
  std::string value;  // words in lower case
};

[[noreturn]] void refuse(const std::string& what) { throw Error(MIF_E_DENIED, "plugin.sql", "SQL 被拒绝 (SQL refused): " + what); }

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

std::vector<Token> tokens_of(std::string_view sql) {
  std::vector<Token> tokens;
  for (std::size_t i = 0; i < sql.size();) {
    const char c = sql[i];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++i;
    } else if (letter(c)) {
      Token t{Token::Kind::word, {}};
      for (; i < sql.size() && (letter(sql[i]) || digit(sql[i])); ++i) t.value += static_cast<char>(sql[i] >= 'A' && sql[i] <= 'Z' ? sql[i] + 32 : sql[i]);
      if (i < sql.size() && sql[i] == '\'') refuse("带前缀的字符串 (prefixed string literal) " + t.value + "'...'");
      tokens.push_back(std::move(t));
    } else if (digit(c)) {
      Token t{Token::Kind::number, {}};
      for (; i < sql.size() && (digit(sql[i]) || sql[i] == '.'); ++i) t.value += sql[i];
      if (i < sql.size() && letter(sql[i])) refuse("数字写法 (malformed number) " + t.value);
      if (t.value.find('.') != std::string::npos) refuse("小数 (a decimal number; money is whole fen) " + t.value);
      tokens.push_back(std::move(t));
    } else if (c == '\'') {
      Token t{Token::Kind::text, {}};
      for (++i;; ++i) {
        if (i >= sql.size()) refuse("字符串没有结束 (unterminated string)");
        if (sql[i] != '\'') { t.value += sql[i]; continue; }
        if (i + 1 < sql.size() && sql[i + 1] == '\'') { ++i; t.value += '\''; continue; }
        ++i;
        break;
      }
      if (t.value.find('\\') != std::string::npos) refuse("字符串里的反斜杠 (backslash in a string; pass it as a parameter)");
      tokens.push_back(std::move(t));
    } else if (c == '-' && i + 1 < sql.size() && sql[i + 1] == '-') {
      refuse("注释 (comment)");
    } else if (c == '/' && i + 1 < sql.size() && sql[i + 1] == '*') {
      refuse("注释 (comment)");
    } else if (c == ';') {
      refuse("多条语句 (more than one statement)");
    } else if (std::string_view("(),.?=<>!+-*/%|").find(c) != std::string_view::npos) {
      tokens.push_back({Token::Kind::mark, std::string(1, c)});
      ++i;
    } else {
      refuse(std::string("字符 (character) '") + c + "'");
    }
  }
  tokens.push_back({});
  return tokens;
}

const std::set<std::string, std::less<>> kFunctions = {
    "count", "sum",  "min",     "max",     "coalesce", "nullif",     "cast", "length", "substr",     "substring",   "lower", "upper", "trim",
    "ltrim", "rtrim", "replace", "abs",     "mod",      "row_number", "rank", "dense_rank", "lag", "lead", "first_value", "last_value"};
// Words that may stand before '(' without being a function.
const std::set<std::string, std::less<>> kBeforeParenthesis = {
    "in", "exists", "values", "and", "or", "not", "on", "using", "when", "then", "else", "as", "from", "join", "where", "having", "select", "case", "over",
    "conflict", "any", "all", "by", "set", "between", "like", "limit", "offset", "distinct", "union", "except", "intersect", "is",
    "varchar", "char", "primary", "key", "unique", "check", "default", "foreign", "return", "filter", "partition"};
// `table voucher` is a query of its own in PostgreSQL.
const std::set<std::string, std::less<>> kNever = {"table", "lateral", "only", "recursive", "pragma", "attach"};
const std::set<std::string, std::less<>> kEndsFrom = {"where", "group", "order", "having", "limit", "offset", "union", "except", "intersect", "window", "select", "set", "returning"};

// Walks the tokens of one statement and checks every word that stands where a table does.
class Walk {
 public:
  Walk(std::vector<Token> tokens, std::string_view schema) : tokens_(std::move(tokens)), prefix_("x_" + std::string(schema) + "_") {}

  void run(SqlUse use) {
    const std::string first = word(0);
    const bool reads = first == "select" || first == "with", writes = first == "insert" || first == "update" || first == "delete";
    if (use == SqlUse::query && !reads) refuse("查询只能以 select 或 with 开头 (a query starts with select or with), 见到 (found) " + first);
    if (use == SqlUse::execute && !writes) refuse("只能 insert、update、delete (only insert, update and delete), 见到 (found) " + first);
    collect_with_names();
    levels_.push_back({});
    for (at_ = 0; tokens_[at_].kind != Token::Kind::end; ++at_) step();
    if (levels_.size() != 1) refuse("括号不配对 (unbalanced parentheses)");
    if (expecting()) refuse("缺少表名 (a table name is missing)");
  }
  void table(const Token& t) const {
    // A WITH name counts only after its own definition: inside it, the same word still means the real table.
    const auto name = with_names_.find(t.value);
    const bool defined = name != with_names_.end() && at_ >= name->second;
    if (t.kind != Token::Kind::word || (t.value.rfind(prefix_, 0) != 0 && !defined))
      refuse("只能访问自己的表 (only the plugin's own tables) " + prefix_ + "*, 见到 (found) \"" + t.value + "\"");
  }

 private:
  struct Level {
    bool in_from = false, expect_table = false;
  };
  bool& expecting() { return levels_.back().expect_table; }
  const std::string& word(std::size_t i) const {
    static const std::string none;
    return i < tokens_.size() && tokens_[i].kind == Token::Kind::word ? tokens_[i].value : none;
  }
  bool mark(std::size_t i, char c) const { return i < tokens_.size() && tokens_[i].kind == Token::Kind::mark && tokens_[i].value[0] == c; }

  // with a (x, y) as (...), b as (...): names that count as tables of this statement.
  void collect_with_names() {
    if (word(0) != "with") return;
    for (std::size_t i = 1;;) {
      if (word(i).empty()) refuse("with 之后应为名称 (a name must follow with)");
      const std::string name = word(i++);
      if (mark(i, '(')) i = after_parenthesis(i);
      if (word(i++) != "as" || !mark(i, '(')) refuse("with 名称 as ( (write: with name as (select ...))");
      i = after_parenthesis(i);
      with_names_[name] = i;
      if (!mark(i, ',')) return;
      ++i;
    }
  }
  std::size_t after_parenthesis(std::size_t i) const {
    int depth = 0;
    for (; tokens_[i].kind != Token::Kind::end; ++i) {
      if (mark(i, '(')) ++depth;
      if (mark(i, ')') && --depth == 0) return i + 1;
    }
    refuse("括号不配对 (unbalanced parentheses)");
  }

  void step() {
    const Token& t = tokens_[at_];
    if (t.kind == Token::Kind::mark) {
      if (t.value == "(") return open();
      if (t.value == ")") {
        if (levels_.size() == 1 || expecting()) refuse("括号不配对或缺少表名 (unbalanced parentheses or a missing table)");
        levels_.pop_back();
        return;
      }
      if (t.value == "," && levels_.back().in_from) expecting() = true;
      return;
    }
    if (t.kind != Token::Kind::word) return;
    if (expecting()) {
      table(t);
      if (mark(at_ + 1, '.') || (mark(at_ + 1, '(') && word(at_ - 1) != "into")) refuse("表名后的 '" + tokens_[at_ + 1].value + "' (after a table name)");
      expecting() = false;
      return;
    }
    if (kNever.count(t.value)) refuse("关键字 (keyword) " + t.value);
    if (t.value == "from" || t.value == "join") {
      levels_.back() = {true, true};
    } else if (t.value == "into") {
      if (at_ != 1 || word(0) != "insert") refuse("into 只能跟在 insert 之后 (into only after insert)");
      expecting() = true;
    } else if (t.value == "update") {
      if (at_ == 0) expecting() = true;
      else if (word(at_ - 1) != "do" || word(at_ + 1) != "set") refuse("update 的位置 (misplaced update)");
    } else if (t.value == "insert" || t.value == "delete") {
      if (at_ != 0 || word(1) != (t.value == "insert" ? "into" : "from")) refuse(t.value + " 的位置 (misplaced)");
    } else if (t.value == "in" || t.value == "using") {
      if (!mark(at_ + 1, '(')) refuse(t.value + " 之后应为括号 (needs parentheses)");
    } else if (kEndsFrom.count(t.value)) {
      levels_.back().in_from = false;
    } else if (mark(at_ + 1, '(') && !kBeforeParenthesis.count(t.value) && !kFunctions.count(t.value) && !with_names_.count(t.value)) {
      refuse("函数 (function) " + t.value + "()");
    }
  }
  void open() {
    Level inner;
    if (expecting()) {  // a subquery, or tables in parentheses
      expecting() = false;
      inner.in_from = inner.expect_table = word(at_ + 1) != "select";
    }
    levels_.push_back(inner);
  }

  std::vector<Token> tokens_;
  std::string prefix_;
  std::map<std::string, std::size_t, std::less<>> with_names_;  // -> index of the first token after the definition
  std::vector<Level> levels_;
  std::size_t at_ = 0;
};

}  // namespace

void check_sql(std::string_view sql, std::string_view schema, SqlUse use) {
  if (schema.empty()) refuse("插件没有声明 \"schema\" (the plugin declares no schema in plugin.json)");
  if (sql.size() > 64 * 1024) refuse("语句过长 (longer than 64 KiB)");
  Walk(tokens_of(sql), schema).run(use);
}

void check_migration_sql(std::string_view sql, std::string_view schema) {
  const std::vector<Token> tokens = tokens_of(sql);
  const auto word = [&](std::size_t i) { return i < tokens.size() && tokens[i].kind == Token::Kind::word ? tokens[i].value : std::string(); };
  const std::string first = word(0);
  if (first != "create" && first != "alter" && first != "drop") return check_sql(sql, schema, SqlUse::execute);
  std::size_t i = 1;
  const bool unique = word(i) == "unique";
  if (unique) ++i;
  const std::string kind = word(i++);
  if (kind != "index" && (kind != "table" || unique)) refuse("只能建改表和索引 (only tables and indexes), 见到 (found) " + first + " " + kind);
  if (word(i) == "if") i += word(i + 1) == "not" ? 3 : 2;
  const Walk walk(tokens, schema);
  walk.table(tokens[i]);  // an index carries the prefix as well
  bool on = kind == "table" || first == "drop";
  for (++i; i < tokens.size(); ++i) {
    if (word(i) == "on" && kind == "index" && !on) {
      on = true;
      walk.table(tokens[i + 1]);
    }
    if (word(i) == "references") walk.table(tokens[i + 1]);
    if (word(i) == "rename" || word(i) == "select" || word(i) == "inherits" || word(i) == "like" || word(i) == "execute") refuse("关键字 (keyword) " + word(i));
    if (tokens[i].kind == Token::Kind::mark && tokens[i].value == ".") refuse("带前缀的名称 (qualified name)");
  }
  if (!on) refuse("索引缺少 on (an index needs a table)");
}

}  // namespace mif::service
