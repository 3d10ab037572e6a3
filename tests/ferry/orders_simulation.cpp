// SPDX-License-Identifier: Apache-2.0
// ferry-orders-test: see tests/sim/seeds.h for its options.
#include "tests/ferry/orders_world.h"

int main(int argc, char** argv) {
  using namespace mif::test;
  Simulation orders;
  orders.seeds = 40;
  orders.marks = {"paid through the gap", "expired, never handed on", "failed, then paid under a new code", "lost by the gap", "cut by the gap", "replayed", "power cut while handing on",
                  "doubt resolved by two people", "overdue, then resolved", "restored from a backup", "adopted"};
  orders.prepare = [](const std::string& folder) {
    make_template(folder);
    make_template(folder + "-forged");
    return forged(folder + "-forged");
  };
  orders.live = [](const std::string& folder, std::uint64_t seed, bool talk, Marks& marks) {
    OrdersWorld world(folder, seed, talk);
    world.live();
    auto wrong = world.judge();
    for (const auto& [mark, n] : world.marks) marks[mark] += n;
    return wrong;
  };
  return run_simulation(argc, argv, orders);
}
