// SPDX-License-Identifier: Apache-2.0
#include "payment_pages.h"

#include "packets.h"
#include "page_frame.h"
#include "payment_search.h"
#include "receipts.h"
#include "returns.h"
#include "trail.h"
#include "watch_page.h"

namespace mif::treasury {

namespace {

std::string_view tag_class(State s) {
  switch (s) {
    case State::done: return "tag good";
    case State::unknown: case State::suspended: case State::failed: case State::returned: return "tag bad";
    case State::cancelled: return "tag";
    default: return "tag wait";
  }
}

void row(Html& h, const Payment& p, const std::string& more = {}) {
  h.open("tr").leaf("td", p.day.iso()).open("td", {{"class", "mono"}});
  if (p.code.empty()) h.text("未编号");
  else h.leaf("a", p.code, {{"href", "/x/treasury/payments/" + percent_encoded(p.code)}});
  h.close().open("td", {{"class", "center"}}).leaf("span", title_of(p.state), {{"class", tag_class(p.state)}}).close();
  h.leaf("td", p.fen.grouped(), {{"class", "money"}}).leaf("td", p.account).leaf("td", p.payee_name, {{"class", "wrap"}}).leaf("td", p.payee_account).leaf("td", p.purpose, {{"class", "wrap"}});
  h.leaf("td", more.empty() ? p.bank_text : more, {{"class", "wrap"}}).close();
}
constexpr std::initializer_list<const char*> kColumns = {"日期", "付款编号", "状态", "金额", "付款账号", "收款人", "收款账号", "用途"};
void table_of_payments(Html& h, const char* last, const std::vector<std::pair<Payment, std::string>>& rows) {
  h.open("div", {{"class", "sheet"}}).open("table", {{"class", "grid"}}).open("thead").open("tr");
  for (const char* name : kColumns) h.leaf("th", name);
  h.leaf("th", last).close().close().open("tbody", {{"id", "payments"}});
  for (const auto& [p, more] : rows) row(h, p, more);
  if (rows.empty()) h.open("tr").leaf("td", "没有。", {{"colspan", "9"}, {"class", "center"}}).close();
  h.close().close().close();
}

HttpResponse list_page(Desk& desk, Call call, const Query& query) {
  constexpr std::int64_t kRows = 100;
  Html h = frame("/payments", "付款追踪");
  h.open("form", {{"class", "tools"}, {"method", "get"}, {"action", "/x/treasury/payments"}});
  const auto input = [&](const char* title, const char* name, const char* type) {
    h.open("label").text(title).empty("input", {{"name", name}, {"type", type}, {"value", query.get(name)}}).close();
  };
  input("付款编号", "code", "search");
  input("收款人或账号", "payee", "search");
  input("金额", "amount", "search");
  input("从", "from", "date");
  input("到", "to", "date");
  h.open("label").text("状态").open("select", {{"name", "state"}}).leaf("option", "全部", {{"value", ""}});
  for (const State s : {State::prepared, State::approved, State::sending, State::accepted, State::processing, State::awaits_bank, State::scheduled, State::suspended, State::unknown, State::done, State::failed, State::returned, State::cancelled}) {
    const std::string name = name_of(s);
    Html::Attributes attributes = {{"value", name}};
    if (query.get("state") == name) attributes.push_back({"selected", ""});
    h.leaf("option", title_of(s), attributes);
  }
  h.close().close().leaf("button", "查找", {{"type", "submit"}, {"class", "primary"}}).close();
  std::vector<std::pair<Payment, std::string>> rows;
  {
    const auto accounts = visible(desk, call, query);
    Txn txn = desk.store.read(call);
    for (auto& p : find_payments(txn, accounts, query, true, kRows)) rows.emplace_back(std::move(p), "");
  }
  const std::int64_t last = rows.empty() ? 0 : rows.back().first.id;
  table_of_payments(h, "银行回复", rows);
  if (rows.size() == kRows) h.open("p").leaf("a", "更早的付款", {{"href", "/x/treasury/payments?" + query.with("before", std::to_string(last))}}).close();
  return page(std::move(h));
}

void write_step(Html& h, const Step& s) {
  const std::size_t depth = h.depth();
  h.open("li", {{"class", s.bad ? s.kind + " bad" : s.kind}, {"data-step", s.kind}}).open("div", {{"class", "line"}}).leaf("b", s.title);
  h.open("span");
  if (s.link.empty()) h.text(s.what);
  else h.leaf("a", s.what.empty() ? "查看" : s.what, {{"href", s.link}});
  h.close().leaf("span", "", {{"class", "space"}}).leaf("span", s.who).leaf("span", when(s), {{"class", "when"}}).close();
  if (!s.facts.empty()) {
    h.open("div", {{"class", "more"}});
    for (const auto& [name, value] : s.facts) h.open("span").text(name + " ").leaf("b", value).close();
    h.close();
  }
  if (!s.body.empty()) h.open("details").leaf("summary", "报文（已掩码）").leaf("pre", s.body).close();
  h.close_to(depth);
}

HttpResponse payment_page(Desk& desk, Call call, const std::string& code) {
  Txn txn = desk.store.read(call);
  const Payment p = visible_payment(desk, call, txn, code);
  Html h = frame("/payments", "付款 " + p.code);
  h.open("div", {{"class", "columns"}}).open("div", {{"class", "card"}}).open("dl", {{"class", "facts"}});
  const auto fact = [&](const char* name, const std::string& value) {
    if (!value.empty()) h.leaf("dt", name).leaf("dd", value);
  };
  h.leaf("dt", "状态").open("dd").leaf("span", title_of(p.state), {{"class", tag_class(p.state)}, {"id", "state"}}).close();
  fact("金额", p.fen.grouped() + " 元");
  fact("付款日期", p.day.iso());
  fact("付款账号", p.account);
  fact("收款人", p.payee_name);
  fact("收款账号", p.payee_account);
  fact("收款行号", p.payee_bank_no);
  fact("用途", p.purpose);
  h.close().close().open("div", {{"class", "card"}}).open("dl", {{"class", "facts"}});
  fact("账套", p.book);
  fact("批次", std::to_string(p.batch));
  fact("送银行", p.sends ? std::to_string(p.sends) + " 次，最近 " + moment(p.sent_ms) : "还没有");
  fact("查询", std::to_string(p.queries) + " 次" + (p.next_query_ms ? "，下次 " + moment(p.next_query_ms) : ""));
  fact("银行流水号", p.bank_ref);
  fact("银行回复", p.bank_text);
  fact("凭证", p.settled ? "已入账" : "未入账");
  h.close().close().close();
  h.leaf("h2", "全过程").open("ol", {{"class", "trail"}, {"id", "trail"}});
  for (const auto& s : trail_of(desk, call, txn, p)) write_step(h, s);
  return page(std::move(h));
}

HttpResponse returns_page(Desk& desk, Call call, const Query& query) {
  std::vector<std::pair<Payment, std::string>> rows;
  const auto accounts = visible(desk, call, query);
  Txn txn = desk.store.read(call);
  for (const auto* a : accounts)
    for (const auto& r : returns(txn, std::string("where r.account = ? and ") + kUndecided + " order by r.payment_id", {a->number}))
      for (auto& p : payments(txn, "where id = ?", {r.payment})) {
        std::string stage = stage_of(desk, txn, p, r);
        rows.emplace_back(std::move(p), std::move(stage));
      }
  Html h = frame("/returns", "待定退汇");
  h.leaf("p", "钱退回来了，还没有人决定怎么办。决定重付用 pay reopen，不再付由两人用 pay drop。", {{"class", "note"}});
  table_of_payments(h, "进展", rows);
  return page(std::move(h));
}

// What was asked of the banks about accounts, newest first; packets of payments stand with their payment.
HttpResponse looks_page(Desk& desk, Call call, const Query& query) {
  constexpr std::int64_t kRows = 100;
  const auto accounts = visible(desk, call, query);
  std::vector<Value> values;
  std::vector<Packet> rows;
  if (!accounts.empty()) {
    const std::string list = account_list(accounts, values);
    values.emplace_back(kRows);
    Txn txn = desk.store.read(call);
    rows = looks(txn, "where k.account in (" + list + ") order by k.id desc limit ?", values);
  }
  Html h = frame("/looks", "问账报文");
  h.leaf("p", "对账单、余额、电子回单的请求与应答，已掩码，每个账户留最近 " + std::to_string(kMostLooks) + " 个。", {{"class", "note"}});
  h.open("ol", {{"class", "trail"}});
  for (auto& p : rows) {
    Step s;
    s.kind = "packet";
    s.title = (p.operation == "statement" ? "对账单" : p.operation == "balance" ? "余额" : p.operation == "receipts" ? "回单列表" : p.operation == "receipt" ? "回单文件" : p.operation) + " " + wire_title(p);
    s.at_ms = p.told_ms;
    s.who = p.adapter;
    s.what = p.account + "，" + std::to_string(p.bytes) + " 字节" + (p.reason.empty() ? "" : "，" + p.reason);
    s.bad = p.wire == MIF_WIRE_PART || p.wire == MIF_WIRE_SILENT || p.wire == MIF_WIRE_UNSENT;
    s.body = std::move(p.body);
    if (p.cut) s.body += " …";
    s.facts.emplace_back("SHA-256", p.sha256);
    write_step(h, s);
  }
  return page(std::move(h));
}

}  // namespace

void add_page_routes(JsonWriter& json) {
  const auto route = [&](const std::string& path, const char* id, const char* permission, const char* summary) {
    json.begin_object().field("method", "GET").field("path", path).field("api", false).field("permission", permission).field("operationId", id).field("summary", summary).end_object();
  };
  route("/", "treasuryPage", "ledger.read", "付款追踪");
  for (const auto& p : kPages) route(p.path, p.id, "ledger.read", p.title);
  route("/payments/{code}", "paymentPage", "ledger.read", "一笔付款的全过程");
  route("/receipts/{account}/{number}", "receiptFile", "ledger.read", "电子回单的文件");
  route("/static/pages.css", "treasuryStyle", "public", "页面样式");
}

HttpResponse page_answer(Desk& desk, Call call, const mif_http_request& request) {
  const std::string_view path = view(request.path);
  const Query query(view(request.query));
  if (path == "/static/pages.css") {
    HttpResponse response;
    response.content_type = "text/css; charset=utf-8";
    response.body = std::string(kPageStyle);
    return response;
  }
  if (path == "/watch") return watch_page(desk, call, query);
  if (path == "/returns") return returns_page(desk, call, query);
  if (path == "/looks") return looks_page(desk, call, query);
  constexpr std::string_view prefix = "/payments/";
  if (path.substr(0, prefix.size()) == prefix) return payment_page(desk, call, decoded(path.substr(prefix.size())));
  constexpr std::string_view receipt = "/receipts/";
  if (path.substr(0, receipt.size()) == receipt)
    if (const auto slash = path.find('/', receipt.size()); slash != std::string_view::npos) return receipt_file(desk, call, decoded(path.substr(receipt.size(), slash - receipt.size())), decoded(path.substr(slash + 1)));
  if (path == "/payments" || path == "/" || path.empty()) return list_page(desk, call, query);
  throw Error(MIF_E_NOT_FOUND, "payment.path", "没有这个地址 (no such path): " + std::string(path));
}

}  // namespace mif::treasury
