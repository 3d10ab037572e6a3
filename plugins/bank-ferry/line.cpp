// SPDX-License-Identifier: Apache-2.0
#include "line.h"

#include <algorithm>
#include <set>
#include <sstream>

namespace mif::bank_ferry {

namespace {

constexpr const char *kPapers = "papers", *kFeed = "orders";
constexpr std::int64_t kPerBundle = 500, kMostRepeated = 50;
constexpr std::size_t kBundleMargin = 300000;  // for all that is not a paper

std::vector<std::int64_t> numbers_of(const std::string& text) {
  std::vector<std::int64_t> all;
  std::istringstream in(text);
  for (std::int64_t n = 0; in >> n;) all.push_back(n);
  return all;
}

}  // namespace

std::int64_t Line::position(const ferry::Sent& sent) {
  const auto found = sent.manifest.position.find(kPapers);
  return found == sent.manifest.position.end() ? 0 : found->second;
}

void Line::hold(Txn& txn) const {
  txn.execute("insert into x_bankferry_line (line, papers, arrival, real_arrival, told_arrival, peer_head, peer_accepted, peer_missing, journal, doubt_upto)"
              " values (?, 0, 0, 0, 0, 0, 0, '', 0, 0) on conflict (line) do nothing",
              {settings.name});
  // The row is the lock: numbers are given in the order of the commits, so that no paper is passed over.
  txn.execute("update x_bankferry_line set papers = papers where line = ?", {settings.name});
}

LineState Line::state(Txn& txn) const {
  LineState s;
  txn.query("select papers, arrival, real_arrival, told_arrival, peer_head, peer_accepted, journal, doubt_upto, peer_missing from x_bankferry_line where line = ?", {settings.name}, [&](const Row& r) {
    s = {r.integer(0), r.integer(1), r.integer(2), r.integer(3), r.integer(4), r.integer(5), r.integer(6), r.integer(7), r.text(8)};
    return false;
  });
  return s;
}

void Line::add(Txn& txn, const char* kind, const std::string& code, const std::string& body) const {
  if (body.size() > kLongestPaper) throw Error(MIF_E_INVALID, "bank-ferry.too-long", "一项内容 " + std::to_string(body.size()) + " 字节，超过 " + std::to_string(kLongestPaper) + "，不能摆渡 (too long for the ferry): " + cut(code, 60));
  txn.execute("update x_bankferry_line set papers = papers + 1 where line = ?", {settings.name});
  txn.execute("insert into x_bankferry_paper (line, seq, kind, code, body) values (?, ?, ?, ?, ?)", {settings.name, state(txn).papers, kind, code, body});
}

void Line::refuse_older_database(Txn& txn) {
  const std::int64_t packed = this->packed(), known = state(txn).papers;
  if (packed > known)
    throw Error(MIF_E_CONFLICT, "bank-ferry.sent-newer", "摆渡线 " + settings.name + " 的已发文件夹记到第 " + std::to_string(packed) + " 项而数据库只到第 " + std::to_string(known) +
                                                             " 项，数据库是旧备份，请恢复同一时刻的备份后再用 (the database is older than the folder of sent bundles)");
}

std::int64_t Line::highest_arrival() {
  const auto all = incoming_.accepted_after(0);
  return all.empty() ? 0 : all.back().arrival;
}

Seen Line::take(const Store& store, Call call, std::int64_t now_ms, const Apply& apply) {
  Seen seen;
  const ferry::Scan scan = incoming_.scan(now_ms);
  seen.quarantined = scan.quarantined;
  std::int64_t arrival = 0;
  {
    Txn txn = store.read(call);
    arrival = state(txn).arrival;
  }
  if (arrival > highest_arrival())
    throw Error(MIF_E_CONFLICT, "ferry.kept-lost", "数据库已读到第 " + std::to_string(arrival) + " 个包，但 accepted 文件夹里没有 (the folder of accepted bundles is older than the database)，请从备份恢复");
  for (const auto& bundle : incoming_.accepted_after(arrival)) {
    if (bundle.arrival != arrival + 1) throw Error(MIF_E_CONFLICT, "ferry.kept-lost", "已收的第 " + std::to_string(arrival + 1) + " 个包不在 accepted 文件夹里 (an accepted bundle is gone)，请从备份恢复");
    const auto entries = ferry::read_entries(incoming_.content(bundle));
    const bool real = std::any_of(entries.begin(), entries.end(), [](const auto& e) { return e.doc_type != kHead; });
    Txn txn = store.write(call);
    hold(txn);
    const LineState now = state(txn);
    if (now.arrival != arrival) return seen;  // somebody else is at it
    for (const auto& e : entries) {
      try {
        if (e.doc_type == kHead) {
          const PeerHead head = read_head(e);
          std::string missing;
          for (const auto n : head.missing)
            if (missing.size() < 11900) missing += (missing.empty() ? "" : " ") + std::to_string(n);
          // an older head that comes late says nothing new
          txn.execute("update x_bankferry_line set peer_head = ?, peer_accepted = ?, peer_missing = ? where line = ? and peer_head < ?", {bundle.seq, head.accepted, missing, settings.name, bundle.seq});
        } else {
          apply(txn, e, bundle.arrival);
          ++seen.papers;
        }
      } catch (const HostRefused&) {
        throw;
      } catch (const Error& e2) {
        if (e2.code() != MIF_E_INVALID) throw;
        seen.troubles.push_back(e2.what());
      }
    }
    txn.execute("update x_bankferry_line set arrival = ?, real_arrival = ? where line = ?", {bundle.arrival, real ? bundle.arrival : now.real_arrival, settings.name});
    txn.commit();
    arrival = bundle.arrival;
    ++seen.bundles;
  }
  return seen;
}

std::int64_t Line::pack(const Store& store, Call call, std::int64_t now_ms) {
  outgoing_.publish();  // what a crash kept from the outbox goes first
  std::int64_t bundles = 0;
  while (true) {
    ferry::Sent last = outgoing_.last();
    std::vector<ferry::Entry> entries(1);
    LineState now;
    {
      Txn txn = store.read(call);
      now = state(txn);
      std::size_t bytes = 0;
      txn.query("select seq, kind, code, body from x_bankferry_paper where line = ? and seq > ? order by seq limit ?", {settings.name, position(last), kPerBundle}, [&](const Row& r) {
        ferry::Entry e;
        e.feed = kFeed;
        e.seq = r.integer(0);
        e.doc_type = r.text(1);
        e.doc_no = r.text(2);
        e.payload = r.text(3);
        bytes += e.payload.size() * 2 + 400;
        if (entries.size() > 1 && bytes + kBundleMargin > settings.out.limits.bundle_bytes) return false;
        entries.push_back(std::move(e));
        return true;
      });
    }
    const ferry::FlowState here = incoming_.state();
    if (entries.size() == 1 && (bundles > 0 || (now.real_arrival <= now.told_arrival && here.missing.empty()))) return bundles;
    ferry::Entry& head = entries.front();
    head.feed = kHead;
    head.seq = last.seq + 1;
    head.doc_no = head.doc_type = kHead;
    head.payload = write(PeerHead{here.last, here.missing});
    std::string lines;
    Fen amount;
    for (const auto& e : entries) {
      const std::string line = ferry::write_entry(e);
      amount += ferry::control_amount(ferry::read_entry(line, 1));  // of what the receiver will read
      lines += line + "\n";
    }
    const std::int64_t upto = entries.size() == 1 ? position(last) : entries.back().seq;
    outgoing_.send(last, {{ferry::kDocuments, lines}}, static_cast<std::int64_t>(entries.size()), amount, {{kPapers, upto}}, now_ms);
    ++bundles;
    Txn txn = store.write(call);
    txn.execute("update x_bankferry_line set told_arrival = ? where line = ? and told_arrival < ?", {now.arrival, settings.name, now.arrival});
    txn.commit();
  }
}

std::int64_t Line::repeat(const Store& store, Call call) {
  LineState now;
  {
    Txn txn = store.read(call);
    now = state(txn);
  }
  const ferry::Sent last = outgoing_.last();
  std::set<std::int64_t> wanted;
  for (const auto n : numbers_of(now.peer_missing)) wanted.insert(n);
  // a head alone at the end needs no acknowledgement of its own
  const std::int64_t upto = last.manifest.count == 1 ? last.seq - 1 : last.seq;
  for (std::int64_t n = now.peer_accepted + 1; n <= upto; ++n) wanted.insert(n);
  std::vector<std::int64_t> numbers(wanted.begin(), wanted.end());
  if (static_cast<std::int64_t>(numbers.size()) > kMostRepeated) numbers.resize(kMostRepeated);
  return outgoing_.repeat(numbers);
}

}  // namespace mif::bank_ferry
