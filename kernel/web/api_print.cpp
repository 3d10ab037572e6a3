// SPDX-License-Identifier: Apache-2.0
// Vouchers and ledgers as PDF, xlsx and CSV, and whole years in the background.
#include <cstdio>

#include "kernel/base/text.h"
#include "kernel/service/print_jobs.h"
#include "kernel/web/paging.h"
#include "kernel/web/voucher_json.h"
#include "mif/json.hpp"

namespace mif::web {
namespace {

// RFC 6266 with RFC 5987 names: Chinese file names survive.
std::string attachment(const std::string& name) {
  std::string encoded;
  for (const char c : name) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';
    if (plain) {
      encoded += c;
      continue;
    }
    char hex[4];
    std::snprintf(hex, sizeof hex, "%%%02X", static_cast<unsigned char>(c));
    encoded += hex;
  }
  return "inline; filename*=UTF-8''" + encoded;
}

Response file_response(std::string bytes, service::FileKind kind, const std::string& name, std::size_t notes) {
  Response response;
  response.content_type = service::content_type_of(kind);
  response.body = std::move(bytes);
  response.headers.emplace_back("Content-Disposition", attachment(name));
  response.headers.emplace_back("Mif-Print-Notes", std::to_string(notes));  // characters no font has, texts cut
  return response;
}

service::VoucherChoice voucher_choice(const Request& request) {
  service::VoucherChoice choice;
  choice.form = request.param_or("form", choice.form);
  try {
    choice.offset_x = print::hundredths(request.param_or("offsetX", "0"));
    choice.offset_y = print::hundredths(request.param_or("offsetY", "0"));
  } catch (const Error& e) {
    throw Problem("malformed-request", "参数不对", {{"?offsetX", e.what()}});
  }
  return choice;
}

Response print_vouchers(Api& api, const Request& request, const service::VoucherChoice& choice, const std::string& name) {
  service::Printing printing(api.deployment, request.caller->name);
  const service::TemporaryFile file;
  service::Printed printed;
  api.deployment.database().read([&](store::Txn& txn) {
    for (const auto& book : printing.books_of(txn, choice)) api.visible_book(txn, request, book);
    printed = printing.vouchers(txn, choice, file.path());
  });
  return file_response(read_file(file.path()), service::FileKind::pdf, name, printed.troubles.size());
}

Response print_voucher(Api& api, const Request& request) {
  service::VoucherChoice choice = voucher_choice(request);
  choice.ids = {voucher_id(request)};
  api.deployment.database().read([&](store::Txn& txn) { visible_voucher(api, txn, request, choice.ids[0]); });
  return print_vouchers(api, request, choice, "凭证-" + std::to_string(choice.ids[0]) + ".pdf");
}

Response print_month(Api& api, const Request& request) {
  service::VoucherChoice choice = voucher_choice(request);
  choice.book = request.capture("book");
  const auto period = request.param("period");
  if (!period) throw Problem("malformed-request", "缺少会计期间", {{"?period", "写 period=2023-06"}});
  choice.period = period_param(request, "period", *period);
  choice.from_number = static_cast<int>(request.number("from", 0, 1, 999999));
  choice.to_number = static_cast<int>(request.number("to", 0, 1, 999999));
  return print_vouchers(api, request, choice, "凭证-" + choice.book + "-" + choice.period.iso() + ".pdf");
}

Response print_ledger(Api& api, const Request& request) {
  const std::string& book = request.capture("book");
  print::LedgerChoice choice;
  choice.kind = request.capture("ledger");
  choice.month_from = static_cast<int>(request.number("from", 1, 1, 13));
  choice.month_to = static_cast<int>(request.number("to", 13, choice.month_from, 13));
  choice.level = static_cast<int>(request.number("level", 0, 0, 9));
  choice.accounts = request.param_or("accounts", "");
  choice.dimension = request.param_or("dimension", "");
  const int year = static_cast<int>(request.number("year", 0, 1900, 9999));
  if (year == 0) throw Problem("malformed-request", "缺少年度", {{"?year", "写 year=2023"}});
  const service::FileKind kind = service::file_kind_of(request.param_or("format", "pdf"));
  service::Printing printing(api.deployment, request.caller->name);
  const service::TemporaryFile file;
  service::Printed printed;
  api.deployment.database().read([&](store::Txn& txn) {
    api.visible_book(txn, request, book);
    printed = printing.ledger(txn, book, year, choice, kind, file.path());
  });
  const char* const extension = kind == service::FileKind::pdf ? ".pdf" : kind == service::FileKind::xlsx ? ".xlsx" : ".csv";
  return file_response(read_file(file.path()), kind, choice.kind + "-" + book + "-" + std::to_string(year) + extension, printed.troubles.size());
}

int year_of(const Request& request) {
  try {
    return Day::parse(request.capture("year") + "-01-01").year();
  } catch (const Error&) {
    throw Error(MIF_E_NOT_FOUND, "print.no-year", "没有这个年度 (no such year): \"" + request.capture("year") + "\"");
  }
}

Response job_response(const service::PrintJob& job, const std::string& book, int year) {
  const std::string here = "/api/v1/books/" + book + "/print/years/" + std::to_string(year);
  JsonWriter json;
  json.begin_object().field("book", book).field("year", year).field("state", job.state).field("what", job.what).field("done", job.done).field("total", job.total);
  if (!job.error.empty()) json.field("error", job.error);
  json.key("files").begin_array();
  for (const auto& file : job.files) json.value(file);
  json.end_array().end_object();
  Response response;
  const bool under_way = job.state == "waiting" || job.state == "running";
  response.status = under_way ? 202 : 200;
  response.headers.emplace_back("Location", here);
  if (under_way) response.headers.emplace_back("Retry-After", "1");
  response.body = json.take();
  return response;
}

Response start_year(Api& api, service::PrintJobs& jobs, const Request& request) {
  const std::string& book = request.capture("book");
  const int year = year_of(request);
  api.visible_unit(request, book);
  jobs.start(book, year, request.caller->name, flag(request, "again"));
  return job_response(jobs.state(book, year), book, year);
}

Response year_state(Api& api, const service::PrintJobs& jobs, const Request& request) {
  api.visible_unit(request, request.capture("book"));
  const int year = year_of(request);
  return job_response(jobs.state(request.capture("book"), year), request.capture("book"), year);
}

Response year_file(Api& api, const service::PrintJobs& jobs, const Request& request) {
  api.visible_unit(request, request.capture("book"));
  const std::string& name = request.capture("file");
  const bool pdf = name.size() > 4 && name.compare(name.size() - 4, 4, ".pdf") == 0;
  return file_response(jobs.file(request.capture("book"), year_of(request), name), pdf ? service::FileKind::pdf : service::FileKind::xlsx, name, 0);
}

}  // namespace

