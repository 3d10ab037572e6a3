// SPDX-License-Identifier: Apache-2.0
#include "kernel/web/server.h"

#include <Poco/ErrorHandler.h>
#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

#include "kernel/web/dispatcher.h"
#include "kernel/web/problem.h"
#include "mif/json.hpp"

namespace mif::web {
namespace {

using Steady = std::chrono::steady_clock;
constexpr const char* kCookie = "mif_session";

// A client that goes away is its own business; POCO's default handler prints every one of them.
class QuietErrors : public Poco::ErrorHandler {
 public:
  void exception(const Poco::Exception&) override {}
  void exception(const std::exception& e) override { std::fprintf(stderr, "mif web: %s\n", e.what()); }
  void exception() override { std::fprintf(stderr, "mif web: unknown exception in a connection\n"); }
};

class AccessLog {
 public:
  explicit AccessLog(const std::string& path) {
    if (path.empty()) return;
    file_ = std::fopen(path.c_str(), "ae");
    if (!file_) throw Error(MIF_E_UNAVAILABLE, "config.access-log", "不能写访问日志 (cannot open the access log): " + path);
    flusher_ = std::thread([this] { flush_now_and_then(); });
  }
  ~AccessLog() {
    if (!file_) return;
    {
      std::lock_guard lock(mutex_);
      ending_ = true;
    }
    wake_.notify_all();
    flusher_.join();
    std::fclose(file_);
  }
  void write(const Request& request, const Response& response, std::chrono::microseconds took) {
    if (!file_) return;
    JsonWriter json;
    json.begin_object().field("trace", request.id).field("remote", request.remote);
    json.field("login", request.caller ? request.caller->login : std::string()).field("method", request.method);
    json.field("path", request.path).field("status", response.status);
    json.field("bytes", static_cast<std::int64_t>(response.bytes().size())).field("us", static_cast<std::int64_t>(took.count())).end_object();
    const std::string line = json.take() + "\n";
    std::lock_guard lock(mutex_);
    std::fwrite(line.data(), 1, line.size(), file_);
    dirty_ = true;
  }

 private:
  // A system call per line would cost a busy server a tenth of its rate; half a second late is soon enough for a reader.
  void flush_now_and_then() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
      wake_.wait_for(lock, std::chrono::milliseconds(500));
      if (dirty_) std::fflush(file_);
      dirty_ = false;
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::FILE* file_ = nullptr;
  bool dirty_ = false, ending_ = false;
  std::thread flusher_;
};

// What every handler shares.
struct Shared {
  Shared(service::Deployment& deployment, ServerOptions o) : options(std::move(o)), dispatcher(deployment), access_log(options.access_log) {}
  ServerOptions options;
  Dispatcher dispatcher;
  AccessLog access_log;
};

std::string header(const Poco::Net::HTTPServerRequest& from, const char* name) { return from.get(name, ""); }

// The value of one cookie, without building POCO's collection for each request.
std::string cookie(const std::string& all, std::string_view name) {
  std::string_view rest = all;
  while (!rest.empty()) {
    const auto semicolon = rest.find(';');
    std::string_view one = rest.substr(0, semicolon);
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    if (one.size() > name.size() && one.substr(0, name.size()) == name && one[name.size()] == '=') return std::string(one.substr(name.size() + 1));
    if (semicolon == std::string_view::npos) break;
    rest.remove_prefix(semicolon + 1);
  }
  return {};
}

class Handler : public Poco::Net::HTTPRequestHandler {
 public:
  explicit Handler(Shared& shared) : shared_(shared) {}

  void handleRequest(Poco::Net::HTTPServerRequest& from, Poco::Net::HTTPServerResponse& to) override {
    const auto began = Steady::now();
    Request request;
    request.method = from.getMethod();
    request.target = from.getURI();
    request.content_type = from.getContentType() == Poco::Net::HTTPMessage::UNKNOWN_CONTENT_TYPE ? "" : from.getContentType();
    request.if_match = header(from, "If-Match");
    request.if_none_match = header(from, "If-None-Match");
    request.idempotency_key = header(from, "Idempotency-Key");
    request.accept = header(from, "Accept");
    request.cookie_token = cookie(header(from, "Cookie"), kCookie);
    request.csrf_token = header(from, "X-CSRF-Token");
    request.sec_fetch_site = header(from, "Sec-Fetch-Site");
    request.origin = header(from, "Origin");
    request.host = header(from, "Host");
    request.wanted_id = header(from, "X-Request-Id");
    if (!shared_.options.access_log.empty()) request.remote = from.clientAddress().host().toString();

    Response response;
    std::string log_line;
    try {
      read_body(from, request);
      response = shared_.dispatcher.handle(request, log_line);
    } catch (const Problem& p) {
      response = shared_.dispatcher.refuse(request, p);
    }
    if (!log_line.empty()) std::fprintf(stderr, "mif web: %s %s %s: %s\n", request.id.c_str(), request.method.c_str(), request.path.c_str(), log_line.c_str());
    send(from, to, response);
    shared_.access_log.write(request, response, std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - began));
  }

