// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "compare.h"
#include "mif/json.hpp"

namespace mif::exchange {

namespace {

constexpr std::size_t kMostExplained = 10'000;

std::string text(const Fields& params, const char* name) {
  const auto found = params.find(name);
  return found == params.end() ? std::string() : found->second;
}

CompareFilter filter_of(const Fields& params) {
  CompareFilter f;
  const std::string period = text(params, "period");
  if (period.empty()) throw Error(MIF_E_INVALID, "compare.period-missing", "要写 --period, 如 2023-06 (name the period)");
  f.period = Period::parse(period);
  if (f.period.month > 12) throw Error(MIF_E_INVALID, "compare.period", "业财对账按自然月 (a month of the year): " + period);
  f.book = text(params, "book");
  f.type = text(params, "type");
  f.deep = text(params, "deep") == "yes";
  return f;
}

void put(JsonWriter& json, const char* name, const Pair& pair) {
  json.field(name, pair.documents).field(std::string(name) + "_amount", pair.fen);
}

void titles(JsonWriter& json) {
  json.key("titles").begin_object().field("source", "来源").field("book", "账套").field("unit", "单位").field("scheme", "险种").field("type", "类型");
  const std::pair<const char*, const char*> pairs[] = {{"business", "业务"}, {"taken", "收单"}, {"posted", "记账"}, {"drafted", "待审"}, {"held", "挂起"}, {"rejected", "拒收"}, {"cancelled", "撤销"}};
  for (const auto& [name, title] : pairs) json.field(name, title).field(std::string(name) + "_amount", std::string(title) + "金额");
  json.field("differences", "差异").field("open", "未说明").field("state", "结论").end_object();
}

struct Outcome {
  std::int64_t cells = 0, differences = 0, open = 0;
  Pair business, taken, posted;
  std::string first_open;
};

void keep_outcome(const Host& host, Call call, Period period, std::int64_t now, const std::map<std::string, Outcome>& outcomes, const std::map<std::string, std::string>& units) {
  const std::int64_t month = period.year * 10000LL + period.month * 100LL;
  for (const auto& [book, o] : outcomes) {
    Txn txn = host.store.write(call);
    txn.execute("delete from x_exchange_compared where book = ? and period = ?", {book, month});
    txn.execute("insert into x_exchange_compared (book, period, made_ms, made_by, cells, business_documents, business_fen, taken_documents, taken_fen, posted_documents, posted_fen,"
                " differences, open_differences, first_open) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                {book, month, now, call.actor(), o.cells, o.business.documents, o.business.fen, o.taken.documents, o.taken.fen, o.posted.documents, o.posted.fen, o.differences, o.open,
                 clean(o.first_open, 300)});
    JsonWriter json;
    json.begin_object().field("period", period.iso()).field("book", book).field("business", o.business.documents).field("business_amount", o.business.fen);
    json.field("taken", o.taken.documents).field("taken_amount", o.taken.fen).field("posted", o.posted.documents).field("posted_amount", o.posted.fen);
    json.field("differences", o.differences).field("open", o.open).end_object();
    host.audit.append(txn, units.at(book), "exchange.compared", book + "/" + period.iso(), json.str());
    txn.commit();
  }
}

}  // namespace

