// SPDX-License-Identifier: Apache-2.0
// From an application to its voucher and payable; what takes budget and what gives it back.
#include <gtest/gtest.h>

#include "mif/error.hpp"
#include "tests/funds/home.h"

namespace mif::test {
namespace {

Params of(std::int64_t id, Params more = {}) {
  more.push_back({"id", std::to_string(id)});
  return more;
}

TEST(FundApplication, is_approved_holds_its_budget_and_proposes_its_voucher) {
  FundsHome h;
  h.budget("1000.00");
  const auto id = h.apply("600.00");
  EXPECT_EQ(h.state(id), "submitted");
  EXPECT_EQ(h.line("held"), "0.00");
  const auto done = h.first("fund approve", of(id), "chief1");
  EXPECT_EQ(text_of(done, "state"), "approved");
  EXPECT_EQ(text_of(done, "payee_name"), "示例省职工支出户") << "an own account needs no name from a person";
  EXPECT_EQ(h.line("held"), "600.00");
  EXPECT_EQ(h.line("left"), "400.00");
  const auto voucher = h.voucher(h.voucher_of(id));
  EXPECT_EQ(h.lines(voucher.id), "D 1004 bank_account=9900001004001 600.00 / C 1003 bank_account=9900001003001 600.00");
  EXPECT_EQ(voucher.flow, "voucher-payment");
  EXPECT_EQ(voucher.maker, "maker1");
  EXPECT_EQ(h.count("select count(*) from x_funds_payable where fen = 60000 and budget = '990000-310/拨款/2023' and budget_fen = 100000 and budget_flagged = 0 and payer_account = '9900001003001' and payee_account = '9900001004001'"), 1);
  EXPECT_EQ(h.refusal("fund approve", of(id), "chief2"), "fund.not-waiting");
  const auto history = h.run("fund show", of(id))->getArray("items");
  ASSERT_EQ(history->size(), 3u);
  EXPECT_EQ(text_of(history->getObject(0), "voucher_state"), "submitted");
  EXPECT_EQ(text_of(history->getObject(1), "action") + text_of(history->getObject(2), "action"), "applyapprove");
  EXPECT_EQ(text_of(history->getObject(2), "actor"), "chief1");
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 0);
  EXPECT_EQ(h.count("select count(*) from audit_entry where action = 'funds.approve'"), 1);
  EXPECT_TRUE(h.verified());
}

TEST(FundApplication, needs_two_where_the_flow_says_so_and_never_its_maker) {
  FundsHome h;
  h.budget("10000.00");
  const auto id = h.apply("5000.00");
  EXPECT_EQ(text_of(h.first("fund approve", of(id), "chief1"), "state"), "submitted") << "5000.00 needs two";
  EXPECT_EQ(h.line("held"), "0.00");
  EXPECT_EQ(h.refusal("fund approve", of(id), "chief1"), "workflow.acted-before");
  EXPECT_EQ(text_of(h.first("fund approve", of(id), "chief2"), "state"), "approved");
  EXPECT_EQ(h.line("held"), "5000.00");
  const auto own = h.first("fund apply", {{"kind", "allocation"}, {"book", kBook}, {"from", kFiscal}, {"to", kExpense}, {"amount", "1.00"}, {"budget", "拨款"}, {"purpose", "x"}, {"day", "2023-06-20"}}, "chief3");
  EXPECT_EQ(h.refusal("fund approve", of(own->getValue<Poco::Int64>("id")), "chief3"), "workflow.maker-decides");
  EXPECT_EQ(h.refusal("fund approve", of(own->getValue<Poco::Int64>("id")), "maker1"), "identity.no-permission");
}

TEST(FundApplication, above_its_budget_nothing_happens_at_all) {
  FundsHome h;
  const auto first = h.apply("600.00");
  EXPECT_EQ(h.refusal("fund approve", of(first), "chief1"), "fund.no-budget");
  h.budget("1000.00");
  h.run("fund approve", of(first), "chief1");
  const auto second = h.apply("400.01");
  EXPECT_EQ(h.refusal("fund approve", of(second), "chief1"), "fund.over-budget");
  EXPECT_EQ(h.state(second), "submitted");
  EXPECT_EQ(h.count("select count(*) from workflow_decision where actor = 'chief1' and node = 'approve'"), 2) << "the budget's and the first's: a refused approval leaves no decision";
  EXPECT_EQ(h.count("select count(*) from x_funds_payable"), 1);
  h.run("fund approve", of(h.apply("400.00")), "chief1");
  EXPECT_EQ(h.line("left"), "0.00");
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 0);
}

