// SPDX-License-Identifier: Apache-2.0
// Blocks as JSON: the head's block is request.head, every other block an object of the list of its name in request.body.
#pragma once

#include "codec.h"
#include "seal.h"

namespace mif::bank_json_sm {

class SmCodec : public bank_xmlfront::Codec {
 public:
  // `valid_ms`: how far the time of a reply's signature may be from ours.
  SmCodec(Keys keys, std::string user, std::int64_t valid_ms) : keys_(std::move(keys)), user_(std::move(user)), valid_ms_(valid_ms) {}
  std::string request(const bank_xmlfront::Profile& profile, const bank_xmlfront::Operation& operation, const std::string& host, const std::vector<bank_xmlfront::Block>& blocks, std::int64_t now_ms) const override;
  std::string receive(const bank_xmlfront::Profile& profile, bank_wire::Source& source) const override;
  void read(const bank_xmlfront::Profile& profile, const bank_xmlfront::Operation& operation, const std::string& reply, std::int64_t now_ms, const bank_xmlfront::EachBlock& each) const override;
  std::string kept_request(const bank_xmlfront::Profile& profile, const std::vector<bank_xmlfront::Block>& blocks, const bank_wire::Mask& mask) const override;
  std::string kept_reply(const bank_xmlfront::Profile& profile, const bank_wire::Exchange& exchange, const bank_wire::Mask& mask) const override;

 private:
  Keys keys_;
  std::string user_;
  std::int64_t valid_ms_;
};

}  // namespace mif::bank_json_sm
