// SPDX-License-Identifier: Apache-2.0
// bank-ferry: payment orders across a network gap, with an expiry (docs/bank/ferry-orders.md).
#include <mutex>

#include "ferry/json_reader.h"
#include "status.h"

namespace mif::bank_ferry {

namespace {

constexpr const char* kJobs[][3] = {
    {"ferry-orders run", "摆渡一轮: 收对方的包、补发、打包；外网侧并把指令交银行、查询、作废过期的", "payment.send"},
    {"ferry-orders status", "摆渡指令的下落和要办的事；有要处理的则退出码 3", "ledger.read"},
    {"ferry-orders adopt", "外网侧台账从旧备份恢复后: 未了结的都按结果未明查询，一笔也不再交银行", "payment.approve"},
};

void refuse_in_txn(Call call) {
  if (call.get()->flags & MIF_CALL_IN_TXN) throw Error(MIF_E_CONFLICT, "bank.inside-transaction", "账务事务未结束时不得联系银行 (no bank call inside a ledger transaction)");
}

std::map<std::string, std::string> read_params(std::string_view text) {
  std::map<std::string, std::string> params;
  if (text.empty()) return params;
  ferry::JsonReader json(text, "参数 (parameters)");
  json.object([&](std::string_view name) { params[std::string(name)] = json.text(200); });
  json.end();
  return params;
}

}  // namespace

// [worker] Calls come one at a time.
class BankFerry : public Plugin, public BankAdapter, public JobProvider {
 public:
  using Plugin::Plugin;

  void activate(Call call) override {
    const Config config(*this);
    store_ = std::make_unique<Store>(*this);
    clock_ = std::make_unique<Clock>(*this);
    log_ = std::make_unique<Log>(*this);
    audit_ = std::make_unique<Audit>(*this);
    registry_ = std::make_unique<Registry>(*this);
    const Deps deps{*store_, *clock_, *log_, *audit_, *registry_};
    for (auto& line : read_settings(config, call)) {
      const std::string name = line.name;
      if (line.inner) inner_.emplace(name, std::make_unique<Inner>(disk_, std::move(line), deps));
      else outer_.emplace(name, std::make_unique<Outer>(disk_, std::move(line), deps));
    }
  }
  void deactivate() override {
    const std::lock_guard lock(mutex_);
    inner_.clear();
    outer_.clear();
  }
  const void* extension(std::string_view id) override {
    if (id == MIF_BANK_ADAPTER_ID) return BankAdapter::abi();
    return id == MIF_JOB_ID ? job_abi() : nullptr;
  }

  // The same code offered again is the same order: it is written once.
  std::string describe(Call) override {
    JsonWriter json;
    json.begin_object().field("protocol", "ferry").key("profiles").begin_array().end_array().key("links").begin_array();
    for (const auto& [name, line] : inner_) json.begin_object().field("name", name).field("idempotent_resend", true).field("statement_echoes_ref", true).end_object();
    return json.end_array().field("idempotent_resend", true).field("statement_echoes_ref", true).end_object().take();
  }
  void submit(Call call, std::string_view link, const mif_payment* payments, std::uint32_t n, mif_pay_sink& out) override {
    refuse_in_txn(call);
    const std::lock_guard lock(mutex_);
    inner(link).submit(call, payments, n, out);
  }
  void query(Call call, std::string_view link, std::string_view, const mif_str* refs, std::uint32_t n, mif_pay_sink& out) override {
    refuse_in_txn(call);
    const std::lock_guard lock(mutex_);
    inner(link).query(call, refs, n, out);
  }
  void statement(Call call, std::string_view link, std::string_view account, Day from, Day to, mif_statement_sink& out) override {
    refuse_in_txn(call);
    const std::lock_guard lock(mutex_);
    inner(link).statement(call, account, from, to, out);
  }
  Fen balance(Call call, std::string_view link, std::string_view account) override {
    refuse_in_txn(call);
    const std::lock_guard lock(mutex_);
    return inner(link).balance(call, account);
  }

  std::string jobs(Call) override {
    JsonWriter json;
    json.begin_object().key("jobs").begin_array();
    for (const auto& job : kJobs) write_job(json, job[0], job[1], job[2], job[0] == std::string_view("ferry-orders status") ? "line:只看一条摆渡线;code:只看一个付款编号" : "line:只做一条摆渡线");
    return json.end_array().end_object().take();
  }
  std::string run(Call call, std::string_view name, std::string_view params_json, Progress) override {
    const std::lock_guard lock(mutex_);
    auto params = read_params(params_json);
    const std::string line = params["line"];
    if (!line.empty() && !inner_.count(line) && !outer_.count(line)) throw Error(MIF_E_NOT_FOUND, "bank-ferry.line-unknown", "没有配置摆渡线 (no such line) \"" + cut(line, 60) + "\"");
    if (name == "ferry-orders status") return status(call, line, params["code"]);
    if (name == "ferry-orders run") return round(call, line);
    if (name == "ferry-orders adopt") return adopt(call, line);
    throw Error(MIF_E_NOT_FOUND, "bank-ferry.job-unknown", "没有这个命令 (no such job) \"" + std::string(name) + "\"");
  }

