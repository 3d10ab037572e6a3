// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

#include "bai2.h"
#include "decimal.h"
#include "lines.h"
#include "mif/error.hpp"
#include "mt940.h"
#include "ofx.h"
#include "text.h"

namespace mif::statement_text {
namespace {

std::string read(std::string_view text) {
  mif_decimal d{};
  return read_decimal(text, d) ? to_text(d) : d.given ? "given" : "no";
}

TEST(Decimal, IsReadExactly) {
  EXPECT_EQ(read("1234,"), "1234");
  EXPECT_EQ(read("-12.50"), "-12.5");
  EXPECT_EQ(read("+0012,5"), "12.5");
  EXPECT_EQ(read("12.50-"), "-12.5");
  EXPECT_EQ(read(" 7 "), "7");
  EXPECT_EQ(read(",5"), "0.5");
  EXPECT_EQ(read("0,00"), "0");
  EXPECT_EQ(read("-0.01"), "-0.01");
  EXPECT_EQ(read("1.234,56"), "1234.56");
  EXPECT_EQ(read("1,234.56"), "1234.56");
  EXPECT_EQ(read("1,234,567"), "1234567");
  EXPECT_EQ(read("000000000000001,62"), "1.62");
  EXPECT_EQ(read("3858.6713352286442"), "3858.6713352286442");
  EXPECT_EQ(read("+00000000000115.8331"), "115.8331");
  EXPECT_EQ(read("1.50000000000000000000"), "1.5");
  EXPECT_EQ(read("9223372036854775807"), "9223372036854775807");
}

TEST(Decimal, RefusesWhatIsNone) {
  for (const char* text : {"", "-", ",", "abc", "1.2.3,4,5", "1e5", "12 34", "--1", "*snipped*", "nullnull7414,3", "9223372036854775808", "0.1234567890123456789"}) EXPECT_EQ(read(text), "no") << text;
}

TEST(Decimal, AddsAcrossScalesAndRefusesOverflow) {
  mif_decimal sum = decimal(0, 0);
  EXPECT_TRUE(add(sum, decimal(125, 1)));
  EXPECT_TRUE(add(sum, decimal(-1, 3)));
  EXPECT_EQ(to_text(sum), "12.499");
  EXPECT_TRUE(add(sum, mif_decimal{}));
  mif_decimal most = decimal(INT64_MAX, 0);
  EXPECT_FALSE(add(most, decimal(1, 0)));
  EXPECT_EQ(to_text(most), "9223372036854775807");
  EXPECT_TRUE(equal(decimal(150, 2), decimal(15, 1)));
  EXPECT_FALSE(equal(decimal(150, 2), decimal(15, 2)));
  EXPECT_FALSE(equal(decimal(0, 0), mif_decimal{}));
  EXPECT_EQ(to_text(decimal(INT64_MIN, 2)), "-92233720368547758.08");
}

TEST(Charset, Utf8GoesFirstThenTheDeclaredSetThenTheLikelyOne) {
  EXPECT_EQ(Charset().read("\xe5\x9b\xbd"), "国");
  EXPECT_EQ(Charset("charset=GB18030").read("\xe5\x9b\xbd"), "国");
  EXPECT_EQ(Charset().read("\xb9\xfa\xbc\xd2"), "国家");            // GB 2312 and nothing else
  EXPECT_EQ(Charset().read("M\xfcller"), "Müller");                 // Windows-1252
  EXPECT_EQ(Charset("charset=ISO-8859-1").read("\xb9\xfa"), "¹ú");  // a person's word goes first
  EXPECT_EQ(Charset().read(std::string_view("a\0b\x01\x7f", 5)), "a b  ");
  EXPECT_EQ(Charset().read("\xe2\x82"), "â‚");  // a character cut in half
  Charset said;
  said.label("1252");
  EXPECT_EQ(said.read("\x80 5"), "€ 5");
  EXPECT_FALSE(said.guessed());
}

TEST(Days, BeyondTheEndOfAMonthAreItsLast) {
  bool moved = false;
  EXPECT_EQ(day_of(2016, 2, 29, moved), 20160229);
  EXPECT_FALSE(moved);
  EXPECT_EQ(day_of(2016, 2, 30, moved), 20160229);
  EXPECT_TRUE(moved);
  EXPECT_EQ(day_of(2016, 13, 1, moved), 0);
  EXPECT_EQ(day_of(2016, 1, 32, moved), 0);
}

std::string lines_of(std::string_view text, std::size_t chunk) {
  struct From {
    std::string_view left;
    std::size_t chunk;
  } from{text, chunk};
  mif_byte_source source{sizeof(mif_byte_source), 0, &from, [](void* p, std::uint8_t* room, std::uint64_t) -> std::int64_t {
                           auto& f = *static_cast<From*>(p);
                           const std::size_t n = std::min(f.chunk, f.left.size());
                           std::memcpy(room, f.left.data(), n);
                           f.left.remove_prefix(n);
                           return static_cast<std::int64_t>(n);
                         }};
  Chunks chunks(source);
  Lines lines(chunks);
  std::string out;
  for (Line l; lines.next(l);)
    out += std::to_string(l.number) + "@" + std::to_string(l.byte) + (l.continued ? "+" : "") + (l.ended ? " " : "... ") + (l.text.size() > 20 ? std::to_string(l.text.size()) : std::string(l.text)) + "|";
  return out + std::to_string(lines.byte());
}

TEST(Lines, EndWithLfCrOrBothAndKnowWhereTheyStand) {
  for (const std::size_t chunk : {1, 2, 5, 1000}) {
    EXPECT_EQ(lines_of("a\r\nbb\n\nc\rd\r\r\ne", chunk), "1@0 a|2@3 bb|3@6 |4@7 c|5@9 d|6@11 |7@13 e|14") << chunk;
    EXPECT_EQ(lines_of("", chunk), "0");
    EXPECT_EQ(lines_of("a\n", chunk), "1@0 a|2");
  }
  EXPECT_EQ(lines_of(std::string(70000, 'x') + "\ny", 1000), "1@0... 65536|1@65536+ 4464|2@70001 y|70002");
}

// Bytes made as they are asked for: a file of any size without the file.
struct Made {
  std::string head, again, tail;
  std::int64_t left = 0;  // bytes of `again`
  std::size_t at = 0;
  int part = 0;
  static std::int64_t read(void* p, std::uint8_t* room, std::uint64_t most) {
    auto& m = *static_cast<Made*>(p);
    std::uint64_t n = 0;
    while (n < most && m.part < 3) {
      const std::string& text = m.part == 0 ? m.head : m.part == 1 ? m.again : m.tail;
      const std::size_t take = std::min<std::size_t>(text.size() - m.at, most - n);
      std::memcpy(room + n, text.data() + m.at, take);
      n += take;
      m.at += take;
      if (m.at < text.size()) continue;
      m.at = 0;
      if (m.part == 1 && (m.left -= static_cast<std::int64_t>(text.size())) > 0) continue;
      ++m.part;
    }
    return static_cast<std::int64_t>(n);
  }
};

std::int64_t resident_kib() {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);)
    if (line.rfind("VmRSS:", 0) == 0) return std::atoll(line.c_str() + 6);
  return 0;
}

