// SPDX-License-Identifier: Apache-2.0
// Printing: what of a deployment can be put on paper or into a file - vouchers, ledgers, whole years, tables of plugins - with
// the deployment's forms, fonts and people. Files are written whole or not at all.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kernel/print/canvas.h"
#include "kernel/print/ledger_tables.h"
#include "kernel/print/voucher_form.h"
#include "kernel/service/deployment.h"

namespace mif::service {

enum class FileKind { pdf, xlsx, csv };
FileKind file_kind_of(std::string_view name);  // MIF_E_INVALID
std::string_view content_type_of(FileKind kind);

struct VoucherChoice {
  std::vector<std::int64_t> ids;  // these; or, when empty, the posted ones of
  std::string book;
  Period period;                  // month 0 = the whole year
  int from_number = 0, to_number = 0;
  std::string form = "voucher-a5";
  int offset_x = 0, offset_y = 0;  // 1/100 mm, added to the form's own calibration
};

struct Printed {
  std::string path;
  int pages = 0;                  // 0 for files without pages
  std::int64_t items = 0;         // vouchers or tables
  std::vector<print::Trouble> troubles;
};

// A place for a file that is read back and sent; gone with its owner.
class TemporaryFile {
 public:
  TemporaryFile();
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

using PrintProgress = std::function<void(std::string_view what, std::int64_t done, std::int64_t total)>;

// [any-thread]
class Printing {
 public:
  // `person`: whose name stands on the paper as the one who printed it; may be empty.
  Printing(Deployment& deployment, std::string person);

  Printed vouchers(store::Txn& txn, const VoucherChoice& choice, const std::string& path);
  Printed ledger(store::Txn& txn, const std::string& book, int year, const print::LedgerChoice& choice, FileKind kind, const std::string& path);
  // A table document as JSON, see mif/svc/print.h.
  Printed table(std::string_view document_json, FileKind kind, const std::string& path);
  // The whole year into a folder: vouchers by month, every ledger bound with its opening form and contents, the balance tables.
  // A file that is there is not made again, so a run that was interrupted goes on; what is printed is what stands in the books
  // at that moment, so print a year after it is closed. MIF_E_CONFLICT when the folder holds another book's year.
  std::vector<Printed> year(const std::string& book, int year, const std::string& folder, const PrintProgress& progress = {});

  // The unit of every voucher chosen, for the caller to check whether it may be seen.
  std::vector<std::string> books_of(store::Txn& txn, const VoucherChoice& choice) const;

 private:
  struct People;
  print::CanvasOptions canvas_options(const std::string& title) const;
  print::BookYearPtr book_year(store::Txn& txn, const std::string& book, int year, bool with_lines) const;
  std::string trace() const;
  std::string form_path(const std::string& name) const;
  std::vector<ledger::Voucher> chosen(store::Txn& txn, const VoucherChoice& choice) const;
  print::VoucherSheet sheet_of(store::Txn& txn, const People& people, const ledger::Voucher& voucher) const;
  Printed write(const print::Source& source, const std::string& title, const std::string& form, FileKind kind, const std::string& path, bool per_table);
  Printed draw(const std::string& title, const std::string& path, const std::function<std::int64_t(print::Canvas&)>& drawing);

  Deployment& deployment_;
  const std::string person_;
};

}  // namespace mif::service
