// SPDX-License-Identifier: Apache-2.0
#include "camt_reader.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "camt_path.h"
#include "camt_tell.h"
#include "mif/sdk.hpp"
#include "values.h"
#include "xml_stream.h"

namespace mif::bank_iso20022 {

namespace {

constexpr std::size_t kChunk = 64 * 1024, kMostText = 4096, kMostBalances = 64;

int sign_word(std::string_view word) { return word == "CRDT" ? 1 : word == "DBIT" ? -1 : 0; }

std::string_view format_of(std::string_view message) {
  message.remove_prefix(9);  // BkToCstmr
  if (message.substr(0, 4) == "Stmt") return "camt.053";
  if (message.substr(0, 7) == "AcctRpt") return "camt.052";
  return message.substr(0, 10) == "DbtCdtNtfc" ? "camt.054" : "";
}

class Reader : public XmlHandler {
 public:
  Reader(std::string_view format, const std::string& charset, mif_statement_events& events)
      : format_(format), xml_(*this, charset), tell_(events, [this] { return Where{xml_.byte(), xml_.line()}; }) {}

  bool feed(std::string_view bytes, bool last) { return xml_.feed(bytes, last); }
  void finish() {
    const Where where{xml_.byte(), xml_.line()};
    if (xml_.is_broken()) {
      if (in_statement_) tell_.head(statement_);  // what was read before stands
      tell_.broken(where, xml_.code(), xml_.what());
    } else if (!message_ && !tell_.enough()) {
      tell_.broken({0, 1}, "camt.not-camt", "文件是 XML，但不是 camt.052、camt.053 或 camt.054，请核对是否选错文件或格式 (not a camt statement)");
    }
  }

  void start(std::string_view name, const char* const* attributes) override {
    const Place parent = path_.empty() ? Place::outside : path_.back();
    const Place place = below(parent, name);
    path_.push_back(place);
    text_.clear();
    switch (place) {
      case Place::message: begin_message(name); break;
      case Place::statement:
        statement_ = {};
        in_statement_ = true;
        break;
      case Place::balance: balance_ = {}; break;
      case Place::entry: entry_.clear(); break;
      case Place::tx:
        tx_ = {};
        ++entry_.details;
        break;
      case Place::balance_amount: currency(balance_.currency, attributes); break;
      case Place::entry_amount: currency(entry_.currency, attributes); break;
      case Place::tx_sum: currency(tx_.currency, attributes); break;
      case Place::tx_sum_old: currency(tx_.currency_old, attributes); break;
      default: break;
    }
  }
  void text(std::string_view piece) override {
    if (path_.empty() || !has_text(path_.back())) return;
    if (text_.size() + piece.size() > kMostText) {
      std::size_t room = kMostText - text_.size();
      while (room > 0 && (static_cast<unsigned char>(piece[room]) & 0xC0) == 0x80) --room;
      piece = piece.substr(0, room);
      entry_.cut = true;
    }
    text_.append(piece);
  }
  void end() override {
    const Place place = path_.back();
    path_.pop_back();
    if (has_text(place)) {
      if (const std::string_view value = trimmed(text_); !value.empty()) leaf(place, value);
      text_.clear();
    } else {
      group(place);
    }
    if (tell_.enough()) xml_.stop();
  }

 private:
  static void currency(std::string& to, const char* const* attributes) {
    for (; *attributes; attributes += 2)
      if (std::strcmp(attributes[0], "Ccy") == 0) to = trimmed(attributes[1]).substr(0, 16);
  }
  static void once(std::string& to, std::string_view value) {
    if (to.empty()) to = value;
  }
  void join(std::string& to, std::string_view value) {
    if (to.size() + value.size() + 1 > kMostText) {
      entry_.cut = true;
      return;
    }
    (to.empty() ? to : to += ' ') += value;
  }
  void begin_message(std::string_view name) {
    message_ = true;
    const auto found = format_of(name);
    if (!format_.empty() && !found.empty() && found != format_)
      tell_.warn("camt.other-kind", "文件是 " + std::string(found) + "，不是所选的 " + format_ + "，按文件所写读，请核对 (another kind of message than chosen)");
  }
  void amount(mif_decimal& to, std::string_view value) {
    if (!read_decimal(value, to)) tell_.warn("camt.amount", "金额 \"" + std::string(value.substr(0, 40)) + "\" 读不出，请向银行核实 (not an amount that can be kept exactly)");
  }
  mif_day day(std::string_view value) {
    const mif_day found = read_day(value);
    if (found == 0) tell_.warn("camt.day", "日期 \"" + std::string(value.substr(0, 40)) + "\" 不是日历上的日期，按未写处理 (not a calendar day)");
    return found;
  }
  void sign(int& to, std::string_view value) {
    to = sign_word(value);
    if (to == 0) tell_.warn("camt.sign-word", "借贷标志 \"" + std::string(value.substr(0, 40)) + "\" 不认识，请向银行核实 (CdtDbtInd is neither CRDT nor DBIT)");
  }
  // Of the first transaction: of several none speaks for the entry.
  bool first() const { return entry_.details == 1; }

