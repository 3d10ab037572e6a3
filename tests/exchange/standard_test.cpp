// SPDX-License-Identifier: Apache-2.0
// docs/exchange is the standard: its statements run, its tables, code lists and types are those of the code, both ways.
// MIF_WRITE_DOCS=1 writes the tables that are generated into docs/exchange/documents.md instead of comparing them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "exchange_database.h"
#include "figures.h"
#include "generate.h"
#include "rule_files.h"
#include "standard_pages.h"
#include "world.h"

namespace mif::exchange {
namespace {

using namespace mif::exchange::testing;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr const char* kRuleFiles[] = {"employee", "resident", "maternity"};

std::string temporary(const char* name) { return ::testing::TempDir() + "/mif-standard-" + std::to_string(getpid()) + "-" + name; }

// --- ddl.md -------------------------------------------------------------------------------------------------------------

class Ddl : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::string kind = GetParam();
    if (kind == "postgresql" && !postgresql_installed()) GTEST_SKIP() << "PostgreSQL's server programs are not installed";
    file_ = temporary("exchange.db");
    std::remove(file_.c_str());
    business_ = kind == "postgresql" ? postgresql_business() : sqlite_business(file_);
    business_->run(exchange_ddl(kind));
  }
  void TearDown() override { std::remove(file_.c_str()); }
  std::unique_ptr<source_exchange::ExchangeDatabase> opened(const source_exchange::Layout& layout = {}) { return source_exchange::open_database(source_exchange::parse_dsn(business_->dsn()), layout); }
  std::string file_;
  std::unique_ptr<Business> business_;
};

// The statements of the page, its example, and the plugin's own code on what they made.
TEST_P(Ddl, TheStatementsAndTheExamplesOfThePageWorkAsItSays) {
  const std::string text = page("ddl.md");
  business_->run(fenced(text, "## Writing a document", "sql"));
  auto database = opened();
  auto rows = source_exchange::read_after(*database, "main", 0, 10);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].seq, 1);
  EXPECT_EQ(rows[0].key, "CZ2023060001");
  const RuleSet rules = shipped_rules("employee");
  Document d = document(rows[0].type, rows[0].payload, Day(static_cast<std::int32_t>(rows[0].day)));
  EXPECT_EQ(map_document(rules, d).amount.value(), std::stoll(business_->value("select amount_fen from ex_document")));

  business_->run(fenced(text, "## Taking it back", "sql"));
  rows = source_exchange::read_after(*database, "main", 1, 10);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_TRUE(rows[0].withdrawn);
  EXPECT_EQ(rows[0].seq, 2);

  source_exchange::StatusRow status;
  status.feed = "main";
  status.seq = 2;
  status.key = "CZ2023060001";
  status.state = "cancelled";
  status.reason = "业务方撤回 (withdrawn by the business side)";
  database->put_status({status});
  EXPECT_EQ(business_->value("select state from ex_status where seq = 2"), "cancelled");
}

// What is told may fill its column: the longest reason and voucher number, in hanzi.
TEST_P(Ddl, TheStatusColumnsHoldTheLongestAnswer) {
  source_exchange::StatusRow status;
  status.feed = "main";
  status.seq = 900000000000000000;
  status.key = std::string(40, 'K');
  status.state = "cancelled";
  for (int i = 0; i < 200; ++i) status.reason += "据";  // 600 bytes, the most the module keeps
  status.voucher = "2023-06 付-123456789";
  opened()->put_status({status});
  EXPECT_EQ(business_->value("select reason from ex_status"), status.reason);
}

INSTANTIATE_TEST_SUITE_P(Backends, Ddl, ::testing::Values("sqlite", "postgresql"), [](const auto& info) { return std::string(info.param); });

