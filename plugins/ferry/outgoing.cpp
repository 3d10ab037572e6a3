// SPDX-License-Identifier: Apache-2.0
#include "outgoing.h"

#include <algorithm>

namespace mif::ferry {

namespace {

constexpr std::size_t kMarkBytes = 32;

}  // namespace

Outgoing::Outgoing(Disk& disk, OutgoingSettings settings) : disk_(disk), settings_(std::move(settings)) {}

std::string Outgoing::sent_file(std::int64_t seq) const { return settings_.sent + "/" + file_name(settings_.flow, seq); }

std::int64_t Outgoing::highest() {
  std::int64_t most = 0;
  for (const auto& f : disk_.list(settings_.sent))
    if (f.regular) most = std::max(most, number_in(f.name, settings_.flow));
  return most;
}

Sent Outgoing::last() {
  Sent sent;
  sent.seq = highest();
  if (sent.seq == 0) return sent;
  const std::string file = disk_.read(sent_file(sent.seq), settings_.limits.bundle_bytes);
  const Header header = peek(file, settings_.limits);
  KeyRing keys;
  keys.decrypt = settings_.shared;
  sent.manifest = open(file, header, keys).manifest;  // authentic by its tag: nobody else writes into our folder with our key
  sent.digest = named_digest(suite_of(settings_.suite), file);
  return sent;
}

Sent Outgoing::send(const Sent& after, std::vector<Content> contents, std::int64_t count, Fen amount, const std::map<std::string, std::int64_t>& position, std::int64_t now_ms) {
  const auto held = disk_.lock(settings_.sent);
  if (highest() != after.seq)
    throw Error(MIF_E_CONFLICT, "ferry.chain-moved", "另一个程序刚写了下一个包, 请重试 (another program has just written the next bundle): " + settings_.flow);
  if (after.seq >= kLastNumber) throw Error(MIF_E_INVALID, "ferry.too-long", "包号用完 (no number is left): " + settings_.flow);
  Bundle b;
  Header& h = b.header;
  h.suite = settings_.suite;
  h.flow = settings_.flow;
  h.sender = settings_.sender;
  h.recipient = settings_.recipient;
  h.sign_key = settings_.sign_key_id;
  h.encrypt_key = settings_.encrypt_key_id;
  h.prev = after.digest;
  h.seq = after.seq + 1;
  h.created_ms = now_ms;
  h.expires_ms = settings_.expires_ms ? now_ms + settings_.expires_ms : 0;
  b.manifest.count = count;
  b.manifest.amount = amount;
  b.manifest.total_count = after.manifest.total_count + count;
  b.manifest.total_amount = after.manifest.total_amount + amount;
  b.manifest.position = after.manifest.position;
  for (const auto& [feed, seq] : position) b.manifest.position[feed] = seq;
  b.contents = std::move(contents);
  const auto shared = settings_.shared.find(settings_.encrypt_key_id);
  if (shared == settings_.shared.end()) throw Error(MIF_E_INVALID, "ferry.key-unknown", "没有加密密钥 (no such encryption key) " + settings_.encrypt_key_id);
  Sent sent;
  sent.seq = h.seq;
  sent.manifest = b.manifest;
  const std::string file = seal(std::move(b), settings_.sign_key, shared->second, settings_.limits);
  sent.digest = named_digest(suite_of(settings_.suite), file);
  disk_.write(sent_file(sent.seq), file);
  publish();
  return sent;
}

std::int64_t Outgoing::publish() {
  const std::string mark = settings_.sent + "/published";
  std::int64_t done = 0;
  if (disk_.exists(mark)) {
    const std::string text = disk_.read(mark, kMarkBytes);
    if (!text.empty() && text.size() <= 10 && text.find_first_not_of("0123456789") == std::string::npos) done = std::stoll(text);
  }
  const std::int64_t most = highest();
  std::vector<std::int64_t> numbers;
  for (std::int64_t seq = done + 1; seq <= most; ++seq) numbers.push_back(seq);
  const std::int64_t n = repeat(numbers);
  if (n > 0) disk_.write(mark, std::to_string(most));
  return n;
}

std::int64_t Outgoing::repeat(const std::vector<std::int64_t>& numbers) {
  std::int64_t n = 0;
  for (const auto seq : numbers) {
    if (seq < 1 || seq > kLastNumber || !disk_.exists(sent_file(seq))) continue;
    disk_.write(settings_.outbox + "/" + file_name(settings_.flow, seq), disk_.read(sent_file(seq), settings_.limits.bundle_bytes));
    ++n;
  }
  return n;
}

std::int64_t Outgoing::repeat_last(std::int64_t k) {
  const std::int64_t most = highest();
  std::vector<std::int64_t> numbers;
  for (std::int64_t seq = std::max<std::int64_t>(1, most - k + 1); seq <= most; ++seq) numbers.push_back(seq);
  return repeat(numbers);
}

void Outgoing::prune(std::int64_t upto) {
  const std::int64_t most = highest();
  for (const auto& f : disk_.list(settings_.sent)) {
    const std::int64_t seq = number_in(f.name, settings_.flow);
    if (seq > 0 && seq <= upto && seq < most) disk_.remove(settings_.sent + "/" + f.name);
  }
}

}  // namespace mif::ferry
