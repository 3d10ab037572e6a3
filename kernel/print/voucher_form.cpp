// SPDX-License-Identifier: Apache-2.0
#include "kernel/print/voucher_form.h"

#include "kernel/print/form_file.h"
#include "mif/error.hpp"

namespace mif::print {

VoucherForm voucher_form(const InfoNode& root, const std::string& file) {
  refuse_unknown_keys(root, file, {"name", "paper", "margin", "offset", "per-page", "ruled", "lines", "height", "width", "digits", "font"});
  const FormFile form(root, file);
  VoucherForm f;
  form.page(f);
  f.offset_x = form.length("offset", "x", 0);
  f.offset_y = form.length("offset", "y", 0);
  f.per_page = form.count("per-page", 1, 1, 4);
  f.ruled = form.yes("ruled", true);
  f.lines = form.count("lines", 6, 2, 60);
  f.title_height = form.length("height", "title");
  f.head_height = form.length("height", "head");
  f.heading_height = form.length("height", "heading");
  f.line_height = form.length("height", "line");
  f.total_height = form.length("height", "total");
  f.signature_height = form.length("height", "signature");
  f.summary_width = form.length("width", "summary");
  f.account_width = form.length("width", "account");
  f.digits = form.count("digits", 12, 0, 15);
  f.title_points = form.points("title", 16);
  f.body_points = form.points("body", 9);
  f.digit_points = form.points("digits", 9);
  f.small_points = form.points("small", 6);
  if (f.paper.width - f.left - f.right - f.summary_width - f.account_width < 4000)
    form.complain("width", "摘要与科目之后给两栏金额剩下不到 40 毫米 (less than 40 mm left for the amounts)");
  const int needed = f.top + f.title_height + f.head_height + f.heading_height + f.lines * f.line_height + f.total_height + f.signature_height + f.bottom;
  if (needed > f.paper.height / f.per_page)
    form.complain("height", "一张凭证高 " + length_text(needed) + " 毫米, 纸上每张只有 " + length_text(f.paper.height / f.per_page) + " 毫米: 减少行数或行高 (does not fit the paper)");
  return f;
}

VoucherForm read_voucher_form(const std::string& path) { return voucher_form(read_info_file(path), path); }

}  // namespace mif::print
