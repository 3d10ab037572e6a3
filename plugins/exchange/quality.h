// SPDX-License-Identifier: Apache-2.0
// Data quality at the door (数据质量): profile rules as data, measured on every arriving document, counted, and told to the sender.
// docs/exchange/quality.md.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "settings.h"
#include "tables.h"

namespace mif::exchange {

enum class Severity { note, hold, reject };
const char* name_of(Severity severity);

using Codes = std::set<std::string, std::less<>>;

struct QualityRule {
  enum class Kind { readable, day, required, code, pattern, length, range, reference, future, old, period, sum, duplicate, late };
  std::string name, kind_name;
  Kind kind = Kind::readable;
  Severity severity = Severity::note;
  std::vector<std::string> types;   // "institution-settlement", "offsite-*", "*"
  std::vector<std::string> fields;  // "@standard": what the document standard says of the type
  std::vector<std::string> without; // duplicate: fields that do not count as content
  const Codes* codes = nullptr;     // code, reference; nullptr with a list that is asked of the ledger
  std::string list, pattern, total; // total: sum
  std::optional<Fen> from, to;      // range
  std::int64_t min = 0, max = 0, days = 0;
  std::string say, todo;
  int line = 0;

  bool standard() const { return fields.size() == 1 && fields.front() == "@standard"; }
  bool covers(std::string_view type) const;
};

// Immutable after loading.
struct QualityRules {
  QualityRules() = default;
  QualityRules(QualityRules&&) = default;  // rules point into the lists
  QualityRules& operator=(QualityRules&&) = default;

  std::string file, name, version;
  std::map<std::string, Codes, std::less<>> lists;
  Codes personal;  // fields whose values are masked
  std::vector<QualityRule> rules;
};

// Throws MIF_E_INVALID "FILE:LINE: ...". `read` gives the bytes of a code list kept in a file of its own.
QualityRules load_quality(const Node& root, const std::string& file, const std::function<std::string(const std::string& path)>& read);

struct QualityFinding {
  const QualityRule* rule = nullptr;
  std::string field, shown, note;  // shown: the value, masked where personal; note: what exactly, may be empty
};

// What a rule may ask beside the document.
struct QualityWorld {
  Day arrival;
  const RuleSet* standard = nullptr;                    // of the document's book; nullptr = none is known
  const Codes *books = nullptr, *units = nullptr;       // of the ledger
};

// Everything but duplicates, which need the stored documents. Pure. [any-thread]
std::vector<QualityFinding> examine(const QualityRules& rules, const Document& document, const QualityWorld& world);

// Code points of a UTF-8 text.
std::size_t characters(std::string_view text);
// Is `text` of the form? # a digit, @ a Latin letter, ? any character, a final * anything; everything else stands for itself.
bool fits(std::string_view pattern, std::string_view text);
// "张三" -> "张*", "6222021234567890" -> "6***90".
std::string masked(std::string_view text);
// Days from one valid day to another.
std::int64_t days_between(Day from, Day to);
// Parts per hundred with one decimal: 1 of 4 -> "25.0 %". What is neither nothing nor all never looks like it.
std::string rate_text(std::int64_t part, std::int64_t whole);
// FNV-1a over the content a duplicate rule looks at: equal contents have equal numbers, the reverse is checked.
std::int64_t content_of(const QualityRule& rule, const Document& document);
bool same_content(const QualityRule& rule, const Document& a, const Document& b);

// The file named by `quality "PATH"` in the module's configuration; no rules when there is none.
QualityRules configured_quality(const Host& host, Call call);

// Measures arrivals. One per job run; every function works in the caller's transaction. [worker, serialized]
class Quality {
 public:
  Quality(const Host& host, const Settings& settings) : host_(host), settings_(settings) {}

  // Before the documents of a transaction are settled: forgets what a rolled back transaction measured, reads the rules at first
  // use, and asks once for all documents which contents are known.
  void begin(Txn& txn, const SourceFeed& feed, std::span<const Document> documents);
  // Counts one arrival. The verdict of the severest rule it breaks: held or rejected; none for notes.
  std::optional<Verdict> look(const Document& document);
  // Writes what was counted.
  void write(Txn& txn);
  // A held document once more: no counting.
  std::optional<Verdict> again(Txn& txn, const SourceFeed& feed, const Document& document);

 private:
  struct Count {
    std::int64_t documents = 0, findings = 0;
  };
  void load(Call call);
  void find_contents(Txn& txn, std::span<const Document> documents);
  std::vector<QualityFinding> findings(const Document& document);
  std::optional<Verdict> verdict(const std::vector<QualityFinding>& findings) const;

  const Host& host_;
  const Settings& settings_;
  std::optional<QualityRules> rules_;
  std::vector<BookInfo> books_;
  Codes book_codes_, unit_codes_, known_types_;
  std::string feed_, source_;
  Day arrival_;
  struct NewContent {
    std::int64_t content;
    std::string key;
    Day day;
  };
  std::unordered_map<const Document*, std::vector<QualityFinding>> duplicates_;
  std::unordered_map<const Document*, std::vector<NewContent>> new_contents_;
  std::vector<NewContent> contents_;
  std::map<std::pair<std::string, std::string>, Count> counts_;  // type, rule; rule "" = all documents and the dirty ones
  struct Told {
    std::string key, type;
    std::int64_t version;
    QualityFinding finding;
  };
  std::vector<Told> told_;
};

// Jobs `exchange quality`, `exchange feedback`.
std::string quality_list(const Host& host, Call call, const Fields& params);
std::string write_feedback(const Host& host, Call call, const Fields& params);

}  // namespace mif::exchange
