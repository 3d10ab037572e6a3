// SPDX-License-Identifier: Apache-2.0
// Base data: the chart and what changes in it, agencies' accounts, items, words, control rules, classification, opening trial.
// `shipped` applies the demonstration province's whole chart folder; before it a case has the accounts and items only.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "kernel/base/text.h"
#include "kernel/ledger/opening_file.h"
#include "tests/cases/case_world.h"

namespace mif::cases {
namespace {

const std::string kFolder = MIF_SOURCE_DIR "/config/demo-province/chart";

class TemporaryFile {
 public:
  TemporaryFile(const std::vector<std::string>& lines, const char* end)
      : path_((std::filesystem::temp_directory_path() / ("mif-case-" + std::to_string(getpid()) + end)).string()) {
    std::string text;
    for (const auto& line : lines) text += line + '\n';
    write_file_durably(path_, text);
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// A complaint names "FILE:LINE: ..."; the file of a case is a temporary one.
template <class Read>
auto without_path(const TemporaryFile& file, const Read& read) {
  try {
    return read(file.path());
  } catch (const Error& error) {
    std::string what = error.what();
    if (what.compare(0, file.path().size(), file.path()) == 0) what = "FILE" + what.substr(file.path().size());
    throw Error(error.code(), what);
  }
}

Answer shipped(World& w, const Record&) {
  return w.write([&](store::Txn& txn) {
    for (const char* chart : {"employee", "resident"}) w.ledger.charts().apply_folder(txn, testing::LedgerFixture::who("admin"), chart, kFolder);
  });
}

// The shipped accounts with the record's edits: "CODE field=value ...", "CODE remove", "CODE add name=... ".
std::vector<chart::Account> edited(const Record& r) {
  auto accounts = chart::read_chart(kFolder + '/' + word(r, 0) + ".csv");
  for (const auto& text : r.body) {
    std::istringstream in(text);
    std::string code, part;
    in >> code;
    auto at = std::find_if(accounts.begin(), accounts.end(), [&](const chart::Account& a) { return a.code == code; });
    while (in >> part) {
      const auto equals = part.find('=');
      const std::string key = part.substr(0, equals), value = equals == std::string::npos ? "" : part.substr(equals + 1);
      if (key == "remove") {
        accounts.erase(at);
        break;
      }
      if (key == "add") {
        const auto parent = std::find_if(accounts.begin(), accounts.end(), [&](const chart::Account& a) { return a.code == code.substr(0, code.size() - 2); });
        chart::Account a = at != accounts.end() ? *at : parent != accounts.end() ? *parent : throw std::runtime_error("no account above " + code);
        a.code = code;
        a.closes_to.clear();
        a.detail.clear();
        accounts.push_back(a);
        at = accounts.end() - 1;
      } else if (key == "name") at->name = value;
      else if (key == "unit") at->unit = value;
      else if (key == "from") at->valid_from = Day::parse(value);
      else if (key == "to") at->valid_to = Day::parse(value);
      else if (key == "detail") at->detail = value;
      else if (key == "side") at->side = value == "debit" ? MIF_DEBIT : MIF_CREDIT;
      else if (key == "required") at->aux_required = {value};
      else if (key == "allowed") at->aux_allowed = {value};
      else throw std::runtime_error("unknown edit " + part);
    }
  }
  return accounts;
}

Answer plan(World& w, const Record& r) {
  std::vector<chart::ChartChange> changes;
  w.ledger.database().read([&](store::Txn& txn) { changes = w.ledger.charts().plan(txn, word(r, 0), edited(r)); });
  Answer answer;
  for (const auto& change : changes) {
    std::string line = change.code + ' ' + change.what;
    for (const auto& book : change.books) line += " book " + book;
    answer.push_back(line + (change.refusal.empty() ? "" : " refused"));
  }
  return or_nothing(std::move(answer));
}

Answer apply(World& w, const Record& r) {
  return w.write([&](store::Txn& txn) { w.ledger.charts().apply(txn, who_of(r, "admin"), word(r, 0), edited(r), chart::read_aux_info(kFolder + "/aux.info")); });
}

Answer agency_account(World& w, const Record& r) {
  chart::Account a;
  a.code = word(r, 1);
  a.name = word(r, 2);
  a.unit = r.option("unit");
  if (!r.option("from").empty()) a.valid_from = Day::parse(r.option("from"));
  if (!r.option("to").empty()) a.valid_to = Day::parse(r.option("to"));
  return w.write([&](store::Txn& txn) { w.ledger.charts().put_account(txn, who_of(r, "chief"), word(r, 0), a); });
}

// account CHART CODE DAY unit=U: "leaf 全名" / "parent 全名" / "none"
Answer account(World& w, const Record& r) {
  Answer answer;
  w.ledger.database().read([&](store::Txn& txn) {
    const auto chart = w.ledger.charts().load(txn, word(r, 0), r.option("unit"), Day::parse(word(r, 2)));
    const auto* a = chart->find(word(r, 1));
    answer.push_back(a ? (a->leaf ? "leaf " : "parent ") + a->full_name : "none");
  });
  return answer;
}

Answer items(World& w, const Record& r) {
  std::vector<std::string> lines{"code,name,parent,kind,accounts,valid_from,valid_to"};
  lines.insert(lines.end(), r.body.begin(), r.body.end());
  const TemporaryFile file(lines, ".csv");
  const auto read = without_path(file, chart::read_items);
  return w.write([&](store::Txn& txn) { w.ledger.charts().put_items(txn, who_of(r, "chief"), word(r, 0), word(r, 1), read); });
}

// dimensions CHART with an auxiliary file as the body
Answer dimensions(World& w, const Record& r) {
  const TemporaryFile file(r.body, ".info");
  const auto changed = without_path(file, chart::read_aux_info);
  auto all = chart::read_aux_info(kFolder + "/aux.info");
  for (const auto& type : changed) {
    std::erase_if(all, [&](const chart::AuxType& t) { return t.code == type.code; });
    all.push_back(type);
  }
  return w.write([&](store::Txn& txn) { w.ledger.charts().apply(txn, who_of(r, "admin"), word(r, 0), chart::read_chart(kFolder + '/' + word(r, 0) + ".csv"), all); });
}

Answer base(World& w, const Record& r) {
  const TemporaryFile file(r.body, ".info");
  const auto entries = without_path(file, chart::read_base_info);
  std::size_t changed = 0;
  w.ledger.database().write([&](store::Txn& txn) { changed = w.ledger.charts().apply_base(txn, who_of(r, "chief"), word(r, 0), word(r, 1), r.option("unit"), entries); });
  return {"ok " + std::to_string(changed) + " changed"};
}

Answer base_list(World& w, const Record& r) {
  Answer answer;
  w.ledger.database().read([&](store::Txn& txn) {
    for (const auto& entry : w.ledger.charts().base_entries(txn, word(r, 0)))
      if (entry.kind == word(r, 1) && entry.unit == r.option("unit")) answer.push_back(entry.code);
  });
  return or_nothing(std::move(answer));
}

Answer budget(World& w, const Record& r) {
  Answer answer;
  w.ledger.database().read([&](store::Txn& txn) {
    const Day day = Day::parse(word(r, 2));
    const auto chart = w.ledger.charts().load(txn, word(r, 0), r.option("unit"), day);
    for (const auto& budget : chart->base().budget_of(word(r, 1), day)) answer.push_back(budget.code + ' ' + budget.name);
  });
  return or_nothing(std::move(answer));
}

Answer unmapped(World& w, const Record& r) {
  Answer answer;
  w.ledger.database().read([&](store::Txn& txn) {
    const Day day = Day::parse(word(r, 1));
    const auto chart = w.ledger.charts().load(txn, word(r, 0), {}, day);
    for (const auto& a : chart->accounts())
      if (a.leaf && (a.account_class == chart::Class::income || a.account_class == chart::Class::expense) && chart->base().budget_of(a.code, day).empty()) answer.push_back(a.code);
  });
  return or_nothing(std::move(answer));
}

// Proposes the body; "ok draft" or one "warn RULE" per rule that only warns.
Answer check(World& w, const Record& r) {
  static int number = 0;
  auto d = testing::draft(r.option("book", "A"), Day::parse(word(r, 0)), "check-" + std::to_string(++number), r.body);
  d.word = r.option("word", "记");
  d.maker = "maker";
  ledger::Proposal made;
  w.ledger.database().write([&](store::Txn& txn) { made = w.ledger.ledger().propose(txn, testing::LedgerFixture::who("maker"), d); });
  Answer answer;
  for (const auto& warning : made.warnings) answer.push_back("warn " + warning.rule.substr(std::string("control.").size()));
  if (answer.empty()) answer.push_back("ok draft");
  return answer;
}

Answer opening_check(World& w, const Record& r) {
  std::vector<ledger::Line> lines;
  for (const auto& text : r.body) lines.push_back(testing::line(text));
  ledger::OpeningTrial trial;
  w.ledger.database().read([&](store::Txn& txn) { trial = w.ledger.ledger().try_opening(txn, word(r, 0), lines); });
  Answer answer;
  for (const auto& problem : trial.problems) answer.push_back("problem line " + std::to_string(problem.line) + ' ' + problem.column);
  if (!answer.empty()) return answer;
  for (const auto& line : trial.lines) answer.push_back(line.account + ' ' + line.closing.plain());
  answer.push_back("total " + trial.debit.plain() + ' ' + trial.credit.plain());
  return answer;
}

// The file as mifctl reads it: what cannot be read and what the book does not take, by the file's own lines.
Answer opening_file(World& w, const Record& r) {
  const TemporaryFile file(r.body, ".csv");
  const ledger::OpeningFile read = ledger::read_opening(file.path());
  Answer answer;
  for (const auto& problem : read.problems) answer.push_back("problem line " + std::to_string(problem.line) + ' ' + problem.column);
  w.ledger.database().read([&](store::Txn& txn) {
    for (const auto& problem : w.ledger.ledger().try_opening(txn, word(r, 0), read.lines).problems)
      answer.push_back("problem line " + std::to_string(problem.line ? read.numbers.at(static_cast<std::size_t>(problem.line) - 1) : 0) + ' ' + problem.column);
  });
  if (answer.empty()) answer.push_back("ok " + std::to_string(read.lines.size()) + " lines");
  return answer;
}

}  // namespace

void add_base_commands(Commands& all) {
  all.insert({{"shipped", shipped}, {"chart-plan", plan}, {"chart-apply", apply}, {"agency-account", agency_account}, {"account", account}, {"items", items},
              {"dimensions", dimensions}, {"base", base}, {"base-list", base_list}, {"budget", budget}, {"unmapped", unmapped}, {"check", check},
              {"opening-check", opening_check}, {"opening-file", opening_file}});
}

}  // namespace mif::cases
