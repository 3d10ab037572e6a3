// SPDX-License-Identifier: Apache-2.0
#include "kernel/service/auto_review.h"

#include <algorithm>
#include <optional>
#include <span>

#include "mif/error.hpp"
#include "mif/pattern.hpp"

namespace mif::service {
namespace {

constexpr std::size_t kAtOnce = 500;

struct Condition {
  workflow::Rule rule;
  std::string source, word, summary;
  std::optional<AccountPattern> accounts;
  std::optional<Fen> most;
  bool documents = false;

  bool fits(const ledger::Voucher& v) const {
    if (!source.empty() && v.source_plugin != source) return false;
    if (!word.empty() && (' ' + word + ' ').find(' ' + v.word + ' ') == std::string::npos) return false;
    if (!summary.empty() && v.summary.find(summary) == std::string::npos) return false;
    if (most && *most < v.total) return false;
    if (documents && v.attachments == 0) return false;
    return !accounts || std::all_of(v.lines.begin(), v.lines.end(), [&](const ledger::Line& l) { return accounts->matches(l.account); });
  }
};

Condition condition_of(const workflow::Rule& rule) {
  const InfoNode root = parse_info(rule.body, rule.name);
  refuse_unknown_keys(root, rule.name, {"source", "word", "summary", "accounts", "most", "documents"});
  Condition c;
  c.rule = rule;
  if (root.children.empty()) throw Error(MIF_E_INVALID, "rule.condition", rule.name + ": 规则没有条件 (a rule without a condition would let everything pass)");
  for (const auto& node : root.children) {
    try {
      if (node.value.empty()) throw Error(MIF_E_INVALID, "rule.condition", "缺值 (needs a value)");
      if (node.key == "source") c.source = node.value;
      if (node.key == "word") c.word = node.value;
      if (node.key == "summary") c.summary = node.value;
      if (node.key == "accounts") c.accounts.emplace(node.value);
      if (node.key == "most") c.most = Fen::parse(node.value);
      if (node.key == "documents") {
        if (node.value != "yes") throw Error(MIF_E_INVALID, "rule.condition", "应为 yes (expected yes)");
        c.documents = true;
      }
    } catch (const Error& error) {
      throw Error(MIF_E_INVALID, rule.name + ":" + std::to_string(node.line) + ": " + node.key + ": " + error.what());
    }
  }
  return c;
}

}  // namespace

void check_review_rule(const std::string& name, const std::string& body) {
  workflow::Rule rule;
  rule.name = name;
  rule.body = body;
  condition_of(rule);
}

std::vector<AutoReviewed> auto_review(Deployment& d, const Who& who, const identity::Caller& caller, const std::string& book) {
  std::vector<Condition> conditions;
  struct Waiting {
    std::int64_t voucher, instance;
    const Condition* condition;
    std::string digest;
  };
  std::vector<Waiting> waiting;
  std::vector<AutoReviewed> results;
  d.database().read([&](store::Txn& txn) {
    for (const auto& rule : d.rules().all(txn))
      if (rule.counts()) conditions.push_back(condition_of(rule));
    for (std::int64_t after = 0;;) {
      const auto page = d.workflow().waiting(txn, "voucher", "review", after, 1000);
      if (page.empty()) break;
      after = page.back().id;
      for (const auto& instance : page) {
        if (!caller.sees(instance.unit)) continue;
        const ledger::Voucher v = d.ledger().voucher(txn, std::stoll(instance.subject));
        if (!book.empty() && v.book != book) continue;
        const auto found = std::find_if(conditions.begin(), conditions.end(), [&](const Condition& c) { return c.fits(v); });
        if (found == conditions.end()) continue;
        if (const auto warnings = d.ledger().warnings(txn, v); !warnings.empty())
          results.push_back({v.id, found->rule.actor(), warnings.front().sentence + "; 留待人工核对 (left for a person) [" + warnings.front().rule + "]"});
        else waiting.push_back({v.id, instance.id, &*found, v.content_hash});
      }
    }
  });
  // Many with one commit; when one of them is refused, its neighbours are decided each for itself.
  const auto decide = [&](store::Txn& txn, const Waiting& w) { d.workflow().decide_by_rule(txn, who, w.condition->rule, w.instance, "review", w.digest, "按规则自动审核"); };
  for (std::size_t at = 0; at < waiting.size(); at += kAtOnce) {
    const std::span<const Waiting> some(waiting.data() + at, std::min(kAtOnce, waiting.size() - at));
    bool together = true;
    try {
      d.database().write([&](store::Txn& txn) {
        for (const auto& w : some) decide(txn, w);
      });
    } catch (const Error& error) {
      if (error.code() == MIF_E_UNKNOWN_OUTCOME) throw;
      together = false;
    }
    for (const auto& w : some) {
      AutoReviewed result{w.voucher, w.condition->rule.actor(), ""};
      try {
        if (!together) d.database().write([&](store::Txn& txn) { decide(txn, w); });
      } catch (const Error& error) {
        result.problem = error.what();
      }
      results.push_back(std::move(result));
    }
  }
  return results;
}

}  // namespace mif::service
