// SPDX-License-Identifier: Apache-2.0
#include "faults.h"

#include <set>

#include "mif/error.hpp"

namespace mif::banksim {

namespace {

const std::set<std::string, std::less<>> kNames = {
    "cut-before-execute", "cut-after-send", "half-reply", "wrong-length",      "garbage",           "delay",
    "refuse",             "duplicate-answer", "late",     "returning",         "statement-missing", "statement-repeated",
    "statement-wrong-opening", "statement-wrong-closing", "statement-reordered", "partial-reply", "query-missing", "query-cut", "balance-cut", "closed", "reply-twice",
    "page-repeats",       "more-to-say",      "old-signature", "wrong-signature",   "replayed-reply",    "silent-query",
    "receipt-missing",    "receipt-wrong-amount", "receipt-bare", "receipt-twice"};

std::int64_t number(std::string_view text, std::string_view item) {
  if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != std::string_view::npos)
    throw Error(MIF_E_INVALID, "--fault: \"" + std::string(text) + "\" in \"" + std::string(item) + "\" is not a count");
  return std::stoll(std::string(text));
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

}  // namespace mif::banksim
