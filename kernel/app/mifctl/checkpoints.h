// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "kernel/audit/verify.h"
#include "kernel/service/deployment.h"

namespace mif::app {

// Signs the log's present state into <home>/checkpoints/<time>.txt. The file is the witness: keep a copy where whoever owns
// the database cannot reach. Returns the path.
std::string write_checkpoint(service::Deployment& deployment);
// The checkpoint in `file`, or the newest of the home when empty; nullopt when there is none yet.
std::optional<audit::Checkpoint> load_checkpoint(service::Deployment& deployment, const std::string& file);

}  // namespace mif::app
