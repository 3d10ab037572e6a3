// SPDX-License-Identifier: Apache-2.0
#include "matcher.h"

#include <set>

namespace mif::treasury {

std::string document_of(std::string_view source_key) {
  const auto hash = source_key.rfind('#');
  if (hash != std::string_view::npos) source_key = source_key.substr(0, hash);
  const auto slash = source_key.rfind('/');
  return std::string(slash == std::string_view::npos ? source_key : source_key.substr(slash + 1));
}

Matched match(const std::vector<OpenLine>& lines, const std::map<std::string, KnownPayment>& payments,
              const std::multimap<std::string, KnownVoucher>& vouchers) {
  Matched result;
  std::set<std::pair<std::string, std::int64_t>> given;
  for (const auto& line : lines) {
    const auto stray = [&](const std::string& reason) { result.strays.push_back({line.id, reason}); };
    const auto pair = [&](const char* kind, std::int64_t target, const char* rule) {
      if (given.emplace(kind, target).second) result.pairs.push_back({line.id, target, kind, rule});
      else stray("同一对象已有另一行流水 (its counterpart has another line already)");
    };
    const bool debit = line.fen < Fen(0);
    if (line.client_ref.empty()) {
      stray(debit ? "支出流水没有付款编号，系统没有下过这笔指令 (a debit without a code: not instructed by this system)" : "收入流水没有单据号 (a credit without a document number)");
      continue;
    }
    if (const auto p = payments.find(line.client_ref); p != payments.end()) {
      if ((debit ? -line.fen : line.fen) != p->second.fen)
        stray("付款编号 " + line.client_ref + " 的金额 " + line.fen.grouped() + " 与指令 " + p->second.fen.grouped() + " 不符 (same code, another amount)");
      else if (debit) pair("payment", p->second.id, "P1-code");
      else pair("return", p->second.id, "P4-return");
      continue;
    }
    if (debit) {
      stray("付款编号 " + line.client_ref + " 不是本系统发出的 (a code this system never gave)");
      continue;
    }
    const auto range = vouchers.equal_range(line.client_ref);
    const KnownVoucher* found = nullptr;
    int candidates = 0;
    bool waiting = false;
    for (auto v = range.first; v != range.second; ++v) {
      if (!v->second.posted) waiting = true;
      else if (v->second.debit == line.fen) found = &v->second, ++candidates;
    }
    if (candidates == 1) pair("voucher", found->id, "P1-document");
    else if (candidates > 1) stray("单据 " + line.client_ref + " 有多张同额凭证 (several vouchers fit)");
    else if (waiting) stray("单据 " + line.client_ref + " 的凭证还没有入账 (its voucher is not posted yet)");
    else if (range.first != range.second) stray("单据 " + line.client_ref + " 的凭证金额不符 (its voucher has another amount)");
    else stray("没有单据 " + line.client_ref + " 的凭证 (no voucher of that document)");
  }
  return result;
}

}  // namespace mif::treasury
