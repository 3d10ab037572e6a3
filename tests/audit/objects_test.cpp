// SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/object_store.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "kernel/base/text.h"
#include "mif/error.hpp"

namespace mif::objects {
namespace {

namespace fs = std::filesystem;

class Objects : public ::testing::Test {
 protected:
  static std::string make_folder() {
    std::string name = (fs::temp_directory_path() / "mif-test-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    return name;
  }
  ~Objects() override { fs::remove_all(folder); }
  std::string path_of(const std::string& digest) const { return folder + "/objects/" + digest.substr(0, 2) + "/" + digest.substr(2); }
  mif_status get_status(const std::string& digest) const {
    try {
      store.get(digest);
    } catch (const Error& e) {
      return e.code();
    }
    return MIF_OK;
  }
  const std::string folder = make_folder();
  const std::string bytes = std::string("回单\0bytes", 12);
  ObjectStore store{folder + "/objects", HashAlg::sha256};
};

TEST_F(Objects, are_kept_under_their_digest) {
  const std::string digest = store.put(bytes);
  EXPECT_EQ(digest, to_hex(hash(HashAlg::sha256, bytes)));
  EXPECT_EQ(store.get(digest), bytes);
  EXPECT_TRUE(store.has(digest));
  EXPECT_EQ(store.put(bytes), digest) << "putting it again changes nothing";
  EXPECT_EQ(read_file(path_of(digest)), bytes);
  EXPECT_EQ(store.get(store.put("")), "");
  EXPECT_EQ(ObjectStore(folder + "/gm", HashAlg::sm3).put("abc"), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
}

TEST_F(Objects, that_are_absent_or_no_digest_at_all_are_told_apart) {
  EXPECT_EQ(get_status(std::string(64, '0')), MIF_E_NOT_FOUND);
  EXPECT_FALSE(store.has(std::string(64, '0')));
  for (const char* bad : {"", "../../../etc/passwd", "ABCDEF"}) EXPECT_EQ(get_status(bad), MIF_E_INVALID) << bad;
}

TEST_F(Objects, that_rotted_on_the_disk_are_not_handed_out_and_can_be_mended) {
  const std::string digest = store.put(bytes);
  fs::permissions(path_of(digest), fs::perms::owner_write | fs::perms::owner_read);
  std::ofstream(path_of(digest), std::ios::binary) << "rotten";
  EXPECT_EQ(get_status(digest), MIF_E_INTERNAL);
  store.put(bytes);
  EXPECT_EQ(store.get(digest), bytes);
}

TEST_F(Objects, come_piece_by_piece_to_the_same_digest_and_broken_off_leave_nothing) {
  ObjectStore store(folder + "/objects", HashAlg::sha256);
  std::string bytes;
  for (int i = 0; i < 300'000; ++i) bytes += std::to_string(i);
  const auto in_pieces = [&](std::size_t fail_at) {
    std::size_t at = 0;
    return [&bytes, fail_at, at](char* room, std::size_t most) mutable {
      const std::size_t n = std::min({most, bytes.size() - at, std::size_t{70'001}});
      if (at >= fail_at) throw Error(MIF_E_UNAVAILABLE, "gone");
      bytes.copy(room, n, at);
      at += n;
      return n;
    };
  };
  EXPECT_THROW(store.put_from(in_pieces(500'000)), Error);
  EXPECT_TRUE(fs::is_empty(folder + "/objects")) << "half an object";
  const std::string digest = store.put_from(in_pieces(SIZE_MAX));
  EXPECT_EQ(store.get(digest), bytes);
  EXPECT_EQ(store.put(bytes), digest);
  EXPECT_EQ(store.put_from(in_pieces(SIZE_MAX)), digest);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder + "/objects"), fs::directory_iterator()), 1) << "no drafts are left";
  std::ofstream(path_of(digest) + ".x") << "";
  fs::permissions(path_of(digest), fs::perms::owner_write, fs::perm_options::add);
  std::ofstream(path_of(digest)) << "rotten";
  EXPECT_EQ(store.put_from(in_pieces(SIZE_MAX)), digest);
  EXPECT_EQ(store.get(digest), bytes) << "mended";
}
TEST_F(Objects, put_by_many_at_once_are_whole_and_leave_nothing_behind) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) EXPECT_EQ(store.get(store.put("object " + std::to_string(i))), "object " + std::to_string(i));
    });
  for (auto& thread : threads) thread.join();
  int files = 0;
  for (const auto& file : fs::recursive_directory_iterator(folder)) {
    if (file.is_regular_file()) ++files;
    EXPECT_EQ(file.path().string().find(".tmp"), std::string::npos);
  }
  EXPECT_EQ(files, 20);
}

}  // namespace
}  // namespace mif::objects
