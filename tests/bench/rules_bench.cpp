// SPDX-License-Identifier: Apache-2.0
// The rules alone: documents of a province's day in memory.
//   rules_bench FOLDER DOCUMENTS    prints documents per second: reading the payloads, their digests, evaluating the rules
#include <fmt/format.h>

#include <chrono>
#include <vector>

#include "mif/error.hpp"
#include "tests/bench/exchange_day.h"
#include "tests/exchange/rule_files.h"

namespace mif::bench {
namespace {

namespace fs = std::filesystem;

double since(std::chrono::steady_clock::time_point start) { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); }

int rules(const fs::path& folder, std::int64_t documents) {
  fs::create_directories(folder);
  exchange::RuleSet sets[2];
  const char* names[] = {"employee", "resident"};
  for (int i = 0; i < 2; ++i) {
    const fs::path file = folder / (std::string(names[i]) + ".info");
    gathering_rules(fs::path(MIF_SOURCE_DIR) / "templates/vouchers" / file.filename(), file);
    sets[i] = exchange::testing::parse_rules(read_file(file));
  }
  std::vector<exchange::Document> all(static_cast<std::size_t>(documents));
  for (std::size_t i = 0; i < all.size(); ++i) {
    BusinessDocument m = document_of_day(static_cast<std::int64_t>(i) + 1, 187);
    all[i].source = "demo";
    all[i].key = fmt::format("JS{}{:010}", kDay, i);
    all[i].type = std::move(m.type);
    all[i].payload = std::move(m.payload);
    all[i].day = Day(kDay);
  }
  const auto from = std::chrono::steady_clock::now();
  for (auto& d : all) exchange::read_payload(d);
  const double read = since(from);
  const auto hashing = std::chrono::steady_clock::now();
  std::size_t digits = 0;
  for (const auto& d : all) digits += exchange::digest_of(d).size();
  const double hash = since(hashing);
  if (digits != all.size() * 64) throw Error(MIF_E_INTERNAL, "digest");
  exchange::Evaluator evaluators[] = {exchange::Evaluator(sets[0]), exchange::Evaluator(sets[1])};
  const auto evaluating = std::chrono::steady_clock::now();
  Fen sum;
  std::size_t lines = 0;
  for (const auto& d : all) {
    const auto& e = evaluators[d.fields.at("scheme") == "390"].evaluate(d);
    sum += e.amount();
    lines += e.shape->lines.size();
  }
  const double evaluate = since(evaluating);
  if (sum == Fen() || lines == 0) throw Error(MIF_E_INTERNAL, "nothing evaluated");
  const double n = static_cast<double>(documents);
  fmt::print("{:.0f} {:.0f} {:.0f}\n", n / read, n / hash, n / evaluate);
  return 0;
}

}  // namespace
}  // namespace mif::bench

int main(int argc, char** argv) {
  try {
    if (argc == 3) return mif::bench::rules(argv[1], std::stoll(argv[2]));
  } catch (const std::exception& e) {
    fmt::print(stderr, "rules_bench: {}\n", e.what());
    return 1;
  }
  fmt::print(stderr, "usage: rules_bench FOLDER DOCUMENTS\n");
  return 2;
}
