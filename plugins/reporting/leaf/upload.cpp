// SPDX-License-Identifier: Apache-2.0
#include "upload.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include "digest.h"
#include "mif/sdk.hpp"

namespace mif::report_leaf {
namespace {

constexpr std::string_view kMagic = "mif-report-package 1\n";

std::string csv(std::string_view text) {
  if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::string member(const Poco::JSON::Object& object, const char* name) { return object.optValue<std::string>(name, ""); }

std::string table_csv(const Poco::JSON::Object& task, const Poco::JSON::Object& table, mif_cell_source& cells, std::int64_t& count) {
  const std::string unit = member(task, "unit"), code = member(table, "code");
  std::string text = "unit,table,row,col,value,printed\n";
  const auto rows = table.getArray("rows"), cols = table.getArray("cols");
  for (const auto& row_var : *rows)
    for (const auto& col_var : *cols) {
      const std::string row = row_var.toString(), col = col_var.toString();
      auto cell = sized<mif_cell>();
      if (cells.get(&cells, s(code), s(row), s(col), &cell) == 0) continue;
      ++count;
      const std::string value = cell.kind == MIF_CELL_MONEY ? Fen(cell.fen).plain() : cell.kind == MIF_CELL_TEXT ? str(cell.text) : "";
      text += csv(unit) + "," + csv(code) + "," + csv(row) + "," + csv(col) + "," + csv(value) + "," + csv(str(cell.text)) + "\n";
    }
  return text;
}

std::string checks_csv(const Poco::JSON::Object& task) {
  static const char* const columns[] = {"id", "table", "place", "level", "state", "left", "right", "difference", "message"};
  std::string text = "id,table,place,level,state,left,right,difference,message\n";
  const auto checks = task.getArray("checks");
  for (std::size_t i = 0; checks && i < checks->size(); ++i) {
    const auto check = checks->getObject(static_cast<unsigned>(i));
    std::string line;
    for (const char* column : columns) line += (line.empty() && column == columns[0] ? "" : ",") + csv(member(*check, column));
    text += line + "\n";
  }
  return text;
}

[[noreturn]] void damaged(std::size_t at, const std::string& what) {
  throw Error(MIF_E_INVALID, "report.upload-damaged", "上报文件在第 " + std::to_string(at) + " 字节处损坏 (damaged): " + what);
}

// half up, away from zero
std::int64_t rounded(std::int64_t value, std::int64_t unit) {
  const std::uint64_t absolute = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  const std::uint64_t u = static_cast<std::uint64_t>(unit);
  const auto result = static_cast<std::int64_t>(absolute / u + (absolute % u >= u - absolute % u ? 1 : 0));
  return value < 0 ? -result : result;
}

}  // namespace

std::string write_upload(std::string_view task_json, mif_cell_source& cells) {
  std::vector<Part> parts;
  Poco::JSON::Object::Ptr task;
  try {
    Poco::JSON::Parser parser;
    parser.setDepth(16);
    task = parser.parse(std::string(task_json)).extract<Poco::JSON::Object::Ptr>();
  } catch (const Poco::Exception& e) {
    throw Error(MIF_E_INVALID, "report.upload-task", "报表任务不是 JSON 对象 (the task is not a JSON object): " + e.displayText());
  }
  std::int64_t count = 0;
  const auto tables = task->getArray("tables");
  for (std::size_t i = 0; tables && i < tables->size(); ++i) {
    const auto table = tables->getObject(static_cast<unsigned>(i));
    parts.push_back({"data/" + member(*table, "code") + ".csv", table_csv(*task, *table, cells, count)});
  }
  parts.push_back({"check/result.csv", checks_csv(*task)});

  JsonWriter manifest;
  manifest.begin_object().field("format", "mif-report-package/1");
  for (const char* name : {"ministry", "package", "title", "unit", "unitName", "period", "template", "result"})
    manifest.field(name, member(*task, name));
  manifest.field("cells", count).key("files").begin_array();
  for (const auto& part : parts)
    manifest.begin_object().field("name", part.name).field("bytes", static_cast<std::int64_t>(part.bytes.size()))
        .field("sha256", reporting::Digest::plain_hex(part.bytes)).end_object();
  manifest.end_array().end_object();
  parts.insert(parts.begin(), {"manifest.json", manifest.take() + "\n"});

  std::string out(kMagic);
  for (const auto& part : parts)
    out += "file " + part.name + " " + std::to_string(part.bytes.size()) + " " + reporting::Digest::plain_hex(part.bytes) + "\n" + part.bytes;
  return out + "end " + reporting::Digest::plain_hex(out) + "\n";
}

std::vector<Part> read_upload(std::string_view bytes) {
  if (bytes.substr(0, kMagic.size()) != kMagic) damaged(0, "应以 " + std::string(kMagic.substr(0, kMagic.size() - 1)) + " 开头 (expected first line)");
  std::vector<Part> parts;
  for (std::size_t at = kMagic.size();;) {
    const auto newline = bytes.find('\n', at);
    if (newline == std::string_view::npos) damaged(at, "缺少结尾行 (the end line is missing)");
    const std::string_view line = bytes.substr(at, newline - at);
    if (line.substr(0, 4) == "end ") {
      if (line.substr(4) != reporting::Digest::plain_hex(bytes.substr(0, at))) damaged(at, "总校验值不符 (digest of the whole does not match)");
      if (newline + 1 != bytes.size()) damaged(newline + 1, "结尾行之后还有内容 (bytes after the end)");
      return parts;
    }
    const auto last = line.rfind(' ');
    const auto middle = last == std::string_view::npos || last == 0 ? std::string_view::npos : line.rfind(' ', last - 1);
    if (line.substr(0, 5) != "file " || middle == std::string_view::npos || middle < 6) damaged(at, "应为 file 名称 长度 校验值 (expected a file line)");
    const std::string_view size_text = line.substr(middle + 1, last - middle - 1);
    std::size_t size = 0;
    if (size_text.empty() || size_text.size() > 9 || size_text.find_first_not_of("0123456789") != std::string_view::npos) damaged(at, "长度不是数字 (the length is no number)");
    for (const char c : size_text) size = size * 10 + static_cast<std::size_t>(c - '0');
    if (bytes.size() - newline - 1 < size) damaged(at, "文件不完整 (truncated)");
    const std::string_view content = bytes.substr(newline + 1, size);
    if (reporting::Digest::plain_hex(content) != line.substr(last + 1)) damaged(at, "校验值不符 (digest does not match)");
    parts.push_back({std::string(line.substr(5, middle - 5)), std::string(content)});
    at = newline + 1 + size;
  }
}

std::string in_yuan(mif_fen fen) { return Fen(fen).grouped(); }

std::string in_units(mif_fen fen, std::int64_t unit, int decimals) {
  std::int64_t step = unit, shown = 100;  // one unit is written as one yuan, then without the decimals it has no room for
  for (int i = 0; i < decimals; ++i) {
    step /= 10;
    shown /= 10;
  }
  const std::string text = (Fen(rounded(fen, step)) * shown).grouped();
  return decimals == 2 ? text : text.substr(0, text.size() - (decimals == 0 ? 3 : 1));
}

std::string in_ten_thousand_yuan(mif_fen fen) { return in_units(fen, 1000000, 0); }

}  // namespace mif::report_leaf
