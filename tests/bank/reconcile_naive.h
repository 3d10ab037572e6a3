// SPDX-License-Identifier: Apache-2.0
// The passes once more, as one would explain them, with maps and no thought of speed: what the engine is held to.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "balance_table.h"
#include "sides.h"

namespace mif::treasury {

class Naive {
 public:
  Naive(const std::vector<SideItem>& bank, const std::vector<SideItem>& book, const Limits& limits) : limits_(limits) {
    for (const auto& i : bank) open_[true][i.id] = i;
    for (const auto& i : book) open_[false][i.id] = i;
  }

  // Groups, suggestions and doubts as text, in the order of their lines.
  std::string picture() {
    by_code();
    each({&SideItem::reference}, false, true, [&](const Run& run) {
      if (run[0].empty() || run[1].empty()) return;
      if (run[0].size() + run[1].size() == 2) take("P2-reference", run);
      else doubt("P2-reference", run);
    });
    each({&SideItem::undoes, &SideItem::code}, true, false, [&](const Run& run) { red_and_blue(run); }, false);
    each({&SideItem::party, &SideItem::reference}, true, true, [&](const Run& run) { bank_reversal(run); }, true, false);
    window("P5-counterparty", {&SideItem::party}, true);
    window("P6-summary", {&SideItem::text}, true);
    window("S1-amount-day", {}, false);
    sums();
    std::string text;
    for (const auto* list : {&groups_, &suggestions_}) {
      for (const auto& [lines, rule] : *list) text += rule + " |" + ids(lines.first) + " |" + ids(lines.second) + "\n";
      text += "--\n";
    }
    for (const bool bank : {true, false})
      for (const auto& [id, rule] : doubts_[bank])
        if (open_[bank].count(id) || aside_[bank].count(id)) text += (bank ? "b" : "k") + std::to_string(id) + rule + "\n";
    return text;
  }

 private:
  using Items = std::vector<SideItem>;
  using Run = std::array<Items, 2>;  // the bank's, the book's
  using KeyMember = Key SideItem::*;
  using Lines = std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>>;

  static Fen sum(const Items& items) {
    Fen total;
    for (const auto& i : items) total += i.fen;
    return total;
  }
  static std::string ids(const std::vector<std::int64_t>& list) {
    std::string text;
    for (const auto id : list) text += " " + std::to_string(id);
    return text;
  }
  static Lines lines_of(const Run& run) {
    Lines lines;
    for (const auto& i : run[0]) lines.first.push_back(i.id);
    for (const auto& i : run[1]) lines.second.push_back(i.id);
    std::sort(lines.first.begin(), lines.first.end());
    std::sort(lines.second.begin(), lines.second.end());
    return lines;
  }

  // Runs of the open lines: the first of `keys` that a line has, and its amount, without its sign when `unsigned_amount`. No keys at
  // all: the amount alone. The runs are made before the first of them is looked at.
  void each(const std::vector<KeyMember>& keys, bool unsigned_amount, bool by_amount, const std::function<void(const Run&)>& look, bool with_bank = true, bool with_book = true) {
    by_amount = by_amount || unsigned_amount;
    std::map<std::pair<Key, std::int64_t>, Run> runs;
    for (const bool bank : {true, false}) {
      if (!(bank ? with_bank : with_book)) continue;
      for (const auto& [id, i] : open_[bank]) {
        Key key = keys.empty() ? 1 : 0;
        for (const auto member : keys)
          if (key == 0) key = i.*member;
        const Fen size = unsigned_amount && i.fen < Fen(0) ? -i.fen : i.fen;
        if (key) runs[{key, by_amount ? size.value() : 0}][bank ? 0 : 1].push_back(i);
      }
    }
    for (const auto& [key, run] : runs) look(run);
  }

  void take(const std::string& rule, const Run& run) {
    groups_[lines_of(run)] = rule;
    for (const auto& i : run[0]) open_[true].erase(i.id);
    for (const auto& i : run[1]) open_[false].erase(i.id);
  }
  void doubt(const std::string& rule, const Run& run) {
    for (const auto& i : run[0]) doubts_[true].emplace(i.id, rule);
    for (const auto& i : run[1]) doubts_[false].emplace(i.id, rule);
  }

