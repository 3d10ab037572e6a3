// SPDX-License-Identifier: Apache-2.0
#include "column_map.h"

#include <algorithm>

namespace mif::bank_csv {

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
  map.title = title;
  map.newest_first = order == "newest-first";
  if (map.day.empty()) refuse("statement.map-day", 1, "要有 day (needs day)");
  if (map.amount.empty() == (map.in.empty() || map.out.empty()) || map.in.empty() != map.out.empty()) refuse("statement.map-amount", 1, "要有 amount，或 in 和 out 两列 (needs amount, or in and out)");
  if (!map.direction.empty() && (map.in_word.empty() || map.out_word.empty())) refuse("statement.map-words", 1, "direction 要有 in-word 和 out-word (direction needs its two words)");
  return map;
}

}  // namespace mif::bank_csv
