// SPDX-License-Identifier: Apache-2.0
// Who has a report open for filling in. A lease tells people about each other; it stops nobody: what was read with If-Match is what
// decides who may save.
#include "flow.h"

namespace mif::reporting {
namespace {

constexpr std::int64_t kLeaseMs = 5 * 60 * 1000;

std::optional<Lease> find_lease(Txn& txn, const std::string& package, const std::string& unit, Period period) {
  std::optional<Lease> found;
  txn.query("select holder, since_ms, until_ms, taken_from, reason from x_reporting_lease where unit_code = ? and package_code = ? and fiscal_year = ? and fiscal_month = ?",
            {unit, package, period.year, period.month}, [&](const Row& row) {
              found = Lease{row.text(0), row.text(3), row.text(4), row.integer(1), row.integer(2)};
              return true;
            });
  return found;
}

void write_lease(Txn& txn, const std::string& package, const std::string& unit, Period period, const Lease& lease) {
  txn.execute("delete from x_reporting_lease where unit_code = ? and package_code = ? and fiscal_year = ? and fiscal_month = ?", {unit, package, period.year, period.month});
  txn.execute("insert into x_reporting_lease (unit_code, package_code, fiscal_year, fiscal_month, holder, since_ms, until_ms, taken_from, reason) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
              {unit, package, period.year, period.month, lease.holder, lease.since_ms, lease.until_ms, lease.taken_from, lease.reason});
}

}  // namespace

void renew_lease(Txn& txn, const std::string& package, const std::string& unit, Period period, const std::string& by, std::int64_t now) {
  txn.execute("update x_reporting_lease set until_ms = ? where unit_code = ? and package_code = ? and fiscal_year = ? and fiscal_month = ? and holder = ?",
              {now + kLeaseMs, unit, package, period.year, period.month, by});
}

Lease Flow::open(Call call, const std::string& code, const std::string& unit, Period period, bool take, const std::string& reason) const {
  (void)r_.unit(call, unit, "report.compute");
  const auto catalog = r_.catalog(call, false);
  const Package& package = package_of(*catalog, code, period);
  const std::string me = call.actor();
  const std::int64_t now = r_.clock_.now_unix_ms();
  Txn txn = r_.store_.write(call);
  refuse_fixed(txn, package.code, unit, period);
  const auto there = find_lease(txn, package.code, unit, period);
  const bool lives = there && there->until_ms > now;
  if (lives && there->holder == me) {
    renew_lease(txn, package.code, unit, period, me, now);
    txn.commit();
    Lease mine = *there;
    mine.until_ms = now + kLeaseMs;
    return mine;
  }
  if (lives && !take) return *there;
  if (lives && reason.empty()) throw Error(MIF_E_INVALID, "report.lease-reason", "接手 " + there->holder + " 正在填报的报表要写理由 (taking a report over needs a reason)");
  const Lease mine{me, lives ? there->holder : std::string(), lives ? reason : std::string(), now, now + kLeaseMs};
  write_lease(txn, package.code, unit, period, mine);
  JsonWriter body;
  body.begin_object().field("package", package.code).field("unit", unit).field("period", period.iso());
  if (lives) body.field("takenFrom", there->holder).field("reason", reason);
  body.end_object();
  say(txn, unit, lives ? "report.take-lease" : "report.open", "report:" + package.code + "/" + unit + "/" + period.iso(), body);
  txn.commit();
  return mine;
}

void Flow::leave(Call call, const std::string& code, const std::string& unit, Period period) const {
  (void)r_.unit(call, unit, "report.compute");
  const auto catalog = r_.catalog(call, false);
  const Package& package = package_of(*catalog, code, period);
  Txn txn = r_.store_.write(call);
  const auto n = txn.execute("delete from x_reporting_lease where unit_code = ? and package_code = ? and fiscal_year = ? and fiscal_month = ? and holder = ?",
                             {unit, package.code, period.year, period.month, call.actor()});
  if (n == 0) return;
  JsonWriter body;
  body.begin_object().field("package", package.code).field("unit", unit).field("period", period.iso()).end_object();
  say(txn, unit, "report.leave", "report:" + package.code + "/" + unit + "/" + period.iso(), body);
  txn.commit();
}

std::optional<Lease> Flow::lease(Call call, const std::string& code, const std::string& unit, Period period) const {
  r_.identity_.require(call, "report.read", unit);
  const auto catalog = r_.catalog(call, false);
  Txn txn = r_.store_.read(call);
  auto found = find_lease(txn, package_of(*catalog, code, period).code, unit, period);
  if (found && found->until_ms <= r_.clock_.now_unix_ms()) found.reset();
  return found;
}

}  // namespace mif::reporting
