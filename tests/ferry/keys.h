// SPDX-License-Identifier: Apache-2.0
// Keys and settings both sides of a test ferry share; made once, because SM2 keys take time.
#pragma once

#include "ferry/delivery.h"
#include "ferry/packing.h"

namespace mif::ferry::testing {

struct Keys {
  explicit Keys(Suite suite);
  std::string suite;
  Key sender, sender_public, receiver, receiver_public;
  Secret shared, old_shared;
};
const Keys& keys(Suite suite);

// The business side's documents flow "f", and the fund side's answers flow "a", with folders below a root each.
OutgoingSettings documents_out(const Keys& keys, const std::string& root);
IncomingSettings documents_in(const Keys& keys, const std::string& root);
OutgoingSettings answers_out(const Keys& keys, const std::string& root);
IncomingSettings answers_in(const Keys& keys, const std::string& root);

Entry document(std::int64_t seq, const std::string& amount);

}  // namespace mif::ferry::testing
