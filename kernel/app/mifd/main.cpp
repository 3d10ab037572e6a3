// SPDX-License-Identifier: Apache-2.0
// mifd: the server of one home folder. Serves the API and the console, runs the scheduled jobs, stops cleanly on SIGTERM.
#include <Poco/Util/HelpFormatter.h>
#include <Poco/Util/OptionSet.h>
#include <Poco/Util/ServerApplication.h>
#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <thread>

#include "kernel/app/core_dumps.h"
#include "kernel/service/deployment.h"
#include "kernel/service/job_runner.h"
#include "kernel/web/server.h"
#include "mif/error.hpp"

namespace mif::app {
namespace {

class Daemon : public Poco::Util::ServerApplication {
 protected:
  void defineOptions(Poco::Util::OptionSet& options) override {
    ServerApplication::defineOptions(options);
    using Poco::Util::Option;
    options.addOption(Option("home", "", "主目录, 默认 $MIF_HOME 或当前目录 (home folder)").argument("DIR"));
    options.addOption(Option("port", "", "端口, 默认取自 mif.info; 0 = 任意空闲端口 (port)").argument("N"));
    options.addOption(Option("help", "h", "帮助 (help)"));
  }

  void handleOption(const std::string& name, const std::string& value) override {
    ServerApplication::handleOption(name, value);
    if (name == "home") home_ = value;
    if (name == "port") port_ = std::atoi(value.c_str());
    if (name == "help") {
      Poco::Util::HelpFormatter help(options());
      help.setCommand("mifd");
      help.setHeader("医保基金管理平台服务 (server of a mif home folder)");
      help.format(std::cout);
      stopOptionsProcessing();
      help_ = true;
    }
  }

  int main(const std::vector<std::string>&) override {
    if (help_) return EXIT_OK;
    try {
      if (home_.empty()) {
        const char* home = std::getenv("MIF_HOME");
        home_ = home ? home : ".";
      }
      const auto deployment = service::Deployment::open(home_);
      if (deployment->settings().development) core_dumps_as_before();
      for (const auto& p : deployment->plugins().list())
        if (p.status != plugin::Status::active) fmt::print(stderr, "插件 {} {}: {}\n", p.manifest.id, plugin::name_of(p.status), p.reason);
      web::ServerOptions options;
      options.address = deployment->settings().http_address;
      options.port = port_ >= 0 ? port_ : deployment->settings().http_port;
      options.access_log = deployment->path("log/access.log");
      web::Server server(*deployment, options);
      server.start();
      service::JobRunner jobs(*deployment);
      jobs.start();
      // Scripts and tests wait for this line; it says where the console is.
      fmt::print("mifd http://{}:{}/ 就绪 (ready)\n", options.address, server.port());
      std::fflush(stdout);
      waitForTerminationRequest();
      jobs.stop();
      server.stop();
      return EXIT_OK;
    } catch (const std::exception& e) {
      fmt::print(stderr, "错误: {}\n", e.what());
      return EXIT_SOFTWARE;
    }
  }

 private:
  std::string home_;
  int port_ = -1;
  bool help_ = false;
};

}  // namespace
}  // namespace mif::app

int main(int argc, char** argv) {
  mif::app::no_core_dumps();
  mif::app::Daemon daemon;
  return daemon.run(argc, argv);
}