 private:
  // Reads the body up to the limit. Beyond it the rest is read and thrown away for a moment, because a client that is still
  // sending would otherwise see a reset instead of the answer.
  void read_body(Poco::Net::HTTPServerRequest& from, Request& request) {
    const auto declared = from.hasContentLength() ? from.getContentLength64() : 0;
    if (declared == 0 && !from.getChunkedTransferEncoding()) return;
    const std::size_t limit = shared_.options.body_limit;
    bool over = declared > static_cast<Poco::Int64>(limit);
    auto until = Steady::now() + std::chrono::seconds(over ? 5 : shared_.options.body_deadline_seconds);
    std::size_t thrown_away = 0;
    std::string buffer(16384, '\0');
    std::istream& in = from.stream();
    while (in.good()) {
      in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
      const auto n = static_cast<std::size_t>(in.gcount());
      if (!over && request.body.size() + n > limit) {
        over = true;
        until = Steady::now() + std::chrono::seconds(5);
        request.body = std::string();
      }
      if (over) {
        thrown_away += n;
        if (thrown_away > 4 * limit) break;
      } else {
        request.body.append(buffer.data(), n);
      }
      if (Steady::now() > until) {
        if (over) break;
        throw Problem("malformed-request", "请求正文没有在限定时间内传完");
      }
    }
    if (over) throw Problem("too-large", "request.too-large", "请求正文超过上限 " + std::to_string(limit >> 20) + " MB");
    if (declared > 0 && static_cast<Poco::Int64>(request.body.size()) < declared) throw Problem("malformed-request", "请求正文不完整");
  }

  static void send(const Poco::Net::HTTPServerRequest& from, Poco::Net::HTTPServerResponse& to, const Response& response) {
    using Status = Poco::Net::HTTPResponse::HTTPStatus;
    const auto status = static_cast<Status>(response.status);
    const std::string& reason = Poco::Net::HTTPResponse::getReasonForStatus(status);
    to.setStatusAndReason(status, reason == "???" ? "Error" : reason);
    for (const auto& [name, value] : response.headers) to.add(name, value);
    if (!response.etag.empty()) to.set("ETag", response.etag);
    if (response.close) to.setKeepAlive(false);
    if (response.status == 304 || response.status == 204) {
      to.send();
      return;
    }
    const std::string_view body = response.bytes();
    to.setContentType(response.content_type);
    if (from.getMethod() == Poco::Net::HTTPRequest::HTTP_HEAD) {
      to.setContentLength64(static_cast<Poco::Int64>(body.size()));
      to.send();
      return;
    }
    to.sendBuffer(body.data(), body.size());
  }

  Shared& shared_;
};

// A connection is a file; the usual soft limit of 1,024 would refuse people long before the threads run out.
void allow_files(int connections) {
  rlimit limit{};
  const auto wanted = static_cast<rlim_t>(connections) + 512;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = limit.rlim_max == RLIM_INFINITY ? wanted : std::min<rlim_t>(wanted, limit.rlim_max);
  setrlimit(RLIMIT_NOFILE, &limit);
}

class Factory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit Factory(Shared& shared) : shared_(shared) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override { return new Handler(shared_); }

 private:
  Shared& shared_;
};

}  // namespace

struct Server::Impl {
  Impl(service::Deployment& deployment, ServerOptions options) : shared(deployment, std::move(options)) {}
  Shared shared;
  QuietErrors errors;
  Poco::ErrorHandler* errors_before = nullptr;
  std::unique_ptr<Poco::ThreadPool> pool;
  std::unique_ptr<Poco::Net::HTTPServer> http;
  int port = 0;
};

Server::Server(service::Deployment& deployment, ServerOptions options) : impl_(std::make_unique<Impl>(deployment, std::move(options))) {}

Server::~Server() { stop(); }

void Server::start() {
  const ServerOptions& options = impl_->shared.options;
  allow_files(options.max_threads + options.max_queued);
  try {
    Poco::Net::ServerSocket socket;
    socket.bind(Poco::Net::SocketAddress(options.address, static_cast<Poco::UInt16>(options.port)), true);
    socket.listen(1024);
    impl_->port = socket.address().port();

    Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
    params->setSoftwareVersion("mif");
    params->setMaxThreads(options.max_threads);
    params->setMaxQueued(options.max_queued);
    params->setThreadIdleTime(Poco::Timespan(2, 0));
    params->setKeepAlive(true);
    params->setKeepAliveTimeout(Poco::Timespan(options.keep_alive_seconds, 0));
    params->setMaxKeepAliveRequests(0);
    params->setTimeout(Poco::Timespan(options.request_timeout_seconds, 0));

    impl_->pool = std::make_unique<Poco::ThreadPool>("mif-web", 8, options.max_threads + 8, 30);
    impl_->http = std::make_unique<Poco::Net::HTTPServer>(new Factory(impl_->shared), *impl_->pool, socket, params);
    impl_->errors_before = Poco::ErrorHandler::set(&impl_->errors);
    impl_->http->start();
  } catch (const Poco::Exception& e) {
    impl_->http.reset();
    throw Error(MIF_E_UNAVAILABLE, "config.cannot-listen", "不能在 " + options.address + ":" + std::to_string(options.port) + " 提供服务 (cannot listen): " + e.displayText());
  }
}

void Server::stop() {
  if (!impl_->http) return;
  impl_->http->stop();
  impl_->http->stopAll(false);
  impl_->pool->joinAll();
  impl_->http.reset();
  Poco::ErrorHandler::set(impl_->errors_before);
}

int Server::port() const { return impl_->port; }
const Dispatcher& Server::dispatcher() const { return impl_->shared.dispatcher; }

}  // namespace mif::web
