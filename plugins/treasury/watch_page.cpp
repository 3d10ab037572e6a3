// SPDX-License-Identifier: Apache-2.0
#include "watch_page.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "page_frame.h"
#include "trail.h"
#include "work.h"

namespace mif::treasury {

namespace {

// The job's own items, kind by kind.
struct Kind {
  const char *kind, *title;
};
constexpr Kind kKinds[] = {{"uninstructed", "没有付款指令的支出"}, {"off-statement", "付成而不在对账单上"}, {"doubt", "结果未明"}, {"large", "大额付款"}, {"odd-hour", "非常时付款"}, {"repeated", "重复付款"}, {"cover", "支付保障天数"}, {"link", "银行接口"},
                           {"waiting", "在途"}, {"speed", "到账速度"}, {"hour", "各小时付款"}, {"flow", "每日收付"}};
// In the order they are shown.
const std::vector<std::pair<std::string, const char*>> kLabels = {
    {"account", "银行账号"}, {"day", "日期"}, {"in", "收入"}, {"in_lines", "收入笔数"}, {"out", "支出"}, {"out_lines", "支出笔数"}, {"balance", "余额"}, {"promised", "已批准未付"}, {"out_30_days", "近 30 天支出"},
    {"days", "可保障天数"}, {"wanted_days", "要求天数"}, {"state", "状态"}, {"title", "状态名"}, {"payments", "笔数"}, {"amount", "金额"}, {"oldest_minutes", "最久分钟"}, {"code", "付款编号"}, {"again", "又一笔"},
    {"payee_account", "收款账号"}, {"payee_name", "收款人"}, {"minute", "当日第几分钟"}, {"hour", "钟点"}, {"median_ms", "中位毫秒"}, {"p95_ms", "95% 毫秒"}, {"slowest_ms", "最慢毫秒"}, {"obligation", "应付事项"},
    {"line", "流水"}, {"client_ref", "凭据号"}, {"bank_ref", "银行流水号"}, {"text", "摘要"}, {"working_days", "已过工作日"}, {"reason", "说明"},
    {"other_obligation", "另一应付事项"}, {"other_day", "另一日期"}, {"adapter", "插件"}, {"link", "链接"}, {"answers_24h", "24 小时答复"}, {"without_an_answer_24h", "无答复"}, {"queries_overdue", "过期查询"},
    {"last_answer_unix_ms", "最近答复"}, {"sent_unix_ms", "发送时间"}};

const std::map<std::string, const char*> kStates = {{"healthy", "正常"}, {"idle", "没有往来"}, {"silent", "没有应答"}, {"short", "不足"}, {"enough", "足够"}};
bool is_count(const std::string& name) {
  static const std::set<std::string> kCounts = {"in_lines", "out_lines", "days", "wanted_days", "payments", "oldest_minutes", "minute", "hour", "median_ms", "p95_ms", "slowest_ms", "working_days",
                                                "answers_24h", "without_an_answer_24h", "queries_overdue"};
  return kCounts.count(name) != 0;
}
bool is_money(const std::string& name) { return name == "in" || name == "out" || name == "balance" || name == "promised" || name == "out_30_days" || name == "amount"; }

}  // namespace

HttpResponse watch_page(Desk& desk, Call call, const Query& query) {
  const auto root = Poco::JSON::Parser().parse(treasury_watch(desk, call, query, Progress(nullptr))).extract<Poco::JSON::Object::Ptr>();
  Html h = frame("/watch", "资金监控");
  h.leaf("p", root->optValue<std::string>("summary", ""), {{"class", "note"}});
  std::map<std::string, std::vector<Poco::JSON::Object::Ptr>> by_kind;
  const auto items = root->getArray("items");
  for (std::size_t i = 0; items && i < items->size(); ++i) {
    const auto item = items->getObject(static_cast<unsigned>(i));
    by_kind[item->optValue<std::string>("kind", "")].push_back(item);
  }
  std::vector<Kind> kinds(std::begin(kKinds), std::end(kKinds));
  for (const auto& [kind, rows] : by_kind)  // what this page has no name for is not hidden
    if (std::none_of(kinds.begin(), kinds.end(), [&, &name = kind](const Kind& k) { return name == k.kind; })) kinds.push_back({kind.c_str(), "其他"});
  for (const auto& kind : kinds) {
    const auto& rows = by_kind[kind.kind];
    if (rows.empty()) continue;
    std::vector<std::string> names;
    for (const auto& [name, label] : kLabels)
      if (rows.front()->has(name)) names.push_back(name);
    h.leaf("h2", kind.title, {{"data-kind", kind.kind}}).open("div", {{"class", "sheet"}}).open("table", {{"class", "grid"}}).open("thead").open("tr");
    for (const auto& [name, label] : kLabels)
      if (rows.front()->has(name)) h.leaf("th", label, is_count(name) || is_money(name) ? Html::Attributes{{"class", "money"}} : Html::Attributes{});
    h.close().close().open("tbody");
    for (const auto& item : rows) {
      const std::string_view k = kind.kind;
      const std::string state = item->optValue<std::string>("state", "");
      const bool alarm = k == "uninstructed" || k == "off-statement" || k == "doubt" || k == "large" || k == "odd-hour" || k == "repeated" || state == "short" || state == "silent";
      h.open("tr", alarm ? Html::Attributes{{"class", "alarm"}} : Html::Attributes{});
      for (const auto& name : names) {
        const std::string value = item->optValue<std::string>(name, "");
        if ((name == "code" || name == "again") && !value.empty()) h.open("td").leaf("a", value, {{"href", "/x/treasury/payments/" + percent_encoded(value)}}).close();
        else if (is_money(name) && !value.empty()) h.leaf("td", Fen::parse(value).grouped(), {{"class", "money"}});
        else if (is_count(name)) h.leaf("td", value, {{"class", "money"}});
        else if (name == "state" && kStates.count(value)) h.leaf("td", kStates.at(value));
        else h.leaf("td", name.size() > 8 && name.substr(name.size() - 8) == "_unix_ms" ? (value == "0" || value.empty() ? "" : moment(std::stoll(value))) : value);
      }
      h.close();
    }
    h.close().close().close();
  }
  return page(std::move(h));
}

}  // namespace mif::treasury
