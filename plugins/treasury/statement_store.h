// SPDX-License-Identifier: Apache-2.0
// Where every statement goes, fetched or from a file: proved and stored, or kept as evidence and set aside.
#pragma once

#include <string>

#include "desk.h"
#include "proof.h"

namespace mif::treasury {

struct StoredStatement {
  std::string state, reason;  // proved or quarantined; the reason of a quarantine
  std::int64_t fresh = 0;     // lines that were not known before
};
// Nothing that is stored already is stored again. Sets the keys of the lines.
StoredStatement store_statement(Desk& desk, Call call, const Scoped& scoped, BankStatement& statement);
void write_statement(Result& result, const BankAccount& account, const BankStatement& statement, const StoredStatement& stored);

}  // namespace mif::treasury
