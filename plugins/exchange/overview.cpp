// SPDX-License-Identifier: Apache-2.0
#include "overview.h"

#include <array>
#include <map>

#include "mif/json.hpp"
#include "outbox.h"

namespace mif::exchange {

namespace {

constexpr std::array<const char*, 5> kStates = {state::kPosted, state::kDrafted, state::kHeld, state::kRejected, state::kCancelled};
constexpr std::array<const char*, 5> kTitles = {"已记账", "待审", "挂起", "拒收", "撤销"};

struct Sums {
  std::int64_t received = 0;
  Fen amount;
  std::array<std::int64_t, 5> count{};
  std::array<Fen, 5> fen;

  bool balanced() const {
    std::int64_t n = 0;
    Fen sum;
    for (std::size_t i = 0; i < kStates.size(); ++i) {
      n += count[i];
      sum += fen[i];
    }
    return n == received && sum == amount;
  }
  void add(const Sums& other) {
    received += other.received;
    amount += other.amount;
    for (std::size_t i = 0; i < kStates.size(); ++i) {
      count[i] += other.count[i];
      fen[i] += other.fen[i];
    }
  }
};

void write(JsonWriter& json, const std::string& batch, const std::string& book, const Sums& s) {
  json.begin_object().field("batch", batch).field("book", book).field("received", s.received).field("amount", s.amount);
  for (std::size_t i = 0; i < kStates.size(); ++i) json.field(kStates[i], s.count[i]).field(std::string(kStates[i]) + "_amount", s.fen[i]);
  json.field("balanced", s.balanced() ? "是" : "否").end_object();
}

using Batches = std::map<std::pair<std::string, std::string>, Sums>;

Batches batches_of(Txn& txn, const std::string& book) {
  Batches all;
  const std::string filter = book.empty() ? std::string() : " where book = ?";
  const std::vector<Value> params = book.empty() ? std::vector<Value>{} : std::vector<Value>{book};
  // twice on purpose: the totals must not come from the same grouping that they control
  txn.query("select book, batch, cast(count(*) as bigint), cast(coalesce(sum(amount_fen), 0) as bigint) from x_exchange_document" + filter + " group by book, batch", params,
            [&](const Row& r) {
              Sums& s = all[{r.text(0), r.text(1)}];
              s.received = r.integer(2);
              s.amount = r.fen(3);
              return true;
            });
  txn.query("select book, batch, " + std::string(kStateOf) + ", cast(count(*) as bigint), cast(coalesce(sum(amount_fen), 0) as bigint) from " + kWithGroups + filter + " group by book, batch, " + kStateOf,
            params, [&](const Row& r) {
              Sums& s = all[{r.text(0), r.text(1)}];
              for (std::size_t i = 0; i < kStates.size(); ++i)
                if (r.text(2) == kStates[i]) {
                  s.count[i] = r.integer(3);
                  s.fen[i] = r.fen(4);
                }
              return true;
            });
  return all;
}

}  // namespace

std::string status_list(const Host& host, Call call, const std::string& book) {
  Txn txn = host.store.read(call);
  const Batches batches = batches_of(txn, book);
  Sums total;
  bool balanced = true;
  JsonWriter json;
  json.begin_object().field("kind", "ExchangeStatusList").key("items").begin_array();
  for (const auto& [key, sums] : batches) {
    write(json, key.second.empty() ? "(无批次)" : key.second, key.first, sums);
    total.add(sums);
    balanced = balanced && sums.balanced();
  }
  if (batches.size() > 1) write(json, "合计", "", total);
  json.end_array().key("titles").begin_object().field("batch", "批次").field("book", "账套").field("received", "收到").field("amount", "金额");
  for (std::size_t i = 0; i < kStates.size(); ++i) json.field(kStates[i], kTitles[i]).field(std::string(kStates[i]) + "_amount", std::string(kTitles[i]) + "金额");
  json.field("balanced", "平衡").end_object();
  std::string summary = "收到 " + std::to_string(total.received) + " 张 " + total.amount.grouped() + " 元:";
  for (std::size_t i = 0; i < kStates.size(); ++i) summary += std::string(i ? ", " : " ") + kTitles[i] + " " + std::to_string(total.count[i]);
  summary += "; 待回告 " + std::to_string(waiting(txn)) + " 条" + (balanced ? "" : "; 有批次不平衡");
  json.field("exit", balanced ? 0 : 3).field("summary", summary).end_object();
  return json.take();
}

std::string document_list(const Host& host, Call call, const std::string& wanted, const std::string& book, std::size_t limit) {
  Txn txn = host.store.read(call);
  std::vector<Value> params;
  if (!wanted.empty()) params.insert(params.end(), {wanted, wanted});
  if (!book.empty()) params.emplace_back(book);
  params.emplace_back(static_cast<std::int64_t>(limit));
  const auto rows = select_documents(txn, (wanted.empty() ? std::string("where state in ('held', 'rejected')") : std::string("where ") + kIsInState) + (book.empty() ? "" : " and book = ?") + " order by id limit ?", params);
  JsonWriter json;
  json.begin_object().field("kind", "ExchangeDocumentList").key("items").begin_array();
  Fen sum;
  for (const auto& s : rows) {
    json.begin_object().field("key", s.key).field("version", s.version).field("type", s.type).field("book", s.book).field("day", s.day.valid() ? s.day.iso() : "");
    json.field("amount", s.amount).field("state", s.state).field("reason", s.reason).end_object();
    sum += s.amount;
  }
  json.end_array().key("titles").begin_object().field("key", "单号").field("version", "版本").field("type", "类型").field("book", "账套").field("day", "日期");
  json.field("amount", "金额").field("state", "状态").field("reason", "原因").end_object();
  json.field("exit", wanted.empty() && !rows.empty() ? 3 : 0).field("summary", std::to_string(rows.size()) + " 张 (" + (wanted.empty() ? "挂起和拒收" : wanted) + "), 金额 " + sum.grouped() + " 元").end_object();
  return json.take();
}

}  // namespace mif::exchange
