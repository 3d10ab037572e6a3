// SPDX-License-Identifier: Apache-2.0
// A bank in memory. What every adapter has to show is here: a client_ref takes effect once, a doubtful answer is UNKNOWN and
// never REFUSED, nothing is sent while a ledger transaction is open, the statement's lines add up to its balances.
#include <map>
#include <mutex>

#include "mif/extensions.hpp"
#include "mif/services.hpp"

namespace {

using namespace mif;

class MemoryBank : public Plugin, public BankAdapter {
 public:
  using Plugin::Plugin;
  const void* extension(std::string_view id) override { return id == MIF_BANK_ADAPTER_ID ? BankAdapter::abi() : nullptr; }

  std::string describe(Call) override {
    return R"({"protocol":"memory","profiles":["memory"],"idempotent_resend":true,"statement_echoes_ref":true})";
  }

  void submit(Call call, std::string_view, const mif_payment* payments, std::uint32_t n, mif_pay_sink& out) override {
    if (call.get()->flags & MIF_CALL_IN_TXN) throw Error(MIF_E_CONFLICT, "记账事务未结束，不能付款 (a ledger transaction is open)");
    const std::lock_guard lock(mutex_);
    for (std::uint32_t i = 0; i < n; ++i) {
      const mif_payment& p = payments[i];
      const std::string ref = str(p.client_ref);
      int outcome = MIF_PAY_DUPLICATE;
      if (done_.count(ref) == 0) {
        outcome = MIF_PAY_REFUSED;
        if (p.fen > 0 && balance_of(str(p.payer_account)) >= Fen(p.fen)) {
          done_[ref] = {str(p.payer_account), str(p.payee_account), str(p.payee_name), Fen(p.fen), Day(p.day)};
          outcome = MIF_PAY_DONE;
        }
      }
      if (answer(out, ref, outcome)) return;
    }
  }

  void query(Call, std::string_view, std::string_view, const mif_str* refs, std::uint32_t n, mif_pay_sink& out) override {
    const std::lock_guard lock(mutex_);
    for (std::uint32_t i = 0; i < n; ++i)
      if (answer(out, str(refs[i]), done_.count(str(refs[i])) ? MIF_PAY_DONE : MIF_PAY_NOT_FOUND)) return;
  }

  void statement(Call, std::string_view, std::string_view account, Day from, Day to, mif_statement_sink& out) override {
    const std::lock_guard lock(mutex_);
    Fen opening = kOpening;
    for (const auto& [ref, p] : done_)
      if (p.payer == account && p.day < from) opening -= p.fen;
    Fen running = opening, closing = opening;
    const auto in_range = [&](const Paid& p) { return p.payer == account && from <= p.day && p.day <= to; };
    for (const auto& [ref, p] : done_)
      if (in_range(p)) closing -= p.fen;
    if (out.balances(&out, opening.value(), closing.value())) return;
    for (const auto& [ref, p] : done_) {
      if (!in_range(p)) continue;
      running -= p.fen;
      auto line = sized<mif_statement_line>();
      line.day = p.day.value();
      line.fen = -p.fen.value();
      line.balance_fen = running.value();
      line.bank_ref = line.client_ref = s(ref);
      line.counter_account = s(p.payee);
      line.counter_name = s(p.payee_name);
      if (out.on(&out, &line)) return;
    }
  }

  Fen balance(Call, std::string_view, std::string_view account) override {
    const std::lock_guard lock(mutex_);
    return balance_of(std::string(account));
  }

 private:
  struct Paid {
    std::string payer, payee, payee_name;
    Fen fen;
    Day day;
  };
  static constexpr Fen kOpening{100000000};  // every account starts with 1,000,000.00
  Fen balance_of(const std::string& account) const {
    Fen left = kOpening;
    for (const auto& [ref, p] : done_)
      if (p.payer == account) left -= p.fen;
    return left;
  }
  static bool answer(mif_pay_sink& out, const std::string& ref, int outcome) {
    auto a = sized<mif_pay_answer>();
    a.outcome = outcome;
    a.client_ref = a.bank_ref = s(ref);
    return out.on(&out, &a) != 0;
  }

  std::mutex mutex_;
  std::map<std::string, Paid> done_;
};

}  // namespace

MIF_PLUGIN(MemoryBank, "example-bank", "1.0.0", MIF_LIST(MIF_BANK_ADAPTER_ID), MIF_LIST(MIF_CLOCK_ID))
