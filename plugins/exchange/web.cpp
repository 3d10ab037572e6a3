// SPDX-License-Identifier: Apache-2.0
#include "web.h"

#include <algorithm>
#include <set>

#include "compare.h"
#include "mif/json.hpp"
#include "module-kit/query_string.h"
#include "overview.h"
#include "rules_web.h"
#include "quality.h"

namespace mif::exchange {

namespace {

constexpr std::size_t kPage = 100, kMostPage = 500;

std::string text(const Fields& query, const char* name) {
  const auto found = query.find(name);
  return found == query.end() ? std::string() : found->second;
}

std::int64_t number(const Fields& query, const char* name) {
  const std::string value = text(query, name);
  if (value.empty()) return 0;
  if (value.size() > 18 || value.find_first_not_of("0123456789") != std::string::npos) throw Error(MIF_E_INVALID, "document.number", std::string(name) + " 应为整数 (expects a number)");
  return std::stoll(value);
}

std::set<std::string> visible_books(const Host& host, Call call) {
  std::set<std::string> codes;
  for (const auto& b : host.read.books(call)) codes.insert(b.code);
  return codes;
}

void write_head(JsonWriter& json, const Stored& s) {
  json.field("id", s.id).field("source", s.source).field("key", s.key).field("version", s.version).field("arrival", s.arrival).field("type", s.type);
  json.field("book", s.book).field("unit", s.unit).field("batch", s.batch).field("day", s.day.valid() ? s.day.iso() : "").field("amount", s.amount);
  json.field("state", s.state).field("reason", s.reason).field("rule", s.rule).field("voucherId", s.voucher).field("voucherNumber", s.voucher_no);
  json.field("sourceKey", s.source_key());
}

// Empty for one that is not there or not to be seen.
std::string book_of_voucher(const Host& host, Call call, std::int64_t voucher) {
  try {
    return host.read.voucher(call, voucher).book;
  } catch (const Error& e) {
    if (e.code() != MIF_E_NOT_FOUND && e.code() != MIF_E_DENIED) throw;
    return {};
  }
}

HttpResponse list(const Host& host, Call call, const Fields& query) {
  const auto books = visible_books(host, call);
  const std::string book = text(query, "book"), wanted = text(query, "state"), batch = text(query, "batch");
  const auto limit = std::clamp<std::size_t>(static_cast<std::size_t>(number(query, "limit")), 0, kMostPage);
  const std::size_t page = limit ? limit : kPage;
  std::string where = "where id > ?";
  std::vector<Value> params = {number(query, "after")};
  const auto also = [&](const char* column, const std::string& value) {
    if (value.empty()) return;
    where += std::string(" and ") + column + " = ?";
    params.emplace_back(value);
  };
  also("book", book);
  if (!wanted.empty()) {
    where += std::string(" and ") + kIsInState;
    params.insert(params.end(), {wanted, wanted});
  }
  also("batch", batch);
  if (const auto voucher = number(query, "voucher")) {
    where += " and ((gathered_in = 0 and state in ('drafted', 'posted', 'cancelled') and book = ? and voucher_id = ?) or (gathered_in in (select g.group_id from x_exchange_group g where g.group_voucher = ?)"
             " and delivery_id in (select 0 union all select v.id from x_exchange_delivery v join x_exchange_group h on v.id >= h.first_delivery and v.id <= h.last_delivery where h.group_voucher = ?)))";
    params.insert(params.end(), {book_of_voucher(host, call, voucher), voucher, voucher, voucher});
  }
  // documents without a known book belong to whoever runs the exchange for the whole deployment; they are not listed here
  if (books.empty() || (!book.empty() && books.count(book) == 0)) where += " and 1 = 0";
  if (book.empty() && !books.empty()) {
    where += " and book in (?";
    for (std::size_t i = 1; i < books.size(); ++i) where += ", ?";
    where += ")";
    for (const auto& b : books) params.emplace_back(b);
  }
  params.emplace_back(static_cast<std::int64_t>(page));
  Txn txn = host.store.read(call);
  const auto rows = select_documents(txn, where + " order by id limit ?", params);
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& s : rows) {
    json.begin_object();
    write_head(json, s);
    json.end_object();
  }
  json.end_array().key("next");
  rows.size() == page ? json.value(std::to_string(rows.back().id)) : json.null();
  json.end_object();
  return {200, "application/json; charset=utf-8", json.take(), ""};
}

// By id, by source key ("demo/JS2023060001#1"), or by document number alone.
std::vector<Stored> find(Txn& txn, const std::string& name) {
  const auto slash = name.find('/');
  const auto hash = name.rfind('#');
  if (slash != std::string::npos && hash != std::string::npos && hash > slash + 1 && hash + 1 < name.size() && name.size() - hash < 10 &&
      name.find_first_not_of("0123456789", hash + 1) == std::string::npos)
    return select_documents(txn, "where source = ? and doc_key = ? and doc_version = ? order by arrival",
                            {name.substr(0, slash), name.substr(slash + 1, hash - slash - 1), static_cast<std::int64_t>(std::stoll(name.substr(hash + 1)))});
  auto rows = select_documents(txn, "where doc_key = ? order by doc_version desc, arrival", {name});
  if (rows.empty() && !name.empty() && name.size() < 18 && name.find_first_not_of("0123456789") == std::string::npos)
    rows = select_documents(txn, "where id = ?", {static_cast<std::int64_t>(std::stoll(name))});
  return rows;
}

HttpResponse one(const Host& host, Call call, const std::string& name) {
  const auto books = visible_books(host, call);
  std::vector<Stored> rows;
  {
    Txn txn = host.store.read(call);
    rows = find(txn, name);
  }
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const auto& s) { return books.count(s.book) != 0; });
  if (found == rows.end()) throw Error(MIF_E_NOT_FOUND, "document.not-found", "没有这张单据 (no document) \"" + clean(name, 80) + "\"");
  Stored s = *found;
  if (s.state == state::kDrafted && s.voucher != 0) {
    // the voucher may have been posted since the last `exchange ack`
    const VoucherHead head = host.read.voucher(call, s.voucher);
    if (head.state == MIF_VOUCHER_POSTED) {
      s.state = state::kPosted;
      s.voucher_no = head.period.iso() + " " + head.word + "-" + std::to_string(head.number);
    }
  }
  JsonWriter json;
  json.begin_object();
  write_head(json, s);
  json.field("digest", s.digest).field("receivedMs", s.received_ms);
  const Document document = s.document();
  json.key("payload");
  if (document.trouble.empty()) {
    json.begin_object();
    for (const auto& [field, value] : document.fields) json.field(field, value);
    json.end_object();
  } else {
    json.value(s.payload);
  }
  json.end_object();
  return {200, "application/json; charset=utf-8", json.take(), "\"" + s.digest.substr(0, 16) + "-" + s.state + "\""};
}

