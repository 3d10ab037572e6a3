// SPDX-License-Identifier: Apache-2.0
#include "csv_reader.h"

#include <algorithm>
#include <memory>

#include "columns.h"
#include "csv_rows.h"
#include "spool.h"

namespace mif::bank_csv {

namespace {

constexpr int kHeadRows = 50;  // titles and account names stand above the head

struct Enough {};  // whoever listens wants no more

// The rows of one table become one statement.
class Reading {
 public:
  Reading(const ColumnMap& map, const Totals& totals, mif_statement_events& events) : map_(map), totals_(totals), events_(events), columns_(map) {}

  bool headed() const { return head_; }
  std::size_t width() const { return columns_.width(); }
  void take(const TableRow& row) {
    if (head_) {
      columns_.at(row);
      return entry_of(row);
    }
    head_ = columns_.take_head(row);
    if (!head_) return;
    auto open = sized<mif_statement_open>();
    tell(events_.open(events_.impl, &open));
  }
  void finish() {
    if (!head_) malformed("statement.no-head", 0, 1, "没有含「" + map_.day + "」的表头行，请换列映射 (no head row for map " + map_.name + ")");
    if (n_ == 0 && !(totals_.days_given && totals_.opening && totals_.closing))
      malformed("statement.no-lines", columns_.row().byte, columns_.row().line, "没有流水；没有发生额的期间要给出起止日和期初期末余额 (no lines: give from, to, opening and closing)");
    if (columns_.balance == kNoColumn && (!totals_.opening || !totals_.closing))
      malformed("statement.no-balance-column", 0, 1, "文件没有余额列，要给出 opening 和 closing 才能验算 (no balance column: opening and closing must be given)");
    if (map_.newest_first)
      for (std::size_t i = places_.size(); i-- > 0;) stored(places_[i], static_cast<std::int64_t>(lines_[i]));
    if (n_ == 0) balance(MIF_BALANCE_OPENING, *totals_.opening);
    balance(MIF_BALANCE_CLOSING, totals_.closing ? *totals_.closing : last_balance_);
    auto close = sized<mif_statement_close>();
    close.entries = -1;
    tell(events_.close(events_.impl, &close));
  }

 private:
  static void tell(std::int32_t answer) {
    if (answer != 0) throw Enough();
  }
  void balance(std::int32_t kind, Fen fen) {
    auto b = sized<mif_statement_balance>();
    b.kind = kind;
    b.amount = {fen.value(), 2, 1};
    tell(events_.balance(events_.impl, &b));
  }

  void entry_of(const TableRow& row) {
    if (row.n != columns_.width())
      columns_.complain("statement.width", "有 " + std::to_string(row.n) + " 列，表头是 " + std::to_string(columns_.width()) + " 列 (column " + std::to_string(std::min(row.n, columns_.width()) + 1) +
                                               ": another number of columns than the head)");
    auto e = sized<mif_statement_entry>();
    e.status = MIF_ENTRY_BOOKED;
    e.day = columns_.day_of().value();
    const Fen amount = columns_.amount_of();
    if (amount == Fen(0)) columns_.bad("statement.amount-zero", columns_.in == kNoColumn ? columns_.amount : columns_.in, "金额为零 (amount of zero)");
    e.amount = {amount.value(), 2, 1};
    if (columns_.balance != kNoColumn) {
      if (columns_.cell(columns_.balance).empty()) columns_.bad("statement.no-balance", columns_.balance, "没有余额 (no balance)");
      e.balance = {columns_.money(columns_.balance).value(), 2, 1};
    }
    e.bank_ref = s(columns_.text_of(columns_.bank_ref, 110));
    e.client_ref = s(columns_.text_of(columns_.client_ref, 110));
    e.counter_account = s(columns_.text_of(columns_.counter_account, 110));
    e.counter_name = s(columns_.text_of(columns_.counter_name, 390));
    e.text = s(columns_.text_of(columns_.text, 1900));
    ++n_;
    if (!map_.newest_first) return entry(e, row.line);
    packer_.clear();
    packer_.add(std::int64_t{e.day}).add(e.amount.units).add(e.balance.units).add(std::int64_t{e.balance.given});
    for (const auto text : {e.bank_ref, e.client_ref, e.counter_account, e.counter_name, e.text}) packer_.add(view(text));
    places_.push_back(spool_.append(packer_.bytes()));
    lines_.push_back(static_cast<std::uint32_t>(row.line));
  }

  void stored(std::uint64_t place, std::int64_t line) {
    Unpacker in(spool_.at(place));
    auto e = sized<mif_statement_entry>();
    e.status = MIF_ENTRY_BOOKED;
    e.day = static_cast<mif_day>(in.number());
    e.amount = {in.number(), 2, 1};
    e.balance.units = in.number();
    e.balance.scale = 2;
    e.balance.given = static_cast<std::int32_t>(in.number());
    for (auto* text : {&e.bank_ref, &e.client_ref, &e.counter_account, &e.counter_name, &e.text}) *text = s(in.text());
    entry(e, line);
  }

  void entry(const mif_statement_entry& e, std::int64_t line) {
    if (e.day < last_day_) malformed("statement.days-descend", columns_.row().byte, line, "日期早于前一笔，请核对 " + map_.name + " 的 order (the days do not ascend)");
    last_day_ = e.day;
    if (!begun_) balance(MIF_BALANCE_OPENING, totals_.opening ? *totals_.opening : Fen(e.balance.units) - Fen(e.amount.units));
    begun_ = true;
    last_balance_ = Fen(e.balance.units);
    tell(events_.entry(events_.impl, &e));
  }

