// SPDX-License-Identifier: Apache-2.0
// A bank reached through folders: whole files are put down in orders/, answers are picked up from answers/.
// A camt.060 that waits for its report stands in sent/asked; the report that answered one goes to answers/reports.
#pragma once
#include <filesystem>
#include <mutex>

#include "line.h"

namespace mif::bank_iso20022 {

struct DropFolders {
  std::filesystem::path orders, sent, answers;
};

class FileDrop : public BankLine {
 public:
  // MIF_E_INVALID when a folder is not there. `now_ms` is the clock of the deployment, `wait_ms` how long a report is waited for.
  FileDrop(DropFolders folders, OrderHead head, NowMs now_ms, std::int64_t wait_ms = 0);
  const char* transport() const override { return "file"; }
  std::vector<Answer> submit(const std::vector<Order>& orders, std::int64_t deadline_ms = 0, const TellPacket& tell = {}) override;
  std::vector<Answer> query(const std::vector<std::string>& refs, std::int64_t deadline_ms = 0, const TellPacket& tell = {}) override;
  std::string report(const Wanted& wanted, std::int64_t deadline_ms = 0, const TellPacket& tell = {}) override;

 private:
  void pick_up(const TellPacket& tell);
  bool take_in(const std::filesystem::path& file, const TellPacket& tell);
  void ask(const Wanted& wanted, const std::string& key, const TellPacket& tell);
  bool find_report(const Wanted& wanted, const std::string& key, std::string& bytes);
  std::vector<std::filesystem::path> waiting(const std::string& key) const;
  DropFolders folders_;
  OrderHead head_;
  NowMs now_ms_;
  std::int64_t wait_ms_;
  std::mutex mutex_;
  Letters letters_;
};

}  // namespace mif::bank_iso20022
