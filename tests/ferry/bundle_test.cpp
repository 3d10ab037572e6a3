// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "ferry/json_reader.h"
#include "keys.h"

namespace mif::ferry::testing {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "mif-ferry-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  std::string path;
};

std::string rule(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& e) {
    return std::string(e.rule());
  }
  return "";
}

class FerryBundle : public ::testing::TestWithParam<Suite> {
 protected:
  const Keys& k() const { return keys(GetParam()); }
  // A sealed bundle of three documents.
  std::string sealed(const std::function<void(Bundle&)>& change = {}) const {
    Bundle b;
    b.header = {k().suite, "f", "business", "fund", "b1", "k1", "", "", 1, 1700000000000, 0, 0};
    std::string lines;
    for (int i = 1; i <= 3; ++i) lines += write_entry(document(i, "100.25")) + "\n";
    b.contents = {{kDocuments, lines}};
    b.manifest.count = b.manifest.total_count = 3;
    b.manifest.amount = b.manifest.total_amount = Fen(30075);
    b.manifest.position = {{"main", 3}};
    if (change) change(b);
    return seal(b, k().sender, k().shared, {});
  }
  KeyRing ring() const { return documents_in(k(), "").keys; }
  Bundle read(const std::string& file) const {
    const Header h = peek(file, {});
    check_signature(file, h, ring());
    return open(file, h, ring());
  }
};

TEST_P(FerryBundle, ComesBackAsItWasSealed) {
  const Bundle b = read(sealed());
  EXPECT_EQ(b.header.flow, "f");
  EXPECT_EQ(b.manifest.count, 3);
  EXPECT_EQ(b.manifest.amount, Fen(30075));
  EXPECT_EQ(b.manifest.position.at("main"), 3);
  EXPECT_EQ(read_entries(b.contents.at(0).bytes).at(2).doc_no, "D3");
}

TEST_P(FerryBundle, EveryChangedByteIsFound) {
  const std::string good = sealed();
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] ^= static_cast<char>(1 << (i % 8));
    EXPECT_THROW(read(bad), Error) << "byte " << i;
  }
}

TEST_P(FerryBundle, EveryCutIsFoundAndSoIsWhatIsAppended) {
  const std::string good = sealed();
  for (std::size_t n = 0; n < good.size(); ++n) EXPECT_EQ(rule([&] { peek(std::string_view(good).substr(0, n), {}); }), "ferry.truncated") << n;
  EXPECT_EQ(rule([&] { peek(good + "x", {}); }), "ferry.format");
}

TEST_P(FerryBundle, TheContentIsNotInClearAndTwoSealsDiffer) {
  const std::string one = sealed(), two = sealed();
  EXPECT_EQ(one.find("subsidy"), std::string::npos);
  EXPECT_EQ(one.find("100.25"), std::string::npos);
  EXPECT_NE(peek(one, {}).nonce, peek(two, {}).nonce);
  EXPECT_NE(one.substr(400), two.substr(400));
}

TEST_P(FerryBundle, AnotherSendersSignatureAnotherKeyAndAnUnknownIdAreRefused) {
  const std::string file = sealed();
  const Header h = peek(file, {});
  KeyRing other = ring();
  other.verify["b1"] = k().receiver_public;
  EXPECT_EQ(rule([&] { check_signature(file, h, other); }), "ferry.signature");
  other.verify.erase("b1");
  EXPECT_EQ(rule([&] { check_signature(file, h, other); }), "ferry.key-unknown");
  other = ring();
  other.decrypt["k1"] = k().old_shared;
  EXPECT_EQ(rule([&] { open(file, h, other); }), "ferry.decrypt");
  other.decrypt.clear();
  EXPECT_EQ(rule([&] { open(file, h, other); }), "ferry.key-unknown");
}

TEST_P(FerryBundle, AKeyOfTheOtherSuiteNeitherSignsNorVerifies) {
  const Keys& other = keys(GetParam() == Suite::gm ? Suite::intl : Suite::gm);
  const std::string file = sealed();
  KeyRing ring_of_other = ring();
  ring_of_other.verify["b1"] = other.sender_public;
  EXPECT_EQ(rule([&] { check_signature(file, peek(file, {}), ring_of_other); }), "ferry.signature");
  EXPECT_EQ(rule([&] { Bundle b = read(file); seal(b, other.sender, k().shared, {}); }), "ferry.key");
}

