// SPDX-License-Identifier: Apache-2.0
#include "commands.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iostream>

#include "ferry/packing.h"

namespace mif::ferry_tool {

namespace {

constexpr std::uint32_t kPage = 2000;             // rows read at once
constexpr std::size_t kLinesFileBytes = 1u << 30;
constexpr std::int64_t kSentKept = 100;           // bundles kept although the other side has them

ferry::Entry entry_of(const std::string& feed, const source_exchange::SourceRow& row) { return {feed, row.key, row.withdrawn ? "" : row.type, row.withdrawn ? "" : row.payload, row.seq, row.version, row.day, row.withdrawn}; }

void add(ferry::Packed& sum, const ferry::Packed& one) {
  if (sum.first == 0) sum.first = one.first;
  if (one.last) sum.last = one.last;
  sum.documents += one.documents;
  sum.skipped += one.skipped;
  sum.amount += one.amount;
}

ferry::Packed pack_database(const Config& config, ferry::Outgoing& outgoing) {
  ferry::Packed sum;
  const auto database = source_exchange::open_database(*config.dsn, config.layout);
  for (const auto& feed : config.feeds) {
    const auto position = outgoing.last().manifest.position;
    const auto found = position.find(feed);
    std::int64_t after = found == position.end() ? 0 : found->second;
    for (;;) {
      std::vector<ferry::Entry> entries;
      while (entries.size() < config.documents) {
        const auto rows = source_exchange::read_after(*database, feed, after, static_cast<std::uint32_t>(std::min<std::size_t>(kPage, config.documents - entries.size())));
        if (rows.empty()) break;
        for (const auto& row : rows) entries.push_back(entry_of(feed, row));
        after = rows.back().seq;
      }
      if (entries.empty()) break;
      add(sum, ferry::pack(outgoing, entries, config.documents, config.outgoing.limits, now_ms()));
    }
  }
  return sum;
}

void write_secret(const std::string& path, std::string_view bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool good = file >= 0 && ::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && fsync(file) == 0;
  if (file >= 0) ::close(file);
  if (!good) throw Error(MIF_E_CONFLICT, "写不了密钥文件, 或它已存在 (cannot write the key file, or it exists): " + path);
}

std::int64_t applied(ferry::Disk& disk, const Config& config) {
  const std::string mark = config.folder + "/applied";
  if (!disk.exists(mark)) return 0;
  const std::string text = disk.read(mark, 32);
  return text.empty() || text.size() > 12 || text.find_first_not_of("0123456789") != std::string::npos ? 0 : std::stoll(text);
}

void write_states(const Config& config, const std::vector<ferry::Answer>& rows, std::ostream& out) {
  if (!config.dsn) {
    for (const auto& r : rows) out << ferry::write_answer(r) << '\n';
    out.flush();
    return;
  }
  std::vector<source_exchange::StatusRow> states;
  for (const auto& r : rows) {
    source_exchange::StatusRow s;
    s.feed = r.feed;
    s.seq = r.seq;
    s.key = r.doc_no;
    s.version = r.version;
    s.state = r.state;
    s.reason = r.reason;
    s.voucher = r.voucher;
    s.told_ms = r.told_ms;
    states.push_back(std::move(s));
  }
  if (!states.empty()) source_exchange::open_database(*config.dsn, config.layout)->put_status(states);
}

// Whether the other side has counted what we sent: possible when it has everything up to a bundle we still keep.
bool sums_agree(ferry::Disk& disk, const Config& config, const ferry::Head& head, std::ostream& out) {
  const std::string file = config.outgoing.sent + "/" + ferry::file_name(config.outgoing.flow, head.accepted);
  if (head.accepted < 1 || !head.missing.empty() || !disk.exists(file)) return true;
  const std::string bytes = disk.read(file, config.outgoing.limits.bundle_bytes);
  ferry::KeyRing keys;
  keys.decrypt = config.outgoing.shared;
  const ferry::Manifest m = ferry::open(bytes, ferry::peek(bytes, config.outgoing.limits), keys).manifest;
  if (m.total_count == head.documents && m.total_amount == head.amount) return true;
  out << "到包 " << head.accepted << " 为止双方合计不符 (sums differ): 我方 " << m.total_count << " 笔 " << m.total_amount.grouped() << ", 对方 " << head.documents << " 笔 " << head.amount.grouped() << '\n';
  return false;
}

}  // namespace

std::int64_t now_ms() { return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count(); }

int pack(const Config& config, const std::string& lines_file, bool control, std::ostream& out) {
  ferry::RealDisk disk;
  ferry::Outgoing outgoing(disk, config.outgoing);
  ferry::Packed packed;
  if (!lines_file.empty())
    packed = ferry::pack(outgoing, ferry::read_entries(disk.read(lines_file, kLinesFileBytes)), config.documents, config.outgoing.limits, now_ms());
  else if (config.dsn)
    packed = pack_database(config, outgoing);
  else if (!control)
    throw Error(MIF_E_INVALID, "没有可打包的: 配置里没有 exchange, 也没有 --lines (nothing to pack: no exchange in the configuration and no --lines)");
  outgoing.publish();
  if (packed.first == 0 && control) packed.first = packed.last = ferry::pack_control(outgoing, now_ms());
  if (config.repeat > 0) outgoing.repeat_last(config.repeat + packed.last - packed.first + 1);
  out << config.outgoing.flow << ": ";
  if (packed.first == 0)
    out << "没有新单据 (nothing new)";
  else
    out << "包 (bundles) " << packed.first << ".." << packed.last << ", " << packed.documents << " 笔 (documents) " << packed.amount.grouped() << " 元";
  out << (packed.skipped ? ", 已打过包 (packed before) " + std::to_string(packed.skipped) : "") << '\n';
  return 0;
}

int answer(const Config& config, std::ostream& out) {
  if (!config.answers) throw Error(MIF_E_INVALID, "单向流没有回告 (a one-way flow has no answers)");
  ferry::RealDisk disk;
  ferry::Incoming incoming(disk, *config.answers);
  ferry::Outgoing outgoing(disk, config.outgoing);
  incoming.scan(now_ms());
  ferry::Head head;
  std::int64_t states = 0;
  bool read = false;
  const std::int64_t done = applied(disk, config);
  for (const auto& a : incoming.accepted_after(done)) {
    const auto answers = ferry::read_answers(incoming.content(a));
    write_states(config, answers.rows, out);
    disk.write(config.folder + "/applied", std::to_string(a.arrival));  // once more after a crash writes the same rows
    states += static_cast<std::int64_t>(answers.rows.size());
    head = answers.head;
    read = true;
  }
  const auto state = incoming.state();
  bool good = state.missing.empty();
  for (const auto& q : state.quarantined)
    if (q.open) {
      good = false;
      std::cerr << "隔离 (quarantine) " << q.name << ": " << q.reason << '\n';
    }
  for (const auto seq : state.missing) std::cerr << "缺回告包 (answer bundle missing) " << seq << ", 请对方 mifctl ferry repeat\n";
  std::int64_t repeated = 0;
  if (read) {
    repeated = outgoing.repeat(head.missing);
    good = sums_agree(disk, config, head, std::cerr) && good;
    outgoing.prune(head.accepted - kSentKept);
  }
  std::cerr << "回告 (answers) " << states << " 条, 对方连续收到包 (accepted up to) " << (read ? std::to_string(head.accepted) : "?") << ", 补发 (sent again) " << repeated << '\n';
  return good ? 0 : 3;
}

int status(const Config& config, std::ostream& out) {
  ferry::RealDisk disk;
  const ferry::Sent last = ferry::Outgoing(disk, config.outgoing).last();
  out << config.outgoing.flow << ": 已发包 (sent) " << last.seq << ", " << last.manifest.total_count << " 笔 (documents) " << last.manifest.total_amount.grouped() << " 元\n";
  for (const auto& [feed, seq] : last.manifest.position) out << "  feed " << feed << " 到 (up to) seq " << seq << '\n';
  if (!config.answers) return 0;
  ferry::Incoming incoming(disk, *config.answers);
  const auto state = incoming.state();
  out << config.answers->flow << ": 回告包 (answers) " << state.last << ", 已写入 (applied) " << applied(disk, config) << '\n';
  return 0;
}

int repeat(const Config& config, std::int64_t from, std::int64_t to, std::ostream& out) {
  ferry::RealDisk disk;
  std::vector<std::int64_t> numbers;
  for (std::int64_t seq = from; seq <= to && seq - from < 100000; ++seq) numbers.push_back(seq);
  out << "放入发件夹 (put into the outbox) " << ferry::Outgoing(disk, config.outgoing).repeat(numbers) << '\n';
  return 0;
}

int inspect(const Config& config, const std::string& file, bool lines, std::ostream& out) {
  ferry::RealDisk disk;
  const std::string bytes = disk.read(file, config.outgoing.limits.bundle_bytes);
  const ferry::Header h = ferry::peek(bytes, config.outgoing.limits);
  ferry::KeyRing keys;
  if (config.answers) keys = config.answers->keys;
  keys.verify.emplace(config.outgoing.sign_key_id, config.outgoing.sign_key);  // a private key verifies too
  for (const auto& [id, key] : config.outgoing.shared) keys.decrypt.emplace(id, key);
  ferry::check_signature(bytes, h, keys);
  const ferry::Bundle b = ferry::open(bytes, h, keys);
  if (lines) {
    for (const auto& c : b.contents) out << c.bytes;
    return 0;
  }
  out << "flow " << h.flow << "  seq " << h.seq << "  " << h.sender << " -> " << h.recipient << "\nsuite " << h.suite << "  sign-key " << h.sign_key << "  encrypt-key " << h.encrypt_key << "\nprev "
      << (h.prev.empty() ? "-" : h.prev) << "\ndigest " << ferry::named_digest(ferry::suite_of(h.suite), bytes) << "\ncreated_ms " << h.created_ms << "  expires_ms " << h.expires_ms << '\n';
  for (const auto& i : b.manifest.items) out << "item " << i.name << "  " << i.type << "  " << i.bytes << " bytes  " << i.digest << '\n';
  out << "count " << b.manifest.count << "  amount " << b.manifest.amount.plain() << "\ntotal " << b.manifest.total_count << "  amount " << b.manifest.total_amount.plain() << '\n';
  return 0;
}

int keygen(const std::string& suite, const std::string& name, std::ostream& out) {
  const auto pair = ferry::make_pair(ferry::suite_of(suite));
  write_secret(name + ".key.pem", pair.private_pem.view());
  write_secret(name + ".shared", ferry::make_shared_key().view());
  std::ofstream(name + ".pem", std::ios::binary) << pair.public_pem;
  out << name << ".key.pem 签名私钥 (private, stays here), " << name << ".pem 公钥 (to the other side), " << name << ".shared 共享密钥 (to the other side by hand, not through the gap)\n";
  return 0;
}

}  // namespace mif::ferry_tool
