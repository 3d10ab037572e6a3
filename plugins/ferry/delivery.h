// SPDX-License-Identifier: Apache-2.0
// Documents out of accepted bundles by the cursor of mif.business-source/1, and the answers back.
#pragma once

#include "incoming.h"
#include "outgoing.h"

namespace mif::ferry {

// "ARRIVAL.INDEX.FEED.SEQ": where a document stands, and what its answer will be filed under. At most 64 bytes.
struct Cursor {
  std::int64_t arrival = 0, index = 0, seq = 0;  // index: 1, 2, ... in the bundle
  std::string feed;
};
// Empty = before everything. Throws MIF_E_INVALID ferry.cursor.
Cursor read_cursor(std::string_view text);
std::string write_cursor(const Cursor& cursor);

struct Delivered {
  Cursor at;
  Entry entry;
};

// At most `limit` documents after the cursor, oldest first; the inbox is scanned when nothing is left. Same cursor, same documents.
// Throws MIF_E_CONFLICT ferry.kept-lost, MIF_E_UNAVAILABLE ferry.disk. [worker, serialized]
class Delivery {
 public:
  explicit Delivery(Incoming& incoming) : incoming_(incoming) {}
  std::vector<Delivered> fetch(std::string_view cursor, std::size_t limit, std::int64_t now_ms, Scan& scan);

 private:
  std::vector<Delivered> take(const Cursor& after, std::size_t limit);
  Incoming& incoming_;
  std::string parsed_name_;
  std::vector<Entry> parsed_;
};

// What the receiver tells with every set of answers.
Head head_of(const std::string& flow, const FlowState& state);

}  // namespace mif::ferry
