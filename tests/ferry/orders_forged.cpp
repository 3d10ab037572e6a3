// SPDX-License-Identifier: Apache-2.0
// What a well-behaved inner side never sends, signed with its own key; the bank is away, so nothing of it can have been paid.
#include <fstream>
#include <sstream>

#include "ferry/entry.h"
#include "ferry/outgoing.h"
#include "mif/ext/bank_adapter.h"
#include "tests/ferry/orders_world.h"

namespace mif::test {

namespace {

std::string file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream all;
  all << in.rdbuf();
  return all.str();
}

// The writing end of `me` with its own keys, into the inbox of the other side.
ferry::OutgoingSettings writer(const std::string& folder, const std::string& me) {
  const bool fund = me == "fund";
  ferry::OutgoingSettings s;
  s.flow = me + "-out";
  s.sender = me;
  s.recipient = fund ? "outside" : "fund";
  s.sign_key_id = "k-" + me;
  s.encrypt_key_id = "k1";
  s.sent = folder + "/forged-" + me;
  s.outbox = folder + (fund ? "/outer" : "/inner") + "/ferry/in";
  s.sign_key = ferry::private_key(ferry::Secret(file(folder + (fund ? "/inner" : "/outer") + "/secrets/" + me + ".key")), me);
  s.shared.emplace("k1", ferry::shared_key(ferry::Secret(file(folder + "/inner/secrets/shared")), "k1"));
  return s;
}

std::string order(std::int64_t seq, const std::string& code, const std::string& amount, std::int64_t expires_ms) {
  ferry::Entry e;
  e.feed = "orders";
  e.seq = seq;
  e.doc_no = code;
  e.doc_type = "order";
  e.payload = R"({"day":20230620,"amount":")" + amount + R"(","payer":"9900001004001","payee":"6225881000","name":"示例市第一人民医院","bank_no":"102290000012","purpose":"月结","expires_ms":)" + std::to_string(expires_ms) + "}";
  return ferry::write_entry(e) + "\n";
}

std::string answer(std::int64_t seq, const std::string& code, std::int64_t revision, int outcome, const std::string& digest) {
  ferry::Entry e;
  e.feed = "orders";
  e.seq = seq;
  e.doc_no = code;
  e.doc_type = "answer";
  e.payload = R"({"revision":)" + std::to_string(revision) + R"(,"state":"bank","outcome":)" + std::to_string(outcome) + R"(,"held_fen":0,"bank_ref":"","bank_code":"","bank_text":"","digest":")" + digest + "\"}";
  return ferry::write_entry(e) + "\n";
}

// Answers that come in another order than they were written, and one about another order under the same code.
void stale(const std::string& folder, const std::atomic<std::int64_t>& now, std::vector<std::string>& wrong) {
  PayingHome inner(folder + "/inner", now);
  inner.open();
  for (const char* code : {"A", "B"})
    inner.deployment->database().write([&](store::Txn& txn) {
      txn.execute("insert into x_bankferry_order (code, line, payer, fen, digest, made_ms, expires_ms, revision, state, outcome, held_fen, bank_ref, bank_code, bank_text, heard_ms) values ('" + std::string(code) +
                  "', 'bank', '1', 100, 'd', 0, 0, 0, 'queued', 0, 0, '', '', '', 0)");
    });
  ferry::RealDisk disk;
  ferry::Outgoing outgoing(disk, writer(folder, "outside"));
  outgoing.send(outgoing.last(), {{ferry::kDocuments, answer(1, "A", 3, MIF_PAY_DONE, "d") + answer(2, "A", 2, MIF_PAY_PROCESSING, "d") + answer(3, "B", 2, MIF_PAY_DONE, "other")}}, 3, Fen(), {}, now);
  inner.jobs->run("ferry-orders run", "{}", {"payer1", "test", ""}, nullptr);
  if (inner.integer("select outcome from x_bankferry_order where code = 'A'") != MIF_PAY_DONE) wrong.push_back("an older answer that came later was believed");
  // ... in a bundle of its own, days later, and one as old as what is known with another content
  outgoing.send(outgoing.last(), {{ferry::kDocuments, answer(4, "A", 1, MIF_PAY_REFUSED, "d") + answer(5, "A", 3, MIF_PAY_REFUSED, "d")}}, 2, Fen(), {}, now + 172'800'000);
  inner.jobs->run("ferry-orders run", "{}", {"payer1", "test", ""}, nullptr);
  if (inner.integer("select outcome from x_bankferry_order where code = 'A'") != MIF_PAY_DONE || inner.integer("select revision from x_bankferry_order where code = 'A'") != 3)
    wrong.push_back("an older answer that came in a later bundle was believed");
  outgoing.send(outgoing.last(), {{ferry::kDocuments, answer(6, "A", 4, MIF_PAY_RETURNED, "d")}}, 1, Fen(), {}, now + 172'800'000);
  inner.jobs->run("ferry-orders run", "{}", {"payer1", "test", ""}, nullptr);
  if (inner.integer("select outcome from x_bankferry_order where code = 'A'") != MIF_PAY_RETURNED) wrong.push_back("a newer answer was not believed");
  if (inner.integer("select outcome from x_bankferry_order where code = 'B'") != 0) wrong.push_back("an answer about another content was believed");
  inner.close();
}

}  // namespace

