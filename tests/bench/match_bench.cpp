// SPDX-License-Identifier: Apache-2.0
// match_bench [n]: n statement lines against n postings through all passes; prints the engine's seconds, and those of the processor,
// which a busy machine does not lengthen as much.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>

#include "sides.h"

int main(int argc, char** argv) {
  using namespace mif;
  using namespace mif::treasury;
  const int n = argc > 1 ? std::atoi(argv[1]) : 1'000'000;
  std::mt19937_64 random(11);
  std::vector<SideItem> bank, book;
  for (int i = 0; i < n; ++i) {
    // Nine in ten carry a code, half of the rest a reference, the others only the other account; one in a hundred is missing.
    SideItem x{i + 1, Day(2023, 1 + i % 12, 1 + i % 28), Fen(static_cast<std::int64_t>(1 + random() % 50'000'000))};
    const auto kind = random() % 100;
    if (kind < 90) x.code = key_of("v" + std::to_string(i));
    else if (kind < 95) x.reference = key_of("BF" + std::to_string(i));
    else x.party = key_of("H" + std::to_string(random() % 5000));
    if (random() % 100) bank.push_back(x);
    if (random() % 100) book.push_back(x);
  }
  const std::clock_t processor = std::clock();
  const auto begin = std::chrono::steady_clock::now();
  const Reconciled r = reconcile_sides(bank, book, {});
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf("bank %zu book %zu groups %zu suggestions %zu doubts %zu seconds %.3f processor %.3f\n", bank.size(), book.size(), r.groups.size(), r.suggestions.size(), r.doubts.size(), seconds,
              static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC);
}
