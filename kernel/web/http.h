// SPDX-License-Identifier: Apache-2.0
// One request and one answer as the web room sees them: plain data, so that everything but the socket edge (server.cpp) is
// free of POCO and can be driven without a network.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/base/who.h"
#include "kernel/identity/identity.h"

namespace mif::web {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method, target;  // target as sent: path and query, percent-encoded
  std::string content_type, if_match, if_none_match, idempotency_key, accept;
  std::string cookie_token, csrf_token, sec_fetch_site, origin, host, remote, wanted_id;
  std::string body;

  // Filled by the dispatcher.
  std::string id;                       // X-Request-Id of the answer and trace of the audit entries
  std::string path, query_text;         // path decoded segment by segment
  std::vector<std::string> segments;    // decoded
  Fields query, captures;               // decoded
  std::shared_ptr<const identity::Caller> caller;  // nullptr on public routes without a session

  const std::string& capture(std::string_view name) const;
  std::optional<std::string> param(std::string_view name) const;  // a repeated parameter is refused
  std::string param_or(std::string_view name, std::string_view otherwise) const;
  std::int64_t number(std::string_view name, std::int64_t otherwise, std::int64_t least, std::int64_t most) const;
  Who who() const { return {caller ? caller->login : "anonymous", "web", id}; }
};

struct Response {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::string etag;                                // with its quotes; empty = none
  std::string body;
  std::shared_ptr<const std::string> shared_body;  // instead of body: an answer kept in a cache
  Fields headers;
  bool close = false;                              // end the connection after this answer

  std::string_view bytes() const { return shared_body ? std::string_view(*shared_body) : std::string_view(body); }
};

// Splits target into path, query_text and query. Throws Problem 400 for bad escapes, bad UTF-8, control characters and
// dot segments.
void parse_target(Request& request);
std::string percent_decode(std::string_view text, bool plus_is_space);

// True when the If-Match / If-None-Match list holds `etag` or "*".
bool etag_listed(std::string_view list, std::string_view etag);

}  // namespace mif::web