HttpResponse status(const Host& host, Call call, const Fields& query) {
  const std::string book = text(query, "book");
  if (visible_books(host, call).count(book) == 0) throw Error(MIF_E_NOT_FOUND, "document.book-unknown", "没有账套 (no book) \"" + clean(book, 40) + "\"");
  return {200, "application/json; charset=utf-8", status_list(host, call, book), ""};
}

}  // namespace

std::string route_list() {
  JsonWriter json;
  json.begin_object().key("routes").begin_array();
  const auto route = [&](const char* path, const char* id, const char* summary) {
    json.begin_object().field("method", "GET").field("path", path).field("api", true).field("permission", "ledger.read").field("operationId", id).field("summary", summary).end_object();
  };
  route("/documents", "listDocuments", "业务单据: state, book, batch, voucher, after, limit");
  route("/documents/{key}", "getDocument", "一张单据及其内容和凭证: 单号、来源键或内部编号");
  const auto send = [&](const char* method, const char* path, const char* id, const char* summary) {
    json.begin_object().field("method", method).field("path", path).field("api", true).field("permission", "exchange.push").field("operationId", id).field("summary", summary).end_object();
  };
  send("POST", "/documents", "sendDocuments", "送单据: 每张立即答复状态, 重送同一张得到同样答复");
  send("GET", "/answers", "listAnswers", "单据后来的结果, 按先后: after");
  send("POST", "/answers", "confirmAnswers", "确认已收到结果: through");
  route("/status", "getExchangeStatus", "一个账套各批次按状态的张数和金额: book");
  add_rule_routes(json);
  route("/compare", "getExchangeComparison", "业财对账三方数: period, book, type");
  route("/compare/differences", "listExchangeDifferences", "业财对账的差异单据: period, book, type, kind, state, deep, limit");
  route("/quality", "getExchangeQuality", "问题数据率: from, to, source, type, by");
  return json.end_array().key("menu").begin_array().end_array().end_object().take();
}

HttpResponse answer(const Host& host, Push& push, Call call, const mif_http_request& request) {
  const std::string path(view(request.path));
  Fields query;
  kit::read_query(view(request.query), query);  // what is malformed is taken as it stands
  if (is_rule_path(path)) return rule_answer(host, call, request, query);
  if (path == "/documents" && view(request.method) == "POST") return push.receive(call, request);
  if (path == "/answers") return view(request.method) == "POST" ? push.confirm(call, request) : push.answers(call, query);
  if (view(request.method) != "GET") throw Error(MIF_E_UNSUPPORTED, "document.get-only", "只支持 GET (only GET)");
  constexpr std::string_view kDocuments = "/documents";
  if (path == kDocuments || path == "/documents/") return list(host, call, query);
  if (path.rfind(std::string(kDocuments) + "/", 0) == 0) {
    std::string name;
    kit::percent_decode(path.substr(kDocuments.size() + 1), false, name);
    return one(host, call, name);
  }
  if (path == "/status") return status(host, call, query);
  const auto json = [](std::string body) { return HttpResponse{200, "application/json; charset=utf-8", std::move(body), ""}; };
  if (path == "/compare") return json(compare_list(host, call, query, [](std::int64_t, std::int64_t) {}, false));
  if (path == "/compare/differences") return json(compare_detail(host, call, query));
  if (path == "/quality") return json(quality_list(host, call, query));
  throw Error(MIF_E_NOT_FOUND, "document.path", "没有这个地址 (no such path) " + clean(path, 80));
}

}  // namespace mif::exchange
