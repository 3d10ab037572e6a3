// SPDX-License-Identifier: Apache-2.0
#include "matcher.h"

#include <set>
#include <unordered_map>

#include "payment_code.h"

namespace mif::treasury {

std::string document_of(std::string_view source_key) {
  const auto hash = source_key.rfind('#');
  if (hash != std::string_view::npos) source_key = source_key.substr(0, hash);
  const auto slash = source_key.rfind('/');
  return std::string(slash == std::string_view::npos ? source_key : source_key.substr(slash + 1));
}

std::string reference_of(std::string_view client_ref, std::string_view text) {
  if (!client_ref.empty()) return std::string(client_ref);
  constexpr std::size_t kLength = 20;
  const auto part_of_word = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  std::string_view found;
  for (auto at = text.find("YB"); at != std::string_view::npos; at = text.find("YB", at + 1)) {
    const auto code = text.substr(at, kLength);
    if (!valid_payment_code(code) || (at > 0 && part_of_word(text[at - 1])) || (at + kLength < text.size() && part_of_word(text[at + kLength]))) continue;
    if (!found.empty() && found != code) return {};
    found = code;
  }
  return std::string(found);
}

Matched match(const std::vector<OpenLine>& lines, const std::map<std::string, KnownPayment>& payments,
              const std::multimap<std::string, KnownVoucher>& vouchers) {
  Matched result;
  std::set<std::pair<std::string, std::int64_t>> given;
  // How often the bank shows a payment as made: of one made twice, nobody knows what a credit gives back.
  std::unordered_map<std::int64_t, int> made;
  for (const auto& line : lines)
    if (line.fen < Fen(0))
      if (const auto p = payments.find(reference_of(line.client_ref, line.text)); p != payments.end() && -line.fen == p->second.fen) ++made[p->second.id];
  for (const auto& line : lines) {
    const auto stray = [&](const std::string& reason) { result.strays.push_back({line.id, reason}); };
    const auto pair = [&](const char* kind, std::int64_t target, const char* rule) {
      if (given.emplace(kind, target).second) result.pairs.push_back({line.id, target, kind, rule});
      else stray("同一对象已有另一行流水 (its counterpart has another line already)");
    };
    const bool debit = line.fen < Fen(0);
    std::string reference = reference_of(line.client_ref, line.text);
    if (line.client_ref.empty() && !payments.count(reference)) reference.clear();
    if (reference.empty()) {
      stray(debit ? "支出流水没有付款编号，系统没有下过这笔指令 (a debit without a code: not instructed by this system)" : "收入流水没有单据号 (a credit without a document number)");
      continue;
    }
    if (const auto p = payments.find(reference); p != payments.end()) {
      if ((debit ? -line.fen : line.fen) != p->second.fen)
        stray("付款编号 " + reference + " 的金额 " + line.fen.grouped() + " 与指令 " + p->second.fen.grouped() + " 不符 (same code, another amount)");
      else if (debit && p->second.has_line) stray("付款编号 " + reference + " 在对账单上已付过一次 (paid under this code already)");
      else if (debit) pair("payment", p->second.id, "P1-code");
      else if (const auto m = made.find(p->second.id); m != made.end() && m->second + (p->second.has_line ? 1 : 0) > 1)
        stray("付款编号 " + reference + " 在对账单上付了不止一次，退回的是哪一次不明 (paid more than once: which one came back is unknown)");
      else pair("return", p->second.id, "P4-return");
      continue;
    }
    if (debit) {
      stray("付款编号 " + reference + " 不是本系统发出的 (a code this system never gave)");
      continue;
    }
    const auto range = vouchers.equal_range(reference);
    const KnownVoucher* found = nullptr;
    int candidates = 0;
    bool waiting = false;
    for (auto v = range.first; v != range.second; ++v) {
      if (!v->second.posted) waiting = true;
      else if (v->second.debit == line.fen) found = &v->second, ++candidates;
    }
    if (candidates == 1) pair("voucher", found->id, "P1-document");
    else if (candidates > 1) stray("单据 " + reference + " 有多张同额凭证 (several vouchers fit)");
    else if (waiting) stray("单据 " + reference + " 的凭证还没有入账 (its voucher is not posted yet)");
    else if (range.first != range.second) stray("单据 " + reference + " 的凭证金额不符 (its voucher has another amount)");
    else stray("没有单据 " + reference + " 的凭证 (no voucher of that document)");
  }
  return result;
}

}  // namespace mif::treasury
