// SPDX-License-Identifier: Apache-2.0
// Every plugin below tests/plugin/bad breaks one rule and must end in the refusal that names it.
#include <csignal>
#include <fstream>
#include <sys/wait.h>

#include <thread>

#include "folders.h"

namespace mif::test {
namespace {

using plugin::Host;
using plugin::Status;
using testing::HasSubstr;

class BadPlugin : public testing::Test {
 protected:
  Scratch scratch_;
  TestClock clock_;

  std::unique_ptr<Host> started(const std::string& id, plugin::HostOptions options) {
    auto host = std::make_unique<Host>(std::move(options), clock_);
    host->install(bundle(id));
    host->start([](const plugin::Manifest&, std::string_view) -> const void* { return nullptr; }, {});
    return host;
  }
  std::unique_ptr<Host> started(const std::string& id) { return started(id, options_in(scratch_)); }

  void expect_refused(const std::string& id, const std::string& sentence) {
    const auto host = started(id);
    const auto info = info_of(*host, id);
    EXPECT_EQ(info.status, Status::refused);
    EXPECT_THAT(info.reason, HasSubstr(sentence));
    EXPECT_TRUE(host->providers(MIF_JOB_ID).empty());
  }
  // Runs `inside` in a child process that must end by `signal`.
  template <class F>
  void expect_death(int signal, F&& inside, bool kill_it = false) {
    const pid_t child = ::fork();
    if (child == 0) {
      inside();
      ::_exit(0);
    }
    if (kill_it) {
      std::this_thread::sleep_for(std::chrono::milliseconds(700));
      ::kill(child, SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
#if defined(__SANITIZE_ADDRESS__)
    if (!kill_it) {  // the sanitizer reports the crash and exits by itself
      EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) != 0);
      return;
    }
#endif
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), signal);
  }
};

TEST_F(BadPlugin, OfAnotherAbiMajorIsRefused) { expect_refused("wrong-major", "ABI major differs): 应为 (expected) 1，实为 (found) 2"); }
TEST_F(BadPlugin, ThatNeedsAFutureSdkIsRefused) { expect_refused("future-sdk", "9.0.0"); }
TEST_F(BadPlugin, WithAMissingSymbolIsRefusedAtLoadTime) { expect_refused("missing-symbol", "a_function_nobody_has"); }
TEST_F(BadPlugin, WhoseLibraryContradictsItsManifestIsRefused) { expect_refused("lies-in-manifest", "needs differs from plugin.json"); }
TEST_F(BadPlugin, ThatAnswersUnknownExtensionsIsRefused) { expect_refused("answers-unknown-id", "answers an extension it does not provide"); }

TEST_F(BadPlugin, WithExtraExportsCannotBeInstalled) {
  Host host(options_in(scratch_), clock_);
  const auto refusal = refusal_of([&] { host.install(bundle("extra-exports")); });
  EXPECT_EQ(refusal.code, MIF_E_INVALID);
  EXPECT_THAT(refusal.message, HasSubstr("a_second_door"));
}

TEST_F(BadPlugin, WhoseServicesAreNotOfferedIsRefused) { expect_refused("unbalanced", "does not offer a needed service): mif.store/1"); }

TEST_F(BadPlugin, ThatThrowsFailsOnlyItsCall) {
  const auto host = started("throws");
  const auto first = refusal_of([&] { run_job(*host, "throws", "misbehave", ""); });
  EXPECT_EQ(first.code, MIF_E_INTERNAL);
  EXPECT_THAT(first.message, HasSubstr("thrown across the boundary"));
  EXPECT_EQ(refusal_of([&] { run_job(*host, "throws", "misbehave", "number"); }).code, MIF_E_INTERNAL);
  EXPECT_EQ(info_of(*host, "throws").status, Status::active);
}

TEST_F(BadPlugin, InQuarantineAnswersUnavailableAndStaysThereUntilLifted) {
  {
    const auto host = started("throws");
    for (int i = 0; i < 3; ++i) refusal_of([&] { run_job(*host, "throws", "misbehave", ""); });
    const auto refusal = refusal_of([&] { run_job(*host, "throws", "misbehave", ""); });
    EXPECT_EQ(refusal.code, MIF_E_UNAVAILABLE);
    EXPECT_THAT(refusal.message, HasSubstr("3 strikes"));
    EXPECT_TRUE(host->providers(MIF_JOB_ID).empty());
  }
  const auto next = started("throws");
  EXPECT_EQ(info_of(*next, "throws").status, Status::quarantined);
  next->lift_quarantine("throws");
  next->stop();
  next->start([](const plugin::Manifest&, std::string_view) -> const void* { return nullptr; }, {});
  EXPECT_EQ(info_of(*next, "throws").status, Status::active);
}

