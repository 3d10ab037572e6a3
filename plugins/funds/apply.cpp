// SPDX-License-Identifier: Apache-2.0
// fund apply, fund edit: what is asked for, sent to its approval. An edit makes another version; what was approved of the one before
// is void, as its flow is left behind and the new one has the digest of the new content.
#include "apply.h"

#include <algorithm>

#include "work.h"

namespace mif::funds {

namespace {

bool account_like(std::string_view text) {
  return !text.empty() && text.size() <= 40 && std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-'; });
}

[[noreturn]] void refuse(const char* rule, const std::string& what) { throw Error(MIF_E_INVALID, rule, what); }

void read_content(const Params& params, Application& a) {
  a.to = params.most("to", 60, a.to);
  a.payee_name = params.most("payee-name", 300, a.payee_name);
  a.payee_bank_no = params.most("payee-bank-no", 20, a.payee_bank_no);
  a.item = params.most("budget", 60, a.item);
  a.purpose = params.most("purpose", 400, a.purpose);
  if (!params.get("amount").empty()) a.fen = params.amount("amount");
  if (const auto day = params.day("day")) a.day = *day;
}

void start(Desk& desk, Txn& txn, Application& a) {
  a.state = kSubmitted;
  a.digest = content_digest(a);
  a.instance = desk.workflow.start(txn, desk.settings.flow, a.unit, "fund-application", a.obligation(), a.digest, a.fen, a.made_by);
}

}  // namespace

void check_content(const Desk& desk, Application& a) {
  const Kind& kind = desk.settings.kind(a.kind, a.book);
  const OwnAccount* from = desk.settings.find(a.from);
  if (!from || from->book != a.book) refuse("fund.from-account", "付款账号 " + a.from + " 不是账套 " + a.book + " 的账户，账户在 mif.info 的 funds 下配置 (not an account of the book)");
  if (a.to == a.from) refuse("fund.same-account", "收款账号与付款账号相同 (the same account): " + a.to);
  a.to_book.clear();
  if (kind.to_own) {
    const OwnAccount* to = desk.settings.find(a.to);
    if (!to) refuse("fund.to-account", kind.title + " 只付到自有账户，" + a.to + " 没有配置 (not an account of ours)");
    // A person does not name what the configuration knows.
    a.payee_name = to->name;
    a.payee_bank_no = to->bank_no;
    a.to_book = to->book;
    if ((to->book != a.book) != kind.between_books)
      refuse("fund.to-book", kind.between_books ? kind.title + " 付到另一账套的账户，" + a.to + " 属于同一账套 (an account of another book is expected)"
                                                : kind.title + " 付到本账套的账户，" + a.to + " 属于账套 " + to->book + " (an account of the same book is expected)");
  }
  if (!account_like(a.to)) refuse("fund.payee-account", "收款账号应为 1 到 40 位数字、字母或短横 (not an account number): \"" + a.to + "\"");
  if (a.payee_name.empty()) refuse("fund.payee-name", "要给出收款户名 payee-name (the payee's name is needed)");
  if (!a.payee_bank_no.empty() && (a.payee_bank_no.size() != 12 || a.payee_bank_no.find_first_not_of("0123456789") != std::string::npos))
    refuse("fund.payee-bank-no", "收款行号应为 12 位数字，行内付款可以空着 (a bank number has 12 digits): \"" + a.payee_bank_no + "\"");
  if (a.item.empty() || a.purpose.empty()) refuse("fund.purpose", "要给出预算项目 budget 和用途 purpose (a budget item and a purpose are needed)");
  if (!kind.debit_of_item.empty() && !kind.debit_of_item.count(a.item)) refuse("fund.item-kind", kind.title + " 不用于预算项目 " + a.item + "，可用的项目在 mif.info 的 kind 下 item (this kind has no such item)");
}

std::string fund_apply(Desk& desk, Call call, const Params& params) {
  Application a;
  a.kind = params.need("kind");
  a.book = params.need("book");
  a.from = params.need("from");
  params.need("to");
  params.need("amount");
  a.day = desk.clock.business_day();
  read_content(params, a);
  const std::string key = params.most("key", 120);
  if (!key.empty()) a.client_key = a.book + "/" + key;
  Txn txn = desk.store.write(call);
  a.unit = desk.require(call, txn, a.book, "fund.apply");
  check_content(desk, a);
  if (!key.empty())
    for (const auto& known : applications(txn, "where client_key = ?", {a.client_key})) {
      Application same = a;
      same.id = known.id;
      if (known.version == 1 && content_digest(same) == known.digest) return answer(known, "资金申请 " + std::to_string(known.id) + " 早已提交 (the same key and content: submitted before)");
      throw Error(MIF_E_CONFLICT, "fund.key-reused", "同一 key " + key + " 已用于资金申请 " + std::to_string(known.id) + "，而内容不同，请换一个 key (same key, other content)");
    }
  a.id = txn.next_id("x_funds_application");
  a.taken = "none";
  a.made_by = call.actor();
  a.made_ms = desk.clock.now_unix_ms();
  start(desk, txn, a);
  insert(txn, a);
  note(desk, txn, a, "apply", "");
  txn.commit();
  return answer(a, "资金申请 " + std::to_string(a.id) + " 已提交，" + a.fen.grouped() + "，待审批 (waits for approval)");
}

std::string fund_edit(Desk& desk, Call call, const Params& params) {
  Txn txn = desk.store.write(call);
  Application a = take(desk, call, txn, params.number("id", 0), "fund.apply");
  if (a.made_by != call.actor()) throw Error(MIF_E_DENIED, "fund.not-maker", "资金申请 " + std::to_string(a.id) + " 由 " + a.made_by + " 提交，由本人修改 (only its maker edits it)");
  if (a.state != kSubmitted && a.state != kApproved && a.state != kRefused)
    throw Error(MIF_E_CONFLICT, "fund.not-editable", "资金申请 " + std::to_string(a.id) + " 的状态是 " + a.state + "，不能修改，请另提申请 (cannot be edited any more)");
  const Application before = a;
  read_content(params, a);
  check_content(desk, a);
  const auto said = [](const Application& x) { return x.to + " " + x.payee_name + " " + x.payee_bank_no + " " + x.fen.plain() + " " + x.item + " " + x.purpose + " " + x.day.iso(); };
  if (said(a) == said(before)) throw Error(MIF_E_INVALID, "fund.edit-nothing", "修改没有改动任何内容，原申请照旧 (nothing was changed)");
  if (before.voucher) desk.retract(txn, before.voucher, "资金申请 " + std::to_string(a.id) + " 修改");  // the kernel refuses once it is reviewed
  if (before.taken == "held") give_back_held(txn, before.line(), before.fen);
  a.taken = "none";
  a.voucher = 0;
  a.approved_by.clear();
  a.reason.clear();
  ++a.version;
  start(desk, txn, a);
  update(txn, a, before.version, before.state);
  note(desk, txn, a, "edit", said(before) + " -> " + said(a));
  txn.commit();
  return answer(a, "资金申请 " + std::to_string(a.id) + " 第 " + std::to_string(a.version) + " 版待审批，原来的审批作废 (its approval is void)");
}

}  // namespace mif::funds
