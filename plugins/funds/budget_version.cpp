// SPDX-License-Identifier: Apache-2.0
#include "budget_version.h"

#include "digest.h"
#include "rows.h"

namespace mif::funds {

std::vector<Version> versions(Txn& txn, const std::string& where, const std::vector<Value>& values) {
  std::vector<Version> all;
  txn.query("select id, book, item, year, version, fen, reason, state, digest, instance, made_by, made_ms, decided_by, decided_ms, document, plan_id from x_funds_budget where " + where, values, [&](const Row& r) {
    Version v;
    v.id = r.integer(0);
    v.key = {r.text(1), r.text(2), r.integer(3)};
    v.version = r.integer(4);
    v.fen = r.fen(5);
    v.reason = r.text(6);
    v.state = r.text(7);
    v.digest = r.text(8);
    v.instance = r.integer(9);
    v.made_by = r.text(10);
    v.made_ms = r.integer(11);
    v.decided_by = r.text(12);
    v.decided_ms = r.integer(13);
    v.document = r.text(14);
    v.plan = r.integer(15);
    all.push_back(std::move(v));
    return true;
  });
  return all;
}

std::vector<Version> versions_of(Txn& txn, const LineKey& key) { return versions(txn, "book = ? and item = ? and year = ? order by version", {key.book, key.item, key.year}); }

std::int64_t next_version(Txn& txn, const LineKey& key) {
  std::int64_t last = 0;
  for (const auto& old : versions_of(txn, key)) {
    if (old.state == kSubmitted) throw Error(MIF_E_CONFLICT, "fund.budget-waits", "预算 " + key.name() + " 第 " + std::to_string(old.version) + " 版还待批准，先批准或退回 (a version waits already)");
    last = old.version;
  }
  return last + 1;
}

std::string version_digest(const Version& v) {
  std::vector<std::string> fields = {v.key.book, v.key.item, std::to_string(v.key.year), std::to_string(v.version), v.fen.plain(), v.reason};
  if (!v.document.empty()) fields.push_back(v.document);  // versions from before there were documents keep their digest
  return digest_of(fields);
}

void insert_version(Txn& txn, Version& v) {
  v.id = txn.next_id("x_funds_budget");
  v.digest = version_digest(v);
  txn.execute("insert into x_funds_budget (id, book, item, year, version, fen, reason, state, open_key, digest, instance, made_by, made_ms, decided_by, decided_ms, document, plan_id)"
              " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              {v.id, v.key.book, v.key.item, v.key.year, v.version, v.fen, v.reason, v.state, v.state == kSubmitted ? Value(v.key.name()) : Value(), v.digest, v.instance, v.made_by, v.made_ms, v.decided_by,
               v.decided_ms, v.document, v.plan});
}

void write(JsonWriter& json, const Version& v) {
  json.field("book", v.key.book).field("budget", v.key.item).field("year", v.key.year).field("version", v.version).field("amount", v.fen).field("state", v.state).field("reason", v.reason);
  json.field("document", v.document).field("plan", v.plan);
  json.field("made_by", v.made_by).field("made_ms", v.made_ms).field("decided_by", v.decided_by).field("decided_ms", v.decided_ms).field("digest", v.digest);
}

void audit_version(Desk& desk, Txn& txn, const std::string& unit, const char* action, const Version& v, const std::string& comment) {
  JsonWriter body;
  body.begin_object();
  write(body, v);
  body.field("comment", comment).end_object();
  desk.audit.append(txn, unit, std::string("funds.budget-") + action, "fund-budget/" + v.key.name(), body.str());
}

std::int64_t year_of(const Params& params, std::int64_t otherwise) {
  const std::int64_t year = params.number("year", otherwise);
  if (year < 2000 || year > 2100) throw Error(MIF_E_INVALID, "fund.budget-year", "要给出 year，2000 到 2100 的年份 (a year is needed)");
  return year;
}

LineKey key_of(const Params& params) {
  const std::int64_t year = year_of(params, 0);
  return {params.need("book"), params.need("item"), year};
}

}  // namespace mif::funds
