// SPDX-License-Identifier: Apache-2.0
#include "dialect_server.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/Net/TCPServerParams.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>

#include "mif/error.hpp"
#include "tls_identity.h"

namespace mif::banksim {

namespace {

constexpr std::size_t kLargest = 32 * 1024 * 1024;

class Conversation : public Poco::Net::TCPServerConnection {
 public:
  Conversation(const Poco::Net::StreamSocket& socket, Dialect& dialect, Faults& faults) : TCPServerConnection(socket), dialect_(dialect), faults_(faults) {}
  void run() override {
    try {
      while (one()) {
      }
    } catch (const Poco::Exception&) {  // the client's end of the line broke: there is nobody to tell
    } catch (const std::exception& e) {
      std::fprintf(stderr, "mif-bank-sim: %s\n", e.what());
    }
  }

 private:
  std::optional<std::string> exactly(std::size_t n) {
    while (kept_.size() < n)
      if (!more()) return std::nullopt;
    std::string bytes = kept_.substr(0, n);
    kept_.erase(0, n);
    return bytes;
  }
  bool more() {
    char buffer[16384];
    const int got = socket().receiveBytes(buffer, sizeof buffer);
    if (got > 0) kept_.append(buffer, static_cast<std::size_t>(got));
    return got > 0;
  }
  static std::size_t number(std::string_view text) {
    std::size_t n = 0;
    for (const char c : text) {
      if (c == ' ') continue;
      if (c < '0' || c > '9' || n > kLargest) return 0;
      n = n * 10 + static_cast<std::size_t>(c - '0');
    }
    return n;
  }
  std::optional<std::string> request() {
    const auto how = dialect_.travels();
    if (!how.http) {
      const auto head = exactly(how.lead + how.digits);
      if (!head) return std::nullopt;
      const std::size_t n = number(std::string_view(*head).substr(how.lead));
      return n == 0 || n > kLargest ? std::nullopt : exactly(n);
    }
    std::size_t end;
    while ((end = kept_.find("\r\n\r\n")) == std::string::npos)
      if (kept_.size() > 65536 || !more()) return std::nullopt;
    std::string head = kept_.substr(0, end + 2);
    kept_.erase(0, end + 4);
    const std::size_t space = head.find(' '), next = head.find(' ', space + 1);
    if (next == std::string::npos) return std::nullopt;
    method_ = head.substr(0, space);
    path_ = head.substr(space + 1, next - space - 1);
    if (method_ == "GET") return std::string();
    std::transform(head.begin(), head.end(), head.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto at = head.find("\r\ncontent-length:");
    if (at == std::string::npos) return std::nullopt;
    const std::size_t n = number(std::string_view(head).substr(at + 17, head.find("\r\n", at + 17) - at - 17));
    return n == 0 || n > kLargest ? std::nullopt : exactly(n);
  }
  void send(std::string_view bytes) {
    while (!bytes.empty()) bytes.remove_prefix(static_cast<std::size_t>(socket().sendBytes(bytes.data(), static_cast<int>(bytes.size()))));
  }
  // `n`: the length that is claimed.
  std::string head_of(std::size_t n) {
    const auto how = dialect_.travels();
    if (how.http) return "HTTP/1.1 " + std::to_string(status_) + (status_ < 300 ? " OK" : " Error") + "\r\nContent-Type: text/xml\r\nContent-Length: " + std::to_string(n) + "\r\n\r\n";
    std::string head = std::to_string(n);
    head.resize(how.digits, ' ');
    return std::string(how.lead, '0') + head;
  }
  bool one() {
    const auto body = request();
    if (!body) return false;
    const std::int64_t now = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
    if (const std::int64_t held = faults_.held(now); held > 0) std::this_thread::sleep_for(std::chrono::milliseconds(held));
    if (faults_.maintained(now)) {
      status_ = 503;
      if (dialect_.travels().http) send(head_of(0));
      return false;
    }
    bool pays = false;
    std::string reply;
    {
      const std::lock_guard one_at_a_time(dialect_.mutex);
      pays = !body->empty() && dialect_.pays(*body);
      if (pays && faults_.strikes("cut-before-execute")) return false;
      Dialect::Reply said{200, {}};
      if (dialect_.travels().http) said = dialect_.answer(method_, path_, *body);
      else said.body = dialect_.answer(*body);
      status_ = said.status;
      reply = std::move(said.body);
    }
    if (!pays && faults_.strikes("query-cut")) return false;
    if (pays) {
      if (faults_.strikes("cut-after-send")) return false;
      if (faults_.strikes("half-reply")) {
        send(head_of(reply.size()) + reply.substr(0, reply.size() / 2));
        return false;
      }
      if (faults_.strikes("wrong-length")) {
        send(head_of(reply.size() - std::min<std::size_t>(reply.size(), 7)) + reply);
        return false;
      }
      if (faults_.strikes("garbage")) {
        const std::string noise = "<?xml version=\"1.0\"?><X>\xff\xfe\x81\x20</\xc4";
        send(head_of(noise.size()) + noise);
        return true;
      }
      if (const auto milliseconds = faults_.strikes("delay")) std::this_thread::sleep_for(std::chrono::milliseconds(*milliseconds > 0 ? *milliseconds : 3000));
    }
    send(head_of(reply.size()) + reply);
    return true;
  }
  Dialect& dialect_;
  Faults& faults_;
  std::string kept_, method_, path_;
  int status_ = 200;
};

class Conversations : public Poco::Net::TCPServerConnectionFactory {
 public:
  Conversations(Dialect& dialect, Faults& faults) : dialect_(dialect), faults_(faults) {}
  Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& socket) override { return new Conversation(socket, dialect_, faults_); }

 private:
  Dialect& dialect_;
  Faults& faults_;
};

}  // namespace

struct DialectServer::Impl {
  std::unique_ptr<Poco::Net::ServerSocket> socket;
  std::unique_ptr<Poco::Net::TCPServer> server;
};

DialectServer::DialectServer(Dialect& dialect, Faults& faults, const std::string& address, std::uint16_t port, bool tls, const std::string& state) : impl_(std::make_unique<Impl>()) {
  try {
    if (tls) {
      const TlsIdentity own = tls_identity(state);
      const Poco::Net::Context::Ptr context = new Poco::Net::Context(Poco::Net::Context::SERVER_USE, own.key_file, own.certificate_file, "", Poco::Net::Context::VERIFY_NONE);
      impl_->socket = std::make_unique<Poco::Net::SecureServerSocket>(context);
    } else {
      impl_->socket = std::make_unique<Poco::Net::ServerSocket>();
    }
    impl_->socket->bind(Poco::Net::SocketAddress(address, port), true);
    impl_->socket->listen(64);
  } catch (const Poco::Exception& e) {
    throw Error(MIF_E_UNAVAILABLE, "cannot listen on " + address + ":" + std::to_string(port) + ": " + e.displayText());
  }
  auto* params = new Poco::Net::TCPServerParams;
  params->setMaxThreads(16);
  params->setMaxQueued(256);
  impl_->server = std::make_unique<Poco::Net::TCPServer>(new Conversations(dialect, faults), *impl_->socket, params);
  impl_->server->start();
}
DialectServer::~DialectServer() { impl_->server->stop(); }
std::uint16_t DialectServer::port() const { return impl_->socket->address().port(); }

}  // namespace mif::banksim
