// SPDX-License-Identifier: Apache-2.0
// treasury: from what has to be paid to what the bank proved it paid.
#include <memory>

#include "follow.h"
#include "mif/extensions.hpp"
#include "work.h"

namespace mif::treasury {

namespace {

struct JobDef {
  const char *name, *summary, *permission;
  std::string (*run)(Desk&, Call, const Params&, Progress);
  const char* params;  // "name:summary;name!:summary of one that is needed;name@:of one that may stand without its name;..."
};
constexpr const char* kScope = "book:账套;account:银行账号";
const JobDef kJobs[] = {
    {"pay prepare", "取应付款，检查后把等待付款的凭证编成付款批次", "payment.prepare", &pay_prepare, "book:账套;account:银行账号;reason:为什么疑似重复的也要付"},
    {"pay approve", "付款人批准付款批次并冻结资金", "payment.approve", &pay_approve, "book:账套;account:银行账号;batch:批次号;comment:意见"},
    {"pay send", "把已批准的付款送银行", "payment.send", &pay_send, kScope},
    {"pay query", "向银行查询未了结的付款，付成的入账", "payment.send", &pay_query, "book:账套;account:银行账号;code:付款编号;returns:查最近几天的退汇;due:只查到期的"},
    {"pay status", "付款的状态", "ledger.read", &pay_status, "book:账套;account:银行账号;state:状态;batch:批次号;limit:最多列几笔"},
    {"pay show", "一笔付款从单据到凭证的全过程", "ledger.read", &pay_show, "code!:付款编号;book:账套;account:银行账号"},
    {"pay reopen", "退汇入账后决定重付，可更正收款人", "payment.prepare", &pay_reopen,
     "code!:退回的付款编号;reason!:为什么重付;payee-account:更正的收款账号;payee-name:更正的户名;payee-bank-no:更正的行号;voucher:记这笔退汇的已入账凭证号;book:账套;account:银行账号"},
    {"pay tell", "把付款结果告诉应付款的来源", "payment.send", &pay_tell, kScope},
    {"pay resolve", "两人凭证据认定结果未明的付款", "payment.approve", &pay_resolve, "code!:付款编号;outcome!:done 或 failed;evidence!:依据;book:账套;account:银行账号"},
    {"pay drop", "两人决定未付成或退汇的款不再付", "payment.approve", &pay_drop, "code!:付款编号;reason!:理由;voucher:记这笔退汇的已入账凭证号;book:账套;account:银行账号"},
    {"treasury watch", "资金监控: 流量、流速、大额与非常时付款、重复付款、支付保障天数、接口", "ledger.read", &treasury_watch,
     "book:账套;account:银行账号;from:起日;to:止日;large:大额线, 缺省 1000000.00;hours:办公时间, 缺省 08:00-18:00;repeat-days:重复付款看几天;line-days:付成后几个工作日应在对账单上;cover-days:要保障几天"},
    {"treasury accounts", "银行账户一览: 余额、未达、日历、限额", "ledger.read", &treasury_accounts, "book:账套;account:银行账号;by:unit 按单位汇总"},
    {"treasury balance", "问银行余额并记下，三方核对", "bank.reconcile", &treasury_balance, kScope},
    {"treasury balances", "记下的余额的历史", "ledger.read", &treasury_balances, "book:账套;account:银行账号;from:起日;to:止日;limit:最多列几条"},
    {"treasury sweep", "按留存额列出下级账户与上级账户之间应调拨的数 (plan)，不作调拨", "ledger.read", &treasury_sweep, "action@:plan;book:账套;account:银行账号"},
    {"treasury verify", "付款、审批摘要、银行证据、凭证与对账单逐笔核对", "ledger.read", &treasury_verify, kScope},
    {"receipt fetch", "取电子回单，存入并与流水、凭证对上", "payment.send", &receipt_fetch, "book:账套;account:银行账号;from:起日;to:止日"},
    {"receipt list", "电子回单及其流水、凭证", "ledger.read", &receipt_list, "book:账套;account:银行账号;from:起日;to:止日;state:open 或 linked"},
    {"receipt show", "一张电子回单，可写成文件", "ledger.read", &receipt_show, "number!:回单编号;account:银行账号;book:账套;out:写到哪个文件"},
    {"receipt missing", "还没有电子回单的流水", "ledger.read", &receipt_missing, "book:账套;account:银行账号;from:起日;to:止日"},
    {"statement import", "取对账单，验算后入库", "payment.send", &statement_import, "book:账套;account:银行账号;from:起日;to:止日"},
    {"statement match", "对账单流水与付款、凭证对账", "payment.send", &statement_match, kScope},
    {"statement inspect", "读对账单文件，列出其中每一张及验算结论，不入库", "", &statement_inspect,
     "file!@:文件;format:格式;charset:字符集;map:列映射;from:起日;to:止日;opening:期初余额;closing:期末余额"},
    {"statement import-file", "从文件导入对账单，验算后入库", "bank.reconcile", &statement_import_file,
     "file!@:文件;account:银行账号;format:格式;charset:字符集;map:CSV 的列映射 (templates/bank 下的名称);from:起日;to:止日;opening:期初余额;closing:期末余额"},
    {"reconcile run", "对账单流水与银行日记账逐行勾对", "bank.reconcile", &reconcile_run, "book:账套;account:银行账号;days:只看最近几天，至少 45；缺省看全部"},
    {"reconcile list", "未达账项及账龄，或已勾对、已取消的组", "ledger.read", &reconcile_list, "book:账套;account:银行账号;state:open、matched 或 undone;day:截至哪一天"},
    {"reconcile suggest", "列出可能的勾对，不作勾对", "ledger.read", &reconcile_suggest, kScope},
    {"reconcile match", "人工勾对若干行，两边合计须相等", "bank.reconcile", &reconcile_match, "account!:银行账号;lines!:如 bank/12,book/45/2;reason!:依据"},
    {"reconcile unmatch", "取消一组勾对，记录保留", "bank.reconcile", &reconcile_unmatch, "account!:银行账号;group!:组号;reason!:原因"},
    {"reconcile opening", "录入启用前的期初未达账项并送审", "bank.reconcile", &reconcile_opening, "account!:银行账号;side!:bank 或 book;day!:日期;amount!:金额，收为正;text!:说明;reference:单据号"},
    {"reconcile daily", "银行日记账与对账单逐日核对", "ledger.read", &reconcile_daily, "book:账套;account:银行账号;from:起日;to:止日"},
    {"reconcile table", "计算余额调节表", "ledger.read", &reconcile_table, "account!:银行账号;month!:月份，如 2023-06"},
    {"reconcile submit", "余额调节表送审", "bank.reconcile", &reconcile_submit, "account!:银行账号;month!:月份"},
    {"reconcile approve", "批准或退回余额调节表、期初未达账项", "voucher.review", &reconcile_approve, "account:银行账号;month:月份;item:期初未达账项号;reject:退回;comment:意见"},
    {"reconcile reopen", "打开已冻结的余额调节表以便更正，原件保留", "voucher.review", &reconcile_reopen, "account!:银行账号;month!:月份;reason!:原因"},
    {"reconcile show", "已送审和已冻结的余额调节表", "ledger.read", &reconcile_show, "book:账套;account:银行账号;month:月份;revision:第几版"},
    {"reconcile print", "打印余额调节表", "ledger.read", &reconcile_print, "account!:银行账号;month!:月份;out!:写到哪个文件;format:pdf、xlsx 或 csv"},
    {"statement status", "银行、对账单、账面三方核对", "ledger.read", &statement_status, kScope},
};

class Treasury : public Plugin, public JobProvider, public WebModule, public CloseCheck, public FigureSource {
 public:
  using Plugin::Plugin;