TEST(FundApplication, refused_and_withdrawn_give_back_what_they_held) {
  FundsHome h;
  h.budget("1000.00");
  const auto refused = h.apply("600.00"), withdrawn = h.apply("700.00");
  EXPECT_EQ(text_of(h.first("fund approve", of(refused, {{"reject", "yes"}, {"comment", "用途不明"}}), "chief1"), "state"), "refused");
  EXPECT_EQ(text_of(h.first("fund show", of(refused)), "reason"), "用途不明");
  h.run("fund approve", of(withdrawn), "chief1");
  EXPECT_EQ(h.line("held"), "700.00");
  EXPECT_EQ(h.refusal("fund withdraw", of(withdrawn, {{"reason", "x"}}), "chief3"), "fund.not-maker");
  h.run("fund withdraw", of(withdrawn, {{"reason", "不用了"}}));
  EXPECT_EQ(h.line("held"), "0.00");
  EXPECT_EQ(h.line("left"), "1000.00");
  EXPECT_EQ(static_cast<int>(h.voucher(h.voucher_of(withdrawn)).state), MIF_VOUCHER_VOID);
  h.run("fund withdraw", of(withdrawn, {{"reason", "不用了"}}));
  EXPECT_EQ(h.line("held"), "0.00") << "and once only";
  EXPECT_EQ(h.refusal("fund approve", of(withdrawn), "chief1"), "fund.not-waiting");
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 0);
}

TEST(FundApplication, what_is_reviewed_is_no_longer_withdrawn_or_edited) {
  FundsHome h;
  h.budget("1000.00");
  const auto id = h.apply("600.00");
  h.run("fund approve", of(id), "chief1");
  h.decide(h.voucher_of(id));
  EXPECT_EQ(h.refusal("fund withdraw", of(id, {{"reason", "x"}})), "voucher.approved");
  EXPECT_EQ(h.refusal("fund edit", of(id, {{"amount", "1.00"}})), "voucher.approved");
  EXPECT_EQ(h.line("held"), "600.00");
  EXPECT_EQ(h.state(id), "approved");
}

TEST(FundApplication, any_edit_voids_its_approval) {
  FundsHome h;
  h.budget("200000.00");
  h.budget("200000.00", kBook, "其他");
  for (const auto& [name, value] : Params{{"to", "62258801"}, {"payee-name", "别人"}, {"payee-bank-no", "102290000099"}, {"amount", "6000.01"}, {"budget", "其他"}, {"purpose", "别的用途"}, {"day", "2023-06-21"}}) {
    SCOPED_TRACE(name);
    const auto id = h.apply("6000.00", {{"kind", "plain"}, {"from", kExpense}, {"to", "62258800"}, {"payee-name", "某公司"}, {"payee-bank-no", "102290000001"}});
    h.run("fund approve", of(id), "chief1");
    EXPECT_EQ(text_of(h.first("fund edit", of(id, {{name, value}})), "version"), "2");
    EXPECT_EQ(h.refusal("fund approve", of(id, {{"version", "1"}}), "chief2"), "fund.edited");
    EXPECT_EQ(text_of(h.first("fund approve", of(id), "chief2"), "state"), "submitted") << "chief1 approved something else";
    EXPECT_EQ(text_of(h.first("fund approve", of(id), "chief1"), "state"), "approved");
    const auto first_voucher = h.voucher_of(id);
    EXPECT_EQ(text_of(h.first("fund edit", of(id, {{"purpose", "再改"}})), "state"), "submitted") << "approved, and its voucher not reviewed";
    EXPECT_EQ(static_cast<int>(h.voucher(first_voucher).state), MIF_VOUCHER_VOID);
    EXPECT_EQ(h.count("select cast(sum(held_fen) as bigint) from x_funds_line"), 0);
  }
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 0);
}

TEST(FundApplication, content_changed_behind_its_back_is_not_approved) {
  FundsHome h;
  h.budget("10000.00");
  for (const char* change : {"to_account = '1'", "payee_name = 'x'", "payee_bank_no = '102290000099'", "fen = fen + 1", "purpose = 'x'", "item = 'y'", "from_account = '9900001004001'", "day = 20230621"}) {
    const auto id = h.apply("600.00");
    h.write_sql(std::string("update x_funds_application set ") + change + " where id = " + std::to_string(id));
    EXPECT_EQ(h.refusal("fund approve", of(id), "chief1"), "fund.content-changed") << change;
  }
  EXPECT_EQ(h.run("fund verify")->getObject("totals")->getValue<int>("findings"), 8);
}

