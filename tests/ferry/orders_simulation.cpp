// SPDX-License-Identifier: Apache-2.0
// ferry-orders-test [--seed N] [--seeds N] [--from N]: MIF_SEEDS (40) seeds, split over the cores; --seed replays one with its log.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/ferry/orders_world.h"

namespace {

using namespace mif::test;

const char* const kMarks[] = {"paid through the gap", "expired, never handed on", "failed, then paid under a new code", "lost by the gap", "cut by the gap", "replayed", "power cut while handing on",
                              "doubt resolved by two people", "overdue, then resolved", "restored from a backup", "adopted"};

bool one(const std::string& prepared, long seed, bool talk, Marks& marks) {
  std::vector<std::string> wrong;
  try {
    OrdersWorld world(prepared, static_cast<std::uint64_t>(seed), talk);
    world.live();
    wrong = world.judge();
    for (const auto& [mark, n] : world.marks) marks[mark] += n;
  } catch (const std::exception& e) {
    wrong.push_back(e.what());
  }
  for (const auto& what : wrong) std::printf("seed %ld: %s\n", seed, what.c_str());
  std::fflush(stdout);
  return wrong.empty();
}

}  // namespace

int main(int argc, char** argv) {
  long seeds = std::getenv("MIF_SEEDS") ? std::atol(std::getenv("MIF_SEEDS")) : 40, from = 1, replay = 0;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    (name == "--seed" ? replay : name == "--from" ? from : seeds) = std::atol(argv[i + 1]);
  }
  const Folder folder;
  const std::string prepared = folder.path() + "/template";
  const int workers = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 8U));
  std::vector<pid_t> children;
  // The template is made in a child too: no thread exists when the workers are forked.
  const pid_t maker = fork();
  if (maker == 0) {
    int code = 0;
    try {
      make_template(prepared);
      make_template(folder.path() + "/forged");
      for (const auto& what : forged(folder.path() + "/forged")) {
        std::printf("forged: %s\n", what.c_str());
        code = 1;
      }
    } catch (const std::exception& e) {
      std::printf("template: %s\n", e.what());
      code = 1;
    }
    std::fflush(stdout);
    _exit(code);
  }
  int status = 0;
  waitpid(maker, &status, 0);
  if (status != 0) return 2;
  if (replay > 0) {
    Marks marks;
    return one(prepared, replay, true, marks) ? 0 : 1;
  }
  for (int w = 0; w < workers; ++w) {
    const pid_t child = fork();
    if (child == 0) {
      Marks marks;
      bool good = true;
      for (long seed = from + w; seed < from + seeds; seed += workers) good = one(prepared, seed, false, marks) && good;
      {
        std::ofstream out(folder.path() + "/marks-" + std::to_string(w));
        for (const char* mark : kMarks) out << marks[mark] << "\n";
      }
      _exit(good ? 0 : 1);
    }
    children.push_back(child);
  }
  bool good = true;
  for (const pid_t child : children) {
    waitpid(child, &status, 0);
    good = good && status == 0;
  }
  for (std::size_t m = 0; m < std::size(kMarks); ++m) {
    long long sum = 0;
    for (int w = 0; w < workers; ++w) {
      std::ifstream in(folder.path() + "/marks-" + std::to_string(w));
      long long value = 0;
      for (std::size_t i = 0; i <= m; ++i) in >> value;
      sum += value;
    }
    std::printf("%8lld  %s\n", sum, kMarks[m]);
    if (sum == 0 && seeds >= 40) {
      std::printf("never happened: the seeds test nothing of \"%s\"\n", kMarks[m]);
      good = false;
    }
  }
  std::printf("%ld seeds from %ld: %s\n", seeds, from, good ? "good" : "NOT good; replay one with --seed N");
  return good ? 0 : 1;
}
