// SPDX-License-Identifier: Apache-2.0
// report package, kit, receive: the words of data packages.
#include <filesystem>
#include <fstream>
#include <memory>

#include "filings.h"
#include "flow_jobs.h"
#include "job_work.h"
#include "module-kit/result.h"
#include "parcels.h"

namespace mif::reporting {
namespace {

std::string n(std::int64_t number) { return std::to_string(number); }

constexpr std::int64_t kListedCells = 20000;  // of all units of a file; beyond it one unit is looked at by itself

// The folder the files are written to, made where it is missing; before the work, so that nothing is done in vain.
std::string out_folder(const Params& params) {
  const std::string folder = params.get("out");
  std::error_code failed;
  if (!folder.empty()) std::filesystem::create_directories(folder, failed);
  if (!folder.empty() && !std::filesystem::is_directory(folder))
    throw Error(MIF_E_INVALID, "report.folder-unmade", "建不了文件夹 (cannot make the folder): " + folder + (failed ? "，" + failed.message() : "") + "；请核对路径和权限，或换一个文件夹");
  return folder;
}

void write_file(const std::filesystem::path& path, const std::function<void(const report_package::Sink&)>& write) {
  std::ofstream to(path, std::ios::binary | std::ios::trunc);
  write([&](std::string_view piece) { to.write(piece.data(), static_cast<std::streamsize>(piece.size())); });
  to.close();
  if (!to) throw Error(MIF_E_INVALID, "report.file-unwritable", "写不了文件 (cannot write the file): " + path.string());
}

void tell(kit::Result& answer, const Parcel& p, const char* form, const std::string& object, const std::string& folder) {
  if (!folder.empty()) {
    write_file(std::filesystem::path(folder) / p.name, [&](const report_package::Sink& to) { p.each(to); });
    if (!p.signature.empty()) write_file(std::filesystem::path(folder) / (p.name + ".sig"), [&](const report_package::Sink& to) { to(p.signature); });
  }
  answer.item().field("file", p.name).field("form", form).field("package", p.task.package).field("unit", p.task.unit).field("period", p.task.period.iso())
      .field("revision", p.revision ? n(p.revision) : "draft").field("units", n(p.units)).field("bytes", n(p.size())).field("digest", p.digest)
      .field("object", object).end_object();
}

// What a long job says of itself: a hundred times and no more.
class Steadily {
 public:
  explicit Steadily(const Progress& progress) : progress_(progress) {}
  void operator()(const char* what, std::int64_t done, std::int64_t of) {
    const std::int64_t percent = of > 0 ? 100 * done / of : 100;
    if (what == what_ && percent == percent_) return;
    what_ = what;
    percent_ = percent;
    progress_(what, done, of);
  }

 private:
  const Progress& progress_;
  std::string what_;
  std::int64_t percent_ = -1;
};

// A file handed over at the command line lies anywhere.
std::string read_file(const Reports& reports, Call call, const std::string& path) {
  if (path.front() != '/') return reports.file(call, path);
  std::ifstream from(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(from)), std::istreambuf_iterator<char>());
  if (!from || bytes.empty()) throw Error(MIF_E_INVALID, "report.file-unreadable", "读不了文件，或文件是空的 (cannot read the file): " + path);
  return bytes;
}

// The same, not read into memory where it lies outside the home.
std::unique_ptr<report_package::Source> handed_over(const Reports& reports, Call call, const Params& params, std::string& held) {
  const std::string path = params.get("content").empty() ? params.need("file") : "";
  if (!path.empty() && path.front() == '/') return std::make_unique<report_package::FileSource>(path);
  held = path.empty() ? params.get("content") : reports.file(call, path);
  return std::make_unique<report_package::TextSource>(held);
}

}  // namespace

std::string report_kit(const Reports& reports, Call call, const Params& params, const Progress&) {
  const std::string folder = out_folder(params);
  const auto catalog = reports.catalog(call, true);
  const Period period = params.period();
  const std::string unit = params.need("unit");
  const Parcel p = Parcels(reports).kit(call, package_named(*catalog, params.need("package"), period), unit, period);
  kit::Result answer("ReportPackageList");
  tell(answer, p, "kit", reports.keep(call, p.bytes), folder);
  return answer.json("生成离线填报包 " + p.name + "，共 " + n(static_cast<std::int64_t>(p.bytes.size())) + " 字节，已存入对象库");
}

Answer word_receive(const Flow& flow, const Reports& reports, Call call, const Params& params, std::string& etag) { return told_receive(flow, reports, call, params, etag, Progress(nullptr)); }

