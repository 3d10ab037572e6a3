// SPDX-License-Identifier: Apache-2.0
// The printed 记账凭证: what stands on it, its form as a file in templates/print, and its pages.
// 会计基础工作规范 art. 51: date, number, summary, accounts, amounts, attachments and the signatures of all who had a part in it.
#pragma once

#include <string>
#include <vector>

#include "kernel/base/info.h"
#include "kernel/print/canvas.h"
#include "mif/day.hpp"
#include "mif/svc/ledger.h"

namespace mif::print {

struct VoucherEntry {
  std::string summary, account, account_name, aux;
  int side = 1;  // MIF_DEBIT / MIF_CREDIT
  Fen fen;
};

// A voucher in words for people: names instead of logins, the number as it is cited ("记字第 5 1/3 号").
struct VoucherSheet {
  std::string unit, book, title, number, mark;  // mark: "未记账", "作废"; empty on a posted one
  Day day;
  int attachments = 0;
  std::vector<VoucherEntry> lines;
  std::string chief, bookkeeper, reviewer, cashier, maker;
  std::string total_in_words;  // 大写
  std::string trace;  // small print at the foot: digest, who printed it and when
};

// templates/print/voucher-*.info; every length in millimetres. See read_voucher_form for the keys.
struct VoucherForm {
  Paper paper;
  int left = 0, top = 0, right = 0, bottom = 0;  // margins of one voucher
  int offset_x = 0, offset_y = 0;                // calibration
  int per_page = 1;                              // vouchers below each other on one paper
  bool ruled = true;                             // false = 套打: the paper has the form, only what is filled in is printed
  int lines = 6;
  int title_height = 0, head_height = 0, heading_height = 0, line_height = 0, total_height = 0, signature_height = 0;
  int summary_width = 0, account_width = 0;      // the amounts share the rest
  int digits = 12;                               // cells of an amount; 0 = plain numbers
  double title_points = 16, body_points = 9, digit_points = 9, small_points = 6;
};
// MIF_E_INVALID "FILE:LINE: ..."
VoucherForm voucher_form(const InfoNode& root, const std::string& file);
VoucherForm read_voucher_form(const std::string& path);

int voucher_pages(const VoucherForm& form, std::size_t lines);

// Prints vouchers one after the other, several to a paper when the form says so. [calling-thread]
class VoucherPrinter {
 public:
  VoucherPrinter(Canvas& canvas, const VoucherForm& form) : canvas_(canvas), form_(form) {}
  void print(const VoucherSheet& sheet);

 private:
  struct Sums {
    Fen debit, credit;
  };
  void next_place();
  void page(const VoucherSheet& sheet, std::size_t first, std::size_t count, int number, int of, const Sums& before, const Sums& after);
  void heads(const VoucherSheet& sheet, const Box& area, int number, int of);
  void entry(const VoucherEntry& line, const Box& row);
  void amounts(const Box& row, Fen debit, Fen credit, bool yuan, bool blank_zero);
  void amount(const Box& box, Fen fen, bool yuan);
  void rules(const Box& table);

  Canvas& canvas_;
  const VoucherForm form_;
  int place_ = 0;  // next free place on the paper; 0 = none
};

}  // namespace mif::print