// No SQL Server here; PostgreSQL knows the same clause, through the same code.
TEST(DdlPage, TheRowLimitsOfTheOtherDialectsAreSql) {
  if (!postgresql_installed()) GTEST_SKIP() << "PostgreSQL's server programs are not installed";
  const auto business = postgresql_business();
  business->run(exchange_ddl("postgresql"));
  business->run(fenced(page("ddl.md"), "## Writing a document", "sql"));
  for (const char* limit : {"offset 0 rows fetch next {n} rows only", "fetch first {n} rows only"}) {
    EXPECT_THAT(page("ddl.md"), HasSubstr(std::string("`") + limit + "`"));
    source_exchange::Layout layout;
    layout.row_limit = limit;
    EXPECT_EQ(source_exchange::open_database(source_exchange::parse_dsn(business->dsn()), layout)->documents("main", 0, 1).size(), 1u) << limit;
  }
}

TEST(DdlPage, TheTablesColumnByColumnAreThoseOfTheStatements) {
  const auto ddl = tables_of_ddl(exchange_ddl("sqlite")), described = tables_of_page(page("ddl.md"));
  ASSERT_EQ(ddl.size(), 5u);
  ASSERT_EQ(described.size(), ddl.size());
  for (std::size_t i = 0; i < ddl.size(); ++i) {
    EXPECT_EQ(described[i].name, ddl[i].name);
    ASSERT_EQ(described[i].columns.size(), ddl[i].columns.size()) << ddl[i].name;
    for (std::size_t c = 0; c < ddl[i].columns.size(); ++c) EXPECT_TRUE(described[i].columns[c] == ddl[i].columns[c]) << ddl[i].name << "." << ddl[i].columns[c].name;
  }
}

TEST(DdlPage, TheOtherDialectHasTheSameColumns) {
  const auto plain = tables_of_ddl(exchange_ddl("sqlite")), other = tables_of_ddl(exchange_ddl("sqlserver"));
  ASSERT_EQ(other.size(), plain.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    EXPECT_EQ(other[i].name, plain[i].name);
    ASSERT_EQ(other[i].columns.size(), plain[i].columns.size()) << plain[i].name;
    for (std::size_t c = 0; c < plain[i].columns.size(); ++c) {
      const Column &a = plain[i].columns[c], &b = other[i].columns[c];
      EXPECT_EQ(b.name, a.name);
      EXPECT_EQ(b.required, a.required) << a.name;
      EXPECT_EQ(b.type, a.type == "varchar(8000)" ? "nvarchar(max)" : a.type.rfind("varchar", 0) == 0 ? "n" + a.type : a.type) << a.name;
    }
  }
}

// mif-datagen makes the tables itself: column for column those of the page, and its dictionaries are names of lists.
TEST(DdlPage, TheGeneratorWritesTheTablesOfThePage) {
  const std::string file = temporary("generated.db"), mine = temporary("stated.db");
  for (const auto& f : {file, mine}) std::remove(f.c_str());
  const std::string figures = MIF_SOURCE_DIR "/config/demo-province/figures/resident-2023.info";
  const std::vector<datagen::Figures> read = {datagen::read_figures(figures)};
  datagen::write_database(file, read, datagen::generate(read, 1));
  const auto generator = sqlite_business(file), stated = sqlite_business(mine);
  stated->run(exchange_ddl("sqlite"));
  for (const auto& table : tables_of_ddl(exchange_ddl("sqlite"))) {
    const std::string columns = "select group_concat(name || ' ' || type || ' ' || \"notnull\" || ' ' || (pk > 0)) from pragma_table_info('" + table.name + "')";
    EXPECT_EQ(generator->value(columns), stated->value(columns)) << table.name;
    EXPECT_NE(stated->value(columns), "") << table.name;
  }
  const auto database = source_exchange::open_database(source_exchange::parse_dsn(generator->dsn()), {});
  EXPECT_GT(source_exchange::read_after(*database, "main", 0, 1000).size(), 100u);
  EXPECT_EQ(generator->value("select count(*) from ex_document d where not exists (select 1 from ex_batch b where b.batch_no = d.batch_no)"), "0");
  // the codes it publishes are codes of the rules, under the same name
  const RuleSet rules = shipped_rules("resident");
  for (const auto& [dictionary, codes] : read[0].dictionaries) {
    const auto list = rules.lists.find(dictionary);
    ASSERT_NE(list, rules.lists.end()) << dictionary;
    for (const auto& [code, name] : codes) {
      EXPECT_EQ(list->second.count(code), 1u) << dictionary << " " << code;
      EXPECT_EQ(generator->value("select count(*) from ex_dictionary where dictionary = '" + dictionary + "' and code = '" + code + "'"), "1");
    }
  }
  EXPECT_FALSE(read[0].dictionaries.empty());
  for (const auto& f : {file, mine}) std::remove(f.c_str());
}

