// SPDX-License-Identifier: Apache-2.0
// Data packages coming in: read, judged against what is here, shown, and taken - every unit whole or not at all; and where their files are kept.
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>

#include "digest.h"
#include "parcels.h"
#include "report-package/digests.h"

namespace mif::reporting {
namespace {

namespace rp = report_package;

constexpr std::int64_t kMegabyte = 1 << 20;

}  // namespace

std::vector<CellChange> Flow::differences(Txn& txn, const Reports::Foreign& f, const std::optional<Submission>& last) {
  Cells here;
  std::optional<Task> stored;
  if (last) stored = last->task();
  else stored = find_task(txn, f.package, f.unit, f.period, f.layer);
  if (stored)
    for (auto& c : load_cells(txn, stored->id)) here[{c.table, c.row, c.col}] = c;
  std::vector<CellChange> changed;
  for (const auto& c : f.cells) {
    const auto was = here.find({c.table, c.row, c.col});
    const std::string text = was == here.end() ? "" : was->second.value;
    if (text != c.value) changed.push_back({c.table, c.row, c.col, text, c.value, c.state, ""});
    if (was != here.end()) here.erase(was);
  }
  for (const auto& [key, c] : here)
    if (!c.value.empty()) changed.push_back({c.table, c.row, c.col, c.value, "", "gone", ""});
  return changed;
}

void Parcels::begin_task(Call call, const rp::ReportSet& set, Arrival& arrival, const Package& package, Period period, bool apply) const {
  const auto& m = set.manifest;
  std::string owner = m.unit, title, deadline;
  for (const auto& a : set.attachments) {
    if (a.name != kAssignmentFile) continue;
    try {
      Poco::JSON::Parser parser;
      parser.setDepth(4);
      const auto o = parser.parse(a.bytes).extract<Poco::JSON::Object::Ptr>();
      owner = o->optValue<std::string>("owner", m.unit);
      title = o->optValue<std::string>("title", "");
      deadline = o->optValue<std::string>("deadline", "");
    } catch (const Poco::Exception&) {
      deadline.clear();
    }
  }
  if (deadline.empty())
    throw Error(MIF_E_INVALID, "report.kit-task", "离线填报包里没有能读的任务 attach/assignment.json，请下发单位重新生成 (the kit holds no readable assignment)");
  // At a unit that works alone nobody stands above it.
  const UnitTree tree = flow_.units(call);
  if (owner != m.unit && !tree.is_below(m.unit, owner)) owner = m.unit;
  std::vector<Entry> entries;
  const auto catalog = r_.catalog(call, false);
  for (const auto& table : set.tables)
    for (const auto& cell : table.cells) {
      const Table* t = catalog->find(table.code, period);
      if (!t || cell.kind == rp::Kind::blank) continue;
      const auto& rule = t->rule(t->row(cell.row), t->col(cell.col));
      if (rule.kind == CellRule::Kind::input && rule.text == (cell.kind == rp::Kind::text)) entries.push_back({table.code, cell.row, cell.col, cell.value, {}, false, rule.text});
    }
  bool there = false;
  {
    Txn txn = r_.store_.read(call);
    bool taken = false;  // the owner asks others here already
    for (const auto& a : all_assignments(txn)) {
      if (a.package != m.package || a.period != period) continue;
      taken = taken || a.owner == owner;
      for (const auto& d : duties_of(txn, a.id)) there = there || d.unit == m.unit;
    }
    if (taken) owner = m.unit;
    // What was typed here already is newer than what the kit brings.
    std::set<CellKey> typed;
    if (const auto task = find_task(txn, m.package, m.unit, period))
      for (const auto& c : load_cells(txn, task->id))
        if (c.kind != MIF_CELL_BLANK) typed.insert({c.table, c.row, c.col});
    entries.erase(std::remove_if(entries.begin(), entries.end(), [&](const Entry& e) { return typed.count({e.table, e.row, e.col}) > 0; }), entries.end());
  }
  arrival.state = there ? "same" : "preview";
  for (const auto& e : entries) arrival.cells.push_back({e.table, e.row, e.col, "", e.value, "input", ""});
  if (!apply || there) return;
  const Assignment a = flow_.assign(call, package.code, owner, period, Day::parse(deadline), title, {m.unit});
  if (!entries.empty()) (void)flow_.save(call, m.unit, period, {}, entries, "typed", false);
  arrival.state = "task";
  arrival.submission = std::to_string(a.id);
}

std::string Parcels::kept(Call call, const rp::Source& file, const std::string& digest) const {
  std::size_t at = 0;
  rp::Sha256 seen;
  const std::string object = r_.objects_.put_from(call, [&](std::uint8_t* room, std::uint64_t most) {
    const std::size_t n = std::min<std::size_t>(most, file.size() - at);
    file.read(at, reinterpret_cast<char*>(room), n);
    seen.add(std::string_view(reinterpret_cast<const char*>(room), n));
    at += n;
    return n;
  });
  if (seen.hex() != digest) throw Error(MIF_E_INVALID, "report-package.digest", "数据包在接收的时候被改，没有接收，请重新接收 (changed while it was received, nothing was taken)");
  return object;
}

std::string Parcel::text() const {
  if (!gathered) return bytes;
  std::string all;
  all.reserve(static_cast<std::size_t>(size()));
  each([&](std::string_view piece) { all.append(piece); });
  return all;
}

std::optional<Parcels::Packed> Parcels::packed(Txn& txn, std::int64_t task) const {
  std::optional<Packed> found;
  txn.query("select digest, object_digest from x_reporting_packed where task = ?", {task}, [&](const Row& row) {
    found = Packed{row.text(0), row.text(1)};
    return true;
  });
  return found;
}

std::string Parcels::keep(Call call, const Parcel& parcel) const {
  if (!parcel.gathered) return r_.objects_.put(call, parcel.bytes);
  return r_.objects_.put_from(call, [&, at = std::uint64_t{0}](std::uint8_t* room, std::uint64_t most) mutable {
    const std::size_t n = parcel.gathered->read(at, reinterpret_cast<char*>(room), most);
    at += n;
    return n;
  });
}

Receipt Parcels::receive(Call call, const rp::Source& file, bool apply, const std::function<void(const Arrival&)>& each, const Steps& steps) const {
  std::optional<rp::ReportSet> only;  // of a file of one unit; of many, the first is let go when the second comes
  std::size_t proved = 0;
  const rp::PackageReader package(file, r_.keys_.trusts(r_.config_, call), r_.keys_.limits(), [&](rp::ReportSet&& set) {
    only.reset();
    if (++proved == 1) only = std::move(set);
  }, [&](std::size_t done, std::size_t of) {
    if (steps) steps("核对数据包 MB", static_cast<std::int64_t>(done) / kMegabyte, static_cast<std::int64_t>(of) / kMegabyte);
  });
  const auto catalog = r_.catalog(call, true);
  Receipt receipt;
  receipt.digest = package.digest();
  receipt.file = package.file_digest();
  // Nothing is kept of what is only looked at.
  const std::string object = apply ? kept(call, file, receipt.file) : std::string();
  for (const auto& code : package.units()) {
    const rp::ReportSet set = only ? std::move(*only) : package.unit(code);
    const auto& m = set.manifest;
    try {
      receipt.arrivals.push_back(arrive(call, *catalog, set, object));
    } catch (const Error& e) {
      if (!package.gathered()) throw;
      Arrival refused;
      refused.unit = m.unit;
      refused.package = m.package;
      refused.period = m.period;
      refused.layer = m.layer;
      refused.digest = set.digest;
      refused.revision = m.revision;
      refused.state = "refused";
      refused.complaint = e.what();
      receipt.arrivals.push_back(std::move(refused));
    }
    each(receipt.arrivals.back());
    receipt.arrivals.back().cells = {};
    if (steps) steps(apply ? "接收数据包" : "预览数据包", static_cast<std::int64_t>(receipt.arrivals.size()), static_cast<std::int64_t>(package.units().size()));
  }
  if (apply) {
    receipt.text = receipt_text(call, receipt);
    receipt.object = r_.objects_.put(call, receipt.text);
  }
  return receipt;
}

Arrival Parcels::arrive(Call call, const Catalog& catalog, const rp::ReportSet& set, const std::string& object) const {
  const auto& m = set.manifest;
  const bool apply = !object.empty();
  r_.identity_.require(call, "report.manage", m.unit);
  if (!flow_.units(call).sees(m.unit)) throw Error(MIF_E_NOT_FOUND, "report.unit-not-found", "没有单位 (no unit) \"" + m.unit + "\"，或您无权查看");
  if (is_marked(set, kDraft))
    throw Error(MIF_E_INVALID, "report.package-draft", "单位 " + m.unit + " 的 " + m.title + " 是草稿，请上报后再生成数据包 (a draft: submit it first)");
  if (m.period.size() != 7 || m.period[5] == 'Q')
    throw Error(MIF_E_INVALID, "report.package-month", "数据包 " + m.unit + " " + m.package + " 的期间 " + m.period + " 应写成月份，如 2023-12 (the period must be a month)");
  const Period period = Period::parse(m.period);
  const Package* package = nullptr;
  for (const auto& p : catalog.packages())
    if (p.code == m.package) package = &p;
  Arrival arrival;
  arrival.unit = m.unit;
  arrival.package = m.package;
  arrival.period = m.period;
  arrival.layer = m.layer;
  arrival.digest = set.digest;
  arrival.revision = m.revision;
  const bool known = package && package->digest == m.template_digest;
  if (is_marked(set, kKit)) {
    rp::require(known ? rp::Chain::accept : rp::Chain::template_unknown, std::nullopt, set);
    begin_task(call, set, arrival, *package, period, apply);
    return arrival;
  }
  Reports::Foreign foreign;
  {
    Txn txn = r_.store_.read(call);
    const auto last = find_submission(txn, m.package, m.unit, period);
    std::optional<rp::Stored> stored;
    if (last) {
      const auto file = packed(txn, last->id);
      stored = rp::Stored{m.unit, m.package, m.period, m.layer, last->revision, file ? file->digest : last->package_digest};
    }
    const rp::Chain verdict = rp::judge(stored, set, known);
    rp::require(verdict, stored, set);
    if (verdict == rp::Chain::same) {
      arrival.state = "same";
      arrival.submission = last->digest;
      return arrival;
    }
    foreign = foreign_of(*package, set, period);
    arrival.cells = Flow::differences(txn, foreign, last);
  }
  arrival.state = "preview";
  if (!apply) return arrival;
  foreign.object = object;
  arrival.submission = flow_.take(call, foreign).digest;
  arrival.state = "taken";
  return arrival;
}

std::string Parcels::receipt_text(Call call, const Receipt& receipt) const {
  JsonWriter w;
  w.begin_object().field("format", "mif-report-receipt/1").field("digest", receipt.digest).field("file", receipt.file).field("receivedBy", call.actor());
  w.field("received", instant_text(r_.clock_.now_unix_ms())).key("units").begin_array();
  for (const auto& a : receipt.arrivals) {
    w.begin_object().field("unit", a.unit).field("package", a.package).field("period", a.period).field("layer", a.layer).field("revision", a.revision).field("digest", a.digest);
    w.field("state", a.state).field("submission", a.submission).field("complaint", a.complaint).end_object();
  }
  const std::string said = w.end_array().end_object().take();
  const auto signer = r_.keys_.any_signer(r_.config_, call);
  JsonWriter out;
  out.begin_object().field("receipt", said).field("algorithm", signer ? signer->algorithm : "none").field("keyId", signer ? signer->key_id : "");
  return out.field("signature", signer ? rp::hex(signer->sign(said)) : "").end_object().take() + "\n";
}

}  // namespace mif::reporting
