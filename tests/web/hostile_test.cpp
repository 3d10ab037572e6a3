// SPDX-License-Identifier: Apache-2.0
// Requests nobody polite would send.
#include <Poco/Net/SocketStream.h>
#include <Poco/Net/StreamSocket.h>
#include <gtest/gtest.h>

#include <chrono>

#include "site.h"

namespace mif::web_test {
namespace {

// Sends bytes as they are and reads until the server closes or falls silent.
std::string raw(const std::string& bytes) {
  Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", static_cast<Poco::UInt16>(Site::get().port())));
  socket.setReceiveTimeout(Poco::Timespan(2, 0));
  try {
    for (std::size_t sent = 0; sent < bytes.size();) sent += static_cast<std::size_t>(socket.sendBytes(bytes.data() + sent, static_cast<int>(bytes.size() - sent)));
  } catch (const Poco::Exception&) {
  }
  std::string answer;
  char buffer[4096];
  try {
    for (int n = socket.receiveBytes(buffer, sizeof buffer); n > 0; n = socket.receiveBytes(buffer, sizeof buffer)) answer.append(buffer, static_cast<std::size_t>(n));
  } catch (const Poco::Exception&) {
  }
  return answer;
}

void expect_alive() { EXPECT_EQ(Client(Site::get().port()).get("/api/v1/health").status, 200); }

TEST(Hostile, ABodyBeyondTheLimitIsRefusedWhetherItsLengthIsDeclaredOrNot) {
  Client client = Client::of("maker1");
  const std::string large(21u << 20, 'x');
  expect_problem(client.post("/api/v1/vouchers", large, {{"Idempotency-Key", "large"}}), 413, "too-large");
  std::string chunked = "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string chunk = "100000\r\n" + std::string(0x100000, 'x') + "\r\n";
  for (int i = 0; i < 21; ++i) chunked += chunk;
  chunked += "0\r\n\r\n";
  EXPECT_NE(raw(chunked).find(" 413 "), std::string::npos);
  expect_alive();
}

TEST(Hostile, ALargeBodyWithinTheLimitIsRead) {
  Client client = Client::of("maker1");
  const Answer answer = client.post("/api/v1/vouchers", std::string(5u << 20, ' ') + "{}", {{"Idempotency-Key", "large-2"}});
  expect_problem(answer, 400, "malformed-request");
}

TEST(Hostile, TextThatIsNotUtf8IsRefusedEverywhere) {
  Client client = Client::of("maker1");
  expect_problem(client.get("/api/v1/vouchers/%ff%fe"), 400, "malformed-request");
  expect_problem(client.get("/api/v1/books/990000-310/lines?period=2023-06&accounts=%c0%af"), 400, "malformed-request");
  std::string body = Site::draft("1.00");
  body.replace(body.find("收到"), 2, "\xc3\x28");
  expect_problem(client.post("/api/v1/vouchers", body, {{"Idempotency-Key", "utf8"}}), 400, "malformed-request");
  expect_problem(client.get("/api/v1/books/%00"), 400, "malformed-request");
  expect_problem(client.get("/api/v1/books/%zz"), 400, "malformed-request");
}

TEST(Hostile, NoPathLeavesItsFolder) {
  Client client(Site::get().port());
  for (const char* path : {"/x/console/static/../../../mif.info", "/x/console/static/..%2f..%2fmif.info", "/x/console/static/%2e%2e/mif.info", "/x/console/../../etc/passwd",
                           "/x/console/static//etc/passwd", "/../../etc/passwd", "/x/%2e%2e/console/"}) {
    const Answer answer = client.get(path);
    EXPECT_TRUE(answer.status == 400 || answer.status == 404) << path << " " << answer.status;
    EXPECT_EQ(answer.body.find("business-day"), std::string::npos) << path;
  }
}

TEST(Hostile, SqlAndScriptInParametersAreText) {
  Client client = Client::of("viewer1");
  expect_problem(client.get("/api/v1/books/990000-310'%20or%20'1'='1/periods"), 404, "not-found");
  const Answer list = client.get("/api/v1/vouchers?book=990000-310&sourceKey=x'%20or%201=1--");
  ASSERT_EQ(list.status, 200);
  EXPECT_EQ(list.json()->getArray("items")->size(), 0u);
  const Answer page = client.get("/api/v1/%3Cscript%3Ealert(1)%3C/script%3E");
  EXPECT_EQ(page.status, 404);
  EXPECT_EQ(page.header("content-type"), "application/problem+json; charset=utf-8");
}

TEST(Hostile, BrokenHttpDoesNotHurtTheServer) {
  raw("GARBAGE\r\n\r\n");
  raw("GET\r\n\r\n");
  raw(std::string(70000, 'A'));
  raw("GET / HTTP/1.1\r\n" + std::string(200, 'x') + ": " + std::string(9000, 'y') + "\r\n\r\n");
  raw("POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n");
  raw("POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n{}");
  std::string many = "GET /api/v1/health HTTP/1.1\r\n";
  for (int i = 0; i < 500; ++i) many += "X-H" + std::to_string(i) + ": 1\r\n";
  raw(many + "\r\n");
  expect_alive();
}

TEST(Hostile, ABodyThatStopsHalfwayIsNotTakenForWhole) {
  const std::string answer = raw("POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n{\"login\":\"viewer1\"");
  EXPECT_EQ(answer.find(" 200 "), std::string::npos);
  expect_alive();
}

TEST(Hostile, APlainGetWithABodyIsFine) {
  Client client(Site::get().port());
  EXPECT_EQ(client.send("GET", "/api/v1/health", "{}").status, 200);
  EXPECT_EQ(client.get("/api/v1/health").status, 200) << "the body was not left in the connection";
}

}  // namespace
}  // namespace mif::web_test
