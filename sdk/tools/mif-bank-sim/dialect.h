// SPDX-License-Identifier: Apache-2.0
// The languages the simulated bank speaks beside its first one, each in a file of its own. A dialect turns one request's body into
// one reply's body; how the bodies travel is said by `travels`. None shares code with an adapter.
#pragma once

#include <boost/property_tree/ptree.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "bank_ledger.h"
#include "faults.h"

namespace mif::banksim {

using Tree = boost::property_tree::ptree;
Tree read_xml(const std::string& utf8);                                          // MIF_E_INVALID
std::string write_xml(const Tree& tree, const char* encoding);                   // UTF-8
std::string text_at(const Tree& tree, const char* path);                         // "a.b"; empty when absent
std::string in_form(const std::string& body, std::string_view field);            // of application/x-www-form-urlencoded
std::string form_encoded(std::string_view text);
std::string base64(std::string_view bytes);
std::string from_base64(std::string_view text);                                  // MIF_E_INVALID

// What every dialect's teller does, in no bank's words.
struct Counter {
  BankLedger& ledger;
  Faults& faults;
  Day today;

  OrderState take(const Order& order) { return take(std::vector<Order>{order}).front(); }
  std::vector<OrderState> take(const std::vector<Order>& orders);  // fates drawn from the faults
  Extract extract(const std::string& account, Day from, Day to);   // damaged as the faults say
  bool repeated(const OrderState& s) { return s.repeated || faults.strikes("duplicate-answer").has_value(); }
};

class Dialect {
 public:
  explicit Dialect(Counter counter) : counter_(counter) {}
  virtual ~Dialect() = default;
  std::mutex mutex;  // held around one request
  struct Travel {
    bool http = false;
    std::size_t lead = 0, digits = 8;
  };
  virtual Travel travels() const = 0;
  virtual bool pays(const std::string& body) = 0;           // whether this request moves money
  virtual std::string answer(const std::string& body) = 0;  // throws Error: the line is cut
  struct Reply {
    int status = 200;
    std::string body;
  };
  // The same by HTTP for a dialect that has more than one method and address.
  virtual Reply answer(const std::string& /*method*/, const std::string& /*path*/, const std::string& body) { return {200, answer(body)}; }

 protected:
  Counter counter_;
};

// What the bank knows of its client beside the usual: the file of a public key that is not the kit's (json-sm), a password (ccb-like).
struct Client {
  std::string key, password;
};
// MIF_E_INVALID for an unknown name.
std::unique_ptr<Dialect> make_dialect(const std::string& name, Counter counter, const std::string& state, const Client& client);
std::unique_ptr<Dialect> make_icbc(Counter counter);
std::unique_ptr<Dialect> make_abc(Counter counter);
std::unique_ptr<Dialect> make_ccb(Counter counter, const std::string& password);
std::unique_ptr<Dialect> make_boc(Counter counter);
std::unique_ptr<Dialect> make_iso20022(Counter counter, const std::string& folder);  // its messages are kept in `folder`
std::unique_ptr<Dialect> make_json_sm(Counter counter, const std::string& folder, const std::string& client_key);  // its keys are in `folder`

}  // namespace mif::banksim
