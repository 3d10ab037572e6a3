// SPDX-License-Identifier: Apache-2.0
// The C++ face in C++17, the oldest standard it promises.
#include "mif/day.hpp"
#include "mif/error.hpp"
#include "mif/extensions.hpp"
#include "mif/json.hpp"
#include "mif/money.hpp"
#include "mif/pattern.hpp"
#include "mif/sdk.hpp"
#include "mif/services.hpp"

static_assert(__cplusplus == 201703L, "compile this as C++17");

class Empty : public mif::Plugin {
 public:
  using Plugin::Plugin;
  const void* extension(std::string_view) override { return nullptr; }
};
MIF_PLUGIN(Empty, "empty", "1.0.0", MIF_LIST(nullptr), MIF_LIST(nullptr))
