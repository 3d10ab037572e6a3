// SPDX-License-Identifier: Apache-2.0
// mapping list, show, diff, verify, and what the jobs share.
#include "rule_jobs.h"

#include <algorithm>
#include <tuple>

#include "digest.h"
#include "mif/json.hpp"

namespace mif::exchange {

const std::vector<RuleJobDef>& rule_jobs() {
  static const std::vector<RuleJobDef> all = {
      {"mapping list", "凭证规则的各版本、状态和生效日", "ledger.read", &mapping_list, "scheme:险种;day:哪一天在用, 默认今天"},
      {"mapping draft", "起草规则版本, 或更换草稿的正文", "exchange.run", &mapping_draft, "file!:规则文件"},
      {"mapping example", "给草稿存一个例子: 单据和应得的分录", "exchange.run", &mapping_example,
       "set!:规则版本编号;name!:例子名称;document:取这张已收单据, 单号或来源键;type:单据类型;day:单据日期;payload:单据内容 JSON;expected:应得的分录, 不写为现行规则的分录;remove:删去这个例子"},
      {"mapping test", "按草稿逐个核对例子; 有不符则退出码 3", "ledger.read", &mapping_test, "set!:规则版本编号"},
      {"mapping trial", "用草稿重算过去一批真实单据, 列出差异, 不写凭证", "exchange.run", &mapping_trial,
       "set!:规则版本编号;batch:批次;month:月份, 如 2023-06;type:单据类型;book:账套;limit:列出多少张有变的单据, 默认 20;after:从这个编号之后列"},
      {"mapping submit", "规则版本送审: 例子须通过, 须有对现行正文的试跑", "exchange.run", &mapping_submit, "set!:规则版本编号;from!:生效日;trial:依据的试跑编号, 默认最近一次;comment:说明"},
      {"mapping approve", "批准或退回规则版本、规则回退", "exchange.approve", &mapping_approve, "set!:规则版本编号;reject:退回;comment:意见"},
      {"mapping rollback", "申请自某日起停用已批准的版本, 恢复前一版", "exchange.run", &mapping_rollback, "set!:规则版本编号;from!:从哪天起;reason!:原因"},
      {"mapping withdraw", "撤回草稿", "exchange.run", &mapping_withdraw, "set!:规则版本编号;reason!:原因"},
      {"mapping show", "一个规则版本: 例子、试跑、决定", "ledger.read", &mapping_show, "set!:规则版本编号;text:连正文;trial:只看这次试跑的结果"},
      {"mapping diff", "规则版本与前一版逐单据类型的差异", "ledger.read", &mapping_diff, "set!:规则版本编号;with:与哪个版本比, 0 为规则文件"},
      {"mapping verify", "规则版本的正文、例子、试跑与批准时逐一核对", "ledger.read", &mapping_verify, ""},
  };
  return all;
}

void add_rule_jobs(JsonWriter& json) {
  for (const auto& job : rule_jobs()) write_job(json, job.name, job.summary, job.permission, job.params);
}

std::string param(const Fields& params, const char* name, const std::string& otherwise) {
  const auto found = params.find(name);
  return found == params.end() || found->second.empty() ? otherwise : found->second;
}

std::string needed(const Fields& params, const char* name, std::size_t most) {
  std::string value = param(params, name);
  if (value.empty() || value.size() > most)
    throw Error(MIF_E_INVALID, "mapping.parameter", std::string("要给出 ") + name + ", 不超过 " + std::to_string(most) + " 字节 (a value is needed, or is too long)");
  return value;
}

std::int64_t param_number(const Fields& params, const char* name, std::int64_t otherwise) {
  const std::string value = param(params, name);
  if (value.empty()) return otherwise;
  if (value.size() > 17 || value.find_first_not_of("0123456789") != std::string::npos)
    throw Error(MIF_E_INVALID, "mapping.parameter", std::string(name) + " 应为整数 (expects a number), 实为 \"" + clean(value, 40) + "\"");
  return std::stoll(value);
}

std::int64_t set_param(const Fields& params) { return param_number({{"set", needed(params, "set", 17)}}, "set", 0); }

void write_set(JsonWriter& json, const SetRow& s) {
  json.field("set", s.id).field("scheme", s.scheme).field("chart", s.chart).field("name", s.name).field("version", s.version).field("state", s.state);
  json.field("from", s.from == Day() ? "" : s.from.iso()).field("end", s.end_state == "approved" ? s.end.iso() : "").field("rollback", s.end_state);
  json.field("made_by", s.made_by).field("submitted_by", s.submitted_by).field("decided_by", s.decided_by).field("file", s.file).field("digest", s.text_digest);
}

void set_titles(JsonWriter& json) {
  json.key("titles").begin_object().field("set", "编号").field("scheme", "险种").field("chart", "科目表").field("name", "名称").field("version", "版本").field("state", "状态").field("from", "生效日");
  json.field("end", "停用日").field("rollback", "回退").field("made_by", "起草").field("submitted_by", "送审").field("decided_by", "批准").field("file", "文件").field("digest", "正文摘要");
  json.field("in_force", "在用").field("why", "依据").end_object();
}

std::string set_answer(const SetRow& row, const std::string& summary, int exit) {
  JsonWriter json;
  json.begin_object().field("kind", "ExchangeRuleSet").key("items").begin_array().begin_object();
  write_set(json, row);
  json.end_object().end_array();
  set_titles(json);
  return json.field("exit", exit).field("summary", summary).end_object().take();
}

std::string text_of(const Host& host, Call call, std::int64_t set) {
  Txn txn = host.store.read(call);
  const SetRow row = set_row(txn, set);
  require_for_scheme(host, call, txn, load_settings(host, call, txn), row.scheme, row.chart, "ledger.read");
  return read_text(txn, text_of_set(set));
}

std::string mapping_list(const Host& host, Call call, const Fields& params, const Progress&) {
  const std::string scheme = param(params, "scheme");
  const std::string asked = param(params, "day");
  const Day day = asked.empty() ? host.clock.business_day() : Day::parse(asked);
  Txn txn = host.store.read(call);
  const Settings settings = load_settings(host, call, txn);
  JsonWriter json;
  json.begin_object().field("kind", "ExchangeRuleSetList").key("items").begin_array();
  std::int64_t n = 0, used = 0;
  const auto in_force = [&](const std::string& of_scheme, const std::string& chart, std::int64_t id) {
    const RuleVersion* v = settings.version_for(of_scheme, chart, day);
    const bool yes = v && v->id == id;
    json.field("in_force", yes ? "是" : "").field("why", yes ? v->why : "");
    ++n;
    used += yes;
  };
  for (const auto& v : settings.versions) {
    if (v.id != 0 || (!scheme.empty() && v.rules.scheme != scheme)) continue;
    SetRow row;
    row.scheme = v.rules.scheme;
    row.chart = v.rules.chart;
    row.name = v.rules.name;
    row.version = v.rules.version;
    row.state = "file";
    row.file = v.rules.file;
    row.text_digest = v.digest;
    json.begin_object();
    write_set(json, row);
    in_force(row.scheme, row.chart, 0);
    json.end_object();
  }
  auto rows = select_sets(txn, "where scheme = ? or ? = ''", {scheme, scheme});
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return std::tie(a.scheme, a.chart, a.made_ms, a.id) < std::tie(b.scheme, b.chart, b.made_ms, b.id); });
  for (const auto& row : rows) {
    json.begin_object();
    write_set(json, row);
    in_force(row.scheme, row.chart, row.id);
    json.end_object();
  }
  json.end_array();
  set_titles(json);
  return json.field("exit", 0).field("summary", std::to_string(n) + " 个版本, " + day.iso() + " 在用 " + std::to_string(used) + " 个").end_object().take();
}

