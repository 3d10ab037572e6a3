// SPDX-License-Identifier: Apache-2.0
// Vouchers between the API's JSON and the ledger's types.
#pragma once

#include <string>
#include <string_view>

#include "kernel/web/api.h"
#include "mif/json.hpp"

namespace mif::web {

std::string_view state_name(ledger::State state);  // "draft", "submitted", ...
int state_of(std::string_view name);               // 0 for an unknown name

void write_head(JsonWriter& json, const ledger::Voucher& voucher);  // fields only, inside an open object
// A voucher with lines, flow, decisions and log entries, and the ETag of that state.
std::string voucher_body(Api& api, store::Txn& txn, const ledger::Book& book, const ledger::Voucher& voucher, std::string& etag);
// The ETag alone, for If-Match.
std::string voucher_etag(Api& api, store::Txn& txn, const ledger::Voucher& voucher);

std::int64_t voucher_id(const Request& request);  // from {id}; MIF_E_NOT_FOUND
struct VisibleVoucher {
  ledger::Voucher voucher;
  ledger::Book book;
};
// MIF_E_NOT_FOUND also for vouchers of other units (P15).
VisibleVoucher visible_voucher(Api& api, store::Txn& txn, const Request& request, std::int64_t id);

// Throws Problem malformed-request with the pointer of every mistake.
ledger::Draft read_draft(std::string_view body);
// {"day", "draft", "lines"}: what a correction should have said; lines may be left out (the voucher is taken back whole).
struct CorrectionWish {
  Day day;
  bool save_only = false;
  std::vector<ledger::Line> lines;
};
CorrectionWish read_correction(std::string_view body);
void require_json(const Request& request);  // Problem unsupported-media-type

}  // namespace mif::web
