// SPDX-License-Identifier: Apache-2.0
// A bank reached by HTTP: a message is posted to one address; the answer comes at once or is fetched later from address/MSGID.
// Before the first byte left nothing was sent; after it everything is unknown until the bank answers.
#pragma once
#include <mutex>

#include "line.h"
#include "wire.h"

namespace mif::bank_iso20022 {

struct HttpPlace {
  bank_wire::Endpoint endpoint;
  std::string path;
  std::int64_t timeout_ms = 30000;
  bool resend = false;     // the bank refuses a reference it knows
  bool not_found = false;  // its 404 to a question means that it does not know the message
};
// MIF_E_INVALID unless http://host[:port]/path, or https with a pin.
HttpPlace read_place(const std::string& url, const std::string& pin);

class HttpLine : public BankLine {
 public:
  HttpLine(HttpPlace place, std::filesystem::path sent, std::filesystem::path answers, OrderHead head, NowMs now_ms);
  void authorize(const std::string& text);  // the value of Authorization; empty = none
  const char* transport() const override { return "http"; }
  bool resends() const override { return place_.resend; }
  std::vector<Answer> submit(const std::vector<Order>& orders, std::int64_t deadline_ms = 0, const TellPacket& tell = {}) override;
  std::vector<Answer> query(const std::vector<std::string>& refs, std::int64_t deadline_ms = 0, const TellPacket& tell = {}) override;
  std::string report(const Wanted& wanted, std::int64_t deadline_ms = 0, const TellPacket& tell = {}) override;

 private:
  struct Said {
    bank_wire::Exchange::End end = bank_wire::Exchange::End::unsent;
    int status = 0;
    std::string body, received, reason;
  };
  Said say(const char* method, const std::string& path, const std::string& body, std::int64_t deadline_ms, bool keep = false);
  Said fetch(const std::string& message_id, std::int64_t deadline_ms, bool keep = false);
  static void must_reply(const Said& said);  // MIF_E_UNAVAILABLE
  static void heard(const TellPacket& tell, const char* operation, const std::vector<std::string>& refs, const Said& said);
  HttpPlace place_;
  OrderHead head_;
  NowMs now_ms_;
  std::mutex mutex_;
  Letters letters_;
  std::string authorization_;
  std::int64_t asked_ = 0;
};

}  // namespace mif::bank_iso20022
