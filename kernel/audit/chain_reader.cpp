// SPDX-License-Identifier: Apache-2.0
#include "kernel/audit/chain_reader.h"

#include <limits>

#include "kernel/audit/row_digest.h"

namespace mif::audit {
namespace {

constexpr std::int64_t kPage = 4096;

bool parse_hex(std::string_view hex, Digest& out) {
  const auto nibble = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
  if (hex.size() != out.size() * 2) return false;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = nibble(hex[i * 2]), low = nibble(hex[i * 2 + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return true;
}

}  // namespace

std::vector<ChainRows> chains_of(store::Txn& txn) {
  std::vector<ChainRows> chains;
  txn.query("select chain, count(*) from audit_entry group by chain order by chain", {},
            [&](const store::Row& row) { chains.push_back({std::string(row.text(0)), row.integer(1)}); });
  return chains;
}

std::int64_t read_chain(store::Txn& txn, HashAlg alg, std::string_view chain, const std::function<void(const EntryView&)>& each) {
  EntryHasher hasher(alg);
  std::int64_t rows = 0;
  const auto page = [&](std::int64_t low, std::int64_t high) {
    txn.query("select seq, at_ms, actor, origin, trace, action, object, object_digest, body, hash from audit_entry where chain = ? and seq >= ? and seq <= ? order by seq",
              {chain, low, high}, [&](const store::Row& row) {
                ++rows;
                EntryView e;
                std::string_view* const texts[] = {&e.actor, &e.origin, &e.trace, &e.action, &e.object, &e.object_digest, &e.body, &e.hash};
                const auto seq = integer_at(row, 0), at_ms = integer_at(row, 1);
                e.readable = seq && at_ms;
                for (std::size_t i = 0; i < std::size(texts); ++i) {
                  if (row.null(i + 2) || !row.is_text(i + 2)) e.readable = false;
                  else *texts[i] = row.text(i + 2);
                }
                e.seq = seq.value_or(0);
                e.at_ms = at_ms.value_or(0);
                if (e.readable) {
                  e.leaf = hasher.leaf(chain, e.seq, e.at_ms, {e.actor, e.origin, e.trace, e.action, e.object, e.object_digest, e.body});
                }
                each(e);
              });
  };
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  while (last < kMax) {
    const auto low = one_integer(txn, "select min(seq) from audit_entry where chain = ? and seq > ?", {chain, last});
    if (!low) break;
    last = *low > kMax - kPage ? kMax : *low + kPage - 1;
    page(*low, last);
  }
  return rows;
}

ChainWalker::Verdict ChainWalker::next(const EntryView& entry) {
  const bool gap = entry.seq != seq_ + 1;
  Digest stored{};
  const bool valid = parse_hex(entry.hash, stored);
  Verdict verdict = gap ? Verdict::gap : Verdict::good;
  Digest computed = stored;
  if (!entry.readable) {
    if (!gap) verdict = Verdict::edited;
  } else if (!gap) {
    // After an edited row either its stored or its recomputed hash leads on: the edit was in its hash or in its content.
    computed = hasher_.link(stored_digest_, entry.leaf);
    if (!stored_valid_ || !valid || computed != stored) {
      computed = hasher_.link(computed_, entry.leaf);
      if (!valid || computed != stored) verdict = Verdict::edited;
    }
  }
  seq_ = entry.seq;
  stored_ = std::string(entry.hash);
  stored_digest_ = stored;
  stored_valid_ = valid;
  computed_ = computed;
  return verdict;
}

}  // namespace mif::audit
