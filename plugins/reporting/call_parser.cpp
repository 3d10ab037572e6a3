// SPDX-License-Identifier: Apache-2.0
#include "call_parser.h"

#include "mif/pattern.hpp"
#include "mif/svc/ledger.h"
#include "places.h"

namespace mif::reporting {
namespace {

[[noreturn]] void refuse(const char* rule, const std::string& sentence) { throw Error(MIF_E_INVALID, rule, sentence); }

class CallParser {
 public:
  CallParser(TokenReader& in, const Dimensions& dimensions) : in_(in), dimensions_(dimensions) {}

  void ledger(const std::string& name, const LedgerWord& kind, Expression& e) {
    auto& l = e.ledger;
    l.measure = kind.measure;
    l.year_to_date = kind.year_to_date;
    l.accounts = account(name, "第一项 (the first argument)");
    if (kind.opposite) {
      in_.expect(",", name + " 的科目");
      l.opposite = account(name, "第二项 (the second argument)");
    }
    AuxItems aux;
    while (in_.take(",")) argument(name, l, aux);
    in_.expect(")", name);
    l.aux = format_aux(aux);
    (void)AuxFilter(l.aux);
    if (kind.side_named) {
      if (l.side == 0) refuse("formula.side-missing", name + " 要写 \"借\" 或 \"贷\" (say which side), 如 " + name + (kind.opposite ? "('5001','1004',\"借\")" : "('5001',\"借\")"));
      l.measure = l.side == MIF_DEBIT ? Measure::debit : Measure::credit;
    }
    if (l.side == 0) {
      const auto first = l.accounts.find_first_of("12345");
      const char c = l.accounts[first == std::string::npos ? 0 : first];
      if (c < '1' || c > '5') refuse("formula.side", "看不出 " + l.accounts + " 的余额方向，请写 借 或 贷 (say which side)");
      l.side = c == '1' || c == '5' ? MIF_DEBIT : MIF_CREDIT;
    }
    read_shifts(in_, e);
    if (e.shift.whose != Shift::Whose::here) refuse("formula.unit-of-ledger", name + " 只取本单位的账，别的单位用单元格加 {单位:代码} (another unit's ledger is not read, take its cell)");
    const bool balance = l.measure == Measure::opening || l.measure == Measure::closing;
    if (e.shift.year_to_date) {
      if (balance) refuse("formula.no-year-to-date", name + " 是余额，不能取 {本年累计} (a balance has no year-to-date)");
      l.year_to_date = true;
    }
    if (e.shift.quarter_to_date && balance) refuse("formula.no-quarter-to-date", name + " 是余额，不能取 {本季} (a balance has no quarter)");
    if (e.shift.quarter_to_date && l.year_to_date) refuse("formula.two-sums", "{本季} 与 {本年累计} 不能同时用 (one of the two)");
    if (e.shift.year_start && !balance) refuse("formula.no-year-opening", name + " 是发生额，不能取 {年初} (turnover has no year opening)");
  }

  std::string account(const std::string& function, const char* which) {
    std::string accounts;
    if (in_.peek().kind == Token::Kind::string) {
      accounts = in_.next().text;
    } else if (in_.peek().kind == Token::Kind::number) {
      accounts = in_.next().text;
      if (in_.take("*")) accounts += '*';
    } else {
      refuse("formula.account-first", function + " 的" + which + "应是科目 (is the account), 如 " + function + "('5001*'), 却是 " + TokenReader::shown(in_.peek()));
    }
    (void)AccountPattern(accounts);
    if (accounts.empty()) refuse("formula.no-account", function + " 没有写科目 (no account)");
    return accounts;
  }

  void figure(const std::string& name, std::string_view family, Expression& e) {
    auto& f = e.figure;
    f.family = family;
    const auto text = [&] {
      if (in_.peek().kind != Token::Kind::word && in_.peek().kind != Token::Kind::string && in_.peek().kind != Token::Kind::number)
        refuse("formula.figure-name", name + " 要写名称 (a name is needed), 如 " + name + "(\"参保人数\"), 却是 " + TokenReader::shown(in_.peek()));
      return in_.next().text;
    };
    f.name = text();
    while (in_.take(",")) {
      std::string one = text();
      if (!in_.take("=")) {
        f.arguments.push_back(std::move(one));
        continue;
      }
      do {
        const std::string item = text();
        if (one == "账套") f.books.push_back(dimensions_.scheme(item));
        else f.arguments.push_back(one + "=" + item);
      } while (in_.take("|"));
    }
    in_.expect(")", name);
    if (f.name.empty()) refuse("formula.figure-name", name + " 要写名称 (a name is needed), 如 " + name + "(\"参保人数\")");
    read_shifts(in_, e);
    if (e.shift.whose != Shift::Whose::here) refuse("formula.unit-of-ledger", name + " 只取本单位的数，别的单位用单元格加 {单位:代码} (another unit's figure is not read, take its cell)");
  }

  void argument(const std::string& function, LedgerCall& l, AuxItems& aux) {
    if (in_.peek().kind == Token::Kind::string && (in_.peek().text == "借" || in_.peek().text == "贷")) {
      l.side = in_.next().text == "借" ? MIF_DEBIT : MIF_CREDIT;
      return;
    }
    if (in_.peek().kind != Token::Kind::word) refuse("formula.condition", function + " 的条件写作 名=值 (a condition is name=value), 却是 " + TokenReader::shown(in_.peek()));
    const std::string name = in_.next().text;
    if (name == "借" || name == "贷") {
      l.side = name == "借" ? MIF_DEBIT : MIF_CREDIT;
      return;
    }
    if (name == "余额方向") return;
    if (name == "含结转") {
      l.with_closing = true;
      return;
    }
    bool negated = in_.take("<>");
    if (!negated) {
      in_.expect("=", name);
      negated = in_.take("!");
    }
    const bool book = name == "账套";
    const std::string dimension = book ? std::string() : dimensions_.code(name);
    std::string items;
    do {
      const Token token = in_.next();
      if (token.kind != Token::Kind::word && token.kind != Token::Kind::number && token.kind != Token::Kind::string && !token.is("-"))
        refuse("formula.condition-value", name + "= 后应有值 (a value is missing), 却是 " + TokenReader::shown(token));
      if (book) l.books.push_back(dimensions_.scheme(token.text));
      else items += (items.empty() ? "" : "|") + dimensions_.item(dimension, token.text);
    } while (in_.take("|"));
    if (book) {
      if (negated) refuse("formula.book-negated", "账套 不能用 <> (a book cannot be negated)");
      return;
    }
    if (!aux.emplace(dimension, (negated ? "!" : "") + items).second) refuse("formula.condition-twice", name + " 写了两次 (given twice)");
  }

 private:
  TokenReader& in_;
  const Dimensions& dimensions_;
};

}  // namespace

void read_shifts(TokenReader& in, Expression& e) {
  while (in.peek().kind == Token::Kind::shift) add_shift(e.shift, in.next().text);
}

void read_ledger_call(TokenReader& in, const Dimensions& dimensions, const std::string& name, const LedgerWord& word, Expression& e) { CallParser(in, dimensions).ledger(name, word, e); }

void read_figure_call(TokenReader& in, const Dimensions& dimensions, const std::string& name, std::string_view family, Expression& e) { CallParser(in, dimensions).figure(name, family, e); }

}  // namespace mif::reporting
