/* SPDX-License-Identifier: Apache-2.0 */
/* mif.payable-source/1 (draft): who knows what has to be paid, and is told what became of it. `exchange` provides it, `treasury` reads it. */
#ifndef MIF_EXT_DRAFT_PAYABLE_SOURCE_H
#define MIF_EXT_DRAFT_PAYABLE_SOURCE_H
#include "mif/abi.h"
#ifdef __cplusplus
extern "C" {
#endif
#define MIF_PAYABLE_SOURCE_ID "mif.payable-source/1"
typedef struct mif_payable {
  uint32_t size;
  mif_day day;
  int64_t id;         /* increasing; the cursor */
  int64_t voucher_id; /* the voucher that posts when it is paid */
  mif_fen fen;
  mif_str book, obligation; /* obligation: unique key of the debt, forever */
  mif_str payer_account, payee_account, payee_name, payee_bank_no, purpose;
  /* appended: the budget it falls under, by the source's own name, and what that allows in all; empty = none */
  mif_str budget;
  mif_fen budget_fen;
  /* appended: nonzero = above budget_fen it is paid all the same, and the finding is kept with the payment */
  int32_t budget_flagged;
  int32_t reserved;
} mif_payable;
/* What a budget allows in all, and whether more is refused or only flagged. */
typedef struct mif_payable_budget {
  uint32_t size;
  int32_t flagged;
  mif_fen fen; /* 0 = as told before, and `flagged` with it */
} mif_payable_budget;
typedef struct mif_payable_sink mif_payable_sink;
struct mif_payable_sink {
  uint32_t size;
  uint32_t reserved;
  void* impl;
  int32_t (*on)(mif_payable_sink*, const mif_payable*);
};
/* What became of one payable, as far as the bank, the statement or two people have proved it. */
typedef struct mif_payable_result {
  uint32_t size;
  mif_day day; /* the day the bank shows where it is known, else the day it was heard */
  int64_t seq; /* grows with what happened to one obligation; the same seq is the same fact, told again */
  mif_fen fen;
  mif_str obligation;
  mif_str state; /* paid: done and booked; failed: refused for good, may be tried anew; returned: came back after paid; resolved: nothing more will be tried */
  mif_str bank_ref, reason;
} mif_payable_result;
typedef struct mif_payable_source {
  uint32_t size;
  uint32_t reserved;
  void* self;
  /* [worker, concurrent] payables with id > after, by id */
  mif_status (*fetch)(void* self, mif_call*, int64_t after, uint32_t limit, mif_payable_sink*);
  /* appended; may be null: [worker, concurrent] what payables became, at least once, per obligation by seq. All are kept or none:
   * an error leaves them untold and they come again. An unknown state or obligation is not an error. */
  mif_status (*results)(void* self, mif_call*, const mif_payable_result*, uint32_t n);
  /* appended; may be null: [worker, concurrent, never inside a transaction] asked before money is tried again, after it failed or came
   * back: the source takes anew what it holds for it, a budget say, until the next result; an error refuses the attempt. Repeatable.
   * budget_fen: what the budget allows in all by now; 0 = as told before. */
  mif_status (*again)(void* self, mif_call*, mif_str obligation, mif_fen fen, mif_fen* budget_fen);
  /* appended; may be null, else asked instead of `again`: the same, and whether the budget in force is only flagged. */
  mif_status (*again_within)(void* self, mif_call*, mif_str obligation, mif_fen fen, mif_payable_budget* budget);
} mif_payable_source;
#ifdef __cplusplus
}
#endif
#endif