Answer told_receive(const Flow&, const Reports& reports, Call call, const Params& params, std::string& etag, const Progress& progress) {
  const bool apply = params.flag("apply");
  const std::string only = params.get("unit");  // whose cells are listed
  std::string held;
  const auto file = handed_over(reports, call, params, held);
  kit::Result answer("ReportReceipt");
  std::int64_t taken = 0, cells = 0, listed = 0;
  const Receipt receipt = Parcels(reports).receive(call, *file, apply, [&](const Arrival& a) {
    taken += a.state == "taken" || a.state == "task";
    answer.finding(a.state == "refused");
    answer.item().field("unit", a.unit).field("package", a.package).field("period", a.period).field("layer", a.layer).field("revision", n(a.revision)).field("state", a.state)
        .field("digest", a.digest).field("submission", a.submission).field("complaint", a.complaint).field("table", "").field("row", "").field("col", "").field("was", "").field("now", "")
        .end_object();
    cells += static_cast<std::int64_t>(a.cells.size());
    for (const auto& c : a.cells) {
      if (listed == kListedCells || (!only.empty() && only != a.unit)) break;
      ++listed;
      answer.item().field("unit", a.unit).field("package", a.package).field("period", a.period).field("layer", a.layer).field("revision", n(a.revision)).field("state", "cell")
          .field("digest", "").field("submission", "").field("complaint", c.complaint).field("table", c.table).field("row", c.row).field("col", c.col).field("was", c.was).field("now", c.now)
          .end_object();
    }
  }, Steadily(progress));
  if (apply) {
    answer.evidence("receipt", receipt.text);
    answer.evidence("receiptObject", receipt.object);
  }
  etag = receipt.digest;
  return answer.json((apply ? "接收 " + n(taken) + "/" : std::string("预览 ")) + n(static_cast<std::int64_t>(receipt.arrivals.size())) + " 个单位的数据包，" + n(cells) + " 格与这里的不同" +
                     (listed < cells ? "，列出 " + n(listed) + " 格，其余用 unit 逐个单位看" : ""));
}

Answer word_ministry_receipt(const Flow&, const Reports& reports, Call call, const Params& params, std::string&) {
  const bool apply = params.flag("apply");
  const auto catalog = reports.catalog(call, false);
  const Package* package = nullptr;
  for (const auto& p : catalog->packages())
    if (p.code == params.need("package")) package = &p;
  if (!package) throw Error(MIF_E_NOT_FOUND, "report.package-not-found", "没有报表包 (no report package) \"" + params.need("package") + "\"");
  const std::string bytes = params.get("content").empty() ? read_file(reports, call, params.need("file")) : params.get("content");
  std::string object;
  kit::Result answer("ReportMinistryReceipt");
  std::int64_t accepted = 0, refused = 0, unmatched = 0;
  const auto all = Filings(reports).receive(call, *package, bytes, apply, object);
  for (const auto& a : all) {
    ++(a.outcome == "unmatched" ? unmatched : a.state == "accepted" ? accepted : refused);
    answer.item().field("unit", a.unit).field("package", package->code).field("period", a.period).field("revision", n(a.revision)).field("state", a.state).field("stateName", filing_name(a.state))
        .field("reason", a.reason).field("outcome", a.outcome).field("complaint", a.complaint).end_object();
  }
  answer.finding(refused + unmatched > 0);
  if (apply) answer.evidence("receiptObject", object);
  return answer.json((apply ? "部门回执：" : std::string("预览部门回执：")) + n(static_cast<std::int64_t>(all.size())) + " 个单位，已接收 " + n(accepted) + "，退回 " + n(refused) + "，对不上 " + n(unmatched));
}

std::string report_package(const Reports& reports, Call call, const Params& params, const Progress& progress) {
  const std::string folder = out_folder(params);
  const auto catalog = reports.catalog(call, true);
  const Parcels parcels(reports);
  kit::Result answer("ReportPackageList");
  const std::string form = params.get("form", "package");
  if (form != "package" && form != "xbrl-csv") throw Error(MIF_E_INVALID, "report.package-form", "form 应为 package 或 xbrl-csv (one of these)，找到 \"" + form + "\"");
  std::int64_t count = 0, bytes = 0;
  for (const auto& [package, unit, period] : reports_named(reports, call, *catalog, params)) {
    const Parcel neutral = params.flag("gather") ? parcels.gathered(call, *package, unit, period, Steadily(progress)) : parcels.one(call, *package, unit, period, params.get("revision"), params.get("layer"));
    const Parcel p = form == "xbrl-csv" ? parcels.as_xbrl_csv(call, neutral) : neutral;
    tell(answer, p, form.c_str(), form == "package" && !neutral.object.empty() ? neutral.object : parcels.keep(call, p), folder);
    ++count;
    bytes += p.size();
    for (const auto& u : neutral.missing) answer.item().field("file", "").field("form", "missing").field("package", package->code).field("unit", u).field("period", period.iso())
        .field("revision", "").field("units", "").field("bytes", "").field("digest", "").field("object", "").end_object();
    if (params.flag("gather") || form != "package") continue;
    const Parcel own = parcels.as_ministry(call, *package, neutral);
    if (own.bytes.empty()) continue;
    tell(answer, own, "ministry", reports.keep(call, own.bytes), folder);
    ++count;
    bytes += static_cast<std::int64_t>(own.bytes.size());
  }
  return answer.json("生成数据包 " + n(count) + " 个，共 " + n(bytes) + " 字节，已存入对象库");
}

}  // namespace mif::reporting
