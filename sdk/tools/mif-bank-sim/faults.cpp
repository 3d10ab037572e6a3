// SPDX-License-Identifier: Apache-2.0
#include "faults.h"

#include <algorithm>
#include <ctime>
#include <set>

#include "bank_ledger.h"
#include "mif/error.hpp"

namespace mif::banksim {

namespace {

const std::set<std::string, std::less<>> kNames = {
    "cut-before-execute", "cut-after-send", "half-reply", "wrong-length",      "garbage",           "delay",
    "refuse",             "duplicate-answer", "late",     "returning",         "statement-missing", "statement-repeated",
    "statement-wrong-opening", "statement-wrong-closing", "statement-reordered", "partial-reply", "query-missing", "query-cut", "balance-cut", "closed", "reply-twice",
    "page-repeats",       "more-to-say",      "old-signature", "wrong-signature",   "replayed-reply",    "silent-query",
    "receipt-missing",    "receipt-wrong-amount", "receipt-bare", "receipt-twice",
    "answer-later",       "rate-hold",        "maintenance"};

std::int64_t number(std::string_view text, std::string_view item) {
  if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != std::string_view::npos)
    throw Error(MIF_E_INVALID, "--fault: \"" + std::string(text) + "\" in \"" + std::string(item) + "\" is not a count");
  return std::stoll(std::string(text));
}

Day after(Day day, std::int64_t days) {
  std::tm tm{};
  tm.tm_year = day.year() - 1900;
  tm.tm_mon = day.month() - 1;
  tm.tm_mday = day.day() + static_cast<int>(days);
  const std::time_t time = timegm(&tm);
  gmtime_r(&time, &tm);
  return Day(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

}  // namespace

Faults::Faults(std::string_view list, std::uint64_t seed) : random_(seed) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    const std::string_view item = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    if (item.empty() || item == "none") continue;
    std::string_view rest = item;
    Plan plan;
    plan.left = 1;
    if (const auto equals = rest.find('='); equals != std::string_view::npos) {
      plan.value = number(rest.substr(equals + 1), item);
      rest = rest.substr(0, equals);
    }
    if (const auto colon = rest.find(':'); colon != std::string_view::npos) {
      std::string_view count = rest.substr(colon + 1);
      rest = rest.substr(0, colon);
      if (!count.empty() && count.back() == '%') {
        count.remove_suffix(1);
        plan.percent = number(count, item);
        plan.left = 0;
      } else {
        plan.left = number(count, item);
      }
    }
    if (!kNames.count(rest)) {
      std::string known;
      for (const auto& name : kNames) known += (known.empty() ? "" : " ") + name;
      throw Error(MIF_E_INVALID, "--fault: unknown fault \"" + std::string(rest) + "\"; known: " + known);
    }
    plans_[std::string(rest)] = plan;
  }
}

std::optional<std::int64_t> Faults::strikes(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found = plans_.find(name);
  if (found == plans_.end()) return std::nullopt;
  Plan& plan = found->second;
  if (plan.percent > 0) {
    if (static_cast<std::int64_t>(random_() % 100) >= plan.percent) return std::nullopt;
    return plan.value;
  }
  if (plan.left <= 0) return std::nullopt;
  --plan.left;
  return plan.value;
}

std::int64_t Faults::held(std::int64_t now_ms) {
  std::int64_t last = 0;
  {
    const std::lock_guard lock(mutex_);
    last = last_call_ms_;
    last_call_ms_ = std::max(now_ms, last_call_ms_);
    const auto found = plans_.find("rate-hold");
    if (found == plans_.end() || last == 0 || now_ms - last >= (found->second.value > 0 ? found->second.value : 1000)) return 0;
  }
  const auto interval = strikes("rate-hold");
  if (!interval) return 0;
  const std::int64_t next = last + (*interval > 0 ? *interval : 1000);
  const std::lock_guard lock(mutex_);
  last_call_ms_ = std::max(last_call_ms_, next);
  return next - now_ms;
}

Decision draw(Faults& faults, Day today) {
  if (faults.strikes("refuse")) return Fate::refuse;
  if (faults.strikes("late")) return Fate::late;
  if (const auto days = faults.strikes("returning")) return {Fate::returning, *days > 0 ? after(today, *days) : Day()};
  return Fate::execute;
}

bool Faults::maintained(std::int64_t now_ms) {
  {
    const std::lock_guard lock(mutex_);
    if (now_ms < maintained_until_ms_) return true;
  }
  const auto length = strikes("maintenance");
  if (!length) return false;
  const std::lock_guard lock(mutex_);
  maintained_until_ms_ = now_ms + (*length > 0 ? *length : 1000);
  return true;
}

}  // namespace mif::banksim
