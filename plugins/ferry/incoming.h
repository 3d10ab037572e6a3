// SPDX-License-Identifier: Apache-2.0
// The reading end of a flow: inbox -> checks -> accepted or quarantine. Its whole state is the folder of accepted bundles: one rename accepts a
// bundle, so a crash leaves it either in the inbox or accepted, never half. ADR 0018 says why no table does this.
#pragma once

#include <functional>
#include <set>

#include "bundle.h"
#include "disk.h"
#include "entry.h"

namespace mif::ferry {

struct IncomingSettings {
  std::string flow, sender, recipient;  // a bundle must say the same
  std::string inbox, kept;              // kept: our folder, with accepted/ and quarantine/ in it
  std::string type = kDocuments;        // the one type of content this flow may carry
  std::set<std::string> suites = {"gm"};
  bool pass = false;                    // documents independent of each other: a gap does not hold back what comes after
  KeyRing keys;
  Limits limits;
  std::int64_t settle_ms = 600000;      // how long a file may stay incomplete before it counts as cut off
  std::size_t quarantine_files = 200;   // more stay in the inbox, so that rubbish cannot fill our disk
};

struct Accepted {
  std::int64_t arrival = 0, seq = 0, documents = 0;  // arrival: 1, 2, ... in the order of acceptance
  Fen amount;
  std::string name;
};

struct Quarantined {
  std::string name, reason;
  std::int64_t seq = 0;
  bool open = true;  // false: the number has been accepted since, so nothing is wanting
};

// What a scan did and found.
struct Scan {
  std::vector<Accepted> accepted;
  std::int64_t duplicates = 0, quarantined = 0;
  std::vector<std::int64_t> waiting, arriving;  // later than a gap; not yet complete
  std::vector<std::string> foreign;             // what lies in the inbox and is no bundle of any flow: never opened
  std::vector<std::string> stuck;               // bad, and not movable to the quarantine (too large, quarantine full)
};

struct FlowState {
  std::int64_t last = 0;        // highest number up to which all is accepted
  std::int64_t highest = 0;     // highest accepted
  std::int64_t bundles = 0, documents = 0;
  Fen amount;
  std::int64_t changed_ms = 0;  // when the last bundle was accepted, by the folder
  std::vector<std::int64_t> missing;  // at most kMostMissing
  std::vector<Quarantined> quarantined;
};

// [worker, serialized] Throws MIF_E_UNAVAILABLE ferry.disk only; what a bundle does wrong ends in the quarantine.
class Incoming {
 public:
  Incoming(Disk& disk, IncomingSettings settings);
  Scan scan(std::int64_t now_ms);
  FlowState state();  // `missing` knows what the last scan saw
  // Accepted ones with arrival > after, in that order.
  std::vector<Accepted> accepted_after(std::int64_t after);
  // The content of an accepted bundle, checked once more.
  const std::string& content(const Accepted& bundle);

 private:
  enum class Fate { accepted, duplicate, waiting, arriving };
  void load();
  Fate consider(const FileInfo& file, std::int64_t seq, std::int64_t now_ms, Scan& scan);
  void check_chain(const Header& header, const std::string& file);
  void check_content(const Bundle& bundle);
  void accept(const FileInfo& from, const Bundle& bundle, const std::string& file, Scan& scan);
  void quarantine(const FileInfo& file, const Error& why, Scan& scan);
  bool complete_before(std::int64_t seq) const;
  const Accepted* find(std::int64_t seq) const;
  std::string accepted_path(const Accepted& a) const;

  Disk& disk_;
  IncomingSettings settings_;
  std::vector<Accepted> accepted_;             // by arrival
  std::map<std::int64_t, std::size_t> by_seq_;
  std::int64_t last_ = 0, changed_ms_ = 0;
  std::set<std::int64_t> waiting_;
  std::string cached_name_, cached_;
};

}  // namespace mif::ferry
