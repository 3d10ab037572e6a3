// SPDX-License-Identifier: Apache-2.0
// One seed's world: a home inside with the treasury, a home outside with the bank's adapter, a gap between them that loses, repeats, reorders,
// delays and cuts, and the bank.
#pragma once

#include <map>
#include <memory>

#include "tests/sim/paying_world.h"
#include "tests/sim/seeds.h"

namespace mif::test {

// Homes "inner" and "outer" below the folder, with books, people, keys and plugins and nothing owed yet.
void make_template(const std::string& folder);

class OrdersWorld : public PayingWorld {
 public:
  OrdersWorld(const std::string& prepared, std::uint64_t seed, bool talk);
  ~OrdersWorld() override;
  void live();
  std::vector<std::string> judge();
  Marks marks;

 private:
  void owe();
  void act();
  void finish();
  void gap(const std::string& from, const std::string& to, bool kind);
  void replay();
  void outer_run();
  void resolve();
  void back_up();
  void restore();
  void bank_is_at(std::uint16_t port) override;
  void spoken_to(const std::string& function, bool executed) override;
  void power_is_back() override;

  std::unique_ptr<PayingHome> inner_, outer_;
  std::map<std::string, int> offered_;  // how often a code came to the bank to be paid
  std::int64_t payables_ = 0, backed_up_ = 0;  // hand-ons when the backup was made
};

// What must be refused whatever its signature says; `folder` is a template of its own. Complaints.
std::vector<std::string> forged(const std::string& folder);

}  // namespace mif::test
