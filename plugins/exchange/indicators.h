// SPDX-License-Identifier: Apache-2.0
// Indicators: figures of the business side that are not documents - insured people, visits - by unit, scheme and period. They are
// loaded from a file, version by version, and asked for by reports as 业务("参保人数").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mif/extensions.hpp"
#include "document.h"
#include "settings.h"

namespace mif::exchange {

struct Indicator {
  int line = 0;
  std::string unit, scheme, name;
  Period period;
  int months = 1;  // 1, 3 or 12, up to and with `period`
  std::int32_t kind = MIF_FIGURE_BLANK;  // MIF_FIGURE_BLANK, _MONEY, _NUMBER
  std::int64_t units = 0, scale = 0;
};

// "unit,scheme,indicator,period,value" or 单位,险种,指标,期间,值; a period is 2023-06, 2023-Q2 or 2023; a value ending in 元 is money;
// an empty one takes the figure back. Throws MIF_E_INVALID "FILE:LINE: ...". [any-thread]
std::vector<Indicator> read_indicators(std::string_view text, const std::string& file);

std::string load_indicators(const Host& host, Call call, const Fields& params);  // indicator load
std::string list_indicators(const Host& host, Call call, const Fields& params);  // indicator list

std::string describe_figures(const Host& host, Call call);
std::vector<FigureSource::Answer> figures(const Host& host, Call call, const std::vector<FigureSource::Question>& questions);

}  // namespace mif::exchange
