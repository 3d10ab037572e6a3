// SPDX-License-Identifier: Apache-2.0
// Statements from files: a CSV as the bank's counter or web page gives it, read by a column map that is data
// (templates/bank/NAME.info). Every complaint names file, line and column; nothing of a bad file is taken.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mif/services.hpp"
#include "proof.h"

namespace mif::treasury {

//   title "…"  charset GB18030  separator ","  order oldest-first
//   day "交易日期"  day-format yyyymmdd
//   amount "发生额"  |  in "贷方发生额" out "借方发生额"  |  amount "金额" direction "借贷标志" in-word 贷 out-word 借
//   balance "余额"  bank-ref "流水号"  client-ref "…"  counter-account "…"  counter-name "…"  text "摘要"
struct ColumnMap {
  std::string name, charset, separator, day_format, day, amount, in, out, direction, in_word, out_word, balance, bank_ref, client_ref, counter_account, counter_name, text;
  bool newest_first = false;
};
ColumnMap read_column_map(const Node& root, const std::string& name);

struct StatementTotals {
  std::optional<Day> from, to;
  std::optional<Fen> opening, closing;  // needed where the file has no balance column
};
// Throws MIF_E_INVALID. Running balances are computed where the file has none.
BankStatement read_statement_csv(const ColumnMap& map, const std::string& file, std::string_view bytes, const StatementTotals& totals);

}  // namespace mif::treasury
