// SPDX-License-Identifier: Apache-2.0
// A statement format of one event a line, so that tests can say exactly what a reader reports:
//   TINY
//   open ACCOUNT CURRENCY ID        balance KIND CODE DAY AMOUNT        entry STATUS DAY AMOUNT [ref=R] [client=C] [other=A] [text=T] [balance=B] [parts=N:SUM] [reversal]
//   close [COUNT SUM CREDITS DEBITS]      note TEXT      warning TEXT      broken TEXT      throw
// "-" stands for what is not said.
#include <sstream>
#include <vector>

#include "mif/extensions.hpp"

namespace mif::tiny {

namespace {

struct Lines {
  mif_byte_source& source;
  std::string rest;
  std::size_t at = 0;
  std::int64_t byte = 0, line = 0;
  bool ended = false;

  bool next(std::string& into) {
    for (;;) {
      const auto end = rest.find('\n', at);
      if (end != std::string::npos) {
        into.assign(rest, at, end - at);
        byte += static_cast<std::int64_t>(into.size()) + 1;
        at = end + 1;
        ++line;
        return true;
      }
      if (ended) return false;
      rest.erase(0, at);
      at = 0;
      const std::size_t before = rest.size();
      rest.resize(before + 65536);
      const std::int64_t n = source.read(source.impl, reinterpret_cast<std::uint8_t*>(rest.data()) + before, 65536);
      if (n < 0) throw Error(MIF_E_UNAVAILABLE, "statement.bytes-unavailable", "cannot read");
      rest.resize(before + static_cast<std::size_t>(n));
      ended = n == 0;
    }
  }
};

mif_decimal decimal(const std::string& text) {
  if (text == "-" || text.empty()) return {};
  mif_decimal d{0, 0, 1};
  bool dot = false;
  for (const char c : text) {
    if (c == '.') dot = true;
    if (c < '0' || c > '9') continue;
    d.units = d.units * 10 + (c - '0');
    d.scale += dot;
  }
  if (text[0] == '-') d.units = -d.units;
  return d;
}
std::string said(const std::string& word) { return word == "-" ? std::string() : word; }

class Tiny : public Plugin, public StatementFormat {
 public:
  using Plugin::Plugin;
  const void* extension(std::string_view id) override { return id == MIF_STATEMENT_FORMAT_ID ? statement_format_abi() : nullptr; }
  std::string describe_formats(Call) override { return R"({"formats":[{"id":"tiny","title":"tiny","files":["*.tiny"]}]})"; }
  Sniffed sniff(std::string_view head) override { return head.substr(0, 5) == "TINY\n" ? Sniffed{99, "tiny"} : Sniffed{}; }

  void read_statements(Call, std::string_view, std::string_view, mif_byte_source& source, mif_statement_events& on) override {
    Lines lines{source, {}, 0, 0, 0, false};
    std::string line;
    std::vector<std::string> w;
    while (lines.next(line)) {
      w.clear();
      for (std::size_t i = 0; i <= line.size();) {
        const auto end = std::min(line.find(' ', i), line.size());
        if (end > i) w.push_back(line.substr(i, end - i));
        i = end + 1;
      }
      if (w.empty() || w[0] == "TINY") continue;
      w.resize(std::max<std::size_t>(w.size(), 5));
      if (w[0] == "throw") throw Error(MIF_E_INTERNAL, "the reader gave up");
      if (w[0] == "note" || w[0] == "warning" || w[0] == "broken") {
        auto t = sized<mif_statement_trouble>();
        t.level = w[0] == "note" ? MIF_TROUBLE_NOTE : w[0] == "warning" ? MIF_TROUBLE_WARNING : MIF_TROUBLE_BROKEN;
        t.byte = lines.byte - static_cast<std::int64_t>(line.size()) - 1;
        t.line = lines.line;
        t.code = s("tiny.trouble");
        t.what = s(w[1]);
        on.trouble(on.impl, &t);
        if (w[0] == "broken") return;
      } else if (w[0] == "open") {
        const std::string account = said(w[1]), currency = said(w[2]), id = said(w[3]);
        auto o = sized<mif_statement_open>();
        o.account = s(account);
        o.currency = s(currency);
        o.id = s(id);
        if (on.open(on.impl, &o)) return;
      } else if (w[0] == "balance") {
        auto b = sized<mif_statement_balance>();
        b.kind = std::stoi(w[1]);
        b.code = s(w[2]);
        b.day = w[3] == "-" ? 0 : std::stoi(w[3]);
        b.amount = decimal(w[4]);
        if (on.balance(on.impl, &b)) return;
      } else if (w[0] == "entry") {
        auto e = sized<mif_statement_entry>();
        e.status = w[1] == "booked" ? MIF_ENTRY_BOOKED : w[1] == "pending" ? MIF_ENTRY_PENDING : MIF_ENTRY_INFO;
        e.day = w[2] == "-" ? 0 : std::stoi(w[2]);
        e.amount = decimal(w[3]);
        for (std::size_t i = 4; i < w.size(); ++i) {
          const auto equals = w[i].find('=');
          const std::string key = w[i].substr(0, equals);
          const std::string_view value = equals == std::string::npos ? std::string_view() : std::string_view(w[i]).substr(equals + 1);
          if (key == "ref") e.bank_ref = s(value);
          if (key == "client") e.client_ref = s(value);
          if (key == "other") e.counter_account = s(value);
          if (key == "text") e.text = s(value);
          if (key == "balance") e.balance = decimal(std::string(value));
          if (key == "reversal") e.reversal = 1;
          if (key == "parts") {
            e.details = std::stoi(std::string(value));
            e.details_sum = decimal(std::string(value.substr(value.find(':') + 1)));
          }
        }
        if (on.entry(on.impl, &e)) return;
      } else if (w[0] == "close") {
        auto c = sized<mif_statement_close>();
        c.entries = w[1].empty() || w[1] == "-" ? -1 : std::stoi(w[1]);
        c.sum = decimal(w[2]);
        c.credits = decimal(w[3]);
        c.debits = decimal(w[4]);
        if (on.close(on.impl, &c)) return;
      }
    }
  }
};

}  // namespace

}  // namespace mif::tiny

MIF_PLUGIN(mif::tiny::Tiny, "tiny", "1.0.0", MIF_LIST("mif.statement-format/1"), MIF_LIST("mif.log/1"))
