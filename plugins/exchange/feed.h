// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "intake.h"

namespace mif::exchange {

// Reads documents of a feed from the source plugin, strictly after the cursor.
std::vector<Document> fetch(const Host& host, Call call, const SourceFeed& feed, const std::string& cursor, std::uint32_t limit);

// Pulls one feed to its end, at most `most` documents (0 = all). At the end of the feed the open groups become vouchers. Returns the
// position reached.
std::string pull(const Host& host, Call call, const Settings& settings, const SourceFeed& feed, std::int64_t most, Tally& tally,
                 const std::function<void(std::int64_t)>& progress, const std::function<void(std::int64_t)>& folded);

}  // namespace mif::exchange