std::string mapping_show(const Host& host, Call call, const Fields& params, const Progress&) {
  Txn txn = host.store.read(call);
  const SetRow row = set_row(txn, set_param(params));
  require_for_scheme(host, call, txn, load_settings(host, call, txn), row.scheme, row.chart, "ledger.read");
  const auto trials = trials_of(txn, row.id);
  if (const std::int64_t wanted = param_number(params, "trial", 0)) {
    const auto found = std::find_if(trials.begin(), trials.end(), [&](const auto& t) { return t.id == wanted; });
    if (found == trials.end()) throw Error(MIF_E_NOT_FOUND, "mapping.no-trial", row.label() + " 没有第 " + std::to_string(wanted) + " 次试跑 (no such trial)");
    return read_text(txn, text_of_trial(wanted));
  }
  JsonWriter json;
  json.begin_object().field("kind", "ExchangeRuleSetDetail").key("set").begin_object();
  write_set(json, row);
  json.field("reason", row.reason).field("end_reason", row.end_reason).end_object().key("items").begin_array();
  const auto item = [&](const char* what, const std::string& name, const std::string& text, const std::string& by) {
    json.begin_object().field("row", what).field("name", name).field("text", text).field("by", by).end_object();
  };
  item("version", row.name + " " + row.version, row.state + (row.from == Day() ? "" : ", 自 " + row.from.iso()) + (row.reason.empty() ? "" : ", " + row.reason), row.made_by);
  if (!row.end_state.empty()) item("rollback", row.end.iso(), row.end_state + ", " + row.end_reason, row.end_by);
  if (!row.decided_by.empty()) item("decision", row.state, row.digest, row.decided_by);
  for (const auto& e : examples_of(txn, row.id)) {
    std::string expected = e.expected;
    std::replace(expected.begin(), expected.end(), '\n', '|');
    item("example", e.name, e.type + " " + e.day.iso() + ": " + expected, e.made_by);
  }
  for (const auto& t : trials)
    item("trial", std::to_string(t.id), t.scope + ": " + std::to_string(t.documents) + " 张, 有变 " + std::to_string(t.changed) + ", 新挂起 " + std::to_string(t.newly_held) + (t.text_digest == row.text_digest ? "" : " (正文后来改过)"), t.ran_by);
  if (!param(params, "text").empty()) {
    const std::string text = read_text(txn, text_of_set(row.id));
    std::int64_t line = 0;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find('\n', at), text.size());
      item("text", std::to_string(++line), text.substr(at, end - at), "");
      at = end + 1;
    }
  }
  json.end_array().key("titles").begin_object().field("row", "行").field("name", "名称").field("text", "内容").field("by", "经办").end_object();
  return json.field("exit", 0).field("summary", row.label() + ": " + row.state).end_object().take();
}

