// SPDX-License-Identifier: Apache-2.0
#include "formula_words.h"

#include <map>

namespace mif::reporting {

const LedgerWord* ledger_word(std::string_view name) {
  static const std::map<std::string, LedgerWord, std::less<>> words = {
      {"期初", {Measure::opening, false}},  {"QC", {Measure::opening, false}},
      {"期末", {Measure::closing, false}},  {"QM", {Measure::closing, false}},
      {"借发生", {Measure::debit, false}},  {"JFS", {Measure::debit, false}},
      {"贷发生", {Measure::credit, false}}, {"DFS", {Measure::credit, false}},
      {"借累计", {Measure::debit, true}},   {"JLFS", {Measure::debit, true}},
      {"贷累计", {Measure::credit, true}},  {"DLFS", {Measure::credit, true}},
      {"净额", {Measure::net, false}},      {"JE", {Measure::net, false}},
      {"FS", {Measure::net, false, false, true}},       {"LFS", {Measure::net, true, false, true}},
      {"对方借", {Measure::debit, false, true, false}}, {"对方贷", {Measure::credit, false, true, false}},
      {"DFX", {Measure::net, false, true, true}}};
  const auto found = words.find(name);
  return found == words.end() ? nullptr : &found->second;
}

const PlainWord* plain_word(std::string_view name) {
  using Op = Expression::Op;
  static const std::map<std::string, PlainWord, std::less<>> words = {
      {"如果", {Op::choose, 2, 3}},    {"IF", {Op::choose, 2, 3}},       {"合计", {Op::sum, 1, 99}},
      {"SUM", {Op::sum, 1, 99}},       {"绝对值", {Op::absolute, 1, 1}}, {"ABS", {Op::absolute, 1, 1}},
      {"四舍五入", {Op::round, 2, 2}}, {"ROUND", {Op::round, 2, 2}},     {"最大", {Op::largest, 1, 99}},
      {"MAX", {Op::largest, 1, 99}},   {"最小", {Op::smallest, 1, 99}},  {"MIN", {Op::smallest, 1, 99}},
      {"空", {Op::is_blank, 1, 1}},    {"ISBLANK", {Op::is_blank, 1, 1}},
      {"平均", {Op::average, 1, 99}},  {"AVG", {Op::average, 1, 99}},    {"计数", {Op::count, 1, 99}},
      {"COUNT", {Op::count, 1, 99}},   {"取整", {Op::floor, 1, 1}},      {"INT", {Op::floor, 1, 1}}};
  const auto found = words.find(name);
  return found == words.end() ? nullptr : &found->second;
}

const Keyword* key_word(std::string_view name) {
  static const std::map<std::string, Keyword, std::less<>> words = {
      {"本年", Keyword::year}, {"本月", Keyword::month}, {"单位名", Keyword::unit_name}, {"期间", Keyword::period}};
  const auto found = words.find(name);
  return found == words.end() ? nullptr : &found->second;
}

std::string_view figure_family(std::string_view name) {
  static const std::map<std::string, std::string, std::less<>> words = {{"预算", "预算"}, {"YS", "预算"}, {"业务", "业务"}, {"YW", "业务"},
                                                                        {"银行余额", "银行余额"}, {"YH", "银行余额"}};
  const auto found = words.find(name);
  return found == words.end() ? std::string_view() : std::string_view(found->second);
}

bool takes_ranges(Expression::Op op) {
  using Op = Expression::Op;
  return op == Op::sum || op == Op::average || op == Op::count || op == Op::largest || op == Op::smallest;
}

}  // namespace mif::reporting
