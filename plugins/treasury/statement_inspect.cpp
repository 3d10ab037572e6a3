// SPDX-License-Identifier: Apache-2.0
// statement inspect: what a file says and whether it adds up, for any format a plugin reads. Stores nothing.
#include <algorithm>

#include "statement_reader.h"
#include "work.h"

namespace mif::treasury {

namespace {

std::string text_of(const std::optional<Decimal>& amount) { return amount ? amount->text() : std::string(); }
std::string text_of(Day day) { return day.valid() ? day.iso() : std::string(); }
std::string joined(const std::vector<std::string>& sentences) {
  std::string all;
  for (const auto& one : sentences) all += (all.empty() ? "" : "; ") + one;
  return all;
}

void write(Result& result, const std::string& which, const std::string& format, const StatementFacts& f) {
  result.item().field("statement", which).field("format", format).field("account", f.account).field("currency", f.currency).field("id", f.id).field("number", f.number)
      .field("opening_day", text_of(f.opening_day)).field("closing_day", text_of(f.closing_day)).field("opening", text_of(f.opening)).field("closing", text_of(f.closing))
      .field("entries", f.entries).field("credit_sum", f.credits.text()).field("debit_sum", f.debits.text())
      .field("booked", f.booked).field("booked_credit_sum", f.booked_credits.text()).field("booked_debit_sum", f.booked_debits.text())
      .field("reversals", f.reversals).field("pending", f.pending).field("bundled", f.bundled)
      .field("verdict", name_of(f.verdict)).field("reason", joined(f.reasons)).field("notes", joined(f.notes)).end_object();
}

}  // namespace

std::string statement_inspect(Desk& desk, Call call, const Params& params, Progress progress) {
  StatementBytes bytes = StatementBytes::of_file(params.get("file"));
  std::string format = params.get("format");
  if (format.empty() && !params.get("map").empty()) format = "csv/" + params.get("map");
  ReadFile file = read_statement_file(desk, call, bytes, format, reader_options(params), nullptr, progress);
  // What was noticed between statements is told with the last one; what breaks the file, or a file without any, by itself.
  const bool apart = file.statements.empty() || file.verdict == Verdict::quarantined;
  if (!apart) {
    StatementFacts& last = file.statements.back().facts;
    last.verdict = std::max(last.verdict, file.verdict);
    last.reasons.insert(last.reasons.end(), file.reasons.begin(), file.reasons.end());
    last.notes.insert(last.notes.end(), file.notes.begin(), file.notes.end());
  }
  Result result("StatementInspection");
  std::int64_t counts[3] = {0, 0, 0}, n = 0;
  for (const auto& s : file.statements) {
    ++counts[static_cast<int>(s.facts.verdict)];
    write(result, std::to_string(++n), file.format, s.facts);
  }
  if (apart) {
    StatementFacts whole;
    whole.verdict = file.verdict;
    whole.reasons = file.reasons;
    whole.notes = file.notes;
    write(result, "file", file.format, whole);
  }
  if (!file.all_proved()) result.finding();
  result.total("proved", counts[0]);
  result.total("warned", counts[1]);
  result.total("quarantined", counts[2]);
  return result.json(bytes.name() + "（" + (file.format.empty() ? "格式不明" : file.format) + "）" + std::to_string(n) + " 张对账单：验算成立 " + std::to_string(counts[0]) + "，存疑 " + std::to_string(counts[1]) +
                     "，隔离 " + std::to_string(counts[2]) + (file.verdict == Verdict::quarantined ? "；文件读不全" : ""));
}

}  // namespace mif::treasury
