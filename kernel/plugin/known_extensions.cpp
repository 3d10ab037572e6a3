// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin/known_extensions.h"

#include "mif/ext/bank_adapter.h"
#include "mif/ext/business_source.h"
#include "mif/ext/close_check.h"
#include "mif/ext/draft/payable_source.h"
#include "mif/ext/draft/statement_format.h"
#include "mif/ext/figure_source.h"
#include "mif/ext/job.h"
#include "mif/ext/report_template.h"
#include "mif/ext/web_module.h"

namespace mif::plugin {
namespace {

// The size up to and including the last member of version 1.0: members added later do not raise it.
template <class Struct, class Member>
constexpr std::uint32_t through(Member Struct::*, std::size_t offset) {
  return static_cast<std::uint32_t>(offset + sizeof(Member));
}
#define MIF_THROUGH(type, member) through(&type::member, offsetof(type, member))

constexpr KnownExtension kKnown[] = {
    {MIF_BUSINESS_SOURCE_ID, MIF_THROUGH(mif_business_source, ack), false},
    {MIF_BANK_ADAPTER_ID, MIF_THROUGH(mif_bank_adapter, balance), false},
    {MIF_REPORT_TEMPLATE_ID, MIF_THROUGH(mif_report_template, package), false},
    {MIF_WEB_MODULE_ID, MIF_THROUGH(mif_web_module, handle), false},
    {MIF_JOB_ID, MIF_THROUGH(mif_job, run), false},
    {MIF_CLOSE_CHECK_ID, MIF_THROUGH(mif_close_check, check), false},
    {MIF_FIGURE_SOURCE_ID, MIF_THROUGH(mif_figure_source, figures), false},
    {MIF_PAYABLE_SOURCE_ID, MIF_THROUGH(mif_payable_source, fetch), true},
    {MIF_STATEMENT_FORMAT_ID, MIF_THROUGH(mif_statement_format, read), true},
};

}  // namespace

const KnownExtension* known_extension(std::string_view id) {
  for (const auto& known : kKnown)
    if (known.id == id) return &known;
  return nullptr;
}

}  // namespace mif::plugin
