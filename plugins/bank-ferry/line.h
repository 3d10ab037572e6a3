// SPDX-License-Identifier: Apache-2.0
// One side of a pair of flows: papers in the database become bundles, accepted bundles become papers in the database.
//
// Invariants: a paper is committed before it can leave, and bundles carry papers in the order of their numbers, so what a crash kept back is
// sent by whoever comes next and nothing is sent twice; a bundle is applied in the transaction that moves `arrival` beyond it, so it counts once.
#pragma once

#include <functional>

#include "papers.h"
#include "settings.h"

namespace mif::bank_ferry {

struct LineState {
  std::int64_t papers = 0, arrival = 0, real_arrival = 0, told_arrival = 0, peer_head = 0, peer_accepted = 0, journal = 0, doubt_upto = 0;
  std::string peer_missing;
};

struct Seen {
  std::int64_t bundles = 0, papers = 0, quarantined = 0;
  std::vector<std::string> troubles;  // for people
};

// [worker, serialized] Throws MIF_E_UNAVAILABLE ferry.disk, MIF_E_CONFLICT ferry.kept-lost, bank-ferry.sent-newer, ferry.chain-moved.
class Line {
 public:
  using Apply = std::function<void(Txn&, const ferry::Entry&, std::int64_t arrival)>;

  Line(ferry::Disk& on, LineSettings with) : settings(std::move(with)), disk(on), incoming_(on, settings.in), outgoing_(on, settings.out) {}

  // In the caller's transaction, which from here on has the line to itself.
  void hold(Txn& txn) const;
  LineState state(Txn& txn) const;
  void add(Txn& txn, const char* kind, const std::string& code, const std::string& body) const;

  // Takes in what the gap brought. `apply` may throw MIF_E_INVALID for a paper: it is named and passed over.
  Seen take(const Store& store, Call call, std::int64_t now_ms, const Apply& apply);
  // Bundles of the papers that wait, and a head alone when the peer should hear what came. Number of bundles.
  std::int64_t pack(const Store& store, Call call, std::int64_t now_ms);
  // Puts again into the outbox what the peer did not have when it last spoke.
  std::int64_t repeat(const Store& store, Call call);
  // Papers whose bundle is made; above the line's own number the database is older than the folder.
  std::int64_t packed() { return position(outgoing_.last()); }
  void refuse_older_database(Txn& txn);
  ferry::FlowState incoming_state() { return incoming_.state(); }
  std::int64_t highest_arrival();

  const LineSettings settings;
  ferry::Disk& disk;

 private:
  static std::int64_t position(const ferry::Sent& sent);
  ferry::Incoming incoming_;
  ferry::Outgoing outgoing_;
};

}  // namespace mif::bank_ferry
