// SPDX-License-Identifier: Apache-2.0
// Files that are damaged, badly labelled or made to harm.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>

#include "camt_text.h"
#include "collect.h"
#include "mif/sdk.hpp"

namespace mif::bank_iso20022 {
namespace {

using namespace testing;

const Trouble& broken(const Told& told, const std::string& code) {
  static const Trouble none{};
  const Trouble* const found = told.find(code);
  EXPECT_NE(found, nullptr) << code << (told.troubles.empty() ? "" : ", told " + told.troubles[0].code + " " + told.troubles[0].what);
  if (!found) return none;
  EXPECT_EQ(found->level, MIF_TROUBLE_BROKEN);
  return *found;
}
const std::string kTwo = statement(balance("OPBD", "1") + entry("2", "CRDT") + entry("3", "CRDT"));

TEST(CamtHostile, GarbageAfterIsToldWithItsByteAndWhatWasReadStands) {
  const std::string good = message(kTwo);
  const Told told = collect(good + "\n  trailing", {"", "", 64});
  ASSERT_EQ(told.statements.size(), 1u);
  EXPECT_TRUE(told.statements[0].closed);
  EXPECT_EQ(told.statements[0].entries.size(), 2u);
  EXPECT_EQ(broken(told, "camt.garbage-after").byte, static_cast<std::int64_t>(good.size() + 3));
  EXPECT_EQ(told.find("camt.garbage-after")->line, 2);
  EXPECT_TRUE(collect(good + "\r\n\r\n").troubles.empty());
}

TEST(CamtHostile, GarbageBefore) {
  const Told told = collect("HTTP/1.1 200 OK\r\n\r\n" + message(kTwo));
  EXPECT_TRUE(told.statements.empty());
  EXPECT_EQ(broken(told, "camt.not-xml").byte, 0);
  const Told blank = collect(" \r\n\n" + message(kTwo) + "x", {"", "", 2});
  EXPECT_EQ(blank.statements.size(), 1u) << "blanks before the declaration are passed over";
  EXPECT_EQ(broken(blank, "camt.garbage-after").byte, static_cast<std::int64_t>(4 + message(kTwo).size()));
  EXPECT_EQ(blank.find("camt.garbage-after")->line, 3);
}

TEST(CamtHostile, AFileCutAnywhereKeepsWhatItHad) {
  const std::string good = message(kTwo);
  const auto second = good.rfind("<Ntry>");
  for (std::size_t n = 1; n + 1 < good.size(); n += 3) {
    const Told told = collect(good.substr(0, n));
    ASSERT_TRUE(told.broken()) << n;
    EXPECT_FALSE(told.out_of_order);
    if (n > second + 7 && n < second + 30) {
      ASSERT_EQ(told.statements.size(), 1u) << n;
      EXPECT_EQ(told.statements[0].entries.size(), 1u) << n;
      EXPECT_FALSE(told.statements[0].closed) << n;
      EXPECT_LE(broken(told, "camt.cut-off").byte, static_cast<std::int64_t>(n));
    }
  }
  EXPECT_NE(collect("").find("camt.empty"), nullptr);
  EXPECT_NE(collect("  \n").find("camt.empty"), nullptr);
}

TEST(CamtHostile, AnEntityBombIsRefusedInOneSentence) {
  std::string dtd = "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY a0 \"lol\">";
  for (int i = 1; i < 40; ++i) dtd += "<!ENTITY a" + std::to_string(i) + " \"&a" + std::to_string(i - 1) + ";&a" + std::to_string(i - 1) + ";\">";
  const auto begin = std::chrono::steady_clock::now();
  const Told told = collect(dtd + "]>" + message("<Stmt><Id>&a39;</Id></Stmt>", ""));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  EXPECT_TRUE(told.statements.empty());
  ASSERT_EQ(told.troubles.size(), 1u);
  EXPECT_GE(broken(told, "camt.doctype").byte, static_cast<std::int64_t>(dtd.find("<!DOCTYPE")));
  EXPECT_LE(told.troubles[0].byte, static_cast<std::int64_t>(dtd.find('[')));
  EXPECT_NE(collect("<!DOCTYPE d SYSTEM \"file:///etc/passwd\"><d/>").find("camt.doctype"), nullptr);
}

// 200 MB without an end of one token, or of ever new names, or of nesting: refused, and the memory stays.
Told feed_forever(const std::string& head, const std::function<std::string(std::size_t)>& more) {
  struct Endless {
    std::string head;
    const std::function<std::string(std::size_t)>& more;
    std::size_t given = 0, round = 0;
  } endless{head, more};
  auto source = sized<mif_byte_source>();
  source.impl = &endless;
  source.read = [](void* p, std::uint8_t* room, std::uint64_t most) -> std::int64_t {
    auto& e = *static_cast<Endless*>(p);
    if (e.given > 200'000'000) return 0;
    std::string piece;
    std::swap(piece, e.head);
    while (piece.size() < 60000) piece += e.more(e.round++);
    piece.resize(std::min<std::size_t>(piece.size(), most));
    std::copy(piece.begin(), piece.end(), room);
    e.given += piece.size();
    return static_cast<std::int64_t>(piece.size());
  };
  Told told;
  auto events = sized<mif_statement_events>();
  events.impl = &told;
  events.open = [](void* p, const mif_statement_open*) { return static_cast<Told*>(p)->statements.emplace_back(), 0; };
  events.balance = [](void*, const mif_statement_balance*) { return 0; };
  events.entry = [](void*, const mif_statement_entry*) { return 0; };
  events.close = [](void*, const mif_statement_close*) { return 0; };
  events.trouble = [](void* p, const mif_statement_trouble* t) {
    static_cast<Told*>(p)->troubles.push_back({t->level, t->byte, t->line, str(t->code), str(t->what)});
    return 0;
  };
  read_camt("", "", source, events);
  EXPECT_LT(endless.given, 100'000'000u) << "read on to the end";
  return told;
}

TEST(CamtHostile, MemoryIsBoundedWhateverComes) {
  broken(feed_forever("<Document><!-- ", [](std::size_t) { return std::string(60000, 'x'); }), "camt.too-large");
  broken(feed_forever("<Document><a b=\"", [](std::size_t) { return std::string(60000, 'x'); }), "camt.too-large");
  broken(feed_forever("<Document>", [](std::size_t i) { return "<n" + std::to_string(i) + "/>"; }), "camt.too-large");
  broken(feed_forever("<Document>", [](std::size_t) { return std::string("<a>"); }), "camt.too-deep");
}

TEST(CamtHostile, ALongTextIsCutBetweenCharactersAndToldSo) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "医";
  const Told told = collect(message(statement(entry("1", "CRDT", "<AddtlNtryInf>" + text + "</AddtlNtryInf>"))), {"", "", 1000});
  const std::string kept = told.statements.at(0).entries.at(0).text;
  EXPECT_EQ(kept.size() % 3, 0u);
  EXPECT_GT(kept.size(), 4000u);
  EXPECT_NE(told.find("camt.text-cut"), nullptr);
}

TEST(CamtHostile, CharacterSets) {
  const auto text_of = [](const std::string& bytes, const std::string& options = "") {
    const Told told = collect(bytes, {"", options, 5});
    EXPECT_TRUE(told.troubles.empty()) << told.troubles[0].what;
    return told.statements.empty() || told.statements[0].entries.empty() ? std::string() : told.statements[0].entries[0].text;
  };
  const auto file = [](const std::string& name, const std::string& text) {
    return message(statement(entry("1", "CRDT", "<AddtlNtryInf>" + text + "</AddtlNtryInf>")), name.empty() ? "" : "<?xml version=\"1.0\" encoding=\"" + name + "\"?>");
  };
  EXPECT_EQ(text_of("\xEF\xBB\xBF" + file("UTF-8", "é")), "é");
  EXPECT_EQ(text_of(file("ISO-8859-1", "\xE9")), "é");
  EXPECT_EQ(text_of(file("windows-1252", "\x80")), "€");
  EXPECT_EQ(text_of(file("ISO-8859-15", "\xA4")), "€");
  EXPECT_EQ(text_of(file("GBK", "\xD2\xBD\xB1\xA3")), "医保");
  EXPECT_EQ(text_of(file("GB18030", "\xD2\xBD\xB1\xA3")), "医保");
  EXPECT_EQ(text_of(file("UTF-8", "\xE9"), "a=b\ncharset=ISO-8859-1\n"), "é") << "a person's word goes before the file's";
  std::string wide = "\xFF\xFE";
  for (const char c : file("UTF-16", "A")) wide += {c, '\0'};
  EXPECT_EQ(text_of(wide), "A");
  EXPECT_NE(collect(file("EBCDIC-X", "a")).find("camt.charset"), nullptr);
  const Told wrong = collect(file("UTF-8", "\xE9"));
  EXPECT_EQ(broken(wrong, "camt.not-xml").byte, static_cast<std::int64_t>(file("UTF-8", "\xE9").find('\xE9')));
}

TEST(CamtHostile, BytesThatCannotBeReadAndACancelledCall) {
  auto source = sized<mif_byte_source>();
  source.read = [](void*, std::uint8_t*, std::uint64_t) -> std::int64_t { return -1; };
  auto events = sized<mif_statement_events>();
  try {
    read_camt("", "", source, events);
    ADD_FAILURE();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), MIF_E_UNAVAILABLE);
  }
  try {
    read_camt("", "", source, events, [] { return true; });
    ADD_FAILURE();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), MIF_E_DEADLINE);
  }
}

TEST(CamtHostile, ThrowingFromAListenerComesOutWhole) {
  auto source = sized<mif_byte_source>();
  static const std::string bytes = message(kTwo);
  source.read = [](void*, std::uint8_t* room, std::uint64_t) -> std::int64_t {
    std::copy(bytes.begin(), bytes.end(), room);
    return static_cast<std::int64_t>(bytes.size());
  };
  auto events = sized<mif_statement_events>();
  events.open = [](void*, const mif_statement_open*) -> std::int32_t { throw Error(MIF_E_INTERNAL, "listener"); };
  EXPECT_THROW(read_camt("", "", source, events), Error);
}

}  // namespace
}  // namespace mif::bank_iso20022
