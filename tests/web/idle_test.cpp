// SPDX-License-Identifier: Apache-2.0
// POCO holds a thread for every open connection: idle and slow clients must not keep the others waiting.
#include <Poco/Net/StreamSocket.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "site.h"

namespace mif::web_test {
namespace {

using Steady = std::chrono::steady_clock;

std::chrono::milliseconds time_of_one_request() {
  const auto began = Steady::now();
  Client client(Site::get().port());
  EXPECT_EQ(client.get("/api/v1/health").status, 200);
  return std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - began);
}

std::vector<Poco::Net::StreamSocket> open(int n, const std::string& bytes) {
  std::vector<Poco::Net::StreamSocket> sockets;
  for (int i = 0; i < n; ++i) {
    sockets.emplace_back(Poco::Net::SocketAddress("127.0.0.1", static_cast<Poco::UInt16>(Site::get().port())));
    if (!bytes.empty()) sockets.back().sendBytes(bytes.data(), static_cast<int>(bytes.size()));
  }
  return sockets;
}

TEST(Idle, HundredsOfIdleConnectionsDoNotDelayANewOne) {
  const auto idle = open(400, "");
  EXPECT_LT(time_of_one_request(), std::chrono::seconds(5));
}

TEST(Idle, HalfSentRequestsDoNotDelayANewOne) {
  const auto slow = open(200, "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n");
  EXPECT_LT(time_of_one_request(), std::chrono::seconds(5));
}

TEST(Idle, AKeptAliveConnectionServesManyRequests) {
  Client client(Site::get().port());
  for (int i = 0; i < 300; ++i) ASSERT_EQ(client.get("/api/v1/health").status, 200);
}

TEST(Idle, AServerStopsPromptlyWhileConnectionsAreIdle) {
  web::ServerOptions options;
  options.port = 0;
  options.keep_alive_seconds = 30;
  web::Server server(*Site::get().deployment, options);
  server.start();
  Client client(server.port());
  ASSERT_EQ(client.get("/api/v1/health").status, 200);
  const auto began = Steady::now();
  server.stop();
  EXPECT_LT(Steady::now() - began, std::chrono::seconds(20));
}

}  // namespace
}  // namespace mif::web_test
