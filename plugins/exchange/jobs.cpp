// SPDX-License-Identifier: Apache-2.0
#include "jobs.h"

#include <algorithm>

#include "compare.h"
#include "intake.h"
#include "feed.h"
#include "indicators.h"
#include "mif/json.hpp"
#include "outbox.h"
#include "overview.h"
#include "push.h"
#include "rule_jobs.h"
#include "verify.h"

namespace mif::exchange {

namespace {

struct Param {
  const char *name, *summary;
};

void describe(JsonWriter& json, const char* name, const char* summary, std::initializer_list<Param> params, const char* permission = "exchange.run") {
  json.begin_object().field("name", name).field("summary", summary).field("permission", permission).key("params").begin_array();
  for (const auto& p : params) json.begin_object().field("name", p.name).field("required", false).field("summary", p.summary).end_object();
  json.end_array().end_object();
}

std::int64_t number(const Fields& params, const char* name) {
  const auto found = params.find(name);
  if (found == params.end() || found->second.empty()) return 0;
  if (found->second.size() > 9 || found->second.find_first_not_of("0123456789") != std::string::npos)
    throw Error(MIF_E_INVALID, "document.number", std::string("--") + name + " 应为整数 (expects a number), 实为 \"" + found->second + "\"");
  return std::stoll(found->second);
}

std::string text(const Fields& params, const char* name) {
  const auto found = params.find(name);
  return found == params.end() ? std::string() : found->second;
}

void tally_titles(JsonWriter& json) {
  json.key("titles").begin_object().field("source", "来源").field("received", "收到").field("amount", "金额").field("drafted", "制单").field("drafted_amount", "制单金额");
  json.field("held", "挂起").field("rejected", "拒收").field("cancelled", "撤回").field("redelivered", "重复送达").field("cursor", "位置").end_object();
}

void write(JsonWriter& json, const std::string& source, const std::string& cursor, const Tally& t) {
  json.begin_object().field("source", source).field("received", t.received).field("amount", t.amount).field("drafted", t.drafted).field("drafted_amount", t.drafted_fen);
  json.field("held", t.held).field("rejected", t.rejected).field("cancelled", t.cancelled).field("redelivered", t.redelivered).field("cursor", cursor).end_object();
}

std::string summary_of(const Tally& t) {
  return "收到 " + std::to_string(t.received) + " 张 " + t.amount.grouped() + " 元: 制单 " + std::to_string(t.drafted) + ", 挂起 " + std::to_string(t.held) + ", 拒收 " +
         std::to_string(t.rejected) + ", 撤回 " + std::to_string(t.cancelled) + (t.redelivered ? ", 重复送达 " + std::to_string(t.redelivered) : "");
}

std::vector<SourceFeed> feeds(const Host& host, Call call, const Settings& settings, const std::string& wanted) {
  if (wanted.empty()) return feeds_of(host, call, settings.sources);
  if (std::find(settings.sources.begin(), settings.sources.end(), wanted) == settings.sources.end())
    throw Error(MIF_E_NOT_FOUND, "source.unknown", "没有配置来源 (no such source) \"" + wanted + "\"");
  return feeds_of(host, call, {wanted});
}

bool may_run(const Host& host, Call call) {
  try {
    for (const auto& book : host.read.books(call)) host.identity.require(call, "exchange.run", book.unit);
    return true;
  } catch (const Error& e) {
    if (e.code() == MIF_E_DENIED) return false;
    throw;
  }
}

std::string run_pull(const Host& host, Call call, const Fields& params, const Progress& progress) {
  const Settings settings = load_settings(host, call);
  follow_vouchers(host, call);
  const std::int64_t most = number(params, "limit");
  Tally total;
  JsonWriter json;
  json.begin_object().field("kind", "ExchangePullList").key("items").begin_array();
  for (const auto& feed : feeds(host, call, settings, text(params, "source"))) {
    Tally tally;
    const std::string cursor = pull(host, call, settings, feed, most, tally, [&](std::int64_t n) { progress("取数 " + feed.feed, n, 0); }, [&](std::int64_t n) { progress("汇总制单 " + feed.feed, n, 0); });
    write(json, feed.feed, cursor, tally);
    total += tally;
  }
  if (text(params, "source").empty())  // what was sent by HTTP waits for its vouchers too
    for (const auto& p : settings.push) fold(host, call, settings, feed_of(p), [&](std::int64_t n) { progress("汇总制单 " + p.name, n, 0); });
  json.end_array();
  tally_titles(json);
  json.field("exit", 0).field("summary", summary_of(total) + (total.held + total.rejected ? ", 详见 mifctl exchange held" : "")).end_object();
  return json.take();
}

std::string run_fold(const Host& host, Call call, const Fields& params, const Progress& progress) {
  const Settings settings = load_settings(host, call);
  std::int64_t groups = 0;
  std::vector<SourceFeed> all = settings.sources.empty() ? std::vector<SourceFeed>() : feeds(host, call, settings, text(params, "source"));
  if (text(params, "source").empty())
    for (const auto& p : settings.push) all.push_back(feed_of(p));
  for (const auto& feed : all)
    groups += fold(host, call, settings, feed, [&](std::int64_t n) { progress("汇总制单 " + feed.feed, n, 0); });
  JsonWriter json;
  json.begin_object().field("kind", "ExchangeFoldList").key("items").begin_array().begin_object().field("groups", groups).end_object().end_array();
  json.key("titles").begin_object().field("groups", "汇总凭证").end_object();
  json.field("exit", 0).field("summary", "汇总制单 " + std::to_string(groups) + " 张").end_object();
  return json.take();
}

std::string run_retry(const Host& host, Call call, const Progress& progress) {
  const Settings settings = load_settings(host, call);
  std::vector<std::int64_t> ids;
  {
    Txn txn = host.store.read(call);
    txn.query("select id from x_exchange_document where state = 'held' order by id", {}, [&](const Row& r) {
      ids.push_back(r.integer(0));
      return true;
    });
  }
  Intake intake(host, settings);
  Tally tally;
  std::int64_t done = 0;
  for (const auto id : ids) {
    if (call.cancelled()) break;
    intake.retry(call, id, tally);
    progress("重试", ++done, static_cast<std::int64_t>(ids.size()));
  }
  if (tally.drafted)
    run_fold(host, call, {}, progress);
  JsonWriter json;
  json.begin_object().field("kind", "ExchangePullList").key("items").begin_array();
  write(json, "held", "", tally);
  json.end_array();
  tally_titles(json);
  json.field("exit", tally.held > 0 ? 3 : 0).field("summary", "重试 " + std::to_string(ids.size()) + " 张: 制单 " + std::to_string(tally.drafted) + ", 仍挂起 " +
                                                                  std::to_string(tally.held) + ", 拒收 " + std::to_string(tally.rejected)).end_object();
  return json.take();
}

std::string run_ack(const Host& host, Call call, const Fields& params, const Progress& progress) {
  const Settings settings = load_settings(host, call);
  const std::int64_t moved = follow_vouchers(host, call);
  const std::int64_t sent = acknowledge(host, call, feeds(host, call, settings, text(params, "source")), [&](std::int64_t n) { progress("回告", n, 0); });
  JsonWriter json;
  json.begin_object().field("kind", "ExchangeAckList").key("items").begin_array();
  json.begin_object().field("moved", moved).field("sent", sent).end_object().end_array();
  json.key("titles").begin_object().field("moved", "新记账或作废").field("sent", "已回告").end_object();
  json.field("exit", 0).field("summary", "回告 " + std::to_string(sent) + " 条, 其中新记账或作废 " + std::to_string(moved) + " 张").end_object();
  return json.take();
}

// The rules documents of the business day follow, and why.
std::string run_rules(const Host& host, Call call) {
  const Settings settings = load_settings(host, call);
  const Day today = host.clock.business_day();
  JsonWriter json;
  std::int64_t rules = 0, types = 0;
  json.begin_object().field("kind", "ExchangeRuleList").key("items").begin_array();
  for (const auto& version : settings.versions) {
    const RuleSet& set = version.rules;
    if (settings.version_for(set.scheme, set.chart, today) != &version) continue;
    for (const auto& [type, document] : set.types) {
      ++types;
      if (document.memo) {
        json.begin_object().field("scheme", set.scheme).field("type", type).field("name", document.name).field("rule", set.name + " " + set.version + " " + type + "/memo").field("word", kMemo);
        json.field("flow", "").field("valid_from", "").field("valid_to", "").field("where", set.file + ":" + std::to_string(document.line)).end_object();
      }
      for (const auto& r : document.rules) {
        ++rules;
        json.begin_object().field("scheme", set.scheme).field("type", type).field("name", document.name).field("rule", r.name).field("word", r.word).field("flow", r.flow);
        json.field("valid_from", r.valid_from.iso()).field("valid_to", r.valid_to == Day() ? "" : r.valid_to.iso()).field("where", set.file + ":" + std::to_string(r.line));
        json.field("in_force_from", version.from == Day() ? "" : version.from.iso()).field("why", version.why).end_object();
      }
    }
  }
  json.end_array().field("exit", 0).field("summary", std::to_string(types) + " 种单据, " + std::to_string(rules) + " 条规则, 全部通过检查").end_object();
  return json.take();
}

}  // namespace

std::string job_list() {
  JsonWriter json;
  json.begin_object().key("jobs").begin_array();
  describe(json, "exchange pull", "从业务交换库取数并制单, 可重复执行", {{"source", "只取一个来源"}, {"limit", "最多取多少张"}});
  describe(json, "exchange status", "各批次单据按状态的张数和金额", {{"book", "只看一个账套"}}, "ledger.read");
  describe(json, "exchange held", "挂起和拒收的单据及原因; 有则退出码 3", {{"book", "只看一个账套"}, {"state", "只看一种状态: held, rejected, cancelled, drafted, posted"}, {"limit", "最多多少张, 默认 500"}},
           "ledger.read");
  describe(json, "exchange retry", "按现行规则重试挂起的单据", {});
  describe(json, "exchange fold", "把待汇总的单据制成凭证 (取数到末尾时自动进行)", {{"source", "只做一个来源"}});
  describe(json, "exchange ack", "把状态回告业务交换库", {{"source", "只回告一个来源"}});
  describe(json, "exchange verify", "单据、凭证、应付款逐张核对", {}, "ledger.read");
  describe(json, "exchange rules", "检查并列出在用的凭证规则及依据", {});
  add_rule_jobs(json);
  describe(json, "exchange compare", "业财对账: 业务、收单、记账三方按类型的张数和金额; 有未说明的差异则退出码 3",
           {{"period", "期间, 如 2023-06"}, {"book", "只看一个账套"}, {"type", "只看一种单据"}, {"deep", "yes: 金额一致的也逐张核对"}});
  describe(json, "exchange compare-detail", "业财对账的差异单据", {{"period", "期间, 如 2023-06"}, {"book", "只看一个账套"}, {"type", "只看一种单据"}, {"kind", "只看一种差异"}, {"state", "open 或 explained"},
           {"deep", "yes: 金额一致的也逐张核对"}, {"limit", "最多列多少处, 默认 500"}}, "ledger.read");
  describe(json, "exchange explain", "说明业财对账的差异; 两边的数变了就失效", {{"period", "期间, 如 2023-06"}, {"book", "账套"}, {"type", "单据类型"}, {"key", "单号或凭证号"}, {"kind", "差异种类"}, {"reason", "原因"}});
  describe(json, "exchange quality", "问题数据率: 按来源、类型、收到日或规则", {{"from", "起始收到日"}, {"to", "截止收到日"}, {"source", "只看一个来源"}, {"type", "只看一种单据"}, {"by", "day 或 rule"}}, "ledger.read");
  describe(json, "exchange feedback", "写给送数方的反馈文件 (.csv 或 .jsonl)", {{"source", "来源"}, {"day", "收到日"}, {"out", "文件"}});
  describe(json, "indicator load", "从 CSV 文件导入业务指标 (参保人数、结算人次等), 供报表 业务() 取数", {{"file", "文件: 单位,险种,指标,期间,值"}});
  describe(json, "indicator list", "已导入的业务指标及各版本", {{"unit", "只看一个单位"}, {"name", "只看一个指标"}}, "ledger.read");
  return json.end_array().end_object().take();
}

std::string run_job(const Host& host, Call call, std::string_view name, std::string_view params_json, const Progress& progress) {
  const Fields params = params_json.empty() ? Fields{} : flat_object(params_json);
  if (name == "exchange pull") return run_pull(host, call, params, progress);
  if (name == "exchange retry") return run_retry(host, call, progress);
  if (name == "exchange fold") return run_fold(host, call, params, progress);
  if (name == "exchange ack") return run_ack(host, call, params, progress);
  if (name == "exchange verify") return verify_documents(host, call);
  if (name == "exchange rules") return run_rules(host, call);
  if (name == "exchange compare") {
    follow_vouchers(host, call);
    return compare_list(host, call, params, [&](std::int64_t n, std::int64_t of) { progress("对账", n, of); }, true);
  }
  if (name == "exchange compare-detail") return compare_detail(host, call, params);
  if (name == "exchange explain") return explain(host, call, params);
  if (name == "indicator load") return load_indicators(host, call, params);
  if (name == "indicator list") return list_indicators(host, call, params);
  if (name == "exchange quality") return quality_list(host, call, params);
  if (name == "exchange feedback") return write_feedback(host, call, params);
  if (name == "exchange status") {
    if (may_run(host, call)) follow_vouchers(host, call);  // who may only look sees the states as last carried over
    return status_list(host, call, text(params, "book"));
  }
  if (name == "exchange held") {
    const auto limit = number(params, "limit");
    return document_list(host, call, text(params, "state"), text(params, "book"), limit ? static_cast<std::size_t>(limit) : 500);
  }
  for (const auto& job : rule_jobs())
    if (name == job.name) return job.run(host, call, params, progress);
  throw Error(MIF_E_NOT_FOUND, "document.job-unknown", "没有这个命令 (no such job) \"" + std::string(name) + "\"");
}

}  // namespace mif::exchange
