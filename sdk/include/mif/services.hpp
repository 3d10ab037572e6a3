// SPDX-License-Identifier: Apache-2.0
// C++ handles on the host services, all of them; each is a header of its own. All throw mif::Error with the host's own sentence.
#ifndef MIF_SERVICES_HPP
#define MIF_SERVICES_HPP

#include "mif/services/config.hpp"
#include "mif/services/host.hpp"
#include "mif/services/ledger.hpp"
#include "mif/services/objects.hpp"
#include "mif/services/print.hpp"
#include "mif/services/sheet.hpp"
#include "mif/services/store.hpp"
#include "mif/services/workflow.hpp"

#endif
