// SPDX-License-Identifier: Apache-2.0
#include "rule_desk.h"

#include <algorithm>

#include "digest.h"
#include "mif/json.hpp"
#include "rules_check.h"

namespace mif::exchange {

std::string require_for_scheme(const Host& host, Call call, Txn& txn, const Settings& settings, const std::string& scheme, const std::string& chart, const char* permission) {
  std::string unit = settings.unit;
  if (!unit.empty()) host.identity.require(call, permission, unit);
  bool any = false;
  for (const auto& book : host.read.books(call, &txn)) {
    if (book.scheme != scheme || book.chart != chart) continue;
    host.identity.require(call, permission, book.unit);
    if (unit.empty()) unit = book.unit;
    any = true;
  }
  if (!any) throw Error(MIF_E_NOT_FOUND, "mapping.no-book", "没有您能办理的账套使用险种 " + clean(scheme, 20) + "、科目表 " + clean(chart, 40) + " 的规则 (no book of yours uses these rules)");
  return unit;
}

const RuleVersion* version_before(const Settings& settings, const SetRow& row) {
  const Day day = row.from == Day() ? Day(99991231) : row.from;
  const RuleVersion* found = nullptr;
  for (const auto& v : settings.versions)
    if (v.rules.scheme == row.scheme && v.rules.chart == row.chart && (v.id == 0 || v.id != row.id) && v.on(day) && (!found || found->from < v.from)) found = &v;
  return found;
}

void check_follows(const RuleVersion* before, const RuleVersion& version) {
  const RuleSet& rules = version.rules;
  for (const auto& type : rules.retired) {
    if (rules.find(type)) complain("mapping.retired", rules.file, rules.find(type)->line, "单据类型 " + type + " 写在 retired 里, 却还有规则 (retired, yet described)");
    if (!before || !before->rules.find(type)) complain("mapping.retired", rules.file, 1, "retired 里的单据类型 \"" + type + "\" 上一版并没有 (the version before does not know it)");
  }
  if (!before) return;
  for (const auto& [type, document] : before->rules.types)
    if (!rules.find(type) && std::find(rules.retired.begin(), rules.retired.end(), type) == rules.retired.end())
      complain("mapping.type-lost", rules.file, 1, "缺单据类型 " + type + " (" + document.name + "), 上一版 " + before->rules.name + " " + before->rules.version + " 在 " + before->rules.file + ":" +
                                                        std::to_string(document.line) + " 有它 (the version before maps this type); 补上规则, 或确实停用时写进 rules 的 retired");
}

RuleVersion open_set(const Host& host, Call call, Txn& txn, const Settings& settings, const SetRow& row) {
  const std::string text = read_text(txn, text_of_set(row.id));
  if (sha256_of(text) != row.text_digest) throw Error(MIF_E_CONFLICT, "mapping.text-altered", row.label() + " 的正文与登记的摘要不符 (the text differs from its digest), 请重新起草");
  RuleVersion version = read_version(host, call, txn, text, row.file, row.from);
  version.id = row.id;
  version.from = row.from;
  check_follows(version_before(settings, row), version);
  return version;
}

std::vector<TypeChange> changes_of(const RuleVersion* before, const RuleVersion& version) {
  return compare_types(before ? type_texts(before->source) : TypeTexts(), type_texts(version.source));
}

std::string against_digest(const Settings& settings, const std::string& scheme, const std::string& chart) {
  Digest digest;
  for (const auto& v : settings.versions)
    if (v.rules.scheme == scheme && v.rules.chart == chart) digest.add(v.id).add(v.digest).add(v.from.value()).add(v.end.value());
  return digest.hex();
}

std::vector<ExampleResult> run_examples(const RuleSet& rules, const std::vector<ExampleRow>& examples) {
  std::vector<ExampleResult> results;
  for (const auto& e : examples) {
    Document document;
    document.source = "example";
    document.key = e.name;
    document.type = e.type;
    document.day = e.day;
    document.payload = e.payload;
    read_payload(document);
    results.push_back({&e, mismatch(e.expected, outcome_of(&rules, document))});
  }
  return results;
}

std::vector<std::string> without_example(const std::vector<TypeChange>& changes, const std::vector<ExampleRow>& examples) {
  std::vector<std::string> types;
  for (const auto& c : changes)
    if (c.what != "retired" && std::none_of(examples.begin(), examples.end(), [&](const auto& e) { return e.type == c.type; })) types.push_back(c.type);
  return types;
}

void audit_set(const Host& host, Txn& txn, const std::string& unit, const char* action, const SetRow& row, const std::string& note) {
  JsonWriter json;
  json.begin_object().field("set", row.id).field("scheme", row.scheme).field("chart", row.chart).field("name", row.name).field("version", row.version).field("file", row.file);
  json.field("text_digest", row.text_digest).field("state", row.state).field("from", std::int64_t{row.from.value()}).field("digest", row.digest).field("trial", row.trial);
  json.field("end", std::int64_t{row.end.value()}).field("end_state", row.end_state).field("note", note).end_object();
  host.audit.append(txn, unit, action, "rules/" + std::to_string(row.id), json.str());
}

}  // namespace mif::exchange
