// SPDX-License-Identifier: Apache-2.0
// Files that printing writes. Inside the room service.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "kernel/base/random.h"
#include "mif/error.hpp"

namespace mif::service {

// A file that appears under its name only when it is whole.
class Arriving {
 public:
  explicit Arriving(const std::string& path) : path_(path), partial_(path + ".part-" + random_hex(4)) {}
  ~Arriving() {
    std::error_code ignored;
    if (!there_) std::filesystem::remove(partial_, ignored);
  }
  const std::string& partial() const { return partial_; }
  void arrive() {
    std::error_code error;
    std::filesystem::rename(partial_, path_, error);
    if (error) throw Error(MIF_E_UNAVAILABLE, "print.not-written", "文件没有写成: " + path_ + ": " + error.message() + " (cannot write the file)");
    there_ = true;
  }

 private:
  const std::string path_, partial_;
  bool there_ = false;
};

class OutFile {
 public:
  explicit OutFile(const std::string& path) : path_(path), out_(path, std::ios::binary) { check(); }
  void write(std::string_view bytes) {
    out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    check();
  }
  void close() {
    out_.close();
    check();
  }

 private:
  void check() const {
    if (!out_) throw Error(MIF_E_UNAVAILABLE, "print.not-written", "文件写不进去, 检查目录与磁盘余量 (cannot write the file): " + path_);
  }
  std::string path_;
  std::ofstream out_;
};

}  // namespace mif::service
