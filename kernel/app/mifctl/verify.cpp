// SPDX-License-Identifier: Apache-2.0
// mifctl verify: recomputes the ledger from its postings, the audit log from its entries, every stored object from its last
// logged digest, asks each module for its own proofs, and prints one line per promise.
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "kernel/app/mifctl/checkpoints.h"
#include "kernel/app/mifctl/command.h"
#include "mif/error.hpp"
#include "mif/ext/job.h"
#include "mif/sdk.hpp"

namespace mif::app {
namespace {

struct Promise {
  const char* id;
  const char* text;
};

const Promise kPromises[] = {
    {"P1", "每张凭证、每个账套借贷相等"},
    {"P2", "金额为 64 位整数分, 无浮点"},
    {"P3", "已记账不改不删, 更正用红字或补充凭证"},
    {"P4", "凭证号在账套、期间、字内连续唯一"},
    {"P5", "来源单据一个版本只生效一次"},
    {"P6", "预留加支出不超过可用余额"},
    {"P7", "一笔债务至多一条有效付款指令"},
    {"P8", "制单、审核、付款为不同的人"},
    {"P9", "已结账期间不再进账"},
    {"P10", "余额等于由分录重算的结果"},
    {"P11", "日志能发现改、删、插、换序、截尾、重写"},
    {"P12", "同一时点同一模板, 报表逐字节相同"},
    {"P13", "单元格等于其下各行之和"},
    {"P14", "插件不能损坏账务"},
    {"P15", "各单位只见本单位数据"},
    {"P16", "答复成功即已落盘"},
    {"P17", "备份可恢复且状态散列相同"},
    {"P18", "破坏不变量的账套转为只读"},
    {"P19", "各数据库结果的状态散列相同"},
};

// Why a promise without evidence was not checked here: nothing is called kept that was not looked at.
const char* unchecked_reason(std::string_view id) {
  if (id == "P15") return "行范围由 tests/web, tests/plugin 检验";
  if (id == "P17") return "执行 mifctl db backup 时核对";
  if (id == "P19") return "与另一数据库上同样业务的状态散列比较";
  return "没有模块提供核对 (no module checks it)";
}

void check_column_types(store::Txn& txn, std::vector<audit::Finding>& findings, std::int64_t& columns) {
  const auto inexact = [](std::string type) {
    std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const char* word : {"real", "floa", "doub", "numeric", "decimal", "money"})
      if (type.find(word) != std::string::npos) return true;
    return false;
  };
  const auto note = [&](const std::string& table, const std::string& column, const std::string& type) {
    ++columns;
    if (inexact(type)) findings.push_back({"P2", "table:" + table, "列 " + column + " 的类型是 " + type + ", 不是整数"});
  };
  if (txn.dialect() == store::Dialect::sqlite) {
    txn.query("select m.name, p.name, p.type from sqlite_master m join pragma_table_info(m.name) p where m.type = 'table'", {},
              [&](const store::Row& r) { note(std::string(r.text(0)), std::string(r.text(1)), std::string(r.text(2))); });
  } else if (txn.dialect() == store::Dialect::postgresql) {
    txn.query("select cast(table_name as varchar(200)), cast(column_name as varchar(200)), cast(data_type as varchar(200)) from information_schema.columns"
              " where table_schema = current_schema()", {},
              [&](const store::Row& r) { note(std::string(r.text(0)), std::string(r.text(1)), std::string(r.text(2))); });
  }
}

// P16: an answer counts as given only when the database flushes before it says "committed".
std::string check_durability(store::Txn& txn, std::vector<audit::Finding>& findings) {
  if (txn.dialect() == store::Dialect::sqlite && txn.backend() == store::Backend::sqlite) {
    const auto synchronous = txn.integer("pragma synchronous").value_or(0);
    if (synchronous < 2) findings.push_back({"P16", "database", fmt::format("synchronous = {}, 应为 FULL", synchronous)});
    return fmt::format("synchronous = {}", synchronous == 2 ? "FULL" : std::to_string(synchronous));
  }
  if (txn.dialect() != store::Dialect::postgresql) return "由该数据库自己的设置保证";
  std::string shown;
  for (const char* name : {"fsync", "synchronous_commit", "full_page_writes"}) {
    const std::string value = txn.text("select cast(current_setting(?) as varchar(40))", {name}).value_or("");
    if (value == "off") findings.push_back({"P16", "database", std::string(name) + " = off, 答复成功时数据可能尚未落盘"});
    shown += (shown.empty() ? "" : ", ") + std::string(name) + " = " + value;
  }
  return shown;
}

// Every module may offer a job "<module> verify": items {promise, object, what} are findings, "summary" says what was checked.
void ask_modules(Context& context, std::vector<audit::Finding>& findings, std::map<std::string, std::string>& evidence) {
  plugin::Host& host = context.deployment(true).plugins();
  const auto plugins = host.list();
  for (const auto& p : plugins)
    if (p.status == plugin::Status::refused || p.status == plugin::Status::quarantined)
      findings.push_back({"P14", "plugin:" + p.manifest.id, p.reason});
  evidence["P14"] = fmt::format("{} 个插件在运行", std::count_if(plugins.begin(), plugins.end(), [](const auto& p) { return p.status == plugin::Status::active; }));
  for (const auto& provider : host.providers(MIF_JOB_ID)) {
    const auto* job = static_cast<const mif_job*>(provider.extension);
    TextSink list;
    host.call(provider.plugin, "list", {"system", "mifctl", ""}, nullptr, 10000, [&](mif_call* c) { return job->list(job->self, c, list.get()); });
    Poco::JSON::Parser parser;
    const auto jobs = parser.parse(list.text()).extract<Poco::JSON::Object::Ptr>()->getArray("jobs");
    for (unsigned i = 0; jobs && i < jobs->size(); ++i) {
      const std::string name = jobs->getObject(i)->optValue<std::string>("name", "");
      if (name.size() < 7 || name.compare(name.size() - 7, 7, " verify") != 0) continue;
      TextSink result;
      auto silent = sized<mif_progress>();
      silent.on = [](mif_progress*, mif_str, std::int64_t, std::int64_t) {};
      host.call(provider.plugin, name, {"system", "mifctl", ""}, nullptr, 0,
                [&](mif_call* c) { return job->run(job->self, c, s(name), s("{}"), &silent, result.get()); });
      Poco::JSON::Parser again;
      const auto answer = again.parse(result.text()).extract<Poco::JSON::Object::Ptr>();
      const auto items = answer->getArray("items");
      for (unsigned k = 0; items && k < items->size(); ++k) {
        const auto item = items->getObject(k);
        findings.push_back({item->optValue<std::string>("promise", "P10"), item->optValue<std::string>("object", provider.plugin), item->optValue<std::string>("what", "")});
      }
      const auto proofs = answer->getObject("evidence");
      if (proofs)
        for (const auto& key : proofs->getNames()) evidence[key] += (evidence[key].empty() ? "" : "; ") + proofs->getValue<std::string>(key);
    }
  }
}

// P18: a book whose derived numbers contradict its postings is closed to writing until somebody has found out why. A book whose
// own row was edited is left as it is: writing to it would put a fresh digest over the edit.
void stop_broken_books(Context& context, const std::vector<audit::Finding>& findings) {
  service::Deployment& d = context.deployment();
  std::map<std::string, std::int64_t> broken;
  std::set<std::string> edited;
  d.database().read([&](store::Txn& txn) {
    for (const auto& f : findings) {
      if (f.object.rfind("book:", 0) == 0) {
        if (f.promise == "P3" || f.promise == "P11" || f.promise == "P18") edited.insert(f.object.substr(5));
        else ++broken[f.object.substr(5)];
      } else if (f.object.rfind("voucher:", 0) == 0) {
        try {
          ++broken[d.ledger().voucher(txn, std::stoll(f.object.substr(8))).book];
        } catch (const std::exception&) {  // deleted or unreadable: the finding itself says so
        }
      }
    }
  });
  for (const auto& [code, count] : broken) {
    if (edited.count(code)) continue;
    try {
      d.database().write([&](store::Txn& txn) {
        if (!d.ledger().book(txn, code).read_only)
          d.ledger().make_read_only(txn, {"system", "mifctl", "verify"}, code, fmt::format("核对发现 {} 处不一致, 请查明后处理", count));
      });
      context.say("账套 " + code + " 已转为只读 (read-only)");
    } catch (const Error& e) {
      context.say("账套 " + code + " 未能转为只读: " + e.what());
    }
  }
}

int verify(Context& context) {
  service::Deployment& d = context.deployment(true);
  std::vector<audit::Finding> findings;
  std::map<std::string, std::string> evidence;
  const auto checkpoint = load_checkpoint(d, context.option("checkpoint"));
  audit::VerifyResult log;
  ledger::Totals totals;
  std::string state;
  std::int64_t columns = 0;
  d.database().read([&](store::Txn& txn) {
    const auto sources = d.digest_sources();
    log = audit::verify(txn, d.log().alg(), sources, checkpoint ? &*checkpoint : nullptr, [&](std::int64_t done) { context.progress("核对日志", done, 0); });
    findings = log.findings;
    for (auto&& more : {ledger::verify(txn, d.log().alg(), &totals, [&](std::int64_t done) { context.progress("重算账簿", done, 0); }), workflow::verify(txn)})
      findings.insert(findings.end(), more.begin(), more.end());
    check_column_types(txn, findings, columns);
    evidence["P16"] = check_durability(txn, findings);
    for (const auto& book : d.ledger().books(txn))
      if (book.read_only) findings.push_back({"P18", "book:" + book.code, "账套只读: " + book.read_only_reason});
    state = ledger::state_hash(txn, d.log().alg());
  });
  evidence["P1"] = fmt::format("{} 张凭证, {} 条分录", totals.vouchers, totals.postings);
  evidence["P2"] = fmt::format("{} 列", columns);
  evidence["P3"] = fmt::format("{} 个对象", log.objects);
  evidence["P10"] = fmt::format("{} 行余额, {} 个账套", totals.balances, totals.books);
  evidence["P11"] = fmt::format("{} 条记录, {} 条链, {}", log.entries, log.chains, log.checkpoint_checked ? "已与见证核对" : "没有见证文件");
  evidence["P4"] = evidence["P9"] = fmt::format("{} 张凭证的编号与期间", totals.vouchers);
  evidence["P6"] = "逐账户重算预留";
  evidence["P8"] = "逐审批实例、逐凭证";
  evidence["P18"] = fmt::format("{} 个账套的状态", totals.books);
  ask_modules(context, findings, evidence);

  Table table{"VerifyResult", {"promise", "text", "result", "evidence"}, {"编号", "承诺", "结果", "依据"}, {}, ""};
  for (const auto& p : kPromises) {
    const auto broken = std::count_if(findings.begin(), findings.end(), [&](const auto& f) { return f.promise == p.id; });
    const bool checked = !evidence[p.id].empty();
    table.rows.push_back({p.id, p.text, broken ? fmt::format("不成立 ({})", broken) : checked ? "成立" : "未在此核对", checked ? evidence[p.id] : unchecked_reason(p.id)});
  }
  table.summary = "状态散列 " + state + "\n" + (findings.empty() ? "全部核对一致。" : fmt::format("发现 {} 处不一致, 逐条如下 (标准错误)。", findings.size()));
  context.print(table);
  constexpr std::size_t kShown = 100;
  for (std::size_t i = 0; i < std::min(findings.size(), kShown); ++i) fmt::print(stderr, "{} {}: {}\n", findings[i].promise, findings[i].object, findings[i].what);
  if (findings.size() > kShown) fmt::print(stderr, "…另有 {} 处\n", findings.size() - kShown);
  if (!findings.empty()) stop_broken_books(context, findings);
  return findings.empty() ? kOk : kFindings;
}

int state(Context& context) {
  service::Deployment& d = context.deployment();
  std::string hash;
  d.database().read([&](store::Txn& txn) { hash = ledger::state_hash(txn, d.log().alg()); });
  context.print({"StateHash", {"state_hash"}, {"状态散列"}, {{hash}}, ""});
  return kOk;
}

int checkpoint(Context& context) {
  context.print({"Checkpoint", {"file"}, {"见证文件"}, {{write_checkpoint(context.deployment())}}, "请把此文件另存到数据库管理员够不到的地方。"});
  return kOk;
}

int audit_list(Context& context) {
  service::Deployment& d = context.deployment();
  Table table{"AuditList", {"chain", "seq", "at_ms", "actor", "origin", "action", "object"}, {"链", "序号", "时间(ms)", "操作人", "来自", "动作", "对象"}, {}, ""};
  d.database().read([&](store::Txn& txn) {
    audit::entries(txn, context.option("chain", "system"), std::stoll(context.option("after", "0")), std::stoll(context.option("limit", "50")), [&](const audit::Entry& e) {
      table.rows.push_back({e.chain, std::to_string(e.seq), std::to_string(e.at_ms), e.actor, e.origin, e.action, e.object});
    });
  });
  context.print(table);
  return kOk;
}

}  // namespace

void add_verify_commands(Commands& all) {
  all.push_back({"verify", "", "重算账簿与日志, 逐条核对承诺", {{"checkpoint", "见证文件, 默认主目录里最新的"}}, verify});
  all.push_back({"state", "", "状态散列: 同样的业务在任何数据库上都相同", {}, state});
  all.push_back({"audit list", "", "审计日志", {{"chain", "链: 单位代码或 system"}, {"after", "从此序号之后"}, {"limit", "条数"}}, audit_list});
  all.push_back({"audit checkpoint", "", "签发见证文件", {}, checkpoint});
}

}  // namespace mif::app
