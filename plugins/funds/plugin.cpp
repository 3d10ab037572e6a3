// SPDX-License-Identifier: Apache-2.0
// funds: budgets, applications for allocation and use of funds, deposits by term and rate. It proposes and offers; it neither posts nor pays.
#include <limits>
#include <memory>

#include "mif/extensions.hpp"
#include "work.h"

namespace mif::funds {

namespace {

struct JobDef {
  const char *name, *summary, *permission;
  std::string (*run)(Desk&, Call, const Params&);
  const char* params;  // "name:summary;name!:summary of one that is needed;name@:of one that may stand without its name;..."
};
const JobDef kJobs[] = {
    {"fund budget", "预算: set 送批新版本, approve 批准, show 预算与占用", "ledger.read", &fund_budget, "action@:set、approve 或 show;book:账套;item:预算项目;year:年份;amount:金额;reason:依据;document:文号;comment:意见;reject:退回"},
    {"budget compile", "编制年度预算: 按上年执行数乘增长率, 或从 CSV", "fund.budget", &budget_compile,
     "book!:账套;year!:预算年度;reason!:依据;document:文号, 有已批准的预算时必填;base-year:基数年度, 缺省为上年;growth:增长率, 如 3.5%, 或 项目=3%,以分号分开, *=其余;file:部署目录下的 CSV;csv:CSV 内容"},
    {"budget plan", "编制的预算: 基数、增减、千分比; 不给 plan 则列出各稿", "ledger.read", &budget_plan, "plan@:编制号;unit:单位;book:账套;year:年度"},
    {"budget submit", "编制的预算送批", "fund.budget", &budget_submit, "plan!@:编制号"},
    {"budget approve", "批准或退回编制的预算 (plan) 或一个项目的新版本 (book、item、year)", "fund.approve", &budget_approve, "plan@:编制号;book:账套;item:预算项目;year:年度;comment:意见;reject:退回"},
    {"budget adjust", "调整一个项目的预算, 送批", "fund.budget", &budget_adjust, "book!:账套;item!:预算项目;year!:年度;amount:调整后的金额;by:增减额;reason!:原因;document!:文号"},
    {"budget history", "一个项目的各版预算: 调整前、调整后、依据、经办", "ledger.read", &budget_history, "book!:账套;item!:预算项目;year!:年度"},
    {"budget execution", "预算执行: 执行率、时间进度、占用、余额、全年预计", "ledger.read", &budget_execution, "unit:单位;book:账套;year:年度;month:月份;item:预算项目"},
    {"budget over", "超预算的项目和使它超出的凭证、申请", "ledger.read", &budget_over, "unit:单位;book:账套;year:年度;month:月份"},
    {"fund apply", "提交资金申请 (调拨、用款)", "fund.apply", &fund_apply,
     "kind!:种类, 如 allocation、use;book!:账套;from!:付款账号;to!:收款账号;amount!:金额;budget!:预算项目;purpose!:用途;payee-name:收款户名, 自有账户不用;payee-bank-no:收款行号;day:日期;key:防重号"},
    {"fund edit", "修改资金申请，原审批作废", "fund.apply", &fund_edit, "id!@:申请号;to:收款账号;payee-name:户名;payee-bank-no:行号;amount:金额;budget:预算项目;purpose:用途;day:日期"},
    {"fund approve", "批准或退回资金申请，批准时占用预算并制付款凭证", "fund.approve", &fund_approve, "id!@:申请号;version:看到的版本;reject:退回;comment:意见"},
    {"fund withdraw", "撤回资金申请，退回占用的预算", "fund.apply", &fund_withdraw, "id!@:申请号;reason!:原因"},
    {"fund release", "付款失败的申请不再付，退回占用的预算", "fund.approve", &fund_release, "id!@:申请号;reason!:原因"},
    {"fund receive", "为另一账套付来的资金制收款凭证", "fund.apply", &fund_receive, "book:收款账套"},
    {"fund list", "资金申请", "ledger.read", &fund_list, "book:账套;state:状态;kind:种类;budget:预算项目;account:付款账号;after:从哪一号之后;limit:最多列几笔"},
    {"fund show", "一笔资金申请及其全部经过", "ledger.read", &fund_show, "id!@:申请号"},
    {"fund verify", "预算、申请、应付款逐笔核对", "ledger.read", &fund_verify, "book:账套"},
    {"deposit open", "登记存款并制存入凭证", "deposit.keep", &deposit_open,
     "account!:从哪个账户;certificate!:定期账号或存单号;amount!:金额;term!:demand、3m、6m、1y、2y、3y、5y;rate:年利率, 如 2.35%, 缺省为利率表当日的;day:存入日;key:防重号"},
    {"deposit cancel", "撤回还没有复核的存入、支取或转存凭证", "deposit.keep", &deposit_cancel, "id!@:存款号;reason!:原因"},
    {"deposit close", "支取存款并制本息凭证", "deposit.keep", &deposit_close, "id!@:存款号;day:支取日;early:提前支取;interest:银行实付利息"},
    {"deposit roll", "到期转存", "deposit.keep", &deposit_roll, "id!@:存款号;day:转存日;term:新存期;rate:新利率;interest-to:account 或 deposit;interest:银行实付利息"},
    {"deposit list", "存款、剩余天数和应计利息", "ledger.read", &deposit_list, "book:账套;account:账户;as-of:截至哪一天"},
    {"deposit forecast", "到期本息预测", "ledger.read", &deposit_forecast, "book:账套;account:账户;from:起日;to:止日"},
};

// Jobs are [worker, serialized]; web and payables are [worker, concurrent], and write too: the rows they hold keep them apart.
class Funds : public Plugin, public JobProvider, public WebModule, public PayableSource, public FigureSource, public CloseCheck {
 public:
  using Plugin::Plugin;

