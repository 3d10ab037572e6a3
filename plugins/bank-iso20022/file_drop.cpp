// SPDX-License-Identifier: Apache-2.0
#include "file_drop.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <utility>

#include "camt_reader.h"
#include "disk.h"
#include "mif/sdk.hpp"
#include "values.h"
#include "xml_stream.h"

namespace mif::bank_iso20022 {

namespace {

namespace fs = std::filesystem;
constexpr std::uintmax_t kMostBytes = 64u << 20;
constexpr auto kStillBeingWritten = std::chrono::minutes(1);

// References and their groups of a pain.001 we wrote.
class OrderNames : public XmlHandler {
 public:
  std::string message;
  std::vector<std::pair<std::string, std::string>> refs;  // group, reference
  void start(std::string_view name, const char* const*) override {
    path_.emplace_back(name);
    text_.clear();
  }
  void text(std::string_view piece) override { text_.append(piece); }
  void end() override {
    const std::string& name = path_.back();
    if (name == "MsgId") message = text_;
    if (name == "PmtInfId") group_ = text_;
    if (name == "EndToEndId") refs.emplace_back(group_, text_);
    path_.pop_back();
    text_.clear();
  }

 private:
  std::vector<std::string> path_;
  std::string text_, group_;
};

Answer answer_of(const std::string& ref, int outcome, std::string code, std::string text) {
  Answer a;
  a.client_ref = ref;
  a.outcome = outcome;
  a.code = std::move(code);
  a.text = std::move(text);
  return a;
}

std::string time_of(std::int64_t ms) {
  const std::time_t seconds = static_cast<std::time_t>(ms / 1000 + 8 * 3600);  // China has one time
  std::tm t{};
  gmtime_r(&seconds, &t);
  char text[40];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &t);
  return text;
}

bool is_xml(const fs::path& path) {
  const std::string name = path.filename().string();
  std::error_code error;
  return name[0] != '.' && (path.extension() == ".xml" || path.extension() == ".XML") && fs::is_regular_file(path, error);
}

// 0 = it did not say, or not in whole fen.
Fen fen_of(const std::string& text) {
  mif_decimal amount{};
  if (!read_decimal(text, amount) || amount.scale > 2) return {};
  std::int64_t fen = 0;
  return __builtin_mul_overflow(amount.units, std::int64_t{amount.scale == 2 ? 1 : amount.scale == 1 ? 10 : 100}, &fen) ? Fen() : Fen(fen);
}

bool is_end(int outcome) { return outcome == MIF_PAY_DONE || outcome == MIF_PAY_REFUSED; }
int rank(int outcome) { return is_end(outcome) ? 3 : outcome == MIF_PAY_PROCESSING ? 2 : outcome == MIF_PAY_ACCEPTED ? 1 : 0; }

}  // namespace

FileDrop::FileDrop(DropFolders folders, OrderHead head, std::function<std::int64_t()> now_ms) : folders_(std::move(folders)), head_(std::move(head)), now_ms_(std::move(now_ms)) {
  for (const auto& folder : {folders_.orders, folders_.sent, folders_.answers}) {
    std::error_code error;
    if (!fs::is_directory(folder, error)) throw Error(MIF_E_INVALID, "bank.drop-folder", "文件夹不存在，请先建好 (no such folder): " + folder.string());
  }
  fs::create_directories(folders_.answers / "processed");
  fs::create_directories(folders_.answers / "failed");
}

std::vector<Answer> FileDrop::submit(const std::vector<Order>& orders, const TellPacket& tell) {
  const std::lock_guard lock(mutex_);
  learn_sent();
  std::vector<Answer> answers;
  std::vector<Order> good;
  std::vector<std::size_t> places;
  std::set<std::string> seen;
  for (const Order& o : orders) {
    std::string why = refusal_of(o);
    if (why.empty() && !seen.insert(o.client_ref).second) why = "同一批里参考号重复 (the reference comes twice)";
    answers.push_back(answer_of(o.client_ref, MIF_PAY_UNSENT, "LOCAL-CHECK", why));
    if (!why.empty()) continue;
    if (known_.count(o.client_ref)) {
      answers.back() = answer_of(o.client_ref, MIF_PAY_DUPLICATE, "SENT-BEFORE", "这个参考号已发送过，请查询 (sent before)");
      continue;
    }
    good.push_back(o);
    places.push_back(answers.size() - 1);
  }
  if (good.empty()) return answers;
  const auto everything = [&](int outcome, const std::string& code, const std::string& text) {
    for (std::size_t i = 0; i < good.size(); ++i) answers[places[i]] = answer_of(good[i].client_ref, outcome, code, text);
    return answers;
  };
  std::string names;
  for (const Order& o : good) names += o.client_ref + '\n';
  OrderHead head = head_;
  head.message_id = "M" + sha256(names).substr(0, 28);
  head.created = time_of(now_ms_());
  const fs::path kept = folders_.sent / (head.message_id + ".xml"), part = folders_.orders / ("." + head.message_id + ".part");
  const std::string xml = write_pain001(head, good);
  std::error_code error;
  if (fs::exists(kept, error) || error) return everything(MIF_PAY_UNKNOWN, "SENT-BEFORE", "同名报文已在 sent，请查询 (a message of this name is in sent)");
  if (tell && !tell(order_packet(xml, good))) return everything(MIF_PAY_UNSENT, "NOT-KEPT", "报文没有存下，所以没有发送 (the order could not be kept and was not sent)");
  // Nothing the bank can see until the rename.
  if (!write_durably(part, xml)) return everything(MIF_PAY_UNSENT, "NOT-WRITTEN", "写不进 orders 文件夹，请检查磁盘和权限 (cannot write the order)");
  if (!write_durably(kept, xml) || !sync_folder(folders_.sent)) {
    fs::remove(part, error);
    fs::remove(kept, error);
    return everything(MIF_PAY_UNSENT, "NOT-WRITTEN", "写不进 sent 文件夹，请检查磁盘和权限 (cannot keep a copy of the order)");
  }
  learn_sent();
  fs::rename(part, folders_.orders / (head.message_id + ".xml"), error);
  if (error || !sync_folder(folders_.orders)) return everything(MIF_PAY_UNKNOWN, "", "报文改名时出错，银行可能已取走，请查询 (the order may have been published)");
  return everything(MIF_PAY_UNKNOWN, "", "已放入 orders，等银行回执 (put down for the bank, no answer yet): " + head.message_id);
}

