// SPDX-License-Identifier: Apache-2.0
// What of a packet may be kept: of an account its last 4, of a name its first character, of keys and passwords nothing. What nobody
// declared is masked by its shape; the packet's own accounts and names are masked wherever they stand, in free text too.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mif::bank_wire {

// From lenient to strict: where a tag is declared twice, the stricter counts.
enum class Seen { open, text, shape, account, name, hidden };

std::string masked_account(std::string_view text);
std::string masked_name(std::string_view text);
std::string sha256_hex(std::string_view bytes);

class Mask {
 public:
  void tag(std::string_view path, Seen as);     // the last part of a path counts
  void account(std::string_view value);         // known of this packet
  void name(std::string_view value);
  void hide(std::string_view value);
  std::string value(std::string_view tag, std::string_view text) const;
  std::string free_text(std::string_view text) const;
  // UTF-8, well-formed or broken off anywhere: never throws.
  std::string xml(std::string_view text) const;

 private:
  void known(std::string_view value, std::string shown);
  std::string without_known(std::string_view text) const;
  std::map<std::string, Seen, std::less<>> tags_;
  std::vector<std::pair<std::string, std::string>> known_;  // longest first
};

}  // namespace mif::bank_wire
