// SPDX-License-Identifier: Apache-2.0
#include "bad.hpp"

// plugin.json says it needs nothing; the library asks for the ledger.
mif_status bad::misbehave(mif_call*, std::string) { return MIF_OK; }
static const char* const needs[] = {"mif.ledger-propose/1", nullptr};
BAD_PLUGIN("lies-in-manifest", needs)
