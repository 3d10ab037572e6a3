// SPDX-License-Identifier: Apache-2.0
// The base data of a book: voucher words, control rules, summaries, common vouchers.
#include "kernel/web/api.h"
#include "mif/json.hpp"
#include "mif/svc/ledger.h"

namespace mif::web {
namespace {

JsonWriter& begin(JsonWriter& json, const std::string& code, const chart::Dated& dated) {
  json.begin_object().field("code", code);
  if (dated.valid_from != Day()) json.field("validFrom", dated.valid_from.iso());
  if (dated.valid_to != Day()) json.field("validTo", dated.valid_to.iso());
  return json;
}

std::string_view side_of(int side) { return side == MIF_DEBIT ? "debit" : side == MIF_CREDIT ? "credit" : "both"; }

void write(JsonWriter& json, const chart::CommonVoucher& common) {
  begin(json, common.code, common).field("title", common.title).field("word", common.word).field("summary", common.summary).key("lines").begin_array();
  for (const auto& line : common.lines) {
    json.begin_object().field("side", side_of(line.side)).field("account", line.account).field("aux", line.aux).field("summary", line.summary);
    if (line.fen != Fen()) json.field("amount", line.fen);
    json.end_object();
  }
  json.end_array().end_object();
}

Response base_data(Api& api, const Request& request) {
  JsonWriter json;
  api.deployment.database().read([&](store::Txn& txn) {
    const ledger::Book book = api.visible_book(txn, request, request.capture("book"));
    const auto chart = api.deployment.charts().load(txn, book.chart, book.unit, api.deployment.clock().business_day());
    const chart::BaseData& base = chart->base();
    constexpr std::string_view money[] = {"any", "debit", "credit", "none"};
    json.begin_object().key("words").begin_array();
    for (const auto& word : base.words) begin(json, word.code, word).field("title", word.title).field("money", money[static_cast<int>(word.money)]).end_object();
    json.end_array().key("controls").begin_array();
    for (const auto& control : base.controls) {
      begin(json, control.code, control).field("title", control.title).field("scheme", control.scheme).field("basis", control.basis).field("side", side_of(control.side));
      json.field("accounts", control.accounts_text).field("counter", control.counter_text).field("aux", control.aux_text).field("level", control.level == chart::Level::refuse ? "refuse" : "warn").end_object();
    }
    json.end_array().key("summaries").begin_array();
    for (const auto& summary : base.summaries) begin(json, summary.code, summary).field("text", summary.text).end_object();
    json.end_array().key("common").begin_array();
    for (const auto& common : base.commons) write(json, common);
    json.end_array().end_object();
  });
  return json_response(json);
}

}  // namespace

void add_base_routes(Router& router, Api& api) {
  router.add({"GET", "/api/v1/books/{book}/base-data", "getBaseData", "ledger.read", "凭证字、控制规则、摘要和常用凭证", [&api](Request& r) { return base_data(api, r); }, ""});
}

}  // namespace mif::web
