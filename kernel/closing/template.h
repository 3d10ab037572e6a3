// SPDX-License-Identifier: Apache-2.0
// Closing templates (期末结转模板) as data: which vouchers a month or year end makes, and from which figures.
//
//   template deferred-premium {
//     title "待转社会保险费年末分配"  version 1  scheme 310  from 2018-01  when december
//     kind allocate  source 4601
//     line { account 40010101 aux "mode=1" ratio deferred-premium }
//     line { account 40010201 aux "mode=1" rest yes }
//   }
// kinds: carry (every account's closes_to) · allocate (empties `source` into the lines) · true-up (moves between the two `line`
// accounts what last year's allocation `of` got wrong) · transfer (lines with side and amount).
// amounts: balance(A) opening(A) movement(A) debit(A) credit(A) year(A), "A mode=1" for one auxiliary item; sums and differences;
// "* 0.62", "* 31/50", "* ratio(NAME)"; the last line of a side may be "rest".
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mif/day.hpp"
#include "mif/money.hpp"

namespace mif::closing {

// An exact fraction; never a floating-point number.
struct Share {
  std::int64_t numerator = 0, denominator = 1;
  static Share parse(std::string_view text);  // "0.62", "62%", "31/50"; MIF_E_INVALID
  std::string text() const;
  Fen of(Fen fen) const;  // to the fen, halves away from zero
  bool within_one() const { return numerator >= 0 && denominator > 0 && numerator <= denominator; }
};

// A parsed amount. `figure` answers balance, opening, ... of an account; `ratio` answers a share by its name.
class Amount {
 public:
  struct Source {
    std::function<Fen(std::string_view function, std::string_view account, std::string_view aux)> figure;
    std::function<Share(std::string_view name)> ratio;
  };
  static Amount parse(std::string_view text);  // MIF_E_INVALID naming the place
  Fen value(const Source& source) const;

 private:
  struct Node;
  friend struct Parser;
  std::shared_ptr<const Node> root_;
};

enum class Kind { carry, allocate, true_up, transfer };
enum class When { month, december, any };
struct TemplateLine {
  int side = 0;  // transfer only
  std::string account, aux, summary, ratio;
  std::string amount_text;
  Amount amount;
  bool rest = false;
  int line = 0;  // in the file
};
struct Template {
  std::string name, title, scheme, summary, source, of, ratio, word = "转", file;
  int version = 1, line = 0;
  Period from, to;  // to: year 0 = open
  Kind kind = Kind::carry;
  When when = When::month;
  std::vector<std::string> after;
  std::vector<TemplateLine> lines;
};

const char* title_of(Kind kind);
// MIF_E_INVALID "FILE:LINE: ..." for anything it does not understand.
std::vector<Template> read_templates_info(const std::string& path);
std::vector<Template> parse_templates(std::string_view text, const std::string& file);
// All *.info of a folder (none when it does not exist), in an order that respects `after`; refuses cycles and unknown names.
std::vector<Template> read_template_folder(const std::string& folder);
std::vector<Template> in_order(std::vector<Template> templates);

}  // namespace mif::closing