struct Count {
  std::int64_t entries = 0, troubles = 0, peak = 0;
};

template <class Reader>
Count run(Reader&& reader, Made made) {
  Count count;
  mif_byte_source source{sizeof(mif_byte_source), 0, &made, &Made::read};
  mif_statement_events events{sizeof(mif_statement_events), 0, &count, [](void*, const mif_statement_open*) { return 0; }, [](void*, const mif_statement_balance*) { return 0; },
                              [](void* p, const mif_statement_entry*) {
                                auto& c = *static_cast<Count*>(p);
                                if (++c.entries % 1000 == 0) c.peak = std::max(c.peak, resident_kib());
                                return 0;
                              },
                              [](void*, const mif_statement_close*) { return 0; }, [](void* p, const mif_statement_trouble*) {
                                ++static_cast<Count*>(p)->troubles;
                                return 0;
                              }};
  const std::int64_t before = resident_kib();
  reader(source, std::string_view(), events, Cancelled());
  count.peak = std::max(count.peak, resident_kib()) - before;
  return count;
}

constexpr std::int64_t kMiB = 1024 * 1024;

TEST(Memory, DoesNotGrowWithTheFile) {
  const std::string mt = ":20:X\n:25:1\n:28C:1\n:60F:C240101EUR0,\n", bai = "01,A,B,240101,0000,1,,,2/\n02,A,B,1,240101,,EUR,/\n03,1,EUR,,,,/\n", ofx = "OFXHEADER:100\n\n<OFX><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>1</BANKACCTFROM>";
  struct Shape {
    const char* name;
    void (*read)(mif_byte_source&, std::string_view, mif_statement_events&, const Cancelled&);
    Made made;
    bool many;
  };
  const std::vector<Shape> shapes = {
      {"MT940, many entries", bank_mt940::read_mt940, {mt, ":61:2401010101D1,NTRFREF//BANK\n:86:166?20EREF+END TO END?32Example\n", ":62F:D240101EUR1,\n", 48 * kMiB}, true},
      {"MT940, one line", bank_mt940::read_mt940, {mt + ":86:", "text without end ", "\n", 48 * kMiB}, false},
      {"MT940, one text", bank_mt940::read_mt940, {mt + ":61:2401010101D1,NTRFREF\n:86:x\n", "text without end\n", "\n", 48 * kMiB}, false},
      {"MT940, trouble", bank_mt940::read_mt940, {mt, ":61:nothing\n", "", 8 * kMiB}, false},
      {"BAI2, many entries", bank_bai2::read_bai2, {bai, "16,475,100,,REF,CUST,text/\n", "49,1,2/\n98,1,1,4/\n99,1,1,6/\n", 48 * kMiB}, true},
      {"BAI2, many entries on one line", bank_bai2::read_bai2, {bai, "16,475,100,,REF,CUST,a/b text/", "49,1,2/98,1,1,4/99,1,1,6/", 48 * kMiB}, true},
      {"BAI2, one record", bank_bai2::read_bai2, {bai + "16,475,1,,,,", "88,text\n", "", 48 * kMiB}, false},
      {"BAI2, one line", bank_bai2::read_bai2, {bai + "16,475,1,,,,", "text without end ", "", 48 * kMiB}, false},
      {"OFX, many entries on one line", bank_ofx::read_ofx, {ofx + "<BANKTRANLIST>", "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20240101<TRNAMT>-1.00<FITID>1<NAME>x</STMTTRN>", "</BANKTRANLIST></STMTRS></OFX>", 48 * kMiB}, true},
      {"OFX, one text", bank_ofx::read_ofx, {ofx + "<STMTTRN><MEMO>", "text without end ", "", 48 * kMiB}, false},
      {"OFX, one tag", bank_ofx::read_ofx, {ofx + "<STMTTRN><", "MEMO", "", 48 * kMiB}, false},
      {"OFX, one CDATA", bank_ofx::read_ofx, {ofx + "<STMTTRN><MEMO><![CDATA[", "text ]] ", "", 48 * kMiB}, false},
  };
  for (const auto& s : shapes) {
    SCOPED_TRACE(s.name);
    const Count count = run(s.read, s.made);
    EXPECT_LT(count.peak, 16 * 1024) << "KiB";
    EXPECT_LE(count.troubles, 1100);
    EXPECT_GT(count.entries, s.many ? 400000 : -1);
  }
}

}  // namespace
}  // namespace mif::statement_text
