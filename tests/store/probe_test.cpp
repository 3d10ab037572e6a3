// SPDX-License-Identifier: Apache-2.0
#include "kernel/store/probe.h"

#include "tests/store/fixture.h"

namespace mif::store {
namespace {

using ProbeTest = StoreTest;

TEST_F(ProbeTest, FindsTheBackEndsOfThisHouseSafeAndLeavesNothing) {
  for (int round = 0; round < 2; ++round) {
    const std::vector<ProbeResult> results = probe(test_->options());
    EXPECT_GE(results.size(), 18u);
    for (const ProbeResult& result : results) EXPECT_TRUE(result.ok) << result.check << ": " << result.found;
  }
  EXPECT_NE(code_of([&] { count("mif_probe_value"); }), MIF_OK);
}

TEST_F(ProbeTest, CannotConnectIsSaidAsSuch) {
  Options options;
  options.dsn = "postgresql:host=127.0.0.1 port=1 dbname=x";
  EXPECT_EQ(code_of([&] { probe(options); }), MIF_E_UNAVAILABLE);
}

}  // namespace
}  // namespace mif::store
