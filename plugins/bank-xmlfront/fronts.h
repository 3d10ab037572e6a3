// SPDX-License-Identifier: Apache-2.0
// The shell of every adapter built on Front: links from the configuration, calls of mif.bank-adapter/1 to the link's front.
//   link NAME { profile FILE  host H  port N  timeout-ms 30000  login L  pin HEX  param { custid 1001 }  secret { password SECRET } }
// With `pin` (SHA-256 of the peer's public key) the line is TLS. `param` and `secret` fill the profile's own fields.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "front.h"
#include "mif/extensions.hpp"
#include "mif/services.hpp"

namespace mif::bank_xmlfront {

class FrontPlugin : public Plugin, public BankAdapter {
 public:
  // `id` as in the manifest; `protocol` as describe() calls it.
  FrontPlugin(const mif_host* host, const char* id, const char* protocol) : Plugin(host), id_(id), protocol_(protocol) {}

  void activate(Call call) override;
  void deactivate() override;
  const void* extension(std::string_view id) override { return id == MIF_BANK_ADAPTER_ID ? static_cast<const void*>(BankAdapter::abi()) : nullptr; }
  std::string describe(Call) override;
  void submit(Call call, std::string_view link, const mif_payment* payments, std::uint32_t n, mif_pay_sink& out) override;
  void query(Call call, std::string_view link, std::string_view account, const mif_str* refs, std::uint32_t n, mif_pay_sink& out) override;
  void statement(Call call, std::string_view link, std::string_view account, Day from, Day to, mif_statement_sink& out) override;
  Fen balance(Call call, std::string_view link, std::string_view account) override;
  Fen balance_told(Call call, std::string_view link, std::string_view account, mif_packet_sink& packets) override;
  void receipts(Call call, std::string_view link, std::string_view account, Day from, Day to, mif_receipt_sink& out) override;

 protected:
  // What a link of this plugin must say beyond the usual, and may say.
  virtual Words required_keys() const { return {}; }
  virtual Words other_keys() const { return {}; }
  virtual void check_link(const Node& /*link*/, const Link&) const {}
  // At the first call through the link: secrets are read when they are needed, and no earlier.
  virtual std::unique_ptr<Codec> codec(const Config&, Call, const Node& /*link*/, const Link&) { return nullptr; }
  // The file the entry names; whatever goes wrong names the entry and never its text.
  std::unique_ptr<crypto::Vault> secret(Call call, const Node& entry) const;
  std::int64_t number(const Node& link, const char* name, std::int64_t otherwise, std::int64_t most) const;

 private:
  NextSerial serials(Call call) const;
  struct Known {
    Link link;
    Node node;
    std::unique_ptr<Front> front;  // made at the first call
  };
  Front& front(Call call, std::string_view link);
  std::string id_, protocol_;
  std::unique_ptr<Config> config_;
  std::unique_ptr<Clock> clock_;
  std::unique_ptr<Store> store_;
  std::map<std::string, std::shared_ptr<const Profile>> profiles_;
  std::mutex mutex_;
  std::map<std::string, Known, std::less<>> links_;
};

}  // namespace mif::bank_xmlfront
