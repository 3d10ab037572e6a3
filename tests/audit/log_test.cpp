// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <thread>

#include "tests/audit/fixture.h"

namespace mif::audit {
namespace {

class AuditLog : public testing::AuditFixture {
 protected:
  std::vector<Entry> all(std::string_view chain) {
    std::vector<Entry> found;
    database->read([&](store::Txn& txn) { entries(txn, chain, 0, 100000, [&](const Entry& e) { found.push_back(e); }); });
    return found;
  }
  VerifyResult check() {
    VerifyResult result;
    database->read([&](store::Txn& txn) { result = verify(txn, log.alg(), {}, nullptr); });
    return result;
  }
};

TEST_F(AuditLog, links_every_entry_of_a_chain_to_the_one_before) {
  database->write([&](store::Txn& txn) {
    log.append(txn, who, {"990000", "voucher.post", "voucher:1", std::string(64, 'a'), R"({"fen":"1.00"})"});
    clock.now += 5;
    log.append(txn, who, {"990000", "voucher.post", "voucher:2", "", "{}"});
    log.append(txn, who, {"system", "login", "person:maker1", "", "{}"});
  });
  const auto unit = all("990000");
  ASSERT_EQ(unit.size(), 2u);
  EXPECT_EQ(unit[0].seq, 1);
  EXPECT_EQ(unit[1].seq, 2);
  EXPECT_EQ(unit[0].actor, "maker1");
  EXPECT_EQ(unit[0].origin, "mifctl");
  EXPECT_EQ(unit[0].trace, "t1");
  EXPECT_EQ(unit[1].at_ms, unit[0].at_ms + 5);
  EXPECT_EQ(unit[0].body, R"({"fen":"1.00"})");
  EXPECT_EQ(unit[0].hash, entry_hash(HashAlg::sha256, "", unit[0]));
  EXPECT_EQ(unit[1].hash, entry_hash(HashAlg::sha256, unit[0].hash, unit[1]));
  EXPECT_EQ(all("system").at(0).seq, 1) << "each chain counts for itself";
  const auto result = check();
  EXPECT_TRUE(result.findings.empty());
  EXPECT_EQ(result.entries, 3);
  EXPECT_EQ(result.chains, 2);
}

TEST_F(AuditLog, hash_covers_every_field_and_no_two_records_share_their_bytes) {
  const Entry e{"c", 1, 2, "actor", "origin", "trace", "action", "object", "digest", "body", ""};
  const std::string hash = entry_hash(HashAlg::sha256, "", e);
  std::vector<Entry> others(10, e);
  others[0].chain = "d";
  others[1].seq = 2;
  others[2].at_ms = 3;
  others[3].actor += "o";
  others[3].origin = "rigin";  // the same bytes, cut elsewhere
  others[4].origin.clear();
  others[5].trace = "T";
  others[6].action = "Action";
  others[7].object = "objecu";
  others[8].object_digest = "";
  others[9].body = "body ";
  for (std::size_t i = 0; i < others.size(); ++i) EXPECT_NE(entry_hash(HashAlg::sha256, "", others[i]), hash) << i;
  EXPECT_NE(entry_hash(HashAlg::sm3, "", e), hash);
  EXPECT_NE(entry_hash(HashAlg::sha256, hash, e), hash);
}

TEST_F(AuditLog, bulk_append_gives_the_same_log_as_single_appends) {
  std::vector<Event> events;
  for (int i = 0; i < 130; ++i) events.push_back({i % 3 ? "990000" : "990101", "import", "voucher:" + std::to_string(i), "", "{\"n\":" + std::to_string(i) + "}"});
  database->write([&](store::Txn& txn) { log.append_all(txn, who, events); });
  const auto bulk = all("990000");
  testing::TempFolder other;
  const auto second = store::Database::open({.dsn = "sqlite:" + (other / "b.db"), .create = true});
  store::migrate(*second, "audit", migrations());
  second->write([&](store::Txn& txn) {
    for (const auto& event : events) log.append(txn, who, event);
  });
  std::vector<Entry> single;
  second->read([&](store::Txn& txn) { entries(txn, "990000", 0, 1000, [&](const Entry& e) { single.push_back(e); }); });
  ASSERT_EQ(bulk.size(), single.size());
  for (std::size_t i = 0; i < bulk.size(); ++i) EXPECT_EQ(bulk[i].hash, single[i].hash);
  EXPECT_TRUE(check().findings.empty());
  database->write([&](store::Txn& txn) {
    log.append_all(txn, who, {});
    log.append(txn, who, {"990000", "later", "voucher:500", "", "{}"});
  });
  EXPECT_TRUE(check().findings.empty());
}

TEST_F(AuditLog, of_a_rolled_back_change_does_not_exist) {
  EXPECT_THROW(database->write([&](store::Txn& txn) {
    log.append(txn, who, {"990000", "voucher.post", "voucher:1", "", "{}"});
    throw Error(MIF_E_INVALID, "no");
  }),
               Error);
  EXPECT_TRUE(all("990000").empty());
  EXPECT_TRUE(check().findings.empty());
}

TEST_F(AuditLog, refuses_what_it_could_not_keep_faithfully) {
  const auto refused = [&](Event event, Who by = {"maker1", "mifctl", ""}) {
    return testing::status_of([&] { database->write([&](store::Txn& txn) { log.append(txn, by, event); }); });
  };
  EXPECT_EQ(refused({"", "a", "o", "", ""}), MIF_E_INVALID);
  EXPECT_EQ(refused({"c", "", "o", "", ""}), MIF_E_INVALID);
  EXPECT_EQ(refused({"c", "a", "", "", ""}), MIF_E_INVALID);
  EXPECT_EQ(refused({"two words", "a", "o", "", ""}), MIF_E_INVALID);
  EXPECT_EQ(refused({"c", "a", "o", "not a digest", ""}), MIF_E_INVALID);
  EXPECT_EQ(refused({"c", "a", "o", "", "\xff"}), MIF_E_INVALID);
  EXPECT_EQ(refused({"c", "a", "o", "", std::string("x\0y", 3)}), MIF_E_INVALID);
  EXPECT_EQ(refused({"c", "a", std::string(257, 'o'), "", ""}), MIF_E_INVALID);
  EXPECT_EQ(refused({"c", "a", "o", "", ""}, {std::string(129, 'a'), "", ""}), MIF_E_INVALID);
  EXPECT_EQ(refused({"c", "a", "o", "", "", }), MIF_OK);
  EXPECT_EQ(refused({"c", "a", "o", std::string(kGone), ""}), MIF_OK);
  EXPECT_EQ(refused({"c", "a", "o", "", std::string(2'000'000, 'b')}), MIF_OK) << "a large voucher's body fits";
}

TEST_F(AuditLog, tables_refuse_updates_and_deletes) {
  database->write([&](store::Txn& txn) { log.append(txn, who, {"c", "a", "o", "", ""}); });
  for (const char* sql : {"update audit_entry set body = 'x'", "delete from audit_entry", "delete from audit_head", "update audit_head set seq = 0", "update audit_head set chain = 'd'"})
    EXPECT_THROW(database->write([&](store::Txn& txn) { txn.execute(sql); }), Error) << sql;
  EXPECT_TRUE(check().findings.empty());
}

TEST_F(AuditLog, stays_gapless_under_eight_writers) {
  constexpr int kThreads = 8, kEach = 100;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i)
        database->write([&](store::Txn& txn) {
          log.append(txn, {"p" + std::to_string(t), "test", ""}, {i % 2 ? "990000" : "990101", "n", "thing:" + std::to_string(t * kEach + i), "", "{}"});
          if (i % 10 == 9) log.append(txn, who, {"system", "n", "thing", "", "{}"});
        });
    });
  for (auto& thread : threads) thread.join();
  const auto result = check();
  EXPECT_TRUE(result.findings.empty()) << result.findings.front().what;
  EXPECT_EQ(result.entries, kThreads * kEach * 11 / 10);
}

TEST_F(AuditLog, is_read_page_by_page_in_order) {
  database->write([&](store::Txn& txn) {
    for (int i = 0; i < 25; ++i) log.append(txn, who, {"c", "a", "o:" + std::to_string(i), "", ""});
  });
  std::vector<std::int64_t> seen;
  for (std::int64_t after = 0;;) {
    const auto before = seen.size();
    database->read([&](store::Txn& txn) { entries(txn, "c", after, 10, [&](const Entry& e) { seen.push_back(after = e.seq); }); });
    if (seen.size() == before) break;
  }
  ASSERT_EQ(seen.size(), 25u);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

}  // namespace
}  // namespace mif::audit
