// SPDX-License-Identifier: Apache-2.0
#include "server.h"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/Net/TCPServerParams.h>

#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>

#include "faults.h"
#include "message.h"
#include "mif/error.hpp"
#include "teller.h"

namespace mif::banksim {

namespace {

constexpr std::size_t kHead = 8;
constexpr std::size_t kLargest = 32 * 1024 * 1024;

// Exactly n bytes, or nothing when the other side hung up.
std::optional<std::string> receive(Poco::Net::StreamSocket& socket, std::size_t n) {
  std::string bytes(n, '\0');
  std::size_t have = 0;
  while (have < n) {
    const int got = socket.receiveBytes(bytes.data() + have, static_cast<int>(n - have));
    if (got <= 0) return std::nullopt;
    have += static_cast<std::size_t>(got);
  }
  return bytes;
}

void send(Poco::Net::StreamSocket& socket, std::string_view bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) sent += static_cast<std::size_t>(socket.sendBytes(bytes.data() + sent, static_cast<int>(bytes.size() - sent)));
}

std::string head_of(std::size_t n) {
  std::string head = std::to_string(n);
  head.resize(kHead, ' ');
  return head;
}

std::int64_t now_ms() { return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

Message maintenance(const Message& request) {
  Message reply;
  reply.info.name = "INFO";
  reply.info.set("DATTYP", "2").set("ERRMSG", "WIN0001: 系统维护，暂停受理！").set("FUNNAM", request.info.get("FUNNAM")).set("LGNNAM", request.info.get("LGNNAM")).set("RETCOD", "-1");
  return reply;
}

class Line : public Poco::Net::TCPServerConnection {
 public:
  Line(const Poco::Net::StreamSocket& socket, Teller& teller, Faults& faults, const Watch& watch)
      : TCPServerConnection(socket), teller_(teller), faults_(faults), watch_(watch) {}
  void run() override {
    try {
      while (one()) {
      }
    } catch (const Poco::Exception&) {  // the client's end of the line broke: there is nobody to tell
    } catch (const Error& e) {
      std::fprintf(stderr, "mif-bank-sim: %s\n", e.what());
    }
  }

 private:
  bool one() {
    const auto head = receive(socket(), kHead);
    if (!head) return false;
    std::size_t length = 0;
    for (const char c : *head) {
      if (c == ' ') break;
      if (c < '0' || c > '9') return false;
      length = length * 10 + static_cast<std::size_t>(c - '0');
    }
    if (length == 0 || length > kLargest) return false;
    const auto body = receive(socket(), length);
    if (!body) return false;
    const Message request = parse(*body);
    const std::string function = request.info.get("FUNNAM");
    const bool pays = function == "DCPAYMNT";
    const std::int64_t now = now_ms();
    if (const std::int64_t held = faults_.held(now); held > 0) wait(held);
    if (watch_.moment && !watch_.moment(function, false)) return false;
    if (pays && faults_.strikes("cut-before-execute")) return false;
    const Message answer = faults_.maintained(now) ? maintenance(request) : teller_.answer(request);
    const std::string reply = print(answer);
    if (watch_.moment && !watch_.moment(function, true)) return false;
    if (function == "NTQRYSTN" && faults_.strikes("query-cut")) return false;
    if (function == "NTQADINF" && faults_.strikes("balance-cut")) return false;
    if (!pays) {
      send(socket(), head_of(reply.size()) + reply);
      return true;
    }
    if (faults_.strikes("cut-after-send")) return false;
    if (faults_.strikes("half-reply")) {
      send(socket(), head_of(reply.size()) + reply.substr(0, reply.size() / 2));
      return false;
    }
    if (faults_.strikes("wrong-length")) {
      send(socket(), head_of(reply.size() - 7) + reply);
      return false;
    }
    if (faults_.strikes("garbage")) {
      const std::string noise = "<?xml version=\"1.0\"?><CMBSDKPGK>\xff\xfe\x81\x20</\xc4";
      send(socket(), head_of(noise.size()) + noise);
      return true;
    }
    if (const auto delay = faults_.strikes("delay")) {
      wait(*delay > 0 ? *delay : 3000);
    }
    if (faults_.strikes("reply-twice")) send(socket(), head_of(reply.size()) + reply);
    send(socket(), head_of(reply.size()) + reply);
    return true;
  }
  void wait(std::int64_t milliseconds) {
    if (watch_.pause) watch_.pause(milliseconds);
    else std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
  }
  Teller& teller_;
  Faults& faults_;
  const Watch& watch_;
};

class Lines : public Poco::Net::TCPServerConnectionFactory {
 public:
  Lines(Teller& teller, Faults& faults, const Watch& watch) : teller_(teller), faults_(faults), watch_(watch) {}
  Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& socket) override { return new Line(socket, teller_, faults_, watch_); }

 private:
  Teller& teller_;
  Faults& faults_;
  const Watch& watch_;
};

}  // namespace

struct Server::Impl {
  Watch watch;
  Poco::Net::ServerSocket socket;
  std::unique_ptr<Poco::Net::TCPServer> server;
};

Server::Server(Teller& teller, Faults& faults, const std::string& address, std::uint16_t port, Watch watch) : impl_(std::make_unique<Impl>()) {
  impl_->watch = std::move(watch);
  try {
    impl_->socket.bind(Poco::Net::SocketAddress(address, port), true);
    impl_->socket.listen(64);
  } catch (const Poco::Exception& e) {
    throw Error(MIF_E_UNAVAILABLE, "cannot listen on " + address + ":" + std::to_string(port) + ": " + e.displayText());
  }
  auto* params = new Poco::Net::TCPServerParams;
  params->setMaxThreads(16);
  params->setMaxQueued(256);
  impl_->server = std::make_unique<Poco::Net::TCPServer>(new Lines(teller, faults, impl_->watch), impl_->socket, params);
  impl_->server->start();
}
Server::~Server() { impl_->server->stop(); }
std::uint16_t Server::port() const { return impl_->socket.address().port(); }

}  // namespace mif::banksim
