// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin/breadcrumb.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <mutex>

#include "kernel/base/text.h"
#include "mif/error.hpp"

namespace mif::plugin {

struct Breadcrumbs::Slot {
  std::atomic<std::uint32_t> busy;
  std::atomic<std::int32_t> signal;
  char text[248];  // "plugin\nfunction", NUL-terminated
};

namespace {

constexpr std::size_t kSlots = 256;
constexpr int kFatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
constexpr int kExit = 1000;  // in Slot::signal: the plugin called exit()

thread_local Breadcrumbs::Slot* t_slot = nullptr;
struct sigaction before[NSIG];

void note(int signal) {
  if (t_slot) t_slot->signal.store(signal, std::memory_order_relaxed);
}

void on_fatal(int signal, siginfo_t* info, void*) {
  note(signal);
  ::sigaction(signal, &before[signal], nullptr);
  if (!info || info->si_code <= 0) ::raise(signal);  // sent, not caused by an instruction: it would not come again by itself
}

void install_handlers() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action {};
    action.sa_sigaction = &on_fatal;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (const int signal : kFatal) ::sigaction(signal, &action, &before[signal]);
    std::atexit([] { note(kExit); });
  });
}

// Whoever holds the lock of a file that still has its name is the only one who may read or remove it.
bool linked(int file) {
  struct stat status {};
  return ::fstat(file, &status) == 0 && status.st_nlink > 0;
}

// The lock is what tells a living process's file from a dead one's. Another process that starts at this moment may take the new file for a dead one's
// and remove it before it is locked: then it is made again. -1 if it cannot be.
int create_locked(const std::string& path) {
  for (;;) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return -1;
    const int locked = ::flock(file, LOCK_EX);
    if (locked == 0 && linked(file)) return file;
    const bool again = locked == 0 || errno == EINTR;
    ::close(file);
    if (!again) return -1;
  }
}

// A stack overflow leaves no room for a handler: each thread that enters a plugin gets a small stack for it.
class SignalStack {
 public:
  SignalStack() {
    stack_t old{};
    if (::sigaltstack(nullptr, &old) == 0 && !(old.ss_flags & SS_DISABLE)) return;
    memory_ = std::make_unique<char[]>(kSize);
    stack_t mine{};
    mine.ss_sp = memory_.get();
    mine.ss_size = kSize;
    ::sigaltstack(&mine, nullptr);
  }
  ~SignalStack() {
    if (!memory_) return;
    stack_t none{};
    none.ss_flags = SS_DISABLE;
    ::sigaltstack(&none, nullptr);
  }

 private:
  static constexpr std::size_t kSize = 64 * 1024;
  std::unique_ptr<char[]> memory_;
};

}  // namespace

Breadcrumbs::Breadcrumbs(const std::string& folder) {
  static std::atomic<int> counter{0};
  std::filesystem::create_directories(folder);
  path_ = folder + "/crumbs-" + std::to_string(::getpid()) + "-" + std::to_string(++counter);
  file_ = create_locked(path_);
  void* memory = MAP_FAILED;
  if (file_ >= 0 && ::ftruncate(file_, 0) == 0 && ::ftruncate(file_, kSlots * sizeof(Slot)) == 0)
    memory = ::mmap(nullptr, kSlots * sizeof(Slot), PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0);
  if (memory == MAP_FAILED) {
    if (file_ >= 0) ::close(file_);
    throw Error(MIF_E_UNAVAILABLE, "plugin.state-write", "写不了插件足迹文件 (cannot write the breadcrumb file): " + path_);
  }
  slots_ = static_cast<Slot*>(memory);
  install_handlers();
}

Breadcrumbs::~Breadcrumbs() {
  bool empty = true;
  for (std::size_t i = 0; i < kSlots; ++i) empty = empty && !slots_[i].busy.load();
  if (!empty) return;  // a thread is stuck inside: leave page and file as they are
  ::munmap(slots_, kSlots * sizeof(Slot));
  ::unlink(path_.c_str());
  ::close(file_);
}

Breadcrumbs::Mark::Mark(Breadcrumbs& crumbs, std::string_view plugin, std::string_view function) : slot_(t_slot), outermost_(!t_slot) {
  static thread_local SignalStack stack;
  (void)stack;
  if (outermost_) {
    for (std::size_t i = 0; i < kSlots && !slot_; ++i) {
      std::uint32_t free = 0;
      if (crumbs.slots_[i].busy.compare_exchange_strong(free, 1)) slot_ = &crumbs.slots_[i];
    }
    if (!slot_) return;  // more threads than slots: this call goes unmarked
    slot_->signal.store(0);
  } else {
    before_ = slot_->text;
  }
  const std::size_t n = std::min(plugin.size(), sizeof slot_->text / 2), m = std::min(function.size(), sizeof slot_->text - n - 2);
  std::memcpy(slot_->text, plugin.data(), n);
  slot_->text[n] = '\n';
  std::memcpy(slot_->text + n + 1, function.data(), m);
  slot_->text[n + 1 + m] = '\0';
  t_slot = slot_;
}

Breadcrumbs::Mark::~Mark() {
  if (!slot_) return;
  if (!outermost_) {
    std::memcpy(slot_->text, before_.c_str(), before_.size() + 1);
    return;
  }
  slot_->text[0] = '\0';
  t_slot = nullptr;
  slot_->busy.store(0);
}

std::vector<Breadcrumbs::Crash> Breadcrumbs::collect(const std::string& folder) {
  std::vector<Crash> crashes;
  std::error_code ignored;
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    if (entry.path().filename().string().rfind("crumbs-", 0) == 0) paths.push_back(entry.path().string());
  for (const auto& path : paths) {
    const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (file < 0) continue;
    if (::flock(file, LOCK_EX | LOCK_NB) == 0 && linked(file)) {
      const std::string bytes = read_file(path);
      for (std::size_t at = 0; at + sizeof(Slot) <= bytes.size(); at += sizeof(Slot)) {
        std::uint32_t busy = 0;
        std::int32_t signal = 0;
        std::memcpy(&busy, bytes.data() + at + offsetof(Slot, busy), sizeof busy);
        std::memcpy(&signal, bytes.data() + at + offsetof(Slot, signal), sizeof signal);
        const char* from = bytes.data() + at + offsetof(Slot, text);
        const std::string text(from, ::strnlen(from, sizeof(Slot::text)));
        const auto newline = text.find('\n');
        if (busy && newline != std::string::npos) crashes.push_back({text.substr(0, newline), text.substr(newline + 1), signal});
      }
      ::unlink(path.c_str());
    }
    ::close(file);
  }
  return crashes;
}

}  // namespace mif::plugin
