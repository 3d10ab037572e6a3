// SPDX-License-Identifier: Apache-2.0
// One rule file: what the documents of a scheme look like and which voucher each of them becomes. Versioned data, checked
// when it is read; docs/exchange/rules.md. Immutable after loading, so any thread may map with it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mif/day.hpp"
#include "mif/pattern.hpp"
#include "mif/services.hpp"

namespace mif::exchange {

// A text with {field} placeholders.
class Pattern {
 public:
  Pattern() = default;
  // Throws MIF_E_INVALID for a broken brace.
  explicit Pattern(std::string_view text);
  const std::string& text() const { return text_; }
  std::vector<std::string> fields() const;
  bool empty() const { return pieces_.empty(); }
  std::string fill(const std::function<std::string(const std::string& field)>& value) const;

 private:
  struct Piece {
    std::string text;
    bool field = false;
  };
  std::string text_;
  std::vector<Piece> pieces_;
};

struct Condition {
  std::string field;
  std::vector<std::string> values;
  bool negated = false;
  bool holds(std::string_view value) const;
  // No value satisfies both.
  bool excludes(const Condition& other) const;
};

struct LineRule {
  int side = MIF_DEBIT;
  int sign = 1;  // -1 = red entry on the same side
  std::string amount;
  Pattern account, summary;
  std::vector<std::pair<std::string, Pattern>> aux;  // dimension, item; an empty item leaves the dimension out
  int line = 0;
};

struct PayableRule {
  std::string amount;
  Pattern payer, payee_account, payee_name, payee_bank, purpose;
};

// Which documents share a voucher.
enum class Gather { document, batch, institution_day };

struct Rule {
  std::string name;  // "employee 2026.1 institution-settlement/1"
  Day valid_from, valid_to;
  std::vector<Condition> match;
  std::string word, flow;
  Gather gather = Gather::document;
  Pattern summary;
  std::vector<LineRule> lines;
  std::optional<PayableRule> payable;
  int line = 0;
};

struct CodeField {
  std::string field, list;
};

// Money that explains `amount` and is not booked: claimed less what was deducted and withheld.
struct Figure {
  int sign = 1;
  std::string field;
};

// amount = base x days x per_day, to the fen, half a fen up; checked when the document gives base or days.
struct Accrual {
  std::string base, days;
  std::int64_t per_day = 0;  // in 1/100,000,000
};

// The day of the document that this one goes back on. Where a document gives it, `year` must be what it is: "current" (of the
// document's own year) or "prior"; "month" is stricter than current.
struct Original {
  std::string day;
  Pattern year;
};

// What one type of document has to look like.
struct DocumentType {
  std::string type, name;
  std::vector<std::vector<std::string>> parts;  // each group of money fields adds up to `amount`
  std::vector<std::string> text, optional;
  std::vector<CodeField> codes;
  std::vector<std::vector<Figure>> figures;  // each group adds up to `amount` when the document has any of it
  std::optional<Accrual> accrual;
  std::optional<Original> original;
  bool memo = false;      // kept in the register, no entry; has no rules
  bool negative = false;  // reversal documents with negative money are allowed
  std::string sign;       // code field that says "-" exactly when the amount is negative
  std::vector<std::string> reversed_by;  // types that reverse this one; the type itself when it may be negative
  std::vector<Rule> rules;
  int line = 0;

  bool is_money(std::string_view field) const;
  bool is_figure(std::string_view field) const;  // of a group of figures, the accrual, the original's day; never booked
  bool explains(std::string_view field) const { return is_figure(field) || (!sign.empty() && field == sign); }  // check_figures reads it
  bool is_optional(std::string_view field) const;
};

struct RuleSet {
  std::string file, name, chart, scheme, version;
  std::vector<std::string> retired;  // types an earlier version had and this one gives up
  std::map<std::string, std::map<std::string, std::string>, std::less<>> lists;  // list -> code -> name
  std::map<std::string, DocumentType, std::less<>> types;

  const DocumentType* find(std::string_view type) const {
    const auto found = types.find(type);
    return found == types.end() ? nullptr : &found->second;
  }
};

// The fields every document has beside those of its type.
const std::vector<std::string>& common_fields();

// Throws MIF_E_INVALID "FILE:LINE: ...": unknown key, field or code, overlapping rules, a rule that cannot balance.
RuleSet load_rules(const Node& root, const std::string& file);

// Every account a rule can name must be a leaf of the book's chart. Throws MIF_E_INVALID "FILE:LINE: ...".
void check_accounts(const RuleSet& rules, const std::string& book, const std::function<const AccountInfo*(const std::string&)>& find);

}  // namespace mif::exchange
