// SPDX-License-Identifier: Apache-2.0
// Who signs the data packages that leave, and whose are taken. In mif.info, below plugin.reporting:
//   package { key-id NAME  algorithm sm2-sm3  certificate "config/keys/x.crt"  signer { ... }  trust { NAME "config/keys/x.pem" } }
//   package { signature none }        neither signs nor asks for signatures: development
// signer as in crypto/signer.h. Without this section nothing is written, and nothing unsigned is taken.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "crypto/signer.h"
#include "report-package/package.h"

namespace mif::reporting {

// [any-thread] after read()
class PackageKeys {
 public:
  void read(const Node& package);  // throws report.package-setting; reads no secret
  bool none() const { return none_; }
  // Throws report.signer-missing. The token or file is asked when the first package is signed.
  report_package::Signer signer(const Config& config, Call call) const;
  // What can be signed with; nothing when this side signs nothing.
  std::optional<report_package::Signer> any_signer(const Config& config, Call call) const;
  report_package::Trusts trusts(const Config& config, Call call) const;
  report_package::Limits limits() const;

 private:
  bool none_ = false;
  std::string key_id_, certificate_;
  crypto::Algorithm algorithm_ = crypto::Algorithm::sm2_sm3;
  std::optional<crypto::SignerSettings> settings_;
  std::map<std::string, std::string> trusted_;  // key id -> file of the public key
  mutable std::mutex mutex_;
  mutable std::shared_ptr<crypto::Signer> signer_;
};

}  // namespace mif::reporting
