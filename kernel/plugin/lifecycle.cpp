// SPDX-License-Identifier: Apache-2.0
// From the installed list to active plugins and back.
#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>

#include "kernel/base/text.h"
#include "kernel/plugin/bundle.h"
#include "kernel/plugin/host_impl.h"
#include "kernel/plugin/known_extensions.h"
#include "kernel/plugin/library.h"
#include "kernel/plugin/resolver.h"
#include "mif/error.hpp"
#include "mif/sdk.hpp"

namespace mif::plugin {
namespace {

const Who kSystem{"system", "", ""};

const void* service_of(const mif_host* host, const char* id) {
  const auto& plugin = *static_cast<const Loaded*>(host->impl);
  const auto& needs = plugin.info.manifest.needs;
  if (!id || std::find(needs.begin(), needs.end(), id) == needs.end()) return nullptr;
  try {
    return plugin.host->services(plugin.info.manifest, id);
  } catch (...) {  // nothing of ours may cross into the plugin
    return nullptr;
  }
}

[[noreturn]] void fail_with(const Outcome& outcome) { throw Error(outcome.status, outcome.message); }

// Ids must be answered exactly: an extension nobody declared, or a prefix match, would hand out the wrong struct.
void probe_extensions(Loaded& plugin, mif_plugin* instance) {
  for (const auto& id : plugin.info.manifest.provides) {
    const void* extension = instance->extension(instance, id.c_str());
    if (!extension) throw Error(MIF_E_INVALID, "plugin.entry", "声明提供却没有给出 (declared in provides but not answered): " + id);
    if (extension != instance->extension(instance, id.c_str()))
      throw Error(MIF_E_INVALID, "plugin.entry", "两次询问得到不同的扩展 (two queries gave two answers): " + id);
    std::uint32_t size = 0;
    std::memcpy(&size, extension, sizeof size);
    const KnownExtension* known = known_extension(id);
    const std::uint32_t least = known ? known->least_size : sizeof size;
    if (size < least)
      throw Error(MIF_E_INVALID, "plugin.entry", "扩展结构过小 (the extension's struct is too small) " + id + ": 应不小于 (expected at least) " + std::to_string(least) +
                                     "，实为 (found) " + std::to_string(size));
    plugin.extensions[id] = extension;
    for (const std::string& stranger : {id + "0", id + "/x", std::string("mif.no-such-extension/1")})
      if (instance->extension(instance, stranger.c_str()))
        throw Error(MIF_E_INVALID, "plugin.entry", "对未声明的扩展也作了回答 (answers an extension it does not provide): " + stranger);
  }
}

}  // namespace

void Host::Impl::read_installed_plugins() {
  std::map<std::string, std::unique_ptr<Loaded>, std::less<>> fresh;
  for (const auto& entry : read_installed(options.state_folder)) {
    auto plugin = std::make_unique<Loaded>();
    plugin->host = this;
    plugin->folder = store_folder() + "/" + entry.digest;
    plugin->info.digest = entry.digest;
    plugin->info.manifest.id = entry.id;
    plugin->info.manifest.version = entry.version;
    try {
      plugin->info.manifest = parse_manifest(read_file(plugin->folder + "/plugin.json"));
    } catch (const Error& e) {
      plugin->info.status = Status::refused;
      plugin->info.reason = e.what();
    }
    fresh[entry.id] = std::move(plugin);
  }
  for (const auto& [id, entry] : read_quarantine(options.state_folder)) {
    const auto found = fresh.find(id);
    if (found == fresh.end()) continue;
    found->second->info.status = Status::quarantined;
    found->second->info.reason = entry.reason;
  }
  const std::unique_lock lock(mutex);
  plugins = std::move(fresh);
}

void Host::Impl::name_crashes() {
  for (const auto& crash : Breadcrumbs::collect(crumbs_folder())) {
    if (crash.signal == 0) {
      tell(crash.plugin, "interrupted", "上次运行在 " + crash.function + " 中被中断 (the previous run was killed inside it)");
      continue;
    }
    quarantine(crash.plugin, "上次运行在 " + crash.function + " 中" +
                                 (crash.signal < 1000 ? "崩溃，信号 " + std::to_string(crash.signal) + " (the previous run crashed inside it)"
                                                      : "调用了 exit (the previous run was ended by it)"));
  }
}

void Host::Impl::refuse(Loaded& plugin, const std::string& reason) {
  {
    const std::unique_lock lock(mutex);
    if (plugin.info.status == Status::quarantined) return;
    plugin.info.status = Status::refused;
    plugin.info.reason = reason;
  }
  tell(plugin.info.manifest.id, "refused", reason);
}

void Host::Impl::bring_up(Loaded& plugin, const std::function<void(const Manifest&, const std::string&)>& before_activate) {
  const auto become = [&](Status status) {
    const std::unique_lock lock(mutex);
    if (plugin.info.status != Status::quarantined) plugin.info.status = status;
  };
  // Once more, from the bytes that will be loaded: the store may have been touched, a key revoked.
  const Bundle bundle = read_bundle(plugin.folder);
  if (bundle.digest != plugin.info.digest)
    throw Error(MIF_E_DENIED, "plugin.changed", "仓库里的插件被改过 (the stored bundle was changed): 应为 (expected) " + plugin.info.digest.substr(0, 16) + "…，实为 (found) " + bundle.digest.substr(0, 16) + "…");
  check_manifest(bundle.manifest, options.allow_draft);
  plugin.info.manifest = bundle.manifest;
  plugin.info.signed_by = verify_bundle(bundle, Trust(options.trust_folder), {options.allow_unsigned, options.require_province}).names();
  const Manifest& m = plugin.info.manifest;

  Outcome outcome = guarded(plugin, "load", kSystem, nullptr, 0, [&](mif_call* call) {
    return guard(call, [&] { plugin.entry = open_library(plugin.folder + "/" + m.library); });
  });
  if (outcome.status != MIF_OK) fail_with(outcome);
  if (!plugin.entry) throw Error(MIF_E_INVALID, "plugin.entry", MIF_ENTRY_SYMBOL " 返回了空指针 (returned null)");
  check_handshake(m, *plugin.entry);
  plugin.info.fingerprint = plugin.entry->fingerprint ? plugin.entry->fingerprint : "";
  check_drafts(m, *plugin.entry, options.allow_draft);
  for (const auto& id : m.needs)
    if (!services || !services(m, id)) throw Error(MIF_E_UNSUPPORTED, "plugin.service-missing", "本机没有所需的服务 (this host does not offer a needed service): " + id);
  become(Status::loaded);

  plugin.c_host = {};
  plugin.c_host.size = sizeof plugin.c_host;
  plugin.c_host.abi_major = MIF_ABI_MAJOR;
  plugin.c_host.sdk_version = MIF_SDK_VERSION;
  plugin.c_host.name = s("mif");
  plugin.c_host.version = s(MIF_SDK_VERSION_STRING);
  plugin.c_host.impl = &plugin;
  plugin.c_host.service = &service_of;
  mif_plugin* instance = nullptr;
  outcome = guarded(plugin, "create", kSystem, nullptr, 0, [&](mif_call* call) {
    instance = plugin.entry->create(&plugin.c_host, call);
    return instance ? MIF_OK : std::max<mif_status>(context_of(call).failed, MIF_E_INVALID);
  });
  if (outcome.status != MIF_OK) fail_with(outcome);
  constexpr std::uint32_t least = offsetof(mif_plugin, destroy) + sizeof(mif_plugin::destroy);
  if (instance->size < least || !instance->activate || !instance->deactivate || !instance->extension || !instance->destroy)
    throw Error(MIF_E_INVALID, "plugin.entry", "create 给出的结构不完整 (mif_plugin is incomplete): 应不小于 (expected at least) " + std::to_string(least) + "，实为 (found) " + std::to_string(instance->size));
  plugin.instance = instance;
  become(Status::created);
  outcome = guarded(plugin, "extension", kSystem, nullptr, 0, [&](mif_call* call) {
    return guard(call, [&] { probe_extensions(plugin, instance); });
  });
  if (outcome.status != MIF_OK) fail_with(outcome);

  if (before_activate) before_activate(m, plugin.folder);
  outcome = guarded(plugin, "activate", kSystem, nullptr, 0, [&](mif_call* call) { return instance->activate(instance, call); });
  if (outcome.status != MIF_OK) fail_with(outcome);
  become(Status::active);
  tell(m.id, "active", m.version + " " + plugin.info.digest);
}

void Host::Impl::take_down(Loaded& plugin) {
  bool was_active = false;
  {
    const std::unique_lock lock(mutex);
    was_active = plugin.info.status == Status::active || plugin.info.status == Status::quarantined;
    if (plugin.info.status == Status::active) plugin.info.status = Status::inactive;
  }
  mif_plugin* instance = plugin.instance;
  if (!instance) return;
  for (int i = 0; i < 500 && plugin.inside.load() != 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  if (plugin.inside.load() != 0) {
    tell(plugin.info.manifest.id, "stuck", "停机时仍有调用没有返回，未停用该插件 (a call is still inside; the plugin was not deactivated)");
    return;
  }
  plugin.instance = nullptr;
  plugin.extensions.clear();
  if (was_active)
    guarded(plugin, "deactivate", kSystem, nullptr, 0, [&](mif_call*) {
      instance->deactivate(instance);
      return MIF_OK;
    });
  guarded(plugin, "destroy", kSystem, nullptr, 0, [&](mif_call*) {
    instance->destroy(instance);
    return MIF_OK;
  });
}

void Host::start(ServiceSource services, const std::function<void(const Manifest&, const std::string& folder)>& before_activate) {
  if (impl_->started) throw Error(MIF_E_CONFLICT, "plugin.started", "插件已经启动 (the plugins are started already)");
  impl_->services = std::move(services);
  impl_->started = true;
  impl_->read_installed_plugins();
  impl_->name_crashes();
  std::vector<Manifest> usable;
  for (const auto& [id, plugin] : impl_->plugins)
    if (plugin->info.status == Status::found) usable.push_back(plugin->info.manifest);
  const Resolution resolution = resolve(usable);
  for (const auto& [id, reason] : resolution.refused) impl_->refuse(*impl_->plugins.at(id), reason);
  for (const auto& id : resolution.order) {
    Loaded& plugin = *impl_->plugins.at(id);
    plugin.info.status = Status::resolved;
    impl_->order.push_back(id);
    try {
      for (const auto& need : plugin.info.manifest.requires_plugins)
        if (impl_->plugins.at(need)->info.status != Status::active) throw Error(MIF_E_UNAVAILABLE, "plugin.needs-other", "所依赖的插件没有启动 (requires a plugin that did not start): " + need);
      impl_->bring_up(plugin, before_activate);
    } catch (const std::exception& e) {
      impl_->refuse(plugin, e.what());
      mif_plugin* instance = std::exchange(plugin.instance, nullptr);
      plugin.extensions.clear();
      if (instance && instance->destroy)
        impl_->guarded(plugin, "destroy", kSystem, nullptr, 0, [&](mif_call*) {
          instance->destroy(instance);
          return MIF_OK;
        });
    }
  }
}

void Host::stop() {
  if (!impl_ || !impl_->started) return;
  for (auto id = impl_->order.rbegin(); id != impl_->order.rend(); ++id) impl_->take_down(*impl_->plugins.at(*id));
  impl_->order.clear();
  impl_->started = false;
}

}  // namespace mif::plugin
