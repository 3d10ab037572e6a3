// SPDX-License-Identifier: Apache-2.0
// SQLite and PostgreSQL through SOCI, with static into(): a dynamic row would cut 64-bit integers on SQLite.
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "exchange_database.h"

namespace mif::source_exchange {

namespace {

constexpr ComparePlaces kPlaces{":feed1", ":feed2", ":feed3", ":feed4", ":type", ":book", ":after"};

class SociDatabase : public ExchangeDatabase {
 public:
  SociDatabase(const Dsn& dsn, const Layout& layout) : dsn_(dsn), layout_(layout) {
    run([&] {
      if (dsn.backend == "sqlite")
        sql_.open(soci::sqlite3, "db=\"" + dsn.connect + "\" timeout=10");
      else
        sql_.open(soci::postgresql, dsn.connect);
    });
  }

  std::vector<SourceRow> documents(const std::string& feed, long long after, std::uint32_t n) override {
    std::vector<SourceRow> rows;
    run([&] {
      SourceRow row;
      soci::indicator null_payload = soci::i_ok;
      soci::statement st = (sql_.prepare << document_sql(layout_, n, ":feed", ":after"), soci::into(row.seq), soci::into(row.key), soci::into(row.version),
                            soci::into(row.type), soci::into(row.day), soci::into(row.payload, null_payload), soci::use(feed, "feed"), soci::use(after, "after"));
      st.execute();
      while (rows.size() < n && st.fetch()) {
        if (null_payload == soci::i_null) row.payload.clear();
        rows.push_back(row);
      }
    });
    return rows;
  }

  std::vector<SourceRow> withdrawals(const std::string& feed, long long after, std::uint32_t n) override {
    std::vector<SourceRow> rows;
    run([&] {
      SourceRow row;
      row.withdrawn = true;
      soci::statement st = (sql_.prepare << withdrawal_sql(layout_, n, ":feed", ":after"), soci::into(row.seq), soci::into(row.key), soci::into(row.version),
                            soci::into(row.day), soci::use(feed, "feed"), soci::use(after, "after"));
      st.execute();
      while (rows.size() < n && st.fetch()) rows.push_back(row);
    });
    return rows;
  }

  std::vector<TotalRow> totals(const std::string& feed, DayRange days) override {
    std::vector<TotalRow> rows;
    run([&] {
      TotalRow row;
      soci::statement st = (sql_.prepare << totals_sql(layout_, days, kPlaces), soci::into(row.type), soci::into(row.unit), soci::into(row.scheme), soci::into(row.book),
                            soci::into(row.documents), soci::into(row.fen), soci::use(feed, "feed1"), soci::use(feed, "feed2"), soci::use(feed, "feed3"), soci::use(feed, "feed4"));
      st.execute();
      while (st.fetch()) rows.push_back(row);
    });
    return rows;
  }

  std::vector<KeyRow> keys(const std::string& feed, DayRange days, const std::string& type, const std::string& book, long long after, std::uint32_t n) override {
    std::vector<KeyRow> rows;
    run([&] {
      KeyRow row;
      soci::statement st = (sql_.prepare << keys_sql(layout_, days, n, kPlaces), soci::into(row.seq), soci::into(row.key), soci::into(row.version), soci::into(row.day),
                            soci::into(row.fen), soci::use(feed, "feed1"), soci::use(feed, "feed2"), soci::use(feed, "feed3"), soci::use(feed, "feed4"), soci::use(type, "type"), soci::use(book, "book"),
                            soci::use(after, "after"));
      st.execute();
      while (rows.size() < n && st.fetch()) rows.push_back(row);
    });
    return rows;
  }

  void put_status(const std::vector<StatusRow>& rows) override {
    run([&] {
      sql_ << (dsn_.backend == "sqlite" ? "begin immediate" : "begin");
      try {
        StatusRow r;
        soci::statement put = (sql_.prepare << "insert into " + layout_.status + " (feed, seq, doc_no, version, state, reason, voucher, told_ms)"
                                               " values (:feed, :seq, :doc_no, :version, :state, :reason, :voucher, :told) on conflict (feed, seq) do update set"
                                               " doc_no = excluded.doc_no, version = excluded.version, state = excluded.state, reason = excluded.reason, voucher = excluded.voucher,"
                                               " told_ms = excluded.told_ms",
                               soci::use(r.feed, "feed"), soci::use(r.seq, "seq"), soci::use(r.key, "doc_no"), soci::use(r.version, "version"), soci::use(r.state, "state"),
                               soci::use(r.reason, "reason"), soci::use(r.voucher, "voucher"), soci::use(r.told_ms, "told"));
        for (const auto& row : rows) {
          r = row;
          put.execute(true);
        }
        sql_ << "commit";
      } catch (...) {
        try {
          sql_ << "rollback";
        } catch (const std::exception&) {  // the connection is gone, and the transaction with it
        }
        throw;
      }
    });
  }

 private:
  template <class F>
  void run(F&& body) {
    try {
      body();
    } catch (const soci::soci_error& e) {
      throw Error(MIF_E_UNAVAILABLE, "source.database", "交换库 (exchange database) " + dsn_.shown + ": " + e.get_error_message());
    }
  }

  Dsn dsn_;
  Layout layout_;
  soci::session sql_;
};

}  // namespace

std::unique_ptr<ExchangeDatabase> open_soci(const Dsn& dsn, const Layout& layout) { return std::make_unique<SociDatabase>(dsn, layout); }

}  // namespace mif::source_exchange
