// SPDX-License-Identifier: Apache-2.0
// A bank's dialect as data: framing, character set, envelope, fields with their byte limits, and what its status words mean.
// Loading refuses a profile that claims a status it does not map; a status nobody claimed is MIF_PAY_UNKNOWN.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mif/ext/bank_adapter.h"
#include "mif/services.hpp"

namespace mif::bank_xmlfront {

enum class From { constant, client_ref, day, payer_account, amount, purpose, payee_account, payee_name, payee_bank_no, account, from_day, to_day };

struct Field {
  std::string tag, value;
  From from = From::constant;
  std::size_t max_bytes = 0;  // in the bank's character set; 0 = no limit
  bool required = false;
};
struct BlockPlan {
  std::string block;
  std::vector<Field> fields;
};
struct AnswerPlan {
  std::string block, ref, bank_ref, code, text, amount;  // tags; empty = the bank does not send it
};
struct Operation {
  std::string function;
  std::size_t rows_per_packet = 1;
  std::int64_t min_interval_ms = 0;
  BlockPlan head, row;
  AnswerPlan answer;
};
struct StatementPlan {
  std::string balances_block, opening, closing, count;
  std::string line_block, day, amount, direction, debit, credit, balance, bank_ref, client_ref, counter_account, counter_name, text;
};

// tag -> value -> outcome, or deeper by another tag.
struct StatusMap {
  std::string tag;
  struct Target {
    int outcome = 0;                  // MIF_PAY_*, 0 = look deeper
    std::vector<StatusMap> deeper;    // none or one
  };
  std::map<std::string, Target, std::less<>> targets;
};

using Tags = std::vector<std::pair<std::string, std::string>>;
std::string_view find_tag(const Tags& tags, std::string_view tag);  // empty when absent

// Immutable after reading. [any-thread]
struct Profile {
  std::string name, title, charset;
  int length_digits = 8;
  std::size_t max_reply_bytes = 0;
  std::string root, head, function_tag, login_tag, result_tag, result_ok, result_text_tag;
  std::vector<Field> head_constants;
  bool idempotent_resend = false, statement_echoes_ref = false;
  Operation submit, query, statement, balance;
  std::map<std::string, int, std::less<>> submit_codes;  // MIF_PAY_*, 0 = read the status
  StatusMap status;
  StatementPlan lines;

  int status_of(const Tags& row) const;  // MIF_PAY_*
};

// Throws MIF_E_INVALID "FILE:LINE: ...".
Profile read_profile(const Node& root, const std::string& file);
std::string outcome_name(int outcome);

}  // namespace mif::bank_xmlfront
