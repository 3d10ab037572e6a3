// SPDX-License-Identifier: Apache-2.0
#include "kernel/interchange/voucher_table.h"

namespace mif::interchange {

const std::vector<VoucherColumn>& voucher_columns() {
  static const std::vector<VoucherColumn> columns = {
      {"book", "账套", false},       {"date", "日期", true},      {"period", "期间", false},     {"word", "凭证字", true},   {"key", "凭证号", true},
      {"part", "第几张", false},     {"parts", "共几张", false},
      {"voucher_summary", "凭证摘要", false}, {"summary", "摘要", false}, {"account", "科目", true}, {"account_name", "科目名称", false}, {"aux", "辅助核算", false},
      {"debit", "借方", true},       {"credit", "贷方", true},    {"attachments", "附件数", false}, {"files", "电子附件", false},
      {"flow", "流程", false},       {"closing", "结转", false},
      {"reverses", "更正", false},   {"maker", "制单", false},    {"reviewer", "审核", false},   {"cashier", "出纳", false},    {"poster", "记账", false}};
  return columns;
}

namespace {

sheet::Head head_of(const std::string& name) {
  sheet::Head head;
  head.name = name;
  for (const auto& column : voucher_columns()) {
    const bool money = column.english == "debit" || column.english == "credit", count = column.english == "attachments" || column.english == "part" || column.english == "parts";
    head.columns.push_back({std::string(column.chinese), money ? sheet::Kind::money : column.english == "date" ? sheet::Kind::day : count ? sheet::Kind::integer : sheet::Kind::text,
                            column.english == "summary" || column.english == "account_name" ? 30 : 12});
  }
  return head;
}

std::string reversed_key(store::Txn& txn, const ledger::Ledger& ledger, std::int64_t id) { return id == 0 ? std::string() : number_of(ledger.voucher(txn, id)); }

// An electronic document a line, as the reader takes it.
std::string files_of(const ledger::Voucher& v) {
  std::string all;
  for (const auto& f : v.files) all += (all.empty() ? "" : "\n") + f.digest + '|' + f.media_type + '|' + f.name;
  return all;
}
sheet::Cell part_cell(int part) { return part == 0 ? sheet::Cell() : sheet::Cell(std::int64_t{part}); }

}  // namespace

void write_vouchers(const BookReader& reader, sheet::Receiver& receiver) {
  receiver.begin(head_of("凭证"));
  reader.vouchers([&](const ledger::Voucher& v) {
    const std::string key = v.period.iso() + ' ' + v.word + '-' + std::to_string(v.number), files = files_of(v), reverses = reversed_key(reader.txn(), reader.ledger(), v.reverses);
    for (const auto& line : v.lines)
      receiver.row({{v.book, v.day, v.month == 13 ? v.period.iso() : std::string(), v.word, key, part_cell(v.part), part_cell(v.parts), v.summary, line.summary, line.account, reader.account(line.account).full_name, line.aux,
                     line.side == MIF_DEBIT ? sheet::Cell(line.fen) : sheet::Cell(), line.side == MIF_CREDIT ? sheet::Cell(line.fen) : sheet::Cell(),
                     static_cast<std::int64_t>(v.attachments), files, v.flow, std::string(v.closing ? "是" : ""), reverses, v.maker, v.reviewer, v.cashier, v.poster}});
  });
  receiver.end();
}

void write_voucher_template(sheet::Receiver& receiver) {
  receiver.begin(head_of("凭证"));
  const auto row = [&](const char* account, const char* aux, sheet::Cell debit, sheet::Cell credit) {
    receiver.row({{std::string("990000-310"), Day(2023, 6, 30), std::string(), std::string("记"), std::string("1"), sheet::Cell(), sheet::Cell(), std::string("收到存款利息"), std::string("收到存款利息"), std::string(account), std::string(),
                   std::string(aux), debit, credit, std::int64_t{1}, std::string(), std::string(), std::string(), std::string(), std::string(), std::string(), std::string(), std::string()}});
  };
  row("1003", "bank_account=9900001003001", Fen(123450), {});
  row("42010101", "", {}, Fen(123450));
  receiver.end();
}

}  // namespace mif::interchange
