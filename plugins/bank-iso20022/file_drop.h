// SPDX-License-Identifier: Apache-2.0
// Payments to a bank through folders: orders are put down as whole files, answers are picked up.
//   orders/   MSGID.xml, for the bank to fetch       sent/      the same, kept; an order is never written twice
//   answers/  what the bank puts down                answers/processed, answers/failed
//
// Invariant: an order that is not in sent/ was never in orders/. REFUSED and DONE come only from an answer of the bank.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "mif/extensions.hpp"
#include "pain.h"

namespace mif::bank_iso20022 {

struct Answer {
  int outcome = MIF_PAY_UNKNOWN;
  std::string client_ref, bank_ref, code, text;
  Fen fen;
};

struct DropFolders {
  std::filesystem::path orders, sent, answers;
};

// Every file put down or picked up, masked. False for an order: it was not kept and must stay; for an answer: it is taken in later.
using TellPacket = std::function<bool(const PacketNote&)>;
PacketNote order_packet(const std::string& xml, const std::vector<Order>& orders);
// `why`: what is wrong with the file, empty when it was read.
PacketNote answer_packet(const std::string& bytes, const StatusReport& report, const std::string& why);

// [any-thread] one at a time
class FileDrop {
 public:
  // MIF_E_INVALID when a folder is not there. `now_ms` is the clock of the deployment.
  FileDrop(DropFolders folders, OrderHead head, std::function<std::int64_t()> now_ms);
  std::vector<Answer> submit(const std::vector<Order>& orders, const TellPacket& tell = {});
  std::vector<Answer> query(const std::vector<std::string>& refs, const TellPacket& tell = {});

 private:
  struct Known {
    std::string message, group;
  };
  void pick_up(const TellPacket& tell);
  void learn_sent();
  void learn_processed();
  bool take_in(const std::filesystem::path& file, const TellPacket& tell);
  Answer answer_for(const std::string& ref) const;
  DropFolders folders_;
  OrderHead head_;
  std::function<std::int64_t()> now_ms_;
  std::mutex mutex_;
  std::set<std::string> read_sent_, read_answers_;
  std::map<std::string, Known, std::less<>> known_;
  std::map<std::string, std::vector<StatusReport>, std::less<>> reports_;  // by message
};

}  // namespace mif::bank_iso20022