  void activate(Call call) override { desk_ = std::make_unique<Desk>(*this, read_settings(Config(*this).own(call))); }
  void deactivate() override { desk_.reset(); }
  const void* extension(std::string_view id) override {
    if (id == MIF_JOB_ID) return job_abi();
    if (id == MIF_WEB_MODULE_ID) return WebModule::abi();
    if (id == MIF_PAYABLE_SOURCE_ID) return payable_abi();
    if (id == MIF_FIGURE_SOURCE_ID) return figure_source_abi();
    if (id == MIF_CLOSE_CHECK_ID) return close_check_abi();
    return nullptr;
  }

  std::string jobs(Call) override {
    JsonWriter json;
    json.begin_object().key("jobs").begin_array();
    for (const auto& job : kJobs) write_job(json, job.name, job.summary, job.permission, job.params);
    json.end_array().end_object();
    return json.take();
  }
  std::string run(Call call, std::string_view name, std::string_view params_json, Progress) override {
    for (const auto& job : kJobs)
      if (name == job.name) return job.run(*desk_, call, Params(params_json));
    throw Error(MIF_E_NOT_FOUND, "fund.job-unknown", "没有这项工作 (no such job): " + std::string(name));
  }
  void check_close(Call call, std::string_view book, Period period, const CloseFindings& findings) override { close_check(*desk_, call, book, period, findings); }
  std::string routes(Call) override { return web_routes(); }
  HttpResponse handle(Call call, const mif_http_request& request) override { return web_answer(*desk_, call, request); }
  void fetch_payables(Call call, std::int64_t after, std::uint32_t limit, mif_payable_sink& sink) override { funds::fetch_payables(*desk_, call, after, limit, sink); }
  void payable_results(Call call, const mif_payable_result* results, std::uint32_t n) override { take_results(*desk_, call, results, n); }
  // As a treasury asks that knows no flag: above such a budget it is not its to refuse.
  Fen payable_again(Call call, std::string_view obligation, Fen fen) override {
    const PayableBudget budget = take_again(*desk_, call, obligation, fen);
    return budget.flagged ? Fen(std::numeric_limits<std::int64_t>::max()) : budget.limit;
  }
  PayableBudget payable_again_within(Call call, std::string_view obligation, Fen fen) override { return take_again(*desk_, call, obligation, fen); }

  std::string describe_figures(Call call) override { return funds::describe_figures(*desk_, call); }
  std::vector<Answer> figures(Call call, const std::vector<Question>& questions) override { return funds::figures(*desk_, call, questions); }

 private:
  std::unique_ptr<Desk> desk_;
};

}  // namespace

}  // namespace mif::funds

MIF_PLUGIN(mif::funds::Funds, "funds", "1.0.0", MIF_LIST("mif.job/1", "mif.web-module/1", "mif.payable-source/1", "mif.figure-source/1", "mif.close-check/1"),
           MIF_LIST("mif.store/1", "mif.ledger-read/1", "mif.ledger-propose/1", "mif.workflow/1", "mif.config/1", "mif.clock/1", "mif.audit/1", "mif.identity/1"))
