// SPDX-License-Identifier: Apache-2.0
// Looking at receipts: which there are, one of them with its file, and which lines have none.
#include <algorithm>
#include <fstream>

#include "calendar.h"
#include "payment_search.h"
#include "receipts.h"
#include "work.h"

namespace mif::treasury {

namespace {

JsonWriter& write(JsonWriter& json, const StoredReceipt& r) {
  return json.field("account", r.account).field("number", r.number).field("day", r.day.iso()).field("amount", r.fen).field("state", r.line ? "linked" : "open").field("line", r.line).field("voucher", r.voucher)
      .field("rule", r.rule).field("code", r.client_ref).field("bank_ref", r.bank_ref).field("reason", r.problem);
}

}  // namespace

std::string receipt_list(Desk& desk, Call call, const Params& params, Progress) {
  const auto scope = desk.scope(call, "ledger.read", params);
  const std::string state = params.get("state");
  if (!state.empty() && state != "open" && state != "linked") throw Error(MIF_E_INVALID, "receipt.state", "state 应为 open 或 linked (open or linked)");
  const Day to = params.day("to").value_or(desk.clock.business_day()), from = params.day("from").value_or(plus_days(to, -30));
  Result result("ReceiptList");
  std::int64_t count = 0, open = 0;
  Txn txn = desk.store.read(call);
  for (const auto& s : scope)
    for (const auto& r : receipts(txn, "where r.account = ? and r.day >= ? and r.day <= ? order by r.day, r.id", {s.account->number, from, to})) {
      ++count;
      if (!r.line) {
        ++open;
        result.finding();
      }
      if (!state.empty() && (state == "open") != (r.line == 0)) continue;
      write(result.item(), r).end_object();
    }
  result.total("receipts", count);
  result.total("open", open);
  return result.json(from.iso() + " 至 " + to.iso() + " 电子回单 " + std::to_string(count) + " 张，没有对上流水的 " + std::to_string(open) + " 张");
}

std::string receipt_show(Desk& desk, Call call, const Params& params, Progress) {
  const auto scope = desk.scope(call, "ledger.read", params);
  const std::string number = params.get("number"), out = params.get("out");
  Result result("Receipt");
  Txn txn = desk.store.read(call);
  std::int64_t shown = 0;
  for (const auto& s : scope)
    for (const auto& r : receipts(txn, "where r.account = ? and r.number = ?", {s.account->number, number})) {
      ++shown;
      write(result.item(), r).field("media_type", r.media_type).field("file_name", r.file_name).field("bytes", r.bytes).field("object", r.object).field("fetched_by", r.fetched_by).end_object();
      if (out.empty()) continue;
      const std::string bytes = desk.objects.get(call, r.object);
      std::ofstream file(out, std::ios::binary | std::ios::trunc);
      file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
      file.close();
      if (!file) throw Error(MIF_E_INVALID, "receipt.file-unwritable", "写不了文件 (cannot write the file): " + out);
    }
  if (shown == 0) throw Error(MIF_E_NOT_FOUND, "receipt.not-found", "没有这张电子回单 (no such receipt): " + number);
  if (shown > 1 && !out.empty()) throw Error(MIF_E_INVALID, "receipt.account-needed", "有 " + std::to_string(shown) + " 个账户有这个编号，请给出 account (several accounts have this number)");
  return result.json("电子回单 " + number + (out.empty() ? "" : " 已写入 " + out));
}

std::string receipt_missing(Desk& desk, Call call, const Params& params, Progress) {
  const auto scope = desk.scope(call, "ledger.read", params);
  const Day to = params.day("to").value_or(desk.clock.business_day()), from = params.day("from").value_or(plus_days(to, -30));
  Result result("StatementLineList");
  std::int64_t count = 0;
  Txn txn = desk.store.read(call);
  for (const auto& s : scope)
    txn.query("select l.id, l.day, l.fen, l.bank_ref, l.client_ref, l.counter_name from x_treasury_line l where l.account = ? and l.day >= ? and l.day <= ?"
              " and not exists (select 1 from x_treasury_receipt r where r.line_id = l.id) order by l.day, l.id",
              {s.account->number, from, to}, [&](const Row& r) {
                ++count;
                result.finding();
                result.item().field("account", s.account->number).field("line", r.integer(0)).field("day", r.day(1).iso()).field("amount", r.fen(2)).field("bank_ref", r.text(3)).field("code", r.text(4))
                    .field("counter_name", r.text(5)).end_object();
                return true;
              });
  result.total("lines", count);
  return result.json(from.iso() + " 至 " + to.iso() + " 有 " + std::to_string(count) + " 行流水没有电子回单");
}

HttpResponse receipt_file(Desk& desk, Call call, const std::string& account, const std::string& number) {
  const auto accounts = visible(desk, call, Query(""));
  Txn txn = desk.store.read(call);
  const auto found = receipts(txn, "where r.account = ? and r.number = ?", {account, number});
  if (found.empty() || std::none_of(accounts.begin(), accounts.end(), [&](const BankAccount* a) { return a->number == account; }))
    throw Error(MIF_E_NOT_FOUND, "receipt.not-found", "没有这张电子回单 (no such receipt): " + number);
  HttpResponse response;
  // A bank's word for the type is not trusted: only what a browser shows without running anything.
  response.content_type = found.front().media_type == "application/pdf" ? "application/pdf" : "application/octet-stream";
  response.body = desk.objects.get(call, found.front().object);
  return response;
}

}  // namespace mif::treasury
