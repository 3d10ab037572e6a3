// SPDX-License-Identifier: Apache-2.0
#include "kernel/base/text.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "kernel/base/hash.h"
#include "mif/error.hpp"

namespace mif {
namespace {

TEST(Utf8, StrictReading) {
  EXPECT_TRUE(valid_utf8("医保基金 abc 𠮷"));
  EXPECT_TRUE(valid_utf8("é"));
  for (const std::string_view bad : {std::string_view("\xC0\x80"), std::string_view("\xED\xA0\x80"), std::string_view("\xF5\x80\x80\x80"), std::string_view("\xE4\xBD"),
                                     std::string_view("\x80"), std::string_view("a\0b", 3), std::string_view("\xC2")})
    EXPECT_FALSE(valid_utf8(bad));
}

// ASCII is looked at several bytes at a time: what is wrong is found wherever it stands.
TEST(Utf8, AWrongByteIsFoundAtAnyPlace) {
  for (std::size_t size = 1; size < 40; ++size) {
    const std::string plain(size, 'a');
    ASSERT_TRUE(valid_utf8(plain));
    for (std::size_t at = 0; at < size; ++at)
      for (const char wrong : {'\0', '\x80', '\xFF', '\xC3'}) {
        std::string text = plain;
        text[at] = wrong;
        ASSERT_FALSE(valid_utf8(text)) << size << ' ' << at;
        ASSERT_TRUE(valid_utf8(text.substr(0, at) + "医" + text.substr(at + 1)));
      }
    for (std::size_t at = 0; at < size; ++at) {
      std::string text = plain;
      text[at] = '\x7F';
      ASSERT_TRUE(valid_utf8(text));
      text[at] = '\x01';
      ASSERT_TRUE(valid_utf8(text));
    }
  }
}

TEST(Gb18030, GoesThereAndBack) {
  const std::string text = "示例市人民医院（职工）㐂𠮷 100.00";
  EXPECT_EQ(gb18030_to_utf8(utf8_to_gb18030(text)), text);
  EXPECT_EQ(utf8_to_gb18030("医保").size(), 4u);
  EXPECT_THROW(gb18030_to_utf8("\xFF\xFF"), Error);
}

// Published vectors: FIPS 180-4 "abc", GB/T 32905-2016 example 1 "abc".
TEST(Hash, PublishedVectors) {
  EXPECT_EQ(to_hex(hash(HashAlg::sha256, "abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(hash(HashAlg::sm3, "abc")), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
  EXPECT_EQ(digest_from_hex(to_hex(hash(HashAlg::sm3, "x"))), hash(HashAlg::sm3, "x"));
  EXPECT_THROW(digest_from_hex("zz"), Error);
}

TEST(Canonical, NoTwoRecordsLookAlike) {
  EXPECT_NE(Canonical().add("ab").add("c").bytes(), Canonical().add("a").add("bc").bytes());
  EXPECT_NE(Canonical().add("1").bytes(), Canonical().add(1).bytes());
}

TEST(Files, AreWrittenWholeOrNotAtAll) {
  const auto path = (std::filesystem::temp_directory_path() / ("mif_text_test_" + std::to_string(getpid()))).string();
  write_file_durably(path, "one");
  write_file_durably(path, "two");
  EXPECT_EQ(read_file(path), "two");
  std::filesystem::remove(path);
  EXPECT_THROW(read_file(path), Error);
  EXPECT_THROW(write_file_durably("/nonexistent-folder/x", "y"), Error);
}

}  // namespace
}  // namespace mif
