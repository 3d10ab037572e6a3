// SPDX-License-Identifier: Apache-2.0
// Reading the parameters lists have in common.
#pragma once

#include <charconv>

#include "kernel/web/http.h"
#include "kernel/web/problem.h"
#include "mif/day.hpp"

namespace mif::web {

inline std::int64_t page_limit(const Request& request) { return request.number("limit", 200, 1, 1000); }

inline bool flag(const Request& request, std::string_view name) {
  const auto text = request.param(name);
  if (!text || *text == "false" || *text == "0") return false;
  if (*text == "true" || *text == "1") return true;
  throw Problem("malformed-request", "参数不对", {{"?" + std::string(name), "应为 true 或 false"}});
}

inline Period period_param(const Request& request, std::string_view name, const std::string& text) {
  try {
    return Period::parse(text);
  } catch (const Error& e) {
    throw Problem("malformed-request", std::string("参数不对: ") + request.path, {{"?" + std::string(name), e.what()}});
  }
}

struct PeriodRange {
  Period from, to;
};
// period=2023-06, or from=2023-01 and to=2023-06 of one year.
inline PeriodRange period_range(const Request& request) {
  if (const auto one = request.param("period")) {
    const Period p = period_param(request, "period", *one);
    return {p, p};
  }
  const auto from = request.param("from"), to = request.param("to");
  if (!from || !to) throw Problem("malformed-request", "缺少会计期间", {{"?period", "写 period=2023-06，或 from=2023-01 与 to=2023-06"}});
  const PeriodRange range{period_param(request, "from", *from), period_param(request, "to", *to)};
  if (range.from.year != range.to.year || range.to < range.from)
    throw Problem("malformed-request", "会计期间范围不对", {{"?to", "from 与 to 须在同一年，且 from 不晚于 to"}});
  return range;
}

// Where a page of detail lines ended: "voucher.line".
struct LineCursor {
  std::int64_t voucher = 0;
  int line = 0;
  static LineCursor parse(const Request& request) {
    LineCursor cursor;
    const auto text = request.param("after");
    if (!text) return cursor;
    const auto dot = text->find('.');
    const char* begin = text->data();
    const char* end = begin + text->size();
    const auto first = std::from_chars(begin, dot == std::string::npos ? end : begin + dot, cursor.voucher);
    if (dot == std::string::npos || first.ec != std::errc() || first.ptr != begin + dot) bad();
    const auto second = std::from_chars(begin + dot + 1, end, cursor.line);
    if (second.ec != std::errc() || second.ptr != end || cursor.voucher < 0 || cursor.line < 0) bad();
    return cursor;
  }

 private:
  [[noreturn]] static void bad() { throw Problem("malformed-request", "翻页位置不对", {{"?after", "应为上一页应答里的 next"}}); }
};

}  // namespace mif::web
