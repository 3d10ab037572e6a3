// SPDX-License-Identifier: Apache-2.0
// Error: the one exception of mif. Its status crosses every boundary unchanged (C ABI, HTTP, audit log, exit status); its
// message is one sentence for the person who has to act: what, where, what to do. A refusal that programs and manuals refer
// to also names its rule, such as "voucher.unbalanced": a lower-case subject, a dot and the rule, listed in docs/refusals.md
// and never renamed. The rule stands at the end of the message in square brackets, so it goes wherever the message goes.
#ifndef MIF_ERROR_HPP
#define MIF_ERROR_HPP

#include <stdexcept>
#include <string>
#include <string_view>

#include "mif/abi.h"

namespace mif {

// The rule a message ends with, without its brackets; empty where there is none.
inline std::string_view rule_of(std::string_view message) {
  if (message.size() < 5 || message.back() != ']') return {};
  const std::size_t open = message.rfind('[');
  if (open == std::string_view::npos) return {};
  const std::string_view rule = message.substr(open + 1, message.size() - open - 2);
  const std::size_t dot = rule.find('.');
  const bool shaped = dot != std::string_view::npos && dot > 0 && dot + 1 < rule.size() && rule.find('.', dot + 1) == std::string_view::npos &&
                      rule.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") == std::string_view::npos;
  return shaped ? rule : std::string_view();
}

class Error : public std::runtime_error {
 public:
  Error(mif_status code, const std::string& message) : std::runtime_error(message), code_(code) {}
  Error(mif_status code, const char* rule, const std::string& sentence) : std::runtime_error(sentence + " [" + rule + "]"), code_(code) {}
  mif_status code() const { return code_; }
  std::string_view rule() const { return rule_of(what()); }

 private:
  mif_status code_;
};

}  // namespace mif
#endif
