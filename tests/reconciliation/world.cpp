// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include <algorithm>

#include "calendar.h"
#include "payment_code.h"

namespace mif::reconciliation {

namespace {
constexpr const char* kText = "医保基金待遇支付";
constexpr const char* kTreasury = "990000200001";  // where premiums come from
}  // namespace

struct World::Kind {
  const char* name;
  int weight;  // of 10,000 events
  Tell tell;
};

// Weights follow a centre that pays by bank link and receives by document; what misleads is rare there, and here no rarer.
const std::vector<World::Kind>& World::kinds() {
  static const std::vector<Kind> all = {
      {"payment under its code, value date shifted", 5000, &World::plain},
      {"several alike to one payee on one day, coded", 500, &World::alike},
      {"one voucher, several payments", 400, &World::one_voucher},
      {"one debit for a whole batch document", 100, &World::payroll},
      {"code only in the remark", 250, &World::code_in_text},
      {"code in the remark cut off", 12, &World::cut_code},
      {"returned, booked in red", 100, &World::returned_red},
      {"returned under no code", 20, &World::returned_without_code},
      {"returned, not booked yet", 20, &World::returned_unbooked},
      {"returned before posting, paid again", 30, &World::returned_and_retried},
      {"voucher corrected by red letter", 60, &World::corrected},
      {"bank's own error taken back", 30, &World::bank_error},
      {"taken back, but both booked", 15, &World::reversed_and_booked},
      {"refund of a matched line, look-alike near", 15, &World::refund_of_matched},
      {"executed twice, one taken back", 10, &World::executed_twice},
      {"fee", 100, &World::fee},
      {"fees alike on one day", 12, &World::fees_alike},
      {"fee never booked", 25, &World::fee_unbooked},
      {"fee naming a payment's code", 12, &World::fee_of_a_payment},
      {"interest", 10, &World::interest},
      {"transfer between own accounts", 150, &World::transfer},
      {"transfer seen a week late", 12, &World::transfer_late},
      {"two equal transfers crossing", 10, &World::transfers_crossed},
      {"the true partner late, a false one near", 25, &World::transfer_rival},
      {"code right, amount wrong", 20, &World::wrong_amount},
      {"code of another payment, amount of this one", 25, &World::code_of_another},
      {"paid at the counter, a like payment missing", 25, &World::uninstructed},
      {"generic remark and amount, nothing else", 12, &World::undocumented},
      {"receipt by document", 2300, &World::receipt},
      {"receipt by document, dates far apart", 150, &World::receipt_shifted},
      {"one voucher, several receipts of a document", 120, &World::receipt_of_parts},
      {"one receipt, several lines of a document", 120, &World::receipt_to_parts},
      {"equal instalments of one document", 40, &World::receipt_alike},
      {"document with another amount, decoy near", 25, &World::receipt_differs},
      {"equal remittance every week", 60, &World::remitted_weekly},
      {"weekly remittance with a gap", 5, &World::weekly_gap},
      {"booked, not at the bank yet", 40, &World::not_yet_at_bank},
  };
  return all;
}

const std::vector<const char*>& World::categories() {
  static const std::vector<const char*> names = [] {
    std::vector<const char*> list;
    for (const auto& k : kinds()) list.push_back(k.name);
    return list;
  }();
  return names;
}

World::World(std::uint64_t seed, int events) : random_(seed) {
  int sum = 0;
  for (const auto& k : kinds()) sum += k.weight;
  for (int i = 0; i < events; ++i) {
    // every kind happens once, the rest by weight
    category_ = i;
    if (i >= static_cast<int>(kinds().size())) {
      int at = pick(sum);
      for (category_ = 0; at >= kinds()[static_cast<std::size_t>(category_)].weight; ++category_) at -= kinds()[static_cast<std::size_t>(category_)].weight;
    }
    (this->*kinds()[static_cast<std::size_t>(category_)].tell)();
  }
  std::shuffle(book.begin(), book.end(), random_);  // the bank's are in the order of the statement
  std::stable_sort(bank.begin(), bank.end(), [](const BankLine& a, const BankLine& b) { return a.day < b.day; });
  for (std::size_t i = 0; i < bank.size(); ++i) bank[i].bank_ref = "S" + std::to_string(7000000000 + i);
}

Day World::day_at(int n) { return treasury::plus_days(Day(2023, 1, 1), n); }
Day World::later(Day day, int days) { return treasury::plus_days(day, days); }
Fen World::usual_amount() {
  static constexpr std::int64_t kUsual[] = {5000, 20000, 100000, 300000, 1000000, 5000000};
  return Fen(kUsual[pick(6)]);
}
Fen World::amount() { return pick(5) ? Fen(100 + static_cast<std::int64_t>(random_() % 500'000'000)) : usual_amount(); }
std::string World::code_of(int payment) const { return payments.at(payment).code; }
int World::pay(Fen fen, const std::string& payee, std::int64_t voucher) {
  const int id = ++serial_;
  payments[id] = {treasury::payment_code("K3F7Q2", id), payee, fen, voucher, true};
  return id;
}
BankLine& World::at_bank(Day day, Fen fen, int truth) {
  bank.push_back({day, fen, "", "", "", "", truth, 0, false, category_});
  return bank.back();
}
BookLine& World::in_book(Day day, Fen fen, int truth) {
  book.push_back({day, fen, ++voucher_, 0, "", "", "", truth, category_});
  return book.back();
}

// --- paying ---------------------------------------------------------------------------------------------------------------
void World::plain() {
  const Day day = some_day();
  const Fen fen = amount();
  const std::string payee = hospital();
  BookLine& k = in_book(later(day, pick(3)), -fen, ++truth_);
  k.document = document("JS"), k.text = kText;
  const int p = pay(fen, payee, k.voucher);
  BankLine& b = at_bank(later(day, pick(8) ? 0 : pick(6)), -fen, truth_);
  b.client_ref = code_of(p), b.counter_account = payee, b.text = kText, b.payment = p;
}
void World::alike() {
  const Day day = some_day();
  const Fen fen = usual_amount();
  const std::string payee = hospital();
  for (int i = 0, n = 2 + pick(3); i < n; ++i) {
    BookLine& k = in_book(day, -fen, ++truth_);
    k.document = document("JS"), k.text = kText;
    const int p = pay(fen, payee, k.voucher);
    BankLine& b = at_bank(day, -fen, truth_);
    b.client_ref = code_of(p), b.counter_account = payee, b.text = kText, b.payment = p;
  }
}
void World::one_voucher() {
  const Day day = some_day();
  const int n = 2 + pick(5), truth = ++truth_;
  const std::int64_t voucher = ++voucher_;
  Fen sum;
  for (int i = 0; i < n; ++i) {
    const Fen fen = amount();
    const int p = pay(fen, hospital(), voucher);
    BankLine& b = at_bank(later(day, pick(3)), -fen, truth);
    b.client_ref = code_of(p), b.counter_account = payments[p].payee, b.text = kText, b.payment = p;
    sum += fen;
  }
  book.push_back({day, -sum, voucher, 0, document("JS"), "", kText, truth, category_});
}
void World::payroll() {
  const Day day = some_day();
  const std::string doc = document("DF");
  Fen sum;
  ++truth_;
  for (int i = 0, n = 2 + pick(7); i < n; ++i) {
    const Fen fen = pick(2) ? Fen(20000) : amount();
    BookLine& k = in_book(day, -fen, truth_);
    k.document = doc, k.text = "零星报销";
    sum += fen;
  }
  BankLine& b = at_bank(later(day, pick(4)), -sum, truth_);
  b.client_ref = doc, b.text = "代发";
}
void World::code_in_text() {
  plain();
  BankLine& b = bank.back();
  b.text = std::string(pick(2) ? "网银转账 " : "付") + b.client_ref + (pick(2) ? "" : " 示例市第一人民医院");
  b.client_ref.clear();
}
void World::cut_code() {
  plain();
  BankLine& b = bank.back();
  b.text = "网银转账 " + b.client_ref.substr(0, static_cast<std::size_t>(10 + pick(9)));
  b.client_ref.clear();
  b.payment = 0;  // no evidence: the code is not whole
}
void World::returned_red() {
  plain();
  const BookLine k = book.back();
  const BankLine b = bank.back();
  const Day day = later(b.day, 1 + pick(6));
  BankLine& back = at_bank(day, -b.fen, ++truth_);
  back.client_ref = b.client_ref, back.counter_account = b.counter_account, back.text = "退汇 账号户名不符", back.payment = b.payment, back.came_back = true;
  BookLine& red = in_book(later(day, pick(10)), -k.fen, truth_);
  red.reverses = k.voucher, red.text = "退汇", red.document = document("TH");
}
void World::returned_without_code() {
  plain();
  const BookLine k = book.back();
  const BankLine b = bank.back();
  const Day day = later(b.day, 1 + pick(6));
  BankLine& back = at_bank(day, -b.fen, ++truth_);
  back.counter_account = b.counter_account, back.text = "退汇";
  BookLine& red = in_book(later(day, pick(3)), -k.fen, truth_);
  red.reverses = k.voucher, red.text = "退回的款项", red.document = document("TH");
}
void World::returned_unbooked() {
  plain();
  const BankLine b = bank.back();
  BankLine& back = at_bank(later(b.day, 1 + pick(6)), -b.fen, 0);
  back.counter_account = b.counter_account, back.text = "退汇";
  if (pick(2)) back.client_ref = b.client_ref, back.payment = b.payment, back.came_back = true;
}
void World::returned_and_retried() {
  plain();
  const BookLine k = book.back();
  const BankLine b = bank.back();
  // the first attempt came back before the voucher posted
  const int first = pay(payments[b.payment].fen, hospital(), k.voucher);
  payments[first].settled = false;
  ++truth_;
  const Day day = later(b.day, -8);
  BankLine& out = at_bank(day, b.fen, truth_);
  out.client_ref = code_of(first), out.counter_account = payments[first].payee, out.text = kText, out.payment = first;
  BankLine& back = at_bank(later(day, 1 + pick(5)), -b.fen, truth_);
  back.client_ref = code_of(first), back.counter_account = payments[first].payee, back.text = "退汇", back.payment = first, back.came_back = true;
}

// --- what one side alone does ---------------------------------------------------------------------------------------------
void World::corrected() {
  plain();  // the right one
  const BookLine right = book.back();
  BookLine& wrong = in_book(later(right.day, -pick(3)), right.fen, ++truth_);
  wrong.text = kText;
  const std::int64_t voucher = wrong.voucher;
  BookLine& red = in_book(right.day, -right.fen, truth_);
  red.reverses = voucher, red.text = "更正";
}
void World::bank_error() {
  const Day day = some_day();
  const Fen fen = pick(3) ? amount() : usual_amount();
  const std::string other = hospital();
  BankLine& b = at_bank(day, -fen, ++truth_);
  b.counter_account = other, b.text = "转账";
  BankLine& back = at_bank(later(day, pick(5)), fen, truth_);
  back.counter_account = other, back.text = "冲正";
}
void World::reversed_and_booked() {
  const Day day = some_day();
  const Fen fen = amount();
  const std::string other = "99000030000" + std::to_string(pick(9));
  for (const int sign : {-1, 1}) {
    const Day then = sign < 0 ? day : later(day, 5);
    BankLine& b = at_bank(then, sign < 0 ? -fen : fen, ++truth_);
    b.counter_account = other, b.text = sign < 0 ? "调拨" : "调拨退汇";
    BookLine& k = in_book(later(then, pick(2)), sign < 0 ? -fen : fen, truth_);
    k.other_account = other, k.text = sign < 0 ? "调出" : "调回";
  }
}
// What comes back is of the matched payment; an unexplained debit of the same payee and amount stands nearer.
void World::refund_of_matched() {
  plain();
  const BankLine b = bank.back();
  BankLine& other = at_bank(later(b.day, 2), b.fen, 0);
  other.counter_account = b.counter_account, other.text = "柜面转账";
  BankLine& back = at_bank(later(b.day, 4), -b.fen, 0);
  back.counter_account = b.counter_account, back.text = "退汇";
}
// The payment went out twice and one of the two came back: which one, the data do not say.
void World::executed_twice() {
  plain();
  const BankLine b = bank.back();
  at_bank(b.day, b.fen, ++truth_) = b;
  bank.back().truth = truth_, bank.back().payment = 0;
  BankLine& back = at_bank(later(b.day, 1), -b.fen, truth_);
  back.client_ref = b.client_ref, back.counter_account = b.counter_account, back.text = "冲正 重复支付";
}
void World::fee() {
  const Day day = some_day();
  const Fen fen(150 + pick(20000));
  at_bank(day, -fen, ++truth_).text = "手续费";
  in_book(later(day, pick(3)), -fen, truth_).text = "手续费";
}
void World::fees_alike() {
  const Day day = some_day();
  for (int i = 0, n = 2 + pick(2); i < n; ++i) {
    at_bank(day, Fen(-200), ++truth_).text = "手续费";
    in_book(day, Fen(-200), truth_).text = "手续费";
  }
}
void World::fee_unbooked() { at_bank(some_day(), pick(2) ? Fen(-200) : Fen(-150 - pick(20000)), 0).text = "手续费"; }
void World::fee_of_a_payment() {
  plain();
  const std::string code = bank.back().client_ref;
  const Fen fen(150 + pick(20000));
  const Day day = bank.back().day;
  BankLine& b = at_bank(day, -fen, ++truth_);
  b.client_ref = code, b.text = "汇划费";
  in_book(day, -fen, truth_).text = "汇划费";
}
void World::interest() {
  const Day day = some_day();
  const Fen fen = Fen(1000 + static_cast<std::int64_t>(random_() % 90'000'000));
  at_bank(day, fen, ++truth_).text = "结息";
  in_book(later(day, pick(3)), fen, truth_).text = "结息";
}

// --- between own accounts -------------------------------------------------------------------------------------------------
void World::transfer() {
  const Day day = some_day();
  const Fen fen = pick(2) ? amount() : Fen(100'000'000 + 50'000'00 * pick(1000));
  const std::string other = "99000020000" + std::to_string(pick(9));
  BankLine& b = at_bank(day, fen, ++truth_);
  b.counter_account = other, b.text = "拨入";
  BookLine& k = in_book(later(day, pick(4) - 1), fen, truth_);
  k.other_account = other, k.text = "用款";
}
void World::transfer_late() {
  transfer();
  bank.back().day = later(book.back().day, 5 + pick(4));
}
void World::transfers_crossed() {
  transfer();
  const BankLine b = bank.back();
  const BookLine k = book.back();
  BankLine& b2 = at_bank(later(b.day, 1), b.fen, ++truth_);
  b2.counter_account = b.counter_account, b2.text = b.text;
  BookLine& k2 = in_book(later(k.day, 1), k.fen, truth_);
  k2.other_account = k.other_account, k2.text = k.text;
}
// Booked on the 3rd, at the bank on the 9th; a line of the bank on the 2nd, never booked, looks just like it. Or the other way round.
void World::transfer_rival() {
  const Day day = some_day();
  const Fen fen = amount();
  const std::string other = "99000020000" + std::to_string(pick(9));
  const bool bank_late = pick(2) != 0;
  const int apart = 5 + pick(4);
  BankLine& b = at_bank(bank_late ? later(day, apart) : day, fen, ++truth_);
  b.counter_account = other, b.text = "拨入";
  BookLine& k = in_book(bank_late ? day : later(day, apart), fen, truth_);
  k.other_account = other, k.text = "用款";
  if (bank_late) {
    BankLine& stray = at_bank(later(day, -1), fen, 0);
    stray.counter_account = other, stray.text = "拨入";
  } else {
    BookLine& stray = in_book(later(day, 1), fen, 0);
    stray.other_account = other, stray.text = "用款";
  }
}

// --- instructions and what contradicts them ----------------------------------------------------------------------------------
void World::wrong_amount() {
  plain();
  BankLine& b = bank.back();
  b.fen = b.fen + Fen(-900);
  b.truth = book.back().truth = 0;
  b.payment = 0;
}
// A debit with the code of a payment made already, in the amount and to the payee of one that has no line.
void World::code_of_another() {
  plain();
  const std::string code = bank.back().client_ref;
  const Day day = bank.back().day;
  plain();
  BankLine& b = bank.back();
  b.day = book.back().day = day;
  b.client_ref = pick(2) ? code : "";
  if (b.client_ref.empty()) b.text = "补付 " + code;
  b.truth = book.back().truth = 0;
  b.payment = 0;
  if (b.fen == bank[bank.size() - 2].fen) b.fen = b.fen + Fen(-1), book.back().fen = b.fen, payments.rbegin()->second.fen = -b.fen;
}
// Somebody paid at the counter; the system paid the same payee the same amount, and that line has not come.
void World::uninstructed() {
  plain();
  BankLine& b = bank.back();
  b.client_ref.clear(), b.payment = 0, b.day = later(book.back().day, pick(3));
  b.truth = book.back().truth = 0;
}
void World::undocumented() {
  plain();
  payments.erase(bank.back().payment);
  BankLine& b = bank.back();
  b.client_ref.clear(), b.payment = 0, b.day = book.back().day;
  b.truth = book.back().truth = 0;  // the payee of the book's line is another one, which the book does not say
}

// --- receiving ------------------------------------------------------------------------------------------------------------
void World::receipt() {
  const Day day = some_day();
  const Fen fen = pick(4) ? amount() : usual_amount();
  const std::string doc = document("BF");
  BankLine& b = at_bank(day, fen, ++truth_);
  b.client_ref = doc, b.counter_account = kTreasury, b.text = "保费";
  BookLine& k = in_book(later(day, pick(3)), fen, truth_);
  k.document = doc, k.text = "保费收入", k.other_account = pick(2) ? kTreasury : "";
}
void World::receipt_shifted() {
  receipt();
  book.back().day = later(bank.back().day, 5 + pick(60));
}
void World::receipt_of_parts() {
  const Day day = some_day();
  const std::string doc = document("BF");
  Fen sum;
  ++truth_;
  for (int i = 0, n = 2 + pick(5); i < n; ++i) {
    const Fen fen = pick(2) ? usual_amount() : amount();
    BankLine& b = at_bank(later(day, pick(3)), fen, truth_);
    b.client_ref = doc, b.counter_account = kTreasury, b.text = "保费";
    sum += fen;
  }
  BookLine& k = in_book(later(day, pick(3)), sum, truth_);
  k.document = doc, k.text = "保费收入";
}
void World::receipt_to_parts() {
  const Day day = some_day();
  const std::string doc = document("BF");
  Fen sum;
  ++truth_;
  const std::int64_t voucher = ++voucher_;
  for (int i = 0, n = 2 + pick(5); i < n; ++i) {
    const Fen fen = pick(2) ? usual_amount() : amount();
    book.push_back({later(day, pick(2)), fen, voucher, 0, doc, "", "保费收入", truth_, category_});
    sum += fen;
  }
  BankLine& b = at_bank(day, sum, truth_);
  b.client_ref = doc, b.counter_account = kTreasury, b.text = "保费";
}
// The document is the group: nothing else tells its equal lines apart.
void World::receipt_alike() {
  const Day day = some_day();
  const std::string doc = document("BF");
  const Fen fen = usual_amount();
  ++truth_;
  for (int i = 0, n = 2 + pick(2); i < n; ++i) {
    BankLine& b = at_bank(day, fen, truth_);
    b.client_ref = doc, b.counter_account = kTreasury, b.text = "保费";
    BookLine& k = in_book(day, fen, truth_);
    k.document = doc, k.text = "保费收入";
  }
}
// The book has the document with a mistyped amount; a line of another document, whose money has not come, has the amount of the bank's.
void World::receipt_differs() {
  const Day day = some_day();
  const Fen fen = amount();
  const std::string doc = document("BF");
  BankLine& b = at_bank(day, fen, 0);
  b.client_ref = doc, b.counter_account = kTreasury, b.text = "保费";
  BookLine& k = in_book(day, fen + Fen(900), 0);
  k.document = doc, k.text = "保费", k.other_account = kTreasury;
  BookLine& decoy = in_book(later(day, 1), fen, 0);
  decoy.document = document("BF"), decoy.text = "保费", decoy.other_account = kTreasury;
}
void World::remitted_weekly() {
  const int start = pick(300);
  const Fen fen = amount();
  const std::string other = "99000040000" + std::to_string(pick(9));
  for (int i = 0; i < 5; ++i) {
    BankLine& b = at_bank(day_at(start + 7 * i), fen, ++truth_);
    b.counter_account = other, b.text = "缴款";
    BookLine& k = in_book(day_at(start + 7 * i + pick(3)), fen, truth_);
    k.other_account = other, k.text = "缴款";
  }
}
// One week's remittance was never booked, another's booking waits for the bank.
void World::weekly_gap() {
  remitted_weekly();
  bank[bank.size() - 2].truth = 0;
  book.erase(book.end() - 2);
  BookLine& k = in_book(later(bank.back().day, 6), bank.back().fen, 0);
  k.other_account = bank.back().counter_account, k.text = "缴款";
}
void World::not_yet_at_bank() {
  const Day day = day_at(340 + pick(20));
  if (pick(2)) {
    BookLine& k = in_book(day, -amount(), 0);
    k.document = document("JS"), k.text = kText;
    pay(-k.fen, hospital(), k.voucher);
  } else {
    BookLine& k = in_book(day, amount(), 0);
    k.document = document("BF"), k.text = "保费收入";
  }
}

}  // namespace mif::reconciliation
