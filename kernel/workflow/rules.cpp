// SPDX-License-Identifier: Apache-2.0
#include "kernel/workflow/rules.h"

#include "kernel/audit/row_digest.h"
#include "kernel/workflow/rows.h"
#include "mif/error.hpp"
#include "mif/json.hpp"

namespace mif::workflow {
namespace {

constexpr std::string_view kColumns = "name, version, body, proposed_by, proposed_ms, approved_by, approved_ms, retired_by, retired_ms";

std::string label(const Rule& r) { return "审核规则 " + r.name + " 第 " + std::to_string(r.version) + " 版"; }

Rule read_rule(const store::Row& row) {
  Rule r;
  r.name = row.text(0);
  r.version = static_cast<int>(row.integer(1));
  r.body = row.text(2);
  r.proposed_by = row.text(3);
  r.proposed_ms = row.integer(4);
  r.approved_by = row.text(5);
  r.approved_ms = row.integer(6);
  r.retired_by = row.text(7);
  r.retired_ms = row.integer(8);
  return r;
}

}  // namespace

Rule Rules::propose(store::Txn& txn, const Who& who, std::string_view name, std::string_view body) {
  const bool named = !name.empty() && name.size() <= 48 && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
  if (!named) throw Error(MIF_E_INVALID, "rule.name", "规则名用小写字母、数字和 -, 最多 48 字 (a rule's name is lower-case letters, digits and -): \"" + std::string(name) + '"');
  if (body.empty() || body.size() > 4000) throw Error(MIF_E_INVALID, "rule.text", "规则内容应为 1 到 4000 字节 (a rule's text has 1 to 4000 bytes): " + std::string(name));
  Rule rule;
  for (const Rule& r : all(txn))
    if (r.name == name) rule = r;
  if (rule.body == body && rule.retired_by.empty()) return rule;
  Rule next;
  next.name = name;
  next.body = body;
  next.version = rule.version + 1;
  next.proposed_by = who.actor;
  next.proposed_ms = clock_.now_unix_ms();
  txn.execute("insert into workflow_rule (" + std::string(kColumns) + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
              {next.name, next.version, next.body, next.proposed_by, next.proposed_ms, next.approved_by, next.approved_ms, next.retired_by, next.retired_ms});
  save(txn, who, next, "rule.propose");
  return next;
}

void Rules::approve(store::Txn& txn, const Who& who, std::string_view name, int version) {
  Rule rule = find(txn, name, version);
  if (!rule.approved_by.empty() || !rule.retired_by.empty()) throw Error(MIF_E_CONFLICT, "rule.decided", label(rule) + " 已批准或已停用 (approved or retired already)");
  if (rule.proposed_by == who.actor) throw Error(MIF_E_DENIED, "rule.self-approval", label(rule) + " 由 " + who.actor + " 提出, 应由另一人批准 (a rule is approved by a second person)");
  for (const Rule& r : all(txn))
    if (r.name == name && r.counts()) retire(txn, who, name, r.version);
  rule.approved_by = who.actor;
  rule.approved_ms = clock_.now_unix_ms();
  save(txn, who, rule, "rule.approve");
}

void Rules::retire(store::Txn& txn, const Who& who, std::string_view name, int version) {
  Rule rule = find(txn, name, version);
  if (!rule.retired_by.empty()) return;
  rule.retired_by = who.actor;
  rule.retired_ms = clock_.now_unix_ms();
  save(txn, who, rule, "rule.retire");
}

std::vector<Rule> Rules::all(store::Txn& txn) const { return all_rules(txn); }

std::vector<Rule> all_rules(store::Txn& txn) {
  std::vector<Rule> rules;
  txn.query("select " + std::string(kColumns) + " from workflow_rule order by name, version", {}, [&](const store::Row& row) { rules.push_back(read_rule(row)); });
  return rules;
}

Rule Rules::find(store::Txn& txn, std::string_view name, int version) const {
  for (Rule& r : all(txn))
    if (r.name == name && r.version == version) return r;
  throw Error(MIF_E_NOT_FOUND, "rule.not-found", "没有审核规则 " + std::string(name) + " 第 " + std::to_string(version) + " 版 (no such rule)");
}

void Rules::save(store::Txn& txn, const Who& who, const Rule& r, std::string_view action) {
  txn.execute("update workflow_rule set approved_by = ?, approved_ms = ?, retired_by = ?, retired_ms = ? where name = ? and version = ?",
              {r.approved_by, r.approved_ms, r.retired_by, r.retired_ms, r.name, r.version});
  Canonical canonical;
  audit::add_values(canonical, {r.name, r.version, r.body, r.proposed_by, r.proposed_ms, r.approved_by, r.approved_ms, r.retired_by, r.retired_ms});
  JsonWriter json;
  json.begin_object().field("name", r.name).field("version", r.version).field("body", r.body).field("proposed_by", r.proposed_by).field("approved_by", r.approved_by)
      .field("retired_by", r.retired_by).end_object();
  log_.append(txn, who, {"system", std::string(action), "rule:" + r.name + '@' + std::to_string(r.version), audit::digest_hex(log_.alg(), canonical), json.take()});
}

audit::DigestSource rule_digests(HashAlg alg) {
  return {"rule", [alg](store::Txn& txn, const audit::Emit& emit) {
            txn.query("select " + std::string(kColumns) + " from workflow_rule", {}, [&](const store::Row& row) {
              Canonical canonical;
              audit::add_row(canonical, row);
              emit("rule:" + audit::key_text(row, 0) + '@' + audit::key_text(row, 1), audit::digest_hex(alg, canonical));
            });
          }};
}

}  // namespace mif::workflow
