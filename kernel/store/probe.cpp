// SPDX-License-Identifier: Apache-2.0
#include "kernel/store/probe.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>

#include "mif/error.hpp"

namespace mif::store {
namespace {

constexpr const char* kScratch[] = {"mif_probe_value", "mif_probe_long", "mif_probe_key"};

std::string repeat(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

// Runs the checks one after another; a check answers what it found, or throws, which is an answer too.
class Probe {
 public:
  explicit Probe(const Options& options) : database_(Database::open(options)) {}

  std::vector<ProbeResult> run() {
    results_.push_back({"connection", true, database_->describe()});
    drop_scratch();
    check("create tables", [this] { return create_scratch(); });
    if (!results_.back().ok) return std::move(results_);
    check("18-digit integers", [this] { return integers(); });
    check("sums beyond a double", [this] { return sums(); });
    check("200 hanzi", [this] { return same_text("mif_probe_value", repeat("医", 200)); });
    check("every kind of character", [this] { return same_text("mif_probe_value", "'\"\\%_?:p1{};\n\t😀𠀀é ,NULL "); });
    check("10000 characters", [this] { return same_text("mif_probe_long", repeat("金0", 5000)); });
    check("NULL and empty text differ", [this] { return null_and_empty(); });
    check("a text longer than its column", [this] { return overlong(); });
    check("rows changed are counted", [this] { return counted(); });
    check("rollback", [this] { return rollback(); });
    check("commit after an error is refused", [this] { return poisoned(); });
    check("unique key", [this] { return unique_key(); });
    check("bulk reuse", [this] { return bulk(); });
    check("nested reading", [this] { return nested(); });
    check("a read sees one moment", [this] { return snapshot(); });
    check("concurrent writers", [this] { return writers(); });
    check("an update locks its row", [this] { return row_lock(); });
    check("insert on conflict", [this] { return upsert(); });
    drop_scratch();
    return std::move(results_);
  }

 private:
  struct Found {
    bool ok;
    std::string text;
  };

  void check(const char* name, const std::function<Found()>& look) {
    try {
      clear_scratch(name);
      const Found found = look();
      results_.push_back({name, found.ok, found.text});
    } catch (const std::exception& error) {
      results_.push_back({name, false, error.what()});
    }
  }
  static Found equal(std::int64_t wanted, std::int64_t found) {
    return {wanted == found, "wanted " + std::to_string(wanted) + ", found " + std::to_string(found)};
  }
  static mif_status code_of(const std::function<void()>& action) {
    try {
      action();
    } catch (const Error& error) {
      return error.code();
    }
    return MIF_OK;
  }
  std::int64_t count() { return ask("select count(*) from mif_probe_value"); }
  std::int64_t ask(std::string_view sql) {
    std::int64_t answer = -1;
    database_->read([&](Txn& txn) { answer = txn.integer(sql).value_or(-1); });
    return answer;
  }

  void drop_scratch() {
    for (const char* table : kScratch) static_cast<void>(code_of([&] {
        Txn txn = database_->begin(Mode::write);
        txn.execute("drop table " + std::string(table));
        txn.commit();
      }));
  }
  void clear_scratch(std::string_view check) {
    if (check == "create tables") return;
    database_->write([](Txn& txn) {
      for (const char* table : kScratch) txn.execute("delete from " + std::string(table));
    });
  }
  Found create_scratch() {
    Txn txn = database_->begin(Mode::write);
    txn.execute("create table mif_probe_value (id bigint not null primary key, fen bigint, name varchar(400))");
    txn.execute("create table mif_probe_long (id bigint not null primary key, name varchar(20000))");
    txn.execute("create table mif_probe_key (id bigint not null primary key, name varchar(10))");
    txn.commit();
    return {true, "bigint, varchar(400), varchar(20000), primary key"};
  }

  Found integers() {
    const std::vector<std::int64_t> wanted = {5963000000000, 999999999999999999, -999999999999999999, 9007199254740993, 2147483648, 9223372036854775807};
    database_->write([&](Txn& txn) {
      for (std::size_t i = 0; i < wanted.size(); ++i) txn.execute("insert into mif_probe_value (id, fen) values (?, ?)", {static_cast<int>(i), wanted[i]});
    });
    Found found{true, ""};
    database_->read([&](Txn& txn) {
      std::size_t i = 0;
      txn.query("select fen from mif_probe_value order by id", {}, [&](const Row& row) {
        found.ok = found.ok && i < wanted.size() && row.integer(0) == wanted[i++];
        found.text += (found.text.empty() ? "" : ", ") + std::string(row.text(0));
      });
      found.ok = found.ok && i == wanted.size();
    });
    return found;
  }
  Found sums() {
    database_->write([](Txn& txn) {
      txn.execute("insert into mif_probe_value (id, fen) values (?, ?)", {1, std::int64_t{9007199254740993}});
      txn.execute("insert into mif_probe_value (id, fen) values (?, ?)", {2, 2});
    });
    return equal(9007199254740995, ask("select cast(sum(fen) as bigint) from mif_probe_value"));
  }
  Found same_text(const std::string& table, const std::string& text) {
    database_->write([&](Txn& txn) { txn.execute("insert into " + table + " (id, name) values (?, ?)", {1, text}); });
    std::string read, found_by_value;
    database_->read([&](Txn& txn) {
      read = txn.text("select name from " + table + " where id = ?", {1}).value_or("(NULL)");
      found_by_value = std::to_string(txn.integer("select count(*) from " + table + " where name = ?", {text}).value_or(-1));
    });
    return {read == text && found_by_value == "1", std::to_string(text.size()) + " bytes written, " + std::to_string(read.size()) + " read" +
                                                       (read == text ? ", equal" : ", DIFFERENT") + ", found by value: " + found_by_value};
  }
  Found null_and_empty() {
    database_->write([](Txn& txn) {
      txn.execute("insert into mif_probe_value (id, fen, name) values (?, ?, ?)", {1, nullptr, nullptr});
      txn.execute("insert into mif_probe_value (id, fen, name) values (?, ?, ?)", {2, 0, ""});
    });
    const std::int64_t nulls = ask("select count(*) from mif_probe_value where name is null");
    return {nulls == 1, nulls == 1 ? "kept apart" : std::to_string(nulls) + " of 2 rows are NULL: this database takes '' for NULL"};
  }
  Found overlong() {
    const std::string text = "0123456789abcdef";
    const mif_status refused = code_of([&] { database_->write([&](Txn& txn) { txn.execute("insert into mif_probe_key (id, name) values (?, ?)", {1, text}); }); });
    if (refused != MIF_OK) return {true, "refused"};
    std::string read;
    database_->read([&](Txn& txn) { read = txn.text("select name from mif_probe_key where id = 1").value_or("(NULL)"); });
    return {read == text, read == text ? "kept whole" : "CUT without an error to \"" + read + "\""};
  }
  Found counted() {
    std::int64_t updated = -1, none = -1;
    database_->write([&](Txn& txn) {
      for (int i = 0; i < 3; ++i) txn.execute("insert into mif_probe_value (id, fen) values (?, ?)", {i, i});
      updated = txn.execute("update mif_probe_value set fen = fen + 1 where id > ?", {0});
      none = txn.execute("update mif_probe_value set fen = 0 where id = ?", {99});
    });
    return {updated == 2 && none == 0, "wanted 2 and 0, found " + std::to_string(updated) + " and " + std::to_string(none)};
  }
  Found rollback() {
    {
      Txn txn = database_->begin(Mode::write);
      txn.execute("insert into mif_probe_value (id, fen) values (1, 1)");
    }
    return equal(0, count());
  }
  Found poisoned() {
    const mif_status refused = code_of([&] {
      Txn txn = database_->begin(Mode::write);
      txn.execute("insert into mif_probe_value (id, fen) values (1, 1)");
      static_cast<void>(code_of([&] { txn.execute("insert into mif_probe_value (id, fen) values (1, 1)"); }));
      txn.commit();
    });
    const Found rows = equal(0, count());
    return {refused != MIF_OK && rows.ok, refused == MIF_OK ? "committed over an error" : "refused; rows: " + rows.text};
  }
  Found unique_key() {
    const mif_status code = code_of([&] {
      database_->write([](Txn& txn) {
        for (int i = 0; i < 2; ++i) txn.execute("insert into mif_probe_key (id, name) values (?, ?)", {7, "a"});
      });
    });
    return {code == MIF_E_CONFLICT, code == MIF_E_CONFLICT ? "told apart from other errors" : code == MIF_OK ? "a second row of the same key was taken" : "not recognised as a broken key"};
  }
  Found bulk() {
    std::vector<std::string> names;
    for (int i = 0; i < 2600; ++i) names.push_back(repeat("名", i % 40) + std::to_string(i));
    std::vector<Param> rows;
    for (int i = 0; i < 2600; ++i) rows.insert(rows.end(), {Param(i), i % 3 ? Param(std::int64_t{5963000000000} + i) : Param(nullptr), Param(names[static_cast<std::size_t>(i)])});
    database_->write([&](Txn& txn) {
      txn.bulk_insert("mif_probe_value", {"id", "fen", "name"}, Params(rows.data(), 1300 * 3));
      txn.bulk_insert("mif_probe_value", {"id", "fen", "name"}, Params(rows.data() + 1300 * 3, 1300 * 3));
    });
    int wrong = 0, read = 0;
    database_->read([&](Txn& txn) {
      txn.query("select id, fen, name from mif_probe_value order by id", {}, [&](const Row& row) {
        const auto i = static_cast<std::size_t>(row.integer(0));
        const bool fen = i % 3 ? !row.null(1) && row.integer(1) == std::int64_t{5963000000000} + static_cast<std::int64_t>(i) : row.null(1);
        if (!fen || i >= names.size() || row.text(2) != names[i]) ++wrong;
        ++read;
      });
    });
    return {wrong == 0 && read == 2600, "2 batches of 1300: " + std::to_string(read) + " rows read, " + std::to_string(wrong) + " wrong"};
  }
  Found nested() {
    int pairs = 0;
    database_->write([&](Txn& txn) {
      for (int i = 0; i < 3; ++i) txn.execute("insert into mif_probe_value (id, fen) values (?, ?)", {i, i});
      txn.query("select id from mif_probe_value", {}, [&](const Row&) { txn.query("select id from mif_probe_value", {}, [&](const Row&) { ++pairs; }); });
    });
    return equal(9, pairs);
  }
  Found snapshot() {
    database_->write([](Txn& txn) { txn.execute("insert into mif_probe_value (id, fen) values (1, 1)"); });
    Txn reader = database_->begin(Mode::read);
    static_cast<void>(reader.integer("select count(*) from mif_probe_value"));
    std::thread writer([this] { static_cast<void>(code_of([this] { database_->write([](Txn& txn) { txn.execute("insert into mif_probe_value (id, fen) values (2, 2)"); }); })); });
    writer.join();
    const std::int64_t seen = reader.integer("select count(*) from mif_probe_value").value_or(-1);
    reader.commit();
    return {seen == 1, seen == 1 ? "yes" : "no: reports must run while nothing is written"};
  }
  Found writers() {
    std::atomic<int> failed{0};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread)
      threads.emplace_back([this, thread, &failed] {
        for (int i = 0; i < 25; ++i) try {
            database_->write([&](Txn& txn) {
              static_cast<void>(txn.integer("select count(*) from mif_probe_value"));
              txn.execute("insert into mif_probe_value (id, fen) values (?, ?)", {thread * 1000 + i, 1});
            });
          } catch (const std::exception&) {
            ++failed;
          }
      });
    for (std::thread& thread : threads) thread.join();
    const Found rows = equal(100, count());
    return {failed == 0 && rows.ok, std::to_string(failed) + " failures; rows: " + rows.text};
  }
  Found row_lock() {
    database_->write([](Txn& txn) { txn.execute("insert into mif_probe_value (id, fen) values (1, 0)"); });
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 3; ++thread)
      threads.emplace_back([this] {
        for (int i = 0; i < 10; ++i) static_cast<void>(code_of([this] {
            database_->write([](Txn& txn) {
              txn.execute("update mif_probe_value set name = name where id = 1");
              const std::int64_t fen = txn.integer("select fen from mif_probe_value where id = 1").value_or(0);
              txn.execute("update mif_probe_value set fen = ? where id = 1", {fen + 1});
            });
          }));
      });
    for (std::thread& thread : threads) thread.join();
    return equal(30, ask("select fen from mif_probe_value where id = 1"));
  }
  Found upsert() {
    database_->write([](Txn& txn) {
      for (int i = 0; i < 2; ++i)
        txn.execute("insert into mif_probe_value (id, fen) values (?, ?) on conflict (id) do update set fen = mif_probe_value.fen + excluded.fen", {1, 21});
    });
    return equal(42, ask("select fen from mif_probe_value where id = 1"));
  }

  std::unique_ptr<Database> database_;
  std::vector<ProbeResult> results_;
};

}  // namespace

std::vector<ProbeResult> probe(const Options& options) { return Probe(options).run(); }

}  // namespace mif::store
