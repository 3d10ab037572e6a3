// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>

#include "kernel/chart/chart.h"

namespace mif::chart {
namespace {

std::map<std::string, Account> level_one(const std::string& path) {
  std::map<std::string, Account> found;
  for (const auto& account : read_chart(MIF_SOURCE_DIR "/" + path))
    if (account.code.size() == 4) found.emplace(account.code, account);
  return found;
}

// 财会〔2017〕28号: the codes are fixed by law; a deployment only adds details below them.
TEST(StatutoryChart, HasThirtyFourAccountsAndEverySchemeTakesItsOwnFromThem) {
  const auto statutory = level_one("templates/chart/statutory.csv");
  EXPECT_EQ(statutory.size(), 34u);
  for (const char* scheme : {"config/demo-province/chart/employee.csv", "config/demo-province/chart/resident.csv", "templates/chart/maternity.csv"})
    for (const auto& [code, account] : level_one(scheme)) {
      const auto found = statutory.find(code);
      ASSERT_NE(found, statutory.end()) << scheme << " invents " << code;
      EXPECT_EQ(account.name, found->second.name) << code;
      EXPECT_EQ(account.account_class, found->second.account_class) << code;
      EXPECT_EQ(account.side, found->second.side) << code;
    }
}

}  // namespace
}  // namespace mif::chart
