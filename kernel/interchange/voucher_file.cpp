// SPDX-License-Identifier: Apache-2.0
// Reading vouchers out of CSV and xlsx.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>

#include "kernel/base/hash.h"
#include "kernel/interchange/voucher_table.h"
#include "kernel/sheet/csv_writer.h"
#include "kernel/sheet/read.h"
#include "mif/pattern.hpp"

namespace mif::interchange {
namespace {

using sheet::InputCell;
using sheet::InputKind;
using sheet::InputRow;

std::string trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  return first == std::string_view::npos ? std::string() : std::string(text.substr(first, text.find_last_not_of(kSpace) - first + 1));
}

class FileReader {
 public:
  FileReader(std::string source, std::string_view book) : source_(std::move(source)), book_(book) {}

  void row(const InputRow& row) {
    if (row.sheet > sheet_) {  // a long table goes on on the next worksheet under the same head
      sheet_ = row.sheet;
      head_row_ = 0;
    }
    if (row.hidden) throw Error(MIF_E_INVALID, "import.hidden-sheet", "工作表 " + row.sheet_name + " 是隐藏的却有内容, 请删去或取消隐藏 (a hidden worksheet has content)");
    if (head_row_ == 0) return read_head(row);
    line(row);
  }
  std::vector<FileVoucher> finish() {
    if (!started_) throw Error(MIF_E_INVALID, "import.no-voucher", "文件里没有凭证 (no voucher in the file), 版式见 mifctl template vouchers");
    end_voucher();
    return std::move(vouchers_);
  }

 private:
  enum Column { book, date, period, word, key, part, parts, voucher_summary, summary, account, account_name, aux, debit, credit, attachments, files, flow, closing, reverses, maker, reviewer, cashier, poster, kColumns };

  void read_head(const InputRow& row) {
    head_row_ = row.number;
    column_.fill(-1);
    dimensions_.clear();
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const std::string name = trimmed(row.cells[i].text);
      if (name.empty()) continue;
      for (const std::string_view prefix : {"aux:", "辅助核算:", "辅助核算："})
        if (name.rfind(prefix, 0) == 0) dimensions_.emplace_back(i, trimmed(std::string_view(name).substr(prefix.size())));
      if (!dimensions_.empty() && dimensions_.back().first == i) continue;
      const auto& all = voucher_columns();
      const auto found = std::find_if(all.begin(), all.end(), [&](const VoucherColumn& c) { return name == c.chinese || name == c.english; });
      if (found == all.end()) throw Error(MIF_E_INVALID, "import.column", row.place(i) + "：不认识的列 \"" + name.substr(0, 60) + "\", 版式见 mifctl template vouchers (unknown column)");
      int& at = column_[static_cast<std::size_t>(found - all.begin())];
      if (at >= 0) throw Error(MIF_E_INVALID, "import.column", row.place(i) + "：列 " + name + " 出现两次 (column given twice)");
      at = static_cast<int>(i);
    }
    for (std::size_t c = 0; c < kColumns; ++c)
      if (voucher_columns()[c].required && column_[c] < 0)
        throw Error(MIF_E_INVALID, "import.column", row.place(0) + "：表头缺列 " + std::string(voucher_columns()[c].chinese) + " (column missing: " + std::string(voucher_columns()[c].english) + ")");
    if (column_[book] < 0 && book_.empty()) throw Error(MIF_E_INVALID, "import.no-book", "表头没有账套列, 请指明账套 (no column book: name the book)");
  }

  static const InputCell* cell(const InputRow& row, int at) {
    return at < 0 || static_cast<std::size_t>(at) >= row.cells.size() || row.cells[static_cast<std::size_t>(at)].kind == InputKind::blank ? nullptr : &row.cells[static_cast<std::size_t>(at)];
  }
  void problem(const char* rule, const InputRow& row, std::size_t column, const std::string& what) { pending_.push_back(row.place(column) + "：" + what + " [" + rule + "]"); }
  std::string place_text(const InputRow& row, Column c) const { return row.place(static_cast<std::size_t>(std::max(column_[c], 0))); }

  // What our CSV writer put an apostrophe before, so that no spreadsheet takes it for a formula, is freed of it again.
  std::string text(const InputRow& row, int at) {
    const InputCell* c = cell(row, at);
    if (!c) return {};
    if (c->kind == InputKind::error) problem("import.formula", row, static_cast<std::size_t>(at), "公式出错 (formula error) " + c->text);
    return row.sheet_name.empty() ? sheet::free_of_guard(c->text) : c->text;
  }
  std::string code(const InputRow& row, Column c) { return trimmed(text(row, column_[c])); }

