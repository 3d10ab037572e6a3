// SPDX-License-Identifier: Apache-2.0
// One deployment with two books, six people and a running server on a free port, shared by all tests of the program; and a
// client that keeps its cookie.
#pragma once

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/Net/HTTPClientSession.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernel/service/deployment.h"
#include "kernel/web/dispatcher.h"
#include "kernel/web/server.h"

namespace mif::web_test {

inline constexpr const char* kBook = "990000-310";
inline constexpr const char* kCountyBook = "990101-390";
inline constexpr const char* kPassword = "Correct-Horse-7";

struct Answer {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  std::string header(const std::string& name) const;
  Poco::JSON::Object::Ptr json() const;
};

using Headers = std::map<std::string, std::string>;

class Client {
 public:
  explicit Client(int port);
  // Signs in; fails the test when that is refused.
  static Client of(const std::string& login);
  Answer send(const std::string& method, const std::string& target, const std::string& body = "", Headers headers = {});
  Answer get(const std::string& target, Headers headers = {}) { return send("GET", target, "", std::move(headers)); }
  // As the console does it: JSON with the CSRF token.
  Answer post(const std::string& target, const std::string& body, Headers headers = {});
  std::string cookie, csrf;
  bool send_cookie = true;

 private:
  std::unique_ptr<Poco::Net::HTTPClientSession> session_;
};

class Site {
 public:
  static Site& get();
  ~Site();
  int port() const { return server->port(); }
  // A balanced voucher of two lines, as JSON for POST /vouchers.
  static std::string draft(const std::string& amount, const std::string& day = "2023-06-15", const std::string& summary = "收到保费");
  // A posted voucher of the book, made by maker1 and reviewed by reviewer1; its id.
  std::int64_t post_voucher(const std::string& book, const std::string& key, Fen fen, Day day);

  std::string home;
  std::unique_ptr<service::Deployment> deployment;
  std::unique_ptr<web::Server> server;

 private:
  Site();
};

// Asserts a problem document of this status and slug, and returns it.
Poco::JSON::Object::Ptr expect_problem(const Answer& answer, int status, const std::string& slug);

}  // namespace mif::web_test
