// SPDX-License-Identifier: Apache-2.0
#include "emitter.h"

#include "mif/sdk.hpp"

namespace mif::statement_text {

namespace {
mif_str text(std::string_view s) { return {s.data(), static_cast<std::uint32_t>(s.size())}; }
}  // namespace

void Emitter::open(const Opening& o) {
  if (enough_) return;
  auto c = sized<mif_statement_open>();
  c.account = text(o.account);
  c.currency = text(o.currency);
  c.id = text(o.id);
  c.number = text(o.number);
  open_ = true;
  ++statements_;
  enough_ = events_.open(events_.impl, &c) != 0;
}

void Emitter::balance(int kind, mif_day day, const mif_decimal& amount, std::string_view code) {
  if (enough_) return;
  auto c = sized<mif_statement_balance>();
  c.kind = kind;
  c.day = day;
  c.amount = amount;
  c.code = text(code);
  enough_ = events_.balance(events_.impl, &c) != 0;
}

void Emitter::entry(const Entry& e) {
  if (enough_) return;
  auto c = sized<mif_statement_entry>();
  c.status = e.status;
  c.day = e.day;
  c.value_day = e.value_day;
  c.reversal = e.reversal ? 1 : 0;
  c.details = e.details;
  c.amount = e.amount;
  c.details_sum = e.details_sum;
  c.balance = e.balance;
  c.bank_ref = text(e.bank_ref);
  c.client_ref = text(e.client_ref);
  c.counter_account = text(e.counter_account);
  c.counter_name = text(e.counter_name);
  c.text = text(e.text);
  c.code = text(e.code);
  enough_ = events_.entry(events_.impl, &c) != 0;
}

void Emitter::close(const Declared& d) {
  open_ = false;
  if (enough_) return;
  auto c = sized<mif_statement_close>();
  c.entries = d.entries;
  c.sum = d.sum;
  c.credits = d.credits;
  c.debits = d.debits;
  enough_ = events_.close(events_.impl, &c) != 0;
}

void Emitter::note_once(Where where, std::string_view code, std::string_view what) {
  if (said_.emplace(code).second) note(where, code, what);
}

void Emitter::trouble(int level, Where where, std::string_view code, std::string_view what) {
  if (enough_) return;
  // What breaks a file is always told; there is at most one a file.
  if (level != MIF_TROUBLE_BROKEN && ++troubles_ > kMostTroubles) return;
  auto c = sized<mif_statement_trouble>();
  c.level = level;
  c.byte = where.byte;
  c.line = where.line;
  c.code = text(code);
  c.what = text(what);
  if (level != MIF_TROUBLE_BROKEN && troubles_ == kMostTroubles) {
    c.level = MIF_TROUBLE_WARNING;
    c.code = text("statement.many-troubles");
    c.what = text("这个文件的问题太多，后面的不再逐条列出，请银行重出 (too many troubles, the rest is not listed)");
  }
  enough_ = events_.trouble(events_.impl, &c) != 0;
}

}  // namespace mif::statement_text
