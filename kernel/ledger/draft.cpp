// SPDX-License-Identifier: Apache-2.0
// What a draft must satisfy before anything is written. Every refusal comes before the first statement that changes data,
// so that a caller may record it in the same transaction.
#include "kernel/base/text.h"
#include "kernel/base/within.h"
#include "kernel/ledger/internal.h"

namespace mif::ledger {
namespace {

[[noreturn]] void invalid(const char* rule, const std::string& what) { throw Error(MIF_E_INVALID, rule, what); }

// The tightest reading of varchar(n): characters on PostgreSQL, nothing on SQLite.
void check_text(std::string_view text, std::size_t most, const char* what) {
  std::size_t characters = 0;
  for (const char c : text) characters += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  if (characters > most) invalid("voucher.text-too-long", std::string(what) + " 超过 " + std::to_string(most) + " 字 (too long)");
  if (!valid_utf8(text)) invalid("voucher.text-not-utf8", std::string(what) + " 不是 UTF-8 文本 (not UTF-8)");
}

Period period_of(const Draft& d) {
  if (!d.day.valid()) invalid("voucher.day", "凭证日期不对 (not a calendar day): " + std::to_string(d.day.value()));
  const int month = d.month == 0 ? d.day.month() : d.month;
  if (month == 13 ? d.day.month() != 12 : month != d.day.month())
    invalid("voucher.day-outside-period", "凭证日期 " + d.day.iso() + " 不在会计期间 " + Period{d.day.year(), month}.iso() + " 内 (day outside period)");
  return {d.day.year(), month};
}

std::string line_name(int number) { return "第 " + std::to_string(number) + " 行"; }

}  // namespace

Stored canonical_of(const Draft& draft, const Who& who, HashAlg alg) {
  Stored v;
  static_cast<Draft&>(v) = draft;
  v.period = period_of(draft);
  v.month = v.period.month;
  if (v.maker.empty()) v.maker = who.actor;
  if (v.maker.empty()) invalid("voucher.no-maker", "凭证没有制单人 (a voucher needs its maker)");
  if (v.lines.empty()) invalid("voucher.no-lines", "凭证没有分录 (a voucher needs lines)");
  if (v.attachments < 0) invalid("voucher.attachments-negative", "附件张数不能为负 (negative number of attachments)");
  check_text(v.word, 4, "凭证字");
  check_text(v.summary, 400, "摘要");
  check_text(v.source_plugin, 80, "来源");
  check_text(v.source_key, 200, "来源键");
  check_text(v.flow, 80, "流程");
  check_text(v.maker, 80, "制单人");
  for (const auto& file : v.files) {
    if (file.digest.size() != 64 || file.digest.find_first_not_of("0123456789abcdef") != std::string::npos) invalid("attachment.digest", "附件 " + file.name + " 的摘要不是 64 位十六进制 (not a digest)");
    if (file.name.empty() || file.bytes < 0) invalid("attachment.incomplete", "附件缺文件名或长度不对 (an attachment needs its name and length): " + file.digest);
    check_text(file.name, 200, "附件名");
    check_text(file.media_type, 100, "附件类型");
  }
  if (v.parts != 0 ? v.parts < 2 || v.part < 1 || v.part > v.parts || (v.part == 1) != (v.lead == 0) : v.part != 0 || v.lead != 0)
    invalid("voucher.part", "分数编号 " + std::to_string(v.part) + "/" + std::to_string(v.parts) + " 不对: 应为 1/n 至 n/n (n 至少 2), 第 2 张起注明首张凭证 (not a fraction of a number)");
  Fen debit, credit;
  for (std::size_t i = 0; i < v.lines.size(); ++i) {
    Line& line = v.lines[i];
    const std::string where = line_name(static_cast<int>(i) + 1);
    if (line.side != MIF_DEBIT && line.side != MIF_CREDIT) invalid("voucher.line-side", where + "的借贷方向不对 (side must be debit or credit)");
    if (line.fen == Fen()) invalid("voucher.line-zero", where + "金额为零 (zero line): 科目 " + line.account);
    check_text(line.account, 20, "科目");
    check_text(line.aux, 400, "辅助核算");
    check_text(line.summary, 400, "分录摘要");
    if (!line.aux.empty()) {
      try {
        line.aux = format_aux(parse_aux(line.aux));
      } catch (const Error& error) {
        throw within(where, error);
      }
    }
    (line.side == MIF_DEBIT ? debit : credit) += line.fen;
  }
  if (debit != credit) {
    const Fen by = debit > credit ? debit - credit : credit - debit;
    invalid("voucher.unbalanced", "凭证借贷不平: 借方 " + debit.grouped() + ", 贷方 " + credit.grouped() + ", 差 " + by.grouped() + " (unbalanced by " + by.plain() + ")");
  }
  v.total = debit;
  v.content_hash = content_hash(alg, v);
  return v;
}

chart::VoucherShape shape_of(const Voucher& v, std::string_view scheme) {
  chart::VoucherShape shape{v.word, scheme, v.day, v.reverses != 0, {}};
  shape.lines.reserve(v.lines.size());
  for (const Line& line : v.lines) shape.lines.push_back({line.side, line.fen, line.account, line.aux});
  return shape;
}

std::vector<chart::Warning> check_draft(const Stored& v, const Context& context, const chart::Chart& chart) {
  require_writable(context.book);
  require_open(context, v.period, v.day);
  // Closing and correction carry items as they stand in the balances, ended ones too.
  const Day item_day = v.closing || v.reverses != 0 ? Day() : v.day;
  for (std::size_t i = 0; i < v.lines.size(); ++i) {
    const Line& line = v.lines[i];
    const chart::Account* account = chart.find(line.account);
    const auto where = [&] { return line_name(static_cast<int>(i) + 1); };
    if (!account)
      invalid("account.unknown", where() + ": 账套 " + context.book.code + " 的科目表在 " + v.day.iso() + " 没有科目 " + line.account + " (unknown account " + line.account + ")");
    if (!account->leaf) invalid("account.not-leaf", where() + ": 科目 " + line.account + ' ' + account->full_name + " 不是末级科目,请用它的明细 (not a leaf account)");
    try {
      if (chart.check_aux(*account, line.aux, item_day) != line.aux) invalid("aux.order", "辅助核算未排序 (auxiliary items are not in order)");
    } catch (const Error& error) {
      throw within(where(), error);
    }
  }
  return chart.check_voucher(shape_of(v, context.book.scheme));
}

}  // namespace mif::ledger
