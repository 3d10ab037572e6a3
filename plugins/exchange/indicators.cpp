// SPDX-License-Identifier: Apache-2.0
#include "indicators.h"

#include <fstream>
#include <iterator>
#include <optional>
#include <set>

#include "digest.h"
#include "tables.h"

namespace mif::exchange {

namespace {

constexpr std::streamoff kLargestFile = 64 << 20;

std::string text(const Fields& params, const char* name) {
  const auto found = params.find(name);
  return found == params.end() ? std::string() : found->second;
}

std::string contents(const std::string& file) {
  if (file.empty()) throw Error(MIF_E_INVALID, "indicator.file-missing", "要给出 file 指标文件 (a file is needed)");
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in) throw Error(MIF_E_NOT_FOUND, "indicator.file-unreadable", "读不了文件 (cannot read) " + file);
  if (in.tellg() > kLargestFile) throw Error(MIF_E_INVALID, "indicator.file-large", file + " 超过 64 MB，请分开导入 (too large)");
  in.seekg(0);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

struct Kept {
  std::int64_t version = 0, units = 0, scale = 0, loaded_ms = 0;
  std::int32_t kind = MIF_FIGURE_BLANK;
  std::string digest, loaded_by;
};

std::optional<Kept> current(Txn& txn, const std::string& unit, const std::string& scheme, const std::string& name, Period period, int months) {
  std::optional<Kept> found;
  txn.query("select version, kind, units, scale, file_digest, loaded_by, loaded_ms from x_exchange_indicator where unit = ? and scheme = ? and name = ? and fiscal_year = ? and fiscal_month = ? and months = ? "
            "order by version desc limit 1",
            {unit, scheme, name, period.year, period.month, months}, [&](const Row& r) {
              found = Kept{r.integer(0), r.integer(2), r.integer(3), r.integer(6), static_cast<std::int32_t>(r.integer(1)), r.text(4), r.text(5)};
              return false;
            });
  return found;
}

std::string shown(std::int32_t kind, std::int64_t units, std::int64_t scale) {
  if (kind == MIF_FIGURE_BLANK) return {};
  if (kind == MIF_FIGURE_MONEY) return Fen(units).plain();
  std::string digits = std::to_string(units < 0 ? -units : units);
  if (scale > 0) {
    const auto places = static_cast<std::size_t>(scale);
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    digits.insert(digits.size() - places, ".");
  }
  return (units < 0 ? "-" : "") + digits;
}

using Answer = FigureSource::Answer;

Answer answer_of(const Kept& k, const std::string& what) {
  const std::string from = "业务指标 " + what + " 第 " + std::to_string(k.version) + " 版，" + k.loaded_by + " 导入";
  if (k.kind == MIF_FIGURE_BLANK) return Answer::blank(from);
  if (k.kind == MIF_FIGURE_MONEY) return Answer::money(Fen(k.units), from);
  return Answer::number(k.units, static_cast<std::int32_t>(k.scale), from);
}

// The documents themselves: how many of a type, for how much, of those that count.
Answer documents(Txn& txn, const FigureSource::Question& q) {
  const int month = std::min(q.period.month, 12), from = std::max(1, month - q.months + 1);
  const Day first(q.period.year, from, 1), last(q.period.year, month, Day::days_in(q.period.year, month));
  const std::string type(q.argument(0));
  std::string sql = std::string("select count(*), coalesce(cast(sum(amount_fen) as bigint), 0) from ") + kWithGroups + " where unit = ? and doc_day >= ? and doc_day <= ? and " + kStateOf + " in ('drafted', 'posted')";
  std::vector<Value> params{std::string(q.unit), first, last};
  if (!q.book.empty()) {
    sql += " and book = ?";
    params.emplace_back(std::string(q.book));
  }
  if (!type.empty()) {
    sql += " and doc_type = ?";
    params.emplace_back(type);
  }
  std::int64_t n = 0;
  Fen fen;
  txn.query(sql, params, [&](const Row& r) {
    n = r.integer(0);
    fen = r.fen(1);
    return false;
  });
  const std::string of = "业务单据" + (type.empty() ? std::string() : " " + type) + " " + first.iso() + "～" + last.iso();
  return q.name == "单据张数" ? Answer::number(n, 0, of) : Answer::money(fen, of);
}

Answer answer(Txn& txn, const FigureSource::Question& q) {
  if (q.family != "业务") return Answer::unknown();
  if (q.name == "单据张数" || q.name == "单据金额") return documents(txn, q);
  const std::string unit(q.unit), scheme(q.scheme), name(q.name);
  const Period period{q.period.year, std::min(q.period.month, 12)};
  const std::string what = name + " " + unit + (scheme.empty() ? "" : "/" + scheme) + " " + period.iso();
  if (q.argument(0).empty())
    if (const auto exact = current(txn, unit, scheme, name, period, q.months)) return answer_of(*exact, what);
  if (q.argument(0) == "期末")
    if (const auto last = current(txn, unit, scheme, name, period, 1)) return answer_of(*last, what);
  if (q.argument(0) == "合计") {
    std::int64_t units = 0, scale = 0;
    std::int32_t kind = MIF_FIGURE_NUMBER;
    for (int month = std::max(1, period.month - q.months + 1); month <= period.month; ++month) {
      const auto one = current(txn, unit, scheme, name, {period.year, month}, 1);
      if (!one || one->kind == MIF_FIGURE_BLANK) return Answer::unknown("缺 " + Period{period.year, month}.iso() + " 的数，不能合计 (a month is missing)");
      std::int64_t more = one->units;
      for (auto s = one->scale; s < scale; ++s) more *= 10;
      for (; scale < one->scale; ++scale) units *= 10;
      if (__builtin_add_overflow(units, more, &units)) return Answer::unknown("合计超出范围 (the sum does not fit)");
      kind = one->kind;
    }
    if (kind == MIF_FIGURE_MONEY) return Answer::money(Fen(units), "业务指标 " + what + " 各月合计");
    return Answer::number(units, static_cast<std::int32_t>(scale), "业务指标 " + what + " 各月合计");
  }
  bool known = false;
  txn.query("select 1 from x_exchange_indicator where name = ? limit 1", {name}, [&](const Row&) {
    known = true;
    return false;
  });
  if (!known) return Answer::unknown("没有这个指标 (no such indicator)");
  if (q.months > 1) return Answer::unknown(period.iso() + " 没有这么长期间的数，可写 期末 或 合计 (no figure of this length)");
  return Answer::unknown(period.iso() + " 还没有导入 (not loaded for the period)");
}

}  // namespace

std::string load_indicators(const Host& host, Call call, const Fields& params) {
  const std::string file = text(params, "file");
  const std::string bytes = contents(file);
  const std::string digest = sha256_of(bytes);
  const auto all = read_indicators(bytes, file);
  Txn txn = host.store.write(call);
  std::set<std::string> known;
  for (const auto& b : host.read.books(call, &txn)) known.insert(b.unit);
  std::map<std::string, std::int64_t> fresh;
  for (const auto& i : all) {
    if (!known.count(i.unit)) throw Error(MIF_E_NOT_FOUND, "indicator.unit-unknown", file + ":" + std::to_string(i.line) + ": 没有单位 (no unit) \"" + i.unit + "\"，或您无权办理");
    if (fresh.emplace(i.unit, 0).second) host.identity.require(call, "exchange.run", i.unit);
    const auto old = current(txn, i.unit, i.scheme, i.name, i.period, i.months);
    if (old ? old->kind == i.kind && old->units == i.units && old->scale == i.scale : i.kind == MIF_FIGURE_BLANK) continue;
    txn.execute("insert into x_exchange_indicator (unit, scheme, name, fiscal_year, fiscal_month, months, version, kind, units, scale, file_digest, loaded_by, loaded_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                {i.unit, i.scheme, i.name, i.period.year, i.period.month, i.months, old ? old->version + 1 : 1, i.kind, i.units, i.scale, digest, call.actor(), host.clock.now_unix_ms()});
    ++fresh[i.unit];
  }
  std::int64_t written = 0;
  JsonWriter json;
  json.begin_object().field("kind", "IndicatorLoad").key("items").begin_array();
  for (const auto& [unit, n] : fresh) {
    json.begin_object().field("unit", unit).field("written", n).end_object();
    written += n;
    if (n == 0) continue;
    JsonWriter body;
    body.begin_object().field("file", file).field("sha256", digest).field("written", n).end_object();
    host.audit.append(txn, unit, "exchange.indicators", "indicators/" + digest.substr(0, 16), body.str());
  }
  if (written > 0) txn.commit();
  json.end_array().key("titles").begin_object().field("unit", "单位").field("written", "新写").end_object();
  json.field("exit", 0).field("summary", "读 " + std::to_string(all.size()) + " 个指标，新写 " + std::to_string(written) + " 个，其余与现有的相同").end_object();
  return json.take();
}

std::string list_indicators(const Host& host, Call call, const Fields& params) {
  Txn txn = host.store.read(call);
  std::set<std::string> mine;
  for (const auto& b : host.read.books(call, &txn)) mine.insert(b.unit);
  const std::string unit = text(params, "unit"), name = text(params, "name");
  std::int64_t n = 0;
  JsonWriter json;
  json.begin_object().field("kind", "IndicatorList").key("items").begin_array();
  txn.query("select unit, scheme, name, fiscal_year, fiscal_month, months, version, kind, units, scale, loaded_by from x_exchange_indicator order by unit, name, scheme, fiscal_year, fiscal_month, months, version", {}, [&](const Row& r) {
    if (!mine.count(r.text(0)) || (!unit.empty() && unit != r.text(0)) || (!name.empty() && name != r.text(2))) return true;
    ++n;
    json.begin_object().field("unit", r.text(0)).field("scheme", r.text(1)).field("name", r.text(2)).field("period", Period{static_cast<int>(r.integer(3)), static_cast<int>(r.integer(4))}.iso());
    json.field("months", r.integer(5)).field("version", r.integer(6)).field("value", shown(static_cast<std::int32_t>(r.integer(7)), r.integer(8), r.integer(9))).field("loaded_by", r.text(10)).end_object();
    return true;
  });
  json.end_array().field("exit", 0).field("summary", std::to_string(n) + " 个指标数").end_object();
  return json.take();
}

std::string describe_figures(const Host& host, Call call) {
  std::set<std::string> names{"单据张数", "单据金额"};
  Txn txn = host.store.read(call);
  txn.query("select distinct name from x_exchange_indicator", {}, [&](const Row& r) {
    names.insert(r.text(0));
    return true;
  });
  JsonWriter json;
  json.begin_object().key("families").begin_array().begin_object().field("family", "业务").field("open", false).key("names").begin_array();
  for (const auto& name : names) json.value(name);
  json.end_array().end_object().end_array().end_object();
  return json.take();
}

std::vector<Answer> figures(const Host& host, Call call, const std::vector<FigureSource::Question>& questions) {
  Txn txn = host.store.read(call);
  std::set<std::string> mine;
  for (const auto& b : host.read.books(call, &txn)) mine.insert(b.unit);
  std::vector<Answer> answers;
  for (const auto& q : questions) answers.push_back(mine.count(std::string(q.unit)) ? answer(txn, q) : Answer::unknown());
  return answers;
}

}  // namespace mif::exchange
