// SPDX-License-Identifier: Apache-2.0
#include "ofx.h"

#include <algorithm>
#include <cstdlib>

#include "decimal.h"

namespace mif::bank_ofx {

using namespace statement_text;

namespace {

bool is_statement(std::string_view name) { return name == "STMTRS" || name == "CCSTMTRS" || name == "INVSTMTRS"; }
bool is_own_account(std::string_view name) { return name == "BANKACCTFROM" || name == "CCACCTFROM" || name == "INVACCTFROM"; }
bool is_counter_account(std::string_view name) { return name == "BANKACCTTO" || name == "CCACCTTO"; }
bool is_message(std::string_view name) { return name == "STMTTRNRS" || name == "CCSTMTTRNRS" || name == "INVSTMTTRNRS" || name == "BANKMSGSRSV1" || name == "CREDITCARDMSGSRSV1" || name == "INVSTMTMSGSRSV1"; }
bool is_entry(std::string_view name) { return name == "STMTTRN" || name == "STMTTRNP"; }

// The value behind "NAME:" or NAME=" in a header.
std::string_view setting(std::string_view header, std::string_view name) {
  const std::size_t at = header.find(name);
  if (at == std::string_view::npos || at + name.size() >= header.size()) return {};
  std::string_view rest = header.substr(at + name.size() + 1);
  while (!rest.empty() && (rest[0] == '"' || rest[0] == '\'' || rest[0] == ' ')) rest.remove_prefix(1);
  return rest.substr(0, rest.find_first_of("\"' \r\n\t?"));
}

}  // namespace

Ofx::Ofx(mif_byte_source& bytes, std::string_view options, mif_statement_events& events, Cancelled cancelled)
    : chunks_(bytes, std::move(cancelled)),
      charset_(options),
      out_(events),
      markup_({[this](std::string_view n, Where w) { begin(n, w); }, [this](std::string_view n, Where w) { end(n, w); },
               [this](std::string_view n, std::string_view v, Where w) { text(n, v, w); }, [this](std::string_view h) { header(h); }}) {}

void Ofx::run() {
  while (!out_.enough()) {
    const std::string_view chunk = chunks_.next();
    if (chunk.empty()) break;
    markup_.feed(chunk, chunks_.position());
  }
  if (out_.enough()) return;
  const bool inside = markup_.inside_tag();
  markup_.finish();
  const Where eof{chunks_.position(), 0};
  const bool cut = root_ && (!root_ended_ || inside);
  finish_entry(eof, !in_entry_);
  finish_statement(eof, closing_.empty());
  if (charset_.guessed()) out_.note_once(eof, "ofx.charset-guessed", "文字不是文件声明的字符集，按推测读出，可用选项 charset 指定 (the character set was guessed)");
  if (markup_.long_text()) out_.warn(eof, "ofx.long-text", "一段文字超过 64 KiB，其余未读 (a very long text was cut)");
  if (!root_) out_.broken({0, 1}, "ofx.no-root", "文件里没有 <OFX>，请核对格式 (no <OFX> in the file)");
  else if (cut) out_.broken(eof, "ofx.cut-off", "文件在 </OFX> 之前断了，请重新下载 (the file breaks off before </OFX>)");
  else if (disordered_) out_.broken(disorder_, "ofx.tags-disordered", "结束标记与开始标记对不上，请银行重出 (an end tag without its beginning)");
  else if (out_.statements() == 0) out_.note_once(eof, "ofx.no-statement", "文件里没有对账单 (the file holds no statement)");
}

std::string Ofx::read(std::string_view value) const { return std::string(trim(charset_.read(resolved(value)))); }

void Ofx::header(std::string_view text) {
  for (const auto name : {"ENCODING", "encoding", "CHARSET"}) {
    const std::string_view value = setting(text, name);
    if (!value.empty() && value != "NONE" && value != "USASCII" && value != "UNICODE") charset_.label(value);
  }
}

void Ofx::begin(std::string_view name, Where where) {
  if (name == "OFX") root_ = true;
  if (is_statement(name)) {
    finish_statement(where, closing_.empty());
    closing_ = std::string(name);
    head_ = Opening();
    head_.id = answer_;
    told_ = no_fitid_ = false;
  }
  if (is_message(name)) ++depth_[std::string(name)];
  if (is_own_account(name)) in_own_ = true;
  if (is_counter_account(name)) in_counter_ = true;
  if (is_entry(name)) {
    finish_entry(where, !in_entry_);
    if (closing_.empty()) {  // an entry outside any statement still belongs somewhere
      out_.warn(where, "ofx.entry-outside", "一笔流水不在任何对账单里，照读 (an entry outside any statement)");
      closing_ = "STMTRS";
      head_ = Opening();
      told_ = no_fitid_ = false;
    }
    in_entry_ = true;
    entry_where_ = where;
    entry_ = Entry();
    if (name == "STMTTRNP") entry_.status = MIF_ENTRY_PENDING;
    memo_.clear(), name_.clear(), check_.clear();
    has_amount_ = false;
  }
  if (name == "LEDGERBAL" || name == "AVAILBAL") {
    finish_balance();
    balance_ = name == "LEDGERBAL" ? Balance::ledger : Balance::available;
    balance_where_ = where;
    balance_amount_ = mif_decimal{};
    balance_day_ = 0;
  }
  if (name == "INVTRANLIST") out_.note_once(where, "ofx.investments", "投资账户只读银行流水，证券买卖不读 (of an investment account only the bank lines are read)");
}

void Ofx::end(std::string_view name, Where where) {
  if (name == "OFX") {
    root_ended_ = root_;
    finish_statement(where, closing_.empty());
  }
  if (is_own_account(name)) in_own_ = false;
  if (is_counter_account(name)) in_counter_ = false;
  if (is_entry(name)) {
    if (in_entry_) finish_entry(where, true);
    else if (!disordered_) disordered_ = true, disorder_ = where;
  }
  if (name == "BANKTRANLIST" || name == "INVTRANLIST") finish_entry(where, !in_entry_);
  if (name == "LEDGERBAL" || name == "AVAILBAL") finish_balance();
  if (is_statement(name)) {
    if (closing_ == name) finish_statement(where, true);
    else if (!disordered_) disordered_ = true, disorder_ = where;
  }
  if (is_message(name)) {
    const auto found = depth_.find(name);
    if (found == depth_.end() || found->second == 0) {
      if (!disordered_) disordered_ = true, disorder_ = where;
    } else {
      --found->second;
    }
  }
}

void Ofx::text(std::string_view name, std::string_view value, Where where) {
  if (in_entry_) return entry_text(name, value, where);
  if (balance_ != Balance::none) {
    if (name == "BALAMT" && !read_decimal(trim(value), balance_amount_) && !value.empty())
      out_.warn(where, "ofx.balance-unreadable", "余额读不出来，按没有给出读 (a balance that cannot be read): " + read(value.substr(0, 40)));
    if (name == "DTASOF") balance_day_ = day(value, where);
    return;
  }
  if (name == "CODE" && !value.empty() && value != "0") out_.warn(where, "ofx.status", "银行回应里有非 0 的状态，内容可能不全 (the answer carries a status other than 0): " + read(value.substr(0, 20)));
  if (closing_.empty()) {
    if (name == "TRNUID") answer_ = read(value);
    if (name == "ACCTID" && in_own_) out_.note_once(where, "ofx.account-list", "文件列出了账户，但没有它的对账单 (an account is listed without a statement)");
    return;
  }
  if (told_) return;
  if (name == "CURDEF") head_.currency = read(value);
  if (name == "ACCTID" && (in_own_ || head_.account.empty())) head_.account = read(value);
}

void Ofx::entry_text(std::string_view name, std::string_view value, Where where) {
  if (name == "TRNAMT") {
    has_amount_ = read_decimal(trim(value), entry_.amount);
    if (!has_amount_) out_.warn(where, "ofx.amount-unreadable", "一笔的金额读不出来，按没有给出读 (an amount that cannot be read): " + read(value.substr(0, 40)));
  } else if (name == "DTPOSTED" || (name == "DTTRAN" && entry_.day == 0)) {
    entry_.day = day(value, where);
  } else if (name == "DTAVAIL") {
    entry_.value_day = day(value, where);
  } else if (name == "FITID") {
    entry_.bank_ref = read(value);
  } else if (name == "TRNTYPE") {
    entry_.code = read(value);
  } else if (name == "CHECKNUM") {
    check_ = read(value);
  } else if (name == "REFNUM") {
    entry_.client_ref = read(value);
  } else if (name == "NAME") {
    if (name_.empty()) name_ = read(value);
  } else if (name == "MEMO") {
    memo_ += (memo_.empty() ? "" : " ") + read(value);
  } else if (name == "ACCTID" && in_counter_) {
    entry_.counter_account = read(value);
  } else if (name == "CORRECTFITID") {
    out_.warn(where, "ofx.correction", "这一笔更正或撤销另一笔，请人工核对 (this entry corrects another one): " + read(value.substr(0, 60)));
  } else if (name == "CORRECTACTION" && value == "DELETE") {
    entry_.status = MIF_ENTRY_INFO;
  }
}

void Ofx::tell_open() {
  if (told_) return;
  told_ = true;
  out_.open(head_);
}

void Ofx::finish_entry(Where, bool ended) {
  if (!in_entry_) return;
  in_entry_ = in_counter_ = false;
  if (!ended) out_.warn(entry_where_, "ofx.entry-open", "一笔流水没有结束标记，照读 (an entry without its end tag)");
  tell_open();
  if (!has_amount_ && entry_.amount.given == 0 && entry_.bank_ref.empty() && entry_.code.empty())
    out_.warn(entry_where_, "ofx.entry-empty", "一笔流水没有内容，请银行重出 (an entry without content)");
  if (entry_.bank_ref.empty() && !no_fitid_) {
    no_fitid_ = true;
    out_.note(entry_where_, "ofx.no-fitid", "有的流水没有 FITID，重复导入时按内容识别 (entries without a FITID)");
  }
  if (entry_.client_ref.empty()) entry_.client_ref = check_;
  entry_.counter_name = name_;
  entry_.text = memo_.empty() ? name_ : memo_;
  out_.entry(entry_);
}

void Ofx::finish_balance() {
  if (balance_ == Balance::none) return;
  const Balance which = balance_;
  balance_ = Balance::none;
  if (closing_.empty()) return;
  tell_open();
  const bool ledger = which == Balance::ledger;
  if (!balance_amount_.given) {
    out_.warn(balance_where_, "ofx.no-balance", std::string(ledger ? "LEDGERBAL" : "AVAILBAL") + " 没有金额 (a balance without an amount)");
    return;
  }
  out_.balance(ledger ? MIF_BALANCE_CLOSING : MIF_BALANCE_AVAILABLE, balance_day_, balance_amount_, ledger ? "LEDGERBAL" : "AVAILBAL");
}

void Ofx::finish_statement(Where where, bool ended) {
  finish_entry(where, !in_entry_);
  finish_balance();
  if (closing_.empty()) return;
  tell_open();
  if (!ended) out_.warn(where, "ofx.statement-open", "对账单没有结束标记，照读 (a statement without its end tag)");
  out_.close({});
  closing_.clear();
  in_own_ = false;
}

// 20130831165153.000[-8:PST]: the day as the bank wrote it.
mif_day Ofx::day(std::string_view value, Where where) {
  std::string eight;
  for (std::size_t i = 0; i < value.size() && eight.size() < 8; ++i) {
    if (value[i] == '-' && (eight.size() == 4 || eight.size() == 6)) continue;
    if (value[i] < '0' || value[i] > '9') break;
    eight += value[i];
  }
  bool moved = false;
  const int n = eight.size() == 8 ? std::atoi(eight.c_str()) : 0;
  const mif_day found = day_of(n / 10000, n / 100 % 100, n % 100, moved);
  if ((found == 0 && !value.empty()) || moved) out_.warn(where, "ofx.no-such-day", "没有这一天 (no such day): " + read(value.substr(0, 40)));
  return found;
}

int sniff(std::string_view head, std::string& format) {
  format = "ofx";
  std::string upper(head.substr(0, 16 * 1024));
  upper.erase(std::remove(upper.begin(), upper.end(), '\0'), upper.end());  // UTF-16
  std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c); });
  if (upper.find("OFXHEADER") != std::string::npos && upper.find("<OFX") != std::string::npos) return 99;
  return upper.find("OFXHEADER") != std::string::npos || upper.find("<OFX>") != std::string::npos ? 95 : 0;
}

}  // namespace mif::bank_ofx