std::string mapping_diff(const Host& host, Call call, const Fields& params, const Progress&) {
  Txn txn = host.store.read(call);
  const Settings settings = load_settings(host, call, txn);
  const SetRow row = set_row(txn, set_param(params));
  require_for_scheme(host, call, txn, settings, row.scheme, row.chart, "ledger.read");
  const auto source_of = [&](const SetRow& s) { return host.info.parse(call, read_text(txn, text_of_set(s.id)), s.file); };
  RuleVersion version;
  version.source = source_of(row);
  std::string other_name = "(无)";
  RuleVersion other;
  bool any = false;
  if (const std::string with = param(params, "with"); !with.empty()) {
    const std::int64_t id = param_number(params, "with", 0);
    for (const auto& v : settings.versions)
      if (id == 0 && v.id == 0 && v.rules.scheme == row.scheme && v.rules.chart == row.chart) {
        other = v;
        any = true;
        other_name = v.rules.name + " " + v.rules.version;
      }
    if (id != 0) {
      const SetRow second = set_row(txn, id);
      if (second.scheme != row.scheme || second.chart != row.chart) throw Error(MIF_E_INVALID, "mapping.other-scheme", second.label() + " 是另一险种的规则 (rules of another scheme), 不能比较");
      other.source = source_of(second);
      any = true;
      other_name = second.name + " " + second.version;
    }
  } else if (const RuleVersion* before = version_before(settings, row)) {
    other = *before;
    any = true;
    other_name = before->rules.name + " " + before->rules.version;
  }
  const auto changes = changes_of(any ? &other : nullptr, version);
  JsonWriter json;
  json.begin_object().field("kind", "ExchangeRuleDiff").field("set", row.id).field("with", other_name).key("items").begin_array();
  for (const auto& c : changes)
    for (const auto& l : c.lines)
      json.begin_object().field("type", c.type).field("change", c.what).field("line_old", c.line_before).field("line_new", c.line_after).field("sign", std::string(1, l.sign)).field("text", l.text).end_object();
  json.end_array().key("titles").begin_object().field("type", "单据类型").field("change", "变化").field("line_old", "原在行").field("line_new", "新在行").field("sign", "").field("text", "内容").end_object();
  return json.field("exit", 0).field("summary", row.label() + " 与 " + other_name + " 比, " + std::to_string(changes.size()) + " 种单据有变").end_object().take();
}

std::string mapping_verify(const Host& host, Call call, const Fields&, const Progress&) {
  Txn txn = host.store.read(call);
  JsonWriter json;
  json.begin_object().field("kind", "FindingList").key("items").begin_array();
  std::int64_t n = 0, findings = 0;
  const auto finding = [&](const SetRow& row, const std::string& what) {
    ++findings;
    json.begin_object().field("promise", "P5").field("object", "rules:" + std::to_string(row.id)).field("what", what).end_object();
  };
  for (const auto& row : select_sets(txn, "order by id", {})) {
    ++n;
    if (sha256_of(read_text(txn, text_of_set(row.id))) != row.text_digest) finding(row, "规则正文与摘要不符 (the text differs from its digest)");
    const auto trials = trials_of(txn, row.id);
    for (const auto& t : trials)
      if (sha256_of(read_text(txn, text_of_trial(t.id))) != t.result_digest) finding(row, "试跑 " + std::to_string(t.id) + " 的结果与摘要不符 (a trial's result differs from its digest)");
    if (row.state != set_state::kSubmitted && !row.decided()) continue;
    const auto trial = std::find_if(trials.begin(), trials.end(), [&](const auto& t) { return t.id == row.trial; });
    if (trial == trials.end() || submission_digest(row, examples_of(txn, row.id), *trial) != row.digest) finding(row, "例子、试跑或生效日与送审时不同 (differs from what was submitted)");
    const auto flow = [&](std::int64_t instance, const std::string& digest, bool ended) {
      try {
        const FlowState state = host.workflow.state(txn, instance);
        if (state.digest != digest || (ended && state.state != MIF_FLOW_APPROVED)) finding(row, "审批记录与版本不符 (the decision is about something else)");
      } catch (const HostRefused& e) {
        if (e.code() != MIF_E_NOT_FOUND) throw;
        finding(row, "没有审批记录 (its decision is missing)");
      }
    };
    flow(row.instance, row.digest, row.decided());
    if (row.state == set_state::kRolledBack) flow(row.end_instance, rollback_digest(row), true);
  }
  json.end_array().field("exit", findings ? 3 : 0).field("summary", findings ? "规则版本发现 " + std::to_string(findings) + " 处不一致" : std::to_string(n) + " 个规则版本核对一致");
  return json.end_object().take();
}

}  // namespace mif::exchange
