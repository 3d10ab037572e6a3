// SPDX-License-Identifier: Apache-2.0
#include "proof.h"

#include <map>

#include "digest.h"

namespace mif::treasury {

std::string disproof(const BankStatement& s) {
  Fen running = s.opening;
  for (std::size_t i = 0; i < s.lines.size(); ++i) {
    const BankLine& l = s.lines[i];
    const std::string place = "第 " + std::to_string(i + 1) + " 行 (line) ";
    if (!l.day.valid() || l.day < s.from || s.to < l.day) return place + "的日期 " + l.day.iso() + " 不在所取期间 (day out of range)";
    if (l.fen == Fen(0)) return place + "金额为零 (amount of zero)";
    running += l.fen;
    if (l.balance != running) return place + "的余额 " + l.balance.grouped() + " 与逐笔累计 " + running.grouped() + " 不符 (running balance does not fit)";
  }
  if (running != s.closing)
    return "期初 " + s.opening.grouped() + " 加各笔得 " + running.grouped() + "，期末却是 " + s.closing.grouped() + " (opening + lines is not closing)";
  return {};
}

void key_lines(BankStatement& s) {
  std::map<std::string, int> refs, contents;
  for (const auto& l : s.lines)
    if (!l.bank_ref.empty()) ++refs[l.bank_ref];
  for (auto& l : s.lines) {
    if (!l.bank_ref.empty() && refs[l.bank_ref] == 1) {
      l.key = "r:" + l.bank_ref;
      continue;
    }
    const std::string content =
        Digest().add(l.day.value()).add(l.fen.value()).add(l.bank_ref).add(l.client_ref).add(l.counter_account).add(l.counter_name).add(l.text).hex();
    l.key = "h:" + content + "#" + std::to_string(++contents[content]);
  }
}

}  // namespace mif::treasury
