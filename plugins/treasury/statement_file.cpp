// SPDX-License-Identifier: Apache-2.0
#include "statement_file.h"

#include <algorithm>

#include "charset.h"

namespace mif::treasury {

namespace {

struct Record {
  int line = 0;
  std::vector<std::string> cells;
};

[[noreturn]] void complain(const char* rule, const std::string& file, int line, const std::string& what) { throw Error(MIF_E_INVALID, rule, file + " 第 " + std::to_string(line) + " 行: " + what + " (line " + std::to_string(line) + ")"); }

int line_at(std::string_view bytes, std::size_t offset) { return 1 + static_cast<int>(std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(offset), '\n')); }

std::string decode(const ColumnMap& map, const std::string& file, std::string_view bytes) {
  if (bytes.substr(0, 3) == "\xEF\xBB\xBF") bytes.remove_prefix(3);
  std::string text;
  const std::size_t bad = charset::read_bytes(map.charset, bytes, text);
  if (bad != std::string_view::npos) {
    const auto start = bytes.rfind('\n', bad);
    complain("statement.charset", file, line_at(bytes, bad), "第 " + std::to_string(bad - (start == std::string_view::npos || start > bad ? 0 : start + 1) + 1) + " 字节不是 " + map.charset +
                                            " 编码，文件可能被截断或字符集写错，请重新下载或改 " + map.name + " 的 charset (byte not in the charset)");
  }
  return text;
}

std::string trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return std::string(text);
}

// RFC 4180, with either line end; blank lines are no records.
std::vector<Record> records(const ColumnMap& map, const std::string& file, std::string_view text) {
  std::vector<Record> all;
  Record record{1, {}};
  std::string cell;
  int line = 1;
  bool quoted = false, was_quoted = false;
  const auto end_cell = [&] {
    record.cells.push_back(was_quoted ? cell : trimmed(cell));
    cell.clear();
    was_quoted = false;
  };
  const auto end_record = [&] {
    end_cell();
    if (record.cells.size() > 1 || !record.cells[0].empty()) all.push_back(std::move(record));
    record = {line, {}};
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') ++line;
    if (quoted) {
      if (c != '"') cell += c;
      else if (i + 1 < text.size() && text[i + 1] == '"') cell += text[++i];
      else quoted = false;
    } else if (c == '"' && !was_quoted && trimmed(cell).empty()) {
      cell.clear();
      quoted = was_quoted = true;
    } else if (text.compare(i, map.separator.size(), map.separator) == 0) {
      end_cell();
      i += map.separator.size() - 1;
    } else if (c == '\n') {
      end_record();
    } else if (c != '\r' && !(was_quoted && (c == ' ' || c == '\t'))) {
      cell += c;
    }
  }
  if (quoted) complain("statement.open-quote", file, record.line, "引号没有闭合，文件可能被截断 (an open quote: cut off?)");
  end_record();
  return all;
}

class Columns {
 public:
  Columns(const ColumnMap& map, const std::string& file, const std::vector<Record>& all) : file_(file) {
    std::vector<std::string> wanted;
    for (const auto* title : {&map.day, &map.amount, &map.in, &map.out, &map.direction, &map.balance, &map.bank_ref, &map.client_ref, &map.counter_account, &map.counter_name, &map.text})
      if (!title->empty()) wanted.push_back(*title);
    std::string lacking;
    for (; header_ < all.size(); ++header_) {  // banks write titles and account names above the head
      const auto& cells = all[header_].cells;
      if (std::find(cells.begin(), cells.end(), map.day) == cells.end()) continue;
      for (const auto& title : wanted)
        if (std::find(cells.begin(), cells.end(), title) == cells.end()) lacking += (lacking.empty() ? "" : "、") + title;
      if (!lacking.empty()) complain("statement.columns-missing", file, all[header_].line, "表头缺少列 " + lacking + "，请换列映射或改 " + map.name + " (the head lacks columns)");
      titles_ = cells;
      return;
    }
    complain("statement.no-head", file, 1, "没有含「" + map.day + "」的表头行，请换列映射 (no head row for map " + map.name + ")");
  }
  std::size_t header() const { return header_; }
  std::size_t width() const { return titles_.size(); }
  std::string cell(const Record& r, const std::string& title) const {
    if (title.empty()) return {};
    return r.cells[index(title)];
  }
  [[noreturn]] void bad(const char* rule, const Record& r, const std::string& title, const std::string& what) const {
    complain(rule, file_, r.line, "第 " + std::to_string(index(title) + 1) + " 列「" + title + "」的 \"" + r.cells[index(title)] + "\" " + what + " (column " + std::to_string(index(title) + 1) + ")");
  }
  Fen money(const Record& r, const std::string& title) const {
    const std::string text = cell(r, title);
    if (text.empty() || text == "-") return Fen(0);
    try {
      return Fen::parse(text[0] == '+' ? text.substr(1) : text);
    } catch (const Error&) {
      bad("statement.amount", r, title, "不是金额 (not an amount)");
    }
  }

