// SPDX-License-Identifier: Apache-2.0
#include "file_drop.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "camt_reader.h"
#include "disk.h"
#include "mif/sdk.hpp"

namespace mif::bank_iso20022 {

namespace {

namespace fs = std::filesystem;
using FileTime = fs::file_time_type;
constexpr std::uintmax_t kMostBytes = 64u << 20;
constexpr auto kStillBeingWritten = std::chrono::minutes(1);
constexpr auto kAskAgain = std::chrono::minutes(10);
constexpr auto kLook = std::chrono::milliseconds(50);

FileTime written(const fs::path& file) {
  std::error_code error;
  const FileTime time = fs::last_write_time(file, error);
  return error ? FileTime::min() : time;
}
bool is_fresh(const fs::path& file) { return FileTime::clock::now() - written(file) < kStillBeingWritten; }

const fs::path& must_be_there(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) throw Error(MIF_E_INVALID, "bank.drop-folder", "文件夹不存在，请先建好 (no such folder): " + folder.string());
  return folder;
}
std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& item : fs::directory_iterator(folder))
    if (is_xml(item.path())) files.push_back(item.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

FileDrop::FileDrop(DropFolders folders, OrderHead head, NowMs now_ms, std::int64_t wait_ms)
    : folders_(std::move(folders)), head_(std::move(head)), now_ms_(std::move(now_ms)), wait_ms_(wait_ms), letters_(folders_.sent, folders_.answers) {
  must_be_there(folders_.orders);
  fs::create_directories(folders_.sent / "asked");
  fs::create_directories(folders_.answers / "reports");
}

std::vector<Answer> FileDrop::submit(const std::vector<Order>& orders, std::int64_t, const TellPacket& tell) {
  const std::lock_guard lock(mutex_);
  letters_.refresh();
  Outgoing out = letters_.prepare(head_, orders, now_ms_(), false);
  if (out.message_id.empty()) return out.answers;
  const fs::path part = folders_.orders / ("." + out.message_id + ".part");
  std::error_code error;
  // Nothing the bank can see until the rename.
  if (!write_durably(part, out.xml)) {
    out.all(MIF_PAY_UNSENT, "NOT-WRITTEN", "写不进 orders 文件夹，请检查磁盘和权限 (cannot write the order)");
    return out.answers;
  }
  const Letters::Kept kept = letters_.keep(out);
  if (kept != Letters::Kept::now) {
    fs::remove(part, error);
    if (kept == Letters::Kept::before) out.all(MIF_PAY_UNKNOWN, "SENT-BEFORE", "同名报文已在 sent，请查询 (a message of this name is in sent)");
    else out.all(MIF_PAY_UNSENT, "NOT-WRITTEN", "写不进 sent 文件夹，请检查磁盘和权限 (cannot keep a copy of the order)");
    return out.answers;
  }
  if (tell && !tell(order_packet(out, orders))) {
    fs::remove(part, error);
    letters_.forget(out);
    out.all(MIF_PAY_UNSENT, "NOT-KEPT", "报文没有存下，所以没有发送 (the order could not be kept and was not sent)");
    return out.answers;
  }
  fs::rename(part, folders_.orders / (out.message_id + ".xml"), error);
  if (error || !sync_folder(folders_.orders)) out.all(MIF_PAY_UNKNOWN, "", "报文改名时出错，银行可能已取走，请查询 (the order may have been published)");
  else out.all(MIF_PAY_UNKNOWN, "", "已放入 orders，等银行回执 (put down for the bank, no answer yet): " + out.message_id);
  return out.answers;
}

// True = the answer was read or set aside.
bool FileDrop::take_in(const fs::path& file, const TellPacket& tell) {
  std::error_code error;
  std::string bytes, why;
  StatusReport report;
  if (!read_whole(file, bytes, kMostBytes)) why = "读不出或超过 64 MiB (unreadable or too large)";
  else if (std::string format; sniff_camt(bytes, format) > 0) return false;  // a statement beside the answers: for report() or whoever imports it
  else why = read_pain002(bytes, report);
  if (!why.empty() && is_fresh(file)) return false;  // perhaps not whole yet
  std::vector<std::string> refs;
  for (const auto& group : report.groups)
    for (const auto& row : group.rows) refs.push_back(row.client_ref);
  if (tell && !tell(answer_packet("query", std::move(refs), bytes, why.empty() ? MIF_WIRE_WHOLE : MIF_WIRE_PART, why))) return false;
  if (why.empty()) why = letters_.hear(bytes);
  if (why.empty()) return fs::remove(file, error);  // kept in processed; the same answer again falls on itself
  if (is_fresh(file)) return false;
  const std::string name = sha256(file.filename().string() + bytes) + ".xml";
  write_durably(folders_.answers / "failed" / (name + ".txt"), file.filename().string() + ": " + why + "\n");
  fs::rename(file, folders_.answers / "failed" / name, error);
  sync_folder(folders_.answers / "failed");
  return !error;
}

void FileDrop::pick_up(const TellPacket& tell) {
  for (const auto& file : files_of(folders_.answers)) take_in(file, tell);
  letters_.refresh();
}

std::vector<Answer> FileDrop::query(const std::vector<std::string>& refs, std::int64_t, const TellPacket& tell) {
  const std::lock_guard lock(mutex_);
  letters_.refresh();
  pick_up(tell);
  std::vector<Answer> found;
  for (const std::string& ref : refs) {
    found.push_back(letters_.answer_for(ref));
    if (found.back().outcome == MIF_PAY_DUPLICATE) found.back().outcome = MIF_PAY_UNKNOWN;  // what became of the first one is not said
  }
  return found;
}

std::vector<fs::path> FileDrop::waiting(const std::string& key) const {
  std::vector<fs::path> all;
  for (const auto& file : files_of(folders_.sent / "asked"))
    if (file.filename().string().rfind(key, 0) == 0) all.push_back(file);
  return all;
}

void FileDrop::ask(const Wanted& wanted, const std::string& key, const TellPacket& tell) {
  OrderHead head = head_;
  const std::int64_t now = now_ms_();
  head.message_id = "Q" + sha256(key + std::to_string(now) + " " + std::to_string(FileTime::clock::now().time_since_epoch().count())).substr(0, 28);
  head.created = time_of(now);
  const std::string xml = write_camt060(head, wanted), name = head.message_id + ".xml";
  const fs::path part = folders_.orders / ("." + head.message_id + ".part");
  std::error_code error;
  tell_question(tell, wanted, xml);
  if (write_durably(part, xml) && write_durably(folders_.sent / "asked" / (key + "-" + name), xml)) fs::rename(part, folders_.orders / name, error);
  else error = std::make_error_code(std::errc::io_error);
  if (error) throw Error(MIF_E_UNAVAILABLE, "bank.report-not-asked", "要对账单的报文写不进 orders 或 sent 文件夹，请检查磁盘和权限 (cannot write the request)");
}

bool FileDrop::find_report(const Wanted& wanted, const std::string& key, std::string& bytes) {
  const std::vector<fs::path> asked = waiting(key);
  for (const auto& file : files_of(folders_.answers)) {
    std::string format;
    const FileTime put_down = written(file);
    if (std::none_of(asked.begin(), asked.end(), [&](const fs::path& question) { return written(question) <= put_down; })) continue;
    if (!read_whole(file, bytes, kMostBytes) || sniff_camt(bytes, format) == 0) continue;
    const ReportHead head = report_head(bytes);
    // A report older than the question is not its answer.
    const bool ours = std::any_of(asked.begin(), asked.end(), [&](const fs::path& question) {
      return answers(head, wanted, question.stem().string().substr(key.size() + 1)) && written(question) <= put_down;
    });
    if (!ours) continue;
    const bool whole = is_whole(bytes);
    if (!whole && is_fresh(file)) continue;  // perhaps not whole yet
    std::error_code error;
    const fs::path folder = folders_.answers / (whole ? "reports" : "failed");
    fs::rename(file, folder / (sha256(bytes) + ".xml"), error);
    for (const auto& question : asked) fs::remove(question, error);
    if (whole) return true;
    throw Error(MIF_E_UNAVAILABLE, "bank.report-cut", "银行放下的报文不完整，已移入 failed，请重新要 (the report is cut; ask again): " + file.filename().string());
  }
  return false;
}

std::string FileDrop::report(const Wanted& wanted, std::int64_t deadline_ms, const TellPacket& tell) {
  const std::string key = sha256(wanted.kind + "\n" + wanted.account + "\n" + wanted.from.iso() + "\n" + wanted.to.iso()).substr(0, 16);
  {
    const std::lock_guard lock(mutex_);
    const auto asked = waiting(key);
    if (std::none_of(asked.begin(), asked.end(), [](const fs::path& question) { return FileTime::clock::now() - written(question) < kAskAgain; })) ask(wanted, key, tell);
  }
  const std::int64_t until = deadline_ms > 0 ? std::min(now_ms_() + wait_ms_, deadline_ms) : now_ms_() + wait_ms_;
  for (std::string bytes;; std::this_thread::sleep_for(kLook)) {
    {
      const std::lock_guard lock(mutex_);
      if (find_report(wanted, key, bytes)) {
        tell_report(tell, wanted, bytes, MIF_WIRE_WHOLE, {});
        return bytes;
      }
    }
    if (now_ms_() >= until)
      throw Error(MIF_E_UNAVAILABLE, "bank.report-awaited", "已向银行要账号 " + wanted.account + " 的 " + wanted.kind + "，文件还没有放进 answers，到后再做一次 (asked; not here yet)");
  }
}

}  // namespace mif::bank_iso20022
