// SPDX-License-Identifier: Apache-2.0
#include "incoming.h"

#include <algorithm>
#include <charconv>

namespace mif::ferry {

namespace {

std::string padded(std::int64_t n) {
  const std::string digits = std::to_string(n);
  return std::string(10 - std::min<std::size_t>(10, digits.size()), '0') + digits;
}

// ARRIVAL-SEQ-DOCUMENTS-FEN.ferry: counts stand in the name, so that the sums of a flow need no decryption.
std::string accepted_name(const Accepted& a) {
  return padded(a.arrival) + "-" + padded(a.seq) + "-" + std::to_string(a.documents) + "-" + std::to_string(a.amount.value()) + ".ferry";
}

bool read_name(const std::string& name, Accepted& a) {
  std::int64_t numbers[4] = {};
  const char *at = name.data(), *end = name.data() + name.size();
  for (int i = 0; i < 4; ++i) {
    const auto read = std::from_chars(at, end, numbers[i]);
    if (read.ec != std::errc() || read.ptr == end || *read.ptr != (i < 3 ? '-' : '.')) return false;
    at = read.ptr + 1;
  }
  if (std::string_view(at, static_cast<std::size_t>(end - at)) != "ferry") return false;
  a = {numbers[0], numbers[1], numbers[2], Fen(numbers[3]), name};
  return true;
}

bool some_bundle(const std::string& name) { return name.size() > 17 && number_in(name, name.substr(0, name.size() - 17)) > 0; }

bool ends_with(const std::string& text, const std::string& end) { return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0; }

}  // namespace

Incoming::Incoming(Disk& disk, IncomingSettings settings) : disk_(disk), settings_(std::move(settings)) {}

std::string Incoming::accepted_path(const Accepted& a) const { return settings_.kept + "/accepted/" + a.name; }

const Accepted* Incoming::find(std::int64_t seq) const {
  const auto found = by_seq_.find(seq);
  return found == by_seq_.end() ? nullptr : &accepted_[found->second];
}

bool Incoming::complete_before(std::int64_t seq) const { return last_ >= seq - 1; }

void Incoming::load() {
  accepted_.clear();
  by_seq_.clear();
  changed_ms_ = 0;
  for (const auto& f : disk_.list(settings_.kept + "/accepted")) {
    Accepted a;
    if (!f.regular || !read_name(f.name, a)) continue;
    changed_ms_ = std::max(changed_ms_, f.changed_ms);
    accepted_.push_back(std::move(a));
  }
  std::sort(accepted_.begin(), accepted_.end(), [](const Accepted& a, const Accepted& b) { return a.arrival < b.arrival; });
  for (std::size_t i = 0; i < accepted_.size(); ++i) by_seq_.emplace(accepted_[i].seq, i);
  last_ = 0;
  while (by_seq_.count(last_ + 1)) ++last_;
}

Scan Incoming::scan(std::int64_t now_ms) {
  Scan scan;
  const auto held = disk_.lock(settings_.kept);
  load();
  waiting_.clear();
  std::vector<std::pair<std::int64_t, FileInfo>> candidates;
  for (const auto& f : disk_.list(settings_.inbox)) {
    const std::int64_t seq = number_in(f.name, settings_.flow);
    if (seq > 0 && f.regular)
      candidates.emplace_back(seq, f);
    else if (!ends_with(f.name, ".part") && !(f.regular && some_bundle(f.name)))
      scan.foreign.push_back(f.name);
  }
  std::sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [seq, file] : candidates) {
    try {
      switch (consider(file, seq, now_ms, scan)) {
        case Fate::waiting: waiting_.insert(seq); scan.waiting.push_back(seq); break;
        case Fate::arriving: scan.arriving.push_back(seq); break;
        case Fate::duplicate: ++scan.duplicates; break;
        case Fate::accepted: break;
      }
    } catch (const Error& e) {
      if (e.code() != MIF_E_INVALID) throw;
      quarantine(file, e, scan);
    }
  }
  return scan;
}

