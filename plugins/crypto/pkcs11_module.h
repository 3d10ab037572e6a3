// SPDX-License-Identifier: Apache-2.0
// A vendor's PKCS#11 library, loaded once per process and never unloaded.
#pragma once

#include <p11-kit/pkcs11.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "mif/abi.h"

namespace mif::crypto {

// Why a token did nothing: code and sentence of the refusal to come, and what may help.
struct TokenError {
  enum class Cure { none, session, restart };
  mif_status status;
  const char* rule;
  std::string what;
  Cure cure = Cure::none;
};
[[noreturn]] void unable(mif_status status, const char* rule, const std::string& what, TokenError::Cure cure = TokenError::Cure::none);

// Every call holds `mutex`: a library may then be started anew when its token comes back.
class Module {
 public:
  static std::shared_ptr<Module> load(const std::string& path);  // throws TokenError
  std::mutex mutex;
  CK_FUNCTION_LIST& f() { return *functions_; }
  void check(CK_RV result, const char* function) const;            // throws TokenError
  void start();
  void restart();  // every session of every signer is gone after this
  std::optional<CK_SLOT_ID> slot_of(const std::string& label);
  const std::string& path() const { return path_; }

 private:
  explicit Module(std::string path) : path_(std::move(path)) {}
  std::string path_;
  CK_FUNCTION_LIST* functions_ = nullptr;
};

}  // namespace mif::crypto
