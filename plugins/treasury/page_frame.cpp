// SPDX-License-Identifier: Apache-2.0
#include "page_frame.h"

namespace mif::treasury {

const std::string_view kPageStyle = R"(
.trail { list-style: none; margin: 0; padding: 0 0 0 14px; border-left: 3px solid #c9d3de; max-width: 1180px; }
.trail > li { position: relative; background: #fff; border: 1px solid #c9d3de; border-radius: 3px; padding: 8px 14px; margin: 0 0 8px; }
.trail > li::before { content: ""; position: absolute; left: -22px; top: 14px; width: 9px; height: 9px; border-radius: 50%; background: #17508a; border: 2px solid #f4f6f9; }
.trail > li.bad::before { background: #c01818; }
.trail > li.bad { border-left: 3px solid #c01818; }
.trail .line { display: flex; gap: 14px; flex-wrap: wrap; align-items: baseline; }
.trail .line b { min-width: 9em; }
.trail .line .space { flex: 1; }
.trail .when { color: #5d6b7a; font-variant-numeric: tabular-nums; white-space: nowrap; }
.trail .more { margin: 4px 0 0; color: #5d6b7a; display: flex; gap: 2px 18px; flex-wrap: wrap; overflow-wrap: anywhere; }
.trail .more span b { font-weight: 400; color: #1d2733; }
.trail details { margin-top: 4px; }
.trail summary { cursor: pointer; color: #17508a; width: fit-content; }
.trail pre { background: #f4f6f9; border: 1px solid #c9d3de; padding: 8px; margin: 4px 0 0; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 26rem; overflow: auto; font-size: .86rem; }
.alarm td { background: #fdf1f1 !important; }
.frame { grid-template: auto 1fr / 168px 1fr; }
.tools input[type=search] { width: 11em; }
)";

Html frame(std::string_view here, const std::string& title) {
  Html h;
  h.open("html", {{"lang", "zh-CN"}}).open("head");
  h.empty("meta", {{"charset", "utf-8"}}).empty("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  h.leaf("title", title + " - 资金");
  h.empty("link", {{"rel", "icon"}, {"href", "/x/console/static/icon.svg"}});
  h.empty("link", {{"rel", "stylesheet"}, {"href", "/x/console/static/console.css"}}).empty("link", {{"rel", "stylesheet"}, {"href", "/x/treasury/static/pages.css"}}).close();
  h.open("body").open("div", {{"class", "frame"}});
  h.open("header", {{"class", "top"}}).leaf("span", "资金付款与对账", {{"class", "brand"}}).leaf("span", "", {{"class", "space"}}).close();
  h.open("nav", {{"class", "nav"}, {"aria-label", "主菜单"}}).leaf("a", "控制台", {{"href", "/x/console/"}});
  for (const auto& p : kPages) {
    Html::Attributes attributes = {{"href", ""}};
    const std::string href = std::string("/x/treasury") + p.path;
    attributes[0].second = href;
    if (here == p.path) attributes.push_back({"aria-current", "page"});
    h.leaf("a", p.title, attributes);
  }
  h.close().open("main", {{"class", "page"}, {"id", "content"}});
  h.open("div", {{"class", "pagehead"}}).leaf("h1", title).close();
  return h;
}

HttpResponse page(Html html) {
  HttpResponse response;
  response.content_type = "text/html; charset=utf-8";
  response.body = html.take();
  return response;
}

}  // namespace mif::treasury
