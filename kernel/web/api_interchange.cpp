// SPDX-License-Identifier: Apache-2.0
// Books given to others, and vouchers taken from them.
#include "kernel/base/text.h"
#include "kernel/interchange/exports.h"
#include "kernel/service/voucher_import.h"
#include "kernel/sheet/csv_writer.h"
#include "kernel/web/api.h"
#include "kernel/web/paging.h"
#include "kernel/web/problem.h"
#include "mif/json.hpp"

namespace mif::web {
namespace {

constexpr std::size_t kMostBytes = 256u << 20;  // an answer is built in memory; a book that is larger is for mifctl export

Response export_book(Api& api, const Request& request) {
  const std::string& code = request.capture("book");
  const interchange::Format& format = [&]() -> const interchange::Format& {
    try {
      return interchange::format_of(request.capture("format"));
    } catch (const Error& e) {
      throw Error(MIF_E_NOT_FOUND, e.what());
    }
  }();
  interchange::Range range;
  if (const auto from = request.param("from")) range.from = period_param(request, "from", *from);
  if (const auto to = request.param("to")) range.to = period_param(request, "to", *to);
  service::Deployment& d = api.deployment;
  std::vector<std::pair<std::string, std::string>> files;
  d.database().read([&](store::Txn& txn) {
    api.visible_book(txn, request, code);
    std::size_t size = 0;
    interchange::export_book(interchange::BookReader(txn, d.ledger(), d.charts(), code, range), format, {d.clock().business_day(), d.path("templates/interchange/gbt24589.info")},
                             [&](const std::string& name, std::string_view bytes) {
                               size += bytes.size();
                               if (size > kMostBytes) throw Problem("too-large", "export.too-large", "导出超过 " + std::to_string(kMostBytes >> 20) + " MB，请缩小期间，或用 mifctl export");
                               if (files.empty() || files.back().first != name) files.emplace_back(name, std::string());
                               files.back().second += bytes;
                             });
  });
  Response response;
  response.content_type = format.content_type;
  response.body = format.folder ? interchange::zipped(files, d.clock().business_day()) : std::move(files.at(0).second);
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + code + "." + std::string(format.extension) + "\"");
  return response;
}

// The body is the file itself; what it is stands in its first bytes.
Response import_vouchers(Api& api, Request& request) {
  const std::string type = request.content_type.substr(0, request.content_type.find(';'));
  if (type != "text/csv" && type != "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" && type != "application/octet-stream")
    throw Problem("unsupported-media-type", "request.body-type", "正文应是 CSV（text/csv）或 xlsx 文件本身，收到: " + (type.empty() ? "（未填）" : type));
  const std::string mode = request.param_or("mode", "preview");
  if (mode != "preview" && mode != "apply") throw Problem("malformed-request", "参数不对", {{"?mode", "应为 preview 或 apply"}});
  const std::string& code = request.capture("book");
  api.deployment.database().read([&](store::Txn& txn) { request.caller->require("voucher.propose", api.visible_book(txn, request, code).unit); });
  service::VoucherImport import;
  import.bytes = std::move(request.body);
  import.source = request.param_or("source", "");
  import.book = code;
  import.apply = mode == "apply";
  const auto results = service::import_vouchers(api.deployment, request.who(), *request.caller, import);
  JsonWriter json;
  json.begin_object().field("mode", mode).key("items").begin_array();
  for (const auto& r : results) {
    json.begin_object().field("place", r.place).field("day", r.day.valid() ? r.day.iso() : std::string()).field("word", r.word).field("key", r.key);
    json.field("total", r.total).field("outcome", std::string(service::name_of(r.outcome)));
    if (r.id != 0) json.field("id", std::to_string(r.id));
    if (!r.sentence.empty()) json.field("detail", r.sentence);
    json.end_object();
  }
  json.end_array().end_object();
  Response response;
  response.body = json.take();
  return response;
}

Response import_template(const Request&) {
  Response response;
  response.content_type = "text/csv; charset=utf-8";
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"voucher-import.csv\"");
  sheet::CsvWriter writer([&](std::string_view bytes) { response.body += bytes; }, {true});
  interchange::write_voucher_template(writer);
  return response;
}

}  // namespace

void add_interchange_routes(Router& router, Api& api) {
  router.add({"GET", "/api/v1/books/{book}/exports/{format}", "exportBook", "ledger.read", "导出账套", [&api](Request& r) { return export_book(api, r); }, ""});
  router.add({"POST", "/api/v1/books/{book}/voucher-imports", "importVouchers", "voucher.propose", "导入凭证", [&api](Request& r) { return import_vouchers(api, r); }, ""});
  router.add({"GET", "/api/v1/voucher-import-template", "getVoucherImportTemplate", "voucher.propose", "导入凭证的样表", [](Request& r) { return import_template(r); }, ""});
}

}  // namespace mif::web
