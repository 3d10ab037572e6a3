// SPDX-License-Identifier: Apache-2.0
#include "statement_store.h"

#include <algorithm>
#include <optional>

#include "recon.h"
#include "statement_known.h"

namespace mif::treasury {

namespace {

constexpr std::size_t kBatchRows = 4096;

class Storing {
 public:
  Storing(Txn& txn, const std::string& account, LineSpool& lines, const Intake& intake)
      : txn_(txn), account_(account), lines_(lines), in_(intake), order_(lines.by_day(in_.begin, in_.end)), unique_(lines.unique_refs(in_.begin, in_.end)) {}

  void content_only() { content_only_ = true; }

  // Against what the account's earlier statements said.
  std::string contradiction() {
    std::string why = chain();
    if (!why.empty()) return why;
    known_.emplace(txn_, account_, in_.from, in_.to);
    if (content_only_) known_->content_only();
    const Day frozen = frozen_until(txn_, account_);
    if (known_->empty() && !(frozen.valid() && in_.from <= frozen)) {
      fresh_ = in_.lines();
      return {};
    }
    std::string changed, late;
    each([&](const BankLine& l, bool unique, std::int64_t, Fen) {
      const auto* stored = known_->find(l, unique, key_);
      if (!stored) {
        ++fresh_;
        if (late.empty() && frozen.valid() && l.day <= frozen)
          late = l.day.iso() + " 有新流水 " + l.fen.grouped() + "，而该月余额调节表已冻结，先 reconcile reopen 再导入 (a new line in a frozen month: reopen it first)";
      } else if (stored->day != l.day || stored->fen != l.fen || stored->client_ref != std::hash<std::string_view>()(l.client_ref)) {
        changed = "流水 " + std::string(l.bank_ref) + " 与以前导入的内容不同 (a line changed since it was imported)";
      }
      return changed.empty();
    });
    if (!changed.empty()) return changed;
    if (const auto* gone = known_->unseen()) return "以前导入过的 " + gone->day.iso() + " 流水 " + gone->fen.grouped() + " 这次没有 (an imported line is missing now)";
    return late;
  }
  std::int64_t fresh() const { return fresh_; }

  void write(std::int64_t statement) {
    known_->begin_again();
    RowBatch rows("id, statement_id, account, line_key, ord, day, fen, balance_fen, bank_ref, client_ref, counter_account, counter_name, text");
    std::vector<std::pair<KnownLines::Line, Fen>> moved;  // a later line of an earlier day changes what stands after it
    take_ids();
    each([&](const BankLine& l, bool unique, std::int64_t ord, Fen balance) {
      if (const auto* stored = known_->find(l, unique, key_)) {
        if (stored->ord != ord || stored->balance != balance) {
          moved.emplace_back(*stored, balance);
          moved.back().first.ord = ord;
        }
        return true;
      }
      rows.add(ids_[rows.rows()]).add(statement).add(account_).add(key_).add(ord).add(l.day).add(l.fen).add(balance);
      rows.add(l.bank_ref).add(l.client_ref).add(l.counter_account).add(l.counter_name).add(l.text);
      if (rows.rows() == ids_.size()) {
        take_ids();  // before the rows go: every call after that waits until they are written
        txn_.insert("x_treasury_line", rows);
      }
      return true;
    });
    if (!rows.empty()) txn_.insert("x_treasury_line", rows);
    for (const auto& [line, balance] : moved) txn_.execute("update x_treasury_line set ord = ?, balance_fen = ? where id = ?", {line.ord, balance, line.id});
  }

 private:
  // Every line by day: body(line, whether its reference is its own, its place in the day, the balance after it).
  template <class Body>
  void each(Body&& body) {
    Fen balance = in_.opening;
    std::int64_t ord = 0;
    Day day;
    for (std::size_t i = in_.begin; i < in_.end; ++i) {
      const std::size_t n = order_.empty() ? i : order_[i - in_.begin];
      const BankLine l = lines_.at(n);
      if (l.day != day) ord = 0;
      day = l.day;
      balance += l.fen;
      if (!body(l, unique_[n - in_.begin], ++ord, balance)) return;
    }
  }

  void take_ids() {
    ids_.resize(static_cast<std::size_t>(std::min<std::int64_t>(fresh_ - ids_taken_, kBatchRows)));
    for (auto& id : ids_) id = txn_.next_id("x_treasury_line");
    ids_taken_ += static_cast<std::int64_t>(ids_.size());
  }

