// SPDX-License-Identifier: Apache-2.0
#include "kernel/workflow/rows.h"

#include <map>

#include "kernel/audit/row_digest.h"
#include "mif/error.hpp"

namespace mif::workflow {
namespace {

constexpr store::Migration kMigrations[] = {{1, "instances and decisions", R"sql(
create table workflow_instance (
  id bigint not null primary key, flow varchar(64) not null, version bigint not null, unit varchar(64) not null,
  subject_kind varchar(64) not null, subject varchar(256) not null, digest varchar(128) not null, amount_fen bigint not null,
  maker varchar(128) not null, state bigint not null, node varchar(64) not null, last_actor varchar(128) not null,
  started_ms bigint not null, ended_ms bigint not null);
create index workflow_instance_node on workflow_instance (subject_kind, node, id);
create table workflow_decision (
  instance bigint not null, seq bigint not null, node varchar(64) not null, actor varchar(128) not null, approve bigint not null,
  digest varchar(128) not null, comment varchar(4000) not null, at_ms bigint not null, primary key (instance, seq));
--@sqlite
create trigger workflow_decision_no_update before update on workflow_decision begin select raise(abort, 'decisions are final'); end;
create trigger workflow_decision_no_delete before delete on workflow_decision begin select raise(abort, 'decisions are final'); end;
create trigger workflow_instance_no_delete before delete on workflow_instance begin select raise(abort, 'instances stay'); end;
create trigger workflow_instance_ended before update on workflow_instance when old.state <> 1 begin select raise(abort, 'an ended instance is final'); end;
--@postgresql
create function workflow_refuse() returns trigger language plpgsql as $$ begin raise exception 'decisions are final'; end $$;
create trigger workflow_decision_no_change before update or delete on workflow_decision for each row execute function workflow_refuse();
create trigger workflow_instance_no_delete before delete on workflow_instance for each row execute function workflow_refuse();
create trigger workflow_instance_ended before update on workflow_instance for each row when (old.state <> 1) execute function workflow_refuse();
--@all
)sql"},
                                           {2, "rules that decide", R"sql(
create table workflow_rule (
  name varchar(64) not null, version bigint not null, body varchar(4000) not null, proposed_by varchar(128) not null,
  proposed_ms bigint not null, approved_by varchar(128) not null, approved_ms bigint not null, retired_by varchar(128) not null,
  retired_ms bigint not null, primary key (name, version));
--@sqlite
create trigger workflow_rule_no_delete before delete on workflow_rule begin select raise(abort, 'rules stay'); end;
create trigger workflow_rule_no_edit before update of name, version, body, proposed_by on workflow_rule begin select raise(abort, 'a version of a rule never changes'); end;
--@postgresql
create trigger workflow_rule_no_delete before delete on workflow_rule for each row execute function workflow_refuse();
create trigger workflow_rule_no_edit before update of name, version, body, proposed_by on workflow_rule for each row execute function workflow_refuse();
--@all
)sql"}};

constexpr std::int64_t kPage = 4096;

}  // namespace

std::span<const store::Migration> migrations() { return kMigrations; }

std::string object_of(std::int64_t instance) { return "workflow:" + std::to_string(instance); }

Instance read_instance(const store::Row& row) {
  Instance i;
  i.id = row.integer(0);
  i.flow = row.text(1);
  i.version = static_cast<int>(row.integer(2));
  i.unit = row.text(3);
  i.subject_kind = row.text(4);
  i.subject = row.text(5);
  i.digest = row.text(6);
  i.amount = row.fen(7);
  i.maker = row.text(8);
  i.state = static_cast<FlowState>(row.integer(9));
  i.node = row.text(10);
  i.last_actor = row.text(11);
  return i;
}

Stored load(store::Txn& txn, std::int64_t id, bool lock) {
  if (lock && txn.dialect() == store::Dialect::generic) txn.execute("update workflow_instance set state = state where id = ? and state = 1", {id});
  std::string sql = "select " + std::string(kInstanceColumns) + " from workflow_instance where id = ?";
  if (lock && txn.dialect() == store::Dialect::postgresql) sql += " for update";
  Stored stored;
  txn.query(sql, {id}, [&](const store::Row& row) {
    stored.instance = read_instance(row);
    stored.started_ms = row.integer(12);
    stored.ended_ms = row.integer(13);
  });
  if (stored.instance.id == 0) throw Error(MIF_E_NOT_FOUND, "workflow.not-found", "没有流程实例 " + std::to_string(id) + " (no such workflow instance)");
  txn.query("select " + std::string(kDecisionColumns) + " from workflow_decision where instance = ? order by seq", {id}, [&](const store::Row& row) {
    Decision d;
    d.instance = row.integer(0);
    d.seq = static_cast<int>(row.integer(1));
    d.node = row.text(2);
    d.actor = row.text(3);
    d.approve = row.integer(4) != 0;
    d.comment = row.text(6);
    d.at_ms = row.integer(7);
    stored.decisions.push_back(std::move(d));
    stored.digests.emplace_back(row.text(5));
  });
  return stored;
}

std::string digest_of(HashAlg alg, const Stored& s) {
  const Instance& i = s.instance;
  Canonical canonical;
  audit::add_values(canonical, {i.id, i.flow, i.version, i.unit, i.subject_kind, i.subject, i.digest, i.amount, i.maker, static_cast<std::int64_t>(i.state), i.node,
                                i.last_actor, s.started_ms, s.ended_ms});
  for (std::size_t n = 0; n < s.decisions.size(); ++n) {
    const Decision& d = s.decisions[n];
    audit::add_values(canonical, {d.instance, d.seq, d.node, d.actor, d.approve ? 1 : 0, s.digests[n], d.comment, d.at_ms});
  }
  return audit::digest_hex(alg, canonical);
}

// Read from the rows themselves, column by column: a row with an impossible value must give another digest, not an exception.
// Decisions without an instance are reported under the instance they claim.
std::vector<audit::DigestSource> digest_sources(HashAlg alg) {
  return {{"workflow", [alg](store::Txn& txn, const audit::Emit& emit) {
             const std::string instances = "select " + std::string(kInstanceColumns) + " from workflow_instance where id >= ? and id <= ?";
             const std::string decisions = "select " + std::string(kDecisionColumns) + " from workflow_decision where instance >= ? and instance <= ? order by instance, seq";
             audit::each_key_range(txn, {{"workflow_instance", "id"}, {"workflow_decision", "instance"}}, kPage,
                                   [&](std::int64_t low, std::int64_t high) {
                                     std::map<std::string, Canonical> page;  // by object name
                                     txn.query(instances, {low, high}, [&](const store::Row& row) { audit::add_row(page["workflow:" + audit::key_text(row, 0)], row); });
                                     txn.query(decisions, {low, high}, [&](const store::Row& row) { audit::add_row(page["workflow:" + audit::key_text(row, 0)], row); });
                                     for (const auto& [object, canonical] : page) emit(object, audit::digest_hex(alg, canonical));
                                   });
           }}, rule_digests(alg)};
}

std::vector<audit::Finding> verify(store::Txn& txn) {
  std::vector<audit::Finding> findings;
  std::vector<Rule> rules;
  try {
    rules = all_rules(txn);
  } catch (const Error& error) {
    findings.push_back({"P8", "rule", std::string("审核规则读不出 (unreadable rules): ") + error.what()});
  }
  // Plugins decide on evidence, not in a person's place; P8 speaks of people.
  txn.query("select i.id, d.actor, d.node from workflow_decision d join workflow_instance i on i.id = d.instance where d.actor = i.maker order by i.id", {},
            [&](const store::Row& row) {
              if (!row.text(1).starts_with(kPluginActor))
                findings.push_back({"P8", object_of(row.integer(0)), "制单人 " + std::string(row.text(1)) + " 又在节点 " + std::string(row.text(2)) + " 上决定 (the maker decided too)"});
            });
  txn.query("select instance, actor from workflow_decision group by instance, actor having count(*) > 1 order by instance", {}, [&](const store::Row& row) {
    if (!row.text(1).starts_with(kPluginActor))
      findings.push_back({"P8", object_of(row.integer(0)), std::string(row.text(1)) + " 在同一流程中决定了不止一次 (one person decided more than once)"});
  });
  // A rule stands for the person who approved it: it decides only after that, before it retires, and never for its author's own vouchers.
  txn.query("select d.instance, d.actor, d.at_ms, i.maker from workflow_decision d join workflow_instance i on i.id = d.instance where d.actor like 'rule:%' order by d.instance", {}, [&](const store::Row& row) {
    bool right = false;
    for (const auto& r : rules)
      right = right || (r.actor() == row.text(1) && !r.approved_by.empty() && r.approved_by != r.proposed_by && r.approved_ms <= row.integer(2) &&
                        (r.retired_ms == 0 || row.integer(2) <= r.retired_ms) && r.approved_by != row.text(3) && r.proposed_by != row.text(3));
    if (!right) findings.push_back({"P8", object_of(row.integer(0)), std::string(row.text(1)) + " 决定时不是另一人批准的有效规则 (not an approved rule when it decided)"});
  });
  txn.query("select i.id from workflow_instance i where i.state = ? and not exists (select 1 from workflow_decision d where d.instance = i.id and d.approve = 1) order by i.id",
            {static_cast<std::int64_t>(MIF_FLOW_APPROVED)},
            [&](const store::Row& row) { findings.push_back({"P8", object_of(row.integer(0)), "没有人批准却已通过 (approved without an approval)"}); });
  return findings;
}

}  // namespace mif::workflow
