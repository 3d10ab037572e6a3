// SPDX-License-Identifier: Apache-2.0
// What the suites here share: a scratch folder, a home of the demonstration province, a copy of a built bundle.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "kernel/plugin/host.h"
#include "kernel/service/deployment.h"
#include "mif/ext/job.h"
#include "mif/sdk.hpp"

namespace mif::test {

namespace fs = std::filesystem;

class Scratch {
 public:
  Scratch() {
    std::string pattern = (fs::temp_directory_path() / "mif-plugin-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  fs::path operator/(const std::string& name) const { return path_ / name; }
  std::string str() const { return path_.string(); }

 private:
  fs::path path_;
};

inline std::string bundle(const std::string& id) { return std::string(MIF_TEST_BUNDLES) + "/" + id + ".plugin"; }

inline std::string copy_of_bundle(const Scratch& scratch, const std::string& id) {
  const fs::path to = scratch / (id + ".plugin");
  fs::copy(bundle(id), to, fs::copy_options::recursive);
  return to.string();
}

inline void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

struct TestClock : Clock {
  std::int64_t now = 1'700'000'000'000;
  std::int64_t now_unix_ms() const override { return now; }
  Day business_day() const override { return Day(2023, 12, 31); }
};

inline plugin::HostOptions options_in(const Scratch& scratch) {
  plugin::HostOptions options;
  options.state_folder = (scratch / "plugins").string();
  options.trust_folder = (scratch / "trust").string();
  options.allow_unsigned = true;
  return options;
}

// The error a call ends in: its code and sentence. "no error" when there is none.
struct Refusal {
  mif_status code = MIF_OK;
  std::string message = "no error";
};
template <class F>
Refusal refusal_of(F&& f) {
  try {
    f();
  } catch (const Error& e) {
    return {e.code(), e.what()};
  }
  return {};
}

inline const Who kTester{"maker1", "test", ""};

// Runs a plugin's job; returns its result.
inline std::string run_job(plugin::Host& host, const std::string& id, const std::string& name, const std::string& params, const identity::Caller* caller = nullptr,
                           std::int64_t deadline_ms = 0) {
  const mif_job* job = nullptr;
  for (const auto& p : host.providers(MIF_JOB_ID))
    if (p.plugin == id) job = static_cast<const mif_job*>(p.extension);
  TextSink result;
  Who who = kTester;
  if (!caller) who.actor = "system";
  host.call(id, name, who, caller, deadline_ms, [&](mif_call* call) {
    return job ? job->run(job->self, call, s(name), s(params), nullptr, result.get()) : MIF_E_NOT_FOUND;
  });
  return result.text();
}

inline plugin::PluginInfo info_of(const plugin::Host& host, const std::string& id) {
  for (const auto& info : host.list())
    if (info.manifest.id == id) return info;
  return {};
}

}  // namespace mif::test
