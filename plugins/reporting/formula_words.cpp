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
      {"净额", {Measure::net, false}},      {"JE", {Measure::net, false}}};
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
      {"空", {Op::is_blank, 1, 1}},    {"ISBLANK", {Op::is_blank, 1, 1}}};
  const auto found = words.find(name);
  return found == words.end() ? nullptr : &found->second;
}

}  // namespace mif::reporting
