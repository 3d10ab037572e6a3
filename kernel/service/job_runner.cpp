// SPDX-License-Identifier: Apache-2.0
#include "kernel/service/job_runner.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "kernel/base/random.h"
#include "kernel/service/log_file.h"
#include "mif/error.hpp"
#include "mif/json.hpp"
#include "mif/sdk.hpp"

namespace mif::service {
namespace {

constexpr std::int64_t kLeaseMs = 10 * 60 * 1000, kLongestPauseMs = 60 * 60 * 1000;
constexpr int kMostAttempts = 10;
enum State : int { waiting = 0, running = 1, given_up = 2 };

const Who kSystem{"system", "scheduler", ""};

struct Due {
  std::string plugin, key, name, params, token;
  std::int64_t attempts = 0;
};

struct Telling {
  mif_progress c = sized<mif_progress>();
  const JobProgress* tell = nullptr;
};

}  // namespace

struct JobRunner::Impl {
  explicit Impl(Deployment& d) : deployment(d), log_file(d.path("log/mif.log"), d.clock()) {}
  Deployment& deployment;
  LogFile log_file;
  std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;
  std::thread thread;
  std::map<std::string, std::mutex, std::less<>> one_at_a_time;

  std::mutex& turn_of(const std::string& plugin) {
    const std::lock_guard lock(mutex);
    return one_at_a_time[plugin];
  }
  bool stop_wanted() {
    const std::lock_guard lock(mutex);
    return stopping;
  }

  std::string run_on(const std::string& plugin, const mif_job* job, std::string_view name, const std::string& params, const Who& who,
                     const identity::Caller* caller, const JobProgress& progress) {
    const std::lock_guard turn(turn_of(plugin));
    Telling telling;
    telling.tell = &progress;
    telling.c.impl = &telling;
    telling.c.on = [](mif_progress* self, mif_str what, std::int64_t done, std::int64_t total) {
      const auto& mine = *static_cast<Telling*>(self->impl);
      try {
        if (*mine.tell) (*mine.tell)(view(what), done, total);
      } catch (...) {  // who watches must not disturb the work
      }
    };
    TextSink result;
    deployment.plugins().call(plugin, name, who, caller, 0, [&](mif_call* call) { return job->run(job->self, call, s(name), s(params), &telling.c, result.get()); });
    return result.text();
  }

  const mif_job* provider(std::string_view plugin) const {
    for (const auto& p : deployment.plugins().providers(MIF_JOB_ID))
      if (p.plugin == plugin) return static_cast<const mif_job*>(p.extension);
    return nullptr;
  }

  // Claims what is due, so that of several servers one runs it. A run whose lease is over died with its process.
  std::vector<Due> claim() {
    std::vector<Due> claimed;
    const std::int64_t now = deployment.clock().now_unix_ms();
    bool any = false;
    deployment.database().read([&](store::Txn& txn) {
      any = txn.integer("select count(*) from job where (state = 0 and due_ms <= ?) or (state = 1 and lease_ms <= ?)", {now, now}).value_or(0) > 0;
    });
    if (!any) return claimed;
    deployment.database().write([&](store::Txn& txn) {
      claimed.clear();  // the transaction may be run again
      std::vector<Due> due;
      txn.query("select plugin, job_key, name, params, attempts from job where (state = 0 and due_ms <= ?) or (state = 1 and lease_ms <= ?) order by due_ms, plugin, job_key limit 20",
                {now, now}, [&](const store::Row& row) {
                  due.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3)), random_hex(16), row.integer(4)});
                });
      for (auto& job : due)
        if (txn.execute("update job set state = 1, token = ?, lease_ms = ? where plugin = ? and job_key = ? and ((state = 0 and due_ms <= ?) or (state = 1 and lease_ms <= ?))",
                        {job.token, now + kLeaseMs, job.plugin, job.key, now, now}) == 1)
          claimed.push_back(std::move(job));
    });
    return claimed;
  }

  void run_claimed(const Due& due) {
    std::string error;
    try {
      const mif_job* job = provider(due.plugin);
      if (!job) throw Error(MIF_E_UNAVAILABLE, "job.plugin-not-active", "插件没有运行或不提供 " MIF_JOB_ID " (not active, or provides no jobs): " + due.plugin);
      std::int64_t renewed = deployment.clock().now_unix_ms();
      run_on(due.plugin, job, due.name, due.params, kSystem, nullptr, [&](std::string_view, std::int64_t, std::int64_t) {
        const std::int64_t now = deployment.clock().now_unix_ms();
        const plugin::CallContext* inside = plugin::current_context();
        if (now - renewed < kLeaseMs / 4 || (inside && plugin::txn_open_around(*inside))) return;
        renewed = now;
        deployment.database().write([&](store::Txn& txn) {
          txn.execute("update job set lease_ms = ? where plugin = ? and job_key = ? and token = ?", {now + kLeaseMs, due.plugin, due.key, due.token});
        });
      });
    } catch (const std::exception& e) {
      error = std::string(e.what()).substr(0, 1000);
    }
    const std::int64_t now = deployment.clock().now_unix_ms(), attempts = due.attempts + 1;
    if (!error.empty()) {
      JsonWriter fields;
      fields.begin_object().field("job", due.name).field("key", due.key).field("attempt", attempts).field("reason", error).end_object();
      log_file.write(attempts >= kMostAttempts ? "error" : "warn", due.plugin, attempts >= kMostAttempts ? "job.given-up" : "job.failed", fields.str());
    }
    deployment.database().write([&](store::Txn& txn) {
      if (error.empty()) {
        txn.execute("delete from job where plugin = ? and job_key = ? and token = ?", {due.plugin, due.key, due.token});
        return;
      }
      const std::int64_t pause = std::min(kLongestPauseMs, std::int64_t{5000} << std::min<std::int64_t>(attempts, 20));
      txn.execute("update job set state = ?, attempts = ?, due_ms = ?, token = '', last_error = ? where plugin = ? and job_key = ? and token = ?",
                  {attempts >= kMostAttempts ? given_up : waiting, attempts, now + pause, error, due.plugin, due.key, due.token});
    });
  }
};

