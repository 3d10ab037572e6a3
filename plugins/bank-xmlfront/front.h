// SPDX-License-Identifier: Apache-2.0
// One link to one front-end machine: turns payments into packets and replies into outcomes.
//
// Invariant: REFUSED, DONE and the like come only from a reply that named the payment; every doubt is UNKNOWN; UNSENT only
// from our own checks or a connection that was never made.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "codec.h"
#include "crypto/vault.h"
#include "mif/extensions.hpp"
#include "packet.h"
#include "profile.h"
#include "wire.h"

namespace mif::bank_xmlfront {

using bank_wire::Exchange;

struct Payment {
  Day day;
  Fen fen;
  std::string client_ref, payer_account, payee_account, payee_name, payee_bank_no, purpose;
};
struct Answer {
  int outcome = MIF_PAY_UNKNOWN;
  std::string client_ref, bank_ref, code, text;
  Fen fen;
};
struct Line {
  Day day;
  Fen fen, balance;
  std::string bank_ref, client_ref, counter_account, counter_name, text;
};
struct Statement {
  Fen opening, closing;
  std::vector<Line> lines;
};

struct Receipt {
  Day day;
  Fen fen;
  std::string number, bank_ref, client_ref, media_type, file_name, bytes;
};

struct Link {
  std::string name, host, login;
  std::uint16_t port = 0;
  std::int64_t timeout_ms = 30000;
  std::shared_ptr<const Profile> profile;
  std::string pin;                            // TLS with the peer of this public key; empty = a plain line
  std::map<std::string, std::string> params;  // what the bank gave this customer: numbers, operator names
  std::map<std::string, std::shared_ptr<const crypto::Vault>> secrets;  // its passwords, filled in like params
};

// A number no request of this installation had before: from a sequence of the database.
using NextSerial = std::function<std::int64_t()>;
// Every packet, masked. False for one that is leaving: it was not kept and must stay.
using TellPacket = std::function<bool(const PacketNote&)>;

// [any-thread] one request at a time per link
class Front {
 public:
  Front(Link link, std::function<std::int64_t()> now_ms, std::unique_ptr<Codec> codec = {});  // XML unless said otherwise
  const Link& link() const { return link_; }

  // One answer per payment, in order. `deadline_ms` 0 = the link's timeout per packet.
  std::vector<Answer> submit(const std::vector<Payment>& payments, std::int64_t deadline_ms, const NextSerial& serial = {}, const TellPacket& tell = {});
  // The rest: MIF_E_UNAVAILABLE whenever the bank gave no usable answer.
  std::vector<Answer> query(const std::string& account, const std::vector<std::string>& refs, std::int64_t deadline_ms, const NextSerial& serial = {},
                            const TellPacket& tell = {});
  Statement statement(const std::string& account, Day from, Day to, std::int64_t deadline_ms, const NextSerial& serial = {}, const TellPacket& tell = {});
  Fen balance(const std::string& account, std::int64_t deadline_ms, const NextSerial& serial = {}, const TellPacket& tell = {});
  // Electronic receipts, one by one; `each` answers whether it wants more. MIF_E_UNSUPPORTED where the profile has none.
  void receipts(const std::string& account, Day from, Day to, std::int64_t deadline_ms, const NextSerial& serial, const std::function<bool(Receipt&&)>& each,
                const TellPacket& tell = {});

 private:
  using Values = std::map<From, std::string>;
  struct Reply {                // read to its end
    bool ok = false, more = false, not_found = false;
    std::string code, text;
    std::vector<Block> blocks;  // those that answer
  };
  void hide_secrets(std::string& text) const;
  std::vector<Block> without_secrets(const std::vector<Block>& blocks) const;  // what is kept of a request never held them
  Tags fill(const std::vector<Field>& fields, const Values& values) const;
  Block block(const BlockPlan& plan, const Values& values) const { return {plan.block, fill(plan.fields, values)}; }
  std::string serial_for(const Operation& operation, const std::string& ref, const NextSerial& serial) const;
  struct Told {  // what is said of a packet, and to whom
    const TellPacket& tell;
    std::string operation;
    std::vector<std::string> refs;
    bank_wire::Mask mask;
  };
  bank_wire::Mask usual_mask() const;
  Told look(const char* operation, const std::string& account, const TellPacket& tell) const;  // at an account: of what others are called little is shown
  bool tell_leaving(const Told& told, const std::vector<Block>& blocks, const std::string& bytes) const;
  void tell_reply(const Told& told, const Exchange& exchange) const;
  Exchange send(const Operation& operation, const std::string& serial, std::vector<Block> blocks, std::int64_t deadline_ms, const Told* told = nullptr);
  Reply read(const Operation& operation, const std::string& serial, const Exchange& exchange) const;
  Reply ask(const Operation& operation, std::vector<Block> blocks, std::int64_t deadline_ms, const NextSerial& serial, const std::string& ref = {}, const Told* told = nullptr);
  std::vector<Answer> submit_packet(const std::vector<Payment>& payments, std::int64_t deadline_ms, const NextSerial& serial, const TellPacket& tell);
  void read_line(const Tags& tags, std::vector<Line>& lines) const;
  void fetch(const std::string& account, Day from, Day to, std::int64_t deadline_ms, const NextSerial& serial, const Told& told, Statement& result);

  Link link_;
  std::function<std::int64_t()> now_ms_;
  std::unique_ptr<Codec> codec_;
  std::mutex mutex_;
  std::map<std::string, std::int64_t> last_call_ms_;  // by function, for the bank's minimal interval
};

}  // namespace mif::bank_xmlfront