void FileDrop::learn_sent() {
  for (const auto& item : fs::directory_iterator(folders_.sent)) {
    const std::string name = item.path().filename().string();
    if (!is_xml(item.path()) || read_sent_.count(name)) continue;
    std::string bytes;
    OrderNames names;
    XmlStream xml(names, "");
    if (!read_whole(item.path(), bytes, kMostBytes) || !xml.feed(bytes, true))
      throw Error(MIF_E_UNAVAILABLE, "bank.drop-sent", "sent 里的报文读不出，不能判断是否发送过，请修复后再发 (a kept order cannot be read): " + name);
    for (auto& [group, ref] : names.refs) known_[ref] = {names.message, group};
    read_sent_.insert(name);
  }
}

// True = the answer was read or set aside.
bool FileDrop::take_in(const fs::path& file, const TellPacket& tell) {
  std::error_code error;
  std::string bytes, why;
  StatusReport report;
  if (!read_whole(file, bytes, kMostBytes)) why = "读不出或超过 64 MiB (unreadable or too large)";
  else if (std::string format; sniff_camt(bytes, format) > 0) return false;  // a statement beside the answers is for whoever imports it
  else why = read_pain002(bytes, report);
  if (!why.empty() && fs::file_time_type::clock::now() - fs::last_write_time(file, error) < kStillBeingWritten) return false;  // perhaps not whole yet
  if (tell && !tell(answer_packet(bytes, report, why))) return false;
  const std::string name = (why.empty() ? sha256(bytes) : sha256(file.filename().string() + bytes)) + ".xml";
  const fs::path folder = folders_.answers / (why.empty() ? "processed" : "failed");
  if (!why.empty()) write_durably(folder / (name + ".txt"), file.filename().string() + ": " + why + "\n");
  fs::rename(file, folder / name, error);  // the same answer again falls on itself
  sync_folder(folder);
  return !error;
}

void FileDrop::pick_up(const TellPacket& tell) {
  std::vector<fs::path> files;
  for (const auto& item : fs::directory_iterator(folders_.answers))
    if (is_xml(item.path())) files.push_back(item.path());
  std::sort(files.begin(), files.end());
  for (const auto& file : files) take_in(file, tell);
  learn_processed();
}

void FileDrop::learn_processed() {
  for (const auto& item : fs::directory_iterator(folders_.answers / "processed")) {
    const std::string name = item.path().filename().string();
    if (!is_xml(item.path()) || read_answers_.count(name)) continue;
    std::string bytes;
    StatusReport report;
    if (read_whole(item.path(), bytes, kMostBytes) && read_pain002(bytes, report).empty()) reports_[report.message_id].push_back(std::move(report));
    read_answers_.insert(name);
  }
}

// Answers come in any order: an end stands over what leads to it, and two different ends are a doubt.
Answer FileDrop::answer_for(const std::string& ref) const {
  const auto known = known_.find(ref);
  if (known == known_.end()) return answer_of(ref, MIF_PAY_UNKNOWN, "", "sent 里没有这一笔，请人工核实 (not among the kept orders)");
  const auto reports = reports_.find(known->second.message);
  Answer best = answer_of(ref, MIF_PAY_UNKNOWN, "", "还没有银行回执 (no answer yet)");
  if (reports == reports_.end()) return best;
  for (const StatusReport& report : reports->second) {
    const Outcome o = outcome_of(report, known->second.group, ref);
    if (is_end(best.outcome) && is_end(o.outcome) && o.outcome != best.outcome) return answer_of(ref, MIF_PAY_UNKNOWN, o.word, "银行先后答复了两种结果，请人工核实 (two different ends)");
    if (rank(o.outcome) < rank(best.outcome) || (o.outcome == MIF_PAY_UNKNOWN && o.word.empty())) continue;
    best = answer_of(ref, o.outcome, o.word, o.reason);
    best.bank_ref = o.bank_ref;
    best.fen = fen_of(o.amount);
  }
  return best;
}

std::vector<Answer> FileDrop::query(const std::vector<std::string>& refs, const TellPacket& tell) {
  const std::lock_guard lock(mutex_);
  learn_sent();
  pick_up(tell);
  std::vector<Answer> answers;
  for (const std::string& ref : refs) answers.push_back(answer_for(ref));
  return answers;
}

}  // namespace mif::bank_iso20022
