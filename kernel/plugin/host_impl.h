// SPDX-License-Identifier: Apache-2.0
// The inside of Host, shared by host.cpp, lifecycle.cpp and guard.cpp.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>

#include "kernel/plugin/breadcrumb.h"
#include "kernel/plugin/host.h"
#include "kernel/plugin/state_files.h"
#include "kernel/plugin/watchdog.h"

namespace mif::plugin {

// One installed plugin. Status, reason and strikes are guarded by Impl::mutex; the rest is written on the control thread
// before the status becomes active.
struct Loaded {
  Host::Impl* host = nullptr;
  PluginInfo info;
  std::string folder;
  mif_host c_host{};
  const mif_entry* entry = nullptr;
  mif_plugin* instance = nullptr;
  std::map<std::string, const void*, std::less<>> extensions;
  std::deque<std::int64_t> strikes;
  std::atomic<int> inside{0};
};

struct Outcome {
  mif_status status = MIF_OK;
  std::string message;
};

struct Host::Impl {
  Impl(HostOptions o, const Clock& c);

  HostOptions options;
  const Clock& clock;
  Breadcrumbs crumbs;
  Watchdog watchdog;
  ServiceSource services;
  bool started = false;
  mutable std::shared_mutex mutex;
  std::map<std::string, std::unique_ptr<Loaded>, std::less<>> plugins;
  std::vector<std::string> order;  // activation order

  std::string store_folder() const { return options.state_folder + "/store"; }
  std::string crumbs_folder() const { return options.state_folder + "/crumbs"; }

  // lifecycle.cpp
  void read_installed_plugins();
  void name_crashes();
  void bring_up(Loaded& plugin, const std::function<void(const Manifest&, const std::string&)>& before_activate);
  void take_down(Loaded& plugin);
  void refuse(Loaded& plugin, const std::string& reason);

  // guard.cpp
  Outcome guarded(Loaded& plugin, std::string_view function, const Who& who, const identity::Caller* caller,
                  std::int64_t deadline_ms, const std::function<mif_status(mif_call*)>& body);
  void strike(const std::string& plugin, const std::string& why);
  void quarantine(const std::string& plugin, const std::string& reason);
  void tell(std::string_view plugin, std::string_view event, std::string_view sentence) const;
};

}  // namespace mif::plugin
