// SPDX-License-Identifier: Apache-2.0
// Reading vouchers, and the log.
#include <charconv>

#include "kernel/web/paging.h"
#include "kernel/web/voucher_json.h"

namespace mif::web {
namespace {

Response vouchers(Api& api, Request& request) {
  ledger::VoucherQuery query;
  const auto book_code = request.param("book");
  if (!book_code || book_code->empty()) throw Problem("malformed-request", "缺少账套", {{"?book", "写账套代码，例如 990000-310"}});
  query.book = *book_code;
  if (const auto text = request.param("period")) {
    const Period period = period_param(request, "period", *text);
    query.year = period.year;
    query.month = period.month;
  }
  if (const auto state = request.param("state"); state && !state->empty()) {
    query.state = state_of(*state);
    if (query.state == 0) throw Problem("malformed-request", "没有这种凭证状态", {{"?state", "应为 draft、submitted、approved、posted 或 void"}});
  }
  const auto day = [&](const char* name, Day& to) {
    if (const auto text = request.param(name); text && !text->empty()) to = Day::parse(*text);
  };
  const auto money = [&](const char* name, std::optional<Fen>& to) {
    if (const auto text = request.param(name); text && !text->empty()) to = Fen::parse(*text);
  };
  day("from", query.day_from);
  day("to", query.day_to);
  money("totalFrom", query.total_from);
  money("totalTo", query.total_to);
  money("lineAmount", query.line_fen);
  query.word = request.param_or("word", "");
  query.number_from = static_cast<int>(request.number("numberFrom", 0, 0, 9999999));
  query.number_to = static_cast<int>(request.number("numberTo", 0, 0, 9999999));
  query.account = request.param_or("account", "");
  query.aux = request.param_or("aux", "");
  query.text = request.param_or("text", "");
  query.maker = request.param_or("maker", "");
  query.reviewer = request.param_or("reviewer", "");
  query.with_files = request.param_or("withFiles", "false") == "true";
  query.source_plugin = request.param_or("sourcePlugin", "");
  query.source_key = request.param_or("sourceKey", "");
  query.after_id = request.number("after", 0, 0, INT64_MAX);
  const std::int64_t limit = page_limit(request);
  query.limit = limit + 1;

  JsonWriter json;
  api.deployment.database().read([&](store::Txn& txn) {
    api.visible_book(txn, request, query.book);
    auto found = api.deployment.ledger().vouchers(txn, query);
    const bool more = static_cast<std::int64_t>(found.size()) > limit;
    if (more) found.resize(static_cast<std::size_t>(limit));
    json.begin_object().key("items").begin_array();
    for (const auto& voucher : found) {
      json.begin_object();
      write_head(json, voucher);
      json.end_object();
    }
    json.end_array().key("next");
    if (more) json.value(std::to_string(found.back().id));
    else json.null();
    json.end_object();
  });
  Response response;
  response.body = json.take();
  return response;
}

Response voucher(Api& api, Request& request) {
  const std::int64_t id = voucher_id(request);
  Response response;
  api.deployment.database().read([&](store::Txn& txn) {
    const VisibleVoucher found = visible_voucher(api, txn, request, id);
    response.body = voucher_body(api, txn, found.book, found.voucher, response.etag);
  });
  return response;
}

}  // namespace

std::int64_t voucher_id(const Request& request) {
  const std::string& text = request.capture("id");
  std::int64_t id = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || id <= 0) throw Error(MIF_E_NOT_FOUND, "voucher.not-found", "没有凭证 (no such voucher) " + text);
  return id;
}

VisibleVoucher visible_voucher(Api& api, store::Txn& txn, const Request& request, std::int64_t id) {
  VisibleVoucher found;
  found.voucher = api.deployment.ledger().voucher(txn, id);
  found.book = api.deployment.ledger().book(txn, found.voucher.book);
  if (!request.caller->sees(found.book.unit)) throw Error(MIF_E_NOT_FOUND, "voucher.not-found", "没有凭证 (no such voucher) " + std::to_string(id));
  return found;
}

void add_voucher_routes(Router& router, Api& api) {
  router.add({"GET", "/api/v1/vouchers", "listVouchers", "ledger.read", "凭证列表", [&api](Request& r) { return vouchers(api, r); }, ""});
  router.add({"GET", "/api/v1/vouchers/{id}", "getVoucher", "ledger.read", "凭证", [&api](Request& r) { return voucher(api, r); }, ""});
}

}  // namespace mif::web
