// SPDX-License-Identifier: Apache-2.0
#include "bridge_page.h"

#include "whose.h"

namespace mif::reporting {
namespace {

HttpResponse answer(JsonWriter& json) {
  HttpResponse response;
  response.body = json.take();
  return response;
}

}  // namespace

HttpResponse bridge_page(const Reports& reports, Call call, const Params& params) {
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& item : reports.bridge(call, whose(reports, call, params).unit, params.period())) {
    json.begin_object().field("id", item.id).field("concept", item.subject).field("a", item.a_text).field("aName", item.a_name);
    json.field("aValue", item.a.fen()).field("aExact", item.a_exact.fen()).field("b", item.b_text).field("bName", item.b_name);
    json.field("bValue", item.b.fen()).field("bExact", item.b_exact.fen()).field("difference", item.difference.fen()).field("class", item.kinds);
    json.field("explained", item.explained.fen()).field("unexplained", item.unexplained.fen()).key("parts").begin_array();
    for (const auto& part : item.parts) json.begin_object().field("class", part.kind).field("text", part.text).field("amount", part.amount.fen()).end_object();
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return answer(json);
}

HttpResponse bridge_lines_page(const Reports& reports, Call call, const std::string& pair, const Params& params) {
  const auto told = reports.bridge_lines(call, pair, static_cast<int>(params.number("part", 0, 4)), whose(reports, call, params).unit, params.period(), params.get("after"), params.limit(200, 1000));
  const auto catalog = reports.catalog(call, false);
  JsonWriter json;
  json.begin_object().field("id", told.item.id).field("concept", told.item.subject).field("what", told.what).field("amount", told.amount.fen()).field("whole", told.linear);
  json.key("openings").begin_array();
  for (const auto& o : told.openings)
    json.begin_object().field("book", o.book).field("accounts", o.accounts).field("auxText", catalog->dimensions().describe(o.aux)).field("amount", o.amount).end_object();
  json.end_array().key("items").begin_array();
  for (const auto& l : told.lines) {
    json.begin_object().field("book", l.book).field("voucher", std::to_string(l.line.voucher_id)).field("line", l.line.line).field("word", l.line.word).field("number", l.line.number);
    json.field("period", l.line.period.iso()).field("day", l.line.day.iso()).field("account", l.line.account).field("accountName", l.line.account_name).field("aux", l.line.aux);
    json.field("auxText", catalog->dimensions().describe(l.line.aux)).field("summary", l.line.summary).field("amount", l.amount).end_object();
  }
  json.end_array().key("next");
  if (told.next.empty()) json.null();
  else json.value(told.next);
  json.end_object();
  return answer(json);
}

}  // namespace mif::reporting