  Fen money(const InputRow& row, Column c) {
    std::string written = code(row, c);
    if (written.empty()) return {};
    std::string digits;
    const std::size_t sign = written[0] == '-' ? 1 : 0, point = std::min(written.find('.'), written.size());
    bool grouped = true;  // commas only where thousands are
    for (std::size_t i = 0; i < written.size(); ++i) {
      if (written[i] != ',') digits += written[i];
      else grouped = grouped && i > sign && i < point && (point - i) % 4 == 0;
    }
    try {
      if (!grouped) throw Error(MIF_E_INVALID, "");
      return Fen::parse(digits);
    } catch (const Error&) {
      problem("amount.format", row, static_cast<std::size_t>(column_[c]), "金额应为不超过两位小数的数, 实为 \"" + written.substr(0, 40) + "\" (not an amount)");
      return {};
    }
  }
  Day day(const InputRow& row) {
    const InputCell* c = cell(row, column_[date]);
    if (c && c->kind == InputKind::day) return c->day;
    const std::string written = code(row, date);
    std::array<int, 3> parts{};  // 2023-6-30, 2023/6/30, 2023年6月30日, 20230630
    try {
      if (written.size() == 8 && written.find_first_not_of("0123456789") == std::string::npos) return Day::parse(written);
      std::size_t at = 0;
      for (std::size_t i = 0; i < 3; ++i) {
        const auto read = std::from_chars(written.data() + at, written.data() + written.size(), parts[i]);
        if (read.ec != std::errc() || parts[i] < 1 || parts[i] > 9999) throw Error(MIF_E_INVALID, "");
        at = static_cast<std::size_t>(read.ptr - written.data());
        const std::string_view rest = std::string_view(written).substr(at);
        constexpr std::array<std::string_view, 3> kMarks{"年", "月", "日"};
        if (rest.rfind(kMarks[i], 0) == 0) at += kMarks[i].size();
        else if (i < 2 && !rest.empty() && (rest[0] == '-' || rest[0] == '/' || rest[0] == '.')) ++at;
        else if (i < 2) throw Error(MIF_E_INVALID, "");
      }
      const Day found(parts[0], parts[1], parts[2]);
      if (at == written.size() && found.valid()) return found;
    } catch (const Error&) {
    }
    problem("date.format", row, static_cast<std::size_t>(column_[date]), "日期应写 2023-06-30, 实为 \"" + written.substr(0, 40) + "\" (not a date)");
    return {};
  }
  std::string items(const InputRow& row) {
    std::string all = code(row, aux);
    for (const auto& [at, dimension] : dimensions_)
      if (const std::string item = trimmed(text(row, static_cast<int>(at))); !item.empty()) all += (all.empty() ? "" : ";") + dimension + '=' + item;
    try {
      return format_aux(parse_aux(all));
    } catch (const Error& e) {
      pending_.push_back(place_text(row, aux) + "：" + e.what());
      return {};
    }
  }
  bool flag(const InputRow& row, Column c) {
    const std::string written = code(row, c);
    if (written.empty() || written == "否" || written == "N" || written == "n" || written == "0" || written == "FALSE") return false;
    if (written == "是" || written == "Y" || written == "y" || written == "1" || written == "TRUE") return true;
    problem("import.yes-no", row, static_cast<std::size_t>(column_[c]), "应写 是 或 否, 实为 \"" + written.substr(0, 40) + "\" (write Y or N)");
    return false;
  }

  int count(const InputRow& row, Column c) {
    const std::string n = code(row, c);
    int value = 0;
    if (n.empty()) return value;
    const auto read = std::from_chars(n.data(), n.data() + n.size(), value);
    if (read.ec != std::errc() || read.ptr != n.data() + n.size() || value < 0)
      problem("import.count", row, static_cast<std::size_t>(column_[c]), std::string(voucher_columns()[c].chinese) + "应为整数, 实为 \"" + n.substr(0, 40) + "\" (not a number)");
    return value;
  }
  // "digest|media type|name", one a line. Their lengths are the store's to say.
  std::vector<ledger::Attachment> documents(const InputRow& row) {
    std::vector<ledger::Attachment> all;
    const std::string written = text(row, column_[files]);
    std::string_view rest = written;
    while (!rest.empty()) {
      const std::string_view entry = rest.substr(0, rest.find('\n'));
      rest = entry.size() == rest.size() ? std::string_view() : rest.substr(entry.size() + 1);
      const auto type = entry.find('|'), name = type == std::string_view::npos ? type : entry.find('|', type + 1);
      if (name == std::string_view::npos || type != 64 || name + 1 == entry.size()) {
        problem("import.file-entry", row, static_cast<std::size_t>(column_[files]),
                "电子附件应写作 摘要|媒体类型|文件名, 每行一个, 实为 \"" + std::string(entry.substr(0, 100)) + "\" (an electronic document is digest|media type|name, one a line)");
        continue;
      }
      all.push_back({std::string(entry.substr(0, type)), std::string(entry.substr(name + 1)), std::string(entry.substr(type + 1, name - type - 1)), 0});
    }
    return all;
  }
  ledger::Draft head(const InputRow& row) {
    ledger::Draft d;
    d.book = column_[book] < 0 ? book_ : code(row, book);
    d.day = day(row);
    d.word = code(row, word);
    d.summary = text(row, column_[voucher_summary]);
    d.flow = code(row, flow);
    d.closing = flag(row, closing);
    d.maker = code(row, maker);
    if (!book_.empty() && d.book != book_) problem("import.other-book", row, static_cast<std::size_t>(std::max(column_[book], 0)), "账套 \"" + d.book + "\" 不是要导入的 " + book_ + " (another book)");
    if (const std::string p = code(row, period); !p.empty()) {
      try {
        d.month = Period::parse(p).month;
        if (Period::parse(p).year != d.day.year()) throw Error(MIF_E_INVALID, "import.period-year", "期间与日期不同年 (period and date of different years): " + p);
      } catch (const Error& e) {
        pending_.push_back(row.place(static_cast<std::size_t>(column_[period])) + "：" + e.what());
      }
    }
    d.attachments = count(row, attachments);
    d.part = count(row, part);
    d.parts = count(row, parts);
    d.files = documents(row);
    return d;
  }

