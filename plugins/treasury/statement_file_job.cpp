// SPDX-License-Identifier: Apache-2.0
// statement import-file: an account without a bank adapter has its statements, too; from a file of any format a plugin reads.
#include <algorithm>
#include <cctype>

#include "recon.h"
#include "statement_reader.h"
#include "statement_store.h"
#include "work.h"

namespace mif::treasury {

namespace {

struct Part {
  const Scoped* scoped = nullptr;
  Intake intake;
};

std::string format_of(const Params& params) {
  const std::string map = params.get("map");
  if (map.empty()) return params.get("format");
  if (map.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") != std::string::npos)
    throw Error(MIF_E_INVALID, "statement.map-name", "列映射是 templates/bank 下的名称，如 statement-signed (map is a name below templates/bank): \"" + map + "\"");
  return "csv/" + map;
}

// "2504 0066/01.234": letters and digits only, of what follows the bank's code.
std::string plain(std::string_view account) {
  if (const auto slash = account.rfind('/'); slash != std::string_view::npos) account.remove_prefix(slash + 1);
  std::string all;
  for (const char c : account)
    if (std::isalnum(static_cast<unsigned char>(c))) all += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return all;
}

// Every statement of the file is of a named account of ours, or of the only one that was named.
const Scoped* owner(const std::vector<Scoped>& scope, const std::string& named, const StatementFacts& facts, const std::string& file) {
  const std::string said = plain(facts.account);
  for (const auto& scoped : scope) {
    if (!named.empty() && scoped.account->number != named) continue;
    if (said.empty() ? !named.empty() : plain(scoped.account->number) == said) return &scoped;
  }
  if (said.empty()) throw Error(MIF_E_INVALID, "statement.account-missing", "要给出 account 银行账号，" + file + " 里没有写 (account is needed: the file names none)");
  throw Error(MIF_E_NOT_FOUND, "statement.account-not-ours",
              file + " 里的账号 " + facts.account + (named.empty() ? " 不是配置的银行账户，请核对文件，或在 mif.info 的 treasury 下配置" : " 不是 account 给的 " + named + "，请核对文件") + " (not an account of ours)");
}

Fen whole_fen(const std::optional<Decimal>& amount, const std::string& what, const std::string& file) {
  if (!amount) return Fen(0);
  if (const auto fen = amount->fen()) return *fen;
  throw Error(MIF_E_INVALID, "statement.not-fen", file + " 的" + what + " " + amount->text() + " 不是整分，请银行重出 (not a whole number of fen)");
}

Intake intake_of(Desk& desk, const ReadStatement& s, const Params& params, const std::string& file, const std::string& evidence, const LineSpool& lines) {
  const StatementFacts& f = s.facts;
  if (!f.currency.empty() && f.currency != "CNY" && f.currency != "RMB")
    throw Error(MIF_E_INVALID, "statement.not-cny", file + " 里账号 " + f.account + " 的币种是 " + f.currency + "，只能导入人民币账户的对账单 (only accounts in CNY)");
  if (!s.not_fen.empty()) throw Error(MIF_E_INVALID, "statement.not-fen", file + " " + s.not_fen + " 不是整分，请银行重出 (not a whole number of fen)");
  Intake in;
  in.opening = whole_fen(f.opening, "期初余额", file);
  in.closing = whole_fen(f.closing, "期末余额", file);
  in.begin = s.begin;
  in.end = s.end;
  in.verdict = f.verdict;
  in.reason = f.why();
  in.evidence = evidence;
  Day first, last;
  bool every_day = true;
  for (std::size_t i = s.begin; i < s.end; ++i) {
    const Day day = lines.day(i);
    every_day = every_day && day.valid();
    if (!day.valid()) continue;
    if (!first.valid() || day < first) first = day;
    if (last < day) last = day;
  }
  const auto from = params.day("from"), to = params.day("to");
  in.to = to ? *to : f.closing_day.valid() ? f.closing_day : last;
  // A balance is dated with the day it stands before, or with the day it stands after.
  in.from = from ? *from : f.opening_day.valid() ? (f.opening_day == in.to || f.opening_day == first ? f.opening_day : day_after(f.opening_day)) : first;
  if (!in.from.valid() || !in.to.valid()) {
    if (!in.to.valid()) in.to = in.from.valid() ? in.from : desk.clock.business_day();
    if (!in.from.valid()) in.from = in.to;
    if (in.verdict == Verdict::proved) {
      in.verdict = Verdict::warned;
      in.reason = "没有起止日期 (the statement's days are not known)";
    }
  }
  if (in.verdict != Verdict::proved) return in;
  std::string why;
  if (!every_day) why = "有一笔没有日期 (an entry without a day)";
  else if (first.valid() && first < in.from) why = "有一笔的日期 " + first.iso() + " 不在所取期间 (day out of range)";
  else if (last.valid() && in.to < last) why = "有一笔的日期 " + last.iso() + " 不在所取期间 (day out of range)";
  if (!why.empty()) {
    in.verdict = Verdict::warned;
    in.reason = why;
  }
  return in;
}

// Pages of a day and days that follow each other are one statement; so their lines are looked for once.
bool joins(const Part& a, const Part& b) {
  return a.scoped == b.scoped && a.intake.verdict == Verdict::proved && b.intake.verdict == Verdict::proved && a.intake.end == b.intake.begin && a.intake.closing == b.intake.opening &&
         (b.intake.from == a.intake.to || b.intake.from == day_after(a.intake.to));
}

std::vector<Part> parts_of(Desk& desk, const std::vector<Scoped>& scope, const ReadFile& read, const Params& params, const std::string& file, const std::string& evidence, const LineSpool& lines) {
  std::vector<Part> parts;
  for (const auto& s : read.statements) {
    Part part{owner(scope, params.get("account"), s.facts, file), {}};
    part.intake = intake_of(desk, s, params, file, evidence, lines);
    if (!parts.empty() && joins(parts.back(), part)) {
      parts.back().intake.to = part.intake.to;
      parts.back().intake.closing = part.intake.closing;
      parts.back().intake.end = part.intake.end;
    } else {
      parts.push_back(part);
    }
  }
  return parts;
}

std::string import_statements(Desk& desk, Call call, const Params& params, StatementBytes& bytes, Progress progress) {
  const std::vector<Scoped> scope = desk.scope(call, "bank.reconcile", params);
  const std::string& name = bytes.name();
  const std::string format = format_of(params);
  if (params.get("account").empty() && format.rfind("csv/", 0) == 0) throw Error(MIF_E_INVALID, "statement.account-missing", "要给出 account 银行账号 (account is needed)");
  const std::string evidence = desk.objects.put_from(call, [&](std::uint8_t* room, std::uint64_t most) { return bytes.read(room, most); });
  const std::uint64_t size = bytes.position();
  bytes.rewind();
  LineSpool lines;
  ReadFile read = read_statement_file(desk, call, bytes, format, reader_options(params), &lines, progress);
  if (read.format.empty()) throw Error(MIF_E_NOT_FOUND, "statement.format-unknown", read.reasons.front());
  // A map is chosen by a person: a file that does not fit it is not a bad file but the wrong map, or a damaged download.
  if (read.broken && read.format.rfind("csv/", 0) == 0) {
    const std::string line = std::to_string(read.broken->line), sentence = name + " 第 " + line + " 行: " + read.broken->what + " (line " + line + ") [" + read.broken->code + "]";
    throw Error(MIF_E_INVALID, sentence);
  }
  if (!read.broken && bytes.position() != size) throw Error(MIF_E_CONFLICT, "statement.file-changed", name + " 在读取时变了，请等它写完再导入 (the file changed while it was read)");
  std::vector<Part> parts = parts_of(desk, scope, read, params, name, evidence, lines);
  const bool nothing = parts.empty();
  if (nothing || (read.verdict == Verdict::quarantined && parts.back().intake.verdict == Verdict::proved)) {
    // The file broke off outside of any statement: kept, so that somebody asks for it again.
    const Scoped* whose = nothing ? owner(scope, params.get("account"), StatementFacts(), name) : parts.back().scoped;
    Intake in;
    in.from = in.to = nothing ? desk.clock.business_day() : parts.back().intake.to;
    in.verdict = read.verdict == Verdict::proved ? Verdict::warned : read.verdict;
    in.reason = read.reasons.empty() ? "文件里没有对账单 (no statement in the file)" : read.reasons.front();
    in.evidence = evidence;
    parts.push_back({whose, in});
  }
  Result result("StatementList");
  std::int64_t fresh = 0, proved = 0, missing = 0;
  std::string reason;
  std::vector<std::pair<const Scoped*, Day>> until;
  for (const Part& part : parts) {
    progress("导入 " + part.scoped->account->number, part.intake.lines(), 0);
    const StoredStatement stored = store_statement(desk, call, *part.scoped, lines, part.intake);
    write_statement(result, *part.scoped->account, part.intake, stored);
    fresh += stored.fresh;
    if (stored.state == "proved") ++proved;
    else if (reason.empty()) reason = stored.reason;
    const auto found = std::find_if(until.begin(), until.end(), [&](const auto& u) { return u.first == part.scoped; });
    if (found == until.end()) until.emplace_back(part.scoped, part.intake.to);
    else if (found->second < part.intake.to) found->second = part.intake.to;
  }
  Txn txn = desk.store.read(call);
  for (const auto& [scoped, to] : until)
    for (const auto& gap : missing_days(txn, scoped->account->number, to)) {
      ++missing;
      result.item().field("account", scoped->account->number).field("state", "missing-days").field("from", gap.substr(0, 10)).field("to", gap.substr(gap.size() - 10))
          .field("reason", "这些天没有对账单 (days without a statement)").end_object();
    }
  const bool all = proved == static_cast<std::int64_t>(parts.size());
  if (!all || missing > 0) result.finding();
  result.total("new_lines", fresh);
  result.total("missing", missing);
  result.total("proved", proved);
  result.total("quarantined", static_cast<std::int64_t>(parts.size()) - proved);
  return result.json(all ? "对账单" + std::string(missing == 0 ? "验算成立" : "验算成立，但有缺日") + "，新增流水 " + std::to_string(fresh) + " 笔" : "对账单勾稽不符，已隔离：" + reason);
}

}  // namespace

std::string import_statement_bytes(Desk& desk, Call call, const Params& params, const std::string& file, std::string_view text) {
  StatementBytes bytes = StatementBytes::of_text(file, text);
  return import_statements(desk, call, params, bytes, Progress(nullptr));
}

std::string statement_import_file(Desk& desk, Call call, const Params& params, Progress progress) {
  progress("导入对账单 " + params.get("file"), 0, 0);
  StatementBytes bytes = StatementBytes::of_file(params.get("file"));
  return import_statements(desk, call, params, bytes, progress);
}

}  // namespace mif::treasury