JobRunner::JobRunner(Deployment& deployment) : impl_(std::make_unique<Impl>(deployment)) {}
JobRunner::~JobRunner() { stop(); }

void JobRunner::start() {
  if (impl_->thread.joinable()) return;
  impl_->stopping = false;
  impl_->thread = std::thread([this] {
    std::unique_lock lock(impl_->mutex);
    while (!impl_->changed.wait_for(lock, std::chrono::seconds(1), [this] { return impl_->stopping; })) {
      lock.unlock();
      try {
        run_due();
      } catch (const std::exception&) {  // the database is away: it is asked again in a second
      }
      lock.lock();
    }
  });
}

void JobRunner::stop() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->changed.notify_all();
  if (impl_->thread.joinable()) impl_->thread.join();
}

int JobRunner::run_due() {
  int count = 0;
  for (const Due& due : impl_->claim()) {
    if (impl_->thread.joinable() && impl_->stop_wanted()) {  // given back, for the next start
      impl_->deployment.database().write([&](store::Txn& txn) {
        txn.execute("update job set state = 0, token = '' where plugin = ? and job_key = ? and token = ?", {due.plugin, due.key, due.token});
      });
      continue;
    }
    impl_->run_claimed(due);
    ++count;
  }
  return count;
}

std::vector<JobInfo> JobRunner::jobs() const {
  std::vector<JobInfo> all;
  for (const auto& provider : impl_->deployment.plugins().providers(MIF_JOB_ID)) {
    const auto* job = static_cast<const mif_job*>(provider.extension);
    TextSink text;
    impl_->deployment.plugins().call(provider.plugin, "list", kSystem, nullptr, 10'000, [&](mif_call* call) { return job->list(job->self, call, text.get()); });
    try {
      const auto list = Poco::JSON::Parser().parse(text.text()).extract<Poco::JSON::Object::Ptr>()->getArray("jobs");
      for (unsigned i = 0; list && i < list->size(); ++i) {
        const auto item = list->getObject(i);
        all.push_back({provider.plugin, item->optValue<std::string>("name", ""), item->optValue<std::string>("summary", ""), item->optValue<std::string>("permission", "")});
      }
    } catch (const Poco::Exception& e) {
      throw Error(MIF_E_INTERNAL, "插件 " + provider.plugin + " 的任务清单不是约定的 JSON (its job list is not the agreed JSON): " + e.displayText());
    }
  }
  return all;
}

std::string JobRunner::run(std::string_view name, const std::string& params_json, const Who& who, const identity::Caller* caller, const JobProgress& progress) {
  for (const auto& info : jobs()) {
    if (info.name != name) continue;
    if (caller && !info.permission.empty()) caller->require(info.permission, "");
    const mif_job* job = impl_->provider(info.plugin);
    if (!job) break;
    return impl_->run_on(info.plugin, job, name, params_json, who, caller, progress);
  }
  throw Error(MIF_E_NOT_FOUND, "job.not-found", "没有这个任务 (no such job): " + std::string(name));
}

}  // namespace mif::service
