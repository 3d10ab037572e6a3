// SPDX-License-Identifier: Apache-2.0
// The passes once more, as one would explain them, with maps and no thought of speed: what the engine is held to.
#pragma once

#include <functional>
#include <map>
#include <set>
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
    all_ = open_[true];
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
    each({&SideItem::reference}, false, false, [&](const Run& run) {
      if (run[0].empty() || run[1].empty()) return;
      if (sum(run[0]) == sum(run[1])) return take("P2-reference-sum", run);
      hold("P2-reference-sum", run);
    });
    each({&SideItem::undoes, &SideItem::code}, true, false, [&](const Run& run) { red_and_blue(run); }, false);
    take_unseen("P3-red-blue");
    bank_reversals();
    take_unseen("P4-bank-reversal");
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
    if (red == 1 && run[1].size() == 2 && sum(run[1]) == Fen(0)) pairs_.push_back(run);
    else if (red) doubt("P3-red-blue", run);
  }
  void hold(const std::string& rule, const Run& run) {
    doubt(rule, run);
    for (const bool bank : {true, false})
      for (const auto& i : run[bank ? 0 : 1]) held_.insert({bank, i.id});
  }
  // Pairs within one side: taken when the other side has no line of such an amount near, of the same party or of none.
  void take_unseen(const std::string& rule) {
    const auto before = open_;
    for (const auto& run : pairs_) {
      int seen = 0;
      for (const bool bank : {true, false})
        for (const auto& i : run[bank ? 0 : 1]) {
          bool there = false;
          for (const auto& [id, o] : before.at(!bank)) there = there || (o.fen == i.fen && std::abs(age_days(i.day, o.day)) <= limits_.rivals && (!o.party || !i.party || o.party == i.party));
          seen += there ? 1 : 0;
        }
      if (seen == 0) take(rule, run);
      else if (seen == 2) doubt(rule, run);
      else hold(rule, run);
    }
    pairs_.clear();
  }
  void bank_reversals() {
    const auto key = [](const SideItem& i) { return i.party ? i.party : i.reference; };
    const auto undoes = [&](const SideItem& back, const SideItem& i) {
      return back.undoes && !i.undoes && key(back) && key(back) == key(i) && back.fen + i.fen == Fen(0) && i.day <= back.day && age_days(i.day, back.day) <= limits_.reversal &&
             (!back.names || !i.names || back.names == i.names);
    };
    for (const auto& [id, back] : open_[true]) {
      Items originals, others;
      for (const auto& [other, i] : all_)
        if (undoes(back, i)) originals.push_back(i);
      if (originals.empty()) continue;
      for (const auto& [other, i] : all_)
        if (undoes(i, originals.back())) others.push_back(i);
      if (originals.size() == 1 && others.size() == 1 && open_[true].count(originals[0].id) && back.names == originals[0].names) pairs_.push_back({Items{originals[0], back}, {}});
      else doubt("P4-bank-reversal", {Items{back}, {}});
    }
  }
  void window(const std::string& rule, const std::vector<KeyMember>& keys, bool takes) {
    each(keys, false, true, [&](const Run& run) {
      const auto near = [&](const SideItem& i, const Items& others) {
        Items found;
        for (const auto& o : others)
          if (std::abs(age_days(i.day, o.day)) <= limits_.days) found.push_back(o);
        return found;
      };
      const auto partner = [&](const SideItem& i, int side) {
        const Items there = near(i, run[static_cast<std::size_t>(1 - side)]);
        return there.size() == 1 && near(there[0], run[static_cast<std::size_t>(side)]).size() == 1 ? there : Items{};
      };
      if (run[0].empty() || run[1].empty()) return;
      for (const auto& b : run[0]) {
        if (near(b, run[1]).empty()) continue;
        const Items there = partner(b, 0);
        bool rival = there.empty();
        for (const int side : {0, 1})
          for (const auto& i : run[static_cast<std::size_t>(side)])
            if (!rival && takes && partner(i, side).empty())
              rival = age_days(std::min(b.day, there[0].day), i.day) >= -limits_.rivals && age_days(std::max(b.day, there[0].day), i.day) <= limits_.rivals;
        if (rival) doubt(rule, {Items{b}, {}});
        else if (!takes) suggestions_[lines_of({Items{b}, there})] = rule;
        else if (!held_.count({true, b.id}) && !held_.count({false, there[0].id}) && !b.strict && !there[0].strict && b.party == there[0].party) take(rule, {Items{b}, there});
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
  std::map<std::int64_t, SideItem> all_;  // the bank's
  std::set<std::pair<bool, std::int64_t>> held_;
  std::vector<Run> pairs_;
  std::map<bool, std::map<std::int64_t, std::string>> doubts_;
  std::map<Lines, std::string> groups_, suggestions_;
};

}  // namespace mif::treasury
