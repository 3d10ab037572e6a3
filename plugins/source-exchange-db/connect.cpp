// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include "exchange_database.h"

namespace mif::source_exchange {

namespace {

bool strip(std::string& text, const std::string& prefix) {
  if (text.rfind(prefix, 0) != 0) return false;
  text.erase(0, prefix.size());
  return true;
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

// Passwords never reach a message.
std::string masked(const std::string& connect) {
  std::string result;
  std::size_t at = 0;
  while (at < connect.size()) {
    const auto end = connect.find_first_of("; &?", at);
    const std::string pair = connect.substr(at, end == std::string::npos ? end : end - at);
    const auto equals = pair.find('=');
    const std::string key = lower(pair.substr(0, equals == std::string::npos ? 0 : equals));
    result += key == "password" || key == "pwd" ? key + "=***" : pair;
    if (end == std::string::npos) break;
    result += connect[end];
    at = end + 1;
  }
  // postgresql://user:password@host
  const auto scheme = result.find("://"), sign = result.find('@');
  if (scheme != std::string::npos && sign != std::string::npos) {
    const auto colon = result.find(':', scheme + 3);
    if (colon != std::string::npos && colon < sign) result.replace(colon + 1, sign - colon - 1, "***");
  }
  return result;
}

bool identifier(const std::string& name) {
  if (name.empty() || name.size() > 100) return false;
  for (const char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.')) return false;
  return true;
}

std::string limited(const Layout& layout, std::uint32_t n) {
  if (layout.row_limit.empty()) return {};
  std::string text = layout.row_limit;
  const auto at = text.find("{n}");
  if (at != std::string::npos) text.replace(at, 3, std::to_string(n));
  return " " + text;
}

// The documents of the days as the business side has them now: the latest version, not withdrawn, the first row of a repeated delivery.
// Later versions, repetitions and withdrawals are few, so these lists are short and joined by hash; looked up per document, by the
// indexes an exchange database has, a month would take hours.
std::string live_documents(const Layout& l, DayRange days, const ComparePlaces& p) {
  const std::string between = " between " + std::to_string(days.from) + " and " + std::to_string(days.to);
  return " from " + l.document + " d left join (select doc_no, max(version) as top from " + l.document + " where feed = " + p.feed1 +
         " and version > 1 group by doc_no) v on v.doc_no = d.doc_no left join (select doc_no, version, min(seq) as first_seq from " + l.document + " where feed = " + p.feed2 +
         " and doc_day" + between + " group by doc_no, version having count(*) > 1) r on r.doc_no = d.doc_no and r.version = d.version left join (select doc_no, version from " + l.withdrawal +
         " where feed = " + p.feed3 + " group by doc_no, version) w on w.doc_no = d.doc_no and w.version = d.version where d.feed = " + p.feed4 + " and d.doc_day" + between +
         " and (v.top is null or v.top = d.version) and (r.first_seq is null or r.first_seq = d.seq) and w.doc_no is null";
}

}  // namespace

Dsn parse_dsn(const std::string& dsn) {
  Dsn result;
  std::string rest = dsn;
  if (strip(rest, "sqlite://") || strip(rest, "sqlite:")) {
    result = {"sqlite", rest, "sqlite " + rest};
  } else if (rest.rfind("postgresql://", 0) == 0) {
    result = {"postgresql", rest, masked(rest)};
  } else if (strip(rest, "postgresql:")) {
    result = {"postgresql", rest, "postgresql " + masked(rest)};
  } else if (strip(rest, "odbc://") || strip(rest, "odbc:")) {
    result = {"odbc", rest, "odbc " + masked(rest)};
  } else {
    throw Error(MIF_E_INVALID, "source.dsn-kind", "dsn 应以 sqlite://, postgresql:// 或 odbc:// 开头 (unknown kind of database)");
  }
  if (result.connect.empty()) throw Error(MIF_E_INVALID, "source.dsn-incomplete", "dsn 不完整 (incomplete): " + result.shown);
  return result;
}

std::unique_ptr<ExchangeDatabase> open_database(const Dsn& dsn, const Layout& layout) {
  for (const auto* table : {&layout.document, &layout.withdrawal, &layout.status})
    if (!identifier(*table)) throw Error(MIF_E_INVALID, "source.table-name", "表名无效 (not a table name): \"" + *table + "\"");
  if (dsn.backend == "sqlite") {
    // SQLite would create what is missing, and an empty exchange database looks like "nothing to do"
    struct stat found {};
    if (stat(dsn.connect.c_str(), &found) != 0) throw Error(MIF_E_UNAVAILABLE, "source.no-database-file", "没有交换库文件 (no exchange database file): " + dsn.connect);
  }
  return dsn.backend == "odbc" ? open_odbc(dsn, layout) : open_soci(dsn, layout);
}

std::string document_sql(const Layout& layout, std::uint32_t n, const char* feed, const char* after) {
  return "select seq, doc_no, version, doc_type, doc_day, payload from " + layout.document + " where feed = " + feed + " and seq > " + after + " order by seq" + limited(layout, n);
}

std::string withdrawal_sql(const Layout& layout, std::uint32_t n, const char* feed, const char* after) {
  return "select seq, doc_no, version, doc_day from " + layout.withdrawal + " where feed = " + feed + " and seq > " + after + " order by seq" + limited(layout, n);
}

std::string totals_sql(const Layout& layout, DayRange days, const ComparePlaces& places) {
  return "select d.doc_type, d.unit, d.scheme, d.book, cast(count(*) as bigint), cast(sum(d.amount_fen) as bigint)" + live_documents(layout, days, places) +
         " group by d.doc_type, d.unit, d.scheme, d.book order by 1, 2, 3, 4";
}

std::string keys_sql(const Layout& layout, DayRange days, std::uint32_t n, const ComparePlaces& places) {
  return "select d.seq, d.doc_no, d.version, d.doc_day, d.amount_fen" + live_documents(layout, days, places) + " and d.doc_type = " + places.type + " and d.book = " + places.book +
         " and d.seq > " + places.after + " order by d.seq" + limited(layout, n);
}

}  // namespace mif::source_exchange
