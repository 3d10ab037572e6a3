// SPDX-License-Identifier: Apache-2.0
// What a document says about its amount beside what is booked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "figures.h"
#include "rule_files.h"

namespace mif::exchange {
namespace {

using ::testing::HasSubstr;
using namespace mif::exchange::testing;

std::string held(const std::string& type, const std::string& fields, const std::string& rules = "employee") {
  static const RuleSet employee = shipped_rules("employee"), resident = shipped_rules("resident");
  try {
    map_document(rules == "employee" ? employee : resident, document(type, "{\"book\":\"b\"," + fields + "}"));
  } catch (const Error& e) {
    return e.what();
  }
  return "mapped";
}

TEST(Accrual, IsExactToTheFenAndHalfAFenGoesUp) {
  EXPECT_EQ(accrued(Fen(10000000), 30, rate_of("0.0005")), Fen(150000));  // 100,000.00 for 30 days: 1,500.00
  EXPECT_EQ(accrued(Fen(100000), 1, rate_of("0.0005")), Fen(50));
  EXPECT_EQ(accrued(Fen(999), 1, rate_of("0.0005")), Fen());               // 0.4995 fen
  EXPECT_EQ(accrued(Fen(1000), 1, rate_of("0.0005")), Fen(1));             // 0.5 fen
  EXPECT_EQ(accrued(Fen(-1000), 1, rate_of("0.0005")), Fen(-1));           // a reversal is the mirror image
  EXPECT_EQ(accrued(Fen(123456789), 365, rate_of("0.00012345")), Fen(5562870));
  EXPECT_EQ(rate_of("1"), 100000000);
  EXPECT_EQ(accrued(Fen(9223372036854775807), 1, rate_of("1")), Fen(9223372036854775807));
  EXPECT_THROW(accrued(Fen(9223372036854775807), 2, rate_of("1")), Error);
}

TEST(LateFee, ByDaysIsRecomputed) {
  const std::string fields = "\"bank_kind\":\"1003\",\"bank_account\":\"A\",\"overdue\":\"100000.00\",\"days\":\"30\",\"pool\":\"1500.00\",\"amount\":\"1500.00\"";
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = fields;
    return held("late-fee", text.replace(text.find(from), from.size(), to));
  };
  EXPECT_EQ(held("late-fee", fields), "mapped");
  EXPECT_THAT(with("\"30\"", "\"31\""), HasSubstr("1,550.00"));
  EXPECT_THAT(with("\"days\":\"30\",", ""), HasSubstr("days"));
  EXPECT_THAT(with("\"overdue\":\"100000.00\",", ""), HasSubstr("overdue"));
  for (const char* days : {"-1", "3.5", "00001", "1e1", "３０"}) EXPECT_THAT(with("\"30\"", std::string("\"") + days + "\""), HasSubstr("天数")) << days;
  EXPECT_EQ(with("\"overdue\":\"100000.00\",\"days\":\"30\",", ""), "mapped");  // a lump sum
}

TEST(Figures, ClaimedLessDeductionsIsWhatIsPaid) {
  const std::string base = "\"mode\":\"1\",\"institution\":\"H\",\"institution_name\":\"h\",\"bank_account\":\"A\",\"payee_account\":\"P\",\"payee_name\":\"n\",\"payee_bank_no\":\"9\",";
  EXPECT_EQ(held("institution-settlement", base + "\"claimed\":\"1000.00\",\"deduction_review\":\"30.00\",\"deduction_audit\":\"20.00\",\"retained\":\"50.00\",\"inpatient\":\"900.00\",\"amount\":\"900.00\""), "mapped");
  EXPECT_THAT(held("institution-settlement", base + "\"claimed\":\"1000.00\",\"deduction_review\":\"30.00\",\"inpatient\":\"900.00\",\"amount\":\"900.00\""), HasSubstr("970.00"));
  EXPECT_THAT(held("institution-settlement", base + "\"retained\":\"50.00\",\"inpatient\":\"900.00\",\"amount\":\"900.00\""), HasSubstr("-50.00"));
  EXPECT_THAT(held("institution-settlement", base + "\"claimed\":\"1e3\",\"inpatient\":\"900.00\",\"amount\":\"900.00\""), HasSubstr("claimed"));
  EXPECT_THAT(held("institution-settlement", base + "\"claimed\":\"800.00\",\"retained\":\"-100.00\",\"inpatient\":\"900.00\",\"amount\":\"900.00\""), HasSubstr("负数"));
  EXPECT_NE(held("institution-settlement", base + "\"claimed\":\"92233720368547758.07\",\"retained\":\"92233720368547758.07\",\"inpatient\":\"900.00\",\"amount\":\"900.00\""), "mapped");
}

TEST(Sign, TheFlagAndTheAmountAgree) {
  const auto with = [&](const char* flag, const char* amount) {
    return held("subsidy", std::string("\"bank_account\":\"A\",\"subsidy_kind\":\"1\",\"revs_flag\":\"") + flag + "\",\"province\":\"" + amount + "\",\"amount\":\"" + amount + "\"", "resident");
  };
  EXPECT_EQ(with("Z", "5.00"), "mapped");
  EXPECT_EQ(with("+", "5.00"), "mapped");
  EXPECT_EQ(with("-", "-5.00"), "mapped");
  EXPECT_THAT(with("-", "5.00"), HasSubstr("revs_flag"));
  EXPECT_THAT(with("Z", "-5.00"), HasSubstr("-5.00"));
}

TEST(Memo, AnAssessmentIsRegisteredAndHasNoEntry) {
  const Mapped m = map_document(shipped_rules("resident"), document("assessment", R"({"book":"b","contribution_source":"1","current":"380.00","amount":"380.00"})"));
  EXPECT_TRUE(m.memo);
  EXPECT_TRUE(m.draft.lines.empty());
  EXPECT_EQ(m.amount, Fen(38000));
  EXPECT_EQ(m.rule, "resident 2026.1 assessment/memo");
}

}  // namespace
}  // namespace mif::exchange
