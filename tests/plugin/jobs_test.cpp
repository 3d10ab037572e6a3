// SPDX-License-Identifier: Apache-2.0
#include "home.h"
#include "kernel/service/job_runner.h"

namespace mif::test {
namespace {

using testing::HasSubstr;

class ScheduledJobs : public testing::Test {
 protected:
  Home home_;
  std::unique_ptr<service::Deployment> d_ = home_.open();
  service::JobRunner runner_{*d_};

  std::int64_t rows(const std::string& condition) {
    std::int64_t n = 0;
    d_->database().read([&](store::Txn& txn) { n = txn.integer("select count(*) from job where " + condition).value_or(-1); });
    return n;
  }
};

TEST_F(ScheduledJobs, RunOnceWhenDueAndAreGone) {
  run_job(d_->plugins(), "probe", "schedule", "probe note");
  run_job(d_->plugins(), "probe", "schedule", "probe note");  // the same key replaces
  EXPECT_EQ(runner_.run_due(), 1);
  EXPECT_EQ(runner_.run_due(), 0);
  EXPECT_THAT(run_job(d_->plugins(), "probe", "notes", ""), HasSubstr("from the schedule"));
}

TEST_F(ScheduledJobs, ThatFailAreTriedAgainLater) {
  run_job(d_->plugins(), "probe", "schedule", "always fails");
  EXPECT_EQ(runner_.run_due(), 1);
  EXPECT_EQ(runner_.run_due(), 0);  // not yet
  EXPECT_EQ(rows("state = 0 and attempts = 1 and last_error = 'not today'"), 1);
}

TEST_F(ScheduledJobs, WhoseProcessDiedAreRunAgainWhenTheirLeaseIsOver) {
  run_job(d_->plugins(), "probe", "schedule", "probe note");
  d_->database().write([&](store::Txn& txn) { txn.execute("update job set state = 1, token = 'dead', lease_ms = ?", {d_->clock().now_unix_ms() + 60'000}); });
  EXPECT_EQ(runner_.run_due(), 0);
  d_->database().write([&](store::Txn& txn) { txn.execute("update job set lease_ms = ?", {d_->clock().now_unix_ms() - 1}); });
  EXPECT_EQ(runner_.run_due(), 1);
}

TEST_F(ScheduledJobs, RunByNameForAPersonWithThePermission) {
  const auto maker = caller_of(*d_, "maker1"), viewer = caller_of(*d_, "viewer1");
  EXPECT_EQ(runner_.run("probe note", "by hand", {"maker1", "web", ""}, &maker), "noted");
  EXPECT_EQ(refusal_of([&] { runner_.run("probe note", "x", {"viewer1", "web", ""}, &viewer); }).code, MIF_E_DENIED);
  EXPECT_EQ(refusal_of([&] { runner_.run("probe nothing", "x", {"maker1", "web", ""}, &maker); }).code, MIF_E_NOT_FOUND);
}

TEST_F(ScheduledJobs, RunInTheBackgroundWhileTheServerRuns) {
  runner_.start();
  run_job(d_->plugins(), "probe", "schedule", "probe note");
  for (int i = 0; i < 500 && rows("1 = 1") != 0; ++i) ::usleep(10'000);
  runner_.stop();
  EXPECT_EQ(rows("1 = 1"), 0);
}

}  // namespace
}  // namespace mif::test
