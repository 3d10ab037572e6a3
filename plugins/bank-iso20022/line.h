// SPDX-License-Identifier: Apache-2.0
// One bank, whatever carries the messages.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "letters.h"
#include "mif/extensions.hpp"
#include "report.h"

namespace mif::bank_iso20022 {

using NowMs = std::function<std::int64_t()>;

// Every message that leaves or comes, masked. False for an order: it was not kept and must stay; for an answer in a file: it is taken in later.
using TellPacket = std::function<bool(const PacketNote&)>;
PacketNote order_packet(const Outgoing& out, const std::vector<Order>& orders);
PacketNote question_packet(std::string text, std::vector<std::string> refs);
// `end`: MIF_WIRE_*; `reason`: what is wrong with it.
PacketNote answer_packet(const char* operation, std::vector<std::string> refs, const std::string& bytes, int end, std::string reason);

// A question about an account, and the report that answers it. Throws MIF_E_UNAVAILABLE when the question could not be kept: it must stay.
void tell_question(const TellPacket& tell, const Wanted& wanted, const std::string& xml);
void tell_report(const TellPacket& tell, const Wanted& wanted, const std::string& bytes, int end, std::string reason);

// [any-thread] one at a time. `deadline_ms` 0 = none.
class BankLine {
 public:
  virtual ~BankLine() = default;
  virtual const char* transport() const = 0;
  virtual bool resends() const { return false; }  // the bank refuses what it knows, so the same code may be offered again
  virtual std::vector<Answer> submit(const std::vector<Order>& orders, std::int64_t deadline_ms, const TellPacket& tell) = 0;
  virtual std::vector<Answer> query(const std::vector<std::string>& refs, std::int64_t deadline_ms, const TellPacket& tell) = 0;  // MIF_E_UNAVAILABLE
  // The bank's camt message for a camt.060. MIF_E_UNAVAILABLE when it has not come.
  virtual std::string report(const Wanted& wanted, std::int64_t deadline_ms, const TellPacket& tell) = 0;
};

}  // namespace mif::bank_iso20022
