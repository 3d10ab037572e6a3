// SPDX-License-Identifier: Apache-2.0
// JobRunner: runs what plugins offer as mif.job/1 - the due entries of the job table by itself, one at a time, and any job
// on request. Each job is safe to run again at any moment, so a run that died is simply run again.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/identity/identity.h"
#include "kernel/service/deployment.h"
#include "kernel/store/database.h"
#include "mif/ext/job.h"

namespace mif::service {

struct JobInfo {
  std::string plugin, name, summary, permission;
};
using JobProgress = std::function<void(std::string_view what, std::int64_t done, std::int64_t total)>;

// [any-thread] Runs of one plugin never overlap within the process.
class JobRunner {
 public:
  explicit JobRunner(Deployment& deployment);
  ~JobRunner();  // stops

  void start();  // a thread that looks for due jobs every second
  void stop();   // lets the job under way end
  // Runs everything due now; returns how many were run. What fails is tried again later, at most 10 times.
  int run_due();

  std::vector<JobInfo> jobs() const;
  // Runs a job as `who`; a person needs the job's permission. The result is the job's JSON. MIF_E_NOT_FOUND, MIF_E_DENIED.
  std::string run(std::string_view name, const std::string& params_json, const Who& who, const identity::Caller* caller, const JobProgress& progress = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

std::span<const store::Migration> migrations();  // the job table

}  // namespace mif::service
