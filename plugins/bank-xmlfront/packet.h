// SPDX-License-Identifier: Apache-2.0
// The XML envelope: written by hand, read by SAX block by block, so that a long statement never becomes a tree in memory.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "profile.h"

namespace mif::bank_xmlfront {

// <block><tag>text</tag>...</block>; throws MIF_E_INVALID for a character XML cannot carry.
void append_block(std::string& xml, std::string_view block, const Tags& tags);
std::string wrap(const Profile& profile, const std::string& login, const std::string& function, const std::string& blocks);  // bank bytes

using EachBlock = std::function<void(const std::string& name, Tags&& tags)>;
// Reads a reply in the bank's character set: every flat block below the root, the head included, in order. Refuses document
// types, other roots, blocks nested deeper and text that is not the agreed character set (MIF_E_INVALID).
void read_reply(const Profile& profile, std::string_view bytes, const EachBlock& each);

// "4,910.68", "+1.50", "12.3400": an exact amount; more than two significant decimals are refused.
Fen read_amount(std::string_view text);

}  // namespace mif::bank_xmlfront
