// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "intake.h"

namespace mif::exchange {

// Reads documents of a feed from the source plugin, strictly after the cursor.
// `documents` is filled from its beginning, so that the memory of the last page serves the next; returns how many there are.
std::size_t fetch(const Host& host, Call call, const SourceFeed& feed, const std::string& cursor, std::uint32_t limit, std::vector<Document>& documents);

// Pulls one feed to its end, at most `most` documents (0 = all). At the end of the feed the open groups become vouchers. Returns the
// position reached.
std::string pull(const Host& host, Call call, const Settings& settings, const SourceFeed& feed, std::int64_t most, Tally& tally,
                 const std::function<void(std::int64_t)>& progress, const std::function<void(std::int64_t)>& folded);

}  // namespace mif::exchange
