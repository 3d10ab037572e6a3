// SPDX-License-Identifier: Apache-2.0
// A memory-mapped page that says which plugin function each thread is in. It outlives the process: after a crash the next
// start reads who was inside. A fatal signal is noted in the slot by a handler, so that a plugin which crashed is told from
// one that merely was interrupted by kill -9 or a power cut.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mif::plugin {

// One file per process and host. [any-thread]
class Breadcrumbs {
 public:
  explicit Breadcrumbs(const std::string& folder);
  ~Breadcrumbs();
  Breadcrumbs(const Breadcrumbs&) = delete;
  Breadcrumbs& operator=(const Breadcrumbs&) = delete;

  struct Slot;
  // Marks this thread as being inside plugin/function; nests. [calling-thread]
  class Mark {
   public:
    Mark(Breadcrumbs& crumbs, std::string_view plugin, std::string_view function);
    ~Mark();
    Mark(const Mark&) = delete;
    Mark& operator=(const Mark&) = delete;

   private:
    Slot* slot_;
    bool outermost_;
    std::string before_;
  };

  struct Crash {
    std::string plugin, function;
    int signal = 0;  // 0 = interrupted, not the plugin's doing as far as anybody knows
  };
  // What dead processes left behind in the folder; their files are removed.
  static std::vector<Crash> collect(const std::string& folder);

 private:
  Slot* slots_ = nullptr;
  int file_ = -1;
  std::string path_;
};

}  // namespace mif::plugin
