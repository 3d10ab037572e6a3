// SPDX-License-Identifier: Apache-2.0
// What was measured, for people; and the file that goes back to the sender.
#include <cstdio>
#include <fstream>

#include "mif/json.hpp"
#include "quality.h"

namespace mif::exchange {

namespace {

std::string text(const Fields& params, const char* name) {
  const auto found = params.find(name);
  return found == params.end() ? std::string() : found->second;
}

struct Filter {
  std::string where = " where 1 = 1";
  std::vector<Value> params;
  void add(const char* condition, Value value) {
    where += std::string(" and ") + condition;
    params.push_back(std::move(value));
  }
};

Filter filter_of(const Fields& params) {
  Filter f;
  if (const auto v = text(params, "from"); !v.empty()) f.add("arrival_day >= ?", Day::parse(v));
  if (const auto v = text(params, "to"); !v.empty()) f.add("arrival_day <= ?", Day::parse(v));
  if (const auto v = text(params, "source"); !v.empty()) f.add("source = ?", v);
  if (const auto v = text(params, "type"); !v.empty()) f.add("doc_type = ?", v);
  return f;
}

// Thousandths, rounded half up: only for saying how much a rate moved.
std::int64_t tenths(std::int64_t part, std::int64_t whole) {
  return whole <= 0 ? 0 : static_cast<std::int64_t>((static_cast<__int128>(part) * 2000 + whole) / (static_cast<__int128>(whole) * 2));
}

std::string moved(std::int64_t by) {
  const std::int64_t size = by < 0 ? -by : by;
  return (by < 0 ? "-" : "+") + std::to_string(size / 10) + "." + std::to_string(size % 10);
}

// A spreadsheet would take some texts for formulas.
std::string cell(const std::string& value) {
  std::string out = "\"";
  if (!value.empty() && std::string_view("=+-@\t\r").find(value.front()) != std::string_view::npos && value.find_first_not_of("-0123456789.") != std::string::npos) out += '\'';
  for (const char c : value) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::string quality_list(const Host& host, Call call, const Fields& params) {
  const bool by_rule = text(params, "by") == "rule";
  if (const auto by = text(params, "by"); !by.empty() && by != "rule" && by != "day") throw Error(MIF_E_INVALID, "quality.by", "--by 应为 day 或 rule (day or rule), 实为 \"" + by + "\"");
  const Filter f = filter_of(params);
  std::int64_t documents = 0, dirty = 0;
  JsonWriter json;
  json.begin_object().field("kind", "ExchangeQualityList").key("items").begin_array();
  Txn txn = host.store.read(call);
  std::map<std::string, std::int64_t> last;  // source and type -> tenths of the day before
  txn.query("select source, doc_type, arrival_day, cast(sum(documents) as bigint), cast(sum(findings) as bigint) from x_exchange_quality" + f.where +
                " and rule_name = '' group by source, doc_type, arrival_day order by source, doc_type, arrival_day",
            f.params, [&](const Row& r) {
              const std::int64_t n = r.integer(3), bad = r.integer(4);
              documents += n;
              dirty += bad;
              if (by_rule) return true;
              const auto [met, first] = last.try_emplace(r.text(0) + "\n" + r.text(1), 0);
              json.begin_object().field("source", r.text(0)).field("type", r.text(1)).field("day", r.day(2).iso()).field("documents", n).field("dirty", bad).field("rate", rate_text(bad, n));
              json.field("change", first ? std::string() : moved(tenths(bad, n) - met->second)).end_object();
              met->second = tenths(bad, n);
              return true;
            });
  std::map<std::pair<std::string, std::string>, std::int64_t> measured;
  if (by_rule) {
    txn.query("select source, doc_type, cast(sum(documents) as bigint) from x_exchange_quality" + f.where + " and rule_name = '' group by source, doc_type", f.params, [&](const Row& r) {
      measured[{r.text(0), r.text(1)}] = r.integer(2);
      return true;
    });
    txn.query("select source, doc_type, rule_name, cast(sum(documents) as bigint), cast(sum(findings) as bigint) from x_exchange_quality" + f.where +
                  " and rule_name <> '' group by source, doc_type, rule_name order by source, doc_type, rule_name",
              f.params, [&](const Row& r) {
                const std::int64_t of = measured[{r.text(0), r.text(1)}];
                json.begin_object().field("source", r.text(0)).field("type", r.text(1)).field("rule", r.text(2)).field("documents", of).field("dirty", r.integer(3));
                json.field("findings", r.integer(4)).field("rate", rate_text(r.integer(3), of)).end_object();
                return true;
              });
  }
  json.end_array().key("titles").begin_object().field("source", "来源").field("type", "类型").field("day", "收到日").field("rule", "规则").field("documents", "张数").field("dirty", "有问题的");
  json.field("findings", "问题处数").field("rate", "问题数据率").field("change", "比前一日(百分点)").end_object();
  json.field("documents", documents).field("dirty", dirty).field("rate", rate_text(dirty, documents));
  json.field("exit", 0).field("summary", "收到 " + std::to_string(documents) + " 张, 有问题的 " + std::to_string(dirty) + " 张, 问题数据率 " + rate_text(dirty, documents)).end_object();
  return json.take();
}

std::string write_feedback(const Host& host, Call call, const Fields& params) {
  const std::string source = text(params, "source"), day = text(params, "day"), out = text(params, "out");
  if (source.empty() || day.empty() || out.empty()) throw Error(MIF_E_INVALID, "quality.feedback-needs", "反馈文件要 --source, --day 和 --out (a feedback file needs source, day and out)");
  const auto ends = [&](std::string_view tail) { return out.size() > tail.size() && std::string_view(out).substr(out.size() - tail.size()) == tail; };
  const bool csv = ends(".csv");
  if (!csv && !ends(".jsonl")) throw Error(MIF_E_INVALID, "quality.feedback-format", "反馈文件名应以 .csv 或 .jsonl 结尾 (write a .csv or a .jsonl file): " + out);
  const std::string building = out + ".part";
  std::ofstream file(building, std::ios::binary | std::ios::trunc);
  if (csv) file << "\xEF\xBB\xBF单据号,版本,类型,规则,级别,字段,值,问题,说明,怎么办\r\n";
  std::int64_t findings = 0, documents = 0;
  std::string last;
  Txn txn = host.store.read(call);
  txn.query("select doc_key, doc_version, doc_type, rule_name, severity, field, shown, say, note, todo from x_exchange_finding where source = ? and arrival_day = ?"
            " order by doc_key, doc_version, rule_name, field",
            {source, Day::parse(day)}, [&](const Row& r) {
              ++findings;
              std::string which = r.text(0) + "#" + std::to_string(r.integer(1));
              if (which != last) ++documents;
              last = std::move(which);
              if (csv) {
                file << cell(r.text(0)) << ',' << r.integer(1);
                for (std::uint32_t i = 2; i < 10; ++i) file << ',' << cell(r.text(i));
                file << "\r\n";
              } else {
                JsonWriter line;
                line.begin_object().field("doc_no", r.text(0)).field("version", r.integer(1)).field("type", r.text(2)).field("rule", r.text(3)).field("severity", r.text(4));
                line.field("field", r.text(5)).field("value", r.text(6)).field("problem", r.text(7)).field("detail", r.text(8)).field("action", r.text(9)).end_object();
                file << line.str() << '\n';
              }
              return static_cast<bool>(file);
            });
  file.close();
  if (!file || std::rename(building.c_str(), out.c_str()) != 0) {
    std::remove(building.c_str());
    throw Error(MIF_E_INVALID, "quality.file-unwritable", "写不了文件 (cannot write the file): " + out);
  }
  JsonWriter json;
  json.begin_object().field("kind", "ExchangeFeedback").key("items").begin_array().begin_object().field("file", out).field("documents", documents).field("findings", findings).end_object().end_array();
  json.key("titles").begin_object().field("file", "文件").field("documents", "张数").field("findings", "问题处数").end_object();
  json.field("exit", 0).field("summary", source + " " + day + ": " + std::to_string(documents) + " 张单据 " + std::to_string(findings) + " 处问题, 已写入 " + out).end_object();
  return json.take();
}

}  // namespace mif::exchange
