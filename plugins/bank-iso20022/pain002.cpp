// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "pain.h"
#include "values.h"
#include "xml_stream.h"

namespace mif::bank_iso20022 {

namespace {

constexpr std::size_t kMostText = 1024;

// By the names of an element and its parent, below CstmrPmtStsRpt; every version writes them alike.
class Reader : public XmlHandler {
 public:
  explicit Reader(StatusReport& out) : out_(out) {}
  bool found = false;

  void start(std::string_view name, const char* const*) override {
    if (name == "CstmrPmtStsRpt") found = true;
    if (name == "OrgnlPmtInfAndSts") out_.groups.emplace_back();
    if (name == "TxInfAndSts") {
      // before .03 rows stand beside the groups
      if (!inside("OrgnlPmtInfAndSts") && (out_.groups.empty() || !out_.groups.back().id.empty())) out_.groups.emplace_back();
      out_.groups.back().rows.emplace_back();
    }
    path_.emplace_back(name);
    text_.clear();
  }
  void text(std::string_view piece) override {
    if (text_.size() + piece.size() <= kMostText) text_.append(piece);
  }
  void end() override {
    const std::string name = std::move(path_.back());
    path_.pop_back();
    if (const auto value = trimmed(text_); !value.empty() && found && !path_.empty()) leaf(path_.back(), name, value);
    text_.clear();
  }

 private:
  bool inside(std::string_view name) const { return std::find(path_.begin(), path_.end(), name) != path_.end(); }
  void leaf(const std::string& parent, const std::string& name, std::string_view value) {
    if (name == "OrgnlMsgId" && parent == "OrgnlGrpInfAndSts") out_.message_id = value;
    if (name == "GrpSts") out_.word = value;
    const bool in_row = inside("TxInfAndSts");
    if ((name == "Cd" || name == "Prtry") && parent == "Rsn") reason(in_row, value);
    if (name == "AddtlInf" && parent == "StsRsnInf") reason(in_row, value);
    if (out_.groups.empty()) return;
    auto& group = out_.groups.back();
    if (name == "OrgnlPmtInfId" && parent == "OrgnlPmtInfAndSts") group.id = value;
    if (name == "PmtInfSts") group.word = value;
    if (!in_row || group.rows.empty()) return;
    auto& row = group.rows.back();
    if (name == "OrgnlEndToEndId" || (name == "OrgnlInstrId" && row.client_ref.empty())) row.client_ref = value;
    if (name == "TxSts") row.word = value;
    if (name == "AcctSvcrRef") row.bank_ref = value;
    if (name == "InstdAmt") row.amount = value;
  }
  void reason(bool in_row, std::string_view value) {
    std::string& to = in_row ? out_.groups.back().rows.back().reason : inside("OrgnlPmtInfAndSts") ? out_.groups.back().reason : out_.reason;
    if (to.size() + value.size() < kMostText) (to.empty() ? to : to += ' ') += value;
  }
  StatusReport& out_;
  std::vector<std::string> path_;
  std::string text_;
};

// The only words that end every payment of a group alike.
bool speaks_for_all(std::string_view word) { return word == "RJCT" || word == "ACSC" || word == "ACCC"; }

// Refused because the bank has it already: that says nothing of what became of the first one.
bool names_duplicate(std::string_view reason) {
  while (!reason.empty()) {
    const std::string_view word = reason.substr(0, reason.find(' '));
    reason.remove_prefix(std::min(word.size() + 1, reason.size()));
    if (word == "AM05" || word == "DUPL" || (word.size() == 4 && word.substr(0, 3) == "DU0" && word[3] >= '1' && word[3] <= '5')) return true;
  }
  return false;
}
int meaning(std::string_view word, std::string_view reason) {
  const int outcome = outcome_of_word(word);
  return outcome == MIF_PAY_REFUSED && names_duplicate(reason) ? static_cast<int>(MIF_PAY_DUPLICATE) : outcome;
}

}  // namespace

std::string read_pain002(std::string_view bytes, StatusReport& out) {
  out = {};
  Reader reader(out);
  XmlStream xml(reader, "");
  xml.feed(bytes, true);
  if (xml.is_broken()) return xml.what();
  if (!reader.found) return "不是 pain.002 (not a pain.002)";
  return {};
}

int outcome_of_word(std::string_view word) {
  if (word == "RCVD" || word == "ACTC" || word == "ACCP") return MIF_PAY_ACCEPTED;
  if (word == "PDNG" || word == "ACSP" || word == "ACWC") return MIF_PAY_PROCESSING;
  if (word == "ACSC" || word == "ACCC") return MIF_PAY_DONE;
  if (word == "RJCT" || word == "CANC") return MIF_PAY_REFUSED;
  return MIF_PAY_UNKNOWN;
}

Outcome outcome_of(const StatusReport& report, std::string_view group_id, std::string_view client_ref) {
  const PaymentStatus* named = nullptr;
  for (const auto& group : report.groups)
    for (const auto& row : group.rows) {
      if (row.client_ref != client_ref) continue;
      if (named && outcome_of_word(named->word) != outcome_of_word(row.word)) return {MIF_PAY_UNKNOWN, row.word, "同一笔有两种状态 (two different words for one payment)", {}, {}};
      named = &row;
    }
  if (named && !named->word.empty()) return {meaning(named->word, named->reason), named->word, named->reason, named->bank_ref, named->amount};
  for (const auto& group : report.groups)
    if (group.id == group_id && !group.word.empty()) {
      // Rows beside a word for the group: it was not said of the others.
      if (!group.rows.empty() && !named) return {MIF_PAY_UNKNOWN, group.word, group.reason, {}, {}};
      return {speaks_for_all(group.word) ? meaning(group.word, group.reason) : MIF_PAY_UNKNOWN, group.word, group.reason, {}, {}};
    }
  const bool rows = std::any_of(report.groups.begin(), report.groups.end(), [](const auto& g) { return !g.rows.empty() || !g.word.empty(); });
  return {!rows && speaks_for_all(report.word) ? meaning(report.word, report.reason) : MIF_PAY_UNKNOWN, report.word, report.reason, {}, {}};
}

}  // namespace mif::bank_iso20022