  void by_code() {
    each({&SideItem::code}, false, false, [&](const Run& run) {
      if (run[0].empty() || run[1].empty()) return;
      if (sum(run[0]) == sum(run[1])) return take("P1-code", run);
      doubt("P1-code", run);
      for (const bool bank : {true, false})
        for (const auto& i : run[bank ? 0 : 1]) {
          open_[bank].erase(i.id);
          aside_[bank][i.id] = i;
        }
    });
  }
  void red_and_blue(const Run& run) {
    std::size_t red = 0;
    for (const auto& i : run[1]) red += i.undoes ? 1 : 0;
    if (red == 1 && run[1].size() == 2 && sum(run[1]) == Fen(0)) take("P3-red-blue", run);
    else if (red) doubt("P3-red-blue", run);
  }
  void bank_reversal(const Run& run) {
    Items back, there;
    for (const auto& i : run[0]) (i.undoes ? back : there).push_back(i);
    if (back.empty() || there.empty()) return;
    if (back.size() + there.size() > 2) return doubt("P4-bank-reversal", {back, {}});
    if (back[0].fen + there[0].fen == Fen(0) && there[0].day <= back[0].day) take("P4-bank-reversal", run);
  }
  void window(const std::string& rule, const std::vector<KeyMember>& keys, bool takes) {
    each(keys, false, true, [&](const Run& run) {
      const auto near = [&](const SideItem& i, const Items& others) {
        Items found;
        for (const auto& o : others)
          if (std::abs(age_days(i.day, o.day)) <= limits_.days) found.push_back(o);
        return found;
      };
      for (const auto& b : run[0]) {
        const Items there = near(b, run[1]);
        if (there.empty()) continue;
        if (there.size() > 1 || near(there[0], run[0]).size() > 1) doubt(rule, {Items{b}, {}});
        else if (takes) take(rule, {Items{b}, there});
        else suggestions_[lines_of({Items{b}, there})] = rule;
      }
    });
  }
  void choices(const Items& from, std::size_t at, Items& chosen, Fen wanted, std::vector<Items>& found) const {
    if (chosen.size() >= 2 && sum(chosen) == wanted) found.push_back(chosen);
    if (chosen.size() == limits_.group) return;
    for (; at < from.size(); ++at) {
      chosen.push_back(from[at]);
      choices(from, at + 1, chosen, wanted, found);
      chosen.pop_back();
    }
  }
  void sums() {
    std::map<std::pair<int, std::pair<Key, int>>, Run> runs;
    for (const bool bank : {true, false})
      for (const auto& [id, i] : open_[bank]) {
        if (i.reference) runs[{0, {i.reference, 0}}][bank ? 0 : 1].push_back(i);
        else if (i.party) runs[{1, {i.party, i.day.value()}}][bank ? 0 : 1].push_back(i);
      }
    for (const auto& [key, run] : runs) {
      if (run[0].empty() || run[1].empty() || run[0].size() > limits_.choose_of || run[1].size() > limits_.choose_of) continue;
      if (run[0].size() + run[1].size() > 2 && sum(run[0]) == sum(run[1])) {
        suggestions_[lines_of(run)] = "S2-sum";
        continue;
      }
      for (const int one : {0, 1})
        for (const auto& i : run[static_cast<std::size_t>(one)]) {
          std::vector<Items> found;
          Items chosen;
          choices(run[static_cast<std::size_t>(1 - one)], 0, chosen, i.fen, found);
          if (found.size() == 1) suggestions_[one ? lines_of({found[0], Items{i}}) : lines_of({Items{i}, found[0]})] = "S2-sum";
        }
    }
  }

  Limits limits_;
  std::map<bool, std::map<std::int64_t, SideItem>> open_, aside_;
  std::map<bool, std::map<std::int64_t, std::string>> doubts_;
  std::map<Lines, std::string> groups_, suggestions_;
};

}  // namespace mif::treasury
