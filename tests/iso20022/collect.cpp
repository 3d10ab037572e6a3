// SPDX-License-Identifier: Apache-2.0
#include "collect.h"

#include <algorithm>
#include <cstring>

#include "mif/sdk.hpp"

namespace mif::bank_iso20022::testing {

namespace {

struct Source {
  const std::string& bytes;
  std::size_t chunk, at = 0;
};
struct Sink {
  Told told;
  std::size_t most, entries = 0;
  bool open = false;
};
Sink& sink(void* p) { return *static_cast<Sink*>(p); }

}  // namespace

std::string to_text(const mif_decimal& d) {
  if (!d.given) return {};
  const bool negative = d.units < 0;
  const std::string digits = std::to_string(d.units).substr(negative ? 1 : 0);
  std::string text = negative ? "-" : "";
  const int whole = static_cast<int>(digits.size()) - d.scale;
  if (whole <= 0) text += '0';
  for (int i = std::min(whole, 0); i < static_cast<int>(digits.size()); ++i) {
    if (i == whole) text += '.';
    text += i < 0 ? '0' : digits[static_cast<std::size_t>(i)];
  }
  return text;
}

const Trouble* Told::find(const std::string& code) const {
  const auto found = std::find_if(troubles.begin(), troubles.end(), [&](const Trouble& t) { return t.code == code; });
  return found == troubles.end() ? nullptr : &*found;
}
bool Told::broken() const {
  return std::any_of(troubles.begin(), troubles.end(), [](const Trouble& t) { return t.level == MIF_TROUBLE_BROKEN; });
}

Told collect(const std::string& bytes, const Options& o) {
  Source from{bytes, o.chunk};
  auto source = sized<mif_byte_source>();
  source.impl = &from;
  source.read = [](void* p, std::uint8_t* room, std::uint64_t most) -> std::int64_t {
    auto& s = *static_cast<Source*>(p);
    const std::size_t n = std::min({s.chunk, static_cast<std::size_t>(most), s.bytes.size() - s.at});
    std::memcpy(room, s.bytes.data() + s.at, n);
    s.at += n;
    return static_cast<std::int64_t>(n);
  };
  Sink to{{}, o.most_entries};
  auto events = sized<mif_statement_events>();
  events.impl = &to;
  events.open = [](void* p, const mif_statement_open* e) {
    sink(p).told.statements.push_back({str(e->account), str(e->currency), str(e->id), str(e->number), {}, {}, false, -1, {}, {}, {}});
    sink(p).open = true;
    return 0;
  };
  events.balance = [](void* p, const mif_statement_balance* e) {
    if (!sink(p).open) return sink(p).told.out_of_order = true, 0;
    sink(p).told.statements.back().balances.push_back({e->kind, e->day, to_text(e->amount), str(e->code)});
    return 0;
  };
  events.entry = [](void* p, const mif_statement_entry* e) {
    if (!sink(p).open) return sink(p).told.out_of_order = true, 0;
    sink(p).told.statements.back().entries.push_back({e->status, e->reversal, e->details, e->day, e->value_day, e->amount, to_text(e->amount), to_text(e->details_sum), str(e->bank_ref), str(e->client_ref),
                                                      str(e->counter_account), str(e->counter_name), str(e->text), str(e->code)});
    return ++sink(p).entries >= sink(p).most ? 1 : 0;
  };
  events.close = [](void* p, const mif_statement_close* e) {
    if (!sink(p).open) return sink(p).told.out_of_order = true, 0;
    auto& s = sink(p).told.statements.back();
    s.closed = true;
    s.declared_entries = e->entries;
    s.sum = to_text(e->sum);
    s.credits = to_text(e->credits);
    s.debits = to_text(e->debits);
    sink(p).open = false;
    return 0;
  };
  events.trouble = [](void* p, const mif_statement_trouble* e) {
    sink(p).told.troubles.push_back({e->level, e->byte, e->line, str(e->code), str(e->what)});
    return 0;
  };
  read_camt(o.format, o.options, source, events);
  return to.told;
}

}  // namespace mif::bank_iso20022::testing
