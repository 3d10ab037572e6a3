// SPDX-License-Identifier: Apache-2.0
// Off-site clearing as a worked set: config/demo-offsite through the exchange database into posted vouchers, every number of
// docs/exchange/offsite.md read from the page.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <sstream>

#include "standard_pages.h"
#include "world.h"

namespace mif::exchange {
namespace {

using namespace mif::exchange::testing;
using ::testing::HasSubstr;

struct Step {
  std::string doc_no, day, book, type, region;
  Fen amount;
  std::vector<std::pair<std::string, Fen>> debit, credit;
};

std::vector<std::pair<std::string, Fen>> amounts(const std::string& cell) {
  std::vector<std::pair<std::string, Fen>> all;
  std::istringstream in(cell);
  for (std::string part; std::getline(in, part, ';');) {
    std::istringstream words(part);
    std::string account, fen;
    words >> account >> fen;
    all.emplace_back(account, Fen::parse(fen));
  }
  return all;
}

std::string last_word(const std::string& cell) { return cell.substr(cell.rfind(' ') + 1); }

// The rows of every section that has documents, in the order of the page.
const std::vector<Step>& steps() {
  static const std::vector<Step> all = [] {
    std::vector<Step> found;
    std::istringstream in(page("offsite.md"));
    for (std::string line; std::getline(in, line);) {
      if (line.rfind("| YD", 0) != 0) continue;
      const auto c = rows_below("\n# x\n|n|\n|-|\n" + line + "\n", "# x").at(0);
      found.push_back({c.at(0), c.at(1), last_word(c.at(2)), ticked(c.at(3)).at(0), c.at(4) == "—" ? "" : c.at(4), Fen::parse(c.at(5)), amounts(c.at(6)), amounts(c.at(7))});
    }
    return found;
  }();
  return all;
}

std::string source_of(const std::string& book) { return "province" + book.substr(0, 2); }

std::string item(const std::string& aux, const std::string& dimension) {
  const auto at = (";" + aux).find(";" + dimension + "=");
  if (at == std::string::npos) return "";
  const auto from = at + dimension.size() + 1;
  return aux.substr(from, aux.find(';', from) - from);
}

class Offsite : public ::testing::TestWithParam<bool> {
 protected:
  static std::unique_ptr<World> worlds_[2];  // one for each database, for all tests
  World* world_ = nullptr;

  void SetUp() override {
    if (GetParam() && !postgresql_installed()) GTEST_SKIP() << "PostgreSQL's server programs are not installed";
    std::unique_ptr<World>& world = worlds_[GetParam()];
    if (world) {
      world_ = world.get();
      return;
    }
    Plan plan;
    plan.config = "config/demo-offsite";
    plan.own_settings = true;
    plan.postgresql = GetParam();
    plan.ddl = exchange_ddl(GetParam() ? "postgresql" : "sqlite");
    world = std::make_unique<World>(plan);
    world_ = world.get();
    world_->business().run(content("config/demo-offsite/documents.sql"));
    for (const char* province : {"91", "92"}) {
      world_->job("exchange pull", std::string("{\"source\":\"province") + province + "\"}", std::string("maker") + province);
      world_->review_all(std::string("reviewer") + province, province);
      world_->job("exchange ack", std::string("{\"source\":\"province") + province + "\"}", std::string("maker") + province);
    }
  }
  static void TearDownTestSuite() {
    for (auto& world : worlds_) world.reset();
  }

