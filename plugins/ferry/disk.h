// SPDX-License-Identifier: Apache-2.0
// The folders of a ferry. An interface, so that a test can pull the plug between any two of its steps.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mif::ferry {

struct FileInfo {
  std::string name;
  std::uint64_t bytes = 0;
  std::int64_t changed_ms = 0;
  bool regular = true;  // neither link, folder, pipe nor device
};

// Whatever goes wrong with a folder is MIF_E_UNAVAILABLE ferry.disk: nothing is lost, try again. [worker]
class Disk {
 public:
  virtual ~Disk() = default;
  virtual std::vector<FileInfo> list(const std::string& folder) = 0;  // by name; a folder that is not there is made
  // Never follows a link, never reads more than `most` bytes: throws when there are more.
  virtual std::string read(const std::string& path, std::size_t most) = 0;
  virtual bool exists(const std::string& path) = 0;
  // NAME.part, fsync, rename over NAME, fsync of the folder: after it returns the file is there, whole; before, it is not there at all.
  virtual void write(const std::string& path, std::string_view bytes) = 0;
  virtual void remove(const std::string& path) = 0;  // durable; what is not there is fine
  // Held while the object lives; waits for another process at most some seconds.
  virtual std::shared_ptr<void> lock(const std::string& folder) = 0;
};

class RealDisk : public Disk {
 public:
  std::vector<FileInfo> list(const std::string& folder) override;
  std::string read(const std::string& path, std::size_t most) override;
  bool exists(const std::string& path) override;
  void write(const std::string& path, std::string_view bytes) override;
  void remove(const std::string& path) override;
  std::shared_ptr<void> lock(const std::string& folder) override;
};

}  // namespace mif::ferry
