// SPDX-License-Identifier: Apache-2.0
// What is kept between questions must not change an answer: sums over balance rows, parsed templates, hashed texts.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>

#include "catalog_cache.h"
#include "digest.h"
#include "facts.h"
#include "fixture.h"
#include "mif/pattern.hpp"
#include "terms.h"

namespace mif::reporting {
namespace {

std::vector<BalanceRow> random_rows(std::mt19937& random) {
  static const char* const kAccounts[] = {"1002", "300101", "40010101", "40010102", "400102", "4201", "50010101", "50010102", "5101"};
  static const char* const kAux[] = {"", "mode=1", "mode=2", "insutype=510;mode=1", "bank_account=99"};
  std::vector<BalanceRow> rows;
  for (int month = 0; month <= 13; ++month)
    for (const char* account : kAccounts)
      for (const char* aux : kAux)
        if (random() % 3 == 0)
          rows.push_back({month, account, aux, Fen(random() % 1000), Fen(random() % 1000), Fen(month ? random() % 100 : 0), Fen(month ? random() % 100 : 0)});
  std::shuffle(rows.begin(), rows.end(), random);  // the order of the rows is nobody's promise
  return rows;
}

std::optional<Fen> plain(const std::vector<BalanceRow>& rows, const Predicate& p) {
  const AccountPattern accounts(p.accounts);
  const AuxFilter aux(p.aux);
  Fen debit, credit;
  bool any = false;
  for (const auto& r : rows) {
    if (!(r.month == 0 ? p.opening : r.month >= p.month_from && r.month <= p.month_to) || !accounts.matches(r.account) || !aux.matches(r.aux)) continue;
    any = true;
    debit += p.with_closing ? r.debit : r.debit - r.closing_debit;
    credit += p.with_closing ? r.credit : r.credit - r.closing_credit;
  }
  return any ? std::optional<Fen>(p.take(debit, credit)) : std::nullopt;
}

TEST(Speed, SumsAreThoseOfTheRows) {
  std::mt19937 random(6);
  std::map<std::pair<std::string, int>, std::vector<BalanceRow>> books;
  for (const char* book : {"A", "B"})
    for (const int year : {2022, 2023}) books[{book, year}] = random_rows(random);
  Facts facts([&](const std::string& book, int year) { return books.at({book, year}); });
  static const char* const kPatterns[] = {"", "4*", "4001,-400102", "1002:4201", "5001*,5101", "9999", "-4*"};
  static const char* const kFilters[] = {"", "mode=1", "mode=!2", "mode=-", "mode=1|2;insutype=510", "mode=7"};
  int blank = 0;
  for (int i = 0; i < 4000; ++i) {
    Predicate p;
    p.book = random() % 2 ? "A" : "B";
    p.year = random() % 2 ? 2022 : 2023;
    p.month_from = static_cast<int>(random() % 14);
    p.month_to = static_cast<int>(random() % 14);
    p.opening = random() % 2;
    p.measure = std::array<int, 3>{0, MIF_DEBIT, MIF_CREDIT}[random() % 3];
    p.side = random() % 2 ? MIF_DEBIT : MIF_CREDIT;
    p.with_closing = random() % 2;
    p.accounts = kPatterns[random() % std::size(kPatterns)];
    p.aux = kFilters[random() % std::size(kFilters)];
    const auto expected = plain(books.at({p.book, p.year}), p);
    blank += !expected;
    ASSERT_EQ(facts.sum(p), expected) << p.book << p.year << ' ' << p.month_from << ".." << p.month_to << ' ' << p.accounts << ' ' << p.aux << ' ' << p.opening << p.with_closing;
  }
  EXPECT_GT(blank, 100);  // blank is not zero: both kinds were asked for
  EXPECT_EQ(facts.reads(), 4);
}

// Files in memory, counted.
struct Files {
  std::map<std::string, std::string> texts{
      {"r/dimensions.info", ""}, {"a/package.info", "package { code a title A }\ntables { T \"T\" }\n"}, {"a/T.info", "table { code T title T period month unit 元 }\nrows { 1 a }\ncols { 1 { name a } }\n"}};
  int parsed = 0, read = 0;
  TemplateFiles get() {
    const TemplateFiles held = memory_files(texts);
    TemplateFiles files = held;
    files.info = [this, held](const std::string& path) {
      ++parsed;
      return held.info(path);
    };
    files.bytes = [this, held](const std::string& path) {
      ++read;
      return held.bytes(path);
    };
    return files;
  }
};

TEST(Speed, TemplatesAreParsedAgainOnlyWhenTheyChanged) {
  Files files;
  std::vector<TemplateFolder> folders{{"m", "p", "a"}};
  CatalogCache cache;
  const auto get = [&](std::int64_t now, bool fresh) { return cache.get(files.get(), "r", [&] { return folders; }, now, fresh); };
  const auto first = get(1000, false);
  const int parsed = files.parsed;
  int read = files.read;
  EXPECT_EQ(get(2000, false), first);
  EXPECT_EQ(files.read, read) << "within seconds nothing is read";
  EXPECT_EQ(get(2000, true), first);
  EXPECT_EQ(get(9000, false), first);
  EXPECT_GT(files.read, read);
  EXPECT_EQ(files.parsed, parsed) << "nothing changed, nothing is parsed";

  files.texts["a/T.info"] += "checks { }\n";
  const auto second = get(9100, true);
  EXPECT_NE(second, first);
  EXPECT_NE(second->packages().front().digest, first->packages().front().digest);
  EXPECT_EQ(get(9100, true), second);
  folders.front().ministry = "n";
  const auto third = get(9200, true);
  EXPECT_NE(third, second);
  files.texts["r/bridge/x.txt"] = "";
  EXPECT_NE(get(9300, true), third) << "a new file in a listed folder";

  files.texts.erase("a/T.info");
  EXPECT_THROW(get(9400, true), Error);
  EXPECT_THROW(get(9500, true), Error) << "and again: what failed is not remembered";
}

TEST(Speed, TermsAddUpAsAMapOfPredicatesWould) {
  std::mt19937 random(8);
  Facts facts([](const std::string&, int) { return std::vector<BalanceRow>(); });
  std::vector<Predicate> predicates;
  for (int i = 0; i < 12; ++i) {
    Predicate p;
    p.book = i % 2 ? "A" : "B";
    p.year = 2023 - i / 6;
    p.month_to = 1 + i % 3;
    p.accounts = i % 4 ? "5001*" : "4001,-400102";
    p.opposite = i % 5 ? "" : "1002";
    predicates.push_back(p);
  }
  std::shuffle(predicates.begin(), predicates.end(), random);
  std::size_t merged = 0, fallen = 0;
  for (int round = 0; round < 300; ++round) {
    Terms terms, other;
    std::map<Predicate, std::int64_t> model, beside;
    for (int step = 0; step < 25; ++step) {
      const Predicate& p = predicates[random() % predicates.size()];
      const auto times = static_cast<std::int64_t>(random() % 5) - 2;
      auto& into = random() % 2 ? model : beside;
      (&into == &model ? terms : other).add(facts.question(p), times);
      if ((into[p] += times) == 0) into.erase(p);
      if (step % 8 != 7) continue;
      if (random() % 3 == 0) {
        terms.mix(other);
        for (const auto& [predicate, n] : beside) model.emplace(predicate, n);
      } else {
        const auto by = static_cast<std::int64_t>(random() % 3) - 1;
        merged += !model.empty() && !beside.empty();
        terms.add(other, by);
        for (const auto& [predicate, n] : beside)
          if ((model[predicate] += by * n) == 0) fallen += model.erase(predicate);
        const auto scale = static_cast<std::int64_t>(random() % 4) - 1;
        terms.scale(scale);
        if (scale == 0) model.clear();
        for (auto& [predicate, n] : model) n *= scale;
      }
    }
    std::vector<std::pair<Predicate, std::int64_t>> found;
    for (const auto& [question, times] : terms.in_order()) found.emplace_back(question->predicate, times);
    const std::vector<std::pair<Predicate, std::int64_t>> expected(model.begin(), model.end());
    ASSERT_TRUE(std::equal(found.begin(), found.end(), expected.begin(), expected.end(), [](const auto& a, const auto& b) { return a.first.key() == b.first.key() && a.second == b.second; })) << round;
    ASSERT_EQ(terms.size(), model.size());
  }
  EXPECT_GT(merged, 100u);
  EXPECT_GT(fallen, 100u);
  EXPECT_EQ(facts.reads(), 0) << "a question that is only named reads nothing";
}

TEST(Speed, ADigestIsOneOfTheSameBytesHoweverTheyCome) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    Digest digest;
    std::string plain;
    for (int i = 0; i < 40; ++i) {
      const std::string text(random() % (round % 5 == 0 ? 40000 : 60), static_cast<char>('a' + random() % 26));
      digest.add(text);
      plain += std::to_string(text.size()) + ":" + text;
    }
    ASSERT_EQ(digest.hex(), Digest::plain_hex(plain));
  }
  EXPECT_EQ(Digest::plain_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace mif::reporting
