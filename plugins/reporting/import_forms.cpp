// SPDX-License-Identifier: Apache-2.0
// The forms of one unit against its report as it would be with what was typed into them: input cells are taken, every other cell is
// compared and never written.
#include "import_file.h"
#include "typed.h"

namespace mif::reporting {
namespace {

using Kind = CellRule::Kind;

const char* rule_word(const CellRule& rule, const StoredCell& cell) {
  if (cell.state == "override") return "改数格";
  return rule.kind == Kind::formula ? "取数或计算格" : "不填的格";
}

class ByPlace {
 public:
  explicit ByPlace(const std::vector<StoredCell>& cells) {
    for (const auto& c : cells) all_[{c.table, c.row, c.col}] = &c;
  }
  // A row of a variable section that is not in use is blank.
  const StoredCell& at(const CellKey& key) const {
    static const StoredCell blank{};
    const auto found = all_.find(key);
    return found == all_.end() ? blank : *found->second;
  }

 private:
  std::map<CellKey, const StoredCell*> all_;
};

}  // namespace

void Flow::import_forms(Call call, const std::string& code, Period period, const std::vector<const Form*>& forms, bool apply, Imported& one) const {
  const Agency unit = r_.unit(call, code, "report.compute");
  const auto catalog = r_.catalog(call, false);
  const auto books = r_.ledger_.books(call);
  const Package* package = nullptr;
  for (const Form* form : forms) {
    const Package& of = catalog->package_of(*form->table);
    if (package && package != &of) throw Error(MIF_E_INVALID, "report.two-packages", "一次只能保存一个报表包的格 (cells of two packages): " + package->code + "、" + of.code);
    package = &of;
    if (!of.ends_in(period)) throw Error(MIF_E_INVALID, "report.package-period", of.title + " 没有期间 " + period.iso() + " 的报表 (the package has no report of this period)，请换期间或换报表包");
    if (!unit.has(*form->table)) throw Error(MIF_E_INVALID, "report.other-scheme", "单位 " + code + " 没有 " + form->table->code + " 的险种的账套 (the unit has no book of this table's scheme)");
  }
  std::vector<Entry> entries;
  {
    // What the report would be is computed inside a transaction that is given up: nobody else sees it.
    Txn txn = r_.store_.write(call);
    refuse_fixed(txn, package->code, code, period);
    const auto evaluated = [&] {
      Computed told;
      return r_.evaluate(call, txn, *catalog, *package, books, unit, period, told).cells;
    };
    const auto before = evaluated();
    const ByPlace here(before);
    for (const Form* form : forms) {
      const Table& t = *form->table;
      for (const auto& v : form->values) {
        const CellKey key{t.code, t.rows[static_cast<std::size_t>(v.row)].code, t.cols[static_cast<std::size_t>(v.col)].code};
        if (t.rule(v.row, v.col).kind != Kind::input || says_the_same(v, here.at(key), t)) continue;
        CellChange change{t.code, std::get<1>(key), std::get<2>(key), here.at(key).value, "", "imported", ""};
        try {
          const std::string written = typed_text(v, t);
          const Value value = typed_value(t, v.row, v.col, written, false);
          change.now = value.plain();
          entries.push_back({t.code, change.row, change.col, written, "", false});
          write_typed(txn, holder(unit, t), period, key, value, call.actor());
          if (!value.blank()) open_row(txn, holder(unit, t), t, v.row, period);
        } catch (const Error& e) {
          if (e.code() != MIF_E_INVALID) throw;
          change.now = v.input.text;
          change.complaint = sentence_of(e);
        }
        one.cells.push_back(std::move(change));
      }
    }
    const auto after = entries.empty() ? before : evaluated();
    const ByPlace then(after);
    for (const Form* form : forms) {
      const Table& t = *form->table;
      for (const auto& v : form->values) {
        const auto& rule = t.rule(v.row, v.col);
        if (rule.kind == Kind::input) continue;
        const CellKey key{t.code, t.rows[static_cast<std::size_t>(v.row)].code, t.cols[static_cast<std::size_t>(v.col)].code};
        const StoredCell& cell = then.at(key);
        if (says_the_same(v, cell, t)) continue;
        one.differing.push_back({t.code, std::get<1>(key), std::get<2>(key), cell.printed, v.input.text, rule_word(rule, cell), {}});
      }
    }
  }
  finish_import(call, code, period, entries, apply, one);
}

}  // namespace mif::reporting
