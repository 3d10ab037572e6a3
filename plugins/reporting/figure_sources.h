// SPDX-License-Identifier: Apache-2.0
// FigureSources: the plugins that provide mif.figure-source/1, asked through the host's registry.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "mif/ext/figure_source.h"
#include "outside.h"

namespace mif::reporting {

// [worker, concurrent]
class FigureSources {
 public:
  explicit FigureSources(const Plugin& plugin) : registry_(plugin) {}
  // For one task: every question is asked once, of each provider of its family until one knows it.
  Figures figures(Call call) const;

 private:
  Registry registry_;
};

}  // namespace mif::reporting
