// SPDX-License-Identifier: Apache-2.0
// From open groups to vouchers. The members are read and evaluated again: what is in a voucher follows from its documents alone.
#include <algorithm>
#include <future>
#include <map>
#include <span>
#include <tuple>

#include "evaluators.h"
#include "groups.h"
#include "mif/json.hpp"
#include "verdict.h"

namespace mif::exchange {

namespace {

constexpr std::int64_t kGroupsAPass = 20'000;  // whose sums are held in memory
constexpr std::size_t kGroupsAtOnce = 500;      // made in one transaction
constexpr std::size_t kMembersAtOnce = 2000;    // whose payloads are read beside the rest

// The feed was changed by somebody else since its members were read.
struct Changed {};

class Fold {
 public:
  Fold(const Host& host, Call call, const Settings& settings, const SourceFeed& feed) : host_(host), call_(call), settings_(settings), feed_(feed), evaluators_(settings) {}

  // The next open groups and what their members come to. False when there are none.
  bool read();
  // Makes their vouchers. Throws Changed.
  std::int64_t make_all(const std::function<void(std::int64_t)>& progress);

 private:
  using LineKey = std::tuple<std::size_t, std::string, std::string, std::string>;  // line of the rule, account, aux, summary
  struct Sum {
    VoucherDraft draft;
    std::map<LineKey, VoucherLine> lines;
    std::map<std::tuple<std::string, std::string, std::string, std::string>, Payable> payables;  // payer, payee
    std::unordered_map<const Shape*, std::pair<std::vector<Fen*>, Fen*>> of_shape;
    std::vector<std::pair<std::int64_t, std::string>> misfits;  // members that are no longer what the group gathers, and why
    std::int64_t documents = 0;
    Fen amount;
    // Throws MIF_E_INVALID for a document of another key.
    void add(const Evaluated& e, const std::string& key);
  };
  struct Gathering {
    const Group* group = nullptr;
    const BookInfo* book = nullptr;
    Sum* sum = nullptr;
  };
  struct Page {
    std::vector<Document> documents;
    std::vector<std::int64_t> ids, groups;
    std::size_t n = 0;
    std::future<void> prepared;
    void take(const Member& member);
  };

  void add(const Gathering& gathering, std::int64_t id, const Document& document);

  // In the transaction from here on nobody else changes the feed; nobody has since it was read.
  void hold_feed(Txn& txn);
  void make(std::span<const Group> groups);
  void make(Txn& txn, const Books& books, const Group& group, std::optional<Verdict>& refused);
  void dissolve(const Group& group, const Verdict& verdict);
  // A member leaves with an answer of its own.
  void release(Txn& txn, const Stored& member, const Verdict& verdict);
  void record(Txn& txn, const Group& group, const char* action, const std::string& reason);

