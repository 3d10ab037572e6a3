// SPDX-License-Identifier: Apache-2.0
#include "kernel/web/router.h"

#include <algorithm>

namespace mif::web {
namespace {

bool is_capture(std::string_view segment) { return segment.size() > 2 && segment.front() == '{' && segment.back() == '}'; }

}  // namespace

void Router::add(Route route) {
  Entry entry;
  for (std::string_view rest = std::string_view(route.pattern).substr(1);;) {
    const auto slash = rest.find('/');
    entry.segments.emplace_back(rest.substr(0, slash));
    if (is_capture(entry.segments.back())) ++entry.captures;
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  for (const auto& other : entries_)
    if (other.route.method == route.method && other.route.pattern == route.pattern)
      throw Error(MIF_E_CONFLICT, "plugin.route-taken", "路由重复 (route registered twice): " + route.method + " " + route.pattern);
  entry.route = std::move(route);
  const auto at = std::upper_bound(entries_.begin(), entries_.end(), entry,
                                   [](const Entry& a, const Entry& b) { return a.captures < b.captures; });
  entries_.insert(at, std::move(entry));
}

Router::Match Router::match(std::string_view method, const std::vector<std::string>& segments, Fields& captures) const {
  Match result;
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const auto& entry : entries_) {
    if (entry.segments.size() != segments.size()) continue;
    bool fits = true;
    for (std::size_t i = 0; fits && i < segments.size(); ++i)
      fits = is_capture(entry.segments[i]) ? !segments[i].empty() : entry.segments[i] == segments[i];
    if (!fits) continue;
    if (entry.route.method != wanted) {
      if (!result.allowed.empty()) result.allowed += ", ";
      result.allowed += entry.route.method;
      continue;
    }
    for (std::size_t i = 0; i < segments.size(); ++i)
      if (is_capture(entry.segments[i]))
        captures.emplace_back(entry.segments[i].substr(1, entry.segments[i].size() - 2), segments[i]);
    result.route = &entry.route;
    return result;
  }
  return result;
}

std::vector<const Route*> Router::routes() const {
  std::vector<const Route*> all;
  for (const auto& entry : entries_) all.push_back(&entry.route);
  return all;
}

}  // namespace mif::web