  void line(const InputRow& row) {
    pending_.clear();
    const std::string book_and_key = (column_[book] < 0 ? book_ : code(row, book)) + '\n' + code(row, date) + '\n' + code(row, word) + '\n' + code(row, key) + '\n' + code(row, part);
    const bool next = !started_ || book_and_key != current_;
    if (next) {
      end_voucher();
      started_ = true;
      current_ = book_and_key;
      voucher_ = {};
      voucher_.place = row.place(0);
    }
    pending_.clear();
    ledger::Draft d = head(row);
    if (next) {
      voucher_.key = code(row, key);
      voucher_.reviewer = code(row, reviewer);
      voucher_.cashier = code(row, cashier);
      voucher_.reverses = code(row, reverses);
      voucher_.draft = std::move(d);
      documents_ = text(row, column_[files]);
      if (voucher_.key.empty()) problem("import.key-missing", row, static_cast<std::size_t>(column_[key]), "缺凭证号 (voucher key missing)");
    } else {
      const ledger::Draft& v = voucher_.draft;
      const auto differs = [&](bool does, Column c) {
        if (does) problem("import.rows-differ", row, static_cast<std::size_t>(std::max(column_[c], 0)), "同一张凭证各行的" + std::string(voucher_columns()[c].chinese) + "应相同 (differs within one voucher)");
      };
      differs(d.month != v.month, period);
      differs(d.summary != v.summary, voucher_summary);
      differs(d.attachments != v.attachments, attachments);
      differs(d.parts != v.parts, parts);
      differs(text(row, column_[files]) != documents_, files);
      differs(d.flow != v.flow, flow);
      differs(d.closing != v.closing, closing);
      differs(d.maker != v.maker, maker);
      differs(code(row, reviewer) != voucher_.reviewer, reviewer);
      differs(code(row, cashier) != voucher_.cashier, cashier);
      differs(code(row, reverses) != voucher_.reverses, reverses);
    }
    ledger::Line l;
    l.account = code(row, account);
    l.aux = items(row);
    l.summary = text(row, column_[summary]);
    const Fen in = money(row, debit), out = money(row, credit);
    if ((in == Fen()) == (out == Fen())) {
      if (pending_.empty()) problem("import.debit-or-credit", row, static_cast<std::size_t>(column_[debit]), "借方和贷方应填一个, 且不为零 (fill either debit or credit)");
    }
    l.side = out == Fen() ? MIF_DEBIT : MIF_CREDIT;
    l.fen = out == Fen() ? in : out;
    if (l.account.empty()) problem("import.account-missing", row, static_cast<std::size_t>(column_[account]), "缺科目 (account missing)");
    voucher_.draft.lines.push_back(std::move(l));
    voucher_.problems.insert(voucher_.problems.end(), pending_.begin(), pending_.end());
  }

  void end_voucher() {
    if (!started_) return;
    ledger::Draft& d = voucher_.draft;
    if (column_[voucher_summary] < 0 && d.summary.empty()) d.summary = d.lines[0].summary;
    d.source_plugin = "import";
    d.source_key = source_ + '/' + d.book + '/' + voucher_.name();
    if (!keys_.insert(d.source_key).second) voucher_.problems.push_back(voucher_.place + "：凭证号 " + voucher_.name() + " 在文件里不相连地出现两次 (this key stands in two places of the file)");
    vouchers_.push_back(std::move(voucher_));
  }

  std::string source_, book_, current_, documents_;
  int sheet_ = -1, head_row_ = 0;
  bool started_ = false;
  std::array<int, kColumns> column_{};
  std::vector<std::pair<std::size_t, std::string>> dimensions_;  // of columns "aux:insutype"
  FileVoucher voucher_;
  std::vector<std::string> pending_;
  std::set<std::string> keys_;
  std::vector<FileVoucher> vouchers_;
};

}  // namespace

std::vector<FileVoucher> read_vouchers(std::string_view bytes, std::string_view source, std::string_view book) {
  FileReader reader(source.empty() ? to_hex(hash(HashAlg::sha256, bytes)).substr(0, 32) : std::string(source), book);
  sheet::read_rows(bytes, [&](const sheet::InputRow& row) { reader.row(row); });
  return reader.finish();
}

}  // namespace mif::interchange
