// SPDX-License-Identifier: Apache-2.0
// The XML envelope: written by hand, read by SAX block by block, so that a long statement never becomes a tree in memory.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "profile.h"

namespace mif::bank_xmlfront {

using Block = std::pair<std::string, Tags>;
// The blocks in order below the root, in the bank's character set.
std::string write_request(const Profile& profile, const std::vector<Block>& blocks);
std::string request_text(const Profile& profile, const std::vector<Block>& blocks);  // the same in UTF-8
void check_text(std::string_view text);  // throws MIF_E_INVALID for a character XML cannot carry

using EachBlock = std::function<void(const std::string& path, Tags&& tags)>;
// Reads a reply in the bank's character set: every block the operation looks at, when it ends. Refuses document types, other roots,
// what is nested deeper than any declared tag, and text that is not the agreed character set (MIF_E_INVALID).
void read_reply(const Profile& profile, const Operation& operation, std::string_view bytes, const EachBlock& each);

// "4,910.68", "+1.50", "12.3400": an exact amount; more than two significant decimals are refused. In fen: a whole number.
Fen read_amount(std::string_view text, bool in_fen = false);
std::string write_amount(Fen amount, bool in_fen);

}  // namespace mif::bank_xmlfront
