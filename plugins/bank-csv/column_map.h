// SPDX-License-Identifier: Apache-2.0
// Which column of a bank's CSV is what: data, one file below templates/bank for each export of each bank.
#pragma once

#include <string>

#include "mif/services.hpp"

namespace mif::bank_csv {

//   title "…"  charset GB18030  separator ","  order oldest-first
//   day "交易日期"  day-format yyyymmdd
//   amount "发生额"  |  in "贷方发生额" out "借方发生额"  |  amount "金额" direction "借贷标志" in-word 贷 out-word 借
//   balance "余额"  bank-ref "流水号"  client-ref "…"  counter-account "…"  counter-name "…"  text "摘要"
struct ColumnMap {
  std::string name, title, charset, separator, day_format, day, amount, in, out, direction, in_word, out_word, balance, bank_ref, client_ref, counter_account, counter_name, text;
  bool newest_first = false;
};
ColumnMap read_column_map(const Node& root, const std::string& name);  // MIF_E_INVALID

}  // namespace mif::bank_csv
