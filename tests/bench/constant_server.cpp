// SPDX-License-Identifier: Apache-2.0
// Peer of the web bench: the same POCO server with the same settings, answering every request with a constant body.
//   constant_server BYTES    prints "port N", runs until standard input closes
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

class Constant : public Poco::Net::HTTPRequestHandler {
 public:
  explicit Constant(const std::string& body) : body_(body) {}
  void handleRequest(Poco::Net::HTTPServerRequest&, Poco::Net::HTTPServerResponse& response) override {
    response.setContentType("application/json; charset=utf-8");
    response.sendBuffer(body_.data(), body_.size());
  }

 private:
  const std::string& body_;
};

class Factory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit Factory(std::size_t bytes) : body_(bytes, 'x') {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override { return new Constant(body_); }

 private:
  std::string body_;
};

}  // namespace

int main(int argc, char** argv) {
  const std::size_t bytes = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1000;
  Poco::ThreadPool pool(8, 2056);
  Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
  params->setMaxThreads(2048);
  params->setMaxQueued(4096);
  params->setKeepAlive(true);
  params->setMaxKeepAliveRequests(0);
  Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0), 1024);
  Poco::Net::HTTPServer server(new Factory(bytes), pool, socket, params);
  server.start();
  std::printf("port %d\n", static_cast<int>(socket.address().port()));
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  server.stop();
  server.stopAll(true);
  return 0;
}