  const Host& host_;
  Call call_;
  const Settings& settings_;
  const SourceFeed& feed_;
  Evaluators evaluators_;
  std::vector<Group> groups_;
  std::unordered_map<std::int64_t, Sum> sums_;
  std::int64_t changes_ = 0;
};

bool Fold::read() {
  sums_.clear();
  evaluators_.forget();
  Txn txn = host_.store.read(call_);
  changes_ = read_changes(txn, feed_.source, feed_.feed);
  groups_ = select_groups(txn, "where group_state = 'drafted' and group_voucher = 0 and group_source = ? and group_feed = ? order by group_id limit ?", {feed_.source, feed_.feed, kGroupsAPass});
  if (groups_.empty()) return false;
  const Books books(host_.read.books(call_, &txn));
  std::unordered_map<std::int64_t, Gathering> all;
  for (const auto& g : groups_) all[g.id] = {&g, books.find(g.book), &sums_[g.id]};
  // Payloads are read some thousands at a time beside the rows that come after them.
  Page pages[2];
  Page *now = &pages[0], *next = &pages[1];
  const auto add_all = [&](Page& page) {
    if (page.n == 0) return;
    page.prepared.get();
    for (std::size_t i = 0; i < page.n; ++i) add(all.at(page.groups[i]), page.ids[i], page.documents[i]);
    page.n = 0;
  };
  const auto hand_over = [&] {
    next->prepared = std::async(std::launch::async, [page = next] {
      for (std::size_t i = 0; i < page->n; ++i) read_payload(page->documents[i]);
    });
    std::swap(now, next);
    add_all(*next);  // what was handed over before
  };
  each_member(txn, groups_, true, [&](const Member& m) {
    next->take(m);
    if (next->n == kMembersAtOnce) hand_over();
  });
  if (next->n) hand_over();
  add_all(*now);
  return true;
}

void Fold::Page::take(const Member& m) {
  if (n == documents.size()) {
    documents.emplace_back();
    ids.push_back(0);
    groups.push_back(0);
  }
  Document& d = documents[n];
  d.key = m.key;
  d.type = m.type;
  d.day = m.day;
  d.payload = m.payload;
  ids[n] = m.id;
  groups[n++] = m.group;
}

void Fold::add(const Gathering& g, std::int64_t id, const Document& document) {
  try {
    Evaluator* evaluator = g.book ? evaluators_.of(*g.book, document.day) : nullptr;
    if (!evaluator) throw Error(MIF_E_INVALID, "document.no-rules", "账套 " + g.group->book + " 没有规则 (no rules for the book)");
    g.sum->add(evaluator->evaluate(document), g.group->key);
  } catch (const Error& e) {
    if (e.code() != MIF_E_INVALID) throw;
    g.sum->misfits.emplace_back(id, e.what());
  }
}

std::int64_t Fold::make_all(const std::function<void(std::int64_t)>& progress) {
  std::int64_t done = 0;
  for (std::size_t at = 0; at < groups_.size() && !call_.cancelled(); at += kGroupsAtOnce) {
    const auto some = std::span<const Group>(groups_).subspan(at, std::min(kGroupsAtOnce, groups_.size() - at));
    make(some);
    done += static_cast<std::int64_t>(some.size());
    progress(done);
  }
  return done;
}

void Fold::hold_feed(Txn& txn) {
  if (txn.execute("update x_exchange_cursor set changes = changes + 1 where source = ? and feed = ? and changes = ?", {feed_.source, feed_.feed, changes_}) != 1) throw Changed();
}

void Fold::make(std::span<const Group> groups) {
  std::optional<Verdict> refused;
  try {
    Txn txn = host_.store.write(call_);
    hold_feed(txn);
    const Books books(host_.read.books(call_, &txn));
    for (const auto& g : groups) make(txn, books, g, refused);
    settings_.require_current(txn);
    txn.commit();
    ++changes_;
    return;
  } catch (const Error& e) {
    if (!refused || e.code() == MIF_E_UNKNOWN_OUTCOME || e.code() == MIF_E_UNAVAILABLE) throw;
  }
  // Halves, until the refused one is alone.
  if (groups.size() > 1) {
    make(groups.first(groups.size() / 2));
    make(groups.subspan(groups.size() / 2));
  } else {
    dissolve(groups.front(), *refused);
  }
}

void Fold::Sum::add(const Evaluated& e, const std::string& key) {
  auto found = of_shape.find(e.shape);
  if (found == of_shape.end()) {
    if (e.shape->gather_key != key) throw Error(MIF_E_INVALID, "document.rules-changed", "收到之后规则变了，请 exchange retry (the rules changed since it came)");
    found = of_shape.try_emplace(e.shape).first;
  }
  auto& [places, payable] = found->second;
  if (places.empty()) {
    if (documents == 0) draft = e.shape->head;
    for (std::size_t i = 0; i < e.shape->lines.size(); ++i) {
      const auto& l = e.shape->lines[i];
      places.push_back(&lines.try_emplace(LineKey(i, l.account, l.aux, l.summary), VoucherLine{l.side, {}, l.account, l.aux, l.summary}).first->second.fen);
    }
    if (const auto& p = e.shape->payable)
      payable = &payables.try_emplace(std::make_tuple(p->payer_account, p->payee_account, p->payee_name, p->payee_bank_no), *p).first->second.fen;
  }
  for (std::size_t i = 0; i < places.size(); ++i) *places[i] += e.of(e.shape->lines[i]);
  if (payable) *payable += e.money[e.shape->payable_money];
  draft.day = std::max(draft.day, e.shape->head.day);  // a batch's voucher bears the day of its last document
  amount += e.amount();
  ++documents;
}

void Fold::make(Txn& txn, const Books& books, const Group& g, std::optional<Verdict>& refused) {
  Sum& sum = sums_[g.id];
  const BookInfo* book = books.find(g.book);
  for (const auto& [id, why] : sum.misfits)
    for (const auto& m : select_documents(txn, "where id = ?", {id})) release(txn, m, held(why));
  const std::int64_t now = host_.clock.now_unix_ms();
  if (sum.documents == 0) {
    txn.execute("update x_exchange_group set group_state = 'cancelled', group_reason = ?, moved_ms = ? where group_id = ?", {"没有单据了 (no documents left)", now, g.id});
    return record(txn, g, "cancelled", "没有单据了");
  }
  sum.draft.source_key = g.source_key();
  sum.draft.maker = settings_.maker;
  sum.draft.attachments = static_cast<std::uint32_t>(sum.documents);
  sum.draft.lines.clear();  // of an attempt before
  for (const auto& [key, line] : sum.lines)
    if (line.fen != Fen()) sum.draft.lines.push_back(line);
  std::int64_t voucher = 0;
  try {
    const Period period = Period::of(sum.draft.day);
    if (book->open.year == 0 || period < book->open) throw HostRefused(MIF_E_CONFLICT, "期间 " + period.iso() + " 已结账 (the period is closed)");
    voucher = host_.ledger.propose(txn, sum.draft);
  } catch (const HostRefused& e) {
    if (says_no(e.code())) refused = verdict_of(e);
    throw;
  }
  std::int64_t n = 0;
  for (const auto& [payee, p] : sum.payables)
    if (p.fen != Fen()) insert_payable(txn, 0, voucher, g.book, sum.draft.source_key + (n++ ? "/" + std::to_string(n) : std::string()), sum.draft.day, p);
  if (txn.execute("update x_exchange_group set group_voucher = ?, group_documents = ?, group_fen = ?, moved_ms = ?, last_delivery = (select last_id from x_exchange_counter where name = 'delivery')"
                  " where group_id = ? and group_state = 'drafted' and group_voucher = 0",
                  {voucher, sum.documents, sum.amount, now, g.id}) != 1)
    throw Error(MIF_E_CONFLICT, "document.group-changed", "汇总 " + g.key + " 刚刚被另一个过程改变，请重试 (changed meanwhile)");
  Group made = g;
  made.voucher = voucher;
  made.documents = sum.documents;
  made.fen = sum.amount;
  enqueue_group(txn, g.source, g.feed, g.key, g.id, state::kDrafted, "", "");
  record(txn, made, "drafted", "");
}

void Fold::release(Txn& txn, const Stored& m, const Verdict& v) {
  update_document(txn, m.id, v, "", host_.clock.now_unix_ms());
  enqueue(txn, m.source, m.feed, m.cursor, m.key, m.version, v.state, v.reason, "");
  JsonWriter json;
  json.begin_object().field("source", m.source).field("key", m.key).field("version", m.version).field("digest", m.digest).field("state", v.state).field("reason", v.reason).end_object();
  host_.audit.append(txn, m.unit, "exchange.document." + v.state, m.source_key(), json.str());
}

void Fold::dissolve(const Group& g, const Verdict& v) {
  Txn txn = host_.store.write(call_);
  hold_feed(txn);
  for (const auto& m : members_of(txn, g, " and state = 'gathered' order by id")) {
    Verdict each = v;
    each.rule = m.rule;
    release(txn, m, each);
  }
  txn.execute("update x_exchange_group set group_state = 'cancelled', group_reason = ?, moved_ms = ? where group_id = ?", {v.reason, host_.clock.now_unix_ms(), g.id});
  record(txn, g, v.state.c_str(), v.reason);
  txn.commit();
  ++changes_;
}

void Fold::record(Txn& txn, const Group& g, const char* action, const std::string& reason) {
  JsonWriter json;
  json.begin_object().field("source", g.source).field("feed", g.feed).field("key", g.source_key()).field("rule", g.rule).field("documents", g.documents).field("amount", g.fen);
  json.field("voucher", g.voucher).field("reason", reason).end_object();
  host_.audit.append(txn, g.unit, std::string("exchange.group.") + action, g.source_key(), json.str());
}

}  // namespace

std::int64_t fold(const Host& host, Call call, const Settings& settings, const SourceFeed& feed, const std::function<void(std::int64_t)>& progress) {
  Fold work(host, call, settings, feed);
  std::int64_t done = 0;
  for (int attempts = 0; !call.cancelled() && work.read();) {
    try {
      done += work.make_all([&](std::int64_t n) { progress(done + n); });
    } catch (const Changed&) {
      if (++attempts == 10) throw Error(MIF_E_CONFLICT, "source.pull-running", "来源 " + feed.feed + " 正被另一个取数过程读取 (another pull is changing the feed), 请稍后重试");
    }
  }
  return done;
}

}  // namespace mif::exchange
