// SPDX-License-Identifier: Apache-2.0
#include "account_rules.h"

#include <algorithm>

#include "account_calendar.h"
#include "mif/error.hpp"

namespace mif::treasury {

namespace {

constexpr std::int64_t kMostApprovers = 9;

[[noreturn]] void complain(const char* rule, const Node& at, const std::string& what) { throw Error(MIF_E_INVALID, rule, "mif.info:" + std::to_string(at.line) + ": treasury: " + what); }

Fen amount_of(const char* rule, const Node& node) {
  Fen fen;
  try {
    fen = Fen::parse(node.value);
  } catch (const Error&) {
  }
  if (fen <= Fen(0)) complain(rule, node, node.key + " 后面应为大于零的金额 (an amount is expected, found \"" + node.value + "\")");
  return fen;
}

}  // namespace

Day day_of_setting(const char* rule, const Node& node) {
  try {
    return Day::parse(node.value);
  } catch (const Error&) {
    complain(rule, node, node.key + " 后面应为日期 (a day is expected, found \"" + node.value + "\")");
  }
}

DatedLimits read_limits(const Node& node) {
  DatedLimits limits;
  for (const Node& n : node.children) {
    if (n.key == "from") {
      limits.from = day_of_setting("payment.setting-limits", n);
    } else if (n.key == "single") {
      limits.single = amount_of("payment.setting-limits", n);
    } else if (n.key == "day") {
      limits.day = amount_of("payment.setting-limits", n);
    } else if (n.key == "hours") {
      if (!read_hours(n.value, limits.opens, limits.closes)) complain("payment.setting-limits", n, "hours 应如 08:30-17:00 (found \"" + n.value + "\")");
    } else {
      complain("payment.setting-limits", n, "limits 里不认识 (unknown in limits) \"" + n.key + "\"");
    }
  }
  if (!limits.from.valid()) complain("payment.setting-limits", node, "limits 要写 from 从哪一天起 (limits need their first day)");
  return limits;
}

std::vector<Tier> read_tiers(const Node& node) {
  std::vector<Tier> tiers;
  bool open = false;  // "to" without its "approvers"
  const auto people = [&](const Node& n) {
    if (n.value.size() != 1 || n.value[0] < '1' || n.value[0] > '0' + kMostApprovers) complain("payment.setting-approval", n, n.key + " 后面应为 1 到 9 的人数 (a number of people is expected, found \"" + n.value + "\")");
    return static_cast<std::int64_t>(n.value[0] - '0');
  };
  for (const Node& n : node.children) {
    const bool ended = !tiers.empty() && tiers.back().above;
    if (n.key == "to" && !open && !ended) {
      const Fen to = amount_of("payment.setting-approval", n);
      if (!tiers.empty() && to <= tiers.back().to) complain("payment.setting-approval", n, "各档金额应从小到大 (tiers grow)");
      tiers.push_back({to, false, 1});
      open = true;
    } else if (n.key == "approvers" && open) {
      tiers.back().approvers = people(n);
      open = false;
    } else if (n.key == "above" && !open && !ended) {
      tiers.push_back({Fen(), true, people(n)});
    } else {
      complain("payment.setting-approval", n, "approval 应为 to 金额 approvers 人数 ... above 人数 (found \"" + n.key + "\")");
    }
    if (tiers.size() > 1 && !open && tiers.back().approvers < tiers[tiers.size() - 2].approvers) complain("payment.setting-approval", n, "金额越大批准的人不能越少 (more money needs no fewer people)");
  }
  if (tiers.empty() || !tiers.back().above) complain("payment.setting-approval", node, "approval 最后要有 above 人数 (the last tier is above)");
  return tiers;
}

std::vector<Sweep> read_sweeps(const std::vector<const Node*>& nodes) {
  std::vector<Sweep> all;
  for (const Node* node : nodes) {
    Sweep sweep;
    for (const Node& n : node->children) {
      if (n.key == "to") sweep.to = n.value;
      else if (n.key == "keep") sweep.keep = n.value == "0" || n.value == "0.00" ? Fen() : amount_of("payment.setting-sweep", n);
      else if (n.key == "from") sweep.from = day_of_setting("payment.setting-sweep", n);
      else complain("payment.setting-sweep", n, "sweep 里不认识 (unknown in sweep) \"" + n.key + "\"");
    }
    if (sweep.to.empty() || !node->find("keep")) complain("payment.setting-sweep", *node, "sweep 要写 to 上级账户和 keep 留存金额 (a sweep needs its account and what stays)");
    all.push_back(std::move(sweep));
  }
  std::stable_sort(all.begin(), all.end(), [](const Sweep& a, const Sweep& b) { return a.from < b.from; });
  return all;
}

}  // namespace mif::treasury