  // With days between them that are not imported, the balances need not meet.
  std::string chain() {
    std::string why;
    const auto meets = [&](const char* what, Fen theirs, Fen ours, const char* which) {
      if (theirs != ours) why = std::string(what) + ours.grouped() + " 与" + which + theirs.grouped() + " 不符 ";
    };
    std::int64_t covering = 0;
    Fen opening_there;
    txn_.query("select day_from, opening_fen, day_to, closing_fen from x_treasury_statement where account = ? and state = 'proved' and day_from < ? order by day_to desc, ord desc limit 1", {account_, in_.from},
               [&](const Row& r) {
                 if (day_after(r.day(2)) == in_.from) meets("期初 ", r.fen(3), in_.opening, "上一张对账单期末 ");
                 else if (in_.from <= r.day(2)) {
                   covering = r.integer(0);
                   opening_there = r.fen(1);
                 }
                 return false;
               });
    if (!why.empty()) return why + "(opening is not the previous closing)";
    if (covering > 0) {  // it begins within days that are known: with the balance that stood there
      Fen there = opening_there;
      txn_.query("select balance_fen from x_treasury_line where account = ? and day < ? and day >= ? order by day desc, ord desc limit 1", {account_, in_.from, covering}, [&](const Row& r) {
        there = r.fen(0);
        return false;
      });
      meets("期初 ", there, in_.opening, "该日之前已导入的余额 ");
      if (!why.empty()) return why + "(opening is not the balance known before that day)";
    }
    std::optional<Fen> next;  // what the day after it is known to begin with
    Day until;
    txn_.query("select day_from, opening_fen, day_to, closing_fen from x_treasury_statement where account = ? and state = 'proved' and day_to > ? and day_from <= ? order by ord desc limit 1",
               {account_, in_.to, day_after(in_.to)}, [&](const Row& r) {
                 next = in_.to < r.day(0) ? r.fen(1) : r.fen(3);
                 if (!(in_.to < r.day(0))) until = r.day(2);
                 return false;
               });
    if (until.valid())
      txn_.query("select balance_fen, fen from x_treasury_line where account = ? and day > ? and day <= ? order by day, ord limit 1", {account_, in_.to, until}, [&](const Row& r) {
        next = r.fen(0) - r.fen(1);
        return false;
      });
    if (next) meets("期末 ", *next, in_.closing, "下一张对账单期初 ");
    return why.empty() ? why : why + "(closing is not the next opening)";
  }

  Txn& txn_;
  const std::string& account_;
  LineSpool& lines_;
  const Intake& in_;
  std::vector<std::uint32_t> order_;
  std::vector<bool> unique_;
  std::optional<KnownLines> known_;
  std::vector<std::int64_t> ids_;  // of the rows that are being filled
  std::int64_t fresh_ = 0, ids_taken_ = 0;
  std::string key_;
  bool content_only_ = false;
};

StoredStatement store(Desk& desk, Call call, const Scoped& scoped, LineSpool& lines, const Intake& in, bool content_only) {
  const std::string& account = scoped.account->number;
  Txn txn = desk.store.write(call);
  lock_account(txn, account);
  Storing storing(txn, account, lines, in);
  if (content_only) storing.content_only();
  std::string state = name_of(in.verdict), why = in.reason;
  if (in.verdict == Verdict::proved) {
    why = storing.contradiction();
    if (!why.empty()) state = name_of(Verdict::quarantined);
  }
  const bool proved = state == "proved";
  const std::int64_t fresh = proved ? storing.fresh() : 0;
  // The same statement again, or one that says nothing new within days already proved, changes nothing at all.
  bool seen = false;
  txn.query("select 1 from x_treasury_statement where account = ? and ((evidence = ? and state = ? and day_from = ? and day_to = ? and opening_fen = ? and closing_fen = ?)"
            " or (state = 'proved' and day_from <= ? and day_to >= ? and 1 = ?))",
            {account, in.evidence, state, in.from, in.to, in.opening, in.closing, in.from, in.to, proved && fresh == 0 ? 1 : 0}, [&](const Row&) {
              seen = true;
              return false;
            });
  if (!seen) {
    // Which statement is the later one is said by ord, counted under the account's lock: ids come in blocks per program, and clocks differ.
    std::int64_t before = 0;
    txn.query("select cast(coalesce(max(ord), 0) as bigint) from x_treasury_statement where account = ?", {account}, [&](const Row& r) {
      before = r.integer(0);
      return false;
    });
    const std::int64_t id = txn.next_id("x_treasury_statement");
    txn.execute("insert into x_treasury_statement (id, account, ord, day_from, day_to, opening_fen, closing_fen, lines, state, reason, evidence, imported_by, imported_ms)"
                " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                {id, account, before + 1, in.from, in.to, in.opening, in.closing, in.lines(), state, cut(why, 1900), in.evidence, call.actor(), desk.clock.now_unix_ms()});
    if (proved) storing.write(id);
    JsonWriter body;
    body.begin_object().field("statement", id).field("account", account).field("from", in.from.iso()).field("to", in.to.iso()).field("opening", in.opening);
    body.field("closing", in.closing).field("lines", in.lines()).field("new_lines", fresh).field("state", state).field("reason", why);
    body.field("evidence", in.evidence).end_object();
    desk.audit.append(txn, scoped.unit, "statement.import", "account/" + account, body.str());
  }
  txn.commit();
  return {state, why, seen ? 0 : fresh};
}

}  // namespace

Day day_after(Day day) {
  if (day.day() < Day::days_in(day.year(), day.month())) return Day(day.value() + 1);
  return day.month() == 12 ? Day(day.year() + 1, 1, 1) : Day(day.year(), day.month() + 1, 1);
}

StoredStatement store_statement(Desk& desk, Call call, const Scoped& scoped, LineSpool& lines, const Intake& intake) {
  try {
    return store(desk, call, scoped, lines, intake, false);
  } catch (const Error& e) {
    // A reference that is its line's own here may be another line's on a day that is not in this statement.
    if (e.code() != MIF_E_CONFLICT || intake.verdict != Verdict::proved) throw;
  }
  return store(desk, call, scoped, lines, intake, true);
}

void write_statement(Result& result, const BankAccount& account, const Intake& in, const StoredStatement& stored) {
  result.item().field("account", account.number).field("book", account.book).field("from", in.from.iso()).field("to", in.to.iso()).field("opening", in.opening).field("closing", in.closing)
      .field("lines", in.lines()).field("new_lines", stored.fresh).field("state", stored.state).field("reason", stored.reason).end_object();
}

}  // namespace mif::treasury