TEST_P(FerryBundle, AnOldKeyStillReadsWhatItSealed) {
  KeyRing rotated = ring();
  rotated.decrypt["k2"] = k().old_shared;
  rotated.verify["b2"] = k().receiver_public;
  const std::string file = sealed();
  const Header h = peek(file, {});
  check_signature(file, h, rotated);
  EXPECT_EQ(open(file, h, rotated).manifest.count, 3);
}

TEST_P(FerryBundle, OnlyListedTypesOfContent) {
  const std::string file = sealed([](Bundle& b) { b.contents[0].type = "program"; });
  EXPECT_EQ(rule([&] { read(file); }), "ferry.entry-type");
}

TEST_P(FerryBundle, ABundleLargerThanTheLimitIsNeitherSealedNorRead) {
  Limits small;
  small.bundle_bytes = 100;
  EXPECT_EQ(rule([&] { peek(sealed(), small); }), "ferry.too-long");
  EXPECT_EQ(rule([&] { Bundle b = read(sealed()); seal(b, k().sender, k().shared, small); }), "ferry.too-long");
}

INSTANTIATE_TEST_SUITE_P(Suites, FerryBundle, ::testing::Values(Suite::gm, Suite::intl), [](const auto& info) { return std::string(name_of(info.param)); });

TEST(FerryCrypto, DigestsAreTheStandardOnes) {
  EXPECT_EQ(hex(digest(Suite::gm, "abc")), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");    // GB/T 32905
  EXPECT_EQ(hex(digest(Suite::intl, "abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");  // FIPS 180-4
}

TEST(FerryCrypto, KeysInTheWrongFormAreRefusedWithoutShowingThem) {
  for (const char* bad : {"", "0123", "zz23456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "geheim"}) {
    try {
      shared_key(Secret(bad), "k9");
      FAIL() << bad;
    } catch (const Error& e) {
      EXPECT_EQ(e.rule(), "ferry.key");
      EXPECT_EQ(std::string(e.what()).find("geheim"), std::string::npos);
    }
  }
  EXPECT_EQ(rule([] { private_key(Secret("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), "x"); }), "ferry.key");
  EXPECT_EQ(rule([] { public_key("nothing", "x"); }), "ferry.key");
}

TEST(FerryName, OnlyFlowAndTenDigits) {
  EXPECT_EQ(file_name("city-documents", 12), "city-documents-0000000012.ferry");
  EXPECT_EQ(number_in("city-documents-0000000012.ferry", "city-documents"), 12);
  for (const char* bad : {"city-documents-0000000012.ferry.part", "city-documents-12.ferry", "../city-documents-0000000012.ferry", "city-documents-000000001x.ferry", "city-document-0000000012.ferry",
                          "city-documents-0000000000.ferry", ""})
    EXPECT_EQ(number_in(bad, "city-documents"), 0) << bad;
}

// --- both ends on a real disk ---

struct Ends {
  Ends() : k(keys(Suite::gm)), out_settings(documents_out(k, folder.path + "/b")), in_settings(documents_in(k, folder.path + "/f")) {
    out_settings.outbox = in_settings.inbox;
    fs::create_directories(in_settings.inbox);
  }
  std::string inbox(std::int64_t seq) const { return in_settings.inbox + "/" + file_name("f", seq); }
  std::vector<Entry> rows(std::int64_t n) const {
    std::vector<Entry> all;
    for (std::int64_t i = 1; i <= n; ++i) all.push_back(document(i, "1.00"));
    return all;
  }
  Folder folder;
  const Keys& k;
  RealDisk disk;
  OutgoingSettings out_settings;
  IncomingSettings in_settings;
};
constexpr std::int64_t kNow = 1700000000000;

TEST(FerryFolders, PackedRowsArriveAndPackingAgainSendsNothing) {
  Ends e;
  Outgoing out(e.disk, e.out_settings);
  EXPECT_EQ(pack(out, e.rows(5), 2, {}, kNow).last, 3);
  const Packed again = pack(out, e.rows(5), 2, {}, kNow);
  EXPECT_EQ(again.documents, 0);
  EXPECT_EQ(again.skipped, 5);
  EXPECT_EQ(pack(out, e.rows(6), 2, {}, kNow).documents, 1);
  Incoming in(e.disk, e.in_settings);
  EXPECT_EQ(in.scan(kNow).accepted.size(), 4u);
  EXPECT_EQ(in.state().documents, 6);
  EXPECT_EQ(in.state().amount, Fen(600));
  EXPECT_TRUE(fs::is_empty(e.in_settings.inbox));
}

TEST(FerryFolders, AGapHoldsBackTheLaterOnesAndIsNamed) {
  Ends e;
  Outgoing out(e.disk, e.out_settings);
  pack(out, e.rows(4), 1, {}, kNow);
  fs::remove(e.inbox(2));
  Incoming in(e.disk, e.in_settings);
  const Scan scan = in.scan(kNow);
  EXPECT_EQ(scan.accepted.size(), 1u);
  EXPECT_EQ(scan.waiting, (std::vector<std::int64_t>{3, 4}));
  EXPECT_EQ(in.state().missing, (std::vector<std::int64_t>{2}));
  out.repeat({2});
  EXPECT_EQ(in.scan(kNow).accepted.size(), 3u);
  EXPECT_TRUE(in.state().missing.empty());
}

TEST(FerryFolders, WithPassTheLaterOnesGoOnAndTheLateOneFollows) {
  Ends e;
  e.in_settings.pass = true;
  Outgoing out(e.disk, e.out_settings);
  pack(out, e.rows(4), 1, {}, kNow);
  fs::remove(e.inbox(2));
  Incoming in(e.disk, e.in_settings);
  EXPECT_EQ(in.scan(kNow).accepted.size(), 3u);
  EXPECT_EQ(in.state().missing, (std::vector<std::int64_t>{2}));
  out.repeat({2});
  in.scan(kNow);
  EXPECT_EQ(in.accepted_after(3).at(0).seq, 2);
  Delivery delivery(in);
  Scan scan;
  std::string order;
  for (const auto& d : delivery.fetch("", 10, kNow, scan)) order += std::to_string(d.entry.seq);
  EXPECT_EQ(order, "1342");
}

TEST(FerryFolders, ANumberUsedTwiceIsAnAlarmThatStays) {
  Ends e;
  Outgoing out(e.disk, e.out_settings);
  pack(out, e.rows(1), 1, {}, kNow);
  Incoming in(e.disk, e.in_settings);
  in.scan(kNow);
  OutgoingSettings twin = e.out_settings;  // a sender restored from an old backup
  twin.sent = e.folder.path + "/twin";
  Outgoing second(e.disk, twin);
  pack(second, e.rows(2), 1, {}, kNow);
  const Scan scan = in.scan(kNow);
  EXPECT_EQ(scan.quarantined, 2);
  const FlowState state = in.state();
  EXPECT_NE(state.quarantined.at(0).reason.find("[ferry.number-reused]"), std::string::npos);
  EXPECT_TRUE(state.quarantined.at(0).open);
  EXPECT_NE(state.quarantined.at(1).reason.find("[ferry.chain]"), std::string::npos);
  EXPECT_EQ(state.documents, 1);
}

TEST(FerryFolders, WrongTotalsWrongFlowExpiryAndForeignFiles) {
  Ends e;
  Outgoing out(e.disk, e.out_settings);
  out.send(out.last(), {{kDocuments, write_entry(document(1, "1.00")) + "\n"}}, 1, Fen(101), {}, kNow);
  Incoming in(e.disk, e.in_settings);
  in.scan(kNow);
  EXPECT_NE(in.state().quarantined.at(0).reason.find("[ferry.totals]"), std::string::npos);
  EXPECT_EQ(in.state().missing, (std::vector<std::int64_t>{1}));

  Ends f;
  f.out_settings.recipient = "others";
  Outgoing elsewhere(f.disk, f.out_settings);
  pack(elsewhere, f.rows(1), 1, {}, kNow);
  Incoming fin(f.disk, f.in_settings);
  fin.scan(kNow);
  EXPECT_NE(fin.state().quarantined.at(0).reason.find("[ferry.flow]"), std::string::npos);

  Ends g;
  g.out_settings.expires_ms = 1000;
  Outgoing brief(g.disk, g.out_settings);
  pack(brief, g.rows(1), 1, {}, kNow);
  std::ofstream(g.in_settings.inbox + "/run.sh") << "#!/bin/sh\n";
  fs::create_symlink("/etc/passwd", g.inbox(7));
  Incoming gin(g.disk, g.in_settings);
  const Scan scan = gin.scan(kNow + 1000);
  EXPECT_NE(gin.state().quarantined.at(0).reason.find("[ferry.expired]"), std::string::npos);
  EXPECT_EQ(scan.foreign, (std::vector<std::string>{"f-0000000007.ferry", "run.sh"}));
}

TEST(FerryFolders, AFileThatGrowsWaitsAndIsCutOffAfterItsTime) {
  Ends e;
  Outgoing out(e.disk, e.out_settings);
  pack(out, e.rows(1), 1, {}, kNow);
  fs::resize_file(e.inbox(1), fs::file_size(e.inbox(1)) - 1);
  Incoming in(e.disk, e.in_settings);
  const auto changed = static_cast<std::int64_t>(e.disk.list(e.in_settings.inbox).at(0).changed_ms);
  EXPECT_EQ(in.scan(changed + 1000).arriving, (std::vector<std::int64_t>{1}));
  EXPECT_EQ(in.scan(changed + e.in_settings.settle_ms).quarantined, 1);
  EXPECT_NE(in.state().quarantined.at(0).reason.find("[ferry.truncated]"), std::string::npos);
}

TEST(FerryFolders, RubbishCannotFillTheDisk) {
  Ends e;
  e.in_settings.quarantine_files = 2;
  e.in_settings.limits.bundle_bytes = 1000;
  for (int i = 1; i <= 4; ++i) std::ofstream(e.inbox(i)) << "MIFFERRX" << i;
  std::ofstream(e.inbox(5)) << std::string(2000, 'x');
  Incoming in(e.disk, e.in_settings);
  const Scan scan = in.scan(kNow);
  EXPECT_EQ(scan.quarantined, 2);
  EXPECT_EQ(scan.stuck.size(), 3u);
}

TEST(FerryFolders, ALostFolderIsRefusedNotGuessed) {
  Ends e;
  Outgoing out(e.disk, e.out_settings);
  pack(out, e.rows(3), 1, {}, kNow);
  Incoming in(e.disk, e.in_settings);
  Delivery delivery(in);
  Scan scan;
  const auto all = delivery.fetch("", 10, kNow, scan);
  ASSERT_EQ(all.size(), 3u);
  for (const auto& f : e.disk.list(e.in_settings.kept + "/accepted"))
    if (f.name.substr(0, 10) == "0000000002") fs::remove(e.in_settings.kept + "/accepted/" + f.name);
  EXPECT_EQ(rule([&] { delivery.fetch(write_cursor(all[0].at), 10, kNow, scan); }), "ferry.kept-lost");
  fs::remove_all(e.in_settings.kept);
  EXPECT_EQ(rule([&] { delivery.fetch(write_cursor(all[2].at), 10, kNow, scan); }), "ferry.kept-lost");
}

TEST(FerryFolders, BundlesAcceptedInAnotherOrderDoNotPassForThoseAlreadyRead) {
  Ends e;
  e.in_settings.pass = true;
  Outgoing out(e.disk, e.out_settings);
  pack(out, e.rows(2), 1, {}, kNow);
  Incoming in(e.disk, e.in_settings);
  Delivery delivery(in);
  Scan scan;
  const auto first = delivery.fetch("", 1, kNow, scan);
  fs::remove_all(e.in_settings.kept);
  out.repeat({2});
  in.scan(kNow);
  out.repeat({1});
  in.scan(kNow);
  Delivery again(in);
  EXPECT_EQ(rule([&] { again.fetch(write_cursor(first.at(0).at), 1, kNow, scan); }), "ferry.kept-lost");
}

TEST(FerryFolders, TwoWritersOfOneChainDoNotBothWin) {
  Ends e;
  Outgoing one(e.disk, e.out_settings), two(e.disk, e.out_settings);
  const Sent before = one.last();
  pack(two, e.rows(1), 1, {}, kNow);
  EXPECT_EQ(rule([&] { one.send(before, {}, 0, Fen(), {}, kNow); }), "ferry.chain-moved");
}

TEST(FerryFolders, RowsThatDoNotGrowAreNotPacked) {
  Ends e;
  Outgoing out(e.disk, e.out_settings);
  EXPECT_EQ(rule([&] { pack(out, {document(2, "1.00"), document(1, "1.00")}, 9, {}, kNow); }), "ferry.order");
  EXPECT_EQ(rule([&] { pack(out, {document(2, "1.00"), document(2, "1.00")}, 9, {}, kNow); }), "ferry.order");
}

TEST(FerryFolders, AFullDiskLeavesTheOldFileAndNoPart) {
  Folder folder;
  RealDisk disk;
  const std::string file = folder.path + "/x";
  disk.write(file, "before");
  struct rlimit old {};
  getrlimit(RLIMIT_FSIZE, &old);
  const struct rlimit small { 100, old.rlim_max };
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  const std::string refused = rule([&] { disk.write(file, std::string(1000, 'x')); });
  setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(refused, "ferry.disk");
  EXPECT_EQ(disk.read(file, 100), "before");
  EXPECT_EQ(disk.list(folder.path).size(), 1u);
}

// The way out that docs/exchange/ferry.md gives a sender whose folder is older than what the receiver has.
TEST(FerryFolders, ASenderRestoredFromABackupGoesOnFromTheReceiversNewestFile) {
  Ends e;
  {
    Outgoing out(e.disk, e.out_settings);
    pack(out, e.rows(3), 1, {}, kNow);
  }
  Incoming in(e.disk, e.in_settings);
  in.scan(kNow);
  fs::remove_all(e.out_settings.sent);
  fs::create_directories(e.out_settings.sent);
  const auto newest = in.accepted_after(2).at(0);
  fs::copy_file(e.in_settings.kept + "/accepted/" + newest.name, e.out_settings.sent + "/" + file_name("f", newest.seq));
  Outgoing out(e.disk, e.out_settings);
  const Packed packed = pack(out, e.rows(4), 1, {}, kNow);
  EXPECT_EQ(packed.skipped, 3);
  EXPECT_EQ(packed.last, 4);
  in.scan(kNow);
  EXPECT_EQ(in.state().last, 4);
  EXPECT_EQ(in.state().documents, 4);
  EXPECT_TRUE(in.state().quarantined.empty());
}

TEST(FerryFolders, APageOfDocumentsDependsOnNothingButItsCursor) {
  Ends e;
  Outgoing out(e.disk, e.out_settings);
  pack(out, e.rows(7), 3, {}, kNow);
  Incoming in(e.disk, e.in_settings);
  Delivery delivery(in);
  Scan scan;
  std::string cursor, order;
  for (int pages = 0; pages < 20; ++pages) {
    const auto page = delivery.fetch(cursor, 2, kNow, scan);
    if (page.empty()) break;
    for (const auto& d : page) order += d.entry.doc_no + " ";
    cursor = write_cursor(page.back().at);
    EXPECT_LE(cursor.size(), 64u);
  }
  EXPECT_EQ(order, "D1 D2 D3 D4 D5 D6 D7 ");
  EXPECT_EQ(rule([&] { delivery.fetch("1.x.main.1", 2, kNow, scan); }), "ferry.cursor");
  EXPECT_EQ(rule([&] { delivery.fetch("1.1.main", 2, kNow, scan); }), "ferry.cursor");
}

}  // namespace
}  // namespace mif::ferry::testing
