// SPDX-License-Identifier: Apache-2.0
// Drafts and the states before posting.
#include "kernel/ledger/internal.h"
#include "kernel/ledger/locked.h"
#include "kernel/ledger/states.h"
#include "mif/json.hpp"

namespace mif::ledger {
namespace {

struct Known {
  std::int64_t id = 0, reverses = 0;
  std::string content_hash;
};

Known find_source(store::Txn& txn, const Stored& v) {
  Known known;
  if (v.source_key.empty()) return known;
  txn.query("select id, reverses, content_hash from ledger_voucher where source_plugin = ? and source_key = ?", {v.source_plugin, v.source_key},
            [&](const store::Row& row) { known = {row.integer(0), row.integer(1), std::string(row.text(2))}; });
  return known;
}

// P5: the same key with the same content is the same voucher; with other content it is a contradiction.
Proposal same_or_conflict(const Known& known, const Stored& v) {
  if (known.content_hash == v.content_hash && known.reverses == v.reverses) return {known.id, true, {}};
  throw Error(MIF_E_CONFLICT, "voucher.source-reused", "来源单据 " + v.source_plugin + " \"" + v.source_key + "\" 已制成凭证 " + std::to_string(known.id) + ",而这次内容不同 (same source key, other content)");
}

void check_reversed(store::Txn& txn, const Stored& v) {
  if (v.reverses == 0) return;
  const Stored reversed = stored(txn, v.reverses, Lock::none).voucher;
  if (reversed.state != State::posted || reversed.book != v.book)
    throw Error(MIF_E_INVALID, "correction.original", "只能更正本账套已记账的凭证 (only a posted voucher of the same book is corrected): " + std::to_string(v.reverses));
}

const std::string& head_statement() {
  static const std::string insert = [] {
    std::string names, marks;
    for (const auto& name : kVoucherNames) {
      names += (names.empty() ? "" : ", ") + name;
      marks += marks.empty() ? "?" : ", ?";
    }
    return "insert into ledger_voucher (" + names + ") values (" + marks + ")";
  }();
  return insert;
}

std::vector<store::Param> head_values(const Stored& v) {
  std::vector<store::Param> values;
  values.reserve(kVoucherWidth);
  append_values(values, v);
  return values;
}

// False when the source key is there already.
bool insert_new_head(store::Txn& txn, const Stored& v) {
  static const std::string unless_known = head_statement() + " on conflict (source_plugin, source_key) do nothing";
  return txn.execute(txn.dialect() == store::Dialect::generic ? head_statement() : unless_known, head_values(v)) == 1;
}

}  // namespace

// The other parts of a fraction number share book, period, word and count with the voucher of part 1.
void check_parts(store::Txn& txn, const Stored& v) {
  if (v.lead == 0) return;
  const Stored lead = stored(txn, v.lead, Lock::none).voucher;
  if (lead.book != v.book || lead.period != v.period || lead.word != v.word || lead.parts != v.parts || lead.part != 1 || lead.state == State::void_)
    throw Error(MIF_E_INVALID, "voucher.part-lead", "分数编号 " + std::to_string(v.part) + "/" + std::to_string(v.parts) + " 的首张凭证应在同一账套、期间、凭证字且张数相同 (does not fit the voucher of part 1): " + std::to_string(v.lead));
  const auto taken = txn.integer("select min(id) from ledger_voucher where book = ? and year = ? and month = ? and lead = ? and part = ? and state <> 5 and id <> ?",
                                 {v.book_id, v.period.year, v.period.month, v.lead, v.part, v.id});
  if (taken) throw Error(MIF_E_CONFLICT, "voucher.part-taken", "分数编号 " + std::to_string(v.part) + "/" + std::to_string(v.parts) + " 已有凭证 " + std::to_string(*taken) + " (this part exists)");
}

void check_files(store::Txn& txn, const Stored& v) {
  for (const auto& file : v.files) {
    const auto used = txn.integer("select min(a.voucher) from ledger_attachment a join ledger_voucher v on v.id = a.voucher where a.digest = ? and a.voucher <> ? and a.voucher <> ? and v.state <> 5",
                                  {file.digest, v.id, v.reverses});
    if (used)
      throw Error(MIF_E_CONFLICT, "attachment.used", "电子凭证 " + file.name + " 已作为凭证 " + std::to_string(*used) + " 的附件入账, 不能重复入账 (this electronic document is attached to another voucher)");
  }
}

void insert_head(store::Txn& txn, const Stored& v) { txn.execute_later(head_statement(), head_values(v)); }

void insert_lines(store::Txn& txn, const Stored& v) {
  constexpr std::size_t kRows = 16;
  static const std::vector<std::string> statements = [] {
    std::vector<std::string> made;
    std::string names, marks;
    for (const auto& name : kLineNames) {
      names += (names.empty() ? "" : ", ") + name;
      marks += marks.empty() ? "(?" : ", ?";
    }
    std::string sql = "insert into ledger_line (" + names + ") values ";
    for (std::size_t n = 0; n < kRows; ++n) {
      sql += (n ? ", " : "") + marks + ")";
      made.push_back(sql);
    }
    return made;
  }();
  std::vector<store::Param> values;
  for (std::size_t at = 0; at < v.lines.size(); at += kRows) {
    const std::size_t n = std::min(kRows, v.lines.size() - at);
    values.clear();
    for (std::size_t i = 0; i < n; ++i) append_values(values, v, static_cast<int>(at + i));
    txn.execute_later(statements[n - 1], values);
  }
}

void insert_files(store::Txn& txn, const Stored& v) {
  std::int64_t seq = 0;
  for (const auto& f : v.files)
    txn.execute_later("insert into ledger_attachment (book, year, month, voucher, seq, digest, name, media_type, bytes) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      {v.book_id, v.period.year, v.period.month, v.id, ++seq, f.digest, f.name, f.media_type, f.bytes});
}

Proposal Ledger::propose(store::Txn& txn, const Who& who, const Draft& draft) {
  Stored v = canonical_of(draft, who, log_.alg());
  const Context context = context_of(txn, v.book, v.period, Lock::share);
  v.book_id = context.book.id;
  const bool ask_first = txn.dialect() == store::Dialect::generic;
  std::vector<chart::Warning> warnings;
  try {
    if (const Known known = ask_first ? find_source(txn, v) : Known(); known.id != 0) return same_or_conflict(known, v);
    warnings = check_draft(v, context, *charts_.load(txn, context.book.chart, context.book.unit, v.day, context.chart_version));
    require_unlocked(txn, context.book, v.period, context.locks, area_of(v), v.maker);
    check_reversed(txn, v);
    check_parts(txn, v);
    check_files(txn, v);
  } catch (const Error&) {
    // A document that comes again after its month was closed is no news.
    if (const Known known = find_source(txn, v); known.id != 0) return same_or_conflict(known, v);
    throw;
  }
  v.id = txn.next_id("voucher");
  v.created_ms = clock_.now_unix_ms();
  if (!insert_new_head(txn, v)) return same_or_conflict(find_source(txn, v), v);
  insert_lines(txn, v);
  insert_files(txn, v);
  log_.append(txn, who, {context.book.unit, "voucher.propose", object_of(v), voucher_digest(log_.alg(), v), body_of(v, warnings)});
  return {v.id, false, std::move(warnings)};
}

Located stored(store::Txn& txn, std::int64_t id, Lock lock) {
  static const std::string plain = "select " + std::string(kVoucherColumns) + ", " + std::string(kBookColumns) + ", " + std::string(kContextColumns) +
                                   " from ledger_voucher v join ledger_book b on b.id = v.book left join chart c on c.code = b.chart "
                                   "left join ledger_period p on p.book = v.book and p.year = v.year and p.month = v.month where v.id = ?";
  static const std::string locked = plain + " for update of v for share of b";
  const bool locks = lock != Lock::none && txn.dialect() == store::Dialect::postgresql && txn.mode() == store::Mode::write;
  Located found;
  const store::EachRow read = [&](const store::Row& row) {
    found.voucher = voucher_of(row);
    // The book's columns follow the voucher's.
    struct Shifted final : store::Row {
      const store::Row& row;
      explicit Shifted(const store::Row& r) : row(r) {}
      std::size_t size() const override { return row.size() - kVoucherWidth; }
      bool null(std::size_t i) const override { return row.null(i + kVoucherWidth); }
      bool is_text(std::size_t i) const override { return row.is_text(i + kVoucherWidth); }
      std::int64_t integer(std::size_t i) const override { return row.integer(i + kVoucherWidth); }
      std::string_view text(std::size_t i) const override { return row.text(i + kVoucherWidth); }
    } const rest(row);
    found.context.book = book_of(rest);
    read_context(txn, rest, kBookWidth, found.context);
    found.voucher.book = found.context.book.code;
  };
  if (!locks) {
    txn.query(plain, {id}, read);
  } else {
    const store::Query queries[] = {
        {"select pg_advisory_xact_lock_shared(7170406, cast(book as int)) from ledger_voucher where id = ?", {id}, [](const store::Row&) {}},  // the gate of context_of
        {locked, {id}, read}};
    txn.query_together(queries);
  }
  if (found.voucher.id == 0) throw Error(MIF_E_NOT_FOUND, "voucher.not-found", "没有凭证 (no such voucher) " + std::to_string(id));
  return found;
}

void read_lines(store::Txn& txn, Stored& v, int* locks) {
  v.lines.clear();
  std::vector<store::Query> queries;
  queries.push_back({"select side, fen, account, aux, summary from ledger_line where book = ? and year = ? and month = ? and voucher = ? order by line",
                     {v.book_id, v.period.year, v.period.month, v.id}, [&](const store::Row& row) {
                       v.lines.push_back({static_cast<int>(row.integer(0)), row.fen(1), std::string(row.text(2)), std::string(row.text(3)), std::string(row.text(4))});
                     }});
  if (locks)
    queries.push_back({"select locks from ledger_period where book = ? and year = ? and month = ?", {v.book_id, v.period.year, v.period.month},
                       [&](const store::Row& row) { *locks = static_cast<int>(row.integer(0)); }});
  v.files.clear();
  queries.push_back({"select digest, name, media_type, bytes from ledger_attachment where book = ? and year = ? and month = ? and voucher = ? order by seq",
                     {v.book_id, v.period.year, v.period.month, v.id}, [&](const store::Row& row) {
                       v.files.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), row.integer(3)});
                     }});
  txn.query_together(queries);
}

