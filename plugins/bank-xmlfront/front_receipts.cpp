// SPDX-License-Identifier: Apache-2.0
// Electronic receipts: listed for a range of days, their files in the list or downloaded one by one.
#include <set>

#include "front.h"
#include "http.h"

namespace mif::bank_xmlfront {

namespace {

constexpr std::size_t kPages = 2000;

Receipt read_receipt(const Profile& p, const Tags& tags) {
  const ReceiptPlan& plan = p.receipt;
  Receipt r;
  r.number = text_of(tags, plan.number);
  if (r.number.empty()) throw Error(MIF_E_INVALID, "bank.receipt-number", "电子回单没有编号 (a receipt without a number)");
  r.day = Day::parse(find_tag(tags, plan.day));
  const Fen written = read_amount(find_tag(tags, plan.amount), p.amounts_in_fen);
  const Fen size = written < Fen(0) ? -written : written;
  const std::string direction = text_of(tags, plan.direction);
  if (direction != plan.debit && direction != plan.credit) throw Error(MIF_E_INVALID, "bank.direction-unknown", "借贷标志不认识 (unknown direction): \"" + direction + "\"");
  r.fen = direction == plan.debit ? -size : size;
  r.bank_ref = text_of(tags, plan.bank_ref);
  r.client_ref = text_of(tags, plan.client_ref);
  r.file_name = text_of(tags, plan.file_name);
  if (r.file_name.empty()) r.file_name = r.number;
  r.media_type = plan.media_type;
  return r;
}

std::string file_of(const std::string& number, std::string_view base64) {
  try {
    std::string bytes = bank_wire::from_base64(base64);
    if (!bytes.empty()) return bytes;
  } catch (const bank_wire::Unreadable&) {
  }
  throw Error(MIF_E_INVALID, "bank.receipt-file", "电子回单 " + number + " 的文件是空的或不是 base64 (its file is empty or not base64)");
}

}  // namespace

void Front::receipts(const std::string& account, Day from, Day to, std::int64_t deadline_ms, const NextSerial& serial, const std::function<bool(Receipt&&)>& each,
                     const TellPacket& tell) {
  const Profile& p = *link_.profile;
  const ReceiptPlan& plan = p.receipt;
  if (!plan.given) throw Error(MIF_E_UNSUPPORTED, "bank.no-receipts", "银行链接 " + link_.name + " 不提供电子回单 (no receipts through this link)");
  const auto number = [](Day day) { return std::to_string(day.value()); };
  const Told listed = look("receipts", account, tell), fetched = look("receipt", account, tell);
  const PagePlan& page = plan.page;
  const bool pages = page.counted || !page.block.empty();
  std::string cursor = page.counted ? "1" : "";
  std::set<std::string> cursors;
  std::size_t got = 0;
  try {
    for (bool last = false; !last;) {
      if (cursors.size() == kPages || !cursors.insert(cursor).second) throw Error(MIF_E_INVALID, "bank.page-repeats", "回单列表翻页没有尽头, 页号重复 (the pages of the list repeat): \"" + cursor + "\"");
      Reply list = ask(p.receipts, {block(p.receipts.row, {{From::account, account}, {From::from_day, number(from)}, {From::to_day, number(to)}, {From::cursor, cursor}})}, deadline_ms, serial, {}, tell ? &listed : nullptr);
      if (list.not_found) break;
      if (list.more && !pages) throw Error(MIF_E_INVALID, "bank.receipt-list", "回单列表没有给完，请缩短起止日期 (the list is not complete: ask for fewer days)");
      std::string next;
      for (auto& [name, tags] : list.blocks) {
        if (!page.block.empty() && name == page.block) next = find_tag(tags, page.reply);
        if (name != plan.block) continue;
        ++got;
        Receipt receipt = read_receipt(p, tags);
        if (!plan.download) {
          receipt.bytes = file_of(receipt.number, find_tag(tags, plan.content));
          tags.clear();
        } else {
          const Reply file = ask(p.download, {block(p.download.row, {{From::account, account}, {From::receipt, receipt.number}, {From::day, number(receipt.day)}})}, deadline_ms, serial, {}, tell ? &fetched : nullptr);
          for (const auto& [path, inside] : file.blocks)
            if (path == plan.content_block) receipt.bytes = file_of(receipt.number, find_tag(inside, plan.content));
          if (receipt.bytes.empty()) throw Error(MIF_E_INVALID, "bank.receipt-file", "电子回单 " + receipt.number + " 的文件没有给出 (its file is missing in the reply)");
        }
        if (!each(std::move(receipt))) return;
      }
      if (!page.counted && pages && next.empty() && list.more) throw Error(MIF_E_INVALID, "bank.page-missing", "银行说未完而没有给下一页 (the bank has more and names no next page)");
      last = page.counted ? !list.more : next.empty();
      cursor = page.counted ? std::to_string(got + 1) : next;
    }
  } catch (const Error& e) {
    if (e.code() == MIF_E_UNAVAILABLE) throw;
    throw Error(MIF_E_UNAVAILABLE, "账号 " + account + " 的电子回单取不成 (receipts unusable): " + e.what());
  }
}

}  // namespace mif::bank_xmlfront
