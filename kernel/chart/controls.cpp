// SPDX-License-Identifier: Apache-2.0
// What words and control rules say of a voucher. A red entry is the entry it takes back, so a line in red counts on the side it
// is printed on; only where both lines are printed on one side does the red one stand against the other.
// Source: 财社〔2017〕144号 chapter 6 (what may stand against each bank account); 会计基础工作规范 art. 50 (words).
#include <algorithm>

#include "kernel/chart/chart.h"
#include "kernel/chart/money.h"
#include "mif/error.hpp"
#include "mif/svc/ledger.h"

namespace mif::chart {
namespace {

std::string side_name(int side) { return side == MIF_DEBIT ? "借方" : "贷方"; }
std::string where(std::size_t line) { return "第 " + std::to_string(line + 1) + " 行"; }

// Does `b` stand against `a`, and if so on which side is `a` then; 0 = it does not.
int side_against(const ShapeLine& a, const ShapeLine& b) {
  const bool a_red = a.fen < Fen(), b_red = b.fen < Fen();
  const int a_effect = a_red ? -a.side : a.side, b_effect = b_red ? -b.side : b.side;
  if (a_effect == b_effect) return 0;
  return a.side != b.side ? a.side : a_effect;
}

void check_word(const Word& word, const VoucherShape& v) {
  if (word.money == Money::any || v.corrects) return;
  bool printed[2] = {}, effect[2] = {};  // debit, credit
  for (const auto& line : v.lines) {
    if (!is_money(line.account)) continue;
    printed[line.side == MIF_CREDIT] = true;
    effect[(line.fen < Fen() ? -line.side : line.side) == MIF_CREDIT] = true;
  }
  const auto refuse = [&](const char* rule, const std::string& what) { throw Error(MIF_E_INVALID, rule, "凭证字 " + word.code + " (" + word.title + ") " + what); };
  if (word.money == Money::debit && !printed[0] && !effect[0]) refuse("voucher.word-needs-debit-money", "要有借方的货币资金科目,请改用付或转 (word needs a debited cash or bank account)");
  if (word.money == Money::credit && !printed[1] && !effect[1]) refuse("voucher.word-needs-credit-money", "要有贷方的货币资金科目,请改用收或转 (word needs a credited cash or bank account)");
  if (word.money == Money::none && printed[0] != printed[1] && effect[0] != effect[1]) refuse("voucher.word-moves-money", "不能使货币资金总额增减,请改用收或付 (word does not change the book's money)");
}

std::string allowed_text(const Control& control) { return control.basis.empty() ? "" : ", 依据 " + control.basis; }

}  // namespace

std::vector<Warning> Chart::check_voucher(const VoucherShape& v) const {
  const auto word = std::find_if(base_->words.begin(), base_->words.end(), [&](const Word& w) { return w.code == v.word && w.valid_on(v.day); });
  if (word == base_->words.end()) {
    std::string known;
    for (const auto& w : base_->words)
      if (w.valid_on(v.day)) known += ' ' + w.code;
    throw Error(MIF_E_INVALID, "voucher.word-unknown", "凭证字应为" + known + " 之一 (unknown voucher word): \"" + std::string(v.word) + "\"");
  }
  check_word(*word, v);
  std::vector<Warning> warnings;
  const auto tell = [&](const Control& control, const std::string& what) {
    std::string sentence = what + "; 规则 " + control.code + " " + control.title + allowed_text(control);
    if (control.level == Level::refuse) throw Error(MIF_E_INVALID, "voucher.control-refused", std::move(sentence));
    Warning warning{"control." + control.code, std::move(sentence)};
    if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) warnings.push_back(std::move(warning));
  };
  for (const auto& control : base_->controls) {
    if (!control.valid_on(v.day) || (!control.scheme.empty() && control.scheme != v.scheme)) continue;
    for (std::size_t i = 0; i < v.lines.size(); ++i) {
      const ShapeLine& line = v.lines[i];
      if (!control.accounts.matches(line.account)) continue;
      if (!control.aux_text.empty()) {
        if ((control.side == 0 || control.side == line.side) && !control.aux.matches(line.aux))
          tell(control, where(i) + ": 科目 " + std::string(line.account) + " 的辅助核算 \"" + std::string(line.aux) + "\" 不在允许的 " + control.aux_text + " 之内 (auxiliary item not allowed by rule " + control.code + ")");
        continue;
      }
      if (v.corrects) continue;
      for (std::size_t j = 0; j < v.lines.size(); ++j) {
        const int side = side_against(line, v.lines[j]);
        if (side == 0 || (control.side != 0 && control.side != side) || control.counter.matches(v.lines[j].account)) continue;
        tell(control, where(i) + ": 科目 " + std::string(line.account) + ' ' + side_name(side) + "的对方科目不能是 " + where(j) + "的 " + std::string(v.lines[j].account) +
                          ",只能是 " + control.counter_text + " (counter-account not allowed by rule " + control.code + ")");
      }
    }
  }
  return warnings;
}

}  // namespace mif::chart
