// SPDX-License-Identifier: Apache-2.0
// What every page of the treasury has in common: the console's frame and look, the menu.
#pragma once

#include <string>
#include <string_view>

#include "desk.h"
#include "html.h"

namespace mif::treasury {

struct Page {  // of the menu
  const char *path, *title, *id;
};
inline constexpr Page kPages[] = {{"/payments", "付款追踪", "paymentsPage"}, {"/watch", "资金监控", "watchPage"}, {"/returns", "待定退汇", "returnsPage"}, {"/looks", "问账报文", "looksPage"}};
extern const std::string_view kPageStyle;  // beside console.css

// The console's frame with the page's title; the content follows. here: the path of a Page.
Html frame(std::string_view here, const std::string& title);
HttpResponse page(Html html);

}  // namespace mif::treasury
