// SPDX-License-Identifier: Apache-2.0
#include "bai2.h"

#include <cstdlib>

#include "decimal.h"

namespace mif::bank_bai2 {

using namespace statement_text;

namespace {

std::string_view at(const std::vector<std::string_view>& fields, std::size_t i) { return i < fields.size() ? fields[i] : std::string_view(); }

bool number(std::string_view text, std::int64_t& out) {
  mif_decimal d{};
  if (text.empty() || text.find_first_of(".,") != std::string_view::npos || !read_decimal(text, d)) return false;
  out = d.units;
  return true;
}

// yymmdd, or yyyymmdd as some banks write.
mif_day day(std::string_view text, bool& moved) {
  if (!digits(text) || (text.size() != 6 && text.size() != 8)) return 0;
  const int n = std::atoi(std::string(text).c_str());
  const int year = n / 10000;
  return day_of(text.size() == 8 ? year : year < 80 ? 2000 + year : 1900 + year, n / 100 % 100, n % 100, moved);
}

bool is_funds_type(std::string_view t) { return t == "0" || t == "1" || t == "2" || t == "S" || t == "V" || t == "D" || t == "Z"; }

// How many fields follow the funds type at `i`.
std::size_t funds_fields(const std::vector<std::string_view>& fields, std::size_t i) {
  const std::string_view type = at(fields, i);
  if (type == "S") return 3;
  if (type == "V") return 2;
  std::int64_t n = 0;
  if (type == "D" && number(at(fields, i + 1), n) && n >= 0 && n <= 100) return 1 + 2 * static_cast<std::size_t>(n);
  return 0;
}

enum class Side { credit, debit, information };
Side side(int type) {
  if ((type >= 100 && type < 400) || (type >= 920 && type < 960)) return Side::credit;
  if ((type >= 400 && type < 700) || type >= 960) return Side::debit;
  return Side::information;
}

}  // namespace

Bai2::Bai2(mif_byte_source& bytes, std::string_view options, mif_statement_events& events, Cancelled cancelled)
    : chunks_(bytes, std::move(cancelled)), lines_(chunks_), charset_(options), out_(events), records_([this](const Record& r) { record(r); }) {}

void Bai2::run() {
  Line next;
  while (!out_.enough() && lines_.next(next)) records_.line(next);
  records_.finish();
  const Where end{lines_.byte(), 0};
  const bool cut = in_account_ || (file_begun_ && !file_ended_);
  finish_account(end, false);
  if (charset_.guessed()) out_.note_once(end, "bai2.charset-guessed", "文件没有说明字符集，文字按推测读出，可用选项 charset 指定 (the character set was guessed)");
  if (records_.stray()) out_.note_once({0, 1}, "bai2.stray-text", "第一条记录之前有文字，已跳过 (text before the first record was skipped)");
  if (records_.cut()) out_.warn(end, "bai2.long-record", "有一条记录超过 256 KiB，其余未读 (a record is too long, its rest was not read)");
  if (!file_begun_) out_.broken({0, 1}, "bai2.no-records", "文件里没有 BAI2 记录，请核对格式 (no record of BAI2 in the file)");
  else if (cut) out_.broken(end, "bai2.cut-off", "文件在 99 记录之前断了，请重新下载 (the file breaks off before its trailer 99)");
}

void Bai2::record(const Record& r) {
  if (out_.enough()) return;
  file_begun_ = true;
  if (file_ended_ && r.code != 1) {
    out_.warn(r.where, "bai2.after-end", "99 记录之后还有记录，照读 (records follow the trailer of the file)");
    file_ended_ = false;
  }
  switch (r.code) {
    case 1: {
      finish_account(r.where, false);
      file_ended_ = false;
      file_ = Total();
      file_.records = r.lines;
      file_id_ = charset_.read(at(r.fields(), 4));
      return;
    }
    case 2: return group(r);
    case 3: return account(r);
    case 16: return transaction(r);
    case 49: {
      account_.records += r.lines;
      trailer(r, account_, 1);
      return finish_account(r.where, true);
    }
    case 98: {
      finish_account(r.where, false);
      group_.records += r.lines;
      trailer(r, group_, 2);  // where the count of accounts is left out nothing stands there
      file_.add(group_);
      group_ = Total();
      return;
    }
    case 99: {
      finish_account(r.where, false);
      file_.records += r.lines;
      trailer(r, file_, 2);
      file_ended_ = true;
      return;
    }
    default: return;
  }
}

// 02,receiver,originator,status,as of,time,currency,modifier
void Bai2::group(const Record& r) {
  finish_account(r.where, false);
  const auto fields = r.fields();
  group_ = Total();
  group_.records = r.lines;
  bool moved = false;
  group_day_ = day(at(fields, 3), moved);
  if (group_day_ == 0 || moved) out_.warn(r.where, "bai2.no-such-day", "02 记录的日期读不出来 (the day of the group cannot be read): " + charset_.read(at(fields, 3).substr(0, 30)));
  group_currency_ = charset_.read(at(fields, 5));
  group_status_ = std::string(at(fields, 2).substr(0, 4));
  if (group_status_ == "2" || group_status_ == "4")
    out_.warn(r.where, "bai2.group-status", "这一组是撤销或测试数据，其中的各笔不算入账 (deleted or test data: its entries are not booked)");
}

void Bai2::account(const Record& r) {
  finish_account(r.where, false);
  const auto fields = r.fields();
  in_account_ = true;
  account_ = Total();
  account_.records = r.lines;
  declared_ = Declared();
  credits_ = debits_ = -1;
  currency_ = at(fields, 1).empty() ? group_currency_ : charset_.read(at(fields, 1));
  out_.open({charset_.read(at(fields, 0)), currency_, file_id_, ""});
  summaries(r, 2);
}

// type, amount, item count, funds type (and its own fields), again and again; empty ones between are left by banks.
void Bai2::summaries(const Record& r, std::size_t i) {
  const auto fields = r.fields();
  while (i < fields.size()) {
    const std::string_view code = fields[i];
    if (code.empty()) {
      ++i;
      continue;
    }
    if (code.size() != 3 || !digits(code)) {
      out_.warn(r.where, "bai2.summary-unreadable", "03 记录里的汇总读不下去，其余未读 (the summaries cannot be read on): " + charset_.read(code.substr(0, 40)));
      return;
    }
    summary(r, code, at(fields, i + 1), at(fields, i + 2));
    i += is_funds_type(at(fields, i + 3)) ? 4 + funds_fields(fields, i + 3) : 4;
  }
}

void Bai2::summary(const Record& r, std::string_view code, std::string_view text, std::string_view count) {
  std::int64_t raw = 0;
  if (number(text, raw)) account_.add(raw);
  else if (!text.empty()) account_.exact = false;
  if (text.empty() && count.empty()) return;
  const mif_decimal value = amount(text, r.where);
  const int type = std::atoi(std::string(code).c_str());
  if (type < 100) {
    const int kind = type == 10 ? MIF_BALANCE_OPENING : type == 15 ? MIF_BALANCE_CLOSING : type == 40 ? MIF_BALANCE_INTERIM_OPENING : type == 30 ? MIF_BALANCE_INTERIM_CLOSING : type == 45 || type == 60 ? MIF_BALANCE_AVAILABLE : MIF_BALANCE_OTHER;
    if (value.given) out_.balance(kind, group_day_, value, code);
    return;
  }
  std::int64_t n = -1;
  if (!number(count, n) || n < 0) n = -1;
  if (type == 100) {
    declared_.credits = value;
    credits_ = n;
  } else if (type == 400) {
    declared_.debits = magnitude(value);
    debits_ = n;
  }
}

// 16,type,amount,funds type ...,bank's reference,customer's reference,text
void Bai2::transaction(const Record& r) {
  if (!in_account_) {
    out_.warn(r.where, "bai2.no-account", "16 记录之前没有 03 记录，不知道是哪个账户 (an entry before any account)");
    currency_ = group_currency_;
    in_account_ = true;
    account_ = Total();
    declared_ = Declared();
    credits_ = debits_ = -1;
    out_.open({"", currency_, file_id_, ""});
  }
  account_.records += r.lines;
  std::string own = r.segments.front();
  auto fields = split(own);
  std::size_t used = 1;
  // A record broken inside its funds type goes on in the 88.
  while (used < r.segments.size() && is_funds_type(at(fields, 2)) && fields.size() < 3 + funds_fields(fields, 2)) {
    own += (own.empty() || own.back() == ',' ? "" : ",") + r.segments[used++];
    fields = split(own);
  }
  const int type = std::atoi(std::string(fields[0]).c_str());
  Entry e;
  e.code = std::string(fields[0]);
  e.day = group_day_;
  std::int64_t raw = 0;
  if (number(at(fields, 1), raw)) account_.add(raw);
  else if (!at(fields, 1).empty()) account_.exact = false;
  e.amount = amount(at(fields, 1), r.where);
  const Side s = side(type);
  if (s == Side::debit && e.amount.units > 0) e.amount = negated(e.amount);
  if (s == Side::information || group_status_ == "2" || group_status_ == "4") e.status = MIF_ENTRY_INFO;
  const bool funds = at(fields, 2).empty() || is_funds_type(at(fields, 2));
  bool moved = false;
  if (at(fields, 2) == "V") e.value_day = day(at(fields, 3), moved);
  const std::size_t ref = funds ? 3 + funds_fields(fields, 2) : 2;
  if (funds) {
    e.bank_ref = charset_.read(at(fields, ref));
    e.client_ref = charset_.read(at(fields, ref + 1));
  }
  // The text is everything behind the references, commas and all.
  std::string_view text = own;
  for (std::size_t i = 0, before = funds ? ref + 2 : 2; i < before && !text.empty(); ++i) {
    const std::size_t comma = text.find(',');
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  const auto add = [&e, this](std::string_view more) {
    more = trim(more);
    while (!more.empty() && more.back() == ',') more.remove_suffix(1);
    if (more.empty()) return;
    if (!e.text.empty()) e.text += ' ';
    e.text += charset_.read(more);
  };
  add(text);
  for (; used < r.segments.size(); ++used) add(r.segments[used]);
  out_.entry(e);
}

mif_decimal Bai2::amount(std::string_view text, Where where) {
  mif_decimal d{};
  if (text.empty()) return d;
  if (!read_decimal(text, d)) {
    out_.warn(where, "bai2.amount-unreadable", "金额读不出来，按没有给出读 (an amount that cannot be read): " + charset_.read(text.substr(0, 40)));
    return d;
  }
  // Amounts have no decimal mark: they are in the currency's smallest unit. A bank that writes one means it.
  if (text.find_first_of(".") == std::string_view::npos) d.scale = minor_digits(currency_);
  return d;
}

void Bai2::finish_account(Where where, bool trailer) {
  if (!in_account_) return;
  in_account_ = false;
  if (!trailer) out_.warn(where, "bai2.no-account-trailer", "账户没有 49 记录就结束了，请银行核对 (the account ends without its trailer 49)");
  if (credits_ >= 0 && debits_ >= 0) declared_.entries = credits_ + debits_;
  out_.close(declared_);
  group_.add(account_);
}

void Bai2::trailer(const Record& r, const Total& counted, std::size_t records_at) {
  const auto fields = r.fields();
  const std::string_view total = at(fields, 0), count = at(fields, records_at);
  std::int64_t declared = 0;
  if (number(total, declared) && counted.exact && declared != counted.amount)
    out_.warn(r.where, "bai2.control-total", std::to_string(r.code) + " 记录的控制总额与所含金额之和不符，请银行核对 (the control total differs from the amounts): " + std::to_string(declared) + " / " + std::to_string(counted.amount));
  if (number(count, declared) && declared != counted.records)
    out_.note(r.where, "bai2.record-count", std::to_string(r.code) + " 记录声明的记录数与文件中的不符 (the count of records differs): " + std::to_string(declared) + " / " + std::to_string(counted.records));
}

int sniff(std::string_view head, std::string& format) {
  format = "bai2";
  while (!head.empty() && (static_cast<unsigned char>(head[0]) <= 0x20 || head.substr(0, 3) == "\xEF\xBB\xBF")) head.remove_prefix(head[0] == '\xEF' ? 3 : 1);
  if (head.substr(0, 3) != "01,") return 0;
  const auto fields = split(head.substr(0, head.find_first_of("\r\n/")));
  const bool group = head.find("\n02,") != std::string_view::npos || head.find("\r02,") != std::string_view::npos || head.find("/02,") != std::string_view::npos;
  if (fields.size() < 6) return group ? 60 : 10;
  return group ? 97 : 50;
}

}  // namespace mif::bank_bai2