std::vector<std::string> forged(const std::string& folder) {
  std::vector<std::string> wrong;
  std::atomic<std::int64_t> now{1'687'230'000'000};
  const std::int64_t soon = now + 3'600'000;
  PayingHome outer(folder + "/outer", now);
  outer.open();
  ferry::RealDisk disk;
  std::int64_t journal = 0;
  // Sends one bundle, runs one round, and looks at the row of `code`: its state, "" when there is none.
  const auto after = [&](const std::string& lines, std::int64_t count, Fen amount, const std::string& code) {
    ferry::OutgoingSettings settings = writer(folder, "fund");
    settings.sent += std::to_string(++journal);  // every bundle the first of its own chain: only one of them can be accepted as number 1
    ferry::Outgoing outgoing(disk, settings);
    outgoing.send(outgoing.last(), {{ferry::kDocuments, lines}}, count, amount, {}, now);
    outer.jobs->run("ferry-orders run", "{}", {"payer1", "test", ""}, nullptr);
    std::string state;
    outer.deployment->database().read([&](store::Txn& txn) { state = txn.text("select state from x_bankferry_journal where code = '" + code + "'").value_or(""); });
    return state;
  };
  const auto expect = [&](const std::string& what, const std::string& state, const std::string& wanted) {
    if (state != wanted) wrong.push_back(what + ": \"" + state + "\" instead of \"" + wanted + "\"");
  };
  expect("a bundle with a wrong count is refused whole", after(order(1, "A", "1.00", soon) + order(2, "B", "2.00", soon), 3, Fen(300), "A"), "");
  expect("a bundle with a wrong sum is refused whole", after(order(1, "A", "1.00", soon) + order(2, "B", "2.00", soon), 2, Fen(301), "A"), "");
  if (outer.integer("select count(*) from x_bankferry_journal") != 0) wrong.push_back("something of a refused bundle was journalled");
  const std::string mixed = order(1, "A", "1.00", soon) + order(2, "LATE", "2.00", now) + order(3, "NIL", "0.00", soon) + order(4, "A", "1.00", soon + 1) + order(5, "A", "7.00", soon);
  expect("an order waits while the bank is away", after(mixed, 5, Fen(1100), "A"), "received");
  const auto state_of = [&](const std::string& code) {
    std::string state;
    outer.deployment->database().read([&](store::Txn& txn) { state = txn.text("select state from x_bankferry_journal where code = '" + code + "'").value_or(""); });
    return state;
  };
  expect("an order that comes too late", state_of("LATE"), "expired");
  expect("an order of nothing", state_of("NIL"), "refused");
  if (outer.integer("select fen from x_bankferry_journal where code = 'A'") != 100) wrong.push_back("a code was given another amount");
  if (outer.integer("select count(*) from x_bankferry_journal where code = 'A' and note <> ''") != 1) wrong.push_back("a code that came with another amount is not noted");
  now = soon;  // the very moment
  outer.jobs->run("ferry-orders run", "{}", {"payer1", "test", ""}, nullptr);
  expect("an order that waited until it expired", state_of("A"), "expired");
  if (outer.integer("select count(*) from x_bankferry_paper where kind = 'answer' and code = 'A' and body like '%\"expired\"%'") != 1) wrong.push_back("nobody is told that it expired");
  outer.close();
  stale(folder, now, wrong);
  return wrong;
}

}  // namespace mif::test
