// SPDX-License-Identifier: Apache-2.0
// mif.clock, mif.log, mif.audit, mif.jobs, mif.identity, mif.registry: what is said to the host and asked of it.
#ifndef MIF_SERVICES_HOST_HPP
#define MIF_SERVICES_HOST_HPP

#include "mif/services/store.hpp"
#include "mif/svc/host.h"

namespace mif {

class Clock {
 public:
  explicit Clock(const Plugin& plugin) : service_(plugin.need<mif_clock>(MIF_CLOCK_ID)) {}
  std::int64_t now_unix_ms() const { return service_->now_unix_ms(service_->impl); }
  Day business_day() const { return Day(service_->business_day(service_->impl)); }

 private:
  const mif_clock* service_;
};

class Log {
 public:
  explicit Log(const Plugin& plugin) : service_(plugin.need<mif_log>(MIF_LOG_ID)) {}
  void info(std::string_view event, std::string_view fields_json = "{}") const { service_->write(service_->impl, MIF_LOG_INFO, s(event), s(fields_json)); }
  void warn(std::string_view event, std::string_view fields_json = "{}") const { service_->write(service_->impl, MIF_LOG_WARN, s(event), s(fields_json)); }

 private:
  const mif_log* service_;
};

class Audit {
 public:
  explicit Audit(const Plugin& plugin) : service_(plugin.need<mif_audit>(MIF_AUDIT_ID)) {}
  void append(Txn& txn, std::string_view unit, std::string_view action, std::string_view object, std::string_view body_json) const {
    ask(txn.call().get(), service_->append, service_->impl, txn.get(), s(unit), s(action), s(object), s(body_json));
  }
  // The number of the last entry of the unit's chain, 0 = none; -1 = this host cannot say.
  std::int64_t position(Txn& txn, std::string_view unit) const {
    if (!MIF_HAS(service_, position)) return -1;
    std::int64_t seq = 0;
    ask(txn.call().get(), service_->position, service_->impl, txn.get(), s(unit), &seq);
    return seq;
  }

 private:
  const mif_audit* service_;
};

class Jobs {
 public:
  explicit Jobs(const Plugin& plugin) : service_(plugin.need<mif_jobs>(MIF_JOBS_ID)) {}
  void schedule(Txn& txn, std::string_view key, std::string_view name, std::string_view params_json, std::int64_t due_unix_ms) const {
    ask(txn.call().get(), service_->schedule, service_->impl, txn.get(), s(key), s(name), s(params_json), due_unix_ms);
  }
  void cancel(Txn& txn, std::string_view key) const { ask(txn.call().get(), service_->cancel, service_->impl, txn.get(), s(key)); }

 private:
  const mif_jobs* service_;
};

class Identity {
 public:
  explicit Identity(const Plugin& plugin) : service_(plugin.need<mif_identity>(MIF_IDENTITY_ID)) {}
  void require(Call call, std::string_view permission, std::string_view unit) const {
    ask(call.get(), service_->require, service_->impl, s(permission), s(unit));
  }
  std::string whoami(Call call) const {
    TextSink sink;
    ask(call.get(), service_->whoami, service_->impl, sink.get());
    return sink.text();
  }
  // For paper: "郑制单" instead of "maker1", "示例省" instead of "990000". What has no name is its own.
  std::string name_of(Call call, std::string_view login_or_unit) const {
    if (!MIF_HAS(service_, name_of)) return std::string(login_or_unit);
    TextSink sink;
    ask(call.get(), service_->name_of, service_->impl, s(login_or_unit), sink.get());
    return sink.text();
  }
  // The units the caller sees, as JSON.
  std::string units(Call call) const {
    if (!MIF_HAS(service_, units) || !service_->units) throw Error(MIF_E_UNSUPPORTED, "plugin.service-absent", "host does not tell its units");
    TextSink sink;
    ask(call.get(), service_->units, service_->impl, sink.get());
    return sink.text();
  }

 private:
  const mif_identity* service_;
};

class Registry {
 public:
  explicit Registry(const Plugin& plugin) : service_(plugin.need<mif_registry>(MIF_REGISTRY_ID)) {}
  // Active providers of an extension, by plugin id.
  template <class T>
  std::vector<std::pair<std::string, const T*>> providers(Call call, std::string_view extension_id) const {
    std::vector<std::pair<std::string, const T*>> all;
    SinkOf<mif_provider_sink, mif_provider> sink([&](const mif_provider& p) {
      all.emplace_back(str(p.plugin), static_cast<const T*>(p.extension));
      return true;
    });
    ask(call.get(), service_->providers, service_->impl, s(extension_id), sink.get());
    return all;
  }
  // Calls another plugin: invoke(call, "bank-xmlfront", "submit", 30000, [&](mif_call* c) { return ext->submit(ext->self, c, ...); })
  template <class F>
  void invoke(Call call, std::string_view plugin, std::string_view function, std::int64_t deadline_ms, F&& body) const {
    using Body = std::remove_reference_t<F>;
    ask(call.get(), service_->invoke, service_->impl, s(plugin), s(function), deadline_ms,
        static_cast<mif_status (*)(void*, mif_call*)>([](void* closure, mif_call* c) -> mif_status { return (*static_cast<Body*>(closure))(c); }),
        const_cast<void*>(static_cast<const void*>(&body)));
  }

 private:
  const mif_registry* service_;
};

}  // namespace mif
#endif
