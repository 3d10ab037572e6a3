// SPDX-License-Identifier: Apache-2.0
#include "receipt_match.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace mif::treasury {

namespace {

class Linker {
 public:
  Linker(const std::vector<ReceiptFacts>& receipts, const std::vector<LineFacts>& lines, const std::vector<LineFacts>& taken) : receipts_(receipts), lines_(lines), taken_(taken) {}

  ReceiptLinks take() {
    by("code", &ReceiptFacts::client_ref);
    by("bank-ref", &ReceiptFacts::bank_ref);
    by_amount_and_day();
    return std::move(result_);
  }

 private:
  void link(const ReceiptFacts& r, const LineFacts& l, const char* rule) {
    result_.links.push_back({r.id, l.id, rule});
    used_.insert(l.id);
    done_.insert(r.id);
  }
  void leave(const ReceiptFacts& r, std::string why) {
    result_.problems[r.id] = std::move(why);
    done_.insert(r.id);
  }

  void by(const char* rule, std::string ReceiptFacts::*ref) {
    std::multimap<std::string, const LineFacts*> named, had;
    std::map<std::tuple<std::string, std::int64_t>, int> claims;
    for (const auto& l : lines_)
      if (!(l.*ref).empty() && !used_.count(l.id)) named.emplace(l.*ref, &l);
    for (const auto& l : taken_)
      if (!(l.*ref).empty()) had.emplace(l.*ref, &l);
    for (const auto& r : receipts_)
      if (!done_.count(r.id) && !(r.*ref).empty()) ++claims[{r.*ref, r.fen.value()}];
    for (const auto& r : receipts_) {
      const std::string& name = r.*ref;
      if (done_.count(r.id) || name.empty()) continue;
      std::vector<const LineFacts*> same, other;
      const auto range = named.equal_range(name);
      for (auto it = range.first; it != range.second; ++it) (it->second->fen == r.fen ? same : other).push_back(it->second);
      if (same.size() > 1) leave(r, "有 " + std::to_string(same.size()) + " 行流水都合适 (several lines fit)");
      else if (same.size() == 1 && claims[{name, r.fen.value()}] > 1) leave(r, "有几张回单说的是同一行流水 (several receipts claim one line)");
      else if (same.size() == 1) link(r, *same.front(), rule);
      else if (had.count(name)) leave(r, "这一行流水已有回单 (the line has its receipt)");
      else if (!other.empty()) leave(r, "金额不符: 回单 " + r.fen.grouped() + "，流水 " + other.front()->fen.grouped() + " (the amount differs)");
    }
  }

  void by_amount_and_day() {
    using Key = std::pair<std::int32_t, std::int64_t>;
    std::map<Key, std::vector<const LineFacts*>> lines;
    std::map<Key, std::vector<const ReceiptFacts*>> receipts;
    for (const auto& l : lines_)
      if (!used_.count(l.id)) lines[{l.day.value(), l.fen.value()}].push_back(&l);
    for (const auto& r : receipts_)
      if (!done_.count(r.id)) receipts[{r.day.value(), r.fen.value()}].push_back(&r);
    for (const auto& [key, all] : receipts) {
      const auto found = lines.find(key);
      const std::size_t fits = found == lines.end() ? 0 : found->second.size();
      for (const auto* r : all) {
        if (fits == 0) leave(*r, "没有对应的流水 (no line fits)");
        else if (fits > 1 || all.size() > 1) leave(*r, "同日同额有 " + std::to_string(fits) + " 行流水、" + std::to_string(all.size()) + " 张回单，无法断定 (not unique)");
        else if (contradict(*r, *found->second.front())) leave(*r, "同日同额的流水是另一笔 (the only line is about something else)");
        else link(*r, *found->second.front(), "amount-day");
      }
    }
  }
  // References both sides give and that differ.
  static bool contradict(const ReceiptFacts& r, const LineFacts& l) {
    return (!r.client_ref.empty() && !l.client_ref.empty() && r.client_ref != l.client_ref) || (!r.bank_ref.empty() && !l.bank_ref.empty() && r.bank_ref != l.bank_ref);
  }

  const std::vector<ReceiptFacts>& receipts_;
  const std::vector<LineFacts>&lines_, &taken_;
  std::set<std::int64_t> used_, done_;
  ReceiptLinks result_;
};

}  // namespace

ReceiptLinks link_receipts(const std::vector<ReceiptFacts>& receipts, const std::vector<LineFacts>& lines, const std::vector<LineFacts>& taken) { return Linker(receipts, lines, taken).take(); }

}  // namespace mif::treasury
