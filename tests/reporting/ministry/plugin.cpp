// SPDX-License-Identifier: Apache-2.0
// A ministry that takes lines of fixed width and answers with lines of fixed width; it also knows one figure.
//   H<unit 12><package 20><period 7><revision 4>     D<table 12><row 8><col 8><sign><fen 18>     T<lines 6><sum: sign, fen 18>
//   R<number 16>     U<unit 12><package 20><period 7><revision 4><A|R><SHA-256 or blanks 64><reason to the line end>     E<units 6>
#include <cstdlib>

#include "mif/extensions.hpp"

namespace mif::test_ministry {
namespace {

constexpr std::size_t kUnit = 12, kPackage = 20, kPeriod = 7, kRevision = 4, kDigest = 64, kUnitLine = 1 + kUnit + kPackage + kPeriod + kRevision + 1 + kDigest;

// A member of the task, which is JSON that the host wrote: a text, or a number as it stands.
std::string member(std::string_view json, const std::string& name) {
  const auto at = json.find("\"" + name + "\":");
  if (at == std::string_view::npos) return {};
  std::string_view rest = json.substr(at + name.size() + 3);
  const bool text = rest.front() == '"';
  if (text) rest.remove_prefix(1);
  return std::string(rest.substr(0, rest.find_first_of(text ? "\"" : ",}")));
}

std::vector<std::string> texts(std::string_view json, const std::string& name) {
  std::vector<std::string> all;
  const auto at = json.find("\"" + name + "\":[");
  std::string_view rest = json.substr(at + name.size() + 4);
  rest = rest.substr(0, rest.find(']'));
  while (!rest.empty()) {
    const auto end = rest.find('"', 1);
    all.emplace_back(rest.substr(1, end - 1));
    rest = end + 2 < rest.size() ? rest.substr(end + 2) : std::string_view();
  }
  return all;
}

std::string field(const std::string& text, std::size_t width) {
  if (text.size() > width) throw Error(MIF_E_INVALID, "test.too-wide", "写不下 (too wide): " + text);
  return text + std::string(width - text.size(), ' ');
}
std::string digits(std::int64_t number, std::size_t width) {
  const std::string text = std::to_string(number);
  return std::string(width - text.size(), '0') + text;
}
std::string money(std::int64_t fen) { return (fen < 0 ? "-" : "+") + digits(fen < 0 ? -fen : fen, 18); }

std::string_view stripped(std::string_view text) { return text.substr(0, text.find_last_not_of(' ') + 1); }

[[noreturn]] void bad(const char* what) { throw Error(MIF_E_INVALID, "test.receipt", std::string("回执不完整：") + what); }

std::int64_t whole(std::string_view text) {
  if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != std::string_view::npos) bad("不是数字");
  return std::atoll(std::string(text).c_str());
}

}  // namespace

class TestMinistry : public Plugin, public ReportTemplate, public FigureSource {
 public:
  explicit TestMinistry(const mif_host* host) : Plugin(host) {}
  const void* extension(std::string_view id) override {
    return id == MIF_REPORT_TEMPLATE_ID ? static_cast<const void*>(ReportTemplate::abi()) : id == MIF_FIGURE_SOURCE_ID ? static_cast<const void*>(figure_source_abi()) : nullptr;
  }
  std::string describe(Call) override { return R"({"ministry":"mof","name":"定长","folders":["templates/report/mof/2023-statement"]})"; }
  std::string present(Call, std::string_view, Fen fen) override { return fen.plain(); }
  std::string describe_package(Call) override { return R"({"name":"定长报送文件","extension":"fw","signature":"detached","receipts":true})"; }

  std::string package(Call, std::string_view task, mif_cell_source& cells) override {
    std::string out = "H" + field(member(task, "unit"), kUnit) + field(member(task, "package"), kPackage) + field(member(task, "period"), kPeriod) + digits(std::atoll(member(task, "revision").c_str()), kRevision) + "\n";
    std::int64_t lines = 0;
    Fen sum;
    for (std::string_view rest = task.substr(task.find("\"tables\":"));;) {
      const auto at = rest.find("{\"code\":");
      if (at == std::string_view::npos) break;
      rest = rest.substr(at);
      const std::string table = member(rest, "code");
      for (const auto& row : texts(rest, "rows"))
        for (const auto& col : texts(rest, "cols")) {
          auto cell = sized<mif_cell>();
          if (!cells.get(&cells, s(table), s(row), s(col), &cell) || cell.kind != MIF_CELL_MONEY) continue;
          out += "D" + field(table, 12) + field(row, 8) + field(col, 8) + money(cell.fen) + "\n";
          sum += Fen(cell.fen);
          ++lines;
        }
      rest.remove_prefix(1);
    }
    return out + "T" + digits(lines, 6) + money(sum.value()) + "\n";
  }

  std::string unpack(Call, std::string_view bytes) override {
    JsonWriter json;
    json.begin_object();
    std::int64_t units = 0;
    bool begun = false;
    for (;;) {
      const auto end = bytes.find('\n');
      if (end == std::string_view::npos) bad("最后一行没有换行");
      const std::string_view line = bytes.substr(0, end);
      bytes.remove_prefix(end + 1);
      if (!begun) {
        if (line.size() != 17 || line[0] != 'R') bad("没有抬头");
        json.field("number", stripped(line.substr(1))).key("units").begin_array();
        begun = true;
      } else if (!line.empty() && line[0] == 'E') {
        if (line.size() != 7 || whole(line.substr(1)) != units || !bytes.empty()) bad("单位数不对");
        return json.end_array().end_object().take();
      } else {
        if (line.size() < kUnitLine || line[0] != 'U') bad("单位行太短");
        std::size_t at = 1;
        const auto next = [&](std::size_t width) {
          at += width;
          return line.substr(at - width, width);
        };
        json.begin_object().field("unit", stripped(next(kUnit))).field("package", stripped(next(kPackage))).field("period", stripped(next(kPeriod))).field("revision", whole(next(kRevision)));
        const std::string_view verdict = next(1);
        if (verdict != "A" && verdict != "R") bad("意见应为 A 或 R");
        json.field("state", verdict == "A" ? "accepted" : "refused").field("file", stripped(next(kDigest))).field("reason", line.substr(at)).end_object();
        ++units;
      }
    }
  }

  std::string describe_figures(Call) override { return R"({"families":[{"family":"业务","names":["参保人数"],"open":false}]})"; }
  std::vector<Answer> figures(Call, const std::vector<Question>& questions) override {
    std::vector<Answer> answers;
    for (const auto& q : questions)
      answers.push_back(q.family == "业务" && q.name == "参保人数" ? Answer::number(1234, 0, "试验部门 2023 年报，=甲 审定") : Answer::unknown());
    return answers;
  }
};

}  // namespace mif::test_ministry

MIF_PLUGIN(mif::test_ministry::TestMinistry, "test-ministry", "1.0.0", MIF_LIST("mif.report-template/1", "mif.figure-source/1"), nullptr)