TEST(FundApplication, verify_names_what_somebody_changed) {
  FundsHome h;
  h.budget("1000.00");
  h.run("fund approve", of(h.apply("600.00")), "chief1");
  ASSERT_EQ(h.run("fund verify")->getValue<int>("exit"), 0);
  const std::pair<const char*, const char*> changes[] = {{"update x_funds_line set held_fen = held_fen - 1", "update x_funds_line set held_fen = held_fen + 1"},
                                                         {"update x_funds_line set fen = fen + 1", "update x_funds_line set fen = fen - 1"},
                                                         {"update x_funds_payable set payee_account = '1'", "update x_funds_payable set payee_account = '9900001004001'"},
                                                         {"update x_funds_application set taken = 'none'", "update x_funds_application set taken = 'held'"},
                                                         {"update x_funds_application set state = 'paid'", "update x_funds_application set state = 'approved'"}};
  for (const auto& [change, undo] : changes) {
    h.write_sql(change);
    EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 3) << change;
    h.write_sql(undo);
    EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 0) << undo;
  }
  EXPECT_THROW(h.write_sql("update x_funds_line set held_fen = fen + 1"), Error) << "the table itself refuses more than the budget";
  EXPECT_THROW(h.write_sql("update x_funds_line set paid_fen = -1"), Error);
}

TEST(FundApplication, a_voucher_sent_back_is_named_and_can_be_ended) {
  FundsHome h;
  h.budget("1000.00");
  const auto id = h.apply("600.00");
  h.run("fund approve", of(id), "chief1");
  const auto voucher = h.voucher_of(id);
  h.decide(voucher, false);
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 3);
  EXPECT_EQ(h.run("fund verify")->getArray("items")->size(), 0u) << "somebody has to act; nothing is broken";
  EXPECT_EQ(h.line("held"), "600.00") << "its maker may send it in again";
  h.run("fund withdraw", of(id, {{"reason", "复核退回"}}));
  EXPECT_EQ(static_cast<int>(h.voucher(voucher).state), MIF_VOUCHER_VOID);
  EXPECT_EQ(h.line("held"), "0.00");
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 0);
  const auto edited = h.apply("500.00");
  h.run("fund approve", of(edited), "chief1");
  h.decide(h.voucher_of(edited), false);
  h.run("fund edit", of(edited, {{"amount", "400.00"}}));
  h.run("fund approve", of(edited), "chief1");
  EXPECT_EQ(h.line("held"), "400.00");
  const auto voided = h.apply("100.00");
  h.run("fund approve", of(voided), "chief1");
  h.void_voucher(h.voucher_of(voided));
  EXPECT_EQ(h.run("fund verify")->getValue<int>("exit"), 3);
  h.run("fund withdraw", of(voided, {{"reason", "凭证作废"}}));
  EXPECT_EQ(h.line("held"), "400.00");
  EXPECT_TRUE(h.verified());
}

TEST(FundApplication, what_cannot_be_is_refused_when_it_is_asked_for) {
  FundsHome h;
  const auto refused = [&](Params more) {
    Params params = {{"kind", "allocation"}, {"book", kBook}, {"from", kFiscal}, {"to", kExpense}, {"amount", "1.00"}, {"budget", "拨款"}, {"purpose", "x"}, {"day", "2023-06-20"}};
    for (const auto& [name, value] : more) {
      bool known = false;
      for (auto& p : params)
        if (p.first == name) p.second = value, known = true;
      if (!known) params.push_back({name, value});
    }
    return h.refusal("fund apply", params);
  };
  EXPECT_EQ(refused({{"kind", "gift"}}), "fund.kind-unknown");
  EXPECT_EQ(refused({{"from", "9901011003001"}}), "fund.from-account") << "another book's account";
  EXPECT_EQ(refused({{"to", kFiscal}}), "fund.same-account");
  EXPECT_EQ(refused({{"to", "62258800"}}), "fund.to-account") << "an allocation goes to our own";
  EXPECT_EQ(refused({{"to", "9901011004001"}}), "fund.to-book");
  EXPECT_EQ(refused({{"kind", "down"}, {"to", kExpense}}), "fund.to-book");
  EXPECT_EQ(refused({{"amount", "0.00"}}), "fund.amount");
  EXPECT_EQ(refused({{"amount", "1.005"}}), "amount.format");
  EXPECT_EQ(refused({{"purpose", ""}}), "fund.purpose");
  EXPECT_EQ(refused({{"purpose", "a\nb"}}), "fund.param-control");
  EXPECT_EQ(refused({{"day", "2023-02-30"}}), "date.format");
  const Params use = {{"kind", "use"}, {"from", kExpense}, {"to", "62258800"}, {"budget", "住院"}};
  const auto also = [&](Params more) {
    more.insert(more.begin(), use.begin(), use.end());
    return refused(more);
  };
  EXPECT_EQ(also({}), "fund.payee-name");
  EXPECT_EQ(also({{"payee-name", "医院"}, {"payee-bank-no", "12345"}}), "fund.payee-bank-no");
  EXPECT_EQ(also({{"payee-name", "医院"}, {"to", "6225 88"}}), "fund.payee-account");
  EXPECT_EQ(also({{"payee-name", "医院"}, {"budget", "拨款"}}), "fund.item-kind");
  EXPECT_EQ(also({{"payee-name", "医院"}}), "done");
  EXPECT_EQ(h.refusal("fund edit", of(1, {{"purpose", "x"}})), "fund.edit-nothing");
  EXPECT_EQ(h.refusal("fund show", of(99)), "fund.not-found");
}

