// SPDX-License-Identifier: Apache-2.0
// The JSON form: every example and limit of docs/exchange/json.md, what an exchange database may hold, and rubbish.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "ferry/json_reader.h"
#include "keys.h"
#include "manual.h"

namespace mif::ferry::testing {
namespace {

TEST(FerryJson, TheExamplesOfTheManualAreReadAndWrittenBackAlike) {
  const auto lines = examples("accepted");
  ASSERT_EQ(lines.size(), 4u);
  for (const auto& line : lines) {
    const Entry e = read_entry(line, 1);
    const Entry again = read_entry(write_entry(e), 1);
    EXPECT_EQ(write_entry(again), write_entry(e));
    EXPECT_EQ(again.payload, e.payload);
    EXPECT_EQ(again.seq, e.seq);
  }
  EXPECT_EQ(write_entry(read_entry(lines[0], 1)), lines[0]);
  EXPECT_EQ(write_entry(read_entry(lines[1], 1)), lines[1]);
  EXPECT_EQ(control_amount(read_entry(lines[0], 1)), Fen(100000));
  EXPECT_EQ(control_amount(read_entry(lines[1], 1)), Fen());
  EXPECT_EQ(control_amount(read_entry(lines[2], 1)), Fen(-1230));
  EXPECT_EQ(control_amount(read_entry(lines[3], 1)), Fen());
}

TEST(FerryJson, WhatTheManualSaysIsRefusedIsRefused) {
  const auto lines = examples("refused");
  ASSERT_EQ(lines.size(), 12u);
  for (const auto& line : lines) {
    try {
      read_entry(line, 7);
      ADD_FAILURE() << "accepted: " << line;
    } catch (const Error& e) {
      EXPECT_TRUE(e.rule() == "ferry.json" || e.rule() == "ferry.field") << e.what();
      EXPECT_NE(std::string(e.what()).find("第 7 行"), std::string::npos) << e.what();
    }
  }
}

TEST(FerryJson, TheAnswersOfTheManualAreRead) {
  std::string text;
  for (const auto& line : examples("answers")) text += line + "\n";
  const Answers answers = read_answers(text);
  EXPECT_EQ(answers.head.missing, (std::vector<std::int64_t>{9, 10}));
  ASSERT_EQ(answers.rows.size(), 2u);
  EXPECT_EQ(answers.rows[0].voucher, "2023-06 收-12");
  EXPECT_EQ(write_answers(answers.head, answers.rows), text);
  EXPECT_THROW(read_answers(""), Error);
}

TEST(FerryJson, TheLimitsOfTheManualAreThoseOfTheCode) {
  const std::map<std::string, std::size_t> code = {{"line", kLongestLine}, {"payload", kLongestPayload}, {"doc_no", kLongestDocNo}, {"doc_type", kLongestDocType},
                                                   {"feed", kLongestFeed}, {"reason", kLongestReason}, {"voucher", kLongestVoucher}};
  std::istringstream in(page("json.md"));
  std::string line;
  std::size_t found = 0;
  while (std::getline(in, line))
    for (const auto& [name, bytes] : code)
      if (line == "| `" + name + "` | " + std::to_string(bytes) + " |") ++found;
  EXPECT_EQ(found, code.size());
}

TEST(FerryJson, WhateverARowHoldsItTravelsOrIsMarkedSoThatItIsHeld) {
  Entry e = document(1, "1.00");
  const auto travelled = [&] { return read_entry(write_entry(e), 1); };
  for (const char* payload : {"{\n \"amount\" : \"1.00\"\r\n}", "", "null", "[1,2]", "{\"a\":1}", "{\"a\":{\"b\":[true,null,1.5e3]}}", "{\"a\":\"\\u0000\"}", "{broken", "\"text\""}) {
    e.payload = payload;
    std::string expected = payload;
    for (char& c : expected)
      if (c == '\n' || c == '\r') c = ' ';
    EXPECT_EQ(travelled().payload, expected);
  }
  e.payload = "{\"a\":\"" + std::string(1000000, 'x') + "\"}";
  EXPECT_EQ(travelled().payload, "payload too long: 1000008 bytes");
  e.payload = "{\"a\":\"\xc3\x28\"}";
  EXPECT_EQ(travelled().payload, "payload is not UTF-8");
  e.payload = std::string("{\"a\":\"b\"}\0", 10);
  EXPECT_EQ(travelled().payload, e.payload);  // no object, so a text: held
  e.payload = "{}";
  e.doc_no = "D\xff";
  EXPECT_EQ(travelled().doc_no, "D?\x01");
  e.doc_no = std::string(5000, 'D');
  EXPECT_EQ(travelled().doc_no.back(), '\x01');
  e.doc_no = std::string("D\0E", 3);
  EXPECT_EQ(travelled().doc_no, e.doc_no);
  for (const char* utf8 : {"单", "\xf0\x9f\x8f\xa5", "１２３．００"}) {
    e.doc_no = utf8;
    EXPECT_EQ(travelled().doc_no, utf8);
  }
}

TEST(FerryJson, AmountsBeyondReasonCountNothing) {
  for (const auto& [text, fen] : std::map<std::string, std::int64_t>{{"1000000000000.00", kLargestControlFen}, {"1000000000000.01", 0}, {"-1000000000000.00", -kLargestControlFen},
                                                                     {"9999999999999999999", 0}, {"１２", 0}, {"1.234", 0}, {"1e3", 0}, {"", 0}, {"0.1", 10}})
    EXPECT_EQ(control_amount(document(1, text)).value(), fen) << text;
}

TEST(FerryJson, DeepNestingEndsBeforeTheStack) {
  const std::string deep = std::string(200000, '[') + std::string(200000, ']');
  EXPECT_THROW(JsonReader(deep, "x").value(8), Error);
}

}  // namespace
}  // namespace mif::ferry::testing
