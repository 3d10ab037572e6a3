// SPDX-License-Identifier: Apache-2.0
#include "packets.h"

#include <algorithm>
#include <map>

#include "digest.h"

namespace mif::treasury {

namespace {

constexpr std::size_t kMostBody = 15000, kMostLook = 4000;  // bytes; of what is longer the first part is kept, and that it was cut

struct Tables {
  std::string rows, head;
};
Tables tables(Kept kept) { return kept == Kept::payments ? Tables{"x_treasury_packet", "x_treasury_packet_head"} : Tables{"x_treasury_look", "x_treasury_look_head"}; }

std::vector<Packet> select(Txn& txn, Kept kept, std::string_view where, const std::vector<Value>& params);

std::string chain_after(const std::string& before, const Packet& p) {
  Digest digest;
  digest.add(before).add(p.id).add(p.account).add(p.ord).add(p.adapter).add(static_cast<std::int64_t>(p.direction)).add(p.operation).add(static_cast<std::int64_t>(p.wire)).add(p.body);
  digest.add(static_cast<std::int64_t>(p.cut)).add(p.sha256).add(p.bytes).add(p.reason).add(p.told_ms);
  for (const auto& code : p.codes) digest.add(code);
  return digest.hex();
}

// Only the last so many are kept; the digest up to the last one that is gone stands in for them.
void thin_out(Txn& txn, const std::string& account, std::int64_t upto) {
  std::string chain;
  txn.query("select chain from x_treasury_look where account = ? and ord = ?", {account, upto}, [&](const Row& r) { chain = r.text(0); return false; });
  txn.execute("delete from x_treasury_look where account = ? and ord <= ?", {account, upto});
  txn.execute("update x_treasury_look_head set gone = ?, gone_chain = ? where account = ?", {upto, chain, account});
}

void store(Txn& txn, Kept kept, Packet& p) {
  const Tables t = tables(kept);
  // The head's row is the lock of the account's chain.
  txn.execute(kept == Kept::payments ? "insert into x_treasury_packet_head (account, packets, chain) values (?, 0, '') on conflict (account) do nothing"
                                     : "insert into x_treasury_look_head (account, packets, chain, gone, gone_chain) values (?, 0, '', 0, '') on conflict (account) do nothing",
              {p.account});
  txn.execute("update " + t.head + " set packets = packets + 1 where account = ?", {p.account});
  std::string before;
  txn.query("select packets, chain from " + t.head + " where account = ?", {p.account}, [&](const Row& r) {
    p.ord = r.integer(0);
    before = r.text(1);
    return false;
  });
  p.id = txn.next_id(kept == Kept::payments ? "x_treasury_packet_row" : "x_treasury_look");
  p.chain = chain_after(before, p);
  txn.execute("insert into " + t.rows + " (id, account, ord, adapter, direction, operation, wire, body, cut, sha256, bytes, reason, told_ms, chain) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              {p.id, p.account, p.ord, p.adapter, std::int64_t{p.direction}, p.operation, std::int64_t{p.wire}, p.body, std::int64_t{p.cut}, p.sha256, p.bytes, p.reason, p.told_ms, p.chain});
  if (kept == Kept::payments)
    for (const auto& code : p.codes) txn.execute("insert into x_treasury_packet_of (packet_id, code) values (?, ?)", {p.id, code});
  txn.execute("update " + t.head + " set chain = ? where account = ?", {p.chain, p.account});
  if (kept == Kept::looks && p.ord > kMostLooks) thin_out(txn, p.account, p.ord - kMostLooks);
}

std::vector<Packet> select(Txn& txn, Kept kept, std::string_view where, const std::vector<Value>& params) {
  std::vector<Packet> all;
  txn.query("select k.id, k.account, k.ord, k.adapter, k.direction, k.operation, k.wire, k.body, k.cut, k.sha256, k.bytes, k.reason, k.told_ms, k.chain from " + tables(kept).rows + " k " + std::string(where), params,
            [&](const Row& r) {
              Packet p;
              p.id = r.integer(0);
              p.account = r.text(1);
              p.ord = r.integer(2);
              p.adapter = r.text(3);
              p.direction = static_cast<int>(r.integer(4));
              p.operation = r.text(5);
              p.wire = static_cast<int>(r.integer(6));
              p.body = r.text(7);
              p.cut = r.integer(8) != 0;
              p.sha256 = r.text(9);
              p.bytes = r.integer(10);
              p.reason = r.text(11);
              p.told_ms = r.integer(12);
              p.chain = r.text(13);
              all.push_back(std::move(p));
              return true;
            });
  return all;
}

}  // namespace

std::vector<Packet> packets(Txn& txn, std::string_view where, const std::vector<Value>& params) { return select(txn, Kept::payments, where, params); }
std::vector<Packet> looks(Txn& txn, std::string_view where, const std::vector<Value>& params) { return select(txn, Kept::looks, where, params); }

std::vector<std::string> codes_of(Txn& txn, std::int64_t packet) {
  std::vector<std::string> codes;
  txn.query("select code from x_treasury_packet_of where packet_id = ? order by code", {packet}, [&](const Row& r) {
    codes.push_back(r.text(0));
    return true;
  });
  return codes;
}

std::string wire_title(const Packet& p) {
  switch (p.wire) {
    case MIF_WIRE_LEAVING: return "发出";
    case MIF_WIRE_WHOLE: return "收到";
    case MIF_WIRE_PART: return "收到不完整的应答";
    case MIF_WIRE_SILENT: return "没有收到应答";
    case MIF_WIRE_UNSENT: return "没有发出";
    default: return "传输结果 " + std::to_string(p.wire);
  }
}

std::string packets_changed(Txn& txn, const std::string& account, Kept kept) {
  constexpr std::int64_t kPage = 500;
  std::int64_t told = 0, ord = 0;
  std::string head, chain;
  txn.query(kept == Kept::payments ? "select packets, chain from x_treasury_packet_head where account = ?" : "select packets, chain, gone, gone_chain from x_treasury_look_head where account = ?", {account}, [&](const Row& r) {
    told = r.integer(0);
    head = r.text(1);
    if (kept == Kept::looks) ord = r.integer(2), chain = r.text(3);
    return false;
  });
  if (kept == Kept::looks && ord != std::max<std::int64_t>(0, told - kMostLooks)) return "应留最近 " + std::to_string(kMostLooks) + " 个报文，只从第 " + std::to_string(ord + 1) + " 个留起 (more is gone than is thinned out)";
  while (true) {
    std::vector<Packet> page = select(txn, kept, "where k.account = ? and k.ord > ? order by k.ord limit ?", {account, ord, kPage});
    if (page.empty()) break;
    std::map<std::int64_t, std::vector<std::string>> codes;
    if (kept == Kept::payments)
      txn.query("select o.packet_id, o.code from x_treasury_packet_of o join x_treasury_packet k on k.id = o.packet_id where k.account = ? and k.ord > ? and k.ord <= ? order by o.code",
                {account, ord, page.back().ord}, [&](const Row& r) {
                  codes[r.integer(0)].push_back(r.text(1));
                  return true;
                });
    for (auto& p : page) {
      p.codes = codes[p.id];
      std::sort(p.codes.begin(), p.codes.end());
      if (p.ord != ++ord) return "第 " + std::to_string(ord) + " 个报文不见了 (a packet is missing)";
      chain = chain_after(chain, p);
      if (chain != p.chain) return "第 " + std::to_string(ord) + " 个报文存下之后被改过 (a packet was changed)";
    }
  }
  return told == ord && head == chain ? std::string() : "应有 " + std::to_string(told) + " 个报文，实有 " + std::to_string(ord) + " 个 (packets are missing at the end)";
}

bool PacketKeeper::keep(const mif_packet& told) noexcept {
  try {
    store(told);
    return true;
  } catch (const std::exception& e) {
    try {
      desk_.log.warn("payment.packet-not-kept", JsonWriter().begin_object().field("account", account_.number).field("reason", e.what()).end_object().str());
    } catch (...) {
    }
    return false;
  }
}

void PacketKeeper::store(const mif_packet& told) {
  const std::size_t most = kept_ == Kept::payments ? kMostBody : kMostLook;
  Packet p;
  p.account = account_.number;
  p.adapter = account_.adapter;
  p.direction = told.direction;
  p.operation = cut(view(told.operation), 40);
  p.wire = told.end;
  p.body = cut(view(told.text), most);
  p.cut = p.body.size() < told.text.n;
  p.sha256 = cut(view(told.sha256), 64);
  p.bytes = told.bytes;
  p.reason = cut(view(told.reason), 1900);
  p.told_ms = desk_.clock.now_unix_ms();
  for (std::uint32_t i = 0; i < told.client_ref_count; ++i) p.codes.push_back(cut(view(told.client_refs[i]), 120));
  std::sort(p.codes.begin(), p.codes.end());
  p.codes.erase(std::unique(p.codes.begin(), p.codes.end()), p.codes.end());
  if (kept_ == Kept::looks) p.codes.clear();
  Txn txn = desk_.store.write(call_);
  treasury::store(txn, kept_, p);
  txn.commit();
}

PaySink::PaySink(Desk& desk, Call call, const BankAccount& account, std::function<void(const mif_pay_answer&)> each)
    : sink_(sized<mif_pay_sink>()), keeper_(desk, call, account, Kept::payments), each_(std::move(each)) {
  sink_.impl = this;
  sink_.on = [](mif_pay_sink* self, const mif_pay_answer* answer) -> std::int32_t {
    auto* me = static_cast<PaySink*>(self->impl);
    try {
      me->each_(*answer);
      return 0;
    } catch (...) {
      me->thrown_ = std::current_exception();
      return 1;
    }
  };
  // What cannot be kept does not spoil what was answered: an answer that was heard must be recorded.
  sink_.packet = [](mif_pay_sink* self, const mif_packet* packet) -> std::int32_t { return static_cast<PaySink*>(self->impl)->keeper_.keep(*packet) ? 0 : 1; };
}

}  // namespace mif::treasury
