// SPDX-License-Identifier: Apache-2.0
// Between blocks and the bytes on the wire. The profile says what is in the blocks; the codec how they are written, sealed and framed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mask.h"
#include "packet.h"
#include "reader.h"
#include "wire.h"

namespace mif::bank_xmlfront {

// [any-thread]
class Codec {
 public:
  virtual ~Codec() = default;
  // The head's block stands first. Whatever it throws means that nothing was sent.
  virtual std::string request(const Profile& profile, const Operation& operation, const std::string& host, const std::vector<Block>& blocks, std::int64_t now_ms) const = 0;
  virtual std::string receive(const Profile& profile, bank_wire::Source& source) const = 0;  // throws Unreadable
  // Throws MIF_E_INVALID for what cannot be trusted.
  virtual void read(const Profile& profile, const Operation& operation, const std::string& reply, std::int64_t now_ms, const EachBlock& each) const = 0;
  // What of a request, and of the bytes that came, may be kept: UTF-8, before encryption, masked. Never throws; empty = nothing of it can be shown.
  virtual std::string kept_request(const Profile& profile, const std::vector<Block>& blocks, const bank_wire::Mask& mask) const = 0;
  virtual std::string kept_reply(const Profile& profile, const bank_wire::Exchange& exchange, const bank_wire::Mask& mask) const = 0;
};

// XML in a frame or by HTTP, as the profile says.
class XmlCodec : public Codec {
 public:
  std::string request(const Profile& profile, const Operation& operation, const std::string& host, const std::vector<Block>& blocks, std::int64_t now_ms) const override;
  std::string receive(const Profile& profile, bank_wire::Source& source) const override;
  void read(const Profile& profile, const Operation& operation, const std::string& reply, std::int64_t now_ms, const EachBlock& each) const override;
  std::string kept_request(const Profile& profile, const std::vector<Block>& blocks, const bank_wire::Mask& mask) const override;
  std::string kept_reply(const Profile& profile, const bank_wire::Exchange& exchange, const bank_wire::Mask& mask) const override;
};

}  // namespace mif::bank_xmlfront
