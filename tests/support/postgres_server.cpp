// SPDX-License-Identifier: Apache-2.0
#include "tests/support/postgres_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <vector>

namespace mif::testing {
namespace {

namespace fs = std::filesystem;

// The server refuses to run as root; as root we become "postgres", which the Debian package made.
const passwd* server_account() { return getuid() == 0 ? getpwnam("postgres") : getpwuid(getuid()); }

pid_t launch(const std::vector<std::string>& arguments, const std::string& log) {
  const passwd* account = server_account();
  if (!account) throw std::runtime_error("no account \"postgres\" to run the server as");
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGINT);  // a test that dies takes its server along
  if (getppid() != parent) _exit(1);
  if (getuid() == 0 && (setgroups(0, nullptr) != 0 || setgid(account->pw_gid) != 0 || setuid(account->pw_uid) != 0)) _exit(126);
  prctl(PR_SET_PDEATHSIG, SIGINT);  // changing the user cleared it
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int in = open("/dev/null", O_RDONLY);
  dup2(in, 0);
  dup2(out, 1);
  dup2(out, 2);
  setenv("LC_ALL", "C.UTF-8", 1);
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  _exit(127);
}

std::string tail_of(const std::string& log) {
  std::ifstream file(log);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return text.size() > 2000 ? text.substr(text.size() - 2000) : text;
}

void run(const std::vector<std::string>& arguments, const std::string& log) {
  int status = 0;
  waitpid(launch(arguments, log), &status, 0);
  if (status != 0) throw std::runtime_error(arguments[0] + " failed:\n" + tail_of(log));
}

int free_port() {
  const int probe = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool bound = bind(probe, reinterpret_cast<sockaddr*>(&address), size) == 0 && getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(probe);
  if (!bound) throw std::runtime_error("no free loopback port");
  return ntohs(address.sin_port);
}

}  // namespace

std::string PostgresServer::programs() {
  std::string newest;
  std::error_code ignored;
  int best = 0;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version > best && fs::exists(entry.path() / "bin/initdb")) {
      best = version;
      newest = entry.path() / "bin";
    }
  }
  return newest;
}

PostgresServer::PostgresServer(const Settings& settings) : programs_(programs()), settings_(settings) {
  if (programs_.empty()) throw std::runtime_error("PostgreSQL's server programs are not installed");
  char pattern[] = "/tmp/mif-postgres-XXXXXX";  // short: a socket path has at most 107 bytes
  if (!mkdtemp(pattern)) throw std::runtime_error("cannot make a temporary directory");
  directory_ = pattern;
  const passwd* account = server_account();
  if (!account || chown(pattern, account->pw_uid, account->pw_gid) != 0) throw std::runtime_error("cannot give " + directory_ + " to the server's account");
  run({programs_ + "/initdb", "-D", directory_ + "/data", "-U", "mif", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"}, directory_ + "/initdb.log");
  start();
  create_database("mif");
}

void PostgresServer::start() {
  for (int attempt = 0; attempt < 5; ++attempt) {
    port_ = free_port();
    std::vector<std::string> arguments = {programs_ + "/postgres", "-D", directory_ + "/data", "-k", directory_, "-p", std::to_string(port_),
                                          "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=60", "-c", "shared_buffers=128MB"};
    if (!settings_.durable)
      for (const char* setting : {"fsync=off", "full_page_writes=off"}) arguments.insert(arguments.end(), {"-c", setting});
    server_ = launch(arguments, directory_ + "/server.log");
    for (int wait = 0; wait < 600; ++wait) {
      int status = 0;
      if (waitpid(server_, &status, WNOHANG) == server_) {
        server_ = 0;  // somebody took the port first, or it cannot run at all
        break;
      }
      if (PQping(("host=" + directory_ + " port=" + std::to_string(port_) + " user=mif dbname=postgres").c_str()) == PQPING_OK) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    stop();
  }
  throw std::runtime_error("PostgreSQL did not start:\n" + tail_of(directory_ + "/server.log"));
}

void PostgresServer::stop(bool crash) {
  if (server_ <= 0) return;
  kill(server_, crash ? SIGQUIT : SIGINT);
  int status = 0;
  waitpid(server_, &status, 0);
  server_ = 0;
}

PostgresServer::~PostgresServer() {
  stop();
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

std::string PostgresServer::dsn(const std::string& database) const {
  return "postgresql:host=" + directory_ + " port=" + std::to_string(port_) + " user=mif dbname=" + database;
}

std::string PostgresServer::odbc_dsn(const std::string& database) const {
  return "odbc:Driver={PostgreSQL Unicode};Server=127.0.0.1;Port=" + std::to_string(port_) + ";Database=" + database + ";Uid=mif;Pwd=none;";
}

void PostgresServer::create_database(const std::string& database, const std::string& like) {
  PGconn* connection = PQconnectdb(("host=" + directory_ + " port=" + std::to_string(port_) + " user=mif dbname=postgres").c_str());
  PGresult* result = PQexec(connection, ("create database " + database + (like.empty() ? "" : " template " + like)).c_str());
  const bool made = PQresultStatus(result) == PGRES_COMMAND_OK;
  const std::string said = PQerrorMessage(connection);
  PQclear(result);
  PQfinish(connection);
  if (!made) throw std::runtime_error("cannot create database " + database + ": " + said);
}

std::string PostgresServer::fresh_database(const std::string& like) {
  const std::string name = "fresh_" + std::to_string(++databases_);
  create_database(name, like);
  return name;
}

}  // namespace mif::testing
