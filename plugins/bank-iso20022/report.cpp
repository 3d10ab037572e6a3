// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <algorithm>
#include <cstring>
#include <exception>

#include "camt_reader.h"
#include "mif/sdk.hpp"
#include "values.h"
#include "xml_stream.h"

namespace mif::bank_iso20022 {

namespace {

class HeadReader : public XmlHandler {
 public:
  HeadReader(XmlStream*& xml, ReportHead& out) : xml_(xml), out_(out) {}
  void start(std::string_view name, const char* const*) override {
    if (name == "BkToCstmrAcctRpt") out_.kind = "camt.052";
    if (name == "BkToCstmrStmt") out_.kind = "camt.053";
    if (name == "BkToCstmrDbtCdtNtfctn") out_.kind = "camt.054";
    if (name == "Bal" || name == "Ntry" || name == "TxsSummry") xml_->stop();
    path_.emplace_back(name);
    text_.clear();
  }
  void text(std::string_view piece) override {
    if (text_.size() + piece.size() < 256) text_.append(piece);
  }
  void end() override {
    const std::string name = std::move(path_.back());
    path_.pop_back();
    const std::string value(trimmed(text_));
    text_.clear();
    if (value.empty()) return;
    if (name == "MsgId" && above(1, "OrgnlBizQry")) out_.asked_by = value;
    if (name == "IBAN" && above(2, "Acct")) out_.account = value;
    if (name == "Id" && above(1, "Othr") && above(3, "Acct")) out_.account = value;
    if (name == "FrDtTm" && above(1, "FrToDt")) out_.from = Day(read_day(value));
    if (name == "ToDtTm" && above(1, "FrToDt")) out_.to = Day(read_day(value));
  }

 private:
  bool above(std::size_t floors, std::string_view name) const { return path_.size() >= floors && path_[path_.size() - floors] == name; }
  XmlStream*& xml_;
  ReportHead& out_;
  std::vector<std::string> path_;
  std::string text_;
};
class Nothing : public XmlHandler {
 public:
  void start(std::string_view, const char* const*) override {}
  void end() override {}
  void text(std::string_view) override {}
};

[[noreturn]] void refuse(const char* code, const std::string& what) { throw Error(MIF_E_INVALID, code, what); }

Fen fen_of(const mif_decimal& d, const char* what) {
  std::int64_t fen = d.units;
  std::int32_t scale = d.scale;
  for (; scale > 2 && fen % 10 == 0; --scale) fen /= 10;
  bool fits = d.given && scale <= 2;
  for (; fits && scale < 2; ++scale) fits = !__builtin_mul_overflow(fen, std::int64_t{10}, &fen);
  if (!fits) refuse("bank.report-amount", std::string("银行报文的") + what + "没有写明或不是整分 (missing or not in whole fen)");
  return Fen(fen);
}

// Takes a message apart; what it throws must not pass through the reader's callbacks.
struct Listener {
  explicit Listener(const Wanted& w) : wanted(w) {}
  const Wanted& wanted;
  Report report;
  Fen balance, credits, debits, opening, closing, running;
  bool strict = false;  // every statement must say what it begins and ends with
  bool ours = false, any = false, has_opening = false, has_closing = false, has_balance = false;
  std::int64_t booked = 0, entries = 0;
  std::string trouble;
  std::exception_ptr thrown;

