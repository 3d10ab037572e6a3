// SPDX-License-Identifier: Apache-2.0
// The trial run (测算): what each template makes of the posted balances, beside what an earlier run left waiting.
#include <algorithm>
#include <map>
#include <set>

#include "kernel/closing/closing.h"
#include "mif/pattern.hpp"

namespace mif::closing {
namespace {

using ledger::Draft;
using ledger::Line;
using Outcome = Planned::Outcome;

constexpr std::int64_t kAll = std::int64_t{1} << 40;

Day last_day(Period p) {
  const int month = std::min(p.month, 12);
  return {p.year, month, Day::days_in(p.year, month)};
}

std::string lines_text(const std::vector<Line>& lines) {
  std::string text;
  for (const auto& l : lines) {
    text += text.empty() ? "" : ", ";
    text += (l.side == MIF_DEBIT ? "借 " : "贷 ") + l.account + (l.aux.empty() ? "" : " " + l.aux) + ' ' + l.fen.plain();
  }
  return text.empty() ? "无" : text;
}

bool same_lines(const std::vector<Line>& a, const std::vector<Line>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Line& x, const Line& y) { return x.side == y.side && x.fen == y.fen && x.account == y.account && x.aux == y.aux; });
}

}  // namespace

// One run over a book's month: the figures are read once, the templates asked in their order.
struct Closing::Run {
  const Closing& room;
  store::Txn& txn;
  ledger::Book book;
  Period period;
  std::shared_ptr<const chart::Chart> chart;
  std::vector<ledger::Balance> balances;
  std::vector<ledger::Voucher> earlier;  // of this month, made by templates
  std::vector<Planned> planned;
  std::set<std::string> pending;         // templates whose vouchers are not all posted

  Run(const Closing& r, store::Txn& t, std::string_view code, Period p) : room(r), txn(t), book(r.ledger_.book(t, code)), period(p) {
    chart = r.charts_.load(t, book.chart, book.unit, last_day(p));
    r.ledger_.balances(t, code, p.year, p.month, [&](const ledger::Balance& b) { balances.push_back(b); });
    for (const char* plugin : {"ledger", "closing"}) {
      auto some = made_by(plugin, p.year, p.month);
      earlier.insert(earlier.end(), some.begin(), some.end());
    }
  }

  std::vector<ledger::Voucher> made_by(const char* plugin, int year, int month) const {
    ledger::VoucherQuery q;
    q.book = book.code;
    q.source_plugin = plugin;
    q.year = year;
    q.month = month;
    q.limit = kAll;
    return room.ledger_.vouchers(txn, q);
  }
  std::string prefix_of(const std::string& name, Period of) const { return "closing/" + book.code + '/' + of.iso() + '/' + name + '/'; }

  const chart::Account& account_of(const Template& t, const std::string& code) const {
    const chart::Account* account = chart->find(code);
    if (!account) throw Error(MIF_E_INVALID, "template.account", "模板 " + t.name + " 用到的科目 " + code + " 在账套 " + book.code + " 的科目表里没有 (unknown account)");
    return *account;
  }

  // Figures of income and expense leave closing vouchers out, as the statements do; balances hold everything.
  Fen figure(const Template& t, std::string_view function, std::string_view account, std::string_view aux) const {
    const int side = account_of(t, std::string(account)).side;
    const AuxFilter filter(aux);
    Fen debit, credit;
    for (const auto& b : balances) {
      if (b.account.compare(0, account.size(), account) != 0 || !filter.matches(b.aux)) continue;
      const bool whole = function == "balance" || function == "opening";
      if (function == "opening" ? b.month >= period.month : function == "year" ? b.month == 0 : !whole && b.month != period.month) continue;
      debit += whole ? b.debit : b.debit - b.closing_debit;
      credit += whole ? b.credit : b.credit - b.closing_credit;
    }
    if (function == "debit") return debit;
    if (function == "credit") return credit;
    return side == MIF_DEBIT ? debit - credit : credit - debit;
  }

  Share approved(const Template& t, std::string_view name, int year) const {
    const auto all = room.ratios(txn, book.code);
    for (const auto& r : all)
      if (r.name == name && r.year == year && r.state == RatioState::approved) return r.share;
    throw Error(MIF_E_NOT_FOUND, "ratio.not-approved", "模板 " + t.name + " 要用的 " + std::to_string(year) + " 年比例 \"" + std::string(name) + "\" 还没有录入并批准 (no approved ratio)");
  }

