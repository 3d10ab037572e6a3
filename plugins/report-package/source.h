// SPDX-License-Identifier: Apache-2.0
// Where the bytes of a package are: in memory or in a file.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace mif::report_package {

// Bytes that are read from any place, as often as wanted. [any-thread]
class Source {
 public:
  virtual ~Source() = default;
  virtual std::size_t size() const = 0;
  // Fills room[0..n); the caller stays within size(). MIF_E_INVALID report-package.unreadable when they cannot be read.
  virtual void read(std::size_t at, char* room, std::size_t n) const = 0;

  std::string text(std::size_t at, std::size_t n) const;
  // From `at` on, in pieces that take little memory.
  void pieces(std::size_t at, std::size_t n, const std::function<void(std::string_view)>& each) const;
};

// Does not own its bytes.
class TextSource : public Source {
 public:
  explicit TextSource(std::string_view bytes) : bytes_(bytes) {}
  std::size_t size() const override { return bytes_.size(); }
  void read(std::size_t at, char* room, std::size_t n) const override { bytes_.copy(room, n, at); }

 private:
  std::string_view bytes_;
};

// An open file descriptor, closed at the end.
class FileSource : public Source {
 public:
  explicit FileSource(const std::string& path);  // MIF_E_INVALID report-package.unreadable
  ~FileSource() override;
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;
  std::size_t size() const override { return size_; }
  void read(std::size_t at, char* room, std::size_t n) const override;

 private:
  int file_;
  std::string path_;
  std::size_t size_ = 0;
};

}  // namespace mif::report_package