  void open(const mif_statement_open& o) {
    ours = str(o.account) == wanted.account;
    if (!ours) return;
    if (const std::string currency = str(o.currency); !currency.empty() && currency != "CNY")
      refuse("bank.report-currency", "账号 " + wanted.account + " 的报文是 " + currency + " 的，不是人民币 (not in CNY)");
    has_opening = has_closing = false;
    booked = entries = 0;
    credits = debits = Fen();
  }
  void on(const mif_statement_balance& b) {
    if (!ours) return;
    if (b.kind == MIF_BALANCE_OPENING && !has_opening) {
      opening = fen_of(b.amount, "期初余额");
      has_opening = true;
      if (any && opening != report.closing) refuse("bank.report-chain", "同一报文里前一张的期末与后一张的期初不符 (its statements do not follow each other)");
      if (!any) report.opening = running = opening;
    }
    if (b.kind != MIF_BALANCE_CLOSING && b.kind != MIF_BALANCE_INTERIM_CLOSING) return;
    balance = fen_of(b.amount, "余额");
    has_balance = true;
    if (b.kind != MIF_BALANCE_CLOSING) return;
    closing = balance;
    has_closing = true;
  }
  void on(const mif_statement_entry& e) {
    if (!ours) return;
    ++entries;
    if (e.status != MIF_ENTRY_BOOKED) return;
    ++booked;
    ReportLine line;
    line.day = Day(e.day != 0 ? e.day : e.value_day);
    line.fen = fen_of(e.amount, "记录金额");
    if (!line.day.valid() || line.day < wanted.from || wanted.to < line.day)
      refuse("bank.report-day", "记录的日期 " + (line.day.valid() ? line.day.iso() : std::string("(无)")) + " 不在所要的 " + wanted.from.iso() + " 至 " + wanted.to.iso() + " 内 (an entry of another day)");
    (line.fen < Fen(0) ? debits : credits) += line.fen < Fen(0) ? -line.fen : line.fen;
    running += line.fen;
    line.balance = running;
    line.bank_ref = str(e.bank_ref);
    line.client_ref = str(e.client_ref);
    line.counter_account = str(e.counter_account);
    line.counter_name = str(e.counter_name);
    line.text = str(e.text);
    report.lines.push_back(std::move(line));
  }
  void close(const mif_statement_close& c) {
    if (!ours) return;
    if (c.entries >= 0 && c.entries != booked && c.entries != entries)
      refuse("bank.report-count", "报文声明 " + std::to_string(c.entries) + " 笔，实有 " + std::to_string(entries) + " 笔 (declared and present entries differ)");
    const bool only_booked = booked == entries;
    if (only_booked && ((c.credits.given && fen_of(c.credits, "贷方合计") != credits) || (c.debits.given && fen_of(c.debits, "借方合计") != debits)))
      refuse("bank.report-count", "报文声明的借贷合计与记录不符 (declared and present sums differ)");
    if (strict && (!has_opening || !has_closing)) refuse("bank.report-balances", "报文没有期初或期末余额 (no opening or no closing balance)");
    any = true;
    if (has_closing) report.closing = closing;
    ours = false;
  }
};

template <class Event>
std::int32_t guarded(void* impl, void (*body)(Listener&, const Event&), const Event* e) {
  auto& me = *static_cast<Listener*>(impl);
  if (me.thrown) return 1;
  try {
    body(me, *e);
    return 0;
  } catch (...) {
    me.thrown = std::current_exception();
    return 1;
  }
}

void listen(const std::string& bytes, Listener& to) {
  struct From {
    const std::string& bytes;
    std::size_t at = 0;
  } from{bytes};
  auto source = sized<mif_byte_source>();
  source.impl = &from;
  source.read = [](void* p, std::uint8_t* room, std::uint64_t most) -> std::int64_t {
    auto& f = *static_cast<From*>(p);
    const std::size_t n = std::min(static_cast<std::size_t>(most), f.bytes.size() - f.at);
    std::memcpy(room, f.bytes.data() + f.at, n);
    f.at += n;
    return static_cast<std::int64_t>(n);
  };
  auto events = sized<mif_statement_events>();
  events.impl = &to;
  events.open = [](void* p, const mif_statement_open* e) { return guarded<mif_statement_open>(p, [](Listener& l, const mif_statement_open& x) { l.open(x); }, e); };
  events.balance = [](void* p, const mif_statement_balance* e) { return guarded<mif_statement_balance>(p, [](Listener& l, const mif_statement_balance& x) { l.on(x); }, e); };
  events.entry = [](void* p, const mif_statement_entry* e) { return guarded<mif_statement_entry>(p, [](Listener& l, const mif_statement_entry& x) { l.on(x); }, e); };
  events.close = [](void* p, const mif_statement_close* e) { return guarded<mif_statement_close>(p, [](Listener& l, const mif_statement_close& x) { l.close(x); }, e); };
  events.trouble = [](void* p, const mif_statement_trouble* e) {
    auto& me = *static_cast<Listener*>(p);
    if (e->level == MIF_TROUBLE_BROKEN && me.trouble.empty()) me.trouble = str(e->what);
    return 0;
  };
  read_camt(to.wanted.kind, "", source, events);
  if (to.thrown) std::rethrow_exception(to.thrown);
  if (!to.trouble.empty()) refuse("bank.report-unreadable", "报文读不出 (unreadable): " + to.trouble);
  if (!to.any) refuse("bank.report-account", "报文里没有账号 " + to.wanted.account + " (the account is not in it)");
}

[[noreturn]] void unusable(const Wanted& wanted, const Error& e) { throw Error(MIF_E_UNAVAILABLE, "账号 " + wanted.account + " 的 " + wanted.kind + " 读不成 (report unusable): " + e.what()); }

}  // namespace

ReportHead report_head(std::string_view bytes) {
  ReportHead head;
  XmlStream* own = nullptr;
  HeadReader reader(own, head);
  XmlStream xml(reader, "");
  own = &xml;
  xml.feed(bytes, true);
  return head;
}

bool answers(const ReportHead& report, const Wanted& wanted, std::string_view asked_by) {
  if (report.kind != wanted.kind) return false;
  if (!report.asked_by.empty()) return report.asked_by == asked_by;
  return report.account == wanted.account && report.from == wanted.from && report.to == wanted.to;
}

bool is_whole(std::string_view bytes) {
  Nothing nothing;
  XmlStream xml(nothing, "");
  xml.feed(bytes, true);
  return !xml.is_broken();
}

Report read_report(const std::string& bytes, const Wanted& wanted) {
  try {
    Listener listener(wanted);
    listener.strict = true;
    listen(bytes, listener);
    return std::move(listener.report);
  } catch (const Error& e) {
    if (e.code() == MIF_E_UNAVAILABLE) throw;
    unusable(wanted, e);
  }
}

Fen read_balance(const std::string& bytes, const Wanted& wanted) {
  try {
    Listener listener(wanted);
    listen(bytes, listener);
    if (!listener.has_balance) refuse("bank.report-balances", "报文没有账面余额 (no booked balance)");
    return listener.balance;
  } catch (const Error& e) {
    if (e.code() == MIF_E_UNAVAILABLE) throw;
    unusable(wanted, e);
  }
}

}  // namespace mif::bank_iso20022
