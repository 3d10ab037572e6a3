// SPDX-License-Identifier: Apache-2.0
#include "keys.h"

namespace mif::ferry::testing {

Keys::Keys(Suite s) : suite(name_of(s)) {
  const KeyPair one = make_pair(s), two = make_pair(s);
  sender = private_key(one.private_pem, "sender");
  sender_public = public_key(one.public_pem, "sender");
  receiver = private_key(two.private_pem, "receiver");
  receiver_public = public_key(two.public_pem, "receiver");
  shared = shared_key(make_shared_key(), "k1");
  old_shared = shared_key(make_shared_key(), "k0");
}

const Keys& keys(Suite suite) {
  static const Keys gm(Suite::gm), intl(Suite::intl);
  return suite == Suite::gm ? gm : intl;
}

OutgoingSettings documents_out(const Keys& k, const std::string& root) {
  OutgoingSettings s;
  s.flow = "f";
  s.sender = "business";
  s.recipient = "fund";
  s.suite = k.suite;
  s.sign_key_id = "b1";
  s.encrypt_key_id = "k1";
  s.sent = root + "/sent";
  s.outbox = root + "/out";
  s.sign_key = k.sender;
  s.shared = {{"k1", k.shared}};
  return s;
}

IncomingSettings documents_in(const Keys& k, const std::string& root) {
  IncomingSettings s;
  s.flow = "f";
  s.sender = "business";
  s.recipient = "fund";
  s.suites = {k.suite};
  s.inbox = root + "/in";
  s.kept = root + "/kept";
  s.keys.verify = {{"b1", k.sender_public}};
  s.keys.decrypt = {{"k1", k.shared}};
  return s;
}

OutgoingSettings answers_out(const Keys& k, const std::string& root) {
  OutgoingSettings s = documents_out(k, root);
  s.flow = "a";
  std::swap(s.sender, s.recipient);
  s.sign_key_id = "m1";
  s.sign_key = k.receiver;
  return s;
}

IncomingSettings answers_in(const Keys& k, const std::string& root) {
  IncomingSettings s = documents_in(k, root);
  s.flow = "a";
  s.type = kAnswers;
  std::swap(s.sender, s.recipient);
  s.keys.verify = {{"m1", k.receiver_public}};
  return s;
}

Entry document(std::int64_t seq, const std::string& amount) { return {"main", "D" + std::to_string(seq), "subsidy", "{\"amount\":\"" + amount + "\"}", seq, 1, 20230612, false}; }

}  // namespace mif::ferry::testing
