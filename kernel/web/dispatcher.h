// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "kernel/service/deployment.h"
#include "kernel/web/router.h"

namespace mif::web {

// Everything between a parsed HTTP request and the bytes of its answer: routing, session, CSRF, permission, ETag, problem
// documents, security headers. No sockets, so tests can drive it directly. [any-thread]
class Dispatcher {
 public:
  explicit Dispatcher(service::Deployment& deployment);
  ~Dispatcher();

  // Never throws; `log_line` gets what the operator should see of an internal error.
  Response handle(Request& request, std::string& log_line) noexcept;
  // A refusal decided before the request could be read (too large).
  Response refuse(Request& request, const std::exception& why) noexcept;
  const Router& router() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mif::web
