// SPDX-License-Identifier: Apache-2.0
// Data packages going out.
#include "parcels.h"

#include <algorithm>

#include "digest.h"
#include "filings.h"
#include "report-package/digests.h"
#include "report-package/xbrl_csv.h"
#include "sheet/grid.h"

namespace mif::reporting {
namespace {

namespace rp = report_package;

// What this home stored itself needs no key to be read again.
rp::Limits own_limits() {
  rp::Limits limits;
  limits.unsigned_too = true;
  return limits;
}
bool trusting(const rp::Seal&, std::string_view) { return true; }

void say_signature(rp::ReportSet& set, const PackageKeys& keys) {
  if (keys.none()) set.manifest.unknown[kSignature] = "\"none\"";
}

}  // namespace

struct Parcels::Kept {
  Kept(std::string b, const std::function<void(rp::ReportSet&&)>& each) : bytes(std::move(b)), source(bytes), reader(source, trusting, own_limits(), each) {}
  const std::string bytes;
  const rp::TextSource source;
  const rp::PackageReader reader;
};

Told Parcels::told(Call call, Txn& txn, const Task& task, const std::optional<Submission>& submission) const {
  Told t;
  t.task = task;
  t.submission = submission;
  t.unit_name = flow_.units(call).name(task.unit);
  t.ledger_state = "closed";
  for (const auto& b : r_.ledger_.books(call, &txn))
    if (b.unit == task.unit && b.open.year != 0 && b.open <= task.period) t.ledger_state = "open";
  t.rows.task = task;
  t.rows.cells = load_cells(txn, task.id);
  t.rows.terms = load_terms(txn, task.id);
  t.rows.checks = load_checks(txn, task.id);
  if (submission) t.openings = Flow::openings_of(txn, submission->id);
  t.explanations = explanations_of(txn, task, submission ? submission->id : 0);
  if (!submission) {
    std::set<std::string> keys;
    for (const auto& c : t.rows.checks)
      if (c.state == "fail") keys.insert(key_of(c));
    t.explanations.erase(std::remove_if(t.explanations.begin(), t.explanations.end(), [&](const Explanation& e) { return !keys.count(e.key); }), t.explanations.end());
  }
  return t;
}

std::string Parcels::name_of(Call call, const std::string& unit, const std::string& code, Period period, const std::string& version, const char* extension) const {
  Occasion occasion;
  occasion.unit = flow_.units(call).name(unit);
  occasion.period = period.iso();
  occasion.version = version;
  return export_file_name(occasion, code, extension);
}

Parcels::Packed Parcels::pack(Call call, const Package& package, const Submission& s) const {
  rp::ReportSet set;
  std::string parent;
  {
    Txn txn = r_.store_.read(call);
    if (auto found = packed(txn, s.id)) return *found;
    set = set_of(package, told(call, txn, s.task(), s));
  }
  if (s.revision > 1) {
    std::optional<Submission> before;
    {
      Txn txn = r_.store_.read(call);
      before = find_submission(txn, s.package, s.unit, s.period, s.revision - 1);
    }
    if (before) parent = pack(call, package, *before).digest;
  }
  set.manifest.revision = s.revision;
  set.manifest.parent = parent;
  say_signature(set, r_.keys_);
  const std::string bytes = rp::write_package(set, r_.keys_.signer(r_.config_, call));
  const Packed made{set.digest, r_.objects_.put(call, bytes)};
  Txn txn = r_.store_.write(call);
  if (auto found = packed(txn, s.id)) return *found;  // somebody was faster
  txn.execute("insert into x_reporting_packed (task, digest, object_digest, made_ms) values (?, ?, ?, ?)", {s.id, made.digest, made.object, r_.clock_.now_unix_ms()});
  JsonWriter body;
  body.begin_object().field("revision", s.revision).field("digest", made.digest).field("object", made.object).end_object();
  r_.audit_.append(txn, s.unit, "report.pack", "report:" + s.package + "/" + s.unit + "/" + s.period.iso() + "#" + std::to_string(s.revision), body.str());
  txn.commit();
  return made;
}

Parcel Parcels::one(Call call, const Package& package, const std::string& unit, Period period, const std::string& revision, const std::string& layer) const {
  r_.identity_.require(call, "report.read", unit);
  Parcel p;
  std::optional<Submission> submitted;
  if (revision != "draft" && layer.empty()) {
    Txn txn = r_.store_.read(call);
    submitted = revision.empty() ? find_submission(txn, package.code, unit, period) : std::optional(Flow::revision_of(txn, package.code, unit, period, revision));
  }
  if (submitted) {
    const Packed made = pack(call, package, *submitted);
    p.task = submitted->task();
    p.revision = submitted->revision;
    p.digest = made.digest;
    p.object = made.object;
    p.bytes = r_.objects_.get(call, made.object);
    if (submitted->origin == "imported") {
      // One that came in a file of many units is written anew: its digest stays.
      std::optional<rp::ReportSet> own;
      const Kept file(p.bytes, [&](rp::ReportSet&& set) {
        if (set.manifest.unit == unit) own = std::move(set);
      });
      if (file.reader.gathered() && own) {
        p.bytes = rp::write_package(*own, r_.keys_.signer(r_.config_, call));
        p.object.clear();
      }
    }
    p.name = name_of(call, unit, package.code, period, "r" + std::to_string(p.revision), "zip");
    return p;
  }
  p.task = r_.stored_as(call, package, unit, period, layer, {});
  if (p.task.failed_checks > 0)
    throw Error(MIF_E_CONFLICT, "report.checks-failed", package.title + " 有 " + std::to_string(p.task.failed_checks) + " 项错误级审核未通过，不能生成数据包 (checks failed); 用 report check 查看");
  if (p.task.template_digest != package.digest)
    throw Error(MIF_E_CONFLICT, "report.template-changed", package.title + " 的模板已改，请先重新计算 (the template changed, compute again)");
  rp::ReportSet set;
  {
    Txn txn = r_.store_.read(call);
    set = set_of(package, told(call, txn, p.task, std::nullopt));
  }
  say_signature(set, r_.keys_);
  p.bytes = rp::write_package(set, r_.keys_.signer(r_.config_, call));
  p.digest = set.digest;
  p.name = name_of(call, unit, package.code, period, "draft", "zip");
  return p;
}

rp::ReportSet Parcels::unit_in(Call call, const std::string& object, const std::string& unit, Opened& opened) const {
  if (const auto found = opened.find(object); found != opened.end()) {
    if (found->second->reader.has(unit)) return found->second->reader.unit(unit);
  } else {
    std::optional<rp::ReportSet> wanted;
    const auto file = std::make_shared<Kept>(r_.objects_.get(call, object), [&](rp::ReportSet&& set) {
      if (set.manifest.unit == unit) wanted = std::move(set);
    });
    if (file->reader.gathered()) opened.emplace(object, file);
    if (wanted) return std::move(*wanted);
  }
  throw Error(MIF_E_INVALID, "report.package-lost", "文件库里的数据包没有单位 " + unit + "，请运行 mifctl verify (the stored data package lacks the unit)");
}

Parcel Parcels::gathered(Call call, const Package& package, const std::string& unit, Period period, const Steps& steps) const {
  r_.identity_.require(call, "report.read", unit);
  const UnitTree tree = flow_.units(call);
  Parcel p;
  rp::GatheringWriter writer;
  Opened opened;
  rp::Gathering top;
  top.tool = "mif reporting 1.0.0";
  std::vector<UnitName> wanted;
  for (const auto& u : tree.all())
    if (u.code == unit || tree.is_below(u.code, unit)) wanted.push_back(u);
  std::int64_t done = 0;
  p.units = 0;
  for (const auto& u : wanted) {
    if (steps) steps("打包", done++, static_cast<std::int64_t>(wanted.size()));
    const auto submitted = flow_.latest(call, package.code, u.code, period);
    if (!submitted) {
      p.missing.push_back(u.code);
      continue;
    }
    if (u.code == unit) {
      p.task = submitted->task();
      p.revision = submitted->revision;
    }
    rp::ReportSet set = unit_in(call, pack(call, package, *submitted).object, u.code, opened);
    top.created = std::max(top.created, set.manifest.created);
    writer.add(set);
    ++p.units;
  }
  if (p.units == 0) throw Error(MIF_E_NOT_FOUND, "report.nothing-submitted", "单位 " + unit + " 和下级都还没有上报 " + package.title + " " + period.iso() + "，请先上报再打包 (nothing submitted yet)");
  p.task.package = package.code;
  p.task.unit = unit;
  p.task.period = period;
  p.gathered = std::make_shared<ParcelBytes>();
  writer.finish(top, r_.keys_.signer(r_.config_, call), [&](std::string_view piece) { p.gathered->add(piece); });
  if (steps) steps("打包", done, done);
  p.digest = top.digest;
  p.name = name_of(call, unit, package.code, period, p.revision ? "r" + std::to_string(p.revision) + "-all" : "all", "zip");
  return p;
}

Parcel Parcels::kit(Call call, const Package& package, const std::string& unit, Period period) const {
  r_.identity_.require(call, "report.manage", unit);
  std::optional<Assignment> asked;
  std::optional<Submission> last;
  Told t;
  t.task.package = package.code;
  t.task.unit = unit;
  t.task.period = period;
  t.task.template_digest = package.digest;
  {
    Txn txn = r_.store_.read(call);
    for (const auto& a : all_assignments(txn)) {
      if (a.package != package.code || a.period != period || a.state != "open") continue;
      for (const auto& d : duties_of(txn, a.id))
        if (d.unit == unit) asked = a;
    }
    if (!asked)
      throw Error(MIF_E_NOT_FOUND, "report.kit-not-asked", "还没有向单位 " + unit + " 下发 " + package.title + " " + period.iso() + "，请先执行 report assign (the unit is not asked for this report)");
    last = find_submission(txn, package.code, unit, period);
    if (last) t = told(call, txn, last->task(), last);
    else if (const auto task = find_task(txn, package.code, unit, period)) t = told(call, txn, *task, std::nullopt);
    else t.unit_name = flow_.units(call).name(unit);
  }
  t.task.template_digest = package.digest;
  rp::ReportSet set = set_of(package, t);
  set.manifest.created = instant_text(r_.clock_.now_unix_ms());
  set.manifest.unknown.erase(kDraft);
  set.manifest.unknown[kKit] = "true";
  set.cover["状态"] = "离线填报任务";
  set.explanations.clear();
  if (last) {
    set.manifest.revision = last->revision + 1;
    set.manifest.parent = pack(call, package, *last).digest;
  }
  JsonWriter task;
  task.begin_object().field("format", "mif-report-assignment/1").field("package", package.code).field("unit", unit).field("owner", asked->owner).field("period", period.iso());
  task.field("deadline", asked->deadline.iso()).field("title", asked->title).end_object();
  set.attachments.push_back({kAssignmentFile, task.take() + "\n"});
  say_signature(set, r_.keys_);
  Parcel p;
  p.task = t.task;
  p.revision = set.manifest.revision;
  p.bytes = rp::write_package(set, r_.keys_.signer(r_.config_, call));
  p.digest = set.digest;
  p.name = name_of(call, unit, package.code, period, "kit", "zip");
  return p;
}

Parcel Parcels::as_xbrl_csv(Call call, const Parcel& from) const {
  Parcel p = from;
  if (from.gathered) throw Error(MIF_E_INVALID, "report.xbrl-one", "XBRL-CSV 一个文件只放一个单位，请去掉 gather (one unit a file in XBRL-CSV)");
  p.bytes = rp::xbrl_csv_zip(rp::read_package(from.bytes, trusting, own_limits()).sets.at(0));
  p.name = name_of(call, from.task.unit, from.task.package, from.task.period, (from.revision ? "r" + std::to_string(from.revision) : std::string("draft")) + "-xbrl-csv", "zip");
  return p;
}

Parcel Parcels::as_ministry(Call call, const Package& package, const Parcel& from) const {
  Parcel p = from;
  JsonWriter task;
  task.begin_object().field("ministry", package.ministry).field("package", package.code).field("title", package.title).field("unit", from.task.unit);
  task.field("unitName", flow_.units(call).name(from.task.unit)).field("period", from.task.period.iso()).field("layer", from.task.layer).field("revision", from.revision);
  task.field("template", from.task.template_digest).field("result", from.task.result_digest).key("tables").begin_array();
  const auto cells = r_.cells(call, from.task, {});
  std::map<std::string, std::pair<std::vector<std::string>, std::vector<std::string>>> outline;  // rows, columns
  std::vector<std::string> order;
  for (const auto& c : cells) {
    auto& [rows, cols] = outline[c.table];
    if (rows.empty()) order.push_back(c.table);
    if (std::find(rows.begin(), rows.end(), c.row) == rows.end()) rows.push_back(c.row);
    if (std::find(cols.begin(), cols.end(), c.col) == cols.end()) cols.push_back(c.col);
  }
  for (const auto& code : order) {
    task.begin_object().field("code", code).key("rows").begin_array();
    for (const auto& row : outline[code].first) task.value(row);
    task.end_array().key("cols").begin_array();
    for (const auto& col : outline[code].second) task.value(col);
    task.end_array().end_object();
  }
  task.end_array().end_object();
  const Packager packager = r_.ministries_.packager(call, package);
  p.bytes = r_.ministries_.upload(call, package, task.str(), cells);
  if (p.bytes.empty()) return p;
  if (packager.signs && !r_.keys_.none()) {
    const rp::Signer signer = r_.keys_.signer(r_.config_, call);
    JsonWriter seal;
    seal.begin_object().field("format", "mif-detached-signature/1").field("file", Digest::plain_hex(p.bytes)).field("algorithm", signer.algorithm).field("keyId", signer.key_id);
    p.signature = seal.field("certificate", signer.certificate).field("signature", rp::hex(signer.sign(p.bytes))).end_object().take() + "\n";
  }
  Filings(r_).made(call, from, p.bytes);
  p.name = name_of(call, from.task.unit, package.code, from.task.period, (from.revision ? "r" + std::to_string(from.revision) : std::string("draft")) + "-" + package.ministry, packager.extension.c_str());
  return p;
}

}  // namespace mif::reporting
