// SPDX-License-Identifier: Apache-2.0
#include "proof.h"

#include "mif/sdk.hpp"

namespace mif::treasury {

namespace {

constexpr std::size_t kMostReasons = 20;

// A balance at the foot or head of a page stands for the statement's own; one of the running day does not.
bool of_page(std::string_view code) { return code == "60M" || code == "62M"; }
bool previous_closing(std::string_view code) { return code == "PRCD"; }

}  // namespace

const char* name_of(Verdict verdict) { return verdict == Verdict::proved ? "proved" : verdict == Verdict::warned ? "warned" : "quarantined"; }

std::string StatementFacts::why() const {
  std::string all;
  for (const auto& reason : reasons) all += (all.empty() ? "" : "; ") + reason;
  return all;
}

std::string sentence_of(const mif_statement_trouble& t) {
  std::string place = "第 " + std::to_string(t.byte) + " 字节";
  if (t.line > 0) place += "（第 " + std::to_string(t.line) + " 行）";
  return place + ": " + str(t.what) + " [" + str(t.code) + "]";
}

Proof::Proof(const mif_statement_open& open) {
  facts_.account = str(open.account);
  facts_.currency = str(open.currency);
  facts_.id = str(open.id);
  facts_.number = str(open.number);
}

void Proof::doubt(const std::string& why) {
  if (facts_.verdict == Verdict::proved) facts_.verdict = Verdict::warned;
  if (facts_.reasons.size() < kMostReasons) facts_.reasons.push_back(why);
}
void Proof::note(const std::string& what) {
  if (facts_.notes.size() < kMostReasons) facts_.notes.push_back(what);
}
void Proof::broken(const std::string& why) {
  facts_.verdict = Verdict::quarantined;
  if (facts_.reasons.size() >= kMostReasons) facts_.reasons.pop_back();
  facts_.reasons.push_back(why);
}
void Proof::sum(Decimal& into, const Decimal& amount) {
  if (!into.add(amount)) broken("合计超出可表示的范围 (a sum is out of range)");
}

void Proof::balance(const mif_statement_balance& b) {
  const auto amount = Decimal::of(b.amount);
  const std::string_view code = view(b.code);
  const bool opens = b.kind == MIF_BALANCE_OPENING || (b.kind == MIF_BALANCE_INTERIM_OPENING && of_page(code));
  const bool closes = b.kind == MIF_BALANCE_CLOSING || (b.kind == MIF_BALANCE_INTERIM_CLOSING && of_page(code));
  if (!amount || !(opens || closes)) return;
  const Day day(b.day);
  if (opens) {
    const bool sure = b.kind == MIF_BALANCE_OPENING && !previous_closing(code);
    if (facts_.opening && (opening_is_sure_ || !sure)) {  // the foot of a page within the statement
      if (of_page(code) && start_) {
        if (running_ != *amount) doubt("续页期初 " + amount->text() + " 与逐笔累计 " + running_.text() + " 不符 (a page does not open with the sum so far)");
      } else if (*facts_.opening != *amount && !previous_closing(code)) {
        note("另有期初余额 " + amount->text() + " (another opening balance) " + std::string(code));
      }
      return;
    }
    const std::int64_t before = facts_.booked;
    if (before == 0) {
      running_ = *amount;
      start_is_opening_ = true;
    } else if (!start_) {
      sum(running_, *amount);
    } else if (!start_is_opening_ && *start_ != *amount) {
      doubt("期初 " + amount->text() + " 与逐笔余额推出的 " + start_->text() + " 不符 (opening does not fit the running balances)");
    }
    start_ = start_ && before != 0 ? start_ : amount;
    facts_.opening = amount;
    facts_.opening_day = day;
    opening_is_sure_ = sure;
  } else {
    const bool sure = b.kind == MIF_BALANCE_CLOSING;
    if (facts_.closing && closing_is_sure_) {
      if (sure && *facts_.closing != *amount) note("另有期末余额 " + amount->text() + " (another closing balance) " + std::string(code));
      return;
    }
    facts_.closing = amount;
    facts_.closing_day = day;
    closing_is_sure_ = sure;
  }
}

void Proof::entry(const mif_statement_entry& e) {
  ++facts_.entries;
  const auto amount = Decimal::of(e.amount);
  if (!amount) return doubt("第 " + std::to_string(facts_.entries) + " 笔没有金额 (an entry without an amount)");
  if (e.reversal) ++facts_.reversals;
  if (e.details > 1) ++facts_.bundled;
  const bool booked = e.status == MIF_ENTRY_BOOKED;
  sum(amount->negative() ? facts_.debits : facts_.credits, amount->absolute());
  if (const auto parts = Decimal::of(e.details_sum); parts && parts->absolute() != amount->absolute()) ++bundles_off_;
  if (e.status == MIF_ENTRY_PENDING) ++facts_.pending;
  if (e.status == MIF_ENTRY_INFO) ++facts_.informed;
  if (!booked) return;
  ++facts_.booked;
  sum(amount->negative() ? facts_.booked_debits : facts_.booked_credits, amount->absolute());
  sum(running_, *amount);
  const Day day(e.day);
  if (e.day != 0 && !day.valid()) doubt("第 " + std::to_string(facts_.entries) + " 笔的日期 " + std::to_string(e.day) + " 不存在 (no such day)");
  else if (e.day != 0) {
    if (!facts_.first.valid() || day < facts_.first) facts_.first = day;
    if (facts_.last < day) facts_.last = day;
  }
  const auto stated = Decimal::of(e.balance);
  if (!stated || !balances_fit_) return;
  if (!start_) {  // the file opens with no balance: the running ones must still follow each other
    running_ = *stated;
    Decimal implied = *stated;
    sum(implied, amount->negated());
    start_ = implied;
  } else if (running_ != *stated) {
    balances_fit_ = false;  // the first one that does not fit says it all
    doubt("第 " + std::to_string(facts_.entries) + " 笔的余额 " + stated->text() + " 与逐笔累计 " + running_.text() + " 不符 (running balance does not fit)");
  }
}

void Proof::close(const mif_statement_close* declared) {
  if (bundles_off_ > 0) note(std::to_string(bundles_off_) + " 笔的明细合计与该笔金额不同 (bundled transactions do not sum to their entry)");
  if (!facts_.opening) doubt("没有期初余额，不能验算 (no opening balance to prove it by)");
  if (!facts_.closing) doubt("没有期末余额，不能验算 (no closing balance to prove it by)");
  if (facts_.opening && facts_.closing) {
    Decimal total = *facts_.opening;
    sum(total, facts_.booked_credits);
    sum(total, facts_.booked_debits.negated());
    if (total != *facts_.closing) {
      Decimal off = *facts_.closing;
      sum(off, total.negated());
      doubt("期初 " + facts_.opening->text() + " 加各笔得 " + total.text() + "，期末却是 " + facts_.closing->text() + "，差 " + off.text() + " (opening + entries is not closing)");
    }
  }
  check_days();
  if (declared) check_declared(*declared);
}

void Proof::check_days() {
  if (!facts_.first.valid()) return;
  if (facts_.opening_day.valid() && facts_.first < facts_.opening_day)
    doubt("有一笔的日期 " + facts_.first.iso() + " 早于期初日 " + facts_.opening_day.iso() + " (an entry's day is before the opening)");
  if (facts_.closing_day.valid() && facts_.closing_day < facts_.last)
    doubt("有一笔的日期 " + facts_.last.iso() + " 晚于期末日 " + facts_.closing_day.iso() + " (an entry's day is after the closing)");
}

// Banks count with or without what is not booked yet; either is right.
void Proof::check_declared(const mif_statement_close& declared) {
  if (declared.entries >= 0 && declared.entries != facts_.entries && declared.entries != facts_.booked)
    doubt("文件声明 " + std::to_string(declared.entries) + " 笔，实有 " + std::to_string(facts_.entries) + " 笔 (another number of entries than declared)");
  const auto check = [&](const mif_decimal& said, std::initializer_list<Decimal> fits, const char* what) {
    const auto claimed = Decimal::of(said);
    if (!claimed) return;
    for (const auto& sum : fits)
      if (claimed->absolute() == sum.absolute()) return;
    doubt(std::string("文件声明的") + what + " " + claimed->text() + "，实为 " + fits.begin()->text() + " (declared sum differs)");
  };
  const auto both = [&](Decimal a, const Decimal& b) {
    sum(a, b);
    return a;
  };
  check(declared.credits, {facts_.credits, facts_.booked_credits}, "收入合计");
  check(declared.debits, {facts_.debits, facts_.booked_debits}, "支出合计");
  check(declared.sum, {both(facts_.credits, facts_.debits), both(facts_.credits, facts_.debits.negated()), both(facts_.booked_credits, facts_.booked_debits), both(facts_.booked_credits, facts_.booked_debits.negated())}, "合计");
}

void Proof::follows(const StatementFacts& before) {
  if (!before.closing || !facts_.opening || *before.closing == *facts_.opening) return;
  doubt("期初 " + facts_.opening->text() + " 与文件中同一账户上一张的期末 " + before.closing->text() + " 不符 (opening is not the previous closing in the file)");
}

void Proof::trouble(const mif_statement_trouble& t) {
  if (t.level == MIF_TROUBLE_BROKEN) broken(sentence_of(t));
  else if (t.level == MIF_TROUBLE_WARNING) doubt(sentence_of(t));
  else note(sentence_of(t));
}

}  // namespace mif::treasury
