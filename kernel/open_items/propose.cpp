// SPDX-License-Identifier: Apache-2.0
// The automatic rules. Each looks at what the ones before it left open.
#include <algorithm>
#include <array>
#include <set>

#include "kernel/open_items/internal.h"

namespace mif::open_items {
namespace {

constexpr Rule kRules[] = {
    {"correction", "更正凭证冲销被更正凭证的同一分录", 1, false},
    {"document", "同一来源单据的分录, 借贷正好相等", 1, false},
    {"amount", "同一科目、同一辅助项目, 金额正好相等, 先发生的先核销", 1, false},
    {"oldest", "同一科目、同一往来单位, 先发生的先核销, 可部分核销", 1, true},
};

class Proposals {
 public:
  Proposals(std::string book, std::vector<Item> items) : book_(std::move(book)), items_(std::move(items)) {}
  std::vector<Item>& items() { return items_; }
  void take(const Rule& rule, const std::vector<std::pair<Item*, Fen>>& parts) {
    Match m;
    m.book = book_;
    m.account = parts.front().first->account;
    m.party = parts.front().first->party;
    m.method = "auto";
    m.rule = rule.name;
    m.rule_version = rule.version;
    for (const auto& [item, fen] : parts) {
      m.parts.push_back({item->id(), fen});
      item->open -= fen;
      if (m.day < item->day) m.day = item->day;
    }
    made_.push_back(std::move(m));
  }
  std::vector<Match> made() { return std::move(made_); }

 private:
  std::string book_;
  std::vector<Item> items_;  // by account, party, day
  std::vector<Match> made_;
};

struct Head {
  std::int64_t reverses = 0;
  std::string document;  // source and key up to "#": one document may make several vouchers
};

void by_correction(Proposals& p, const Rule& rule, const std::map<std::int64_t, Head>& heads) {
  for (auto& red : p.items()) {
    const auto head = heads.find(red.voucher);
    if (red.open == Fen() || head == heads.end() || head->second.reverses == 0) continue;
    for (auto& wrong : p.items())
      if (wrong.voucher == head->second.reverses && wrong.account == red.account && wrong.aux == red.aux && wrong.open == -red.open && wrong.open != Fen()) {
        p.take(rule, {{&wrong, wrong.open}, {&red, red.open}});
        break;
      }
  }
}

void by_document(Proposals& p, const Rule& rule, const std::map<std::int64_t, Head>& heads) {
  std::map<std::array<std::string, 3>, std::vector<std::pair<Item*, Fen>>> groups;
  for (auto& item : p.items()) {
    const auto head = heads.find(item.voucher);
    if (item.open != Fen() && head != heads.end() && !head->second.document.empty()) groups[{item.account, item.party, head->second.document}].emplace_back(&item, item.open);
  }
  for (const auto& [key, parts] : groups) {
    Fen sum;
    for (const auto& part : parts) sum += part.second;
    if (parts.size() > 1 && sum == Fen()) p.take(rule, parts);
  }
}

void by_amount(Proposals& p, const Rule& rule) {
  std::map<std::array<std::string, 2>, std::map<std::int64_t, std::vector<Item*>>> waiting;  // account and aux; by open amount, oldest first
  for (auto& item : p.items()) {
    if (item.open == Fen()) continue;
    auto& of_key = waiting[{item.account, item.aux}];
    auto& opposite = of_key[(-item.open).value()];
    if (opposite.empty()) {
      of_key[item.open.value()].push_back(&item);
      continue;
    }
    Item* other = opposite.front();
    opposite.erase(opposite.begin());
    p.take(rule, {{other, other->open}, {&item, item.open}});
  }
}

void by_age(Proposals& p, const Rule& rule) {
  const Fen none;
  std::map<std::array<std::string, 2>, std::vector<Item*>> waiting;  // of one sign at a time
  for (auto& item : p.items()) {
    auto& queue = waiting[{item.account, item.party}];
    while (item.open != none && !queue.empty() && (queue.front()->open > none) != (item.open > none)) {
      Item* other = queue.front();
      const Fen mine = item.open > none ? item.open : -item.open, theirs = other->open > none ? other->open : -other->open, least = std::min(mine, theirs);
      p.take(rule, {{other, other->open > none ? least : -least}, {&item, item.open > none ? least : -least}});
      if (other->open == none) queue.erase(queue.begin());
    }
    if (item.open != none) queue.push_back(&item);
  }
}

}  // namespace

std::span<const Rule> rules() { return kRules; }

std::vector<Match> OpenItems::propose(store::Txn& txn, const Query& asked, const std::vector<std::string>& wanted) const {
  for (const auto& name : wanted)
    if (std::none_of(std::begin(kRules), std::end(kRules), [&](const Rule& rule) { return rule.name == name; }))
      throw Error(MIF_E_NOT_FOUND, "item.rule-unknown", "没有自动核销规则 (no such rule; correction, document, amount, oldest): \"" + name + "\"");
  Query query = asked;
  query.settled = false;
  query.as_of = {};  // an item matched later may not be matched again
  const ledger::Book book = ledger_.book(txn, query.book);
  auto open = items(txn, query);
  if (asked.as_of != Day()) std::erase_if(open, [&](const Item& item) { return asked.as_of < item.day; });
  std::map<std::int64_t, Head> heads;
  std::set<std::int64_t> vouchers;
  for (const auto& item : open)
    if (item.voucher != 0) vouchers.insert(item.voucher);
  for (const std::int64_t id : vouchers)
    txn.query("select reverses, source_plugin, source_key from ledger_voucher where id = ?", {id}, [&](const store::Row& row) {
      const std::string_view key = row.text(2);
      heads[id] = {row.integer(0), key.empty() ? std::string() : std::string(row.text(1)) + '/' + std::string(key.substr(0, key.find('#')))};
    });
  Proposals proposals(book.code, std::move(open));
  for (const auto& rule : kRules) {
    if (wanted.empty() ? rule.unless_asked : std::find(wanted.begin(), wanted.end(), rule.name) == wanted.end()) continue;
    if (rule.name == "correction") by_correction(proposals, rule, heads);
    else if (rule.name == "document") by_document(proposals, rule, heads);
    else if (rule.name == "amount") by_amount(proposals, rule);
    else by_age(proposals, rule);
  }
  return proposals.made();
}

}  // namespace mif::open_items
