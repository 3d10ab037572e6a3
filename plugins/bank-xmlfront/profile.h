// SPDX-License-Identifier: Apache-2.0
// A bank's dialect as data: framing, character set, envelope, fields with their byte limits, and what its status words mean.
// Loading refuses a profile that claims a status it does not map; a status nobody claimed is MIF_PAY_UNKNOWN.
//
// A block is a path below the root ("eb/out/rd", "." = the root itself), a tag a path below its block ("status/rspcod"); a reply's
// block may also name what its parent said before it ("../fSeqno").
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mif/ext/bank_adapter.h"
#include "mif/services.hpp"

namespace mif::bank_xmlfront {

enum class From {
  constant, client_ref, day, payer_account, amount, purpose, payee_account, payee_name, payee_bank_no, account, from_day, to_day,
  function, login, param, serial, row_number, row_count, total, sent_day, sent_time, cursor, receipt
};

struct Field {
  std::string tag, value;  // value: the constant, or the name of the link's parameter
  From from = From::constant;
  std::size_t max_bytes = 0;  // in the bank's character set; 0 = no limit
  bool required = false;
};
struct BlockPlan {
  std::string block;
  std::vector<Field> fields;
};
// tag -> value -> outcome, or deeper by another tag. In the file "-" stands for a tag the reply does not have.
struct StatusMap {
  std::string tag;
  struct Target {
    int outcome = 0;                  // MIF_PAY_*, 0 = look deeper
    std::vector<StatusMap> deeper;    // none or one
  };
  std::map<std::string, Target, std::less<>> targets;
};
using Codes = std::map<std::string, int, std::less<>>;  // MIF_PAY_*, 0 = read the status
using Words = std::set<std::string, std::less<>>;

// Tags; empty = the bank does not send it. A row is told apart by `ref`, by its number in the packet, or - one row a packet whose
// serial the reply repeats - by nothing more.
struct AnswerPlan {
  std::string block, ref, row_number, bank_ref, code, text, amount;
};
struct ResultPlan {
  std::string block, code, text;
  Words ok, more, not_found;  // more: the call worked and there is more than it said
};
// By a token the reply gives, or - `counted` - by the number of the first line wanted while the result says "more".
struct PagePlan {
  std::string block, reply;
  bool counted = false;
};
// What of a reply is looked at, gathered when the profile is loaded.
struct Shape {
  Words blocks;
  std::size_t depth = 0;   // of the deepest tag, the root included
  bool looks_up = false;   // some tag starts with "../"
};
struct Operation {
  std::string function;
  std::size_t rows_per_packet = 1;
  std::int64_t min_interval_ms = 0;
  bool serial_is_ref = false;  // the request's serial is the payment's own code
  BlockPlan head, row;
  AnswerPlan answer;
  ResultPlan result;
  Codes codes, unnamed;        // unnamed: what the result's code says of rows the reply does not name
  std::vector<StatusMap> status;  // none or one: instead of the profile's
  Shape shape;
};
struct StatementPlan {
  bool from_lines = false;  // the bank states no balances: they follow from the lines
  std::string balances_block, opening, closing, count;
  std::string line_block, day, amount, debit_amount, credit_amount, direction, debit, credit, balance, bank_ref, client_ref, counter_account, counter_name, text;
  PagePlan page;
};
// An electronic receipt as a row of a list; its file stands in the row, in base64, or is downloaded by its number.
struct ReceiptPlan {
  bool given = false, download = false;
  std::string block, number, day, amount, direction, debit, credit, bank_ref, client_ref, file_name, media_type;  // media_type: the constant
  std::string content_block, content;  // of the list's row, or of the download's reply
  PagePlan page;
};
struct Framing {
  enum class Kind { length_prefix, http_post, http_form } kind = Kind::length_prefix;
  std::string lead;
  int digits = 8;
  std::string path, content_type, field, reply_field;
  std::vector<std::pair<std::string, std::string>> form;  // constant fields of the form
  bool base64 = false;
  std::size_t max_reply_bytes = 0;
};

using Tags = std::vector<std::pair<std::string, std::string>>;
std::string_view find_tag(const Tags& tags, std::string_view tag);  // empty when absent
inline std::string text_of(const Tags& tags, const std::string& tag) { return tag.empty() ? std::string() : std::string(find_tag(tags, tag)); }

// Immutable after reading. [any-thread]
struct Profile {
  std::string name, title, charset;
  bool amounts_in_fen = false;
  Framing framing;
  std::string root, head, function_tag, login_tag, serial_tag;
  std::vector<std::pair<std::string, std::string>> root_attributes;
  std::size_t serial_digits = 0;
  bool serial_echoed = false;
  std::vector<Field> head_fields;
  bool idempotent_resend = false, statement_echoes_ref = false;
  std::string signature;  // the algorithm of our signatures, where the adapter signs; empty = its usual one
  Operation submit, query, statement, balance, receipts, download;
  StatusMap status;
  StatementPlan lines;
  ReceiptPlan receipt;
  int status_of(const Operation& operation, const Tags& row) const;  // MIF_PAY_*
  int status_of(const Tags& row) const;                              // by the profile's own map
};

// Throws MIF_E_INVALID "FILE:LINE: ...".
Profile read_profile(const Node& root, const std::string& file);

}  // namespace mif::bank_xmlfront
