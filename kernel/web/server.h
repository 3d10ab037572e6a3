// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "kernel/service/deployment.h"

namespace mif::web {

class Dispatcher;

struct ServerOptions {
  std::string address = "127.0.0.1";
  int port = 8080;                       // 0 = any free port, see Server::port()
  int max_threads = 2048;                // one per open connection: POCO holds a thread while a connection is kept alive
  int max_queued = 4096;
  int keep_alive_seconds = 8;
  int request_timeout_seconds = 30;      // silence within a request
  int body_deadline_seconds = 60;        // for a whole body, however busily it drips
  std::size_t body_limit = 20u << 20;
  std::string access_log;                // file, one JSON object a line; empty = none
};

// The HTTP face of a deployment: POCO server, its own thread pool, the routes of the kernel and of every active web module.
// [control-thread] start and stop; requests are served on the pool's threads.
class Server {
 public:
  Server(service::Deployment& deployment, ServerOptions options);
  ~Server();  // stops
  void start();  // MIF_E_UNAVAILABLE when the address cannot be bound
  void stop();   // ends idle connections, lets running requests finish
  int port() const;
  const Dispatcher& dispatcher() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mif::web
