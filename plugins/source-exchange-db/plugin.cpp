// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <mutex>

#include "exchange_database.h"
#include "mif/extensions.hpp"
#include "mif/json.hpp"
#include "mif/services.hpp"

namespace mif::source_exchange {

namespace {

// plugin { source-exchange-db { source demo { dsn "sqlite://exchange/exchange.db"  feeds main  password-secret exchange
//          tables { document ex_document ... }  row-limit "limit {n}" } } }
struct Source {
  std::string name;
  Dsn dsn;
  Layout layout;
  std::vector<std::string> feeds;
};

[[noreturn]] void complain(const char* rule, const Node& node, const std::string& what) { throw Error(MIF_E_INVALID, rule, "mif.info:" + std::to_string(node.line) + ": " + what); }

std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> all;
  std::string word;
  for (const char c : text + " ") {
    if (c != ' ') {
      word += c;
    } else if (!word.empty()) {
      all.push_back(std::move(word));
      word.clear();
    }
  }
  return all;
}

long long position(std::string_view cursor) {
  if (cursor.empty()) return 0;
  if (cursor.size() > 18 || cursor.find_first_not_of("0123456789") != std::string_view::npos)
    throw Error(MIF_E_INVALID, "source.cursor", "位置应为数字 (a cursor of this source is a number): \"" + std::string(cursor.substr(0, 40)) + "\"");
  return std::stoll(std::string(cursor));
}

}  // namespace

// Reads and answers exchange databases. Owns one connection per source, reopened after a failure. [worker, serialized]
class SourceExchangeDb : public Plugin, public BusinessSource {
 public:
  explicit SourceExchangeDb(const mif_host* host) : Plugin(host) {}

  void activate(Call call) override {
    config_ = std::make_unique<Config>(*this);
    clock_ = std::make_unique<Clock>(*this);
    sources_ = read_config(call);
  }
  void deactivate() override {
    const std::lock_guard lock(mutex_);
    open_.clear();
  }
  const void* extension(std::string_view id) override { return id == MIF_BUSINESS_SOURCE_ID ? abi() : nullptr; }

  std::string describe(Call) override {
    JsonWriter json;
    json.begin_object().field("source", "source-exchange-db").key("feeds").begin_array();
    for (const auto& source : sources_)
      for (const auto& feed : source.feeds) json.value(source.name + "/" + feed);
    return json.end_array().end_object().take();
  }

  void fetch(Call call, std::string_view feed, std::string_view cursor, std::uint32_t limit, mif_doc_sink& sink) override {
    const std::lock_guard lock(mutex_);
    const auto& [source, inner] = find(feed);
    const long long after = position(cursor);
    std::vector<SourceRow> rows;
    with(call, *source, [&, &inner = inner](ExchangeDatabase& database) { rows = read_after(database, inner, after, limit ? limit : 200); });
    for (const auto& row : rows) {
      const std::string at = std::to_string(row.seq);
      auto doc = sized<mif_doc>();
      doc.day = row.day >= 0 && row.day <= 99991231 ? static_cast<mif_day>(row.day) : 0;
      doc.feed = feed.empty() ? s("") : s(feed);
      doc.key = s(row.key);
      doc.version = row.version >= 0 && row.version <= 1000000 ? static_cast<std::int32_t>(row.version) : 0;
      doc.withdrawn = row.withdrawn ? 1 : 0;
      doc.cursor = s(at);
      doc.type = s(row.type);
      doc.payload_json = s(row.payload);
      if (sink.on(&sink, &doc) != 0) return;
    }
  }

  void ack(Call call, const mif_ack* acks, std::uint32_t n) override {
    const std::lock_guard lock(mutex_);
    std::map<const Source*, std::vector<StatusRow>> rows;
    std::pair<const Source*, std::string> found;
    std::string_view of;  // the feed found last: answers come feed by feed
    for (std::uint32_t i = 0; i < n; ++i) {
      const mif_ack& a = acks[i];
      if (i == 0 || view(a.feed) != of) found = find(of = view(a.feed));
      const auto& [source, inner] = found;
      if (!MIF_HAS(&a, cursor) || a.cursor.n == 0) throw Error(MIF_E_INVALID, "source.ack-cursor", "回告缺少位置 (an acknowledgement needs the cursor of its document): " + str(a.key));
      StatusRow row;
      row.feed = inner;
      row.seq = position(view(a.cursor));
      row.version = a.version;
      row.key = str(a.key);
      row.state = str(a.state);
      row.reason = str(a.reason);
      row.voucher = str(a.voucher);
      row.told_ms = clock_->now_unix_ms();
      rows[source].push_back(std::move(row));
    }
    for (const auto& [source, list] : rows)
      with(call, *source, [&list = list](ExchangeDatabase& database) { database.put_status(list); });
  }

  void totals(Call call, std::string_view feed, Period period, mif_business_total_sink& sink) override {
    const std::lock_guard lock(mutex_);
    const auto& [source, inner] = find(feed);
    std::vector<TotalRow> rows;
    with(call, *source, [&, &inner = inner](ExchangeDatabase& database) { rows = database.totals(inner, days_of(period)); });
    for (const auto& row : rows) {
      auto total = sized<mif_business_total>();
      total.documents = row.documents;
      total.fen = row.fen;
      total.type = s(row.type);
      total.unit = s(row.unit);
      total.scheme = s(row.scheme);
      total.book = s(row.book);
      if (sink.on(&sink, &total) != 0) return;
    }
  }

