// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "kernel/chart/chart.h"

namespace mif::print {

std::string aux_words(const chart::Chart& chart, std::string_view aux);  // "险种：职工基本医疗保险  参保方式：统账结合"

}  // namespace mif::print
