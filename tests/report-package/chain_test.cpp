// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "report-package/chain.h"
#include "report-package/digests.h"
#include "samples.h"

namespace mif::report_package::testing {
namespace {

ReportSet revision(std::int64_t number, const std::string& parent, const std::string& digest) {
  ReportSet set = sample();
  set.manifest.revision = number;
  set.manifest.parent = parent.empty() ? "" : sha256(parent);
  set.digest = sha256(digest);
  return set;
}
Stored stored(std::int64_t number, const std::string& digest) { return {"330100", "nhsa-2023-month", "2023-06", "own", number, sha256(digest)}; }

TEST(PackageChain, DecidesEveryCase) {
  EXPECT_EQ(judge({}, revision(1, "", "a"), true), Chain::accept);
  EXPECT_EQ(judge({}, revision(2, "a", "b"), true), Chain::parent) << "revision 1 never came";
  EXPECT_EQ(judge(stored(1, "a"), revision(1, "", "a"), true), Chain::same);
  EXPECT_EQ(judge(stored(1, "a"), revision(1, "", "a"), false), Chain::same) << "what is stored needs no template";
  EXPECT_EQ(judge(stored(1, "a"), revision(1, "", "other"), true), Chain::fork);
  EXPECT_EQ(judge(stored(1, "a"), revision(2, "a", "b"), true), Chain::accept);
  EXPECT_EQ(judge(stored(1, "a"), revision(2, "other", "b"), true), Chain::parent);
  EXPECT_EQ(judge(stored(1, "a"), revision(3, "b", "c"), true), Chain::parent) << "revision 2 never came";
  EXPECT_EQ(judge(stored(1, "a"), revision(3, "a", "c"), true), Chain::parent) << "a number is left out";
  EXPECT_EQ(judge(stored(2, "b"), revision(1, "", "a"), true), Chain::replay);
  EXPECT_EQ(judge(stored(1, "a"), revision(2, "a", "b"), false), Chain::template_unknown);
  EXPECT_EQ(judge({}, revision(1, "", "a"), false), Chain::template_unknown);
  EXPECT_THROW(judge(Stored{"330200", "nhsa-2023-month", "2023-06", "own", 1, ""}, revision(1, "", "a"), true), Error);
  EXPECT_THROW(judge(Stored{"330100", "nhsa-2023-month", "2023-06", "sum", 1, ""}, revision(1, "", "a"), true), Error);
}

TEST(PackageChain, EachRefusalHasItsCode) {
  const auto code = [](Chain verdict) {
    try {
      require(verdict, stored(1, "a"), revision(2, "a", "b"));
    } catch (const Error& e) {
      return std::to_string(e.code()) + " " + std::string(e.rule());
    }
    return std::string();
  };
  EXPECT_EQ(code(Chain::accept), "");
  EXPECT_EQ(code(Chain::same), "");
  const std::string conflict = std::to_string(MIF_E_CONFLICT), invalid = std::to_string(MIF_E_INVALID);
  EXPECT_EQ(code(Chain::replay), conflict + " report-package.replay");
  EXPECT_EQ(code(Chain::fork), conflict + " report-package.fork");
  EXPECT_EQ(code(Chain::parent), conflict + " report-package.parent");
  EXPECT_EQ(code(Chain::template_unknown), invalid + " report-package.template-unknown");
}

// Through files: a correction names the manifest of what it corrects, and old files stay old.
TEST(PackageChain, RunsThroughRealPackages) {
  const auto sent = [](ReportSet& set) { return read_package(write_package(set, signer(false)), trusting(false)).sets[0]; };
  ReportSet first = sample();
  const ReportSet one = sent(first);
  EXPECT_EQ(judge({}, one, true), Chain::accept);
  Stored now = stored(1, "");
  now.digest = one.digest;
  ReportSet second = sample();
  second.manifest.revision = 2;
  second.manifest.parent = one.digest;
  second.tables[0].cells[2].value = "0.62";
  const ReportSet two = sent(second);
  EXPECT_EQ(judge(now, one, true), Chain::same);
  EXPECT_EQ(judge(now, two, true), Chain::accept);
  now.revision = 2;
  now.digest = two.digest;
  EXPECT_EQ(judge(now, one, true), Chain::replay);
}

}  // namespace
}  // namespace mif::report_package::testing