  Draft draft_of(const Template& t) const {
    Draft d;
    d.day = last_day(period);
    d.month = period.month;
    d.book = book.code;
    d.word = t.word;
    d.flow = "voucher-closing";
    d.source_plugin = "closing";
    d.summary = t.summary;
    return d;
  }
  Line line_of(const Template& t, const TemplateLine& from, int side, Fen fen) const {
    return {side, fen, from.account, from.aux, from.summary.empty() ? t.summary : from.summary};
  }

  Draft allocation(const Template& t) const {
    Draft d = draft_of(t);
    const chart::Account& source = account_of(t, t.source);
    std::map<std::pair<std::string, std::string>, Fen> nets;
    for (const auto& b : balances)
      if (b.account.compare(0, t.source.size(), t.source) == 0) nets[{b.account, b.aux}] += source.side == MIF_DEBIT ? b.debit - b.credit : b.credit - b.debit;
    Fen total;
    for (const auto& [key, net] : nets) {
      if (net == Fen()) continue;
      d.lines.push_back({-source.side, net, key.first, key.second, t.summary});
      total += net;
    }
    if (total == Fen()) return draft_of(t);  // items that even each other out leave nothing to allocate
    Fen left = total;
    for (const auto& line : t.lines) {
      const Fen fen = line.rest ? left : approved(t, line.ratio, period.year).of(total);
      left -= fen;
      if (fen != Fen()) d.lines.push_back(line_of(t, line, source.side, fen));
    }
    return d;
  }

  // Net credit of an account over the posted vouchers of a template in some months; `total` sums what the source gave.
  Fen credited(const std::string& name, Period of, const char* plugin, const std::string& account, Fen* total) const {
    Fen sum;
    for (const auto& head : made_by(plugin, of.year, of.month)) {
      if (head.state != ledger::State::posted || head.source_key.compare(0, prefix_of(name, of).size(), prefix_of(name, of)) != 0) continue;
      for (const auto& line : room.ledger_.voucher(txn, head.id).lines) {
        const Fen credit = line.side == MIF_CREDIT ? line.fen : -line.fen;
        if (line.account.compare(0, account.size(), account) == 0) sum += credit;
        if (total && line.side == MIF_CREDIT) *total += line.fen;
      }
    }
    return sum;
  }

  Draft true_up(const Template& t) const {
    Draft d = draft_of(t);
    const int last = period.year - 1;
    if (last < book.start.year) return d;
    if (room.ledger_.is_open(txn, book.code, {last, 12})) throw Error(MIF_E_CONFLICT, "closing.year-order", "请先结 " + std::to_string(last) + " 年 (close last year first)");
    const auto allocation = std::find_if(room.templates_.begin(), room.templates_.end(), [&](const Template& a) {
      return a.scheme == t.scheme && a.name == t.of && a.from <= Period{last, 12} && (a.to.year == 0 || Period{last, 12} <= a.to);
    });
    if (allocation == room.templates_.end()) return d;
    Fen total, first, moved;
    for (const int month : {12, 13}) first += credited(t.of, {last, month}, "closing", allocation->lines[0].account, &total);
    if (total == Fen()) return d;
    for (int month = 1; month <= std::min(period.month, 13); ++month) moved += credited(t.name, {period.year, month}, "closing", t.lines[0].account, nullptr);
    const Fen wanted = approved(t, t.ratio, last).of(total) - first - moved;
    if (wanted == Fen()) return d;
    const TemplateLine &to = t.lines[wanted > Fen() ? 0 : 1], &from = t.lines[wanted > Fen() ? 1 : 0];
    const Fen fen = wanted > Fen() ? wanted : -wanted;
    d.lines = {line_of(t, from, MIF_DEBIT, fen), line_of(t, to, MIF_CREDIT, fen)};
    return d;
  }

