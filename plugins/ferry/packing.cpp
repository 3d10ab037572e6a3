// SPDX-License-Identifier: Apache-2.0
#include "packing.h"

namespace mif::ferry {

namespace {

constexpr std::size_t kMargin = 2 * (kLongestManifest + kLongestHeader);  // of a bundle, for all that is not content

struct Batch {
  std::string lines;
  std::int64_t count = 0;
  Fen amount;
  std::map<std::string, std::int64_t> position;
};

}  // namespace

Packed pack(Outgoing& outgoing, const std::vector<Entry>& entries, std::size_t most, const Limits& limits, std::int64_t now_ms) {
  Packed packed;
  Sent last = outgoing.last();
  outgoing.publish();  // what a crash kept from the outbox goes first
  std::map<std::string, std::int64_t> position = last.manifest.position;
  std::map<std::string, std::int64_t> before;
  Batch batch;
  const auto flush = [&] {
    if (batch.count == 0) return;
    last = outgoing.send(last, {{kDocuments, batch.lines}}, batch.count, batch.amount, batch.position, now_ms);
    if (packed.first == 0) packed.first = last.seq;
    packed.last = last.seq;
    packed.documents += batch.count;
    packed.amount += batch.amount;
    batch = {};
  };
  for (const auto& e : entries) {
    std::int64_t& previous = before[e.feed];
    if (e.seq <= previous) throw Error(MIF_E_INVALID, "ferry.order", "feed " + e.feed + " 的 seq " + std::to_string(e.seq) + " 不大于前一行 (a feed's numbers must grow)");
    previous = e.seq;
    if (e.seq <= position[e.feed]) {
      ++packed.skipped;
      continue;
    }
    const std::string line = write_entry(e) + "\n";
    if (batch.count > 0 && (static_cast<std::size_t>(batch.count) >= most || batch.lines.size() + line.size() + kMargin > limits.bundle_bytes)) flush();
    batch.lines += line;
    ++batch.count;
    batch.amount += control_amount(read_entry(std::string_view(line).substr(0, line.size() - 1), 1));  // of what the receiver will read
    batch.position[e.feed] = e.seq;
  }
  flush();
  return packed;
}

std::int64_t pack_control(Outgoing& outgoing, std::int64_t now_ms) {
  const Sent last = outgoing.last();
  return outgoing.send(last, {}, 0, Fen(), {}, now_ms).seq;
}

}  // namespace mif::ferry
