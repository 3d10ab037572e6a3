// SPDX-License-Identifier: Apache-2.0
// payment-simulation-test: see tests/sim/seeds.h for its options.
#include "tests/payments/world.h"

int main(int argc, char** argv) {
  using namespace mif::test;
  Simulation payments;
  payments.seeds = 200;
  payments.marks = {"unknown, then paid by statement line", "unknown, then paid by query", "duplicate answer", "partial batch", "return after success", "restart in mid-batch",
                    "late result", "manual resolution: done", "manual resolution: failed", "refused, then paid under a new code", "not found, then found"};
  payments.prepare = [](const std::string& folder) {
    make_template(folder);
    return std::vector<std::string>();
  };
  payments.live = [](const std::string& folder, std::uint64_t seed, bool talk, Marks& marks) {
    World world(folder, seed, talk);
    world.live();
    return world.judge(marks);
  };
  return run_simulation(argc, argv, payments);
}
