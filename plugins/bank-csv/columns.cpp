// SPDX-License-Identifier: Apache-2.0
#include "columns.h"

#include <algorithm>

namespace mif::bank_csv {

bool Columns::take_head(const TableRow& row) {
  at(row);
  titles_.assign(row.cells->begin(), row.cells->begin() + static_cast<std::ptrdiff_t>(row.n));
  if (index(map_.day) == kNoColumn) return false;
  std::string lacking;
  for (const auto* title : {&map_.day, &map_.amount, &map_.in, &map_.out, &map_.direction, &map_.balance, &map_.bank_ref, &map_.client_ref, &map_.counter_account, &map_.counter_name, &map_.text})
    if (!title->empty() && index(*title) == kNoColumn) lacking += (lacking.empty() ? "" : "、") + *title;
  if (!lacking.empty()) complain("statement.columns-missing", "表头缺少列 " + lacking + "，请换列映射或改 " + map_.name + " (the head lacks columns)");
  day = index(map_.day), amount = index(map_.amount), in = index(map_.in), out = index(map_.out), direction = index(map_.direction), balance = index(map_.balance);
  bank_ref = index(map_.bank_ref), client_ref = index(map_.client_ref), counter_account = index(map_.counter_account), counter_name = index(map_.counter_name), text = index(map_.text);
  return true;
}

const std::string& Columns::cell(std::size_t column) const {
  static const std::string nothing;
  return column == kNoColumn ? nothing : (*row_.cells)[column];
}

void Columns::bad(const char* rule, std::size_t column, const std::string& what) const {
  const std::string place = std::to_string(column + 1);
  complain(rule, "第 " + place + " 列「" + titles_[column] + "」的 \"" + (*row_.cells)[column] + "\" " + what + " (column " + place + ")");
}

Fen Columns::money(std::size_t column) const {
  const std::string& text = cell(column);
  if (text.empty() || text == "-") return Fen(0);
  try {
    return Fen::parse(text[0] == '+' ? std::string_view(text).substr(1) : std::string_view(text));
  } catch (const Error&) {
    bad("statement.amount", column, "不是金额 (not an amount)");
  }
}

const std::string& Columns::text_of(std::size_t column, std::size_t most) const {
  const std::string& text = cell(column);
  if (text.size() > most) bad("statement.too-long", column, "超过 " + std::to_string(most) + " 字节 (too long)");
  return text;
}

Day Columns::day_of() const {
  const std::string& text = cell(day);
  std::string plain = text;
  if (map_.day_format == "yyyy/mm/dd")
    for (char& c : plain) c = c == '-' ? '?' : c == '/' ? '-' : c;
  const std::size_t size = map_.day_format == "yyyymmdd" ? 8 : 10;
  try {
    if (plain.size() == size) return Day::parse(plain);
  } catch (const Error&) {
  }
  bad("statement.day", day, "不是 " + map_.day_format + " 的日期 (not a day)");
}

Fen Columns::amount_of() const {
  if (in != kNoColumn) {
    const Fen came = money(in), went = money(out);
    if (came != Fen(0) && went != Fen(0)) bad("statement.both-amounts", out, "与收入列同时有金额 (both columns hold an amount)");
    return came - went;
  }
  const Fen size = money(amount);
  if (direction == kNoColumn) return size;
  const std::string& word = cell(direction);
  if (word != map_.in_word && word != map_.out_word) bad("statement.direction", direction, "不是 " + map_.in_word + " 或 " + map_.out_word + " (unknown direction)");
  return word == map_.in_word ? size : -size;
}

std::size_t Columns::index(const std::string& title) const {
  const auto found = title.empty() ? titles_.end() : std::find(titles_.begin(), titles_.end(), title);
  return found == titles_.end() ? kNoColumn : static_cast<std::size_t>(found - titles_.begin());
}

}  // namespace mif::bank_csv