 private:
  std::size_t index(const std::string& title) const { return static_cast<std::size_t>(std::find(titles_.begin(), titles_.end(), title) - titles_.begin()); }
  const std::string& file_;
  std::size_t header_ = 0;
  std::vector<std::string> titles_;
};

Day day_of(const ColumnMap& map, const Columns& columns, const Record& r) {
  const std::string text = columns.cell(r, map.day);
  std::string plain = text;
  if (map.day_format == "yyyy/mm/dd") {
    for (char& c : plain) c = c == '-' ? '?' : c == '/' ? '-' : c;
  }
  const std::size_t size = map.day_format == "yyyymmdd" ? 8 : 10;
  try {
    if (plain.size() == size) return Day::parse(plain);
  } catch (const Error&) {
  }
  columns.bad("statement.day", r, map.day, "不是 " + map.day_format + " 的日期 (not a day)");
}

Fen amount_of(const ColumnMap& map, const Columns& columns, const Record& r) {
  if (!map.in.empty()) {
    const Fen in = columns.money(r, map.in), out = columns.money(r, map.out);
    if (in != Fen(0) && out != Fen(0)) columns.bad("statement.both-amounts", r, map.out, "与收入列同时有金额 (both columns hold an amount)");
    return in - out;
  }
  const Fen amount = columns.money(r, map.amount);
  if (map.direction.empty()) return amount;
  const std::string word = columns.cell(r, map.direction);
  if (word != map.in_word && word != map.out_word) columns.bad("statement.direction", r, map.direction, "不是 " + map.in_word + " 或 " + map.out_word + " (unknown direction)");
  return word == map.in_word ? amount : -amount;
}

std::string text_of(const Columns& columns, const Record& r, const std::string& title, std::size_t most) {
  const std::string text = columns.cell(r, title);
  if (text.size() > most) columns.bad("statement.too-long", r, title, "超过 " + std::to_string(most) + " 字节 (too long)");
  return text;
}

}  // namespace

ColumnMap read_column_map(const Node& root, const std::string& name) {
  ColumnMap map;
  map.name = name;
  const auto refuse = [&](const char* rule, int line, const std::string& what) { throw Error(MIF_E_INVALID, rule, name + ":" + std::to_string(line) + ": " + what); };
  struct Field {
    const char* key;
    std::string* into;
  };
  std::string title, order;
  const Field fields[] = {{"title", &title}, {"charset", &map.charset}, {"separator", &map.separator}, {"order", &order}, {"day", &map.day}, {"day-format", &map.day_format},
                          {"amount", &map.amount}, {"in", &map.in}, {"out", &map.out}, {"direction", &map.direction}, {"in-word", &map.in_word}, {"out-word", &map.out_word},
                          {"balance", &map.balance}, {"bank-ref", &map.bank_ref}, {"client-ref", &map.client_ref}, {"counter-account", &map.counter_account},
                          {"counter-name", &map.counter_name}, {"text", &map.text}};
  for (const Node& n : root.children) {
    const auto found = std::find_if(std::begin(fields), std::end(fields), [&](const Field& f) { return n.key == f.key; });
    if (found == std::end(fields)) refuse("statement.map-key", n.line, "列映射里不认识 (unknown in a column map) \"" + n.key + "\"");
    if (n.value.empty()) refuse("statement.map-value", n.line, n.key + " 后面要有值 (needs a value)");
    *found->into = n.value;
  }
  if (map.charset.empty()) map.charset = "UTF-8";
  if (map.charset != "UTF-8" && map.charset != "GBK" && map.charset != "GB18030") refuse("statement.map-charset", 1, "charset 应为 UTF-8、GBK 或 GB18030 (unknown charset)");
  if (map.separator.empty()) map.separator = ",";
  if (map.separator == "tab") map.separator = "\t";
  if (map.day_format.empty()) map.day_format = "yyyy-mm-dd";
  if (map.day_format != "yyyymmdd" && map.day_format != "yyyy-mm-dd" && map.day_format != "yyyy/mm/dd") refuse("statement.map-day-format", 1, "day-format 应为 yyyymmdd、yyyy-mm-dd 或 yyyy/mm/dd (unknown day-format)");
  if (!order.empty() && order != "oldest-first" && order != "newest-first") refuse("statement.map-order", 1, "order 应为 oldest-first 或 newest-first (unknown order)");
  map.newest_first = order == "newest-first";
  if (map.day.empty()) refuse("statement.map-day", 1, "要有 day (needs day)");
  if (map.amount.empty() == (map.in.empty() || map.out.empty()) || map.in.empty() != map.out.empty()) refuse("statement.map-amount", 1, "要有 amount，或 in 和 out 两列 (needs amount, or in and out)");
  if (!map.direction.empty() && (map.in_word.empty() || map.out_word.empty())) refuse("statement.map-words", 1, "direction 要有 in-word 和 out-word (direction needs its two words)");
  return map;
}

