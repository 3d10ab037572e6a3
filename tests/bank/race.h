// SPDX-License-Identifier: Apache-2.0
// Two programs on one home, and two things done at the same moment.
#pragma once

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>
#include <utility>

#include "mif/error.hpp"
#include "tests/bank/province.h"

namespace mif::test {

struct Tried {
  bool done = false;
  mif_status code = MIF_OK;
  std::string says, rule;  // of a refusal
  Poco::JSON::Object::Ptr result;
};

// The program once more on the same home, as mifctl beside mifd: within one program a plugin does one job at a time anyway.
class Beside {
 public:
  explicit Beside(const Province& p) : deployment_(service::Deployment::open(p.home(), true)), jobs_(*deployment_) {}
  Poco::JSON::Object::Ptr run(const std::string& job, const std::string& params, const std::string& login) {
    identity::Caller caller;
    deployment_->database().read([&](store::Txn& txn) { caller = deployment_->identity().caller(txn, login); });
    return Poco::JSON::Parser().parse(jobs_.run(job, params, {login, "test", ""}, &caller)).extract<Poco::JSON::Object::Ptr>();
  }

 private:
  std::unique_ptr<service::Deployment> deployment_;
  service::JobRunner jobs_;
};

template <class Program>
Tried attempt(Program& p, const std::string& job, const std::string& params, const std::string& login) {
  try {
    const auto result = p.run(job, params, login);
    return {true, MIF_OK, {}, {}, result};
  } catch (const Error& e) {
    return {false, e.code(), e.what(), std::string(e.rule()), {}};
  }
}

// Both at the same moment, as far as two threads can be; or the first of them so much later.
inline std::pair<Tried, Tried> together(const std::function<Tried()>& a, const std::function<Tried()>& b, std::chrono::microseconds a_waits = {}) {
  std::atomic<int> ready{0};
  const auto go = [&] {
    ++ready;
    while (ready < 2) std::this_thread::yield();
  };
  std::pair<Tried, Tried> both;
  std::thread other([&] {
    go();
    both.second = b();
  });
  go();
  if (a_waits.count() > 0) std::this_thread::sleep_for(a_waits);
  both.first = a();
  other.join();
  return both;
}

}  // namespace mif::test
