// SPDX-License-Identifier: Apache-2.0
// Packets as the adapters tell them, masked: stored one by one, each durable before the next step, never changed afterwards.
// What leaves is committed before its first byte; when that fails the adapter does not send.
#pragma once

#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "desk.h"

namespace mif::treasury {

struct Packet {
  std::int64_t id = 0, ord = 0, bytes = 0, told_ms = 0;
  int direction = MIF_PACKET_OUT, wire = MIF_WIRE_LEAVING;
  bool cut = false;
  std::string account, adapter, operation, body, sha256, reason, chain;
  std::vector<std::string> codes;
};

// `where` is appended to "select ... from x_treasury_packet k ". Without their codes.
std::vector<Packet> packets(Txn& txn, std::string_view where, const std::vector<Value>& params);
std::vector<std::string> codes_of(Txn& txn, std::int64_t packet);
std::string wire_title(const Packet& packet);  // for people
// Packets of payments are kept for good; of looks at an account, which move nothing, the last kMostLooks.
enum class Kept { payments, looks };
inline constexpr std::int64_t kMostLooks = 500;
std::vector<Packet> looks(Txn& txn, std::string_view where, const std::vector<Value>& params);
// What is wrong with an account's packets, empty when they are as they were told.
std::string packets_changed(Txn& txn, const std::string& account, Kept kept);

// Keeps one packet, committed. False when it could not be kept, which is logged: what is leaving must stay.
class PacketKeeper {
 public:
  PacketKeeper(Desk& desk, Call call, const BankAccount& account, Kept kept) : desk_(desk), call_(call), account_(account), kept_(kept) {}
  bool keep(const mif_packet& told) noexcept;

 private:
  void store(const mif_packet& told);
  Desk& desk_;
  Call call_;
  const BankAccount& account_;
  Kept kept_;
};
// The `packet` of a sink whose impl is, or begins with, what `keeper` finds in it.
template <class Sink, class Impl>
std::int32_t keep_look(Sink* self, const mif_packet* packet) {
  return static_cast<Impl*>(self->impl)->keeper.keep(*packet) ? 0 : 1;
}

// What an adapter answers and tells, for submit and query.
class PaySink {
 public:
  PaySink(Desk& desk, Call call, const BankAccount& account, std::function<void(const mif_pay_answer&)> each);
  PaySink(const PaySink&) = delete;
  PaySink& operator=(const PaySink&) = delete;
  mif_pay_sink* get() { return &sink_; }
  void done() {
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  mif_pay_sink sink_;
  PacketKeeper keeper_;
  std::function<void(const mif_pay_answer&)> each_;
  std::exception_ptr thrown_;
};

}  // namespace mif::treasury
