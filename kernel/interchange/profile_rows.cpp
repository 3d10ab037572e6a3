// SPDX-License-Identifier: Apache-2.0
#include "kernel/interchange/profile_rows.h"

#include <algorithm>
#include <set>

#include "mif/pattern.hpp"
#include "mif/version.h"

namespace mif::interchange {
namespace {

using Each = std::function<void(const Values&, const std::string&)>;

std::string day_text(Day day) { return std::to_string(day.value()); }
std::string flag(bool set) { return set ? "1" : "0"; }
std::string side_text(int side) { return side == MIF_DEBIT ? "借" : "贷"; }
std::string side_text(Fen net) { return net == Fen() ? "平" : side_text(net < Fen() ? MIF_CREDIT : MIF_DEBIT); }
std::string absolute(Fen net) { return (net < Fen() ? -net : net).plain(); }

std::string class_text(chart::Class c) {
  switch (c) {
    case chart::Class::asset: return "资产";
    case chart::Class::liability: return "负债";
    case chart::Class::net: return "净资产";
    case chart::Class::income: return "收入";
    case chart::Class::expense: return "支出";
  }
  return "";
}

class Rows {
 public:
  Rows(const BookReader& reader, const ProfileTable& table, const Each& each) : reader_(reader), table_(table), each_(each) {
    const auto& types = reader.chart().aux_types();
    for (std::size_t i = 0; i < types.size(); ++i) position_[types[i].code] = i + 1;
    for (const auto& field : table.fields) wanted_.insert(field.from);
  }

  void write() {
    const std::string& rows = table_.rows;
    if (rows == "book") book();
    else if (rows == "periods") periods();
    else if (rows == "words") words();
    else if (rows == "dimensions") dimensions();
    else if (rows == "items") items();
    else if (rows == "accounts") accounts();
    else if (rows == "account_dimensions") account_dimensions();
    else if (rows == "balances") balances();
    else lines();
  }