 private:
  Inner& inner(std::string_view link) {
    const auto found = inner_.find(std::string(link));
    if (found == inner_.end()) throw Error(MIF_E_NOT_FOUND, "bank-ferry.line-unknown", "没有配置摆渡线 (no such line) \"" + std::string(link) + "\"，请在 mif.info 的 bank-ferry 下写 inner " + std::string(link));
    return *found->second;
  }

  std::string status(Call call, const std::string& line, const std::string& code) {
    Listing listing;
    Txn txn = store_->read(call);
    for (auto& [name, side] : inner_)
      if (line.empty() || line == name) listing.inner(txn, side->line, code, clock_->now_unix_ms());
    for (auto& [name, side] : outer_)
      if (line.empty() || line == name) listing.outer(txn, side->line, code);
    return listing.json();
  }

  std::string round(Call call, const std::string& line) {
    JsonWriter items;
    items.begin_array();
    bool found = false;
    Round all;
    for (auto& [name, side] : inner_) {
      if (!line.empty() && line != name) continue;
      const Seen seen = side->exchange(call);
      all.bundles += seen.bundles;
      items.begin_object().field("line", name).field("side", "inner").field("bundles", seen.bundles).field("papers", seen.papers);
      items.field("findings", seen.troubles.empty() ? "" : seen.troubles.front()).end_object();
      found = found || !seen.troubles.empty() || seen.quarantined > 0;
    }
    for (auto& [name, side] : outer_) {
      if (!line.empty() && line != name) continue;
      const Round r = side->run(call);
      std::string text;
      for (const auto& f : r.findings) text += (text.empty() ? "" : "; ") + f;
      items.begin_object().field("line", name).field("side", "outer").field("bundles", r.bundles).field("papers", r.orders).field("handed", r.handed).field("queried", r.queried);
      items.field("expired", r.expired).field("findings", cut(text, 2000)).end_object();
      all.bundles += r.bundles;
      all.handed += r.handed;
      all.queried += r.queried;
      all.expired += r.expired;
      found = found || !r.findings.empty();
    }
    JsonWriter json;
    json.begin_object().field("kind", "FerryRoundList").key("items").raw(items.end_array().str()).key("titles").begin_object();
    json.field("line", "摆渡线").field("side", "侧").field("bundles", "收包").field("papers", "收件").field("handed", "交银行").field("queried", "查询").field("expired", "过期作废").field("findings", "要办").end_object();
    json.key("totals").begin_object().field("bundles", all.bundles).field("handed", all.handed).field("queried", all.queried).field("expired", all.expired).end_object();
    json.field("exit", found ? 3 : 0).field("summary", "收包 " + std::to_string(all.bundles) + "，交银行 " + std::to_string(all.handed) + " 笔，查询 " + std::to_string(all.queried) + " 笔，过期作废 " + std::to_string(all.expired) + " 笔");
    return json.end_object().take();
  }

  std::string adopt(Call call, const std::string& line) {
    const auto found = outer_.find(line);
    if (found == outer_.end()) throw Error(MIF_E_NOT_FOUND, "bank-ferry.line-unknown", "adopt 要用 --line 指明一条外网侧摆渡线 (name an outer line): \"" + cut(line, 60) + "\"");
    const std::int64_t n = found->second->adopt(call);
    JsonWriter json;
    json.begin_object().field("kind", "FerryAdoptList").key("items").begin_array().end_array().field("exit", 0).field("summary", std::to_string(n) + " 笔未了结的按结果未明查询");
    return json.end_object().take();
  }

  std::unique_ptr<Store> store_;
  std::unique_ptr<Clock> clock_;
  std::unique_ptr<Log> log_;
  std::unique_ptr<Audit> audit_;
  std::unique_ptr<Registry> registry_;
  ferry::RealDisk disk_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Inner>> inner_;
  std::map<std::string, std::unique_ptr<Outer>> outer_;
};

}  // namespace mif::bank_ferry

MIF_PLUGIN(mif::bank_ferry::BankFerry, "bank-ferry", "1.0.0", MIF_LIST("mif.bank-adapter/1", "mif.job/1"),
           MIF_LIST("mif.store/1", "mif.registry/1", "mif.config/1", "mif.clock/1", "mif.log/1", "mif.audit/1"))