  Draft transfer(const Template& t) const {
    Draft d = draft_of(t);
    Amount::Source source;
    source.figure = [&](std::string_view function, std::string_view account, std::string_view aux) { return figure(t, function, account, aux); };
    source.ratio = [&](std::string_view name) { return approved(t, name, period.year); };
    Fen over;  // debit less credit
    std::size_t rest = t.lines.size();
    for (std::size_t i = 0; i < t.lines.size(); ++i) {
      const TemplateLine& line = t.lines[i];
      const Fen fen = line.rest ? Fen() : line.amount.value(source);
      if (line.rest) rest = i;
      over += line.side == MIF_DEBIT ? fen : -fen;
      d.lines.push_back(line_of(t, line, line.side, fen));
    }
    if (rest < t.lines.size()) d.lines[rest].fen = t.lines[rest].side == MIF_DEBIT ? -over : over;
    d.lines.erase(std::remove_if(d.lines.begin(), d.lines.end(), [](const Line& l) { return l.fen == Fen(); }), d.lines.end());
    return d;
  }

  // Numbers the draft after the earlier ones of its kind, and finds one that waits.
  void compare(Planned& p, const std::string& prefix) {
    int before = 0;
    for (const auto& v : earlier) {
      if (v.source_key.compare(0, prefix.size(), prefix) != 0) continue;
      if (v.state >= ledger::State::posted) ++before;
      else p.voucher = v.id;
    }
    p.draft.source_key = prefix + std::to_string(before + 1);
    if (p.voucher == 0) {
      p.outcome = p.draft.lines.empty() ? Outcome::nothing : Outcome::fresh;
      return;
    }
    const ledger::Voucher waiting = room.ledger_.voucher(txn, p.voucher);
    p.outcome = same_lines(waiting.lines, p.draft.lines) ? Outcome::same : Outcome::differs;
    if (p.outcome == Outcome::differs) p.note = "已有 " + lines_text(waiting.lines) + "; 现为 " + lines_text(p.draft.lines);
  }

  void add(const Template& t) {
    const auto plan = [&](Draft draft, const std::string& prefix) {
      Planned p;
      p.name = t.name;
      p.title = t.title;
      p.draft = std::move(draft);
      compare(p, prefix);
      if (p.outcome != Outcome::nothing) pending.insert(t.name);
      planned.push_back(std::move(p));
    };
    const auto blocked = [&](const std::string& why) {
      Planned p;
      p.name = t.name;
      p.title = t.title;
      p.outcome = Outcome::blocked;
      p.note = why;
      pending.insert(t.name);
      planned.push_back(std::move(p));
    };
    for (const auto& name : t.after)
      if (pending.count(name)) return blocked("先办 " + name + " 并记账 (its vouchers come first)");
    try {
      switch (t.kind) {
        case Kind::allocate: return plan(allocation(t), prefix_of(t.name, period));
        case Kind::true_up: return plan(true_up(t), prefix_of(t.name, period));
        case Kind::transfer: return plan(transfer(t), prefix_of(t.name, period));
        case Kind::carry: break;
      }
    } catch (const Error& error) {
      return blocked(error.what());
    }
    std::map<std::string, Draft> sides{{prefix_of("income", period), {}}, {prefix_of("expense", period), {}}};
    for (auto& draft : room.ledger_.closing_drafts(txn, book.code, period)) {
      const std::string prefix = draft.source_key.substr(0, draft.source_key.rfind('/') + 1);
      sides[prefix] = std::move(draft);
    }
    // The ledger numbers after every closing voucher of the month; its key stays, so that a second run finds the first.
    for (const char* side : {"income", "expense"}) {
      const std::string prefix = prefix_of(side, period), key = sides[prefix].source_key;
      plan(std::move(sides[prefix]), prefix);
      if (!key.empty()) planned.back().draft.source_key = key;
    }
  }
};

std::vector<Planned> Closing::trial(store::Txn& txn, std::string_view code, Period period, std::string_view name) const {
  Run run(*this, txn, code, period);
  bool found = name.empty();
  for (const Template* t : templates_of(run.book, period)) {
    run.add(*t);
    found = found || t->name == name;
  }
  if (!found) throw Error(MIF_E_NOT_FOUND, "template.not-found", "账套 " + std::string(code) + " 在 " + period.iso() + " 期没有结转模板 \"" + std::string(name) + "\" (no such closing template)");
  if (!name.empty())
    run.planned.erase(std::remove_if(run.planned.begin(), run.planned.end(), [&](const Planned& p) { return p.name != name; }), run.planned.end());
  return std::move(run.planned);
}

}  // namespace mif::closing
