// SPDX-License-Identifier: Apache-2.0
// The arithmetic of budgets: whole numbers only, one rounding per figure, half away from zero.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mif/day.hpp"
#include "mif/money.hpp"

namespace mif::funds {

// a x times / by, through 128 bits. MIF_E_INVALID amount.overflow when it does not fit; `by` is above zero.
std::int64_t scaled(std::int64_t a, std::int64_t times, std::int64_t by);

// What a base grows to at a rate in basis points (350 = 3.50%). A budget is not negative: what is below zero becomes zero.
Fen grown(Fen base, std::int64_t growth_bp);
// part / whole in 1/10000 (basis points, 1/100 %); none when there is nothing to divide by.
std::optional<std::int64_t> share_bp(Fen part, Fen whole);
std::optional<std::int64_t> change_permille(Fen base, Fen fen);

int days_of_year(int year);
int day_of_year(Day day);  // 1 for 1 January
// What the year comes to if the rest of it goes as the days so far.
Fen linear_year(Fen so_far, int days, int of_days);
// What it comes to if the rest goes as it went last year; none when last year had nothing by then.
std::optional<Fen> profile_year(Fen so_far, Fen last_so_far, Fen last_whole);

// "3.5%", "-2%", "12.34%" in basis points, -100% to 1000%. MIF_E_INVALID fund.percent.
std::int64_t parse_percent(std::string_view text);
std::string percent_text(std::int64_t bp);  // 1234 -> "12.34"

}  // namespace mif::funds
