// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "close_check.h"
#include "indicators.h"
#include "jobs.h"
#include "mif/extensions.hpp"
#include "payables.h"
#include "results.h"
#include "web.h"

namespace mif::exchange {

// 业务财务一体化: documents come in, drafts and payables go out, states go back. Owns the x_exchange_* tables.
// Jobs are [worker, serialized]; web and payables are [worker, concurrent]; of them only sent documents write.
class Exchange : public Plugin, public JobProvider, public WebModule, public PayableSource, public CloseCheck, public FigureSource {
 public:
  explicit Exchange(const mif_host* host) : Plugin(host) {}

  void activate(Call) override {
    host_ = std::make_unique<Host>(*this);
    push_ = std::make_unique<Push>(*host_);
  }
  void deactivate() override {
    push_.reset();
    host_.reset();
  }
  const void* extension(std::string_view id) override {
    if (id == MIF_JOB_ID) return job_abi();
    if (id == MIF_WEB_MODULE_ID) return WebModule::abi();
    if (id == MIF_PAYABLE_SOURCE_ID) return payable_abi();
    if (id == MIF_CLOSE_CHECK_ID) return close_check_abi();
    if (id == MIF_FIGURE_SOURCE_ID) return figure_source_abi();
    return nullptr;
  }

  std::string jobs(Call) override { return job_list(); }
  std::string run(Call call, std::string_view name, std::string_view params, Progress progress) override {
    return run_job(active(), call, name, params, progress);
  }
  std::string routes(Call) override { return route_list(); }
  HttpResponse handle(Call call, const mif_http_request& request) override { return answer(active(), *push_, call, request); }
  void fetch_payables(Call call, std::int64_t after, std::uint32_t limit, mif_payable_sink& sink) override {
    exchange::fetch_payables(active(), call, after, limit, sink);
  }
  void payable_results(Call call, const mif_payable_result* results, std::uint32_t n) override { take_results(active(), call, results, n); }
  void check_close(Call call, std::string_view book, Period period, const CloseFindings& findings) override { close_check(active(), call, book, period, findings); }

  std::string describe_figures(Call call) override { return exchange::describe_figures(active(), call); }
  std::vector<Answer> figures(Call call, const std::vector<Question>& questions) override { return exchange::figures(active(), call, questions); }

 private:
  const Host& active() const {
    if (!host_) throw Error(MIF_E_UNAVAILABLE, "document.not-active", "exchange 未启用 (not active)");
    return *host_;
  }
  std::unique_ptr<Host> host_;
  std::unique_ptr<Push> push_;
};

}  // namespace mif::exchange

MIF_PLUGIN(mif::exchange::Exchange, "exchange", "1.0.0", MIF_LIST("mif.job/1", "mif.web-module/1", "mif.payable-source/1", "mif.close-check/1", "mif.figure-source/1"),
           MIF_LIST("mif.store/1", "mif.registry/1", "mif.config/1", "mif.clock/1", "mif.audit/1", "mif.ledger-propose/1", "mif.ledger-read/1", "mif.identity/1",
                    "mif.info/1", "mif.workflow/1", "mif.jobs/1"))
