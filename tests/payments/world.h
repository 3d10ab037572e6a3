// SPDX-License-Identifier: Apache-2.0
// One seed's world: the real kernel with the real treasury and adapter on a home of its own, and its bank.
#pragma once

#include "tests/sim/paying_world.h"
#include "tests/sim/seeds.h"

namespace mif::test {

// A home with books, people and plugins and nothing owed yet.
void make_template(const std::string& folder);

class World : public PayingWorld {
 public:
  World(const std::string& prepared, std::uint64_t seed, bool talk);
  ~World() override;

  void live();                      // the seed's days, then the clock runs on until everything has ended
  std::vector<std::string> judge(Marks& marks);

 private:
  void owe();
  void act();
  void finish();
  void resolve();
  void statement();
  void bank_is_at(std::uint16_t port) override;
  void power_is_back() override;
  Poco::JSON::Object::Ptr run(const std::string& job, const std::string& params, const std::string& login) { return PayingWorld::run(home_, job, params, login); }
  std::int64_t integer(const std::string& sql) { return home_.integer(sql); }

  PayingHome home_;
  std::int64_t cuts_in_flight_ = 0, payables_ = 0;
};

}  // namespace mif::test