std::vector<chart::Warning> Ledger::revise(store::Txn& txn, const Who& who, std::int64_t id, std::string_view expected_hash, const Draft& draft) {
  const Located found = stored(txn, id, Lock::share);
  const Stored& old = found.voucher;
  if (old.state != State::draft)
    throw Error(MIF_E_CONFLICT, "voucher.not-draft", "凭证 " + name_of(old) + " 不是草稿, 不能修改; 待审的先撤回或退回, 已记账的用红字更正 (only a draft is edited)");
  if (old.maker != who.actor) throw Error(MIF_E_DENIED, "voucher.not-maker", "凭证 " + name_of(old) + " 由 " + old.maker + " 制单, 只能由本人修改 (only its maker edits a draft)");
  if (old.content_hash != expected_hash) throw Error(MIF_E_CONFLICT, "voucher.stale", "凭证 " + name_of(old) + " 在您打开之后已被修改, 请刷新后再改 (the draft changed since it was read)");
  Draft wanted = draft;
  wanted.maker = old.maker;
  wanted.source_plugin = old.source_plugin;  // where it came from, and what it corrects, is not a matter of editing
  wanted.source_key = old.source_key;
  wanted.reverses = old.reverses;
  wanted.closing = old.closing;
  Stored v = canonical_of(wanted, who, log_.alg());
  if (v.book != old.book) throw Error(MIF_E_INVALID, "voucher.book-change", "草稿不能改到别的账套 (a draft stays in its book): " + v.book);
  const Context context = context_of(txn, v.book, v.period, Lock::share);
  v.book_id = context.book.id;
  v.id = id;
  v.created_ms = old.created_ms;
  auto warnings = check_draft(v, context, *charts_.load(txn, context.book.chart, context.book.unit, v.day, context.chart_version));
  require_unlocked(txn, context.book, v.period, context.locks, area_of(v), v.maker);
  check_parts(txn, v);
  check_files(txn, v);
  for (const char* table : {"ledger_line", "ledger_attachment"})
    txn.execute(std::string("delete from ") + table + " where book = ? and year = ? and month = ? and voucher = ?", {old.book_id, old.period.year, old.period.month, id});
  txn.execute("update ledger_voucher set year = ?, month = ?, day = ?, word = ?, attachments = ?, total = ?, flow = ?, summary = ?, content_hash = ?, part = ?, parts = ?, lead = ?, workflow_instance = 0 "
              "where book = ? and year = ? and month = ? and id = ?",
              {v.period.year, v.period.month, v.day, v.word, v.attachments, v.total, v.flow, v.summary, v.content_hash, v.part, v.parts, v.lead,
               old.book_id, old.period.year, old.period.month, id});
  insert_lines(txn, v);
  insert_files(txn, v);
  log_.append(txn, who, {context.book.unit, "voucher.revise", object_of(v), voucher_digest(log_.alg(), v), body_of(v, warnings)});
  return warnings;
}

