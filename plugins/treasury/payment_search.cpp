// SPDX-License-Identifier: Apache-2.0
#include "payment_search.h"

#include <algorithm>
#include <set>

namespace mif::treasury {

namespace {

[[noreturn]] void malformed_query() { throw Error(MIF_E_INVALID, "payment.query", "查询参数写法不对 (malformed query)"); }

}  // namespace

Query::Query(std::string_view text) {
  if (!read_query(text)) malformed_query();
}

std::int64_t Query::number(const std::string& name, std::int64_t otherwise, std::int64_t most) const {
  return std::min(Params::number(name, otherwise, std::size_t{18}), most);
}

std::string Query::with(const std::string& name, const std::string& value) const {
  kit::Values all = values();
  all[name] = value;
  std::string text;
  for (const auto& [key, each] : all)
    if (!each.empty()) text += (text.empty() ? "" : "&") + percent_encoded(key) + "=" + percent_encoded(each);
  return text;
}

std::string decoded(std::string_view segment) {
  std::string text;
  if (!kit::percent_decode(segment, false, text)) malformed_query();
  return text;
}

std::vector<const BankAccount*> visible(Desk& desk, Call call, const Query& query) {
  std::set<std::string> books;
  for (const auto& b : desk.ledger.books(call)) books.insert(b.code);
  std::vector<const BankAccount*> all;
  for (const auto& a : desk.settings.accounts)
    if (books.count(a.book) && (query.get("book").empty() || query.get("book") == a.book) && (query.get("account").empty() || query.get("account") == a.number)) all.push_back(&a);
  return all;
}

std::string account_list(const std::vector<const BankAccount*>& accounts, std::vector<Value>& values) {
  std::string list;
  for (const auto* a : accounts) {
    list += list.empty() ? "?" : ", ?";
    values.emplace_back(a->number);
  }
  return list;
}

std::vector<Payment> find_payments(Txn& txn, const std::vector<const BankAccount*>& accounts, const Query& query, bool newest, std::int64_t limit) {
  if (accounts.empty()) return {};
  std::vector<Value> values;
  std::string where = "where account in (" + account_list(accounts, values) + ") and id " + (newest ? "<" : ">") + " ?";
  values.emplace_back(newest ? query.number("before", INT64_MAX, INT64_MAX) : query.number("after", 0, INT64_MAX));
  const auto narrow = [&](const char* condition, const Value& value) {
    where += condition;
    values.push_back(value);
  };
  if (const std::string state = query.get("state"); !state.empty()) narrow(" and state = ?", state);
  if (const std::string code = query.get("code"); !code.empty()) {
    narrow(" and substr(code, 1, ?) = ?", static_cast<std::int64_t>(code.size()));
    values.emplace_back(code);
  }
  if (const std::string payee = query.get("payee"); !payee.empty()) {
    narrow(" and (payee_account = ? or replace(payee_name, ?, '') <> payee_name)", payee);
    values.emplace_back(payee);
  }
  if (const std::string amount = query.get("amount"); !amount.empty()) {
    std::string plain;
    std::copy_if(amount.begin(), amount.end(), std::back_inserter(plain), [](char c) { return c != ','; });
    narrow(" and fen = ?", Fen::parse(plain));
  }
  if (const std::string from = query.get("from"); !from.empty()) narrow(" and day >= ?", Day::parse(from));
  if (const std::string to = query.get("to"); !to.empty()) narrow(" and day <= ?", Day::parse(to));
  values.emplace_back(limit);
  return payments(txn, where + (newest ? " order by id desc limit ?" : " order by id limit ?"), values);
}

Payment visible_payment(Desk& desk, Call call, Txn& txn, const std::string& code) {
  const auto accounts = visible(desk, call, Query(""));
  auto found = payments(txn, "where code = ?", {code});
  if (found.empty() || std::none_of(accounts.begin(), accounts.end(), [&](const BankAccount* a) { return a->number == found.front().account; }))
    throw Error(MIF_E_NOT_FOUND, "payment.not-found", "没有这笔付款 (no such payment): " + code);
  return std::move(found.front());
}

}  // namespace mif::treasury