BankStatement read_statement_csv(const ColumnMap& map, const std::string& file, std::string_view bytes, const StatementTotals& totals) {
  const std::string text = decode(map, file, bytes);
  const auto all = records(map, file, text);
  const Columns columns(map, file, all);
  BankStatement s;
  std::vector<int> lines;
  for (std::size_t i = columns.header() + 1; i < all.size(); ++i) {
    const Record& r = all[i];
    if (r.cells.size() != columns.width())
      complain("statement.width", file, r.line, "有 " + std::to_string(r.cells.size()) + " 列，表头是 " + std::to_string(columns.width()) + " 列 (column " + std::to_string(std::min(r.cells.size(), columns.width()) + 1) + ": another number of columns than the head)");
    BankLine l;
    l.day = day_of(map, columns, r);
    l.fen = amount_of(map, columns, r);
    if (l.fen == Fen(0)) columns.bad("statement.amount-zero", r, map.in.empty() ? map.amount : map.in, "金额为零 (amount of zero)");
    if (!map.balance.empty()) {
      if (columns.cell(r, map.balance).empty()) columns.bad("statement.no-balance", r, map.balance, "没有余额 (no balance)");
      l.balance = columns.money(r, map.balance);
    }
    l.bank_ref = text_of(columns, r, map.bank_ref, 110);
    l.client_ref = text_of(columns, r, map.client_ref, 110);
    l.counter_account = text_of(columns, r, map.counter_account, 110);
    l.counter_name = text_of(columns, r, map.counter_name, 390);
    l.text = text_of(columns, r, map.text, 1900);
    s.lines.push_back(std::move(l));
    lines.push_back(r.line);
  }
  if (map.newest_first) {
    std::reverse(s.lines.begin(), s.lines.end());
    std::reverse(lines.begin(), lines.end());
  }
  for (std::size_t i = 1; i < s.lines.size(); ++i)
    if (s.lines[i].day < s.lines[i - 1].day) complain("statement.days-descend", file, lines[i], "日期早于前一笔，请核对 " + map.name + " 的 order (the days do not ascend)");
  if (s.lines.empty() && !(totals.from && totals.to && totals.opening && totals.closing))
    complain("statement.no-lines", file, all.empty() ? 1 : all.back().line, "没有流水；没有发生额的期间要给出起止日和期初期末余额 (no lines: give from, to, opening and closing)");
  s.from = totals.from ? *totals.from : s.lines.front().day;
  s.to = totals.to ? *totals.to : s.lines.back().day;
  if (map.balance.empty()) {
    if (!totals.opening || !totals.closing) throw Error(MIF_E_INVALID, "statement.no-balance-column", file + ": 文件没有余额列，要给出 opening 和 closing 才能验算 (no balance column: opening and closing must be given)");
    Fen running = *totals.opening;
    for (auto& l : s.lines) l.balance = running += l.fen;
  }
  s.opening = totals.opening ? *totals.opening : s.lines.front().balance - s.lines.front().fen;
  s.closing = totals.closing ? *totals.closing : s.lines.back().balance;
  return s;
}

}  // namespace mif::treasury