void Ledger::sign(store::Txn& txn, const Who& who, std::int64_t id, std::string_view cashier) {
  Located found = stored(txn, id, Lock::share);
  Stored& v = found.voucher;
  if (v.state != State::submitted && v.state != State::approved) throw Error(MIF_E_CONFLICT, "voucher.not-waiting-cashier", "凭证 " + name_of(v) + " 不在待签状态 (not waiting for the cashier)");
  if (cashier.empty() || cashier == v.maker || cashier == v.reviewer)
    throw Error(MIF_E_DENIED, "voucher.cashier-same", "凭证 " + name_of(v) + " 的出纳签字人不能是制单人或审核人 (the cashier is neither maker nor reviewer): " + std::string(cashier));
  if (v.cashier == cashier) return;
  if (!v.cashier.empty())
    throw Error(MIF_E_CONFLICT, "voucher.signed", "凭证 " + name_of(v) + " 已由出纳 " + v.cashier + " 签字,不用再签; 要换人签字请先退回 (another cashier signed already)");
  v.cashier = cashier;
  change_state(txn, who, found, "voucher.sign", {});
}

void Ledger::change_state(store::Txn& txn, const Who& who, const Located& found, std::string_view action, std::string_view reason) {
  const Stored& v = found.voucher;
  txn.execute_later("update ledger_voucher set state = ?, reviewer = ?, cashier = ?, workflow_instance = ? where book = ? and year = ? and month = ? and id = ?",
              {static_cast<int>(v.state), v.reviewer, v.cashier, v.workflow_instance, v.book_id, v.period.year, v.period.month, v.id});
  std::string body = body_of(v, false);
  if (!reason.empty()) {
    body.pop_back();
    body += ",\"reason\":\"";
    JsonWriter::escape(body, reason);
    body += "\"}";
  }
  log_.append(txn, who, {found.context.book.unit, std::string(action), object_of(v), voucher_digest(log_.alg(), v), std::move(body)});
}

