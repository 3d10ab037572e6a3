// SPDX-License-Identifier: Apache-2.0
// Books out and vouchers in over HTTP: row scope, permissions, and what a preview leaves behind.
#include <gtest/gtest.h>

#include "site.h"

namespace mif::web_test {
namespace {

const std::string kExports = "/api/v1/books/990000-310/exports/", kImports = "/api/v1/books/990000-310/voucher-imports";
const std::string kFile =
    "日期,凭证字,凭证号,摘要,科目,辅助核算,借方,贷方\n"
    "2023-06-15,记,W1,收到利息,1003,bank_account=9900001003001,12.34,\n"
    "2023-06-15,记,W1,收到利息,42010101,mode=1,,12.34\n"
    "2023-06-15,记,W2,借贷不平,1003,bank_account=9900001003001,1.00,\n";

std::string outcome(const Answer& answer, unsigned i) { return answer.json()->getArray("items")->getObject(i)->getValue<std::string>("outcome"); }

TEST(Interchange, ABookIsDownloadedByThoseWhoSeeIt) {
  Site::get().post_voucher(kBook, "export-1", Fen(4711), Day(2023, 6, 3));
  Client viewer = Client::of("viewer1");
  const Answer journal = viewer.get(kExports + "hledger?from=2023-06&to=2023-06");
  ASSERT_EQ(journal.status, 200) << journal.body;
  EXPECT_NE(journal.body.find("47.11 CNY"), std::string::npos);
  EXPECT_NE(journal.header("content-disposition").find("990000-310.hledger"), std::string::npos);
  EXPECT_NE(viewer.get(kExports + "saft").body.find("<Amount>47.11</Amount>"), std::string::npos);
  EXPECT_NE(viewer.get(kExports + "vouchers-csv").body.find("47.11"), std::string::npos);
  EXPECT_EQ(viewer.get(kExports + "vouchers-xlsx").body.substr(0, 2), "PK");
  expect_problem(viewer.get(kExports + "excel"), 404, "not-found");
  Client county = Client::of("county1");
  expect_problem(county.get(kExports + "hledger"), 404, "not-found");
}

TEST(Interchange, APreviewLeavesNothingAndApplyingMakesDrafts) {
  Client maker = Client::of("maker1");
  const auto import = [&](Client& client, const std::string& query) { return client.post(kImports + query, kFile, {{"Content-Type", "text/csv"}}); };
  const auto known = [&] { return maker.get("/api/v1/vouchers?book=990000-310&sourcePlugin=import").json()->getArray("items")->size(); };
  const Answer preview = import(maker, "?source=web");
  ASSERT_EQ(preview.status, 200) << preview.body;
  EXPECT_EQ(outcome(preview, 0), "new");
  EXPECT_EQ(outcome(preview, 1), "error");
  EXPECT_EQ(known(), 0u);
  const Answer applied = import(maker, "?source=web&mode=apply");
  EXPECT_EQ(outcome(applied, 0), "new");
  EXPECT_EQ(known(), 1u);
  EXPECT_EQ(outcome(import(maker, "?source=web&mode=apply"), 0), "same");
  EXPECT_EQ(known(), 1u);
  Client viewer = Client::of("viewer1"), county = Client::of("countymaker");
  expect_problem(import(viewer, ""), 403, "denied");
  expect_problem(import(county, ""), 404, "not-found");
  expect_problem(maker.post(kImports, kFile), 415, "unsupported-media-type");
}

}  // namespace
}  // namespace mif::web_test