void add_print_routes(Router& router, Api& api) {
  const auto jobs = std::make_shared<service::PrintJobs>(api.deployment);  // lives as long as its routes
  router.add({"GET", "/api/v1/vouchers/{id}/print", "printVoucher", "ledger.read", "打印凭证", [&api](Request& r) { return print_voucher(api, r); }, ""});
  router.add({"GET", "/api/v1/books/{book}/print/vouchers", "printVouchers", "ledger.read", "打印一月凭证", [&api](Request& r) { return print_month(api, r); }, ""});
  router.add({"GET", "/api/v1/books/{book}/print/ledgers/{ledger}", "printLedger", "ledger.read", "打印或导出账表", [&api](Request& r) { return print_ledger(api, r); }, ""});
  router.add({"POST", "/api/v1/books/{book}/print/years/{year}", "startPrintYear", "ledger.read", "打印整年", [&api, jobs](Request& r) { return start_year(api, *jobs, r); }, ""});
  router.add({"GET", "/api/v1/books/{book}/print/years/{year}", "getPrintYear", "ledger.read", "整年打印的进度", [&api, jobs](Request& r) { return year_state(api, *jobs, r); }, ""});
  router.add({"GET", "/api/v1/books/{book}/print/years/{year}/{file}", "getPrintedFile", "ledger.read", "整年打印的文件", [&api, jobs](Request& r) { return year_file(api, *jobs, r); }, ""});
}

}  // namespace mif::web