  Fen balance(const std::string& book, const std::string& account, const std::string& region = "*") {
    Fen sum;
    for (const auto& b : world_->balances(book, {2023, 6}))
      if (b.account.rfind(account, 0) == 0 && (region == "*" || item(b.aux, "region") == region)) sum += b.fen;
    return sum;
  }
};
std::unique_ptr<World> Offsite::worlds_[2];

TEST_P(Offsite, TheDocumentsAreThoseOfThePage) {
  ASSERT_GT(steps().size(), 50u);
  EXPECT_EQ(world_->business().value("select count(*) from ex_document"), std::to_string(steps().size()));
  for (const auto& s : steps()) {
    std::string day = s.day;
    day.erase(7, 1).erase(4, 1);
    EXPECT_EQ(world_->business().value("select doc_day || ' ' || book || ' ' || doc_type || ' ' || amount_fen from ex_document where doc_no = '" + s.doc_no + "'"),
              day + " " + s.book + " " + s.type + " " + std::to_string(s.amount.value()));
  }
}

TEST_P(Offsite, EachBecomesThePostedEntryThatThePageSays) {
  for (const auto& s : steps()) {
    const Entry entry = world_->entry(source_of(s.book) + "/" + s.doc_no + "#1");
    ASSERT_TRUE(entry.posted) << s.doc_no << " " << s.type;
    std::vector<std::pair<std::string, Fen>> debit, credit;
    for (const auto& l : entry.lines) {
      (l.debit ? debit : credit).emplace_back(l.account, l.fen);
      const bool between = l.account.rfind("1101", 0) == 0 || l.account.rfind("2001", 0) == 0;
      EXPECT_EQ(between ? item(l.aux, "region") : s.region, s.region) << s.doc_no;
    }
    EXPECT_EQ(debit, s.debit) << s.doc_no;
    EXPECT_EQ(credit, s.credit) << s.doc_no;
    EXPECT_THAT(world_->business().value("select state || ' ' || voucher from ex_status where doc_no = '" + s.doc_no + "'"), HasSubstr("posted 2023-06 "));
  }
}

TEST_P(Offsite, EveryBalanceIsTheOneThePageStates) {
  std::map<std::string, Fen> totals;
  std::size_t books = 0;
  for (const auto& row : rows_below(page("offsite.md"), "## 7. 期末余额")) {
    const char* accounts[] = {"1003", "110101", "200101", "200102", "200103", "5001"};
    for (std::size_t i = 0; i < 6; ++i) {
      const Fen stated = Fen::parse(row.at(i + 1));
      if (row.at(0) == "合计") {
        EXPECT_EQ(totals[accounts[i]], stated) << accounts[i];
        continue;
      }
      const Fen found = balance(last_word(row.at(0)), accounts[i]) * (accounts[i][0] == '2' ? -1 : 1);
      EXPECT_EQ(found, stated) << row.at(0) << " " << accounts[i] << " is " << found.grouped();
      totals[accounts[i]] += stated;
    }
    books += row.at(0) != "合计";
  }
  EXPECT_EQ(books, 10u);
}

// The list at the end of the page.
TEST_P(Offsite, WhatMustHoldHolds) {
  for (const char* city : {"910100", "910200"})
    for (const char* account : {"200101", "200102"}) EXPECT_EQ(balance("910000-310", account, city), Fen()) << account << " of " << city;
  for (const char* account : {"200101", "200102"}) EXPECT_EQ(balance("920000-390", account, "920100"), Fen()) << account;
  Fen prepaid, held, money, paid_in, paid_out;
  for (const char* book : {"910000-310", "910100-310", "910200-310", "920000-310", "920100-310", "920200-310", "910000-390", "910200-390", "920000-390", "920100-390"}) {
    prepaid += balance(book, "1101");
    held -= balance(book, "2001");
    money += balance(book, "1003");
  }
  for (const auto& s : steps()) {
    if (s.type == "direct-collection") paid_in += s.amount;
    if (s.type == "offsite-fund-paid" || s.type == "account-sharing-paid") paid_out += s.amount;
  }
  EXPECT_EQ(prepaid, held);
  EXPECT_NE(prepaid, Fen());
  EXPECT_EQ(money, paid_in - paid_out);
  for (const char* treated : {"920000-310", "920100-310", "920200-310", "910000-390", "910200-390"}) EXPECT_EQ(balance(treated, "5"), Fen()) << treated;
  for (const char* book : {"910000-390", "910200-390", "920000-390", "920100-390"})
    for (const char* account : {"1101", "2001"}) EXPECT_EQ(balance(book, account), Fen()) << book << " " << account;
}

TEST_P(Offsite, VerificationFindsNothing) {
  for (const char* province : {"91", "92"}) {
    EXPECT_THAT(world_->job("exchange verify", "{}", std::string("maker") + province), HasSubstr("\"exit\":0"));
    EXPECT_THAT(world_->job("exchange status", "{}", std::string("maker") + province), HasSubstr("\"exit\":0"));
  }
  world_->close();
  const std::string verify = "MIF_HOME='" + world_->folder() + "' '" MIF_BUILD_DIR "/bin/mifctl' verify --quiet >'" + world_->folder() + "/verify.log' 2>&1";
  EXPECT_EQ(std::system(verify.c_str()), 0) << [&] {
    std::system(("cat '" + world_->folder() + "/verify.log' >&2").c_str());
    return "mifctl verify";
  }();
}

// A caller sees the books of his own province only. To him the other's book is none, which must not become a reason there.
TEST(TwoProvinces, ARetryLeavesTheOtherProvincesDocumentsAlone) {
  Plan plan;
  plan.config = "config/demo-offsite";
  plan.own_settings = true;
  plan.ddl = exchange_ddl("sqlite");
  World world(plan);
  const auto put = [&](const char* feed, const char* key, const char* book) {
    world.business().run(std::string("insert into ex_document values ('") + feed + "', 1, '" + key + "', 1, 'offsite-prepayment', '', '', '', 20230605, '2023-06', '', 0, '{\"book\":\"" + book +
                         "\",\"bank_account\":\"A\",\"amount\":\"1.00\"}')");
  };
  put("p91", "A", "910000-310");
  put("p92", "B", "920000-310");
  for (const char* province : {"91", "92"}) world.job("exchange pull", std::string("{\"source\":\"province") + province + "\"}", std::string("maker") + province);
  const std::string why = "held 缺少必填项 (missing field) \"region\"";
  const auto state_of = [&](const std::string& key) { return world.rows("select state || ' ' || reason from x_exchange_document where doc_key = ?", {key}); };
  EXPECT_EQ(state_of("B"), std::vector<std::string>{why});
  world.job("exchange retry", "{}", "maker91");
  EXPECT_EQ(state_of("B"), std::vector<std::string>{why});
  EXPECT_EQ(state_of("A"), std::vector<std::string>{why});
}

INSTANTIATE_TEST_SUITE_P(Backends, Offsite, ::testing::Values(false, true), [](const auto& info) { return info.param ? "postgresql" : "sqlite"; });

}  // namespace
}  // namespace mif::exchange
