// SPDX-License-Identifier: Apache-2.0
// 资金监控: what `treasury watch` finds, as a page.
#pragma once

#include "payment_search.h"

namespace mif::treasury {

HttpResponse watch_page(Desk& desk, Call call, const Query& query);

}  // namespace mif::treasury
