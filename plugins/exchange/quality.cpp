// SPDX-License-Identifier: Apache-2.0
#include "quality.h"

#include <algorithm>

namespace mif::exchange {

namespace {

constexpr std::size_t kAtOnce = 200;
constexpr const char* kOtherTypes = "(其他)";  // types nobody knows share a row: a hostile source must not make a row per document

// The rule set of a book, dated where rule sets are.
template <class S>
const RuleSet* rules_of(const S& settings, const BookInfo& book, Day day) {
  if constexpr (requires { settings.rules_for(book, day); })
    return settings.rules_for(book, day);
  else
    return settings.rules_for(book);
}

std::string in_list(const char* head) {
  std::string sql = std::string(head) + " in (?";
  for (std::size_t i = 1; i < kAtOnce; ++i) sql += ", ?";
  return sql + ")";
}

// Calls each(params) for pages of values, the last one repeated: one statement for all pages.
template <class T, class F>
void pages(const std::vector<T>& values, const std::vector<Value>& before, F&& each) {
  for (std::size_t at = 0; at < values.size(); at += kAtOnce) {
    std::vector<Value> params = before;
    for (std::size_t i = 0; i < kAtOnce; ++i) params.emplace_back(values[std::min(at + i, values.size() - 1)]);
    each(params);
  }
}

std::string sentence(const QualityFinding& f) {
  std::string text = f.rule->say;
  if (!f.field.empty()) text += ": " + f.field;
  if (!f.shown.empty()) text += " \"" + f.shown + "\"";
  if (!f.note.empty()) text += ", " + f.note;
  return text;
}

}  // namespace

QualityRules configured_quality(const Host& host, Call call) {
  const Node own = host.config.own(call);
  const Node* file = own.find("quality");
  if (!file || file->value.empty()) return {};
  return load_quality(host.config.info(call, file->value), file->value, [&](const std::string& path) { return host.config.bytes(call, path); });
}

void Quality::load(Call call) {
  if (rules_) return;
  QualityRules rules = configured_quality(host_, call);
  books_ = host_.read.books(call);
  for (const auto& b : books_) {
    book_codes_.insert(b.code);
    unit_codes_.insert(b.unit);
    if (const RuleSet* set = rules_of(settings_, b, host_.clock.business_day()))
      for (const auto& [type, described] : set->types) known_types_.insert(type);
  }
  rules_ = std::move(rules);
}

void Quality::begin(Txn& txn, const SourceFeed& feed, std::span<const Document> documents) {
  load(txn.call());
  duplicates_.clear();
  new_contents_.clear();
  contents_.clear();
  counts_.clear();
  told_.clear();
  feed_ = feed.feed;
  source_ = feed.source;
  arrival_ = host_.clock.business_day();
  find_contents(txn, documents);
}

void Quality::find_contents(Txn& txn, std::span<const Document> documents) {
  struct Asked {
    const Document* document;
    const QualityRule* rule;
    std::int64_t content;
  };
  std::vector<Asked> asked;
  for (const auto& r : rules_->rules) {
    if (r.kind != QualityRule::Kind::duplicate) continue;
    for (const auto& d : documents)
      if (!d.withdrawn && d.trouble.empty() && r.covers(d.type)) asked.push_back({&d, &r, content_of(r, d)});
  }
  if (asked.empty()) return;
  std::unordered_map<std::int64_t, std::vector<std::string>> stored;  // content -> numbers
  std::vector<std::int64_t> contents;
  for (const auto& a : asked) contents.push_back(a.content);
  pages(contents, {source_}, [&](const std::vector<Value>& params) {
    txn.query(in_list("select content, doc_key from x_exchange_content where source = ? and content"), params, [&](const Row& r) {
      auto& keys = stored[r.integer(0)];
      const std::string key = r.text(1);
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
      return true;
    });
  });
  std::vector<std::string> suspects;
  for (const auto& a : asked)
    if (const auto found = stored.find(a.content); found != stored.end())
      for (const auto& key : found->second)
        if (key != a.document->key) suspects.push_back(key);
  std::map<std::string, std::vector<Stored>> alive;
  pages(suspects, {source_}, [&](const std::vector<Value>& params) {
    for (auto& s : select_documents(txn, in_list("where source = ? and doc_key") + " order by id", params)) {
      auto& list = alive[s.key];
      const bool met = std::any_of(list.begin(), list.end(), [&](const auto& other) { return other.id == s.id; });
      if (!met && s.state != state::kRejected && s.state != state::kCancelled) list.push_back(std::move(s));
    }
  });
  std::unordered_map<std::int64_t, std::vector<const Document*>> earlier;  // of this transaction
  for (const auto& a : asked) {
    std::string twin;
    auto& here = earlier[a.content];
    bool known = false;
    if (const auto found = stored.find(a.content); found != stored.end())
      for (const auto& key : found->second) {
        known = known || key == a.document->key;
        if (!twin.empty() || key == a.document->key) continue;
        for (const auto& s : alive[key])
          if (same_content(*a.rule, s.document(), *a.document)) twin = key;
      }
    for (const Document* d : here)
      if (twin.empty() && d->key != a.document->key && same_content(*a.rule, *d, *a.document)) twin = d->key;
    here.push_back(a.document);
    if (!twin.empty()) duplicates_[a.document].push_back({a.rule, "doc_no", a.document->key, "内容与单据 " + twin + " 相同"});
    if (!known) new_contents_[a.document].push_back({a.content, a.document->key, a.document->day});
  }
}

std::vector<QualityFinding> Quality::findings(const Document& document) {
  QualityWorld world;
  world.arrival = arrival_;
  world.books = &book_codes_;
  world.units = &unit_codes_;
  const std::string code = document.field("book");
  for (const auto& b : books_)
    if (b.code == code) world.standard = rules_of(settings_, b, document.day);
  auto found = examine(*rules_, document, world);
  if (const auto twins = duplicates_.find(&document); twins != duplicates_.end()) found.insert(found.end(), twins->second.begin(), twins->second.end());
  return found;
}

std::optional<Verdict> Quality::verdict(const std::vector<QualityFinding>& findings) const {
  const QualityFinding* worst = nullptr;
  for (const auto& f : findings)
    if (!worst || worst->rule->severity < f.rule->severity) worst = &f;
  if (!worst || worst->rule->severity == Severity::note) return std::nullopt;
  Verdict v;
  v.state = worst->rule->severity == Severity::hold ? state::kHeld : state::kRejected;
  v.reason = clean("数据质量 (data quality " + worst->rule->name + "): " + sentence(*worst) + "; " + worst->rule->todo +
                       (findings.size() > 1 ? "; 共 " + std::to_string(findings.size()) + " 处" : std::string()),
                   kLongestReason);
  return v;
}

std::optional<Verdict> Quality::look(const Document& document) {
  if (!rules_ || rules_->rules.empty()) return std::nullopt;
  auto found = findings(document);
  const std::string type = known_types_.count(document.type) ? document.type : kOtherTypes;
  Count& all = counts_[{type, ""}];
  ++all.documents;
  if (!found.empty()) ++all.findings;
  std::set<const QualityRule*> met;
  for (const auto& f : found) {
    Count& count = counts_[{type, f.rule->name}];
    if (met.insert(f.rule).second) ++count.documents;
    ++count.findings;
  }
  if (const auto added = new_contents_.find(&document); added != new_contents_.end()) {
    contents_.insert(contents_.end(), added->second.begin(), added->second.end());
    new_contents_.erase(added);
  }
  auto answer = verdict(found);
  for (auto& f : found) told_.push_back({document.key, type, document.version, std::move(f)});
  return answer;
}

void Quality::write(Txn& txn) {
  // The feed's cursor row is locked, so nobody else adds to the feed's rows meanwhile.
  for (const auto& [what, count] : counts_) {
    if (txn.execute("update x_exchange_quality set documents = documents + ?, findings = findings + ? where feed = ? and arrival_day = ? and doc_type = ? and rule_name = ?",
                    {count.documents, count.findings, feed_, arrival_, what.first, what.second}) == 0)
      txn.execute("insert into x_exchange_quality (feed, arrival_day, doc_type, rule_name, source, documents, findings) values (?, ?, ?, ?, ?, ?, ?)",
                  {feed_, arrival_, what.first, what.second, source_, count.documents, count.findings});
  }
  RowBatch findings("source, feed, arrival_day, doc_key, doc_version, doc_type, rule_name, severity, field, shown, note, say, todo");
  for (const auto& t : told_)
    findings.add(source_).add(feed_).add(arrival_).add(t.key).add(t.version).add(t.type).add(t.finding.rule->name).add(name_of(t.finding.rule->severity)).add(t.finding.field)
        .add(t.finding.shown).add(t.finding.note).add(t.finding.rule->say).add(t.finding.rule->todo);
  if (!findings.empty()) txn.insert("x_exchange_finding", findings);
  RowBatch contents("content, source, doc_key, doc_day");
  for (const auto& c : contents_) contents.add(c.content).add(source_).add(c.key).add(c.day);
  if (!contents.empty()) txn.insert("x_exchange_content", contents);
  counts_.clear();
  told_.clear();
  contents_.clear();
}

std::optional<Verdict> Quality::again(Txn& txn, const SourceFeed& feed, const Document& document) {
  begin(txn, feed, std::span(&document, 1));
  return rules_->rules.empty() ? std::nullopt : verdict(findings(document));
}

}  // namespace mif::exchange
