// SPDX-License-Identifier: Apache-2.0
#include "budget_math.h"

#include <limits>

namespace mif::funds {

namespace {

__extension__ typedef __int128 Wide;
constexpr std::int64_t kWhole = 10000;

}  // namespace

std::int64_t scaled(std::int64_t a, std::int64_t times, std::int64_t by) {
  const Wide product = static_cast<Wide>(a) * times, absolute = product < 0 ? -product : product;
  const Wide rounded = (2 * absolute + by) / (2 * static_cast<Wide>(by));
  if (rounded > std::numeric_limits<std::int64_t>::max()) throw Error(MIF_E_INVALID, "amount.overflow", "金额超出范围 (amount overflow, more than 92,233,720,368,547,758.07 yuan)");
  return product < 0 ? -static_cast<std::int64_t>(rounded) : static_cast<std::int64_t>(rounded);
}

Fen grown(Fen base, std::int64_t growth_bp) {
  const Fen fen(scaled(base.value(), kWhole + growth_bp, kWhole));
  return fen < Fen(0) ? Fen(0) : fen;
}

std::optional<std::int64_t> share_bp(Fen part, Fen whole) {
  if (whole <= Fen(0)) return std::nullopt;
  return scaled(part.value(), kWhole, whole.value());
}

std::optional<std::int64_t> change_permille(Fen base, Fen fen) {
  if (base <= Fen(0)) return std::nullopt;
  return scaled((fen - base).value(), 1000, base.value());
}

int days_of_year(int year) { return Day::days_in(year, 2) == 29 ? 366 : 365; }
int day_of_year(Day day) {
  int days = day.day();
  for (int month = 1; month < day.month(); ++month) days += Day::days_in(day.year(), month);
  return days;
}

Fen linear_year(Fen so_far, int days, int of_days) { return Fen(scaled(so_far.value(), of_days, days)); }

std::optional<Fen> profile_year(Fen so_far, Fen last_so_far, Fen last_whole) {
  if (last_so_far <= Fen(0)) return std::nullopt;
  return Fen(scaled(so_far.value(), last_whole.value(), last_so_far.value()));
}

std::int64_t parse_percent(std::string_view text) {
  if (!text.empty() && text.back() == '%') try {
      const std::int64_t bp = Fen::parse(text.substr(0, text.size() - 1)).value();  // two decimals, as money has
      if (bp >= -kWhole && bp <= 10 * kWhole) return bp;
    } catch (const Error&) {  // said below
    }
  throw Error(MIF_E_INVALID, "fund.percent", "比例应如 3.5% 或 -2%，最多两位小数，-100% 到 1000% (a percentage like 3.5%): \"" + std::string(text) + "\"");
}

std::string percent_text(std::int64_t bp) { return Fen(bp).plain(); }

}  // namespace mif::funds