  void activate(Call call) override { 
    const Config config(*this);
    desk_ = std::make_unique<Desk>(*this, read_settings(config.own(call), [&](const std::string& file) { return config.info(call, file); }));
  }
  void deactivate() override { desk_.reset(); }
  const void* extension(std::string_view id) override {
    if (id == MIF_JOB_ID) return job_abi();
    if (id == MIF_WEB_MODULE_ID) return WebModule::abi();
    if (id == MIF_CLOSE_CHECK_ID) return close_check_abi();
    if (id == MIF_FIGURE_SOURCE_ID) return figure_source_abi();
    return nullptr;
  }

  std::string jobs(Call) override {
    JsonWriter json;
    json.begin_object().key("jobs").begin_array();
    for (const auto& job : kJobs) write_job(json, job.name, job.summary, job.permission, job.params);
    json.end_array().end_object();
    return json.take();
  }
  std::string run(Call call, std::string_view name, std::string_view params_json, Progress progress) override {
    for (const auto& job : kJobs)
      if (name == job.name) return job.run(*desk_, call, Params(params_json), progress);
    throw Error(MIF_E_NOT_FOUND, "payment.job-unknown", "没有这项工作 (no such job): " + std::string(name));
  }

  std::string routes(Call) override { return web_routes(); }
  HttpResponse handle(Call call, const mif_http_request& request) override { return web_answer(*desk_, call, request); }
  void check_close(Call call, std::string_view book, Period period, const CloseFindings& findings) override { close_check(*desk_, call, book, period, findings); }

  std::string describe_figures(Call call) override { return treasury::describe_figures(*desk_, call); }
  std::vector<Answer> figures(Call call, const std::vector<Question>& questions) override { return treasury::figures(*desk_, call, questions); }

 private:
  std::unique_ptr<Desk> desk_;
};

}  // namespace

}  // namespace mif::treasury

MIF_PLUGIN(mif::treasury::Treasury, "treasury", "1.0.0", MIF_LIST("mif.job/1", "mif.web-module/1", "mif.close-check/1", "mif.figure-source/1"),
           MIF_LIST("mif.store/1", "mif.ledger-read/1", "mif.ledger-propose/1", "mif.workflow/1", "mif.registry/1", "mif.config/1", "mif.clock/1", "mif.log/1", "mif.audit/1",
                    "mif.objects/1", "mif.jobs/1", "mif.identity/1", "mif.print/1"))
