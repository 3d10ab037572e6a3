// SPDX-License-Identifier: Apache-2.0
#include "kernel/app/mifctl/checkpoints.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "kernel/base/text.h"

namespace mif::app {
namespace fs = std::filesystem;

std::string write_checkpoint(service::Deployment& d) {
  const audit::Signer signer(d.path("keys"));
  audit::Checkpoint checkpoint;
  const std::int64_t now = d.clock().now_unix_ms();
  d.database().read([&](store::Txn& txn) { checkpoint = audit::make_checkpoint(txn, d.log().alg(), "mif " + d.settings().name, now, signer); });
  const std::string path = d.path(fmt::format("checkpoints/{}.txt", now));
  write_file_durably(path, checkpoint.text);
  return path;
}

std::optional<audit::Checkpoint> load_checkpoint(service::Deployment& d, const std::string& file) {
  std::string path = file;
  if (path.empty())
    for (const auto& entry : fs::directory_iterator(d.path("checkpoints")))
      if (entry.path().extension() == ".txt") path = std::max(path, entry.path().string());
  if (path.empty()) return std::nullopt;
  const audit::Signer signer(d.path("keys"));
  return audit::read_checkpoint(read_file(path), signer);
}

}  // namespace mif::app
