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
#include <string>
#include <vector>

#include "codec.h"
#include "crypto/vault.h"
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

// [any-thread] one request at a time per link
class Front {
 public:
  Front(Link link, std::function<std::int64_t()> now_ms, std::unique_ptr<Codec> codec = {});  // XML unless said otherwise
  const Link& link() const { return link_; }

  // One answer per payment, in order. `deadline_ms` 0 = the link's timeout per packet.
  std::vector<Answer> submit(const std::vector<Payment>& payments, std::int64_t deadline_ms, const NextSerial& serial = {});
  // The rest: MIF_E_UNAVAILABLE whenever the bank gave no usable answer.
  std::vector<Answer> query(const std::string& account, const std::vector<std::string>& refs, std::int64_t deadline_ms, const NextSerial& serial = {});
  Statement statement(const std::string& account, Day from, Day to, std::int64_t deadline_ms, const NextSerial& serial = {});
  Fen balance(const std::string& account, std::int64_t deadline_ms, const NextSerial& serial = {});

 private:
  using Values = std::map<From, std::string>;
  struct Reply {                // read to its end
    bool ok = false, more = false, not_found = false;
    std::string code, text;
    std::vector<Block> blocks;  // those that answer
  };
  void hide_secrets(std::string& text) const;
  Tags fill(const std::vector<Field>& fields, const Values& values) const;
  Block block(const BlockPlan& plan, const Values& values) const { return {plan.block, fill(plan.fields, values)}; }
  std::string serial_for(const Operation& operation, const std::string& ref, const NextSerial& serial) const;
  Exchange send(const Operation& operation, const std::string& serial, std::vector<Block> blocks, std::int64_t deadline_ms);
  Reply read(const Operation& operation, const std::string& serial, const Exchange& exchange) const;
  Reply ask(const Operation& operation, std::vector<Block> blocks, std::int64_t deadline_ms, const NextSerial& serial, const std::string& ref = {});
  std::vector<Answer> submit_packet(const std::vector<Payment>& payments, std::int64_t deadline_ms, const NextSerial& serial);
  void read_line(const Tags& tags, std::vector<Line>& lines) const;
  void fetch(const std::string& account, Day from, Day to, std::int64_t deadline_ms, const NextSerial& serial, Statement& result);

  Link link_;
  std::function<std::int64_t()> now_ms_;
  std::unique_ptr<Codec> codec_;
  std::mutex mutex_;
  std::map<std::string, std::int64_t> last_call_ms_;  // by function, for the bank's minimal interval
};

}  // namespace mif::bank_xmlfront
