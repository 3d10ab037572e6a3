// SPDX-License-Identifier: Apache-2.0
// One version of one budget item: added, decided once, never changed.
#pragma once

#include "budget_line.h"

namespace mif::funds {

struct Version {
  std::int64_t id = 0, version = 0, instance = 0, made_ms = 0, decided_ms = 0, plan = 0;
  Fen fen;
  LineKey key;
  std::string reason, document, state, digest, made_by, decided_by;
};

std::vector<Version> versions(Txn& txn, const std::string& where, const std::vector<Value>& values);
std::vector<Version> versions_of(Txn& txn, const LineKey& key);  // the first one first
// The number after the last one. MIF_E_CONFLICT fund.budget-waits while one waits.
std::int64_t next_version(Txn& txn, const LineKey& key);
std::string version_digest(const Version& v);
void insert_version(Txn& txn, Version& v);  // gives it its id and digest
void write(JsonWriter& json, const Version& v);
void audit_version(Desk& desk, Txn& txn, const std::string& unit, const char* action, const Version& v, const std::string& comment);

LineKey key_of(const Params& params);  // book, item, year. MIF_E_INVALID fund.budget-year
std::int64_t year_of(const Params& params, std::int64_t otherwise);

}  // namespace mif::funds
