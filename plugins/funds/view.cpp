// SPDX-License-Identifier: Apache-2.0
// fund list, fund show: whoever sees a book sees its applications; a city those of its districts.
#include "rows.h"
#include "work.h"

namespace mif::funds {

namespace {

const char* voucher_text(int state) {
  switch (state) {
    case MIF_VOUCHER_DRAFT: return "draft";
    case MIF_VOUCHER_SUBMITTED: return "submitted";
    case MIF_VOUCHER_APPROVED: return "approved";
    case MIF_VOUCHER_POSTED: return "posted";
    default: return "void";
  }
}

}  // namespace

std::string fund_list(Desk& desk, Call call, const Params& params) {
  const std::int64_t limit = std::min<std::int64_t>(params.number("limit", 200), 1000), after = params.number("after", 0);
  Result result("FundApplicationList");
  Fen sum;
  std::int64_t n = 0;
  Txn txn = desk.store.read(call);
  std::string where = "where id > ? and book in (";
  std::vector<Value> values = {after};
  for (const auto& [book, unit] : desk.books(call, txn, params.most("book", 60))) {
    where += values.size() == 1 ? "?" : ", ?";
    values.emplace_back(book);
  }
  if (values.size() == 1) return result.json("没有可看的账套 (no book to see)");
  where += ")";
  for (const auto& [name, column] : {std::pair{"state", "state"}, {"kind", "kind"}, {"budget", "item"}, {"account", "from_account"}}) {
    if (params.get(name).empty()) continue;
    where += std::string(" and ") + column + " = ?";
    values.emplace_back(params.get(name));
  }
  values.emplace_back(limit);
  for (const auto& a : applications(txn, where + " order by id limit ?", values)) {
    JsonWriter& json = result.item();
    write(json, a);
    json.end_object();
    sum += a.fen;
    ++n;
  }
  result.total("applications", n);
  result.total("amount", sum);
  return result.json("资金申请 " + std::to_string(n) + " 笔，合计 " + sum.grouped());
}

std::string fund_show(Desk& desk, Call call, const Params& params) {
  const std::int64_t id = params.number("id", 0);
  Txn txn = desk.store.read(call);
  const auto found = applications(txn, "where id = ?", {id});
  const auto mine = desk.books(call, txn);
  if (found.empty() || (!mine.count(found.front().book) && !mine.count(found.front().to_book))) throw Error(MIF_E_NOT_FOUND, "fund.not-found", "没有资金申请 (no such application) " + std::to_string(id));
  const Application& a = found.front();
  Result result("FundApplication");
  JsonWriter& json = result.item();
  write(json, a);
  if (a.voucher && mine.count(a.book)) json.field("voucher_state", voucher_text(desk.ledger.voucher(call, a.voucher, nullptr, &txn).state));
  json.end_object();
  txn.query("select seq, version, action, state, actor, at_ms, detail from x_funds_event where application_id = ? order by seq", {id}, [&](const Row& r) {
    result.item().field("seq", r.integer(0)).field("version", r.integer(1)).field("action", r.text(2)).field("state", r.text(3)).field("actor", r.text(4)).field("at_ms", r.integer(5)).field("detail", r.text(6)).end_object();
    return true;
  });
  return result.json("资金申请 " + std::to_string(id) + " " + a.state + " " + a.fen.grouped());
}

}  // namespace mif::funds
