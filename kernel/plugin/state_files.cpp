// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin/state_files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>

#include "kernel/base/info.h"
#include "kernel/base/text.h"
#include "mif/error.hpp"

namespace mif::plugin {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
  }
  return out + '"';
}

std::int64_t number(const InfoNode& node, std::string_view key) {
  const std::string text = node.get(key, "0");
  return text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos ? 0 : std::stoll(text);
}

InfoNode read_or_empty(const std::string& path) { return std::filesystem::exists(path) ? read_info_file(path) : InfoNode{}; }

}  // namespace

std::vector<Installed> read_installed(const std::string& state_folder) {
  std::vector<Installed> all;
  const InfoNode root = read_or_empty(state_folder + "/installed.info");
  for (const InfoNode* p : root.all("plugin"))
    all.push_back({p->value, p->get("version"), p->get("digest"), p->get("previous"), number(*p, "at")});
  return all;
}

void write_installed(const std::string& state_folder, const std::vector<Installed>& all) {
  std::string text;
  for (const auto& p : all) {
    text += "plugin " + quoted(p.id) + "\n{\n  version " + quoted(p.version) + "\n  digest " + quoted(p.digest) + "\n";
    if (!p.previous.empty()) text += "  previous " + quoted(p.previous) + "\n";
    text += "  at " + std::to_string(p.at_ms) + "\n}\n";
  }
  write_file_durably(state_folder + "/installed.info", text);
}

QuarantineList read_quarantine(const std::string& state_folder) {
  QuarantineList all;
  const InfoNode root = read_or_empty(state_folder + "/quarantine.info");
  for (const InfoNode* p : root.all("plugin")) all[p->value] = {p->get("reason"), number(*p, "since")};
  return all;
}

void write_quarantine(const std::string& state_folder, const QuarantineList& all) {
  std::string text;
  for (const auto& [id, entry] : all)
    text += "plugin " + quoted(id) + "\n{\n  since " + std::to_string(entry.since_ms) + "\n  reason " + quoted(entry.reason) + "\n}\n";
  write_file_durably(state_folder + "/quarantine.info", text);
}

StateLock::StateLock(const std::string& state_folder) {
  std::filesystem::create_directories(state_folder);
  file_ = ::open((state_folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file_ < 0 || ::flock(file_, LOCK_EX) != 0)
    throw Error(MIF_E_UNAVAILABLE, "plugin.state-write", "锁不住插件状态文件夹 (cannot lock the plugin state folder): " + state_folder);
}
StateLock::~StateLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace mif::plugin
