// SPDX-License-Identifier: Apache-2.0
// bank-csv: statements as a bank's counter or web page exports them, read by a column map below templates/bank.
#include <algorithm>
#include <functional>
#include <memory>

#include "csv_reader.h"
#include "mif/extensions.hpp"

namespace mif::bank_csv {

namespace {

const std::string kPrefix = "csv/", kSheet = "xlsx";
constexpr std::size_t kMostSheet = 64u << 20;

// A byte source whose first bytes were looked at.
class Peeked {
 public:
  explicit Peeked(mif_byte_source& source) : source_(source) {
    const std::int64_t n = source.read(source.impl, head_, sizeof head_);
    n_ = n;
    c_ = sized<mif_byte_source>();
    c_.impl = this;
    c_.read = [](void* p, std::uint8_t* room, std::uint64_t most) { return static_cast<Peeked*>(p)->take(room, most); };
  }
  bool is_zip() const { return n_ >= 2 && head_[0] == 'P' && head_[1] == 'K'; }
  mif_byte_source& rest() { return c_; }

 private:
  std::int64_t take(std::uint8_t* room, std::uint64_t most) {
    if (n_ < 0) return n_;
    if (at_ == n_) return source_.read(source_.impl, room, most);
    const auto n = std::min<std::int64_t>(n_ - at_, static_cast<std::int64_t>(most));
    std::copy_n(head_ + at_, n, room);
    at_ += n;
    return n;
  }
  mif_byte_source& source_;
  mif_byte_source c_;
  std::uint8_t head_[4096];
  std::int64_t n_ = 0, at_ = 0;
};

void unable(mif_statement_events& events, std::string_view code, std::string_view what) {
  auto t = sized<mif_statement_trouble>();
  t.level = MIF_TROUBLE_BROKEN;
  t.code = s(code);
  t.what = s(what);
  events.trouble(events.impl, &t);
}

std::string path_of(std::string_view map) { return "templates/bank/" + std::string(map) + ".info"; }

class BankCsv : public Plugin, public StatementFormat {
 public:
  using Plugin::Plugin;

  void activate(Call call) override {
    config_ = std::make_unique<Config>(*this);
    sheet_ = std::make_unique<Sheet>(*this);
    std::vector<std::string> files;
    try {
      files = config_->list(call, "templates/bank");
    } catch (const Error& e) {  // a home without templates has no maps, and nothing to recognise
      if (e.code() != MIF_E_NOT_FOUND) throw;
    }
    for (const auto& file : files) {
      if (file.size() < 6 || file.substr(file.size() - 5) != ".info") continue;
      const std::string name = file.substr(0, file.size() - 5);
      try {
        maps_.emplace_back(name, read_column_map(config_->info(call, path_of(name)), path_of(name)));
      } catch (const Error&) {  // another kind of template; a wrong map is refused when it is asked for by name
      }
    }
  }
  void deactivate() override { maps_.clear(); }
  const void* extension(std::string_view id) override { return id == MIF_STATEMENT_FORMAT_ID ? statement_format_abi() : nullptr; }

  std::string describe_formats(Call) override {
    JsonWriter json;
    json.begin_object().key("formats").begin_array();
    for (const auto& [name, map] : maps_)
      json.begin_object().field("id", kPrefix + name).field("title", map.title).key("files").begin_array().value("*.csv").value("*.xlsx").end_array().end_object();
    if (!maps_.empty()) json.begin_object().field("id", kSheet).field("title", "xlsx 对账单，按表头选列映射").key("files").begin_array().value("*.xlsx").end_array().end_object();
    json.end_array().end_object();
    return json.take();
  }

  Sniffed sniff(std::string_view head) override {
    if (head.substr(0, 4) == "PK\x03\x04" && (head.find("[Content_Types].xml") != std::string_view::npos || head.find("xl/w") != std::string_view::npos) && !maps_.empty()) return {60, kSheet};
    Sniffed best;
    for (const auto& [name, map] : maps_)
      if (const int sure = sniff_csv(map, head); sure > best.sure) best = {sure, kPrefix + name};
    return best;
  }