  const ColumnMap& map_;
  const Totals& totals_;
  mif_statement_events& events_;
  Columns columns_;
  bool head_ = false;
  Spool spool_;  // of a file that begins with the newest line
  Packer packer_;
  std::vector<std::uint64_t> places_;
  std::vector<std::uint32_t> lines_;
  std::int64_t n_ = 0;
  mif_day last_day_ = 0;
  Fen last_balance_;
  bool begun_ = false;
};

bool has_head(const ColumnMap& map, const TableRow& row) {
  try {
    return Columns(map).take_head(row);
  } catch (const Damage&) {  // its day column, but not its others
    return false;
  }
}

void note(mif_statement_events& events, const char* code, const std::string& what) {
  auto t = sized<mif_statement_trouble>();
  t.level = MIF_TROUBLE_NOTE;
  t.code = s(code);
  t.what = s(what);
  events.trouble(events.impl, &t);
}

// What is wrong with the table is told as the end of it.
template <class F>
void told(mif_statement_events& events, F&& read) {
  try {
    read();
  } catch (const Enough&) {
  } catch (const Damage& d) {
    auto t = sized<mif_statement_trouble>();
    t.level = MIF_TROUBLE_BROKEN;
    t.byte = d.byte;
    t.line = d.line;
    t.code = s(d.rule);
    t.what = s(d.what);
    events.trouble(events.impl, &t);
  }
}

// A row of a worksheet as the text that stands in a CSV file: days in the map's form, blanks up to the head's width.
class SheetRow {
 public:
  TableRow of(const mif_sheet_row& row, const ColumnMap& map, std::size_t width) {
    const std::size_t n = std::max<std::size_t>(row.n, width);
    if (cells_.size() < n) cells_.resize(n);
    for (std::size_t i = 0; i < n; ++i) cells_[i] = i < row.n ? text_of(row.cells[i], map) : std::string();
    return {&cells_, n, 0, row.number};
  }

 private:
  static std::string text_of(const mif_sheet_cell& cell, const ColumnMap& map) {
    if (cell.kind != MIF_INPUT_DAY) {
      const std::string_view text = view(cell.text);
      const auto first = text.find_first_not_of(" \t\r\n");
      return first == std::string_view::npos ? std::string() : std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
    }
    std::string day = Day(cell.day).iso();
    if (map.day_format == "yyyy/mm/dd") std::replace(day.begin(), day.end(), '-', '/');
    if (map.day_format == "yyyymmdd") day.erase(std::remove(day.begin(), day.end(), '-'), day.end());
    return day;
  }
  std::vector<std::string> cells_;
};

}  // namespace

void read_csv(const ColumnMap& map, const Totals& totals, mif_byte_source& source, mif_statement_events& events) {
  told(events, [&] {
    CsvRows rows(map.charset, map.separator, source);
    Reading reading(map, totals, events);
    while (rows.next()) reading.take(rows.row());
    reading.finish();
  });
}

void read_sheet(const std::vector<const ColumnMap*>& maps, const Totals& totals, const EachSheetRow& each, mif_statement_events& events) {
  told(events, [&] {
    std::unique_ptr<Reading> reading;
    SheetRow cells;
    const ColumnMap* chosen = maps.size() == 1 ? maps.front() : nullptr;
    if (chosen) reading = std::make_unique<Reading>(*chosen, totals, events);
    int before = 0, sheet = -1;
    std::string other;
    each([&](const mif_sheet_row& row) {
      if (row.hidden) return true;
      if (sheet < 0) sheet = row.sheet;
      if (row.sheet != sheet) {
        other = str(row.sheet_name);
        return false;
      }
      if (!reading && ++before <= kHeadRows)
        for (const auto* map : maps) {
          const TableRow r = cells.of(row, *map, 0);
          if (!has_head(*map, r)) continue;
          chosen = map;
          reading = std::make_unique<Reading>(*map, totals, events);
          break;
        }
      if (reading) reading->take(cells.of(row, *chosen, reading->headed() ? reading->width() : 0));
      return true;
    });
    if (!reading) malformed("statement.no-map", 0, 1, "工作表里没有哪个列映射的表头，请用 --map 指明或补一个列映射 (no column map of templates/bank fits)");
    if (!other.empty()) note(events, "statement.other-sheets", "只读第一个可见工作表，" + other + " 等没有读 (only the first visible worksheet is read)");
    reading->finish();
  });
}

int sniff_csv(const ColumnMap& map, std::string_view head) {
  struct Source {
    mif_byte_source c;
    std::string_view rest;
  } source{sized<mif_byte_source>(), head.substr(0, head.rfind('\n') + 1)};  // a line cut in two proves nothing
  source.c.impl = &source;
  source.c.read = [](void* p, std::uint8_t* room, std::uint64_t most) -> std::int64_t {
    std::string_view& rest = static_cast<Source*>(p)->rest;
    const std::size_t n = std::min<std::size_t>(most, rest.size());
    rest.copy(reinterpret_cast<char*>(room), n);
    rest.remove_prefix(n);
    return static_cast<std::int64_t>(n);
  };
  try {
    CsvRows rows(map.charset, map.separator, source.c);
    for (int i = 0; i < kHeadRows && rows.next(); ++i)
      if (has_head(map, rows.row())) return 80;
  } catch (const Damage&) {  // not this map's charset or not its columns
  }
  return 0;
}

}  // namespace mif::bank_csv