std::string compare_list(const Host& host, Call call, const Fields& params, const std::function<void(std::int64_t, std::int64_t)>& progress, bool keep) {
  const Settings settings = load_settings(host, call);
  const CompareFilter filter = filter_of(params);
  const std::int64_t began = host.clock.now_unix_ms();  // what changes while it runs makes it stale
  Comparison comparison(host, call, settings, filter);
  comparison.count(progress);
  Outcome all;
  std::map<std::string, Outcome> by_book;
  std::map<std::string, std::string> units;
  for (const auto& b : host.read.books(call))
    if (filter.book.empty() || b.code == filter.book) {
      by_book[b.code];
      units[b.code] = b.unit;
    }
  JsonWriter json;
  json.begin_object().field("kind", "ExchangeCompareList").key("items").begin_array();
  for (const auto& [key, c] : comparison.cells()) {
    json.begin_object().field("source", c.source).field("book", c.book).field("unit", c.unit).field("scheme", c.scheme).field("type", c.type);
    put(json, "business", c.business);
    put(json, "taken", c.taken);
    put(json, "posted", c.posted);
    put(json, "drafted", c.drafted);
    put(json, "held", c.held);
    put(json, "rejected", c.rejected);
    put(json, "cancelled", c.cancelled);
    json.field("differences", c.differences).field("open", c.open).field("state", c.open ? "未说明" : c.differences ? "已说明" : "一致").end_object();
    const auto into = [&c = c](Outcome& o) {
      ++o.cells;
      o.business.add(c.business.documents, c.business.fen);
      o.taken.add(c.taken.documents, c.taken.fen);
      o.posted.add(c.posted.documents, c.posted.fen);
      o.differences += c.differences;
      o.open += c.open;
      if (c.open && o.first_open.empty())
        o.first_open = c.type + " 业务 " + std::to_string(c.business.documents) + " 张 " + c.business.fen.grouped() + ", 收单 " + std::to_string(c.taken.documents) + " 张 " + c.taken.fen.grouped() +
                       ", 记账 " + std::to_string(c.posted.documents) + " 张 " + c.posted.fen.grouped();
    };
    into(all);
    if (const auto book = by_book.find(c.book); book != by_book.end()) into(book->second);
  }
  json.end_array();
  titles(json);
  if (keep && filter.type.empty()) keep_outcome(host, call, filter.period, began, by_book, units);
  const auto said = [](const char* name, const Pair& p) { return std::string(name) + " " + std::to_string(p.documents) + " 张 " + p.fen.grouped() + " 元"; };
  json.field("exit", all.open ? 3 : 0).field("summary", filter.period.iso() + " " + said("业务", all.business) + ", " + said("收单", all.taken) + ", " + said("记账", all.posted) +
                                                            (all.differences ? "; 差异 " + std::to_string(all.differences) + " 处, 未说明 " + std::to_string(all.open) + " 处" : "; 三方一致")).end_object();
  return json.take();
}

std::string compare_detail(const Host& host, Call call, const Fields& params) {
  const Settings settings = load_settings(host, call);
  const std::string wanted = text(params, "kind"), which = text(params, "state"), said = text(params, "limit");
  if (!said.empty() && (said.size() > 6 || said.find_first_not_of("0123456789") != std::string::npos)) throw Error(MIF_E_INVALID, "document.number", "--limit 应为整数 (expects a number), 实为 \"" + said + "\"");
  const std::int64_t limit = said.empty() ? 500 : std::stoll(said);
  Comparison comparison(host, call, settings, filter_of(params));
  std::int64_t shown = 0, open = 0, total = 0;
  JsonWriter json;
  json.begin_object().field("kind", "ExchangeDifferenceList").key("items").begin_array();
  for (const auto& [key, c] : comparison.cells()) {
    comparison.differences(c, [&, &c = c](const Difference& d) {
      if (!wanted.empty() && wanted != d.kind) return true;
      if (!which.empty() && which != (d.explained ? "explained" : "open")) return true;
      ++total;
      if (!d.explained) ++open;
      if (shown++ >= limit) return true;
      json.begin_object().field("source", c.source).field("book", c.book).field("type", c.type).field("kind", d.kind).field("key", d.key).field("version", d.business_version ? d.business_version : d.version);
      json.field("business", d.business ? d.business->plain() : "").field("finance", d.finance ? d.finance->plain() : "").field("ledger", d.ledger ? d.ledger->plain() : "");
      json.field("document", d.state).field("note", d.note).field("state", d.explained ? "explained" : "open").field("reason", d.reason).field("author", d.author).end_object();
      return true;
    });
  }
  json.end_array().key("titles").begin_object().field("source", "来源").field("book", "账套").field("type", "类型").field("kind", "差异").field("key", "单号或凭证号").field("version", "版本");
  json.field("business", "业务金额").field("finance", "财务金额").field("ledger", "凭证金额").field("document", "单据状态").field("note", "情况").field("state", "结论").field("reason", "说明").field("author", "说明人").end_object();
  json.field("exit", open ? 3 : 0).field("summary", "差异 " + std::to_string(total) + " 处, 未说明 " + std::to_string(open) + " 处" + (shown > limit ? "; 只列出 " + std::to_string(limit) + " 处" : "")).end_object();
  return json.take();
}