  void leaf(Place place, std::string_view v) {
    switch (place) {
      case Place::statement_id: once(statement_.id, v); break;
      case Place::statement_number: statement_.number = v; break;
      case Place::legal_number: once(statement_.number, v); break;
      case Place::iban:
      case Place::account_number: account(place == Place::iban, v); break;
      case Place::account_currency: statement_.currency = v; break;
      case Place::balance_amount: amount(balance_.amount, v); break;
      case Place::balance_sign: sign(balance_.sign, v); break;
      case Place::balance_code: once(balance_.code, v); break;
      case Place::balance_interim: balance_.interim = v == "INTM"; break;
      case Place::balance_date: balance_.day = day(v); break;
      case Place::all_count:
        if (!read_count(v, statement_.entries)) tell_.note("camt.count", "声明的笔数 \"" + std::string(v.substr(0, 40)) + "\" 读不出 (the declared count is no number)");
        break;
      case Place::all_sum: amount(statement_.sum, v); break;
      case Place::credit_sum: amount(statement_.credits, v); break;
      case Place::debit_sum: amount(statement_.debits, v); break;
      case Place::entry_amount: amount(entry_.amount, v); break;
      case Place::entry_sign: sign(entry_.sign, v); break;
      case Place::entry_reversal: entry_.reversal = v == "true" || v == "1"; break;
      case Place::entry_status: entry_.status = v; break;
      case Place::entry_bank_ref: entry_.bank_ref = v; break;
      case Place::entry_ref: entry_.ref = v; break;
      case Place::entry_text: join(entry_.text, v); break;
      case Place::booking_day: entry_.day = day(v); break;
      case Place::value_day: entry_.value_day = day(v); break;
      case Place::code_domain_word: once(entry_.domain, v); break;
      case Place::code_family_word: once(entry_.family, v); break;
      case Place::code_sub_word: once(entry_.sub_family, v); break;
      case Place::code_own_word: once(entry_.own_code, v); break;
      case Place::batch_id: once(entry_.batch_id, v); break;
      case Place::batch_count: {
        std::int64_t n = 0;
        if (read_count(v, n) && __builtin_add_overflow(entry_.batch_count, n, &entry_.batch_count)) entry_.batch_count = INT32_MAX;
        break;
      }
      case Place::batch_sum: {
        mif_decimal sum{};
        amount(sum, v);
        if (!add(entry_.batch_sum, sum)) entry_.batch_sum = {};
        break;
      }
      case Place::tx_sum: amount(tx_.amount, v); break;
      case Place::tx_sum_old: amount(tx_.amount_old, v); break;
      case Place::tx_sign: tx_.sign = sign_word(v); break;
      default:
        if (first()) first_leaf(place, v);
    }
  }
  void first_leaf(Place place, std::string_view v) {
    switch (place) {
      case Place::end_to_end: entry_.end_to_end = v; break;
      case Place::instruction: entry_.instruction = v; break;
      case Place::tx_bank_ref: entry_.tx_bank_ref = v; break;
      case Place::tx_text: join(entry_.tx_text, v); break;
      case Place::debtor_name: once(entry_.debtor, v); break;
      case Place::creditor_name: once(entry_.creditor, v); break;
      case Place::debtor_number: once(entry_.debtor_account, v); break;
      case Place::creditor_number: once(entry_.creditor_account, v); break;
      case Place::unstructured: join(entry_.remittance, v); break;
      case Place::structured_ref: join(entry_.reference, v); break;
      default: break;
    }
  }
  void account(bool iban, std::string_view v) {
    if (statement_.told) return tell_.warn("camt.late-account", "账户写在记录之后，账号没能随对账单给出，请向银行核实 (the account comes after its entries)");
    if (!statement_.account.empty() && (statement_.is_iban || !iban)) return;
    statement_.account = v;
    statement_.is_iban = iban;
  }

