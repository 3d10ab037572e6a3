// SPDX-License-Identifier: Apache-2.0
#include "filings.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include "digest.h"

namespace mif::reporting {
namespace {

constexpr std::size_t kLongest = 900;

std::optional<Filing> find_filing(Txn& txn, std::int64_t task) {
  std::optional<Filing> found;
  txn.query("select filing_state, file_digest, receipt_number, reason, receipt_object, changed_by, changed_ms from x_reporting_filing where task = ?", {task}, [&](const Row& row) {
    found = Filing{task, row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.integer(6)};
    return true;
  });
  return found;
}

struct Said {
  std::string package, file;
  Answered of;
};
struct Reading {
  std::string number;
  std::vector<Said> units;
};

[[noreturn]] void bad_form(const Package& package, const std::string& what) {
  throw Error(MIF_E_INVALID, "report.receipt-form", package.title + " 的回执读出的内容不对：" + what + "，请联系插件供应方 (what the packager read of the receipt is not as agreed)");
}

// What the packager made of the receipt; it is a plugin's word, so every field is looked at.
Reading told_by(const Package& package, const std::string& json) {
  Reading told;
  try {
    Poco::JSON::Parser parser;
    parser.setDepth(8);
    const auto o = parser.parse(json).extract<Poco::JSON::Object::Ptr>();
    told.number = o->optValue<std::string>("number", "");
    const auto units = o->getArray("units");
    if (!units || units->size() == 0) bad_form(package, "没有单位");
    for (unsigned i = 0; i < units->size(); ++i) {
      const auto u = units->getObject(i);
      Said s;
      s.package = u->getValue<std::string>("package");
      s.file = u->optValue<std::string>("file", "");
      s.of.unit = u->getValue<std::string>("unit");
      s.of.period = u->getValue<std::string>("period");
      s.of.revision = u->getValue<std::int64_t>("revision");
      s.of.state = u->getValue<std::string>("state");
      s.of.reason = u->optValue<std::string>("reason", "");
      told.units.push_back(std::move(s));
    }
  } catch (const Poco::Exception&) {
    bad_form(package, "不是约定的 JSON");
  }
  for (const auto& s : told.units) {
    if (s.of.state != "accepted" && s.of.state != "refused") bad_form(package, "单位 " + s.of.unit + " 的 state 应为 accepted 或 refused");
    if (s.of.state == "refused" && s.of.reason.empty()) bad_form(package, "单位 " + s.of.unit + " 被退回而没有原因");
    if (s.of.reason.size() > kLongest || told.number.size() > 100) bad_form(package, "单位 " + s.of.unit + " 的原因或回执号太长");
  }
  return told;
}

}  // namespace

std::string filing_name(const std::string& state) { return state == "accepted" ? "部门已接收" : state == "refused" ? "部门退回" : state == "made" ? "已生成上报文件" : ""; }

void Filings::write(Call call, Txn& txn, const Submission& s, const Filing& f, bool there) const {
  if (there)
    txn.execute("update x_reporting_filing set filing_state = ?, file_digest = ?, receipt_number = ?, reason = ?, receipt_object = ?, changed_by = ?, changed_ms = ? where task = ?",
                {f.state, f.file_digest, f.number, f.reason, f.receipt, call.actor(), r_.clock_.now_unix_ms(), s.id});
  else
    txn.execute("insert into x_reporting_filing (task, filing_state, file_digest, receipt_number, reason, receipt_object, changed_by, changed_ms) values (?, ?, ?, ?, ?, ?, ?, ?)",
                {s.id, f.state, f.file_digest, f.number, f.reason, f.receipt, call.actor(), r_.clock_.now_unix_ms()});
  JsonWriter body;
  body.begin_object().field("state", f.state).field("file", f.file_digest).field("number", f.number).field("reason", f.reason).field("receipt", f.receipt).end_object();
  r_.audit_.append(txn, s.unit, f.state == "made" ? "report.ministry-file" : "report.ministry-answer", object_of(s), body.str());
}

void Filings::made(Call call, const Parcel& report, std::string_view file) const {
  if (report.revision == 0) return;
  const std::string digest = Digest::plain_hex(file);
  Txn txn = r_.store_.write(call);
  const auto s = find_submission(txn, report.task.package, report.task.unit, report.task.period, report.revision);
  if (!s) return;
  const auto was = find_filing(txn, s->id);
  if (was && was->file_digest == digest) return;
  write(call, txn, *s, {s->id, "made", digest, "", "", "", "", 0}, was.has_value());
  txn.commit();
}

std::vector<Answered> Filings::receive(Call call, const Package& package, std::string_view bytes, bool apply, std::string& object) const {
  const Reading told = told_by(package, r_.ministries_.unpack(call, package, bytes));
  const UnitTree tree = Flow(r_).units(call);
  for (const auto& s : told.units) r_.identity_.require(call, "report.manage", s.of.unit);
  if (apply) object = r_.objects_.put(call, bytes);
  std::vector<Answered> all;
  for (const auto& said : told.units) {
    Answered a = said.of;
    const auto unmatched = [&](const std::string& why) {
      a.outcome = "unmatched";
      a.complaint = why;
    };
    Txn txn = r_.store_.write(call);
    std::optional<Submission> s;
    if (said.package != package.code) unmatched("回执说的是报表包 " + said.package);
    else if (!tree.sees(a.unit)) unmatched("没有单位 " + a.unit + "，或您无权查看");
    else if (a.period.size() != 7 || a.revision < 1 || !(s = find_submission(txn, package.code, a.unit, Period::parse(a.period), a.revision))) unmatched("没有上报过 " + a.period + " 第 " + std::to_string(a.revision) + " 版");
    const auto was = s ? find_filing(txn, s->id) : std::nullopt;
    if (s && !was) unmatched("第 " + std::to_string(a.revision) + " 版没有生成过部门的上报文件，请核对回执");
    else if (s && !said.file.empty() && said.file != was->file_digest) unmatched("回执答复的不是这里生成的文件");
    if (a.outcome.empty()) {
      const bool same = was->state == a.state && was->number == told.number && was->reason == a.reason;
      a.outcome = same ? "same" : apply ? "taken" : "preview";
      if (apply && !same) {
        write(call, txn, *s, {s->id, a.state, was->file_digest, told.number, a.reason, object, "", 0}, true);
        txn.commit();
      }
    }
    all.push_back(std::move(a));
  }
  return all;
}

std::optional<Filing> Filings::of(Call call, const std::string& package, const std::string& unit, Period period, std::int64_t revision) const {
  Txn txn = r_.store_.read(call);
  const auto s = revision > 0 ? find_submission(txn, package, unit, period, revision) : std::nullopt;
  return s ? find_filing(txn, s->id) : std::nullopt;
}

}  // namespace mif::reporting