TEST_F(BadPlugin, StrikesFartherApartThanTheWindowAreForgiven) {
  const auto host = started("throws");
  for (int i = 0; i < 5; ++i) {
    refusal_of([&] { run_job(*host, "throws", "misbehave", ""); });
    clock_.now += 6 * 60 * 1000;
  }
  EXPECT_EQ(info_of(*host, "throws").status, Status::active);
}

TEST_F(BadPlugin, WithAnUnknownStatusFailsItsCall) {
  const auto host = started("unknown-status");
  const auto refusal = refusal_of([&] { run_job(*host, "unknown-status", "misbehave", ""); });
  EXPECT_EQ(refusal.code, MIF_E_INTERNAL);
  EXPECT_THAT(refusal.message, HasSubstr("4711"));
}

TEST_F(BadPlugin, ThatThrowsWhileStoppingDoesNotStopTheHost) {
  std::vector<std::string> strikes;
  auto options = options_in(scratch_);
  options.on_event = [&](std::string_view, std::string_view event, std::string_view sentence) {
    if (event == "strike") strikes.emplace_back(sentence);
  };
  const auto host = started("throws-at-the-end", options);
  EXPECT_EQ(info_of(*host, "throws-at-the-end").status, Status::active);
  host->stop();
  ASSERT_EQ(strikes.size(), 2u);
  EXPECT_THAT(strikes[0], HasSubstr("from deactivate"));
  EXPECT_THAT(strikes[1], HasSubstr("from destroy"));
}

TEST_F(BadPlugin, ThatBlocksPastItsDeadlineIsQuarantinedWhileItsThreadIsLost) {
  auto options = options_in(scratch_);
  options.grace_ms = 50;
  const auto host = started("blocks-forever", options);
  const std::string end = (scratch_ / "end").string();
  std::thread caller([&] { refusal_of([&] { run_job(*host, "blocks-forever", "misbehave", end, nullptr, 50); }); });
  for (int i = 0; i < 200 && info_of(*host, "blocks-forever").status != Status::quarantined; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_THAT(info_of(*host, "blocks-forever").reason, HasSubstr("misbehave 超过期限"));
  EXPECT_EQ(refusal_of([&] { run_job(*host, "blocks-forever", "misbehave", end); }).code, MIF_E_UNAVAILABLE);
  std::ofstream(end).put('.');
  caller.join();
}

TEST_F(BadPlugin, ThatCrashesIsNamedAndQuarantinedAtTheNextStart) {
  expect_death(SIGSEGV, [&] {
    const auto host = started("segv");
    run_job(*host, "segv", "misbehave", "");
  });
  const auto host = started("segv");
  EXPECT_EQ(info_of(*host, "segv").status, Status::quarantined);
  EXPECT_THAT(info_of(*host, "segv").reason, HasSubstr("misbehave 中崩溃，信号 11"));
}

TEST_F(BadPlugin, ThatOverflowsItsStackIsNamedToo) {
  expect_death(SIGSEGV, [&] {
    const auto host = started("segv");
    run_job(*host, "segv", "misbehave", "overflow");
  });
  EXPECT_EQ(info_of(*started("segv"), "segv").status, Status::quarantined);
}

TEST_F(BadPlugin, ThatWasOnlyKilledFromOutsideIsNotBlamed) {
  expect_death(SIGKILL, [&] {
    const auto host = started("segv");
    run_job(*host, "segv", "misbehave", "wait");
  }, true);
  std::vector<std::string> events;
  auto options = options_in(scratch_);
  options.on_event = [&](std::string_view plugin, std::string_view event, std::string_view) { events.push_back(std::string(plugin) + " " + std::string(event)); };
  const auto host = started("segv", options);
  EXPECT_EQ(info_of(*host, "segv").status, Status::active);
  EXPECT_THAT(events, testing::Contains("segv interrupted"));
}

}  // namespace
}  // namespace mif::test
