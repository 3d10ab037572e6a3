// SPDX-License-Identifier: Apache-2.0
// The writing end of a flow. Its whole state is the folder of what was sent: the last bundle says the next number, the chain's digest, the
// totals and how far each feed was packed, so one rename commits all of them together.
#pragma once

#include <optional>

#include "bundle.h"
#include "disk.h"

namespace mif::ferry {

struct OutgoingSettings {
  std::string flow, sender, recipient, suite = "gm", sign_key_id, encrypt_key_id;
  std::string sent, outbox;  // folders: ours, and the one the gap takes from
  Key sign_key;
  std::map<std::string, Secret> shared;  // by id: encrypt_key_id, and older ones to read what was sent before
  Limits limits;
  std::int64_t expires_ms = 0;  // after creation; 0 = never
};

struct Sent {
  std::int64_t seq = 0;  // 0 = nothing yet
  std::string digest;    // named, of the file
  Manifest manifest;
};

// [worker, serialized] Throws MIF_E_UNAVAILABLE ferry.disk; nothing has happened then, or the bundle is sent and waits to be published.
class Outgoing {
 public:
  Outgoing(Disk& disk, OutgoingSettings settings);
  Sent last();
  // Seals the next bundle after `after` (what `last` said; another writer in between is MIF_E_CONFLICT ferry.chain-moved), then publishes. Totals
  // follow from those before; `position` is merged over theirs. What `last` would say now.
  Sent send(const Sent& after, std::vector<Content> contents, std::int64_t count, Fen amount, const std::map<std::string, std::int64_t>& position, std::int64_t now_ms);
  // Puts into the outbox what a crash or a full disk kept from it. Number of bundles.
  std::int64_t publish();
  // Puts bundles that were sent before into the outbox again, byte for byte; numbers never sent are passed over. Number of bundles.
  std::int64_t repeat(const std::vector<std::int64_t>& numbers);
  std::int64_t repeat_last(std::int64_t k);
  // Removes what was sent up to number `upto`; the last bundle always stays, it is the state.
  void prune(std::int64_t upto);

 private:
  std::int64_t highest();
  std::string sent_file(std::int64_t seq) const;

  Disk& disk_;
  OutgoingSettings settings_;
};

}  // namespace mif::ferry
