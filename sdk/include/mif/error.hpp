// SPDX-License-Identifier: Apache-2.0
// Error: the one exception of mif. Its code crosses every boundary unchanged (C ABI, HTTP, audit log, exit status); its
// message is one sentence for the person who has to act: what, where, what to do.
#ifndef MIF_ERROR_HPP
#define MIF_ERROR_HPP

#include <stdexcept>
#include <string>

#include "mif/abi.h"

namespace mif {

class Error : public std::runtime_error {
 public:
  Error(mif_status code, const std::string& message) : std::runtime_error(message), code_(code) {}
  mif_status code() const { return code_; }

 private:
  mif_status code_;
};

}  // namespace mif
#endif
