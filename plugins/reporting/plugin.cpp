// SPDX-License-Identifier: Apache-2.0
// The reporting module: computes both ministries' tables from text templates over the ledger, checks them, bridges them and
// leads from a cell back to the ledger lines.
#include "jobs.h"
#include "web.h"

namespace mif::reporting {

// [worker, concurrent] Holds nothing that changes but the cache of parsed templates.
class Reporting : public Plugin, public JobProvider, public WebModule, public CloseCheck {
 public:
  explicit Reporting(const mif_host* host) : Plugin(host) {}
  void activate(Call call) override {
    reports_ = std::make_unique<Reports>(*this);
    reports_->configure(call);
  }
  void deactivate() override {}
  const void* extension(std::string_view id) override {
    if (id == MIF_JOB_ID) return job_abi();
    if (id == MIF_WEB_MODULE_ID) return WebModule::abi();
    if (id == MIF_CLOSE_CHECK_ID) return close_check_abi();
    return nullptr;
  }
  std::string jobs(Call) override { return describe_jobs(); }
  std::string run(Call call, std::string_view name, std::string_view params_json, Progress progress) override {
    return run_job(*reports_, call, name, params_json, progress);
  }
  std::string routes(Call) override { return describe_routes(); }
  HttpResponse handle(Call call, const mif_http_request& request) override { return answer_request(*reports_, call, request); }
  void check_close(Call call, std::string_view book, Period period, const CloseFindings& findings) override { reports_->close_check(call, book, period, findings); }

 private:
  std::unique_ptr<Reports> reports_;
};

}  // namespace mif::reporting

MIF_PLUGIN(mif::reporting::Reporting, "reporting", "1.0.0", MIF_LIST("mif.job/1", "mif.web-module/1", "mif.close-check/1"),
           MIF_LIST("mif.store/1", "mif.registry/1", "mif.config/1", "mif.clock/1", "mif.audit/1", "mif.objects/1", "mif.ledger-read/1", "mif.identity/1", "mif.sheet/1", "mif.print/1"))
