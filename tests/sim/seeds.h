// SPDX-License-Identifier: Apache-2.0
// The main of a simulation: many seeds, split over the cores, each its own world; one seed replayed with its log.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace mif::test {

// What happened on the way, counted: seeds in which something never happens test nothing of it.
using Marks = std::map<std::string, std::int64_t>;

struct Simulation {
  long seeds = 200;                                                             // unless MIF_SEEDS or --seeds says otherwise
  std::vector<const char*> marks;                                               // each of them happens in so many seeds
  std::function<std::vector<std::string>(const std::string& folder)> prepare;   // makes the folder the worlds are copied from; complaints
  std::function<std::vector<std::string>(const std::string& folder, std::uint64_t seed, bool talk, Marks& marks)> live;  // one world; complaints
};

// [--seed N] [--seeds N] [--from N]; the exit code: 0 when nobody complained and every mark was met. [main thread: it forks]
int run_simulation(int argc, char** argv, const Simulation& simulation);

}  // namespace mif::test
