// SPDX-License-Identifier: Apache-2.0
// mapping draft, example, test, withdraw: what a drafter does before anybody else is asked.
#include <algorithm>
#include <fstream>
#include <iterator>

#include "digest.h"
#include "mif/json.hpp"
#include "rule_jobs.h"
#include "tables.h"

namespace mif::exchange {

namespace {

constexpr std::size_t kLongestExpectation = 3900;

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Error(MIF_E_NOT_FOUND, "mapping.no-rule-file", "打不开规则文件 (cannot open the rule file) \"" + clean(path, 200) + "\"");
  std::string text;
  text.resize(kLongestRules + 1);
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

void must_be_draft(const SetRow& row) {
  if (row.state != set_state::kDraft)
    throw Error(MIF_E_CONFLICT, "mapping.not-draft", row.label() + " 的状态是 " + row.state + ", 不能再改 (only a draft may be changed); 改动请用新的版本号另行起草");
}

// The stored document by source key or number; of several the last version.
Document stored_document(const Host& host, Call call, Txn& txn, const std::string& name, const std::string& scheme) {
  const auto slash = name.find('/'), hash = name.rfind('#');
  std::vector<Stored> rows;
  if (slash != std::string::npos && hash != std::string::npos && hash > slash && hash + 1 < name.size() && name.size() - hash < 10 && name.find_first_not_of("0123456789", hash + 1) == std::string::npos)
    rows = select_documents(txn, "where source = ? and doc_key = ? and doc_version = ? and arrival = 0", {name.substr(0, slash), name.substr(slash + 1, hash - slash - 1), static_cast<std::int64_t>(std::stoll(name.substr(hash + 1)))});
  else
    rows = select_documents(txn, "where doc_key = ? and arrival = 0 order by doc_version desc", {name});
  const auto books = host.read.books(call, &txn);
  for (const auto& s : rows)
    if (std::any_of(books.begin(), books.end(), [&](const auto& b) { return b.code == s.book && b.scheme == scheme; })) return s.document();
  throw Error(MIF_E_NOT_FOUND, "document.not-found", "没有这张单据 (no document) \"" + clean(name, 80) + "\", 险种 " + scheme);
}

}  // namespace

std::string draft_text(const Host& host, Call call, const std::string& file, const std::string& text) {
  if (text.empty() || text.size() > kLongestRules) throw Error(MIF_E_INVALID, "mapping.rule-file-size", "规则文件为空或超过 1 MiB (empty or larger than 1 MiB)");
  Txn txn = host.store.write(call);
  const Settings settings = load_settings(host, call, txn);
  RuleVersion version = read_version(host, call, txn, text, file, Day());
  const RuleSet& rules = version.rules;
  for (const auto* name : {&rules.name, &rules.version, &rules.scheme, &rules.chart})
    if (name->size() > (name == &rules.scheme ? 20u : name == &rules.chart ? 40u : 60u)) throw Error(MIF_E_INVALID, "mapping.head-long", "rules 一节的 \"" + clean(*name, 60) + "\" 太长 (too long)");
  const std::string unit = require_for_scheme(host, call, txn, settings, rules.scheme, rules.chart, "exchange.run");
  lock_scheme(txn, rules.scheme, rules.chart);
  SetRow row;
  bool fresh = true;
  for (auto& other : select_sets(txn, "where scheme = ? and chart = ? and version_text = ?", {rules.scheme, rules.chart, rules.version})) {
    if (other.state == set_state::kWithdrawn) continue;
    must_be_draft(other);
    row = std::move(other);
    fresh = false;
  }
  for (const auto& v : settings.versions)
    if (v.id == 0 && v.rules.scheme == rules.scheme && v.rules.chart == rules.chart && v.rules.version == rules.version)
      throw Error(MIF_E_CONFLICT, "mapping.version-taken", "版本号 " + rules.version + " 是规则文件 " + v.rules.file + " 的 (that version is the rule file's), 请换一个版本号");
  const RuleVersion* before = version_before(settings, row.scheme.empty() ? [&] {
    SetRow asked;
    asked.scheme = rules.scheme;
    asked.chart = rules.chart;
    return asked;
  }() : row);
  check_follows(before, version);
  row.scheme = rules.scheme;
  row.chart = rules.chart;
  row.name = rules.name;
  row.version = rules.version;
  row.file = clean(file, 190);
  row.text_digest = version.digest;
  row.made_by = call.actor();
  row.made_ms = host.clock.now_unix_ms();
  if (fresh) {
    row.id = txn.next_id("x_exchange_rule_set");
    row.state = set_state::kDraft;
    insert_set(txn, row);
    // what the version before was held to, this one is held to as well
    if (before && before->id != 0)
      for (auto e : examples_of(txn, before->id)) {
        e.made_by.clear();
        put_example(txn, row.id, e);
      }
  } else {
    update_set(txn, row, set_state::kDraft, "");
  }
  write_text(txn, text_of_set(row.id), text);
  add_hand(txn, row.id, row.made_by);
  audit_set(host, txn, unit, "exchange.mapping.draft", row, fresh ? "new" : "replaced");
  const auto changes = changes_of(before, version);
  txn.commit();
  std::string types;
  for (const auto& c : changes) types += (types.empty() ? ": " : ", ") + c.type;
  return set_answer(row, row.label() + (fresh ? " 已起草, 与" : " 草稿已更换, 与") + (before ? "前一版 " + before->rules.version : std::string("空白")) + " 比 " + std::to_string(changes.size()) + " 种单据有变" + types);
}

std::string mapping_draft(const Host& host, Call call, const Fields& params, const Progress&) {
  const std::string path = needed(params, "file", 1000);
  const auto slash = path.rfind('/');
  return draft_text(host, call, slash == std::string::npos ? path : path.substr(slash + 1), file_text(path));
}

std::string mapping_example(const Host& host, Call call, const Fields& params, const Progress&) {
  const std::string name = needed(params, "name", 100);
  const std::int64_t id = set_param(params);
  Txn txn = host.store.write(call);
  const Settings settings = load_settings(host, call, txn);
  SetRow row = set_row(txn, id);
  const std::string unit = require_for_scheme(host, call, txn, settings, row.scheme, row.chart, "exchange.run");
  lock_scheme(txn, row.scheme, row.chart);
  row = set_row(txn, id);
  must_be_draft(row);
  add_hand(txn, row.id, call.actor());
  if (const std::string remove = param(params, "remove"); !remove.empty() && remove != "no") {
    if (!remove_example(txn, row.id, name)) throw Error(MIF_E_NOT_FOUND, "mapping.no-example", row.label() + " 没有例子 (no example) \"" + clean(name, 100) + "\"");
    audit_set(host, txn, unit, "exchange.mapping.example", row, "removed " + clean(name, 100));
    txn.commit();
    return set_answer(row, "例子 " + clean(name, 100) + " 已删去");
  }
  Document document;
  if (const std::string key = param(params, "document"); !key.empty()) {
    document = stored_document(host, call, txn, key, row.scheme);
  } else {
    document.type = needed(params, "type", 40);
    document.day = Day::parse(needed(params, "day", 10));
    document.payload = needed(params, "payload", kLongestPayload);
    document.key = name;
    read_payload(document);
  }
  if (!document.trouble.empty()) throw Error(MIF_E_INVALID, "mapping.example-document", "例子的单据读不懂 (the document cannot be read): " + document.trouble);
  ExampleRow example{name, document.type, document.payload, "", call.actor(), document.day};
  const std::string expected = param(params, "expected");
  if (!expected.empty()) {
    example.expected = read_expectation(expected);
  } else {
    const RuleVersion* before = settings.version_for(row.scheme, row.chart, document.day);
    document.key = name;  // as it will be mapped
    document.source = "example";
    example.expected = expectation_of(outcome_of(before ? &before->rules : nullptr, document));
  }
  if (example.expected.size() > kLongestExpectation) throw Error(MIF_E_INVALID, "mapping.example-long", "例子应得的分录太长 (the expectation is too long), 请换一张小一些的单据");
  put_example(txn, row.id, example);
  audit_set(host, txn, unit, "exchange.mapping.example", row, name + ": " + Digest().add(example.type).add(std::int64_t{example.day.value()}).add(example.payload).add(example.expected).hex());
  txn.commit();
  return set_answer(row, "例子 " + name + " 已存, 应得: " + example.expected);
}

std::string mapping_test(const Host& host, Call call, const Fields& params, const Progress&) {
  Txn txn = host.store.read(call);
  const Settings settings = load_settings(host, call, txn);
  const SetRow row = set_row(txn, set_param(params));
  require_for_scheme(host, call, txn, settings, row.scheme, row.chart, "ledger.read");
  const RuleVersion version = open_set(host, call, txn, settings, row);
  const auto examples = examples_of(txn, row.id);
  JsonWriter json;
  json.begin_object().field("kind", "ExchangeExampleList").key("items").begin_array();
  std::int64_t failed = 0;
  for (const auto& r : run_examples(version.rules, examples)) {
    failed += !r.wrong.empty();
    json.begin_object().field("name", r.example->name).field("type", r.example->type).field("day", r.example->day.iso()).field("result", r.wrong.empty() ? "pass" : "fail").field("difference", r.wrong).end_object();
  }
  const auto missing = without_example(changes_of(version_before(settings, row), version), examples);
  for (const auto& type : missing) json.begin_object().field("name", "").field("type", type).field("day", "").field("result", "missing").field("difference", "有变而没有例子 (changed, without an example)").end_object();
  json.end_array().key("titles").begin_object().field("name", "例子").field("type", "单据类型").field("day", "日期").field("result", "结果").field("difference", "差异: - 应得, + 实得").end_object();
  json.field("exit", failed || !missing.empty() ? 3 : 0).field("summary", row.label() + ": 例子 " + std::to_string(examples.size()) + " 个, 不符 " + std::to_string(failed) + ", 缺例子的单据类型 " + std::to_string(missing.size()));
  return json.end_object().take();
}

std::string mapping_withdraw(const Host& host, Call call, const Fields& params, const Progress&) {
  const std::string reason = needed(params, "reason", 1900);
  const std::int64_t id = set_param(params);
  Txn txn = host.store.write(call);
  SetRow row = set_row(txn, id);
  const std::string unit = require_for_scheme(host, call, txn, load_settings(host, call, txn), row.scheme, row.chart, "exchange.run");
  lock_scheme(txn, row.scheme, row.chart);
  row = set_row(txn, id);
  must_be_draft(row);
  row.state = set_state::kWithdrawn;
  row.reason = reason;
  update_set(txn, row, set_state::kDraft, "");
  audit_set(host, txn, unit, "exchange.mapping.withdraw", row, reason);
  txn.commit();
  return set_answer(row, row.label() + " 已撤回");
}

}  // namespace mif::exchange
