// SPDX-License-Identifier: Apache-2.0
#include "rule_outcome.h"

#include <algorithm>
#include <sstream>

#include "rule_text.h"

namespace mif::exchange {

namespace {

std::string side_name(int side) { return side == MIF_DEBIT ? "debit" : "credit"; }

std::string fact_of(const VoucherLine& l) { return side_name(l.side) + " " + l.account + " " + l.fen.plain() + (l.aux.empty() ? "" : " " + l.aux); }

std::string fact_of(const Payable& p) { return "payable " + p.fen.plain() + " " + p.payer_account + " " + p.payee_account + " " + p.payee_bank_no + " " + p.payee_name; }

bool same_line(const VoucherLine& a, const VoucherLine& b) {
  return a.side == b.side && a.fen == b.fen && a.account == b.account && a.aux == b.aux && a.summary == b.summary;
}

bool same_payable(const std::optional<Payable>& a, const std::optional<Payable>& b) {
  if (!a || !b) return !a && !b;
  return fact_of(*a) == fact_of(*b) && a->purpose == b->purpose;
}

[[noreturn]] void unreadable(const std::string& fact) {
  throw Error(MIF_E_INVALID, "mapping.example-expected",
              "例子的预期写法不对, 应为 debit 科目 金额 辅助项, credit ..., payable 金额 付款账号 收款账号 行号 户名, word, flow, summary, purpose 或 held 原因 (not an expectation): \"" + clean(fact, 120) + "\"");
}

std::string trimmed(const std::string& text) {
  const auto from = text.find_first_not_of(" \t\r");
  return from == std::string::npos ? std::string() : text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

// "debit 540101 100.00 mode=1 bank_account=9": amounts and items in one form, whoever wrote them.
std::string read_fact(const std::string& fact) {
  std::istringstream words(fact);
  std::string key, account, amount;
  words >> key;
  if (key == "held" || fact == "memo") return fact;
  if (key == "word" || key == "flow" || key == "summary" || key == "purpose") {
    if (fact.size() <= key.size() + 1) unreadable(fact);
    return fact;
  }
  if (key == "payable") {
    std::string payer, payee, bank, name;
    if (!(words >> amount >> payer >> payee >> bank)) unreadable(fact);
    std::getline(words, name);
    return "payable " + Fen::parse(amount).plain() + " " + payer + " " + payee + " " + bank + " " + trimmed(name);
  }
  if ((key != "debit" && key != "credit") || !(words >> account >> amount)) unreadable(fact);
  std::string aux;
  for (std::string w; words >> w;) aux += (aux.empty() ? "" : ";") + w;
  aux = format_aux(parse_aux(aux));
  return key + " " + account + " " + Fen::parse(amount).plain() + (aux.empty() ? "" : " " + aux);
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream lines(text);
  for (std::string l; std::getline(lines, l);) all.push_back(l);
  return all;
}

bool begins(const std::string& text, const char* word) { return text.rfind(word, 0) == 0; }

}  // namespace

Outcome outcome_of(const RuleSet* rules, const Document& document) {
  if (!rules) return outcome_of(static_cast<Evaluator*>(nullptr), document);
  Evaluator evaluator(*rules);
  return outcome_of(&evaluator, document);
}

Outcome outcome_of(Evaluator* evaluator, const Document& document) {
  Outcome outcome;
  if (!evaluator) {
    outcome.held = "没有规则 (no rules)";
    return outcome;
  }
  try {
    outcome.mapped = evaluator->evaluate(document).mapped();
  } catch (const Error& e) {
    if (e.code() != MIF_E_INVALID) throw;
    outcome.held = clean(e.what(), 600);
  }
  return outcome;
}

bool same(const Outcome& a, const Outcome& b) {
  if (!a.mapped || !b.mapped) return !a.mapped && !b.mapped;
  const VoucherDraft &x = a.mapped->draft, &y = b.mapped->draft;
  return a.mapped->memo == b.mapped->memo && x.word == y.word && x.flow == y.flow && a.mapped->gather_key == b.mapped->gather_key && x.summary == y.summary && std::equal(x.lines.begin(), x.lines.end(), y.lines.begin(), y.lines.end(), same_line) &&
         same_payable(a.mapped->payable, b.mapped->payable);
}

std::vector<std::string> facts_of(const Outcome& outcome) {
  if (!outcome.mapped) return {"held " + outcome.held};
  if (outcome.mapped->memo) return {"memo"};
  const VoucherDraft& draft = outcome.mapped->draft;
  std::vector<std::string> facts = {"word " + draft.word, "flow " + draft.flow, "summary " + draft.summary};
  if (!outcome.mapped->gather_key.empty()) facts.push_back("gather " + outcome.mapped->gather_key);
  for (const auto& l : draft.lines) facts.push_back(fact_of(l) + (l.summary == draft.summary ? "" : " # " + l.summary));
  if (outcome.mapped->payable) {
    facts.push_back(fact_of(*outcome.mapped->payable));
    facts.push_back("purpose " + outcome.mapped->payable->purpose);
  }
  return facts;
}

std::string read_expectation(std::string_view text) {
  std::string lines(text), result;
  std::replace(lines.begin(), lines.end(), '|', '\n');
  int entries = 0, holds = 0, memos = 0, others = 0;
  for (const auto& l : split(lines)) {
    const std::string fact = trimmed(l);
    if (fact.empty()) continue;
    const std::string read = read_fact(fact);
    begins(read, "debit ") || begins(read, "credit ") ? ++entries : begins(read, "held") ? ++holds : read == "memo" ? ++memos : ++others;
    result += (result.empty() ? "" : "\n") + read;
  }
  // an expectation that expects nothing would be met by anything
  const bool voucher = entries > 1 && holds + memos == 0;  // red and blue may stand on one side
  const bool alone = holds + memos == 1 && entries + others == 0;
  if (!voucher && !alone) unreadable(std::string(text));
  return result;
}

std::string expectation_of(const Outcome& outcome) {
  if (!outcome.mapped) return "held";
  if (outcome.mapped->memo) return "memo";
  const VoucherDraft& draft = outcome.mapped->draft;
  std::string text = "word " + draft.word + (draft.flow.empty() ? "" : "\nflow " + draft.flow);
  for (const auto& l : draft.lines) text += "\n" + fact_of(l);
  if (outcome.mapped->payable) text += "\n" + fact_of(*outcome.mapped->payable);
  return text;
}

std::string mismatch(const std::string& expected, const Outcome& outcome) {
  std::vector<std::string> wanted = split(expected), found;
  if (wanted.size() == 1 && begins(wanted.front(), "held")) {
    if (outcome.mapped) found = facts_of(outcome);
    const std::string part = trimmed(wanted.front().substr(4));
    if (!outcome.mapped && outcome.held.find(part) != std::string::npos) return {};
    if (!outcome.mapped) found = {"held " + outcome.held};
  } else if (!outcome.mapped) {
    found = {"held " + outcome.held};
  } else if (outcome.mapped->memo) {
    found = {"memo"};
  } else {
    const auto stated = [&](const char* word) { return std::any_of(wanted.begin(), wanted.end(), [&](const auto& w) { return begins(w, word); }); };
    const VoucherDraft& draft = outcome.mapped->draft;
    if (stated("word ")) found.push_back("word " + draft.word);
    if (stated("flow ")) found.push_back("flow " + draft.flow);
    if (stated("summary ")) found.push_back("summary " + draft.summary);
    for (const auto& l : draft.lines) found.push_back(fact_of(l));
    if (outcome.mapped->payable) found.push_back(fact_of(*outcome.mapped->payable));
    if (outcome.mapped->payable && stated("purpose ")) found.push_back("purpose " + outcome.mapped->payable->purpose);
  }
  std::sort(wanted.begin(), wanted.end());
  std::sort(found.begin(), found.end());
  std::string text;
  for (const auto& d : differing(wanted, found)) text += (text.empty() ? "" : "; ") + std::string(1, d.sign) + " " + d.text;
  return text;
}

}  // namespace mif::exchange
