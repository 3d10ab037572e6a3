// SPDX-License-Identifier: Apache-2.0
#include "kernel/service/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "mif/json.hpp"

namespace mif::service {

bool RateLimit::pass(std::int64_t now_ms, std::int64_t& held_back) {
  const std::lock_guard lock(mutex_);
  if (now_ms > at_ms_) {
    // thousandths of a line: no remainder is lost between calls
    thousandths_ = std::min(kBurst * 1000, thousandths_ + std::min<std::int64_t>(now_ms - at_ms_, 60'000) * kPerSecond);
    at_ms_ = now_ms;
  }
  if (thousandths_ < 1000) {
    ++held_back_;
    return false;
  }
  thousandths_ -= 1000;
  held_back = held_back_;
  held_back_ = 0;
  return true;
}

LogFile::~LogFile() {
  if (file_ >= 0) ::close(file_);
}

void LogFile::write(std::string_view level, std::string_view plugin, std::string_view event, std::string_view fields_json) {
  JsonWriter line;
  line.begin_object().field("at_ms", clock_.now_unix_ms()).field("level", level).field("plugin", plugin).field("event", event);
  if (!fields_json.empty()) line.key("fields").raw(fields_json);
  const std::string text = line.end_object().take() + "\n";
  const std::lock_guard lock(mutex_);
  struct stat now {};
  if (file_ >= 0 && ::fstat(file_, &now) == 0 && now.st_size > (64 << 20)) {
    ::close(file_);
    file_ = -1;
    std::rename(path_.c_str(), (path_ + ".1").c_str());
  }
  if (file_ < 0) file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (file_ >= 0 && ::write(file_, text.data(), text.size()) < 0) {  // a full disk must not stop the work that is logged
    ::close(file_);
    file_ = -1;
  }
}

}  // namespace mif::service
