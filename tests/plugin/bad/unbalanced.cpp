// SPDX-License-Identifier: Apache-2.0
#include "bad.hpp"
#include "mif/svc/ledger.h"
#include "mif/svc/store.h"

// Proposes a voucher whose credit is one fen short, and reports what the host answered.
mif_status bad::misbehave(mif_call* call, std::string) {
  const auto* store = static_cast<const mif_store*>(host->service(host, MIF_STORE_ID));
  const auto* ledger = static_cast<const mif_ledger_propose*>(host->service(host, MIF_LEDGER_PROPOSE_ID));
  mif_txn* txn = nullptr;
  if (const mif_status begun = store->begin(store->impl, call, MIF_TXN_WRITE, &txn)) return begun;
  mif_voucher_line lines[2] = {};
  for (auto& line : lines) line.size = sizeof line;
  lines[0].side = MIF_DEBIT;
  lines[0].fen = 10000;
  lines[0].account = text("1201");
  lines[1].side = MIF_CREDIT;
  lines[1].fen = 9999;
  lines[1].account = text("2101");
  mif_voucher voucher = {};
  voucher.size = sizeof voucher;
  voucher.day = 20230615;
  voucher.book = text("990000-310");
  voucher.word = text("转");
  voucher.source_key = text("demo/unbalanced#1");
  voucher.summary = text("借贷不平");
  voucher.lines = lines;
  voucher.n_lines = 2;
  voucher.attachments = 1;
  int64_t id = 0;
  const mif_status answer = ledger->propose(ledger->impl, call, txn, &voucher, &id);
  store->rollback(store->impl, txn);
  return answer;
}
static const char* const needs[] = {MIF_STORE_ID, MIF_LEDGER_PROPOSE_ID, nullptr};
BAD_PLUGIN("unbalanced", needs)
