// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/web/http.h"

namespace mif::web {

// One door of the server. permission: "" = any signed-in person, "public" = nobody needs to sign in, otherwise a permission
// the caller must hold.
struct Route {
  std::string method, pattern, operation, permission, summary;
  std::function<Response(Request&)> handle;
  std::string plugin;  // empty = the kernel's own
};

// All routes, matched segment by segment; "{name}" captures one segment; literal segments win over captures.
// Built once, then read. [any-thread]
class Router {
 public:
  void add(Route route);
  struct Match {
    const Route* route = nullptr;  // nullptr: no such path, or no such method when `allowed` is not empty
    std::string allowed;           // "GET, POST"
  };
  Match match(std::string_view method, const std::vector<std::string>& segments, Fields& captures) const;
  std::vector<const Route*> routes() const;

 private:
  struct Entry {
    Route route;
    std::vector<std::string> segments;  // captures keep their braces
    int captures = 0;
  };
  std::vector<Entry> entries_;  // fewest captures first
};

}  // namespace mif::web
