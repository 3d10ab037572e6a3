// SPDX-License-Identifier: Apache-2.0
#include "side_keys.h"

#include <algorithm>

#include "matcher.h"
#include "sides_pool.h"

namespace mif::treasury {

namespace {

bool says_reversal(std::string_view text) {
  for (const char* word : {"冲正", "退汇", "退票", "冲销", "撤销"})
    if (text.find(word) != std::string_view::npos) return true;
  return false;
}

}  // namespace

Key voucher_key(std::int64_t voucher) { return voucher ? std::max<Key>(1, mix(static_cast<std::uint64_t>(voucher))) : 0; }

SideItem bank_item(std::int64_t id, const BankFacts& facts) {
  SideItem item{id, facts.day, facts.fen};
  item.code = voucher_key(facts.voucher);
  item.reference = key_of(facts.client_ref.empty() ? facts.bank_ref : facts.client_ref);
  item.party = key_of(facts.counter_account);
  item.text = key_of(facts.text);
  item.undoes = facts.returned || says_reversal(facts.text) ? 1 : 0;
  item.names = key_of(reference_of(facts.client_ref, facts.text));
  item.strict = facts.strange;
  return item;
}

SideItem book_item(std::int64_t id, const BookFacts& facts) {
  SideItem item{id, facts.day, facts.fen};
  item.code = voucher_key(facts.voucher);
  item.reference = key_of(facts.document);
  item.party = key_of(facts.party);
  item.text = key_of(facts.text);
  item.undoes = voucher_key(facts.reverses);
  item.strict = facts.instructed;
  return item;
}

}  // namespace mif::treasury