TEST(FundApplication, the_same_key_is_one_application) {
  FundsHome h;
  const auto id = h.apply("1.00", {{"key", "K1"}});
  EXPECT_EQ(h.apply("1.00", {{"key", "K1"}}), id);
  EXPECT_EQ(h.count("select count(*) from x_funds_application"), 1);
  EXPECT_EQ(h.refusal("fund apply", {{"kind", "allocation"}, {"book", kBook}, {"from", kFiscal}, {"to", kExpense}, {"amount", "2.00"}, {"budget", "拨款"}, {"purpose", "六月用款"}, {"day", "2023-06-20"}, {"key", "K1"}}), "fund.key-reused");
}

TEST(FundApplication, a_district_has_only_its_own_and_those_above_see_it) {
  FundsHome h;
  h.budget("1000.00");
  h.budget("500.00", kCounty, "拨款", "county1", "county2");
  const auto province = h.apply("1.00");
  const Params mine = {{"kind", "allocation"}, {"book", kCounty}, {"from", "9901011003001"}, {"to", "9901011004001"}, {"amount", "2.00"}, {"budget", "拨款"}, {"purpose", "县用款"}, {"day", "2023-06-20"}};
  const auto county = h.first("fund apply", mine, "county1")->getValue<Poco::Int64>("id");
  EXPECT_EQ(h.refusal("fund show", of(province), "county1"), "fund.not-found");
  EXPECT_EQ(h.refusal("fund approve", of(province), "county2"), "fund.not-found");
  EXPECT_EQ(h.refusal("fund withdraw", of(province, {{"reason", "x"}}), "county1"), "fund.not-found");
  EXPECT_EQ(h.refusal("fund list", {{"book", kBook}}, "county1"), "fund.book-unknown");
  EXPECT_EQ(h.run("fund list", {}, "county1")->getArray("items")->size(), 1u);
  EXPECT_EQ(h.run("fund list", {}, "city1")->getArray("items")->size(), 1u) << "a city sees its district";
  EXPECT_EQ(h.run("fund list", {}, "viewer1")->getArray("items")->size(), 2u) << "the province sees all";
  EXPECT_EQ(h.run("fund budget", {}, "county1")->getArray("items")->size(), 1u);
  EXPECT_EQ(text_of(h.first("fund approve", of(county), "county2"), "state"), "approved");
  EXPECT_EQ(h.run("fund list", {{"state", "approved"}}, "viewer1")->getArray("items")->size(), 1u);
}

TEST(FundApplication, the_same_by_http) {
  FundsHome h;
  h.web("POST", "/budgets", "", {{"book", kBook}, {"item", "拨款"}, {"year", "2023"}, {"amount", "10.00"}, {"reason", "x"}}, "maker1");
  h.web("POST", "/budgets/approve", "", {{"book", kBook}, {"item", "拨款"}, {"year", "2023"}}, "chief1");
  EXPECT_NE(h.web("GET", "/budgets", "year=2023", {}, "viewer1").find("\"left\":\"10.00\""), std::string::npos);
  const Params asked = {{"kind", "allocation"}, {"book", kBook}, {"from", kFiscal}, {"to", kExpense}, {"amount", "4.00"}, {"budget", "拨款"}, {"purpose", "x"}, {"day", "2023-06-20"}};
  h.web("POST", "/applications", "", asked, "maker1");
  EXPECT_THROW(h.web("POST", "/applications/1/approve", "", {}, "viewer1"), Error);
  EXPECT_NE(h.web("POST", "/applications/1/approve", "", {{"id", "2"}}, "chief1").find("\"state\":\"approved\""), std::string::npos) << "the path says which";
  EXPECT_NE(h.web("GET", "/applications/1", "", {}, "viewer1").find("\"action\":\"approve\""), std::string::npos);
  EXPECT_NE(h.web("GET", "/applications", "state=approved", {}, "viewer1").find("\"applications\":1"), std::string::npos);
  EXPECT_THROW(h.web("GET", "/applications/1", "", {}, "county1"), Error);
  EXPECT_THROW(h.web("GET", "/applications/x", "", {}, "viewer1"), Error);
  EXPECT_NE(h.web("POST", "/applications/1/withdraw", "", {{"reason", "x"}}, "maker1").find("withdrawn"), std::string::npos);
}

}  // namespace
}  // namespace mif::test