Incoming::Fate Incoming::consider(const FileInfo& file, std::int64_t seq, std::int64_t now_ms, Scan& scan) {
  const std::string path = settings_.inbox + "/" + file.name;
  if (file.bytes > settings_.limits.bundle_bytes)
    throw Error(MIF_E_INVALID, "ferry.too-long", "摆渡包 " + std::to_string(file.bytes) + " 字节, 超过 " + std::to_string(settings_.limits.bundle_bytes) + " (larger than a bundle may be)");
  const std::string bytes = disk_.read(path, settings_.limits.bundle_bytes);
  const Accepted* before = find(seq);
  if (before && disk_.read(accepted_path(*before), settings_.limits.bundle_bytes) == bytes) {
    disk_.remove(path);
    return Fate::duplicate;
  }
  Header h;
  try {
    h = peek(bytes, settings_.limits);
  } catch (const Error& e) {
    // a gap that copies slowly shows the file before it is whole
    if (e.rule() == "ferry.truncated" && now_ms - file.changed_ms < settings_.settle_ms) return Fate::arriving;
    throw;
  }
  if (h.flow != settings_.flow || h.sender != settings_.sender || h.recipient != settings_.recipient || h.seq != seq)
    throw Error(MIF_E_INVALID, "ferry.flow", "包不属于本流或文件名与包号不符 (of another flow, or the name is not its number): " + h.flow + " " + std::to_string(h.seq) + ", " + h.sender + " -> " + h.recipient);
  if (!settings_.suites.count(h.suite)) throw Error(MIF_E_INVALID, "ferry.suite", "本流不允许密码套件 (the suite is not allowed here) " + h.suite);
  check_signature(bytes, h, settings_.keys);
  if (before) throw Error(MIF_E_INVALID, "ferry.number-reused", "包号 " + std::to_string(seq) + " 已收过另一内容, 对方重复用号 (the sender used a number twice)");
  if (h.expires_ms != 0 && h.expires_ms <= now_ms) throw Error(MIF_E_INVALID, "ferry.expired", "包 " + std::to_string(seq) + " 已过有效期 (expired); 请对方另打新包");
  if (!settings_.pass && !complete_before(seq)) return Fate::waiting;
  check_chain(h, bytes);
  const Bundle bundle = open(bytes, h, settings_.keys);
  check_content(bundle);
  accept(file, bundle, bytes, scan);
  return Fate::accepted;
}

void Incoming::check_chain(const Header& h, const std::string& file) {
  const auto broken = [&](std::int64_t seq) {
    throw Error(MIF_E_INVALID, "ferry.chain", "包 " + std::to_string(h.seq) + " 与包 " + std::to_string(seq) + " 不相接 (does not follow the bundle with that number)");
  };
  if (h.seq == 1) {
    if (!h.prev.empty()) broken(0);
  } else if (const Accepted* before = find(h.seq - 1)) {
    if (!has_digest(h.prev, disk_.read(accepted_path(*before), settings_.limits.bundle_bytes))) broken(h.seq - 1);
  }
  if (const Accepted* after = find(h.seq + 1))
    if (!has_digest(peek(disk_.read(accepted_path(*after), settings_.limits.bundle_bytes), settings_.limits).prev, file)) broken(h.seq + 1);
}

void Incoming::check_content(const Bundle& b) {
  const Manifest& m = b.manifest;
  std::int64_t count = 0;
  Fen amount;
  if (b.contents.size() > 1) throw Error(MIF_E_INVALID, "ferry.entry-type", "本流一个包只有一项内容 (one item of content per bundle)");
  for (const auto& c : b.contents) {
    if (c.type != settings_.type) throw Error(MIF_E_INVALID, "ferry.entry-type", "本流只收 " + settings_.type + ", 包里是 (this flow carries another type than) " + c.type);
    if (c.type == kAnswers) {
      count += static_cast<std::int64_t>(read_answers(c.bytes).rows.size());
    } else {
      for (const auto& e : read_entries(c.bytes)) {
        ++count;
        amount += control_amount(e);
      }
    }
  }
  const auto differ = [&](const char* what, std::int64_t said, Fen said_fen, std::int64_t found, Fen found_fen) {
    if (said == found && said_fen == found_fen) return;
    throw Error(MIF_E_INVALID, "ferry.totals", std::string(what) + "不符: 清单 " + std::to_string(said) + " 笔 " + said_fen.grouped() + ", 实际 " + std::to_string(found) + " 笔 " + found_fen.grouped() + " (control totals differ)");
  };
  differ("本包控制数", m.count, m.amount, count, amount);
  if (!complete_before(b.header.seq) || last_ != static_cast<std::int64_t>(accepted_.size())) return;  // sums of a flow with gaps say nothing yet
  for (const auto& a : accepted_) {
    count += a.documents;
    amount += a.amount;
  }
  differ("累计控制数", m.total_count, m.total_amount, count, amount);
}

