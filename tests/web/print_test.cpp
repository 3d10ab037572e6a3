// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "kernel/service/printing.h"
#include "mif/error.hpp"
#include "site.h"

namespace mif::web_test {
namespace {

class Printing : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (int i = 0; i < 5; ++i) ids().push_back(Site::get().post_voucher(kBook, "print-" + std::to_string(i), Fen(12345 + i), Day(2023, 6, 7)));
    county() = Site::get().post_voucher(kCountyBook, "print-county", Fen(777), Day(2023, 1, 5));
  }
  static std::vector<std::int64_t>& ids() {
    static std::vector<std::int64_t> all;
    return all;
  }
  static std::int64_t& county() {
    static std::int64_t one = 0;
    return one;
  }
  Client client = Client::of("viewer1");
};

TEST_F(Printing, VouchersComeAsPdf) {
  const Answer one = client.get("/api/v1/vouchers/" + std::to_string(ids()[0]) + "/print");
  EXPECT_EQ(one.status, 200);
  EXPECT_EQ(one.header("content-type"), "application/pdf");
  EXPECT_EQ(one.body.substr(0, 5), "%PDF-");
  EXPECT_EQ(one.header("mif-print-notes"), "0");
  const Answer month = client.get("/api/v1/books/990000-310/print/vouchers?period=2023-06&form=voucher-a4x2&offsetX=1.5");
  EXPECT_EQ(month.status, 200);
  EXPECT_GT(month.body.size(), one.body.size());
}

TEST_F(Printing, LedgersComeInThreeFormsFromTheSameRows) {
  for (const char* ledger : {"balance", "general", "detail", "summary", "journal"}) {
    const std::string path = "/api/v1/books/990000-310/print/ledgers/" + std::string(ledger) + "?year=2023";
    EXPECT_EQ(client.get(path).body.substr(0, 5), "%PDF-") << ledger;
    EXPECT_EQ(client.get(path + "&format=xlsx").body.substr(0, 2), "PK") << ledger;
    const Answer csv = client.get(path + "&format=csv");
    EXPECT_EQ(csv.header("content-type"), "text/csv; charset=utf-8");
    EXPECT_NE(csv.body.find("\r\n"), std::string::npos) << ledger;
  }
  EXPECT_NE(client.get("/api/v1/books/990000-310/print/ledgers/journal?year=2023&format=csv").body.find("123.45"), std::string::npos);
}

TEST_F(Printing, OtherUnitsPaperIsNotThere) {
  Client other = Client::of("county1");
  EXPECT_EQ(other.get("/api/v1/vouchers/" + std::to_string(ids()[0]) + "/print").status, 404);
  EXPECT_EQ(other.get("/api/v1/books/990000-310/print/vouchers?period=2023-06").status, 404);
  EXPECT_EQ(other.get("/api/v1/books/990000-310/print/ledgers/balance?year=2023").status, 404);
  EXPECT_EQ(other.post("/api/v1/books/990000-310/print/years/2023", "").status, 404);
  EXPECT_EQ(other.get("/api/v1/books/990000-310/print/years/2023").status, 404);
  EXPECT_EQ(other.get("/api/v1/vouchers/" + std::to_string(county()) + "/print").status, 200);
}

TEST_F(Printing, WrongQuestionsAreRefused) {
  EXPECT_EQ(client.get("/api/v1/books/990000-310/print/ledgers/nonsense?year=2023").status, 422);
  EXPECT_EQ(client.get("/api/v1/books/990000-310/print/ledgers/balance").status, 400);
  EXPECT_EQ(client.get("/api/v1/books/990000-310/print/ledgers/balance?year=2023&format=doc").status, 422);
  EXPECT_EQ(client.get("/api/v1/books/990000-310/print/vouchers?period=2023-06&form=none").status, 404);
  EXPECT_EQ(client.get("/api/v1/books/990000-310/print/vouchers?period=2023-06&offsetX=wide").status, 400);
  EXPECT_EQ(client.get("/api/v1/books/990000-310/print/years/1999").status, 404);
}

TEST_F(Printing, AYearIsPrintedInTheBackground) {
  const std::string here = "/api/v1/books/990000-310/print/years/2023";
  Answer answer = client.post(here, "");
  ASSERT_TRUE(answer.status == 202 || answer.status == 200) << answer.status << answer.body;
  EXPECT_EQ(answer.header("location"), here);
  for (int i = 0; i < 600 && answer.status == 202; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    answer = client.get(here);
  }
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json()->getValue<std::string>("state"), "done") << answer.body;
  const auto files = answer.json()->getArray("files");
  ASSERT_GE(files->size(), 6u);
  for (std::size_t i = 0; i < files->size(); ++i) {
    const std::string name = files->getElement<std::string>(static_cast<unsigned>(i));
    std::string encoded;
    for (const char c : name) {
      char hex[4];
      std::snprintf(hex, sizeof hex, "%%%02X", static_cast<unsigned char>(c));
      encoded += hex;
    }
    const Answer file = client.get(here + "/" + encoded);
    EXPECT_EQ(file.status, 200) << name;
    EXPECT_EQ(file.body.substr(0, 2), name.find(".pdf") == std::string::npos ? "PK" : "%P") << name;
  }
  EXPECT_EQ(client.get(here + "/print.info").status, 404);
  EXPECT_EQ(client.post(here, "").status, 200);               // it is there
  EXPECT_EQ(client.post(here + "?again=true", "").status, 202);
}

TEST_F(Printing, AnInterruptedYearGoesOnWhereItWas) {
  namespace fs = std::filesystem;
  const std::string folder = Site::get().home + "/interrupted";
  service::Printing printing(*Site::get().deployment, "查阅文");
  const auto stop_at = [](std::int64_t at) {
    return [at](std::string_view, std::int64_t done, std::int64_t) {
      if (done == at) throw Error(MIF_E_CANCELLED, "断电");
    };
  };
  EXPECT_THROW(printing.year(kBook, 2023, folder, stop_at(3)), Error);
  std::map<std::string, fs::file_time_type> before;
  for (const auto& entry : fs::directory_iterator(folder)) before[entry.path().filename()] = entry.last_write_time();
  ASSERT_EQ(before.size(), 4u);  // three files and the mark of whose year it is
  const auto all = printing.year(kBook, 2023, folder);
  EXPECT_GT(all.size(), 3u);
  for (const auto& [name, time] : before) EXPECT_EQ(fs::last_write_time(folder + "/" + name), time) << name;
  for (const auto& one : all) EXPECT_TRUE(fs::exists(one.path)) << one.path;
  for (const auto& entry : fs::directory_iterator(folder)) EXPECT_EQ(entry.path().string().find(".part"), std::string::npos);
  EXPECT_THROW(printing.year(kCountyBook, 2023, folder), Error);  // another book's folder
}

}  // namespace
}  // namespace mif::web_test
