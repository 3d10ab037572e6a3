// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/paying_world.h"

#include <cstdio>
#include <filesystem>

#include "mif/error.hpp"

namespace mif::test {

namespace fs = std::filesystem;

PayingWorld::~PayingWorld() { close_bank(); }

void PayingWorld::add_some(std::string& weather, const std::vector<const char*>& faults, int percent, std::size_t least, std::size_t more) {
  for (const char* name : faults)
    if (chance(percent)) weather += std::string(weather.empty() ? "" : ",") + name + ":" + std::to_string(least + below(more)) + "%";
}

void PayingWorld::say(const std::string& text) const {
  if (talk_) std::printf("%lld  %s\n", static_cast<long long>(now_ms_ / 1000), text.c_str());
}

Poco::JSON::Object::Ptr PayingWorld::run(PayingHome& home, const std::string& job, const std::string& params, const std::string& login) {
  Poco::JSON::Object::Ptr result;
  try {
    result = home.run(job, params, login);
    say(login + " " + job + " " + params + ": " + result->optValue<std::string>("summary", ""));
  } catch (const Error& e) {
    say(login + " " + job + " " + params + ": " + e.what());
    if (e.code() == MIF_E_INTERNAL) complaints_.push_back(job + ": " + e.what());
  }
  if (was_cut_) power_cut();
  return result;
}

void PayingWorld::run_due(PayingHome& home) {
  home.jobs->run_due();
  if (was_cut_) power_cut();
}

void PayingWorld::open_bank(const std::string& faults) {
  say("bank opens with " + faults);
  faults_ = std::make_unique<banksim::Faults>(faults, random_());
  ledger_ = std::make_unique<banksim::BankLedger>(folder_.path() + "/bank", true);
  teller_ = std::make_unique<banksim::Teller>(*ledger_, *faults_, Day(2023, 6, 20));
  banksim::Watch watch;
  watch.pause = [this](std::int64_t ms) { now_ms_ += ms; };
  watch.moment = [this](const std::string& function, bool executed) { return moment(function, executed); };
  server_ = std::make_unique<banksim::Server>(*teller_, *faults_, "127.0.0.1", port_, watch);
  port_ = server_->port();
  bank_is_at(port_);
}
void PayingWorld::hang_up() { server_.reset(); }
void PayingWorld::close_bank() {
  server_.reset();
  teller_.reset();
  ledger_.reset();
}

void PayingWorld::at_risk(PayingHome& home, std::vector<std::string> folders) {
  at_risk_ = &home;
  folders_ = std::move(folders);
}
void PayingWorld::spoken_to(const std::string&, bool) {}

// On the bank's thread, while the home waits for the answer: nobody writes its files now. What the run that goes on in this process still
// sends after its power was cut never left the house; the request the bank holds already is executed.
bool PayingWorld::moment(const std::string& function, bool executed) {
  if (was_cut_) return executed;
  spoken_to(function, executed);
  if (cut_at_ == 0 || --cut_at_ != 0) return true;
  for (const auto& name : folders_) copy_tree(at_risk_->path + "/" + name, folder_.path() + "/cut/" + name);
  was_cut_ = true;
  return true;
}

void PayingWorld::power_cut() {
  at_risk_->close();
  for (const auto& name : folders_) {
    fs::remove_all(at_risk_->path + "/" + name);
    fs::rename(folder_.path() + "/cut/" + name, at_risk_->path + "/" + name);
  }
  was_cut_ = false;
  at_risk_->open();
  power_is_back();
}

}  // namespace mif::test
