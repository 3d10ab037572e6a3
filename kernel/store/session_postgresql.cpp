// SPDX-License-Identifier: Apache-2.0
#include "kernel/store/session.h"
namespace mif::store {
std::unique_ptr<Session> open_postgresql(const Dsn&, const Options&) { throw Error(MIF_E_UNSUPPORTED, "postgresql not built yet"); }
}
