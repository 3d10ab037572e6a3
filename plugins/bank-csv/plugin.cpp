// SPDX-License-Identifier: Apache-2.0
// bank-csv: statements as a bank's counter or web page exports them, read by a column map below templates/bank.
#include "csv_reader.h"
#include "mif/extensions.hpp"

namespace mif::bank_csv {

namespace {

const std::string kPrefix = "csv/";

std::string path_of(std::string_view map) { return "templates/bank/" + std::string(map) + ".info"; }

class BankCsv : public Plugin, public StatementFormat {
 public:
  using Plugin::Plugin;

  void activate(Call call) override {
    config_ = std::make_unique<Config>(*this);
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
      json.begin_object().field("id", kPrefix + name).field("title", map.title).key("files").begin_array().value("*.csv").end_array().end_object();
    json.end_array().end_object();
    return json.take();
  }

  Sniffed sniff(std::string_view head) override {
    Sniffed best;
    for (const auto& [name, map] : maps_)
      if (const int sure = sniff_csv(map, head); sure > best.sure) best = {sure, kPrefix + name};
    return best;
  }

  void read_statements(Call call, std::string_view format, std::string_view options, mif_byte_source& source, mif_statement_events& events) override {
    if (format.substr(0, kPrefix.size()) != kPrefix) throw Error(MIF_E_NOT_FOUND, "statement.format-unknown", "bank-csv 不读 " + std::string(format) + " (not a format of bank-csv)");
    const std::string_view name = format.substr(kPrefix.size());
    if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") != std::string_view::npos)
      throw Error(MIF_E_INVALID, "statement.map-name", "列映射是 templates/bank 下的名称，如 statement-signed (map is a name below templates/bank): \"" + std::string(name) + "\"");
    ColumnMap map = read_column_map(config_->info(call, path_of(name)), path_of(name));
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
    if (map.charset != "UTF-8" && map.charset != "GBK" && map.charset != "GB18030") throw Error(MIF_E_INVALID, "statement.map-charset", "charset 应为 UTF-8、GBK 或 GB18030 (unknown charset): " + map.charset);
    totals.days_given = from && to;
    read_csv(map, totals, source, events);
  }

 private:
  std::unique_ptr<Config> config_;
  std::vector<std::pair<std::string, ColumnMap>> maps_;
};

}  // namespace

}  // namespace mif::bank_csv

MIF_PLUGIN(mif::bank_csv::BankCsv, "bank-csv", "1.0.0", MIF_LIST("mif.statement-format/1"), MIF_LIST("mif.config/1"))
