// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/seeds.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <thread>

#include "tests/sim/paying_home.h"

namespace mif::test {

namespace {

// True when `what` had nothing to complain about.
bool quiet(const std::string& name, const std::function<std::vector<std::string>()>& what) {
  std::vector<std::string> wrong;
  try {
    wrong = what();
  } catch (const std::exception& e) {
    wrong.push_back(e.what());
  }
  for (const auto& complaint : wrong) std::printf("%s: %s\n", name.c_str(), complaint.c_str());
  std::fflush(stdout);
  return wrong.empty();
}

bool one(const Simulation& simulation, const std::string& prepared, long seed, bool talk, Marks& marks) {
  return quiet("seed " + std::to_string(seed), [&] { return simulation.live(prepared, static_cast<std::uint64_t>(seed), talk, marks); });
}

bool ended_well(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return status == 0;
}

}  // namespace

int run_simulation(int argc, char** argv, const Simulation& simulation) {
  long seeds = std::getenv("MIF_SEEDS") ? std::atol(std::getenv("MIF_SEEDS")) : simulation.seeds, from = 1, replay = 0;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    (name == "--seed" ? replay : name == "--from" ? from : seeds) = std::atol(argv[i + 1]);
  }
  const RamFolder folder;
  const std::string prepared = folder.path() + "/template";
  // The template is made in a child too: no thread exists when the workers are forked.
  const pid_t maker = fork();
  if (maker == 0) _exit(quiet("template", [&] { return simulation.prepare(prepared); }) ? 0 : 1);
  if (!ended_well(maker)) return 2;
  if (replay > 0) {
    Marks marks;
    return one(simulation, prepared, replay, true, marks) ? 0 : 1;
  }
  const int workers = static_cast<int>(std::clamp(2 * std::thread::hardware_concurrency(), 2U, 8U));  // half of the time a world waits for its bank
  std::vector<pid_t> children;
  for (int w = 0; w < workers; ++w) {
    const pid_t child = fork();
    if (child == 0) {
      Marks marks;
      bool good = true;
      for (long seed = from + w; seed < from + seeds; seed += workers) good = one(simulation, prepared, seed, false, marks) && good;
      {
        std::ofstream out(folder.path() + "/marks-" + std::to_string(w));
        for (const char* mark : simulation.marks) out << marks[mark] << "\n";
      }
      _exit(good ? 0 : 1);
    }
    children.push_back(child);
  }
  bool good = true;
  for (const pid_t child : children) good = ended_well(child) && good;
  std::vector<long long> sums(simulation.marks.size());
  for (int w = 0; w < workers; ++w) {
    std::ifstream in(folder.path() + "/marks-" + std::to_string(w));
    for (auto& sum : sums) {
      long long value = 0;
      in >> value;
      sum += value;
    }
  }
  for (std::size_t m = 0; m < sums.size(); ++m) {
    std::printf("%8lld  %s\n", sums[m], simulation.marks[m]);
    if (sums[m] == 0 && seeds >= simulation.seeds) {
      std::printf("never happened: the seeds test nothing of \"%s\"\n", simulation.marks[m]);
      good = false;
    }
  }
  std::printf("%ld seeds from %ld: %s\n", seeds, from, good ? "good" : "NOT good; replay one with --seed N");
  return good ? 0 : 1;
}

}  // namespace mif::test
