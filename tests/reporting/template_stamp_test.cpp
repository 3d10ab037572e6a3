// SPDX-License-Identifier: Apache-2.0
// Templates on a disk: those left alone are not read again, and no change goes unnoticed.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "catalog_cache.h"
#include "fixture.h"

namespace mif::reporting {
namespace {

namespace fs = std::filesystem;

// Files on a disk, counted.
class OnDisk {
 public:
  OnDisk() {
    std::string name = (fs::temp_directory_path() / "mif-templates-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    root_ = name;
    write("r/dimensions.info", "");
    write("r/bridge/about.txt", "");
    write("a/package.info", "package { code a title A }\ntables { T \"T\" }\n");
    write("a/T.info", "table { code T title T period month unit 元 }\nrows { 1 a }\ncols { 1 { name a } }\n");
  }
  ~OnDisk() { fs::remove_all(root_); }
  fs::path at(const std::string& path) const { return root_ / path; }
  void write(const std::string& path, const std::string& text) const {
    fs::create_directories(at(path).parent_path());
    std::ofstream(at(path), std::ios::binary) << text;
  }
  std::string text(const std::string& path) const {
    std::ostringstream out;
    out << std::ifstream(at(path), std::ios::binary).rdbuf();
    return out.str();
  }
  // Another text, the same length, and the time of writing set back to what it was.
  void write_unseen(const std::string& path, const std::string& text, bool replaced) const {
    struct stat was {};
    ASSERT_EQ(::stat(at(path).c_str(), &was), 0);
    ASSERT_EQ(static_cast<std::size_t>(was.st_size), text.size());
    write(replaced ? path + ".new" : path, text);
    if (replaced) fs::rename(at(path + ".new"), at(path));
    const timespec times[2] = {was.st_atim, was.st_mtim};
    ASSERT_EQ(::utimensat(AT_FDCWD, at(path).c_str(), times, 0), 0);
  }
  // Parsed from memory, looked at on the disk.
  TemplateFiles get() {
    std::map<std::string, std::string> texts;
    for (const auto& entry : fs::recursive_directory_iterator(root_))
      if (entry.is_regular_file()) texts[entry.path().lexically_relative(root_)] = text(entry.path().lexically_relative(root_));
    const TemplateFiles held = memory_files(texts);
    TemplateFiles files = held;
    files.bytes = [this, held](const std::string& path) {
      ++read;
      return held.bytes(path);
    };
    files.list = [this, held](const std::string& path) {
      ++read;
      return held.list(path);
    };
    files.place = [this](const std::string& path) { return at(path).string(); };
    return files;
  }
  int read = 0;

 private:
  fs::path root_;
};

TEST(TemplateStamps, TemplatesLeftAloneAreNotReadAgainAndChangedOnesAreNoticed) {
  OnDisk disk;
  CatalogCache cache(0);
  std::int64_t now = 0;
  const auto get = [&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));  // more than a step of the file system's clock
    return cache.get(disk.get(), "r", [] { return std::vector<TemplateFolder>{{"m", "p", "a"}}; }, ++now, true);
  };
  const auto title = [](const std::shared_ptr<const Catalog>& c) { return c->packages().front().tables.front()->title; };
  const auto first = get();
  EXPECT_GT(disk.read, 0);
  disk.read = 0;
  EXPECT_EQ(get(), first);
  EXPECT_EQ(disk.read, 0);

  std::string text = disk.text("a/T.info");
  for (const bool replaced : {false, true}) {
    text.replace(text.find("title ") + 6, 1, replaced ? "V" : "U");
    disk.write_unseen("a/T.info", text, replaced);
    EXPECT_EQ(title(get()), replaced ? "V" : "U");
    disk.read = 0;
    EXPECT_EQ(title(get()), replaced ? "V" : "U");
    EXPECT_EQ(disk.read, 0);
  }
  const auto before = get();
  disk.write("r/bridge/x.txt", "");
  EXPECT_NE(get(), before) << "a new file in a listed folder";
  // Written anew as it was: looked at, and not parsed.
  const auto last = get();
  disk.write("a/T.info", text);
  EXPECT_EQ(get(), last);
  disk.read = 0;
  EXPECT_EQ(get(), last);
  EXPECT_EQ(disk.read, 0);
  fs::remove(disk.at("a/T.info"));
  EXPECT_THROW(get(), Error);
}

TEST(TemplateStamps, AFileWrittenAMomentAgoIsReadHoweverItLooks) {
  OnDisk disk;
  CatalogCache cache;
  const auto get = [&](std::int64_t now) { return cache.get(disk.get(), "r", [] { return std::vector<TemplateFolder>{{"m", "p", "a"}}; }, now, true); };
  const auto first = get(1);
  const int all = disk.read;
  disk.read = 0;
  EXPECT_EQ(get(2), first);
  EXPECT_EQ(disk.read, all) << "two writes within one step of the clock would look the same";
  std::string text = disk.text("a/T.info");
  text.replace(text.find("title ") + 6, 1, "U");
  disk.write_unseen("a/T.info", text, false);
  EXPECT_EQ(get(3)->packages().front().tables.front()->title, "U");
  EXPECT_FALSE(settled_stamp(disk.at("nothing").string(), 0));
}

}  // namespace
}  // namespace mif::reporting
