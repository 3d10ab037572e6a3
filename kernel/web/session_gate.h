// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "kernel/service/deployment.h"
#include "kernel/web/http.h"

namespace mif::web {

// Who stands behind a session cookie. Remembers the answer for two seconds, so that a busy page costs no database read per
// request; a logout through this server counts at once. [any-thread]
class SessionGate {
 public:
  explicit SessionGate(service::Deployment& deployment) : deployment_(deployment) {}

  // nullptr when the token is empty, unknown or expired.
  std::shared_ptr<const identity::Caller> caller(const std::string& token);
  void forget(const std::string& token);

  // Throws Problem cross-site-request: a writing request that carries the session must come from a page of this server
  // (Sec-Fetch-Site or Origin say so) or prove that it knows the session's CSRF token.
  static void check_same_site(const Request& request);
  static std::string csrf_token(std::string_view session_token);

 private:
  using Clock = std::chrono::steady_clock;
  struct Known {
    std::shared_ptr<const identity::Caller> caller;  // nullptr: logged out, kept so that a late answer cannot revive it
    Clock::time_point fresh_until;
  };
  service::Deployment& deployment_;
  std::shared_mutex mutex_;
  std::unordered_map<std::string, Known> known_;
};

}  // namespace mif::web