// --- documents.md -------------------------------------------------------------------------------------------------------

class Generated : public ::testing::TestWithParam<const char*> {};

TEST_P(Generated, ListsAndTypesOfThePageAreThoseOfTheRules) {
  const std::string name = GetParam(), file = std::string(MIF_SOURCE_DIR) + "/docs/exchange/documents.md";
  const RuleSet rules = shipped_rules(name);
  for (const auto& [section, wanted] : {std::pair(name + " lists", list_table(rules)), std::pair(name + " types", type_table(rules))}) {
    std::string text = page("documents.md");
    const std::string found = generated(text, section);
    if (std::getenv("MIF_WRITE_DOCS")) {
      const auto at = text.find("<!-- " + section + " -->\n") + section.size() + 10;
      std::ofstream(file) << text.replace(at, found.size(), wanted);
      continue;
    }
    EXPECT_EQ(found, wanted) << "documents.md, " << section << ": run once with MIF_WRITE_DOCS=1 and read what changed";
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Generated, ::testing::ValuesIn(kRuleFiles), [](const auto& info) { return std::string(info.param); });

TEST(DocumentsPage, TheFieldsOfEveryTypeAreThoseOfTheCode) {
  std::set<std::string> described;
  const std::string text = page("documents.md");
  const auto from = text.find("Fields every type may carry:");
  for (const auto& row : rows_below("\n# x\n" + text.substr(from), "# x"))
    for (const auto& field : ticked(row[0])) described.insert(field);
  const auto& common = common_fields();
  EXPECT_EQ(described, std::set<std::string>(common.begin(), common.end()));
}

TEST(DocumentsPage, ItsExampleIsADocument) {
  const std::string text = page("documents.md");
  EXPECT_NO_THROW(map_document(shipped_rules("employee"), document("institution-settlement", fenced(text, "## 1. One document", "json"))));
}

TEST(DocumentsPage, TheStatesAreThoseOfTheModule) {
  std::set<std::string> states;
  for (const auto& row : rows_below(page("documents.md"), "## 2. What becomes of it")) states.insert(ticked(row[0])[0]);
  EXPECT_EQ(states, (std::set<std::string>{"drafted", "posted", "held", "rejected", "cancelled", "paid", "payment-failed", "returned"}));
  // The column of the exchange database names the same.
  for (const auto& row : rows_below(page("ddl.md"), "### `ex_status`"))
    if (ticked(row[0])[0] == "state") { const auto named = ticked(row[3]); EXPECT_EQ(std::set<std::string>(named.begin(), named.end()), states); }
}

// The cell names the code itself: a subordinate one.
bool known_target(const std::string& cell, const std::string& code) {
  const auto all = ticked(cell);
  return std::find(all.begin(), all.end(), code) != all.end();
}

// Section 4: a code that is a field has its values in a list; a code that is mapped names something the rules know.
TEST(DocumentsPage, EveryNationalCodeEndsAtSomethingTheRulesKnow) {
  std::set<std::string> known = {"scheme", "ex_withdrawal", "ex_status", "posted"}, lists;
  for (const char* name : kRuleFiles) {
    const RuleSet rules = shipped_rules(name);
    for (const auto& [list, codes] : rules.lists) {
      known.insert(list);
      lists.insert(list);
      for (const auto& [code, title] : codes) known.insert(code);
    }
    for (const auto& [type, d] : rules.types) {
      known.insert(type);
      for (const auto& group : d.figures)
        for (const auto& f : group) known.insert(f.field);
      for (const auto& group : d.parts) known.insert(group.begin(), group.end());
    }
  }
  std::size_t rows = 0;
  for (const auto& row : rows_below(page("documents.md"), "## 4. 国家字典与单据的项")) {
    ++rows;
    EXPECT_FALSE(ticked(row.at(3)).empty()) << row.at(0) << " " << row.at(1) << " ends nowhere";
    for (const auto& target : ticked(row.at(3))) EXPECT_TRUE(known.count(target)) << row.at(0) << ": nothing is called " << target;
    const std::string field = ticked(row.at(3)).empty() ? "" : ticked(row.at(3)).front();
    if (row.at(3).find("同值") == std::string::npos) continue;
    ASSERT_TRUE(lists.count(field)) << field;
    std::set<std::string> codes, used;
    std::istringstream in(row.at(1));
    for (std::string code; in >> code;) codes.insert(code);
    for (const char* name : kRuleFiles) {
      const RuleSet rules = shipped_rules(name);
      const auto list = rules.lists.find(field);
      if (list == rules.lists.end()) continue;
      for (const auto& [code, title] : list->second) {
        EXPECT_TRUE(codes.count(code) || known_target(row.at(3), code)) << name << " " << field << " " << code << " is no code of the page";
        used.insert(code);
      }
    }
    for (const auto& c : codes) EXPECT_TRUE(used.count(c) || row.at(3).find("不用 " + c) != std::string::npos) << field << " " << c << " is in no list";
  }
  EXPECT_GT(rows, 15u);
}

// A code that becomes an auxiliary item must be one the shipped charts accept, or every such document would be held.
TEST(Lists, EveryCodeThatIsAnItemIsInTheChartsItems) {
  const Node aux = *parse_node(content("config/demo-province/chart/aux.info"), "aux.info").find("aux");
  for (const char* name : kRuleFiles) {
    const RuleSet rules = shipped_rules(name);
    for (const auto& [list, codes] : rules.lists) {
      const Node* dimension = aux.find(list);
      if (!dimension) continue;
      std::set<std::string> items;
      for (const Node* item : dimension->all("item")) items.insert(item->value);
      for (const auto& [code, title] : codes) EXPECT_TRUE(items.count(code)) << name << " " << list << " " << code;
    }
  }
}

TEST(Pages, EveryLinkLeadsToAFile) {
  std::size_t links = 0;
  for (const char* name : {"ddl.md", "documents.md", "rules.md", "offsite.md"}) {
    const std::string text = page(name);
    for (std::size_t at = 0; (at = text.find("](", at)) != std::string::npos; ++links) {
      at += 2;
      const std::string target = text.substr(at, text.find_first_of("#)", at) - at);
      if (target.empty() || target.find("://") != std::string::npos) continue;
      EXPECT_TRUE(std::filesystem::exists(std::filesystem::path(MIF_SOURCE_DIR) / "docs/exchange" / target)) << name << ": " << target;
    }
  }
  EXPECT_GT(links, 8u);
}

// rules.md: every key of a type that the loader knows is explained there.
TEST(RulesPage, NamesEveryKeyOfADocumentType) {
  const std::string text = page("rules.md");
  for (const char* key : {"parts", "text", "optional", "code", "figures", "accrual", "original", "memo", "negative", "sign", "reversed-by", "valid-from", "valid-to", "match", "word", "flow", "summary", "payable"})
    EXPECT_THAT(text, HasSubstr(key)) << key;
}

}  // namespace
}  // namespace mif::exchange
