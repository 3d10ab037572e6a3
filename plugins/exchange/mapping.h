// SPDX-License-Identifier: Apache-2.0
// The heart of the module: one document and one rule set give one voucher draft, or a share of one. Pure: no clock, no I/O.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "document.h"
#include "rules.h"

namespace mif::exchange {

struct Payable {
  Fen fen;
  std::string payer_account, payee_account, payee_name, payee_bank_no, purpose;
};

struct Mapped {
  VoucherDraft draft;  // source_key and maker are left to the caller
  std::optional<Payable> payable;
  std::string rule;
  std::string gather_key;  // of Shape
  Fen amount;
  bool memo = false;  // no voucher: the register is all
};

// What all documents share that agree in every field the rules look at, money aside: the entry without its amounts.
struct Shape {
  struct Line {
    int side = MIF_DEBIT, sign = 1;
    std::size_t money = 0;  // which money field
    std::string account, aux, summary;
  };
  const DocumentType* type = nullptr;
  std::string rule;   // its name
  bool memo = false;  // no entry at all
  VoucherDraft head;  // without lines, source_key and maker
  std::vector<Line> lines;
  std::optional<Payable> payable;  // without its amount
  std::size_t payable_money = 0;
  // "institution-settlement/1/990000-310/20230612/H1": documents with the same key share a voucher. Empty = a voucher of its own.
  std::string gather_key;
};

// A document against its rules.
struct Evaluated {
  const Shape* shape = nullptr;
  std::vector<Fen> money;  // as Shape::Line::money counts; 0 = amount
  Fen amount() const { return money.front(); }
  Fen of(const Shape::Line& line) const { return money[line.money] * line.sign; }
  Mapped mapped() const;
};

// Evaluates documents of one rule set, which must outlive it. Remembers the shapes it has met, so that a document of a known
// shape costs a look-up and its sums. [one thread]
class Evaluator {
 public:
  explicit Evaluator(const RuleSet& rules);
  ~Evaluator();
  Evaluator(Evaluator&&) noexcept;

  // Valid until the next call; the shape of a gathered document until `forget`. Throws MIF_E_INVALID with the reason a person can
  // act on when the document does not follow the standard or no rule fits it.
  const Evaluated& evaluate(const Document& document);
  std::size_t remembered() const;
  void forget();

 private:
  struct Type;
  const Shape& shape_of(Type& type, const Document& document);
  void build(Shape& shape, const Type& type, const Rule& rule, const Document& document) const;
  const RuleSet& rules_;
  std::unordered_map<std::string, std::unique_ptr<Type>> types_;
  std::vector<std::string_view> values_;  // of the document at hand, by place
  std::string key_;
  Shape own_;  // of a document that is not gathered
  Evaluated evaluated_;
};

// The same for one document.
Mapped map_document(const RuleSet& rules, const Document& document);

// No document is about more than a trillion yuan: an amount beyond is a mistake, and sums of such would not fit.
inline constexpr Fen kMostMoney{100'000'000'000'000};

// The document's total, or 0 when it cannot be read or is beyond kMostMoney: only for counting what is held.
Fen amount_of(const Document& document);

}  // namespace mif::exchange
