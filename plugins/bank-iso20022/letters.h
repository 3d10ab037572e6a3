// SPDX-License-Identifier: Apache-2.0
// What was said to a bank and what it answered, kept as files whatever the transport is.
//   sent/      every order, durable before it leaves; an order is never written twice
//   answers/   processed: every pain.002 that was read, by its SHA-256; failed: what could not be read, with the reason
//
// Invariant: an order that is not in sent/ never left. REFUSED and DONE come only from an answer of the bank.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "pain.h"

namespace mif::bank_iso20022 {

struct Answer {
  int outcome = MIF_PAY_UNKNOWN;
  std::string client_ref, bank_ref, code, text;
  Fen fen;
};
Answer answer_of(const std::string& ref, int outcome, std::string code, std::string text);
bool is_xml(const std::filesystem::path& path);  // a whole file that is not hidden
std::string time_of(std::int64_t unix_ms);       // 2024-03-01T08:00:00, in China

// Orders on their way out: an answer for each, and the message of those that may leave.
struct Outgoing {
  std::vector<Answer> answers;
  std::vector<std::size_t> places;  // in answers, of what may leave
  std::string message_id, xml;      // empty = nothing may leave
  void all(int outcome, const std::string& code, const std::string& text);
};

// [one thread at a time]
class Letters {
 public:
  // MIF_E_INVALID when a folder is not there.
  Letters(std::filesystem::path sent, std::filesystem::path answers);
  void refresh();  // MIF_E_UNAVAILABLE when a kept order cannot be read
  // `again`: the bank refuses what it knows, so a reference that was sent before may be offered again.
  Outgoing prepare(OrderHead head, const std::vector<Order>& orders, std::int64_t now_ms, bool again);
  enum class Kept { now, before, failed };
  Kept keep(const Outgoing& out);      // now: durable in sent/
  void forget(const Outgoing& out);    // what was kept now and provably did not leave
  // Empty = it was read and is kept; else why not.
  std::string hear(const std::string& bytes);
  Answer answer_for(const std::string& ref) const;
  std::set<std::string> messages_of(const std::string& ref) const;
  const std::filesystem::path& answers() const { return answers_; }
  const std::filesystem::path& sent() const { return sent_; }

 private:
  struct Known {
    std::string message, group;
  };
  void learn_sent();
  void learn_heard();
  std::filesystem::path sent_, answers_;
  std::set<std::string> read_sent_, read_heard_;
  std::map<std::string, std::vector<Known>, std::less<>> known_;
  std::map<std::string, std::vector<StatusReport>, std::less<>> reports_;  // by message
};

}  // namespace mif::bank_iso20022