  void group(Place place) {
    switch (place) {
      case Place::balance:
        if (balance_.amount.given) statement_.balances.push_back(std::move(balance_));
        else tell_.warn("camt.balance-amount", "余额 " + balance_.code + " 没有可读的金额，请向银行核实 (no readable amount in a balance)");
        if (statement_.balances.size() > kMostBalances) tell_.head(statement_);
        break;
      case Place::tx: end_tx(); break;
      case Place::entry: tell_.entry(statement_, entry_); break;
      case Place::statement:
        tell_.close(statement_);
        in_statement_ = false;
        break;
      default: break;
    }
  }
  void end_tx() {
    if (first()) entry_.tx_sign = tx_.sign;
    const bool old = !tx_.amount.given;
    const mif_decimal& sum = old ? tx_.amount_old : tx_.amount;
    const std::string& money = old ? tx_.currency_old : tx_.currency;
    const int sign = tx_.sign != 0 ? tx_.sign : entry_.sign < 0 ? -1 : 1;
    // A payment told in the money it was ordered in says nothing of the account's.
    if (!sum.given || (!money.empty() && !entry_.currency.empty() && money != entry_.currency) || !add(entry_.tx_sum, with_sign(sum, sign))) entry_.sums = false;
  }

  const std::string format_;
  XmlStream xml_;
  Teller tell_;
  std::vector<Place> path_;
  std::string text_;
  StatementHead statement_;
  BalanceText balance_;
  EntryText entry_;
  TxText tx_;
  bool message_ = false, in_statement_ = false;
};

std::string charset_option(std::string_view options) {
  while (!options.empty()) {
    const auto line = trimmed(options.substr(0, options.find('\n')));
    if (line.substr(0, 8) == "charset=") return std::string(trimmed(line.substr(8)));
    const auto next = options.find('\n');
    options.remove_prefix(next == std::string_view::npos ? options.size() : next + 1);
  }
  return {};
}

}  // namespace

int sniff_camt(std::string_view head, std::string& format) {
  std::string text(head.substr(0, 64 * 1024));
  text.erase(std::remove(text.begin(), text.end(), '\0'), text.end());  // UTF-16 of Latin letters
  const auto markup = text.find('<');
  if (markup == std::string::npos) return 0;
  for (auto at = text.find("BkToCstmr"); at != std::string::npos; at = text.find("BkToCstmr", at + 1)) {
    if (at == 0 || (text[at - 1] != '<' && text[at - 1] != ':')) continue;
    if (const auto found = format_of(std::string_view(text).substr(at)); !found.empty()) {
      format = found;
      return 98;
    }
  }
  for (const std::string_view id : {"camt.052", "camt.053", "camt.054"})
    if (text.find("xsd:" + std::string(id)) != std::string::npos) {
      format = id;
      return 80;
    }
  return 0;
}

void read_camt(std::string_view format, std::string_view options, mif_byte_source& bytes, mif_statement_events& events, const Cancelled& cancelled) {
  Reader reader(format, charset_option(options), events);
  const std::unique_ptr<char[]> room(new char[kChunk]);
  std::int64_t position = 0;
  for (bool more = true; more;) {
    if (cancelled && cancelled()) throw Error(MIF_E_DEADLINE, "statement.cancelled", "读对账单文件被中止，请重新读 (reading was cancelled)");
    const std::int64_t n = bytes.read(bytes.impl, reinterpret_cast<std::uint8_t*>(room.get()), kChunk);
    if (n < 0 || n > static_cast<std::int64_t>(kChunk)) throw Error(MIF_E_UNAVAILABLE, "statement.bytes-unreadable", "对账单文件读到第 " + std::to_string(position) + " 字节读不下去，请核对文件后重读 (the file cannot be read on)");
    position += n;
    more = reader.feed({room.get(), static_cast<std::size_t>(n)}, n == 0) && n != 0;
  }
  reader.finish();
}

}  // namespace mif::bank_iso20022
