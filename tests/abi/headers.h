/* SPDX-License-Identifier: Apache-2.0 */
/* Every C header of the SDK. */
#include "mif/abi.h"
#include "mif/svc/host.h"
#include "mif/svc/ledger.h"
#include "mif/svc/print.h"
#include "mif/svc/store.h"
#include "mif/svc/workflow.h"
#include "mif/ext/bank_adapter.h"
#include "mif/ext/business_source.h"
#include "mif/ext/job.h"
#include "mif/ext/report_template.h"
#include "mif/ext/web_module.h"
#include "mif/ext/draft/payable_source.h"
