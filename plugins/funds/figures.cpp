// SPDX-License-Identifier: Apache-2.0
// 预算("项目"[, 年初 | 调整后]) for reports: the first approved version of the year, or the one in force.
#include <set>

#include "rows.h"
#include "work.h"

namespace mif::funds {

namespace {

struct Approved {
  std::int64_t version = 0, decided_ms = 0;
  Fen fen;
  std::string decided_by;
};

std::optional<Approved> approved(Txn& txn, const std::string& book, std::string_view item, std::int64_t year, bool first) {
  std::optional<Approved> found;
  txn.query(std::string("select version, fen, decided_by, decided_ms from x_funds_budget where book = ? and item = ? and year = ? and state = 'approved' order by version") + (first ? "" : " desc") + " limit 1",
            {book, std::string(item), year}, [&](const Row& r) {
              found = Approved{r.integer(0), r.integer(3), r.fen(1), r.text(2)};
              return false;
            });
  return found;
}

FigureSource::Answer answer(Txn& txn, const FigureSource::Question& q, const std::map<std::string, std::string>& visible) {
  using Answer = FigureSource::Answer;
  if (q.family != "预算") return Answer::unknown();
  const std::string_view which = q.argument(0).empty() ? "调整后" : q.argument(0);
  if (which != "年初" && which != "调整后") return Answer::unknown("预算版本应为 年初 或 调整后 (which version), 找到 \"" + std::string(which) + "\"");
  Fen sum;
  std::string from;
  bool any = false, known = false;
  for (const auto& [book, unit] : visible) {
    if (unit != q.unit || (!q.book.empty() && book != q.book)) continue;
    txn.query("select 1 from x_funds_budget where book = ? and item = ? and state = 'approved' limit 1", {book, std::string(q.name)}, [&](const Row&) {
      known = true;
      return false;
    });
    const auto version = approved(txn, book, q.name, q.period.year, which == "年初");
    if (!version) continue;
    any = true;
    sum += version->fen;
    from += (from.empty() ? "" : "；") + ("预算 " + book + "/" + std::string(q.name) + "/" + std::to_string(q.period.year)) + " 第 " + std::to_string(version->version) + " 版，" + version->decided_by + " 批准";
  }
  if (any) return Answer::money(sum, from);
  if (known) return Answer::blank();
  return Answer::unknown("没有批准过这个项目的预算 (no budget of this item was ever approved)");
}

}  // namespace

std::string describe_figures(Desk& desk, Call call) {
  std::set<std::string> items;
  Txn txn = desk.store.read(call);
  for (const auto& [book, unit] : desk.books(call, txn))
    txn.query("select distinct item from x_funds_budget where book = ? and state = 'approved'", {book}, [&](const Row& r) {
      items.insert(r.text(0));
      return true;
    });
  JsonWriter json;
  json.begin_object().key("families").begin_array().begin_object().field("family", "预算").field("open", false).key("names").begin_array();
  for (const auto& item : items) json.value(item);
  json.end_array().end_object().end_array().end_object();
  return json.take();
}

std::vector<FigureSource::Answer> figures(Desk& desk, Call call, const std::vector<FigureSource::Question>& questions) {
  Txn txn = desk.store.read(call);
  const auto visible = desk.books(call, txn);
  std::vector<FigureSource::Answer> answers;
  for (const auto& q : questions) answers.push_back(answer(txn, q, visible));
  return answers;
}

}  // namespace mif::funds