void Ledger::set_workflow(store::Txn& txn, std::int64_t voucher, std::int64_t instance) { set_workflow(txn, {"system", "kernel", ""}, voucher, instance); }

void Ledger::set_workflow(store::Txn& txn, const Who& who, std::int64_t voucher, std::int64_t instance) {
  Located found = stored(txn, voucher, Lock::share);
  if (found.voucher.state >= State::posted) throw Error(MIF_E_CONFLICT, "voucher.ended", "凭证 " + name_of(found.voucher) + " 已记账或作废 (posted or void)");
  if (found.voucher.workflow_instance == instance) return;
  found.voucher.workflow_instance = instance;
  change_state(txn, who, found, "voucher.flow", {});
}

void Ledger::submit(store::Txn& txn, const Who& who, std::int64_t voucher) {
  Located found = stored(txn, voucher, Lock::share);
  if (found.voucher.state == State::submitted) return;
  if (found.voucher.state != State::draft) throw Error(MIF_E_CONFLICT, "voucher.not-draft", "凭证 " + name_of(found.voucher) + " 不是草稿,不能提交 (only a draft is submitted)");
  found.voucher.state = State::submitted;
  change_state(txn, who, found, "voucher.submit", {});
}

void Ledger::approve(store::Txn& txn, const Who& who, std::int64_t voucher, std::string_view reviewer) {
  Located found = stored(txn, voucher, Lock::share);
  Stored& v = found.voucher;
  if (v.state == State::approved && v.reviewer == reviewer) return;
  if (v.state != State::draft && v.state != State::submitted) throw Error(MIF_E_CONFLICT, "voucher.not-waiting", "凭证 " + name_of(v) + " 不在待审状态 (not waiting for review)");
  if (reviewer.empty()) throw Error(MIF_E_INVALID, "voucher.no-reviewer", "没有审核人 (no reviewer)");
  if (reviewer == v.maker) throw Error(MIF_E_DENIED, "voucher.self-review", "制单人 " + v.maker + " 不能审核自己的凭证 " + name_of(v) + " (the maker cannot review)");
  if (reviewer == v.cashier) throw Error(MIF_E_DENIED, "voucher.cashier-reviews", "出纳 " + v.cashier + " 已在凭证 " + name_of(v) + " 上签字,不能再审核它,请由他人审核 (the cashier who signed cannot review)");
  v.state = State::approved;
  v.reviewer = reviewer;
  change_state(txn, who, found, "voucher.approve", {});
}

