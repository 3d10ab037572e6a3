// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include "kernel/app/core_dumps.h"
#include "kernel/app/mifctl/command.h"
#include "mif/error.hpp"

namespace mif::app {

int exit_of(mif_status code) {
  switch (code) {
    case MIF_OK: return kOk;
    case MIF_E_NOT_FOUND: return kNotFound;
    case MIF_E_CONFLICT: return kConflict;
    case MIF_E_DENIED: return kDenied;
    case MIF_E_UNAVAILABLE:
    case MIF_E_DEADLINE:
    case MIF_E_UNKNOWN_OUTCOME: return kUnreachable;
    case MIF_E_CANCELLED: return kInterrupted;
    case MIF_E_UNSUPPORTED: return kPlugin;
    default: return kFailed;
  }
}

std::string Context::option(std::string_view name, std::string_view otherwise) const {
  const auto found = options.find(std::string(name));
  return found == options.end() ? std::string(otherwise) : found->second;
}

service::Deployment& Context::deployment(bool with_plugins) {
  if (!deployment_ || (with_plugins && !plugins_started_)) {
    deployment_.reset();
    deployment_ = service::Deployment::open(home, with_plugins);
    if (deployment_->settings().development) core_dumps_as_before();
    plugins_started_ = with_plugins;
    if (with_plugins)
      for (const auto& p : deployment_->plugins().list())
        if (p.status == plugin::Status::refused || p.status == plugin::Status::quarantined)
          say(fmt::format("插件 {} {}: {}", p.manifest.id, plugin::name_of(p.status), p.reason));
  }
  return *deployment_;
}

const identity::Caller& Context::caller() {
  if (!caller_) {
    if (login.empty()) throw Error(MIF_E_DENIED, "session.who", "先说明是谁: 加 --as 登录名, 密码放在 MIF_PASSWORD 或用 --password-stdin (sign in with --as)");
    service::Deployment& d = deployment();
    const std::string secret = password();
    const std::string token = d.identity().login(d.database(), {login, "mifctl", ""}, login, secret);
    d.database().write([&](store::Txn& txn) {
      caller_ = d.identity().session(txn, token);
      d.identity().logout(txn, {login, "mifctl", ""}, token);  // one command, one session
    });
  }
  return *caller_;
}

Who Context::who() {
  if (login.empty()) return {"system", "mifctl", ""};
  return {caller().login, "mifctl", ""};
}

void Context::progress(std::string_view what, std::int64_t done, std::int64_t total) {
  if (quiet) return;
  if (isatty(STDERR_FILENO)) {
    if (total > 0) {
      const auto filled = static_cast<std::size_t>(done * 20 / total);
      fmt::print(stderr, "\r{} [{}{}] {}/{}  ", what, std::string(filled, '#'), std::string(20 - filled, '.'), done, total);
    } else {
      fmt::print(stderr, "\r{} {}  ", what, done);
    }
    if (total > 0 && done == total) fmt::print(stderr, "\n");
    return;
  }
  const std::int64_t tenth = total > 0 ? done * 10 / total : -1;
  if (tenth == last_tenth_) return;
  last_tenth_ = tenth;
  if (total > 0) fmt::print(stderr, "{} {}/{}\n", what, done, total);
}

void Context::say(std::string_view line) const {
  if (!quiet) fmt::print(stderr, "{}\n", line);
}

}  // namespace mif::app
