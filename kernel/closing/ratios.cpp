// SPDX-License-Identifier: Apache-2.0
// Ratios with their source: entered by one person, in force when another has approved them; a decided one never changes.
#include <algorithm>

#include "kernel/base/text.h"
#include "kernel/closing/closing.h"
#include "kernel/closing/rows.h"
#include "mif/json.hpp"

namespace mif::closing {
namespace {

Ratio ratio_of(const store::Row& row) {
  Ratio r;
  r.id = row.integer(0);
  r.book = row.text(1);
  r.year = static_cast<int>(row.integer(2));
  r.name = row.text(3);
  r.share = {row.integer(4), row.integer(5)};
  r.source = row.text(6);
  r.state = static_cast<RatioState>(row.integer(7));
  r.entered_by = row.text(8);
  r.entered_ms = row.integer(9);
  r.decided_by = row.text(10);
  r.decided_ms = row.integer(11);
  return r;
}

std::string body_of(const Ratio& r) {
  return JsonWriter()
      .begin_object()
      .field("book", r.book)
      .field("year", r.year)
      .field("name", r.name)
      .field("ratio", r.share.text())
      .field("source", r.source)
      .field("entered_by", r.entered_by)
      .field("decided_by", r.decided_by)
      .end_object()
      .take();
}

}  // namespace

std::int64_t Closing::enter_ratio(store::Txn& txn, const Who& who, std::string_view code, int year, std::string_view name, const Share& share, std::string_view source) {
  const ledger::Book book = ledger_.book(txn, code);
  const bool known = std::any_of(templates_.begin(), templates_.end(), [&](const Template& t) {
    return t.scheme == book.scheme && (t.ratio == name || std::any_of(t.lines.begin(), t.lines.end(), [&](const auto& l) {
                                         return l.ratio == name || l.amount_text.find("ratio(" + std::string(name) + ")") != std::string::npos;
                                       }));
  });
  if (!known) throw Error(MIF_E_INVALID, "ratio.unused", "险种 " + book.scheme + " 的结转模板没有用到比例 \"" + std::string(name) + "\" (no closing template uses this ratio)");
  if (!share.within_one()) throw Error(MIF_E_INVALID, "ratio.out-of-range", "比例 " + std::string(name) + " 应在 0 和 1 之间 (a ratio is between 0 and 1): " + share.text());
  if (year < book.start.year || year > 9999) throw Error(MIF_E_INVALID, "ratio.year", "比例的年度不对 (year): " + std::to_string(year));
  if (source.empty() || source.size() > 400 || !valid_utf8(source)) throw Error(MIF_E_INVALID, "ratio.basis", "比例要写依据,不超过 400 字节 (a ratio needs its source)");
  Ratio r;
  r.id = txn.next_id("closing_ratio");
  r.book = book.code;
  r.year = year;
  r.name = name;
  r.share = share;
  r.source = source;
  r.entered_by = who.actor;
  r.entered_ms = clock_.now_unix_ms();
  txn.execute("insert into closing_ratio (id, book, year, name, numerator, denominator, source, state, entered_by, entered_ms, decided_by, decided_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0)",
              {r.id, r.book, year, r.name, share.numerator, share.denominator, r.source, static_cast<int>(r.state), r.entered_by, r.entered_ms});
  log_.append(txn, who, {book.unit, "ratio.enter", "ratio:" + std::to_string(r.id), row_digest(txn, log_.alg(), kRatioColumns, "closing_ratio", r.id), body_of(r)});
  return r.id;
}

void Closing::decide_ratio(store::Txn& txn, const Who& who, std::int64_t id, bool approve) {
  Ratio r = ratio(txn, id);
  if (r.state != RatioState::entered) throw Error(MIF_E_CONFLICT, "ratio.decided", "比例 " + std::to_string(id) + " 已由 " + r.decided_by + " 处理 (decided already)");
  if (who.actor == r.entered_by) throw Error(MIF_E_DENIED, "ratio.self-approval", "比例 " + std::to_string(id) + " 由 " + r.entered_by + " 录入,应由另一人批准 (whoever enters a ratio cannot approve it)");
  r.state = approve ? RatioState::approved : RatioState::refused;
  r.decided_by = who.actor;
  r.decided_ms = clock_.now_unix_ms();
  if (txn.execute("update closing_ratio set state = ?, decided_by = ?, decided_ms = ? where id = ? and state = 1", {static_cast<int>(r.state), r.decided_by, r.decided_ms, id}) == 0)
    throw Error(MIF_E_CONFLICT, "ratio.decided", "比例 " + std::to_string(id) + " 刚由另一人处理 (decided already)");
  log_.append(txn, who, {ledger_.book(txn, r.book).unit, approve ? "ratio.approve" : "ratio.refuse", "ratio:" + std::to_string(id),
                         row_digest(txn, log_.alg(), kRatioColumns, "closing_ratio", id), body_of(r)});
}

Ratio Closing::ratio(store::Txn& txn, std::int64_t id) const {
  Ratio found;
  static const std::string sql = "select " + std::string(kRatioColumns) + " from closing_ratio where id = ?";
  txn.query(sql, {id}, [&](const store::Row& row) { found = ratio_of(row); });
  if (found.id == 0) throw Error(MIF_E_NOT_FOUND, "ratio.not-found", "没有比例 (no such ratio) " + std::to_string(id));
  return found;
}

std::vector<Ratio> Closing::ratios(store::Txn& txn, std::string_view book) const {
  std::vector<Ratio> all;
  static const std::string sql = "select " + std::string(kRatioColumns) + " from closing_ratio where book = ? order by id desc";
  txn.query(sql, {book}, [&](const store::Row& row) { all.push_back(ratio_of(row)); });
  return all;
}

}  // namespace mif::closing
