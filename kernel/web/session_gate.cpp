// SPDX-License-Identifier: Apache-2.0
#include "kernel/web/session_gate.h"

#include <mutex>

#include "kernel/base/hash.h"
#include "kernel/web/problem.h"

namespace mif::web {
namespace {

constexpr auto kFresh = std::chrono::seconds(2);
constexpr auto kGone = std::chrono::seconds(60);
constexpr std::size_t kMostKnown = 20000;

// Compares without telling by its time where the difference is.
bool same_secret(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace

std::shared_ptr<const identity::Caller> SessionGate::caller(const std::string& token) {
  if (token.empty() || token.size() > 200) return nullptr;
  const auto now = Clock::now();
  {
    std::shared_lock lock(mutex_);
    const auto found = known_.find(token);
    if (found != known_.end() && now < found->second.fresh_until) return found->second.caller;
  }
  {
    // Whoever comes first after the time is up asks the database; the others go on with what they have for that moment.
    std::unique_lock lock(mutex_);
    const auto found = known_.find(token);
    if (found != known_.end()) {
      if (now < found->second.fresh_until || !found->second.caller) return found->second.caller;
      found->second.fresh_until = now + std::chrono::seconds(1);
    }
  }
  std::shared_ptr<const identity::Caller> fresh;
  try {
    deployment_.database().read([&](store::Txn& txn) {
      fresh = std::make_shared<const identity::Caller>(deployment_.identity().session(txn, token));
    });
  } catch (const Error& e) {
    if (e.code() != MIF_E_DENIED && e.code() != MIF_E_NOT_FOUND) throw;
  }
  std::unique_lock lock(mutex_);
  if (!fresh) {
    known_.erase(token);
    return nullptr;
  }
  if (known_.size() >= kMostKnown) std::erase_if(known_, [&](const auto& k) { return k.second.fresh_until < now; });
  auto& entry = known_[token];
  if (!entry.caller && entry.fresh_until > now) return nullptr;  // logged out meanwhile
  entry = {fresh, Clock::now() + kFresh};
  return fresh;
}

void SessionGate::forget(const std::string& token) {
  std::unique_lock lock(mutex_);
  known_[token] = {nullptr, Clock::now() + kGone};
}

std::string SessionGate::csrf_token(std::string_view session_token) {
  return to_hex(hash(HashAlg::sha256, "mif-csrf\n" + std::string(session_token))).substr(0, 32);
}

void SessionGate::check_same_site(const Request& request) {
  if (!request.csrf_token.empty()) {
    if (same_secret(request.csrf_token, csrf_token(request.cookie_token))) return;
    throw Problem("cross-site-request", "request.cross-site", "X-CSRF-Token 与当前会话不符，请重新登录");
  }
  if (!request.sec_fetch_site.empty()) {
    if (request.sec_fetch_site == "same-origin") return;
    throw Problem("cross-site-request", "request.cross-site", "请求来自别的站点 (Sec-Fetch-Site: " + request.sec_fetch_site + ")");
  }
  const auto host = request.origin.find("://");
  if (host != std::string::npos && !request.host.empty() && request.origin.substr(host + 3) == request.host) return;
  throw Problem("cross-site-request", "request.cross-site", request.origin.empty() ? "带会话的写操作缺少请求头 X-CSRF-Token" : "请求来自别的站点: " + request.origin);
}

}  // namespace mif::web
