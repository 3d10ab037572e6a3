// SPDX-License-Identifier: Apache-2.0
#include <openssl/evp.h>
#include <sys/stat.h>

#include "kernel/base/text.h"
#include "tests/audit/fixture.h"

namespace mif::audit {
namespace {

std::string base64_to_bytes(std::string_view text) {
  std::string bytes(text.size(), '\0');
  const int n = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  bytes.resize(static_cast<std::size_t>(n) - (text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0));
  return bytes;
}

std::string bytes_to_base64(std::string_view bytes) {
  std::string text(bytes.size() * 2 + 4, '\0');
  text.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()))));
  return text;
}

class Checkpoints : public testing::AuditFixture {
 protected:
  Checkpoints() {
    database->write([&](store::Txn& txn) {
      for (int i = 0; i < 20; ++i) log.append(txn, who, {i % 3 ? "990000" : "system", "a", "o:" + std::to_string(i), "", "{}"});
    });
  }
  Checkpoint make(HashAlg alg = HashAlg::sha256) {
    Checkpoint made;
    database->read([&](store::Txn& txn) { made = make_checkpoint(txn, alg, "mif.example/990000", 1704000000000, signer); });
    return made;
  }
  Signer signer{folder / "keys"};
};

TEST_F(Checkpoints, come_back_from_their_text_as_they_were_made) {
  const Checkpoint made = make();
  ASSERT_EQ(made.heads.size(), 2u);
  EXPECT_EQ(made.heads[0].chain, "990000");
  EXPECT_EQ(made.heads[0].size, 13);
  const Checkpoint read = read_checkpoint(made.text, signer);
  EXPECT_EQ(read.origin, "mif.example/990000");
  EXPECT_EQ(read.at_ms, 1704000000000);
  EXPECT_EQ(read.text, made.text);
  ASSERT_EQ(read.heads.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read.heads[i].chain, made.heads[i].chain);
    EXPECT_EQ(read.heads[i].size, made.heads[i].size);
    EXPECT_EQ(read.heads[i].merkle_root, made.heads[i].merkle_root);
  }
}

TEST_F(Checkpoints, are_signed_notes_that_other_tools_can_read) {
  const std::string text = make().text;
  EXPECT_TRUE(text.starts_with("mif.example/990000\n20\n")) << text;
  const auto blank = text.find("\n\n");
  ASSERT_NE(blank, std::string::npos);
  const std::string prefix = "\n\n\xE2\x80\x94 mif.example/990000 ";
  ASSERT_EQ(text.substr(blank, prefix.size()), prefix);
  ASSERT_EQ(text.back(), '\n');
  const std::string raw = base64_to_bytes(text.substr(blank + prefix.size(), text.size() - blank - prefix.size() - 1));
  ASSERT_EQ(raw.size(), 68u);
  const Digest id = hash(HashAlg::sha256, "mif.example/990000\n\x01" + signer.public_key_raw());
  EXPECT_EQ(raw.substr(0, 4), std::string(reinterpret_cast<const char*>(id.data()), 4));
  EXPECT_TRUE(signer.verify(text.substr(0, blank + 1), raw.substr(4)));
}

// The worked example of the signed-note specification.
TEST(SignedNote, public_example_verifies) {
  testing::TempFolder folder;
  const std::string key = base64_to_bytes("AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
  ASSERT_EQ(key.size(), 33u);
  const std::string der = std::string("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12) + key.substr(1);
  write_file_durably(folder / "checkpoint-key.pub.pem", "-----BEGIN PUBLIC KEY-----\n" + bytes_to_base64(der) + "\n-----END PUBLIC KEY-----\n");
  const Signer witness(folder.path());
  EXPECT_EQ(witness.public_key_raw(), key.substr(1));
  const std::string raw = base64_to_bytes("Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=");
  EXPECT_TRUE(witness.verify("This is an example message.\n", raw.substr(4)));
  EXPECT_FALSE(witness.verify("This is an example message!\n", raw.substr(4)));
  EXPECT_EQ(testing::status_of([&] { witness.sign("x"); }), MIF_E_UNSUPPORTED) << "a witness keeps no private key";
}

TEST_F(Checkpoints, with_any_byte_changed_are_refused) {
  const std::string text = make().text;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string edited = text;
    edited[i] ^= 1;
    EXPECT_EQ(testing::status_of([&] { read_checkpoint(edited, signer); }), MIF_E_INVALID) << "byte " << i;
  }
  EXPECT_EQ(testing::status_of([&] { read_checkpoint("", signer); }), MIF_E_INVALID);
  EXPECT_EQ(testing::status_of([&] { read_checkpoint(text.substr(0, text.size() / 2), signer); }), MIF_E_INVALID);
}

TEST_F(Checkpoints, of_another_key_are_refused_and_extra_signatures_are_not_minded) {
  const std::string text = make().text;
  const Signer stranger(folder / "other");
  EXPECT_EQ(testing::status_of([&] { read_checkpoint(text, stranger); }), MIF_E_INVALID);
  EXPECT_EQ(testing::status_of([&] { read_checkpoint(text + "\xE2\x80\x94 witness.example AAAA\n", signer); }), MIF_OK);
}

TEST_F(Checkpoints, are_not_signed_over_a_broken_log) {
  database->write([&](store::Txn& txn) {
    txn.execute("drop trigger audit_entry_no_update");
    txn.execute("update audit_entry set body = '{ }' where chain = 'system' and seq = 2");
  });
  EXPECT_EQ(testing::status_of([&] { make(); }), MIF_E_CONFLICT);
}

TEST_F(Checkpoints, of_an_empty_log_are_possible) {
  testing::TempFolder other;
  const auto empty = store::Database::open({.dsn = "sqlite:" + (other / "e.db"), .create = true});
  store::migrate(*empty, "audit", migrations());
  Checkpoint made;
  empty->read([&](store::Txn& txn) { made = make_checkpoint(txn, HashAlg::sha256, "示例省 基金+平台", 5, signer); });
  EXPECT_TRUE(read_checkpoint(made.text, signer).heads.empty());
}

TEST_F(Checkpoints, keys_are_made_once_and_kept_private) {
  struct stat status{};
  ASSERT_EQ(stat((folder / "keys/checkpoint-key.pem").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const Signer again(folder / "keys");
  EXPECT_EQ(again.public_key_pem(), signer.public_key_pem());
  EXPECT_TRUE(signer.verify("text", again.sign("text")));
  EXPECT_NE(Signer(folder / "other").public_key_pem(), signer.public_key_pem());
  std::filesystem::copy_file(folder / "other/checkpoint-key.pub.pem", folder / "keys/checkpoint-key.pub.pem", std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(testing::status_of([&] { Signer(folder / "keys"); }), MIF_E_INVALID) << "two halves of different pairs";
}

TEST_F(Checkpoints, name_the_hash_they_use) {
  const Checkpoint made = make();
  database->read([&](store::Txn& txn) {
    Checkpoint other = made;
    other.alg = HashAlg::sm3;
    EXPECT_FALSE(verify(txn, HashAlg::sha256, {}, &other).findings.empty());
  });
}

}  // namespace
}  // namespace mif::audit
