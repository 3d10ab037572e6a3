// SPDX-License-Identifier: Apache-2.0
// Trust: the public keys a deployment believes, and what it has taken back.
//   <folder>/vendors/KEYID.pem, <folder>/province/KEYID.pem, <folder>/revoked.txt ("bundle:<digest>" or "key:<id>" per line)
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mif::plugin {

struct SignatureEntry {
  std::string alg, key_id, sig;  // sig: base64
};
std::vector<SignatureEntry> parse_signatures(std::string_view json);  // plugin.sig; MIF_E_INVALID naming the line
std::string write_signatures(const std::vector<SignatureEntry>& entries);

struct SignatureVerdict {
  std::vector<std::string> vendors, province, unknown;  // key ids
  std::string names() const;                            // "vendor-a, province-1", or "unsigned"
  bool trusted() const { return !vendors.empty() || !province.empty(); }
};

// Immutable once read. [any-thread]
class Trust {
 public:
  explicit Trust(const std::string& folder);  // a missing folder trusts nobody
  // Throws MIF_E_DENIED when a trusted key's signature does not fit the bytes, or a key is revoked.
  SignatureVerdict check(std::string_view manifest_bytes, std::string_view signature_json) const;
  bool has_province() const { return !province_.empty(); }
  void refuse_revoked(std::string_view bundle_digest) const;  // MIF_E_DENIED

 private:
  std::map<std::string, std::string> vendors_, province_;
  std::set<std::string, std::less<>> revoked_;
};

}  // namespace mif::plugin
