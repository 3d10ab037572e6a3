// SPDX-License-Identifier: Apache-2.0
// The C++17 face of the SDK: the only place where plugin code meets the C ABI. A plugin derives from `Plugin` and from the
// extension classes it implements, and ends with one MIF_PLUGIN line. Exceptions never leave the plugin: `guard` turns them
// into a status and a message.
#ifndef MIF_SDK_HPP
#define MIF_SDK_HPP

#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mif/abi.h"
#include "mif/day.hpp"
#include "mif/error.hpp"
#include "mif/json.hpp"
#include "mif/money.hpp"

namespace mif {

inline mif_str s(std::string_view text) { return {text.data(), static_cast<std::uint32_t>(text.size())}; }
inline std::string str(mif_str text) { return text.n ? std::string(text.p, text.n) : std::string(); }
inline std::string_view view(mif_str text) { return text.n ? std::string_view(text.p, text.n) : std::string_view(); }

// A struct of the ABI with its size filled in and everything else zero.
template <class T>
T sized() {
  T value;
  std::memset(static_cast<void*>(&value), 0, sizeof value);
  value.size = static_cast<std::uint32_t>(sizeof value);
  return value;
}

template <class F>
mif_status guard(mif_call* call, F&& body) noexcept {
  try {
    body();
    return MIF_OK;
  } catch (const Error& e) {
    call->fail(call, e.code(), s(e.what()));
    return e.code();
  } catch (const std::bad_alloc&) {
    call->fail(call, MIF_E_INTERNAL, s("out of memory"));
  } catch (const std::exception& e) {
    call->fail(call, MIF_E_INTERNAL, s(e.what()));
  } catch (...) {
    call->fail(call, MIF_E_INTERNAL, s("unknown exception"));
  }
  return MIF_E_INTERNAL;
}

// A failed host service told the call why; the plugin unwinds with this and the reason stays.
class HostRefused : public Error {
 public:
  using Error::Error;
};

// A mif_call whose `fail` keeps the message, so that a refusal by a host service becomes an exception with its sentence.
class Listening {
 public:
  explicit Listening(mif_call* outer) : outer_(outer) {
    call_ = *outer;
    call_.size = sizeof call_;
    call_.fail = &Listening::on_fail;
    previous() = current();
    current() = this;
  }
  ~Listening() { current() = previous_; }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;
  mif_call* get() { return &call_; }
  void check(mif_status status) {
    if (status != MIF_OK) throw HostRefused(status, message_.empty() ? "host service failed" : message_);
  }

 private:
  static void on_fail(mif_call*, mif_status, mif_str message) {
    if (current()) current()->message_ = str(message);
  }
  static Listening*& current() {
    static thread_local Listening* top = nullptr;
    return top;
  }
  Listening*& previous() { return previous_; }
  mif_call* outer_;
  mif_call call_;
  Listening* previous_ = nullptr;
  std::string message_;
};

// Calls a host service function and throws its refusal: ask(call, store->begin, store->impl, mode, &txn).
template <class Fn, class... Args>
void ask(mif_call* call, Fn fn, void* impl, Args... args) {
  Listening listening(call);
  listening.check(fn(impl, listening.get(), args...));
}

// Collects what a text sink receives.
class TextSink {
 public:
  TextSink() : sink_(sized<mif_text_sink>()) {
    sink_.impl = this;
    sink_.on = [](mif_text_sink* self, mif_str chunk) -> std::int32_t {
      auto* collector = static_cast<TextSink*>(self->impl);
      collector->text_.append(chunk.p, chunk.n);
      collector->chunks_.push_back(str(chunk));
      return 0;
    };
  }
  TextSink(const TextSink&) = delete;
  TextSink& operator=(const TextSink&) = delete;
  mif_text_sink* get() { return &sink_; }
  const std::string& text() const { return text_; }
  const std::vector<std::string>& chunks() const { return chunks_; }

 private:
  mif_text_sink sink_;
  std::string text_;
  std::vector<std::string> chunks_;
};

// Adapts a callable to any sink struct of the ABI whose `on` is int32_t(Sink*, const Item*). The callable may throw: the
// exception waits until the service has returned and is then thrown by `done`.
template <class Sink, class Item>
class SinkOf {
 public:
  explicit SinkOf(std::function<bool(const Item&)> each) : sink_(sized<Sink>()), each_(std::move(each)) {
    sink_.impl = this;
    sink_.on = [](Sink* self, const Item* item) -> std::int32_t {
      auto* owner = static_cast<SinkOf*>(self->impl);
      try {
        return owner->each_(*item) ? 0 : 1;
      } catch (...) {
        owner->thrown_ = std::current_exception();
        return 1;
      }
    };
  }
  SinkOf(const SinkOf&) = delete;
  SinkOf& operator=(const SinkOf&) = delete;
  Sink* get() { return &sink_; }
  void done() {
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  Sink sink_;
  std::function<bool(const Item&)> each_;
  std::exception_ptr thrown_;
};

inline void emit(mif_text_sink* sink, std::string_view text) { sink->on(sink, s(text)); }

// What a plugin's function knows of its caller.
class Call {
 public:
  explicit Call(mif_call* call) : call_(call) {}
  mif_call* get() const { return call_; }
  std::string actor() const { return str(call_->actor); }
  bool cancelled() const { return call_->cancelled && call_->cancelled(call_) != 0; }