  void read_statements(Call call, std::string_view format, std::string_view options, mif_byte_source& source, mif_statement_events& events) override {
    std::vector<const ColumnMap*> maps;
    ColumnMap map;
    if (format == kSheet)
      for (const auto& [name, one] : maps_) maps.push_back(&one);
    else if (format.substr(0, kPrefix.size()) != kPrefix) throw Error(MIF_E_NOT_FOUND, "statement.format-unknown", "bank-csv 不读 " + std::string(format) + " (not a format of bank-csv)");
    else {
      map = map_named(call, format.substr(kPrefix.size()));
      maps = {&map};
    }
    Totals totals;
    bool from = false, to = false;
    while (!options.empty()) {
      const std::string_view line = options.substr(0, options.find('\n'));
      options.remove_prefix(std::min(options.size(), line.size() + 1));
      const auto equals = line.find('=');
      if (equals == std::string_view::npos) continue;
      const std::string_view key = line.substr(0, equals), value = line.substr(equals + 1);
      if (key == "charset") map.charset = std::string(value);
      else if (key == "opening") totals.opening = Fen::parse(value);
      else if (key == "closing") totals.closing = Fen::parse(value);
      else if (key == "from") from = true;
      else if (key == "to") to = true;
    }
    if (format != kSheet && map.charset != "UTF-8" && map.charset != "GBK" && map.charset != "GB18030") throw Error(MIF_E_INVALID, "statement.map-charset", "charset 应为 UTF-8、GBK 或 GB18030 (unknown charset): " + map.charset);
    totals.days_given = from && to;
    Peeked peeked(source);
    if (peeked.is_zip()) read_workbook(call, maps, totals, peeked.rest(), events);
    else if (format == kSheet) unable(events, "statement.not-a-workbook", "不是 xlsx 工作簿，旧的 .xls 请另存为 .xlsx 或 CSV (not an xlsx workbook)");
    else read_csv(map, totals, peeked.rest(), events);
  }

 private:
  ColumnMap map_named(Call call, std::string_view name) const {
    if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") != std::string_view::npos)
      throw Error(MIF_E_INVALID, "statement.map-name", "列映射是 templates/bank 下的名称，如 statement-signed (map is a name below templates/bank): \"" + std::string(name) + "\"");
    return read_column_map(config_->info(call, path_of(name)), path_of(name));
  }
  // A workbook is packed: it is read whole, within a limit, and by the host, which knows what a hostile one looks like.
  void read_workbook(Call call, const std::vector<const ColumnMap*>& maps, const Totals& totals, mif_byte_source& source, mif_statement_events& events) const {
    std::string bytes;
    std::vector<std::uint8_t> room(256u << 10);
    for (std::int64_t n = 0; (n = source.read(source.impl, room.data(), room.size())) != 0;) {
      if (n < 0) throw Error(MIF_E_UNAVAILABLE, "statement.bytes-unavailable", "对账单文件读不下去 (the bytes cannot be read)");
      if (bytes.size() + static_cast<std::size_t>(n) > kMostSheet) return unable(events, "statement.workbook-too-large", "xlsx 超过 64 MiB，请导出 CSV 或分月导出 (the workbook is too large)");
      bytes.append(reinterpret_cast<const char*>(room.data()), static_cast<std::size_t>(n));
    }
    try {
      read_sheet(maps, totals, [&](const std::function<bool(const mif_sheet_row&)>& row) { sheet_->rows(call, bytes, row); }, events);
    } catch (const HostRefused& e) {
      if (e.code() != MIF_E_INVALID) throw;
      unable(events, "statement.workbook", e.what());
    }
  }

  std::unique_ptr<Config> config_;
  std::unique_ptr<Sheet> sheet_;
  std::vector<std::pair<std::string, ColumnMap>> maps_;
};

}  // namespace

}  // namespace mif::bank_csv

MIF_PLUGIN(mif::bank_csv::BankCsv, "bank-csv", "1.0.0", MIF_LIST("mif.statement-format/1"), MIF_LIST("mif.config/1", "mif.sheet/1"))
