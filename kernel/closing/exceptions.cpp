// SPDX-License-Identifier: Apache-2.0
// Time-boxed exceptions to a soft lock: one person asks, another grants, the clock ends them.
#include "kernel/base/text.h"
#include "kernel/closing/closing.h"
#include "kernel/closing/rows.h"
#include "mif/json.hpp"

namespace mif::closing {
namespace {

using ledger::Area;

constexpr int kMostMinutes = 7 * 24 * 60;
constexpr std::pair<Area, std::string_view> kAreas[] = {{Area::entry, "entry"}, {Area::payment, "payment"}, {Area::closing, "closing"}, {Area::opening, "opening"}};

Exception exception_of(const store::Row& row) {
  Exception e;
  e.id = row.integer(0);
  e.book = row.text(1);
  e.period = {static_cast<int>(row.integer(2)), static_cast<int>(row.integer(3))};
  e.area = static_cast<Area>(row.integer(4));
  e.person = row.text(5);
  e.reason = row.text(6);
  e.minutes = static_cast<int>(row.integer(7));
  e.state = static_cast<ExceptionState>(row.integer(8));
  e.requested_by = row.text(9);
  e.requested_ms = row.integer(10);
  e.decided_by = row.text(11);
  e.decided_ms = row.integer(12);
  e.until_ms = row.integer(13);
  return e;
}

std::string body_of(const Exception& e) {
  return JsonWriter()
      .begin_object()
      .field("book", e.book)
      .field("period", e.period.iso())
      .field("area", name_of(e.area))
      .field("person", e.person)
      .field("reason", e.reason)
      .field("minutes", e.minutes)
      .field("requested_by", e.requested_by)
      .field("decided_by", e.decided_by)
      .field("until_ms", e.until_ms)
      .end_object()
      .take();
}

const std::string& by_id() {
  static const std::string sql = "select " + std::string(kExceptionColumns) + " from closing_exception where id = ?";
  return sql;
}

}  // namespace

std::string_view name_of(Area area) {
  for (const auto& [known, name] : kAreas)
    if (known == area) return name;
  return "?";
}

Area area_named(std::string_view name) {
  for (const auto& [area, known] : kAreas)
    if (known == name) return area;
  throw Error(MIF_E_INVALID, "lock.area-unknown", "范围应为 entry payment closing opening 之一 (unknown area): \"" + std::string(name) + "\"");
}

int areas_named(std::string_view names) {
  int areas = 0;
  while (!names.empty()) {
    const auto comma = names.find(',');
    areas |= static_cast<int>(area_named(names.substr(0, comma)));
    names = comma == std::string_view::npos ? std::string_view() : names.substr(comma + 1);
  }
  return areas;
}

std::string names_of(int areas) {
  std::string names;
  for (const auto& [area, name] : kAreas)
    if ((areas & static_cast<int>(area)) != 0) names += (names.empty() ? "" : ",") + std::string(name);
  return names;
}

const char* title_of(const Exception& e, std::int64_t now_ms) {
  switch (e.state) {
    case ExceptionState::requested: return "待批";
    case ExceptionState::granted: return now_ms < e.until_ms ? "生效" : "到期";
    case ExceptionState::refused: return "拒绝";
    case ExceptionState::ended: return "结束";
  }
  return "?";
}

Exception Closing::exception(store::Txn& txn, std::int64_t id) const {
  Exception found;
  txn.query(by_id(), {id}, [&](const store::Row& row) { found = exception_of(row); });
  if (found.id == 0) throw Error(MIF_E_NOT_FOUND, "exception.not-found", "没有例外 (no such exception) " + std::to_string(id));
  return found;
}

std::vector<Exception> Closing::exceptions(store::Txn& txn, std::string_view book) const {
  std::vector<Exception> all;
  const std::string sql = "select " + std::string(kExceptionColumns) + " from closing_exception" + (book.empty() ? " where book <> ?" : " where book = ?") + " order by id desc";
  txn.query(sql, {book}, [&](const store::Row& row) { all.push_back(exception_of(row)); });
  return all;
}

std::int64_t Closing::request_exception(store::Txn& txn, const Who& who, std::string_view code, Period period, Area area, std::string_view person, int minutes,
                                        std::string_view reason) {
  const ledger::Book book = ledger_.book(txn, code);
  if (reason.empty() || reason.size() > 400 || !valid_utf8(reason)) throw Error(MIF_E_INVALID, "exception.reason", "例外要写理由,不超过 400 字节 (an exception needs a reason)");
  if (person.size() > 80) throw Error(MIF_E_INVALID, "exception.person", "例外给谁: 登录名过长 (person)");
  if (minutes < 1 || minutes > kMostMinutes)
    throw Error(MIF_E_INVALID, "exception.minutes", "例外的时间应为 1 到 " + std::to_string(kMostMinutes) + " 分钟 (minutes): " + std::to_string(minutes));
  if (!ledger_.is_open(txn, code, period))
    throw Error(MIF_E_CONFLICT, "exception.closed-period", "账套 " + book.code + " 的 " + period.iso() + " 期已结账或未开,没有例外 (a closed period takes no exception); 请在当前期间更正");
  if ((ledger_.locks(txn, code, period) & static_cast<int>(area)) == 0)
    throw Error(MIF_E_CONFLICT, "exception.not-locked", "账套 " + book.code + " 的 " + period.iso() + " 期没有锁定 " + std::string(name_of(area)) + ",不需要例外 (not locked)");
  Exception e;
  e.id = txn.next_id("closing_exception");
  e.book = book.code;
  e.period = period;
  e.area = area;
  e.person = person;
  e.reason = reason;
  e.minutes = minutes;
  e.requested_by = who.actor;
  e.requested_ms = clock_.now_unix_ms();
  txn.execute("insert into closing_exception (id, book, year, month, area, person, reason, minutes, state, requested_by, requested_ms, decided_by, decided_ms, until_ms) "
              "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, 0)",
              {e.id, e.book, period.year, period.month, static_cast<int>(area), e.person, e.reason, minutes, static_cast<int>(e.state), e.requested_by, e.requested_ms});
  log_.append(txn, who, {book.unit, "exception.request", "exception:" + std::to_string(e.id), row_digest(txn, log_.alg(), kExceptionColumns, "closing_exception", e.id), body_of(e)});
  return e.id;
}

void Closing::decide_exception(store::Txn& txn, const Who& who, std::int64_t id, bool grant) {
  // The update is the lock: of two who decide at once, one finds the other's decision.
  txn.execute("update closing_exception set decided_by = decided_by where id = ?", {id});
  Exception e = exception(txn, id);
  if (e.state != ExceptionState::requested) throw Error(MIF_E_CONFLICT, "exception.decided", "例外 " + std::to_string(id) + " 已由 " + e.decided_by + " 处理 (decided already)");
  if (who.actor == e.requested_by) throw Error(MIF_E_DENIED, "exception.self-grant", "例外 " + std::to_string(id) + " 由 " + e.requested_by + " 申请,应由另一人批准 (whoever asks cannot grant)");
  if (who.actor == e.person) throw Error(MIF_E_DENIED, "exception.self-grant", "例外 " + std::to_string(id) + " 是给 " + e.person + " 的,应由另一人批准 (nobody grants himself an exception)");
  if (grant && !ledger_.is_open(txn, e.book, e.period))
    throw Error(MIF_E_CONFLICT, "exception.period-closed", "账套 " + e.book + " 的 " + e.period.iso() + " 期已结账,不能再开例外 (a closed period never opens again)");
  e.state = grant ? ExceptionState::granted : ExceptionState::refused;
  e.decided_by = who.actor;
  e.decided_ms = clock_.now_unix_ms();
  if (grant) e.until_ms = e.decided_ms + static_cast<std::int64_t>(e.minutes) * 60'000;
  txn.execute("update closing_exception set state = ?, decided_by = ?, decided_ms = ?, until_ms = ? where id = ?", {static_cast<int>(e.state), e.decided_by, e.decided_ms, e.until_ms, id});
  log_.append(txn, who, {ledger_.book(txn, e.book).unit, grant ? "exception.grant" : "exception.refuse", "exception:" + std::to_string(id),
                         row_digest(txn, log_.alg(), kExceptionColumns, "closing_exception", id), body_of(e)});
}

void Closing::end_exception(store::Txn& txn, const Who& who, std::int64_t id) {
  txn.execute("update closing_exception set decided_by = decided_by where id = ?", {id});
  Exception e = exception(txn, id);
  if (!e.open(clock_.now_unix_ms())) throw Error(MIF_E_CONFLICT, "exception.not-in-force", "例外 " + std::to_string(id) + " 没有生效,状态为 " + title_of(e, clock_.now_unix_ms()) + " (not in force)");
  e.state = ExceptionState::ended;
  e.until_ms = clock_.now_unix_ms();
  txn.execute("update closing_exception set state = ?, until_ms = ? where id = ?", {static_cast<int>(e.state), e.until_ms, id});
  log_.append(txn, who, {ledger_.book(txn, e.book).unit, "exception.end", "exception:" + std::to_string(id), row_digest(txn, log_.alg(), kExceptionColumns, "closing_exception", id), body_of(e)});
}

}  // namespace mif::closing
