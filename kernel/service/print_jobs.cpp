// SPDX-License-Identifier: Apache-2.0
#include "kernel/service/print_jobs.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

#include "kernel/base/text.h"
#include "mif/error.hpp"

namespace mif::service {
namespace {
namespace fs = std::filesystem;

constexpr const char* kComplete = "complete";  // the mark of a folder that has everything

}  // namespace

struct PrintJobs::Impl {
  struct Order {
    std::string key, book, person;
    int year = 0;
  };
  explicit Impl(Deployment& d) : deployment(d) {}

  Deployment& deployment;
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::deque<Order> queue;
  std::map<std::string, PrintJob, std::less<>> jobs;
  bool stopping = false;
  std::thread thread;

  static std::string key_of(const std::string& book, int year) { return book + "-" + std::to_string(year); }
  std::string folder(const std::string& key) const { return deployment.path("print/" + key); }

  void set(const std::string& key, const std::function<void(PrintJob&)>& change) {
    const std::lock_guard lock(mutex);
    change(jobs[key]);
  }
  void run(const Order& order) {
    set(order.key, [](PrintJob& job) { job.state = "running"; });
    try {
      Printing printing(deployment, order.person);
      printing.year(order.book, order.year, folder(order.key), [&](std::string_view what, std::int64_t done, std::int64_t total) {
        const std::lock_guard lock(mutex);
        if (stopping) throw Error(MIF_E_CANCELLED, "print.stopped", "服务停止, 打印中断, 再次请求即继续 (stopped; ask again to go on)");
        PrintJob& job = jobs[order.key];
        job.what = what;
        job.done = done;
        job.total = total;
      });
      write_file_durably(folder(order.key) + "/" + kComplete, "");
      set(order.key, [](PrintJob& job) { job.state = "done"; });
    } catch (const std::exception& e) {
      set(order.key, [&](PrintJob& job) {
        job.state = "failed";
        job.error = e.what();
      });
    }
  }
  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [&] { return stopping || !queue.empty(); });
      if (stopping) return;
      const Order order = std::move(queue.front());
      queue.pop_front();
      lock.unlock();
      run(order);
      lock.lock();
    }
  }
};

PrintJobs::PrintJobs(Deployment& deployment) : impl_(std::make_unique<Impl>(deployment)) {
  impl_->thread = std::thread([impl = impl_.get()] { impl->work(); });
}

PrintJobs::~PrintJobs() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->changed.notify_all();
  impl_->thread.join();
}

void PrintJobs::start(const std::string& book, int year, const std::string& person, bool again) {
  const std::string key = Impl::key_of(book, year), folder = impl_->folder(key);
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->jobs.find(key);
  const bool busy = found != impl_->jobs.end() && (found->second.state == "waiting" || found->second.state == "running");
  if (busy && again) throw Error(MIF_E_CONFLICT, "print.running", "账套 " + book + " " + std::to_string(year) + " 年正在打印, 完成后才能重印 (being printed now; wait for it)");
  if (busy) return;
  if (again) fs::remove_all(folder);
  if (fs::exists(folder + "/" + kComplete)) return;
  impl_->jobs[key] = {"waiting", "", "", 0, 0, {}};
  impl_->queue.push_back({key, book, person, year});
  impl_->changed.notify_all();
}

PrintJob PrintJobs::state(const std::string& book, int year) const {
  const std::string key = Impl::key_of(book, year), folder = impl_->folder(key);
  PrintJob job;
  {
    const std::lock_guard lock(impl_->mutex);
    const auto found = impl_->jobs.find(key);
    if (found != impl_->jobs.end()) job = found->second;
  }
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (const std::string extension = entry.path().extension(); extension == ".pdf" || extension == ".xlsx") job.files.push_back(entry.path().filename().string());
  std::sort(job.files.begin(), job.files.end());
  if (!job.state.empty()) return job;
  if (error) throw Error(MIF_E_NOT_FOUND, "print.never", "账套 " + book + " " + std::to_string(year) + " 年没有打印过, 先提出打印 (never printed; start it first)");
  job.state = fs::exists(folder + "/" + kComplete) ? "done" : "interrupted";
  job.done = job.total = static_cast<std::int64_t>(job.files.size());
  return job;
}

std::string PrintJobs::file(const std::string& book, int year, const std::string& name) const {
  const PrintJob job = state(book, year);
  if (std::find(job.files.begin(), job.files.end(), name) == job.files.end())
    throw Error(MIF_E_NOT_FOUND, "print.no-such-file", "打印结果里没有文件 \"" + name + "\" (no such file)");
  return read_file(impl_->folder(Impl::key_of(book, year)) + "/" + name);
}

}  // namespace mif::service