 private:
  void book() {
    const ledger::Book& b = reader_.book();
    each_({{"book", b.code}, {"book_name", b.name}, {"unit", b.unit}, {"scheme", b.scheme}, {"chart", b.chart}, {"vendor", "mif"}, {"version", MIF_SDK_VERSION_STRING}, {"currency", "人民币"},
           {"year_from", std::to_string(reader_.from().year)}, {"year_to", std::to_string(reader_.to().year)}, {"month_from", std::to_string(reader_.from().month)},
           {"month_to", std::to_string(reader_.to().month)}}, "账套 " + b.code);
  }
  void periods() {
    for (const auto& p : reader_.periods()) {
      const int month = std::min(p.month, 12);
      each_({{"year", std::to_string(p.year)}, {"month", std::to_string(p.month)}, {"first_day", day_text(Day(p.year, month, 1))},
             {"last_day", day_text(Day(p.year, month, Day::days_in(p.year, month)))}, {"closed", flag(!reader_.open(p))}}, "会计期间 " + p.iso());
    }
  }
  void words() {
    std::set<std::string> used;
    reader_.vouchers([&](const ledger::Voucher& v) { used.insert(v.word); });
    for (const auto& word : used) each_({{"word", word}, {"word_name", word == "收" || word == "付" ? word + "款凭证" : word == "转" ? "转账凭证" : word + "账凭证"}}, "凭证字 " + word);
  }
  void dimensions() {
    for (const auto& type : reader_.chart().aux_types())
      each_({{"position", std::to_string(position_.at(type.code))}, {"dimension", type.code}, {"dimension_name", type.name}}, "辅助项 " + type.code);
  }
  // The listed items, and of a dimension open to any item those that stand or move in the range.
  void items() {
    for (const auto& type : reader_.chart().aux_types()) {
      if (!table_.dimension.empty() && table_.dimension != type.code) continue;
      std::map<std::string, std::string> names;
      for (const auto& [key, m] : reader_.whole())
        if (const AuxItems found = parse_aux(key.second); found.count(type.code)) names[found.at(type.code)] = found.at(type.code);
      for (const auto& item : type.items) names[item.code] = item.name;
      for (const auto& [code, name] : names) each_({{"dimension", type.code}, {"item", code}, {"item_name", name}}, "辅助项 " + type.code + " 的 " + code);
    }
  }
  void accounts() {
    for (const auto& a : reader_.chart().accounts())
      each_({{"account", a.code}, {"account_name", a.name}, {"full_name", a.full_name}, {"level", std::to_string(a.level)}, {"class", class_text(a.account_class)}, {"side", side_text(a.side)},
             {"leaf", flag(a.leaf)}}, "科目 " + a.code);
  }
  void account_dimensions() {
    for (const auto& a : reader_.chart().accounts()) {
      if (!a.leaf) continue;
      for (const auto& type : reader_.chart().aux_types()) {
        const auto in = [&](const std::vector<std::string>& all) { return std::find(all.begin(), all.end(), type.code) != all.end(); };
        if (!in(a.aux_required) && !in(a.aux_allowed)) continue;
        each_({{"account", a.code}, {"dimension", type.code}, {"dimension_name", type.name}, {"required", flag(in(a.aux_required))}}, "科目 " + a.code);
      }
    }
  }
  // Only the items' own places are set; each row starts with none.
  void put_items(Values& values, const std::string& aux, const std::string& whose) const {
    for (const auto& [dimension, item] : parse_aux(aux)) {
      const auto at = position_.find(dimension);
      const std::string name = "item" + std::to_string(at == position_.end() ? 0 : at->second);
      if (!wanted_.count(name))
        throw Error(MIF_E_INVALID, "export.dimension", whose + " 的辅助项 " + dimension + " 在剖面的表 " + table_.name + " 里没有位置, 请给它加上元素 (from " + name + ") (the profile has no place for this dimension)");
      values[name] = item;
    }
  }
  void balances() {
    reader_.months([&](Period p, const Movements& rows) {
      for (const auto& [key, m] : rows) {
        const std::string whose = p.iso() + " 科目 " + key.first;
        Values values{{"account", key.first}, {"currency", "CNY"}, {"year", std::to_string(p.year)}, {"month", std::to_string(p.month)}, {"opening_side", side_text(m.opening)},
                      {"closing_side", side_text(m.closing())}, {"opening", absolute(m.opening)}, {"debit", m.debit.plain()}, {"credit", m.credit.plain()}, {"closing", absolute(m.closing())}};
        put_items(values, key.second, whose);
        each_(values, whose);
      }
    });
  }
  void lines() {
    reader_.vouchers([&](const ledger::Voucher& v) {
      const std::string whose = "凭证 " + number_of(v);
      for (std::size_t i = 0; i < v.lines.size(); ++i) {
        const ledger::Line& l = v.lines[i];
        Values values{{"day", day_text(v.day)}, {"year", std::to_string(v.period.year)}, {"month", std::to_string(v.period.month)}, {"word", v.word}, {"number", std::to_string(v.number)},
                      {"line", std::to_string(i + 1)}, {"summary", l.summary.empty() ? v.summary : l.summary}, {"account", l.account}, {"currency", "CNY"},
                      {"debit", (l.side == MIF_DEBIT ? l.fen : Fen()).plain()}, {"credit", (l.side == MIF_CREDIT ? l.fen : Fen()).plain()}, {"attachments", std::to_string(v.attachments)},
                      {"maker", v.maker}, {"reviewer", v.reviewer}, {"poster", v.poster}, {"posted", "1"}, {"void", "0"}, {"source_plugin", v.source_plugin}, {"source_key", v.source_key},
                      {"is_closing", flag(v.closing)}};
        put_items(values, l.aux, whose);
        each_(values, whose);
      }
    });
  }

  const BookReader& reader_;
  const ProfileTable& table_;
  const Each& each_;
  std::map<std::string, std::size_t> position_;
  std::set<std::string> wanted_;
};

}  // namespace

void profile_rows(const BookReader& reader, const ProfileTable& table, const Each& each) { Rows(reader, table, each).write(); }

}  // namespace mif::interchange