  void keys(Call call, std::string_view feed, Period period, std::string_view type, std::string_view book, std::string_view cursor, std::uint32_t limit, mif_business_key_sink& sink) override {
    const std::lock_guard lock(mutex_);
    const auto& [source, inner] = find(feed);
    const long long after = position(cursor);
    std::vector<KeyRow> rows;
    with(call, *source, [&, &inner = inner](ExchangeDatabase& database) { rows = database.keys(inner, days_of(period), std::string(type), std::string(book), after, limit ? limit : 1000); });
    for (const auto& row : rows) {
      const std::string at = std::to_string(row.seq);
      auto key = sized<mif_business_key>();
      key.day = static_cast<mif_day>(row.day);
      key.version = row.version >= 0 && row.version <= 1000000 ? static_cast<std::int32_t>(row.version) : 0;
      key.fen = row.fen;
      key.key = s(row.key);
      key.cursor = s(at);
      if (sink.on(&sink, &key) != 0) return;
    }
  }

 private:
  // A month's days, the impossible ones too: a document of 30 February belongs to February.
  static DayRange days_of(Period period) {
    const long long month = period.year * 10000LL + period.month * 100LL;
    return {month, month + 99};
  }
  std::vector<Source> read_config(Call call) const;

  std::pair<const Source*, std::string> find(std::string_view feed) const {
    for (const auto& source : sources_)
      for (const auto& inner : source.feeds)
        if (feed == source.name + "/" + inner) return {&source, inner};
    throw Error(MIF_E_NOT_FOUND, "source.feed-unknown", "没有这个来源 (no such feed) \"" + std::string(feed) + "\"");
  }

  // On the source's connection; a connection that failed is not used again, and a stale one is reopened once.
  void with(Call call, const Source& source, const std::function<void(ExchangeDatabase&)>& body) {
    auto found = open_.find(source.name);
    const bool kept = found != open_.end();
    try {
      if (!kept) found = open_.emplace(source.name, open_database(source.dsn, source.layout)).first;
      body(*found->second);
    } catch (const Error& e) {
      if (e.code() != MIF_E_UNAVAILABLE) throw;
      open_.erase(source.name);
      if (!kept || call.cancelled()) throw;
      body(*open_.emplace(source.name, open_database(source.dsn, source.layout)).first->second);
    }
  }

  std::unique_ptr<Config> config_;
  std::unique_ptr<Clock> clock_;
  std::vector<Source> sources_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<ExchangeDatabase>> open_;
};

std::vector<Source> SourceExchangeDb::read_config(Call call) const {
  std::vector<Source> all;
  for (const auto& node : config_->own(call).children) {
    if (node.key != "source" || node.value.empty()) complain("source.expected", node, "source-exchange-db 只认 source NAME { ... } (expects source NAME), 见到 \"" + node.key + "\"");
    if (node.value.find('/') != std::string::npos) complain("source.name", node, "来源名不能含 / (a source's name has no slash): " + node.value);
    Source source;
    source.name = node.value;
    source.feeds = words(node.get("feeds", "main"));
    for (const auto& c : node.children) {
      if (c.key == "tables") {
        for (const auto& t : c.children) {
          if (t.key == "document") source.layout.document = t.value;
          else if (t.key == "withdrawal") source.layout.withdrawal = t.value;
          else if (t.key == "status") source.layout.status = t.value;
          else complain("source.tables-key", t, "tables 只认 document, withdrawal, status, 见到 (found) \"" + t.key + "\"");
        }
      } else if (c.key == "row-limit") {
        source.layout.row_limit = c.value;
      } else if (c.key != "dsn" && c.key != "feeds" && c.key != "password-secret") {
        complain("source.key-unknown", c, "来源不认识 (a source does not know) \"" + c.key + "\", 可用 (may have): dsn, feeds, tables, row-limit, password-secret");
      }
    }
    std::string dsn = node.require("dsn", "mif.info");
    if (const Node* secret = node.find("password-secret")) {
      const auto at = dsn.find("{password}");
      if (at == std::string::npos) complain("source.no-password-place", *secret, "dsn 里没有 {password} (the dsn has no place for the password)");
      dsn.replace(at, 10, config_->secret(call, secret->value));
    }
    try {
      source.dsn = parse_dsn(dsn);
    } catch (const Error& e) {
      throw Error(MIF_E_INVALID, "mif.info:" + std::to_string(node.line) + ": " + e.what());
    }
    // a relative file belongs below the deployment's home
    if (source.dsn.backend == "sqlite" && source.dsn.connect.front() != '/') source.dsn.connect = config_->path(call, source.dsn.connect);
    for (const auto& other : all)
      if (other.name == source.name) complain("source.twice", node, "来源重复 (the source is configured twice): " + source.name);
    all.push_back(std::move(source));
  }
  return all;
}

}  // namespace mif::source_exchange

MIF_PLUGIN(mif::source_exchange::SourceExchangeDb, "source-exchange-db", "1.0.0", MIF_LIST("mif.business-source/1"), MIF_LIST("mif.config/1", "mif.clock/1"))
