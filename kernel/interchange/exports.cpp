// SPDX-License-Identifier: Apache-2.0
#include "kernel/interchange/exports.h"

#include <Poco/DateTime.h>
#include <Poco/Path.h>
#include <Poco/TemporaryFile.h>
#include <Poco/Zip/Compress.h>

#include <algorithm>
#include <sstream>

#include "kernel/base/text.h"
#include "kernel/interchange/journal.h"
#include "kernel/interchange/saft.h"
#include "kernel/interchange/voucher_table.h"
#include "kernel/sheet/csv_writer.h"
#include "kernel/sheet/xlsx_writer.h"

namespace mif::interchange {

const std::vector<Format>& formats() {
  static const std::vector<Format> all = {
      {"hledger", "hledger 日记账", "hledger", "text/plain; charset=utf-8", false},
      {"ledger", "ledger 日记账", "ledger", "text/plain; charset=utf-8", false},
      {"beancount", "beancount 日记账", "beancount", "text/plain; charset=utf-8", false},
      {"gbt24589-text", "按 GB/T 24589 的文本文件与格式说明", "gbt24589.zip", "application/zip", true},
      {"gbt24589-xml", "按 GB/T 24589 的 XML", "xml", "application/xml", false},
      {"saft", "SAF-T 1.10", "saft.xml", "application/xml", false},
      {"vouchers-csv", "凭证 CSV, 可再导入", "csv", "text/csv; charset=utf-8", false},
      {"vouchers-xlsx", "凭证 xlsx, 可再导入", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false}};
  return all;
}

const Format& format_of(std::string_view name) {
  std::string names;
  for (const auto& format : formats()) {
    if (format.name == name) return format;
    names += ' ' + std::string(format.name);
  }
  throw Error(MIF_E_INVALID, "export.format", "导出格式应为" + names + " 之一 (unknown export format): \"" + std::string(name) + "\"");
}

void export_book(const BookReader& reader, const Format& format, const ExportOptions& options, const FileSink& sink) {
  const std::string file = reader.book().code + '.' + std::string(format.extension);
  const Sink one = [&](std::string_view bytes) { sink(file, bytes); };
  if (format.name == "gbt24589-text") return write_profile_text(reader, read_profile(options.profile), sink);
  if (format.name == "gbt24589-xml") return write_profile_xml(reader, read_profile(options.profile), [&](const std::string&, std::string_view bytes) { sink(file, bytes); });
  if (format.name == "saft") return write_saft(reader, options.created, one);
  if (format.name == "vouchers-csv") {
    sheet::CsvWriter writer(one, {true});
    return write_vouchers(reader, writer);
  }
  if (format.name == "vouchers-xlsx") {
    Poco::TemporaryFile path;
    sheet::XlsxWriter writer(path.path(), options.created);
    write_vouchers(reader, writer);
    writer.finish();
    return one(read_file(path.path()));
  }
  write_journal(reader, format.name == "hledger" ? Notation::hledger : format.name == "ledger" ? Notation::ledger : Notation::beancount, one);
}

std::string zipped(const std::vector<std::pair<std::string, std::string>>& files, Day created) {
  std::ostringstream out;
  Poco::Zip::Compress zip(out, true);
  for (const auto& [name, bytes] : files) {
    std::istringstream in(bytes);
    zip.addFile(in, Poco::DateTime(created.year(), created.month(), created.day()), Poco::Path(name, Poco::Path::PATH_UNIX));
  }
  zip.close();
  return std::move(out).str();
}

}  // namespace mif::interchange
