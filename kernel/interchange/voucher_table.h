// SPDX-License-Identifier: Apache-2.0
// Vouchers as a table, one row a line: the layout in which they are imported and exported (docs/exchange/voucher-import.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernel/interchange/book_reader.h"
#include "kernel/ledger/types.h"
#include "kernel/sheet/table.h"

namespace mif::interchange {

struct VoucherColumn {
  std::string_view english, chinese;
  bool required = false;
};
const std::vector<VoucherColumn>& voucher_columns();

void write_vouchers(const BookReader& reader, sheet::Receiver& receiver);
void write_voucher_template(sheet::Receiver& receiver);  // the head and an example

// One voucher as it stands in a file.
struct FileVoucher {
  ledger::Draft draft;
  std::string key, reviewer, cashier;  // of the file
  std::string reverses;           // name of the voucher it corrects, in the same file
  std::string place;              // of its first row: "第 3 行"
  std::vector<std::string> problems;  // each with its place; a voucher with problems is not proposed
  std::string name() const { return draft.parts == 0 ? key : part_name(draft.part); }  // within book and file: "K5", "K5 2/3"
  std::string lead() const { return draft.part > 1 ? part_name(1) : std::string(); }   // name of part 1, when it is another voucher
  std::string part_name(int part) const { return key + ' ' + std::to_string(part) + '/' + std::to_string(draft.parts); }
};

// Consecutive rows with the same book, date, word, key and part are one voucher. What is wrong with one voucher is told with it;
// what is wrong with the file as a whole is MIF_E_INVALID. `source` names who sent it: the same source and key is the same
// voucher forever (P5); an empty source is the digest of the file.
std::vector<FileVoucher> read_vouchers(std::string_view bytes, std::string_view source, std::string_view book);

}  // namespace mif::interchange