void Ledger::reject(store::Txn& txn, const Who& who, std::int64_t voucher, std::string_view reason) {
  Located found = stored(txn, voucher, Lock::share);
  if (found.voucher.state >= State::posted) throw Error(MIF_E_CONFLICT, "voucher.ended", "凭证 " + name_of(found.voucher) + " 已记账或作废,不能退回 (posted or void, cannot be sent back)");
  if (found.voucher.state == State::draft) return;
  found.voucher.state = State::draft;
  found.voucher.reviewer.clear();
  found.voucher.cashier.clear();
  change_state(txn, who, found, "voucher.reject", reason);
}

void Ledger::withdraw(store::Txn& txn, const Who& who, std::int64_t voucher, std::string_view reason) {
  Located found = stored(txn, voucher, Lock::share);
  if (found.voucher.state == State::void_) return;
  if (found.voucher.state >= State::approved)
    throw Error(MIF_E_CONFLICT, "voucher.approved", "凭证 " + name_of(found.voucher) + " 已审核,不能撤回,只能在记账后红字更正 (approved already; correct it after posting)");
  found.voucher.state = State::void_;
  change_state(txn, who, found, "voucher.withdraw", reason);
}

Voucher Ledger::voucher(store::Txn& txn, std::int64_t id) const {
  Stored v = stored(txn, id, Lock::none).voucher;
  read_lines(txn, v);
  return v;
}

Voucher locked_voucher(store::Txn& txn, std::int64_t id) {
  Stored v = stored(txn, id, Lock::share).voucher;
  read_lines(txn, v);
  return v;
}

}  // namespace mif::ledger
