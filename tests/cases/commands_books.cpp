// SPDX-License-Identifier: Apache-2.0
// The ledgers. Every one is asked with books=A,B (A when left out), months as words, and accounts= aux= unposted= as-of=KEY.
// A balance is written "D 1.00", "C 1.00" or "0"; each command checks that the drill of every figure adds up to it.
#include "kernel/books/books.h"
#include "tests/cases/case_world.h"

namespace mif::cases {
namespace {

using books::Figure;

std::string net(Fen fen) { return fen == Fen() ? "0" : fen > Fen() ? "D " + fen.plain() : "C " + (-fen).plain(); }

std::vector<std::string> parts(const std::string& text, char by = ',') {
  std::vector<std::string> all;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(by, at), text.size());
    all.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return all;
}

books::Filter filter_of(World& w, const Record& r) {
  books::Filter f;
  f.books = parts(r.option("books", "A"));
  const Period from = Period::parse(word(r, 0)), to = Period::parse(r.words.size() > 1 ? r.words[1] : r.words[0]);
  f.year = from.year;
  f.month_from = from.month;
  f.month_to = to.month;
  f.accounts = r.option("accounts");
  for (const auto& [name, value] : r.options)  // a dimension by its name, "!" for the inner "="
    if (name == "mode" || name == "insutype" || name == "bank_account" || name == "counterparty") f.aux += (f.aux.empty() ? "" : ";") + name + '=' + value;
  f.unposted = r.option("unposted") == "yes";
  f.without_closing = r.option("closing") == "no";
  if (const std::string key = r.option("as-of"); !key.empty()) {  // the moment a voucher of the case was posted, or now
    f.as_of_ms = key == "now" ? w.ledger.now_ms() : w.ledger.voucher(w.id_of(key)).posted_ms;
  }
  return f;
}

// The promise of a drill, and that its text says the same.
void check(store::Txn& txn, const books::Books& books, const books::Drill& drill, Fen figure) {
  const Fen found = books.value(txn, books::Drill::parse(drill.text()));
  if (found != figure) throw std::runtime_error("the drill " + drill.text() + " adds up to " + found.plain() + ", the figure is " + figure.plain());
}

Answer read(World& w, const std::function<void(store::Txn&, const books::Books&, Answer&)>& action) {
  Answer answer;
  w.ledger.database().read([&](store::Txn& txn) { action(txn, books::Books(w.ledger.ledger(), w.ledger.charts()), answer); });
  return or_nothing(std::move(answer));
}

std::string figures(const books::Sums& s) {
  return net(s.opening) + " | " + s.debit.plain() + ' ' + s.credit.plain() + " | " + s.year_debit.plain() + ' ' + s.year_credit.plain() + " | " + net(s.closing);
}

constexpr Figure kFigures[] = {Figure::year_opening, Figure::opening, Figure::debit, Figure::credit, Figure::year_debit, Figure::year_credit, Figure::closing};

Answer trial(World& w, const Record& r) {
  const books::Filter filter = filter_of(w, r);
  return read(w, [&](store::Txn& txn, const books::Books& books, Answer& answer) {
    const auto table = books.trial(txn, filter, std::stoi(r.option("level", "0")));
    for (const auto& row : table.rows) {
      for (const Figure figure : kFigures) check(txn, books, table.drill(row, figure), row.sums.of(figure));
      answer.push_back(row.account + "  " + figures(row.sums));
    }
    answer.push_back("total  " + table.opening_debit.plain() + ' ' + table.opening_credit.plain() + " | " + table.debit.plain() + ' ' + table.credit.plain() + " | " + table.year_debit.plain() + ' ' +
                     table.year_credit.plain() + " | " + table.closing_debit.plain() + ' ' + table.closing_credit.plain());
  });
}

Answer general(World& w, const Record& r) {
  const books::Filter filter = filter_of(w, r);
  return read(w, [&](store::Txn& txn, const books::Books& books, Answer& answer) {
    const auto ledger = books.general(txn, filter, std::stoi(r.option("level", "1")));
    for (const auto& account : ledger.accounts) {
      answer.push_back(account.account + ' ' + account.name + "  opening " + net(account.opening));
      for (const auto& m : account.months) {
        check(txn, books, ledger.drill(account, m.month, Figure::debit), m.debit);
        check(txn, books, ledger.drill(account, m.month, Figure::credit), m.credit);
        check(txn, books, ledger.drill(account, m.month, Figure::year_debit), m.year_debit);
        check(txn, books, ledger.drill(account, m.month, Figure::closing), m.closing);
        answer.push_back(std::to_string(m.month) + "  month " + m.debit.plain() + ' ' + m.credit.plain() + "  year " + m.year_debit.plain() + ' ' + m.year_credit.plain() + "  " + net(m.closing));
      }
    }
  });
}

void put_rows(const books::DetailLedger& ledger, Answer& answer) {
  for (const auto& row : ledger.rows) {
    std::string text;
    switch (row.kind) {
      case books::RowKind::opening: text = "opening"; break;
      case books::RowKind::brought_forward: text = "brought forward"; break;
      case books::RowKind::line:
        text = row.day.iso().substr(5) + ' ' + (ledger.filter.books.size() > 1 ? row.line.book + ' ' : "") + row.line.label() + ' ' + row.line.account + (row.line.aux.empty() ? "" : ' ' + row.line.aux) + " <" + row.line.counter + '>';
        break;
      case books::RowKind::day_total: text = row.day.iso().substr(5) + " day"; break;
      case books::RowKind::month_total: text = "month"; break;
      case books::RowKind::year_total: text = "year"; break;
    }
    if (row.kind != books::RowKind::opening && row.kind != books::RowKind::brought_forward) text += "  " + row.debit.plain() + ' ' + row.credit.plain();
    text += "  " + net(row.balance);
    for (const Fen fen : row.columns) text += " | " + fen.plain();
    answer.push_back(text);
  }
}

// Page by page; every page must continue the balance of the one before, and give all lines once.
Answer pages(const Record& r, books::DetailWish wish, const std::function<books::DetailLedger(const books::DetailWish&)>& ask) {
  wish.limit = std::stoi(r.option("limit", "1000"));
  Answer answer;
  for (;;) {
    const auto page = ask(wish);
    if (answer.empty() && !page.columns.empty()) {
      std::string heads = "columns";
      for (const auto& column : page.columns) heads += ' ' + column.key;
      answer.push_back(heads);
    }
    put_rows(page, answer);
    if (page.next.empty()) return answer;
    answer.push_back("--");
    wish.after = page.next;
  }
}

Answer detail(World& w, const Record& r) {
  const books::Filter filter = filter_of(w, r);
  return read(w, [&](store::Txn& txn, const books::Books& books, Answer& answer) {
    books::DetailWish wish;
    wish.daily = r.command == "journal";
    wish.after = r.option("after");
    answer = pages(r, wish, [&](const books::DetailWish& asked) { return books.detail(txn, filter, asked); });
  });
}

Answer columnar(World& w, const Record& r) {
  const books::Filter filter = filter_of(w, r);
  return read(w, [&](store::Txn& txn, const books::Books& books, Answer& answer) {
    books::ColumnarDefinition definition;
    if (!r.option("definition").empty()) definition = books::definition(txn, "employee", r.option("definition"));
    else definition = {"", "", r.option("account"), r.option("dimension"), {}};
    answer = pages(r, {}, [&](const books::DetailWish& wish) { return books.columnar(txn, filter, definition, wish); });
  });
}

Answer define(World& w, const Record& r) {
  return w.write([&](store::Txn& txn) {
    books::save_definition(txn, who_of(r, "chief"), w.ledger.log(), "employee", {word(r, 0), r.option("name", word(r, 0)), r.option("account"), r.option("dimension"), parts(r.option("columns"))});
  });
}

Answer undefine(World& w, const Record& r) {
  return w.write([&](store::Txn& txn) { books::remove_definition(txn, who_of(r, "chief"), w.ledger.log(), "employee", word(r, 0)); });
}

Answer auxiliary(World& w, const Record& r) {
  const books::Filter filter = filter_of(w, r);
  return read(w, [&](store::Txn& txn, const books::Books& books, Answer& answer) {
    const auto table = books.auxiliary(txn, filter, parts(r.option("by")), r.option("together") != "yes");
    for (const auto& row : table.rows) {
      for (const Figure figure : kFigures) check(txn, books, table.drill(row, figure), row.sums.of(figure));
      std::string text = row.account;
      for (const auto& item : row.items) text += (text.empty() ? "" : " ") + item;
      answer.push_back(text + "  " + figures(row.sums));
    }
    if (!table.rows.empty()) answer.push_back("total  " + figures(table.total));
  });
}

Answer matrix(World& w, const Record& r) {
  const books::Filter filter = filter_of(w, r);
  return read(w, [&](store::Txn& txn, const books::Books& books, Answer& answer) {
    const auto m = books.matrix(txn, filter, r.option("rows"), r.option("columns"), books::figure_of(r.option("figure", "closing")));
    if (m.rows.empty()) return;
    std::string heads = "-";
    for (const auto& column : m.columns) heads += " | " + column.key;
    answer.push_back(heads + " | total");
    constexpr std::size_t kWhole = books::Matrix::kWhole;
    for (std::size_t row = 0; row <= m.rows.size(); ++row) {
      const std::size_t at = row == m.rows.size() ? kWhole : row;
      std::string text = at == kWhole ? "total" : m.rows[row].key;
      for (std::size_t column = 0; column <= m.columns.size(); ++column) {
        const std::size_t over = column == m.columns.size() ? kWhole : column;
        check(txn, books, m.drill(at, over), m.sum(at, over));
        text += " | " + m.sum(at, over).plain();
      }
      answer.push_back(text);
    }
  });
}

Answer vouchers_summary(World& w, const Record& r) {
  const books::Filter filter = filter_of(w, r);
  return read(w, [&](store::Txn& txn, const books::Books& books, Answer& answer) {
    const auto summary = books.voucher_summary(txn, filter, r.option("word"), std::stoi(r.option("level", "1")));
    for (const auto& row : summary.rows) {
      check(txn, books, summary.drill(row, Figure::debit), row.debit);
      check(txn, books, summary.drill(row, Figure::credit), row.credit);
      answer.push_back(row.account + ' ' + row.debit.plain() + ' ' + row.credit.plain() + " lines " + std::to_string(row.lines));
    }
    answer.push_back("total " + summary.debit.plain() + ' ' + summary.credit.plain());
    for (const auto& word : summary.words) answer.push_back(word.word + ": " + std::to_string(word.vouchers) + ", " + std::to_string(word.first) + ".." + std::to_string(word.last));
  });
}

Answer consolidated(World& w, const Record& r) {
  const books::Filter filter = filter_of(w, r);
  return read(w, [&](store::Txn& txn, const books::Books& books, Answer& answer) {
    const auto found = books.consolidate(txn, filter, 1);
    for (const auto& row : found.table.rows) {
      for (const Figure figure : kFigures) check(txn, books, found.table.drill(row, figure), row.sums.of(figure));
      const auto eliminated = found.eliminated.find(row.account);
      answer.push_back(row.account + "  " + net(row.sums.closing) + (eliminated == found.eliminated.end() ? "" : "  eliminated " + eliminated->second.plain()));
    }
    for (const auto& t : found.transfers)
      answer.push_back(t.income_account + '/' + t.expense_account + ' ' + t.payer + " -> " + t.receiver + "  paid " + t.paid.plain() + " received " + t.received.plain() +
                       (t.inside ? "  in transit " + t.in_transit().plain() : "  outside"));
    answer.push_back("in transit " + found.in_transit.plain());
  });
}

Answer drill(World& w, const Record& r) {
  return read(w, [&](store::Txn& txn, const books::Books& books, Answer& answer) {
    const auto drill = books::Drill::parse(r.body.empty() ? "" : r.body.front());
    std::string after;
    do {
      const auto page = books.lines(txn, drill, std::stoi(r.option("limit", "1000")), after);
      if (drill.filter.month_from == 0 && after.empty()) answer.push_back("opening " + net(page.opening));
      for (const auto& l : page.lines) answer.push_back(l.day.iso() + ' ' + l.label() + ' ' + line_text(l.side, l.account, l.aux, l.fen));
      after = page.next;
      if (!after.empty()) answer.push_back("--");
    } while (!after.empty());
  });
}

}  // namespace

void add_books_commands(Commands& all) {
  all.insert({{"trial-table", trial}, {"general", general}, {"detail", detail}, {"journal", detail}, {"columnar", columnar}, {"define", define}, {"undefine", undefine}, {"aux-table", auxiliary},
              {"matrix", matrix}, {"vouchers-summary", vouchers_summary}, {"consolidated", consolidated}, {"drill", drill}});
}

}  // namespace mif::cases
