// SPDX-License-Identifier: Apache-2.0
// The parts of an Open XML package: a zip file whose parts are XML. Private to the sheet room.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "kernel/sheet/read.h"

namespace mif::sheet {

using Attributes = std::map<std::string, std::string>;  // by local name
// What one part tells as it is read. Names are local names.
struct PartHandler {
  std::function<void(const std::string& name, const Attributes&)> start;
  std::function<void(const std::string& name)> end;
  std::function<void(std::string_view text)> text;
};

class Package {
 public:
  // Refuses what is no workbook at all: broken, encrypted, with macros, or with names that leave the package.
  Package(std::string_view bytes, const ReadLimits& limits);
  ~Package();
  bool has(const std::string& part) const;
  void read(const std::string& part, const PartHandler& handler);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mif::sheet