 private:
  mif_call* call_;
};

// Base of every plugin class. Constructed by `create`; use the host from activate() on.
class Plugin {
 public:
  explicit Plugin(const mif_host* host) : host_(host) {}
  virtual ~Plugin() = default;
  virtual void activate(Call) {}    // [control-thread, inactive]
  virtual void deactivate() {}      // [control-thread, active]
  // [any-thread] the C struct of an extension this plugin provides, nullptr if it does not
  virtual const void* extension(std::string_view id) = 0;

  // A host service by its struct type and id, or MIF_E_UNSUPPORTED naming it.
  template <class T>
  const T* need(const char* id) const {
    const void* found = host_->service(host_, id);
    if (!found) throw Error(MIF_E_UNSUPPORTED, "plugin.service-absent", std::string("host service ") + id + " is absent or not granted");
    return static_cast<const T*>(found);
  }
  const mif_host* host() const { return host_; }

 private:
  const mif_host* host_;
};

namespace detail {

#define MIF_STRINGIFY_(x) #x
#define MIF_STRINGIFY(x) MIF_STRINGIFY_(x)
#if defined(__clang__)
#define MIF_COMPILER "clang" MIF_STRINGIFY(__clang_major__)
#else
#define MIF_COMPILER "gcc" MIF_STRINGIFY(__GNUC__)
#endif
#if defined(_GLIBCXX_USE_CXX11_ABI)
#define MIF_CXX11ABI MIF_STRINGIFY(_GLIBCXX_USE_CXX11_ABI)
#else
#define MIF_CXX11ABI "?"
#endif
#if defined(__GLIBCXX__)
#define MIF_STDLIB "libstdc++" MIF_STRINGIFY(__GLIBCXX__)
#else
#define MIF_STDLIB "other"
#endif
#define MIF_FINGERPRINT MIF_COMPILER "|" MIF_STDLIB "|cxx11abi" MIF_CXX11ABI "|c++" MIF_STRINGIFY(__cplusplus)

template <class P>
mif_plugin* create_plugin(const mif_host* host, mif_call* call) noexcept {
  struct Box {
    mif_plugin c;
    std::unique_ptr<P> object;
  };
  mif_plugin* result = nullptr;
  guard(call, [&] {
    auto box = std::make_unique<Box>();
    box->c = sized<mif_plugin>();
    box->c.self = box.get();
    box->c.activate = [](mif_plugin* p, mif_call* c) -> mif_status {
      return guard(c, [&] { static_cast<Box*>(p->self)->object->activate(Call(c)); });
    };
    box->c.deactivate = [](mif_plugin* p) {
      try {
        static_cast<Box*>(p->self)->object->deactivate();
      } catch (...) {  // deactivation cannot fail: the host is stopping
      }
    };
    box->c.extension = [](mif_plugin* p, const char* id) -> const void* {
      return id ? static_cast<Box*>(p->self)->object->extension(id) : nullptr;
    };
    box->c.destroy = [](mif_plugin* p) { delete static_cast<Box*>(p->self); };
    box->object = std::make_unique<P>(host);
    result = &box.release()->c;
  });
  return result;
}

}  // namespace detail
}  // namespace mif

#define MIF_LIST(...) __VA_ARGS__
// MIF_PLUGIN(Class, "id", "1.0.0", MIF_LIST("mif.job/1"), MIF_LIST("mif.log/1"))
#define MIF_PLUGIN(Class, Id, Version, Provides, Needs)                                                            \
  extern "C" __attribute__((visibility("default"))) const mif_entry* mif_plugin_entry_v1(void) {                   \
    static const char* const provides[] = {Provides, nullptr};                                                     \
    static const char* const needs[] = {Needs, nullptr};                                                           \
    static const mif_entry entry = {sizeof(mif_entry), MIF_ABI_MAJOR, MIF_SDK_VERSION, (1u << 16), MIF_FINGERPRINT, \
                                    Id,                Version,       provides,        needs,                      \
                                    &mif::detail::create_plugin<Class>};                                           \
    return &entry;                                                                                                 \
  }
#endif
