// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/sim_process.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace mif::test {

namespace {

struct Child {
  pid_t pid;
  int out;
};

Child start(const std::vector<std::string>& arguments, bool with_errors) {
  std::vector<std::string> all = {std::string(MIF_BUILD_DIR) + "/bin/mif-bank-sim"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  std::vector<char*> argv;
  for (auto& a : all) argv.push_back(a.data());
  argv.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(ends[1], 1);
    if (with_errors) dup2(ends[1], 2);
    execv(argv[0], argv.data());
    _exit(127);
  }
  close(ends[1]);
  return {pid, ends[0]};
}

}  // namespace

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "mif-sim-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("mkdtemp");
  path_ = name;
}
Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}
void Folder::write(const std::string& name, const std::string& text) const { std::ofstream(path(name), std::ios::binary) << text; }

SimProcess::SimProcess(const std::string& state, const std::vector<std::string>& options) {
  std::vector<std::string> all = {"--state", state};
  all.insert(all.end(), options.begin(), options.end());
  const Child child = start(all, false);
  pid_ = child.pid;
  std::string line;
  char c = 0;
  while (read(child.out, &c, 1) == 1 && c != '\n') line += c;
  close(child.out);
  unsigned port = 0;
  if (std::sscanf(line.c_str(), "port %u", &port) != 1) {
    stop();
    throw std::runtime_error("mif-bank-sim did not start: " + line);
  }
  port_ = static_cast<std::uint16_t>(port);
}
SimProcess::~SimProcess() { stop(); }

void SimProcess::kill_hard() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}
void SimProcess::stop() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

RunResult run_sim(const std::vector<std::string>& arguments) {
  const Child child = start(arguments, true);
  RunResult result;
  char buffer[4096];
  for (ssize_t n; (n = read(child.out, buffer, sizeof buffer)) > 0;) result.out.append(buffer, static_cast<std::size_t>(n));
  close(child.out);
  int status = 0;
  waitpid(child.pid, &status, 0);
  result.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

SimTotals sim_ledger(const std::string& state) {
  const RunResult result = run_sim({"ledger", "--state", state, "--json"});
  const auto root = Poco::JSON::Parser().parse(result.out).extract<Poco::JSON::Object::Ptr>();
  SimTotals t;
  t.refs = root->getValue<Poco::Int64>("refs");
  t.executed_once = root->getValue<Poco::Int64>("executed_once");
  t.executed_more = root->getValue<Poco::Int64>("executed_more_than_once");
  t.returned = root->getValue<Poco::Int64>("returned");
  t.look_alikes = root->getValue<Poco::Int64>("look_alikes");
  const auto accounts = root->getArray("accounts");
  if (accounts->size() > 0) {
    t.balance = accounts->getObject(0)->getValue<std::string>("balance");
    t.debits = accounts->getObject(0)->getValue<std::string>("debits");
    t.credits = accounts->getObject(0)->getValue<std::string>("credits");
  }
  return t;
}

}  // namespace mif::test
