// SPDX-License-Identifier: Apache-2.0
// reconcile print: a frozen table as it was signed, or, while none is approved, the draft as it stands now.
#include <fstream>

#include "recon.h"
#include "work.h"

namespace mif::treasury {

PrintedTable print_table(Desk& desk, Call call, const Params& params) {
  const AskedTable a = asked_table(desk, call, "ledger.read", params);
  BalanceTable t;
  FrozenTable row;
  {
    Txn txn = desk.store.read(call);
    const auto all = frozen_tables(txn, a.scoped.account->number);
    if (const FrozenTable* found = latest(all, a.month, "approved")) row = *found;
    t = compute_table(desk, call, txn, a.scoped, load_sides(desk, call, txn, *a.scoped.account), a.day, row.id ? row.form : a.scoped.account->form, row.id ? row.made_by : call.actor());
    if (row.id && table_json(t) != desk.objects.get(call, row.artefact)) throw Error(MIF_E_CONFLICT, "reconcile.frozen-differs", name_of(a) + " 冻结之后输入变了，不能按冻结件打印，见 treasury verify (its inputs changed since it was frozen)");
  }
  OnPaper paper{desk.identity.name_of(call, t.unit), t.book, desk.identity.name_of(call, t.maker), row.id ? desk.identity.name_of(call, row.decided_by) : std::string(), row.artefact, row.revision};
  for (const auto& book : desk.ledger.books(call))
    if (book.code == t.book) paper.book = book.name;
  PrintedTable printed;
  printed.name = name_of(a);
  printed.frozen = row.id != 0;
  printed.bytes = desk.print.table(call, table_document(t, paper), params.get("format", "pdf"), &printed.notes);
  return printed;
}

std::string reconcile_print(Desk& desk, Call call, const Params& params, Progress) {
  const std::string out = params.get("out");
  const PrintedTable printed = print_table(desk, call, params);
  std::ofstream file(out, std::ios::binary | std::ios::trunc);
  file.write(printed.bytes.data(), static_cast<std::streamsize>(printed.bytes.size()));
  file.close();
  if (!file) throw Error(MIF_E_INVALID, "reconcile.file-unwritable", "写不了文件 (cannot write the file): " + out);
  Result result("PrintedFile");
  result.item().field("file", out).field("bytes", static_cast<std::int64_t>(printed.bytes.size())).field("state", printed.frozen ? "approved" : "draft").field("note", "").end_object();
  for (const auto& note : printed.notes) {
    result.finding();
    result.item().field("file", out).field("state", "not-as-it-is").field("note", note).end_object();
  }
  return result.json(printed.name + " 已写入 " + out);
}

}  // namespace mif::treasury