void Incoming::accept(const FileInfo& from, const Bundle& b, const std::string& file, Scan& scan) {
  Accepted a{accepted_.empty() ? 1 : accepted_.back().arrival + 1, b.header.seq, b.manifest.count, b.manifest.amount, ""};
  a.name = accepted_name(a);
  // what was checked is what is kept: the inbox belongs to the gap, which may write to it at any moment
  disk_.write(accepted_path(a), file);
  by_seq_.emplace(a.seq, accepted_.size());
  accepted_.push_back(a);
  while (by_seq_.count(last_ + 1)) ++last_;
  scan.accepted.push_back(a);
  disk_.remove(settings_.inbox + "/" + from.name);  // a crash before this leaves a duplicate, which the next scan removes
}

void Incoming::quarantine(const FileInfo& file, const Error& why, Scan& scan) {
  const std::string folder = settings_.kept + "/quarantine";
  const auto there = disk_.list(folder);
  const auto files = std::count_if(there.begin(), there.end(), [](const FileInfo& f) { return !ends_with(f.name, ".reason"); });
  if (file.bytes > settings_.limits.bundle_bytes || static_cast<std::size_t>(files) >= settings_.quarantine_files) {
    scan.stuck.push_back(file.name + ": " + why.what());
    return;
  }
  const std::string bytes = disk_.read(settings_.inbox + "/" + file.name, settings_.limits.bundle_bytes);
  // the same rubbish twice has one place
  const std::string place = folder + "/" + file.name + "." + named_digest(Suite::intl, bytes).substr(7, 16);
  disk_.write(place + ".reason", why.what());
  disk_.write(place, bytes);
  disk_.remove(settings_.inbox + "/" + file.name);
  ++scan.quarantined;
}

FlowState Incoming::state() {
  load();
  FlowState s;
  s.last = last_;
  s.bundles = static_cast<std::int64_t>(accepted_.size());
  s.changed_ms = changed_ms_;
  for (const auto& a : accepted_) {
    s.highest = std::max(s.highest, a.seq);
    s.documents += a.documents;
    s.amount += a.amount;
  }
  std::set<std::int64_t> wanted;
  const std::string folder = settings_.kept + "/quarantine";
  for (const auto& f : disk_.list(folder)) {
    if (!f.regular || ends_with(f.name, ".reason") || ends_with(f.name, ".part") || f.name.size() < 18) continue;
    Quarantined q;
    q.name = f.name;
    q.seq = number_in(f.name.substr(0, f.name.size() - 17), settings_.flow);
    q.reason = disk_.exists(folder + "/" + f.name + ".reason") ? disk_.read(folder + "/" + f.name + ".reason", 65536) : "";
    // two contents under one number stay an alarm until somebody has looked
    q.open = !find(q.seq) || q.reason.find("[ferry.number-reused]") != std::string::npos;
    if (q.seq > 0 && !find(q.seq)) wanted.insert(q.seq);
    s.quarantined.push_back(std::move(q));
  }
  std::int64_t known = s.highest;
  for (const auto seq : waiting_) known = std::max(known, seq);
  for (std::int64_t seq = s.last + 1; seq < known && wanted.size() < kMostMissing; ++seq)
    if (!find(seq) && !waiting_.count(seq)) wanted.insert(seq);
  for (const auto seq : wanted)
    if (s.missing.size() < kMostMissing && !waiting_.count(seq)) s.missing.push_back(seq);
  return s;
}

std::vector<Accepted> Incoming::accepted_after(std::int64_t after) {
  load();
  const auto from = std::upper_bound(accepted_.begin(), accepted_.end(), after, [](std::int64_t n, const Accepted& a) { return n < a.arrival; });
  return {from, accepted_.end()};
}

const std::string& Incoming::content(const Accepted& bundle) {
  if (cached_name_ == bundle.name && !bundle.name.empty()) return cached_;
  const std::string file = disk_.read(accepted_path(bundle), settings_.limits.bundle_bytes);
  const Header h = peek(file, settings_.limits);
  check_signature(file, h, settings_.keys);
  Bundle b = open(file, h, settings_.keys);
  cached_ = b.contents.empty() ? std::string() : std::move(b.contents.front().bytes);
  cached_name_ = bundle.name;
  return cached_;
}

}  // namespace mif::ferry
