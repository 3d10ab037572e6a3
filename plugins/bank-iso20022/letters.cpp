// SPDX-License-Identifier: Apache-2.0
#include "letters.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "disk.h"
#include "mif/sdk.hpp"
#include "values.h"
#include "xml_stream.h"

namespace mif::bank_iso20022 {

namespace {

namespace fs = std::filesystem;
constexpr std::uintmax_t kMostBytes = 64u << 20;

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

Answer answer_of(const std::string& ref, int outcome, std::string code, std::string text) {
  Answer a;
  a.client_ref = ref;
  a.outcome = outcome;
  a.code = std::move(code);
  a.text = std::move(text);
  return a;
}

bool is_xml(const fs::path& path) {
  const std::string name = path.filename().string();
  std::error_code error;
  return name[0] != '.' && (path.extension() == ".xml" || path.extension() == ".XML") && fs::is_regular_file(path, error);
}

std::string time_of(std::int64_t ms) {
  const std::time_t seconds = static_cast<std::time_t>(ms / 1000 + 8 * 3600);  // China has one time
  std::tm t{};
  gmtime_r(&seconds, &t);
  char text[40];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &t);
  return text;
}

void Outgoing::all(int outcome, const std::string& code, const std::string& text) {
  for (const std::size_t place : places) answers[place] = answer_of(answers[place].client_ref, outcome, code, text);
}

Letters::Letters(fs::path sent, fs::path answers) : sent_(std::move(sent)), answers_(std::move(answers)) {
  for (const auto& folder : {sent_, answers_}) {
    std::error_code error;
    if (!fs::is_directory(folder, error)) throw Error(MIF_E_INVALID, "bank.drop-folder", "文件夹不存在，请先建好 (no such folder): " + folder.string());
  }
  fs::create_directories(answers_ / "processed");
  fs::create_directories(answers_ / "failed");
}

void Letters::refresh() {
  learn_sent();
  learn_heard();
}

Outgoing Letters::prepare(OrderHead head, const std::vector<Order>& orders, std::int64_t now_ms, bool again) {
  Outgoing out;
  std::vector<Order> good;
  std::set<std::string> seen;
  std::string names;
  for (const Order& o : orders) {
    std::string why = refusal_of(o);
    if (why.empty() && !seen.insert(o.client_ref).second) why = "同一批里参考号重复 (the reference comes twice)";
    out.answers.push_back(answer_of(o.client_ref, MIF_PAY_UNSENT, "LOCAL-CHECK", why));
    if (!why.empty()) continue;
    if (!again && known_.count(o.client_ref)) {
      out.answers.back() = answer_of(o.client_ref, MIF_PAY_DUPLICATE, "SENT-BEFORE", "这个参考号已发送过，请查询 (sent before)");
      continue;
    }
    good.push_back(o);
    names += o.client_ref + '\n';
    out.places.push_back(out.answers.size() - 1);
  }
  if (good.empty()) return out;
  out.message_id = head.message_id = "M" + sha256(names).substr(0, 28);
  head.created = time_of(now_ms);
  out.xml = write_pain001(head, good);
  return out;
}

Letters::Kept Letters::keep(const Outgoing& out) {
  const fs::path kept = sent_ / (out.message_id + ".xml");
  std::error_code error;
  if (fs::exists(kept, error) || error) return Kept::before;
  if (write_durably(kept, out.xml) && sync_folder(sent_)) {
    learn_sent();
    return Kept::now;
  }
  fs::remove(kept, error);
  return Kept::failed;
}

void Letters::forget(const Outgoing& out) {
  std::error_code error;
  const std::string name = out.message_id + ".xml";
  if (!fs::remove(sent_ / name, error)) return;
  sync_folder(sent_);
  read_sent_.erase(name);
  for (auto& [ref, all] : known_) all.erase(std::remove_if(all.begin(), all.end(), [&](const Known& k) { return k.message == out.message_id; }), all.end());
  for (auto known = known_.begin(); known != known_.end();) known = known->second.empty() ? known_.erase(known) : std::next(known);
}

void Letters::learn_sent() {
  for (const auto& item : fs::directory_iterator(sent_)) {
    const std::string name = item.path().filename().string();
    if (!is_xml(item.path()) || read_sent_.count(name)) continue;
    std::string bytes;
    OrderNames names;
    XmlStream xml(names, "");
    if (!read_whole(item.path(), bytes, kMostBytes) || !xml.feed(bytes, true))
      throw Error(MIF_E_UNAVAILABLE, "bank.drop-sent", "sent 里的报文读不出，不能判断是否发送过，请修复后再发 (a kept order cannot be read): " + name);
    for (auto& [group, ref] : names.refs) known_[ref].push_back({names.message, group});
    read_sent_.insert(name);
  }
}

void Letters::learn_heard() {
  for (const auto& item : fs::directory_iterator(answers_ / "processed")) {
    const std::string name = item.path().filename().string();
    if (!is_xml(item.path()) || read_heard_.count(name)) continue;
    std::string bytes;
    StatusReport report;
    if (read_whole(item.path(), bytes, kMostBytes) && read_pain002(bytes, report).empty()) reports_[report.message_id].push_back(std::move(report));
    read_heard_.insert(name);
  }
}

std::string Letters::hear(const std::string& bytes) {
  StatusReport report;
  if (std::string why = read_pain002(bytes, report); !why.empty()) return why;
  const std::string name = sha256(bytes) + ".xml";
  std::error_code error;
  if (read_heard_.count(name) || fs::exists(answers_ / "processed" / name, error)) return {};
  const fs::path part = answers_ / "processed" / ("." + name + ".part");
  if (!write_durably(part, bytes)) return "答复写不进 processed 文件夹，请检查磁盘和权限 (cannot keep the answer)";
  fs::rename(part, answers_ / "processed" / name, error);
  sync_folder(answers_ / "processed");
  learn_heard();
  return {};
}

// Answers come in any order: an end stands over what leads to it, and two different ends are a doubt.
Answer Letters::answer_for(const std::string& ref) const {
  const auto known = known_.find(ref);
  if (known == known_.end()) return answer_of(ref, MIF_PAY_UNKNOWN, "", "sent 里没有这一笔，请人工核实 (not among the kept orders)");
  Answer best = answer_of(ref, MIF_PAY_UNKNOWN, "", "还没有银行回执 (no answer yet)");
  for (const Known& place : known->second) {
    const auto reports = reports_.find(place.message);
    if (reports == reports_.end()) continue;
    for (const StatusReport& report : reports->second) {
      const Outcome o = outcome_of(report, place.group, ref);
      if (is_end(best.outcome) && is_end(o.outcome) && o.outcome != best.outcome) return answer_of(ref, MIF_PAY_UNKNOWN, o.word, "银行先后答复了两种结果，请人工核实 (two different ends)");
      if (rank(o.outcome) < rank(best.outcome) || (o.outcome == MIF_PAY_UNKNOWN && o.word.empty())) continue;
      best = answer_of(ref, o.outcome, o.word, o.reason);
      best.bank_ref = o.bank_ref;
      best.fen = fen_of(o.amount);
    }
  }
  return best;
}

std::set<std::string> Letters::messages_of(const std::string& ref) const {
  std::set<std::string> all;
  if (const auto known = known_.find(ref); known != known_.end())
    for (const Known& place : known->second) all.insert(place.message);
  return all;
}

}  // namespace mif::bank_iso20022
