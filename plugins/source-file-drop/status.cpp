// SPDX-License-Identifier: Apache-2.0
#include "status.h"

#include <algorithm>

#include "mif/json.hpp"

namespace mif::source_file_drop {

namespace {

constexpr std::size_t kShown = 20;

std::string numbers(const std::vector<std::int64_t>& all) {
  std::string text;
  for (std::size_t i = 0; i < all.size() && i < kShown; ++i) text += (i ? " " : "") + std::to_string(all[i]);
  return all.size() > kShown ? text + " ... 共 " + std::to_string(all.size()) : text;
}

// File names come from outside.
std::string shown(const std::string& name) {
  std::string text;
  for (const char c : name.substr(0, 60)) text += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ? c : '?';
  return text;
}

std::string findings(const Looked& f, std::int64_t now_ms) {
  std::vector<std::string> all;
  if (!f.state.missing.empty()) all.push_back("缺包 (missing) " + numbers(f.state.missing));
  for (const auto& q : f.state.quarantined)
    if (q.open && all.size() < kShown) all.push_back("隔离 (quarantine) " + shown(q.name) + ": " + q.reason.substr(0, 400));
  for (const auto& s : f.scan.stuck)
    if (all.size() < kShown) all.push_back("不能移入隔离区 (cannot be moved to quarantine) " + s.substr(0, 400));
  if (!f.scan.foreign.empty()) all.push_back("收件夹里有 " + std::to_string(f.scan.foreign.size()) + " 个不是包的文件, 未打开 (not bundles, not opened): " + shown(f.scan.foreign.front()));
  const std::int64_t silent = now_ms - f.state.changed_ms;
  if (f.source->silence_ms > 0 && f.state.changed_ms > 0 && silent > f.source->silence_ms) all.push_back("已 " + std::to_string(silent / 3600000) + " 小时没有来包 (hours without a bundle)");
  if (f.source->silence_ms > 0 && f.state.bundles == 0) all.push_back("还没有来过包 (no bundle has ever come)");
  std::string text;
  for (const auto& a : all) text += (text.empty() ? "" : "; ") + a;
  return text;
}

}  // namespace

std::string status_list(const std::vector<Looked>& flows, std::int64_t now_ms) {
  JsonWriter json;
  bool wanting = false;
  std::size_t missing = 0, open = 0;
  json.begin_object().field("kind", "FerryFlowList").key("items").begin_array();
  for (const auto& f : flows) {
    const std::string found = findings(f, now_ms);
    wanting = wanting || !found.empty();
    missing += f.state.missing.size();
    const auto bad = std::count_if(f.state.quarantined.begin(), f.state.quarantined.end(), [](const auto& q) { return q.open; });
    open += static_cast<std::size_t>(bad);
    json.begin_object().field("source", f.source->name).field("flow", f.source->incoming.flow).field("direction", f.source->answers ? "two-way" : "one-way");
    json.field("accepted", f.state.last).field("highest", f.state.highest).field("bundles", f.state.bundles).field("documents", f.state.documents).field("amount", f.state.amount);
    json.field("waiting", numbers(f.scan.waiting)).field("arriving", numbers(f.scan.arriving)).field("missing", numbers(f.state.missing)).field("quarantined", std::int64_t{bad});
    json.field("findings", found).end_object();
  }
  json.end_array().key("titles").begin_object().field("source", "来源").field("flow", "流").field("direction", "单双向").field("accepted", "连续收到").field("highest", "最大包号").field("bundles", "包数");
  json.field("documents", "单据数").field("amount", "金额").field("waiting", "等待").field("arriving", "传输中").field("missing", "缺包").field("quarantined", "隔离").field("findings", "要办").end_object();
  json.field("exit", wanting ? 3 : 0);
  json.field("summary", std::to_string(flows.size()) + " 条摆渡流: 缺包 " + std::to_string(missing) + ", 隔离 " + std::to_string(open) + (wanting ? ", 要人处理" : ", 正常"));
  return json.end_object().take();
}

}  // namespace mif::source_file_drop