std::string explain(const Host& host, Call call, const Fields& params) {
  const Settings settings = load_settings(host, call);
  const CompareFilter filter = filter_of(params);
  const std::string key = text(params, "key"), kind = text(params, "kind"), reason = text(params, "reason");
  if (filter.book.empty() || filter.type.empty() || (key.empty() && kind.empty()))
    throw Error(MIF_E_INVALID, "compare.explain-needs", "说明差异要写 --period, --book, --type, 以及 --key 或 --kind (say which difference)");
  if (reason.empty() || reason.size() > 400 || clean(reason, 400) != reason) throw Error(MIF_E_INVALID, "compare.reason", "--reason 要写明原因, 不超过 400 字节 (give the reason)");
  Comparison comparison(host, call, settings, filter);
  struct Open {
    const CompareCell* cell;
    Difference difference;
  };
  std::vector<Open> found;
  bool explained = false;
  for (const auto& [at, c] : comparison.cells())
    comparison.differences(c, [&, &c = c](const Difference& d) {
      if (std::string_view(d.kind) == "unresolved" || (!key.empty() && d.key != key) || (!kind.empty() && kind != d.kind)) return true;
      explained = explained || d.explained;
      if (!d.explained) found.push_back({&c, d});
      return found.size() <= kMostExplained;
    });
  if (found.size() > kMostExplained) throw Error(MIF_E_INVALID, "compare.too-many", "一次最多说明 10000 处差异, 请缩小范围 (too many differences at once)");
  if (found.empty() && !explained) throw Error(MIF_E_NOT_FOUND, "compare.no-difference", "没有这样的差异 (no such difference), 用 exchange compare-detail 查看");
  Txn txn = host.store.write(call);
  const std::int64_t now = host.clock.now_unix_ms(), month = filter.period.year * 10000LL + filter.period.month * 100LL;
  for (const auto& o : found) {
    host.identity.require(call, "exchange.run", o.cell->unit);
    txn.execute("insert into x_exchange_explanation (id, source, book, period, doc_type, kind, doc_key, digest, reason, author, made_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                {txn.next_id("explanation"), o.cell->source, o.cell->book, month, o.cell->type, o.difference.kind, o.difference.key, o.difference.digest(), reason, call.actor(), now});
    JsonWriter json;
    json.begin_object().field("source", o.cell->source).field("book", o.cell->book).field("period", filter.period.iso()).field("type", o.cell->type).field("kind", o.difference.kind);
    json.field("key", o.difference.key).field("digest", o.difference.digest()).field("reason", reason).end_object();
    host.audit.append(txn, o.cell->unit, "exchange.difference.explained", o.cell->book + "/" + filter.period.iso() + "/" + o.difference.key, json.str());
  }
  txn.commit();
  JsonWriter json;
  json.begin_object().field("kind", "ExchangeExplanation").key("items").begin_array();
  for (const auto& o : found) json.begin_object().field("type", o.cell->type).field("kind", o.difference.kind).field("key", o.difference.key).field("reason", reason).end_object();
  json.end_array().key("titles").begin_object().field("type", "类型").field("kind", "差异").field("key", "单号或凭证号").field("reason", "说明").end_object();
  json.field("exit", 0).field("summary", "已说明 " + std::to_string(found.size()) + " 处差异" + (found.empty() ? " (此前已说明)" : "; 请再执行 exchange compare")).end_object();
  return json.take();
}

std::string open_comparison(const Host&, Txn& txn, const std::string& book, Period period) {
  const std::int64_t month = period.year * 10000LL + period.month * 100LL;
  const std::string advice = "; 请执行 exchange compare --period " + period.iso();
  std::int64_t changed = 0, made = -1, open = 0;
  std::string first;
  txn.query(std::string("select cast(coalesce(max(") + compare_sql::kChanged + "), 0) as bigint) from " + compare_sql::kDocuments + " where book = ? and doc_day between ? and ?", {book, month, month + 99}, [&](const Row& r) {
    changed = r.integer(0);
    return true;
  });
  txn.query("select made_ms, open_differences, first_open from x_exchange_compared where book = ? and period = ?", {book, month}, [&](const Row& r) {
    made = r.integer(0);
    open = r.integer(1);
    first = r.text(2);
    return true;
  });
  if (made < 0) return changed == 0 ? std::string() : "还没有对账 (not compared yet)" + advice;
  if (open > 0) return std::to_string(open) + " 处差异未说明: " + first;
  if (changed > made) return "对账之后单据又有变化 (documents changed since the comparison)" + advice;
  return {};
}

}  // namespace mif::exchange
