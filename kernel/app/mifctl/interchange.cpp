// SPDX-License-Identifier: Apache-2.0
// Commands that exchange books with others: exports, the import of vouchers, its template.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "kernel/app/mifctl/command.h"
#include "kernel/base/text.h"
#include "kernel/interchange/exports.h"
#include "kernel/service/voucher_import.h"
#include "kernel/sheet/csv_writer.h"
#include "kernel/sheet/xlsx_writer.h"
#include "mif/error.hpp"

namespace mif::app {
namespace {

namespace fs = std::filesystem;

// Files that appear under their names only when all of them are whole.
class OutputFiles {
 public:
  explicit OutputFiles(std::string folder) : folder_(std::move(folder)) {}
  ~OutputFiles() {
    for (const auto& [name, file] : files_) fs::remove(part(name));
  }
  void append(const std::string& name, std::string_view bytes) {
    auto& file = files_[name];
    if (!file.is_open()) file.open(part(name), std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file) throw Error(MIF_E_INVALID, "cli.file-write", "写不了文件 (cannot write) " + path(name));
  }
  std::vector<std::string> finish() {
    std::vector<std::string> paths;
    for (auto& [name, file] : files_) {
      file.close();
      if (!file) throw Error(MIF_E_INTERNAL, "没有写完 (write failed) " + path(name));
    }
    for (const auto& [name, file] : files_) {
      fs::rename(part(name), path(name));
      paths.push_back(path(name));
    }
    files_.clear();
    return paths;
  }

 private:
  std::string path(const std::string& name) const { return (fs::path(folder_) / name).string(); }
  std::string part(const std::string& name) const { return path(name) + ".part" + std::to_string(getpid()); }
  std::string folder_;
  std::map<std::string, std::ofstream> files_;
};

int export_book(Context& context) {
  service::Deployment& d = context.deployment();
  const interchange::Format& format = interchange::format_of(context.option("format"));
  const std::string to = context.option("out");
  if (format.folder && to.empty()) throw Error(MIF_E_INVALID, "cli.several-files", "格式 " + std::string(format.name) + " 是多个文件, 用 --out 给目录 (several files: name a folder)");
  if (format.folder) fs::create_directories(to);
  interchange::Range range;
  if (context.flag("from")) range.from = Period::parse(context.option("from"));
  if (context.flag("to")) range.to = Period::parse(context.option("to"));
  OutputFiles files(format.folder ? to : fs::path(to).parent_path().string());
  d.database().read([&](store::Txn& txn) {
    const std::string code = context.option("book");
    const ledger::Book book = d.ledger().book(txn, code);
    if (!context.login.empty() && !context.caller().sees(book.unit)) throw Error(MIF_E_NOT_FOUND, "book.not-found", "没有账套 (no such book) \"" + code + "\"");
    std::int64_t written = 0;
    interchange::export_book(interchange::BookReader(txn, d.ledger(), d.charts(), code, range), format, {d.clock().business_day(), d.path("templates/interchange/gbt24589.info")},
                             [&](const std::string& name, std::string_view bytes) {
                               if (to.empty()) std::fwrite(bytes.data(), 1, bytes.size(), stdout);
                               else files.append(format.folder ? name : fs::path(to).filename().string(), bytes);
                               written += static_cast<std::int64_t>(bytes.size());
                             });
    if (!to.empty()) context.say(fmt::format("已导出 {} 字节", written));
  });
  for (const auto& path : files.finish()) context.say(path);
  return kOk;
}

int import_vouchers(Context& context) {
  if (context.flag("preview") == context.flag("apply")) throw Error(MIF_E_INVALID, "cli.preview-or-apply", "写 --preview 看差异, 或 --apply 导入, 二者选一 (either --preview or --apply)");
  service::Deployment& d = context.deployment();
  service::VoucherImport request;
  request.bytes = read_file(context.option("file"));
  request.source = context.option("source");
  request.book = context.option("book");
  request.apply = context.flag("apply");
  request.posted = context.flag("posted");
  request.reviewer = context.option("reviewer");
  const auto results = service::import_vouchers(d, context.who(), context.caller(), request, [&](std::int64_t done, std::int64_t total) { context.progress("凭证", done, total); });
  Table table{"VoucherImport", {"place", "book", "day", "word", "key", "total", "outcome", "id", "sentence"}, {"位置", "账套", "日期", "字", "凭证号", "金额", "结果", "编号", "说明"}, {}, ""};
  std::map<service::ImportOutcome, int> counts;
  for (const auto& r : results) {
    ++counts[r.outcome];
    table.rows.push_back({r.place, r.book, r.day.valid() ? r.day.iso() : "", r.word, r.key, r.total.plain(), std::string(service::name_of(r.outcome)), r.id ? std::to_string(r.id) : "", r.sentence});
  }
  using enum service::ImportOutcome;
  const bool wrong = counts[conflict] + counts[error] > 0;
  const char* done = !request.apply ? "预览, 未导入" : request.posted ? (wrong ? "有误, 全部未导入" : "已导入并记账") : "已导入待审";
  table.summary = fmt::format("新 {} 已有 {} 冲突 {} 有误 {} — {}", counts[fresh], counts[same], counts[conflict], counts[error], done);
  context.print(table);
  return wrong ? kFindings : kOk;
}

int write_template(Context& context) {
  if (context.arguments.size() != 1 || context.arguments[0] != "vouchers") throw Error(MIF_E_INVALID, "cli.arguments", "用法: mifctl template vouchers --out=FILE.csv|FILE.xlsx (which template)");
  const std::string to = context.option("out");
  if (fs::path(to).extension() == ".xlsx") {
    sheet::XlsxWriter writer(to, context.deployment().clock().business_day());
    interchange::write_voucher_template(writer);
    writer.finish();
  } else {
    std::string text;
    sheet::CsvWriter writer([&](std::string_view bytes) { text += bytes; }, {true});
    interchange::write_voucher_template(writer);
    write_file_durably(to, text);
  }
  context.say(to);
  return kOk;
}

}  // namespace

void add_interchange_commands(Commands& all) {
  std::string names;
  for (const auto& format : interchange::formats()) names += (names.empty() ? "" : "|") + std::string(format.name);
  all.push_back({"export", "", "把账套导出给别人: 复核、审计、迁移",
                 {{"book", "账套代码, 如 990000-310", true}, {"format", names, true}, {"from", "起始期间, 如 2023-01, 默认账套启用"}, {"to", "截止期间, 默认最后记账的期间"}, {"out", "文件, 默认标准输出; gbt24589-text 是目录"}},
                 export_book});
  all.push_back({"import vouchers", "", "导入凭证 (CSV 或 xlsx); 先预览差异, 再导入待审",
                 {{"file", "文件, 版式见 mifctl template vouchers", true}, {"preview", "只看差异", false, false}, {"apply", "导入", false, false}, {"book", "账套, 文件没有账套列时必填"}, {"source", "来源系统; 同一来源同一凭证号只导入一次, 默认按文件内容"},
                  {"posted", "历史凭证: 直接记账, 要有 voucher.import_posted 权限", false, false}, {"reviewer", "历史凭证的审核人, 文件里没写时用"}},
                 import_vouchers});
  all.push_back({"template", "vouchers", "写出导入凭证的样表", {{"out", "文件 .csv 或 .xlsx", true}}, write_template});
}

}  // namespace mif::app
