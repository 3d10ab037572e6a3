// SPDX-License-Identifier: Apache-2.0
#include "collect.h"

#include <algorithm>
#include <cstring>

#include "decimal.h"
#include "mif/sdk.hpp"

namespace mif::testing {

namespace {

struct Bytes {
  std::string_view left;
  std::size_t chunk;
};

struct Receiver {
  Seen seen;
  std::size_t enough_after;
  std::size_t entries = 0;
  bool open = false;

  void expect(bool fine, const char* what) {
    if (!fine && seen.disorder.empty()) seen.disorder = what;
  }
  void tell(std::string line) { seen.told += line + '\n'; }
};

Receiver& me(void* p) { return *static_cast<Receiver*>(p); }

std::string day(mif_day d) { return d == 0 ? "-" : std::to_string(d); }
std::string amount(const mif_decimal& d) {
  const std::string text = statement_text::to_text(d);
  return text.empty() ? "?" : text;
}

const char* kind(int k) {
  constexpr const char* names[] = {"?", "opening", "closing", "interim-opening", "interim-closing", "available", "other"};
  return k >= 1 && k <= 6 ? names[k] : names[0];
}

std::int32_t on_open(void* p, const mif_statement_open* o) {
  Receiver& r = me(p);
  r.expect(!r.open, "open inside a statement");
  r.open = true;
  r.seen.statements.push_back({str(o->account), str(o->currency), str(o->id), str(o->number), {}, {}, -1, {}, {}, {}});
  const auto& s = r.seen.statements.back();
  r.tell("open " + s.account + "|" + s.currency + "|" + s.id + "|" + s.number);
  return 0;
}

std::int32_t on_balance(void* p, const mif_statement_balance* b) {
  Receiver& r = me(p);
  r.expect(r.open, "a balance outside a statement");
  if (!r.open) return 0;
  r.seen.statements.back().balances.push_back({b->kind, b->day, b->amount, str(b->code)});
  r.tell("balance " + str(b->code) + " " + kind(b->kind) + " " + day(b->day) + " " + amount(b->amount));
  return 0;
}

std::int32_t on_entry(void* p, const mif_statement_entry* e) {
  Receiver& r = me(p);
  r.expect(r.open, "an entry outside a statement");
  if (!r.open) return 0;
  SeenEntry s{e->status, e->day, e->value_day, e->reversal != 0, e->amount, str(e->bank_ref), str(e->client_ref), str(e->counter_account), str(e->counter_name), str(e->text), str(e->code)};
  std::string line = std::string("entry") + (s.status == MIF_ENTRY_PENDING ? " pending" : s.status == MIF_ENTRY_INFO ? " info" : "") + (s.reversal ? " reversal" : "");
  r.tell(line + " " + day(s.day) + "/" + day(s.value_day) + " " + amount(s.amount) + " " + s.code + "|" + s.bank_ref + "|" + s.client_ref + "|" + s.counter_account + "|" + s.counter_name + "|" + s.text);
  r.seen.statements.back().entries.push_back(std::move(s));
  return ++r.entries >= r.enough_after ? 1 : 0;
}

std::int32_t on_close(void* p, const mif_statement_close* c) {
  Receiver& r = me(p);
  r.expect(r.open, "close outside a statement");
  r.open = false;
  auto& s = r.seen.statements.back();
  s.declared_entries = c->entries;
  s.declared_sum = c->sum;
  s.declared_credits = c->credits;
  s.declared_debits = c->debits;
  std::string line = "close";
  if (c->entries >= 0) line += " entries " + std::to_string(c->entries);
  if (c->credits.given) line += " credits " + amount(c->credits);
  if (c->debits.given) line += " debits " + amount(c->debits);
  r.tell(line);
  return 0;
}

std::int32_t on_trouble(void* p, const mif_statement_trouble* t) {
  Receiver& r = me(p);
  r.seen.troubles.push_back({t->level, t->byte, t->line, str(t->code), str(t->what)});
  constexpr const char* levels[] = {"?", "note", "warning", "broken"};
  r.tell(std::string(levels[t->level & 3]) + " " + str(t->code) + " @" + std::to_string(t->byte) + ":" + std::to_string(t->line));
  return 0;
}

}  // namespace

Seen collect(const CoreReader& reader, std::string_view bytes, std::string_view options, std::size_t chunk, std::size_t enough_after) {
  Bytes from{bytes, chunk};
  auto source = sized<mif_byte_source>();
  source.impl = &from;
  source.read = [](void* p, std::uint8_t* room, std::uint64_t most) -> std::int64_t {
    auto& b = *static_cast<Bytes*>(p);
    const std::size_t n = std::min({static_cast<std::size_t>(most), b.chunk, b.left.size()});
    std::memcpy(room, b.left.data(), n);
    b.left.remove_prefix(n);
    return static_cast<std::int64_t>(n);
  };
  Receiver receiver{{}, enough_after};
  auto events = sized<mif_statement_events>();
  events.impl = &receiver;
  events.open = on_open;
  events.balance = on_balance;
  events.entry = on_entry;
  events.close = on_close;
  events.trouble = on_trouble;
  reader(source, options, events, {});
  if (enough_after == SIZE_MAX) receiver.expect(!receiver.open, "a statement that never closes");
  return std::move(receiver.seen);
}

}  // namespace mif::testing
