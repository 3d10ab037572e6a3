// SPDX-License-Identifier: Apache-2.0
// A ministry's own file: written, handed in, answered. tests/reporting/ministry is the ministry.
#include <gtest/gtest.h>

#include <fstream>

#include "crypto/keys.h"
#include "flow_world.h"
#include "mif/ext/report_template.h"
#include "packager_conformance.h"
#include "report-package/digests.h"

namespace mif::testing {
namespace {

namespace fs = std::filesystem;

const std::string kProvince = "990000", kChief = "c990000", kA = FlowWorld::county(1, 1), kB = FlowWorld::county(1, 2);
const std::vector<std::string> kPlugins = {"reporting", "report-nhsa", MIF_TEST_MINISTRY};

std::string padded(const std::string& text, std::size_t width) { return text + std::string(width - text.size(), ' '); }
std::string verdict(const std::string& unit, char said, const std::string& reason = {}, const std::string& file = {}) {
  return "U" + padded(unit, 12) + padded("mof-year", 20) + "2023-12" + "0001" + said + padded(file, 64) + reason + "\n";
}
std::string receipt(const std::string& number, const std::string& units, int count) { return "R" + padded(number, 16) + "\n" + units + "E00000" + std::to_string(count) + "\n"; }
std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

TEST(PackagerConformance, TheMinistriesKeepTheContract) {
  if (const std::string why = TestDatabase::missing(); !why.empty()) GTEST_SKIP() << why;
  FlowWorld w(1, 1, "", "signature none", {}, {"reporting", "report-nhsa", "report-mof", MIF_TEST_MINISTRY});
  const std::string task = R"({"ministry":"mof","package":"mof-year","title":"决算","unit":"990101","unitName":"县","period":"2023-12","layer":"own","revision":1,"template":"","result":"","tables":[{"code":"MB","rows":["1","2"],"cols":["1"]}]})";
  int asked = 0, told = 0;
  for (const auto& p : w.deployment().plugins().providers(MIF_REPORT_TEMPLATE_ID)) {
    const auto& ministry = *static_cast<const mif_report_template*>(p.extension);
    const auto faults = packager_faults(ministry, task, {{"MB", "1", "1", 10037}, {"MB", "2", "1", -5000}}, receipt("2024-1", verdict(kA, 'A') + verdict(kB, 'R', "人数不符"), 2));
    EXPECT_TRUE(faults.empty()) << p.plugin << ": " << faults.front();
    ++asked;
    // One that reads half a receipt is found out.
    static const mif_report_template* whole = nullptr;
    if (p.plugin != "test-ministry") continue;
    ++told;
    whole = &ministry;
    mif_report_template careless = ministry;
    careless.unpack = [](void* self, mif_call* call, mif_str bytes, mif_text_sink* out) {
      const std::string_view text(bytes.p, bytes.n);
      const std::string complete = text.size() > 60 ? receipt("2024-1", verdict(kA, 'A'), 1) : std::string(text);
      return whole->unpack(self, call, {complete.data(), static_cast<std::uint32_t>(complete.size())}, out);
    };
    EXPECT_FALSE(packager_faults(careless, task, {{"MB", "1", "1", 10037}}, receipt("2024-1", verdict(kA, 'A'), 1)).empty());
    careless = ministry;
    careless.describe_package = nullptr;
    EXPECT_FALSE(packager_faults(careless, task, {{"MB", "1", "1", 10037}}, receipt("2024-1", verdict(kA, 'A'), 1)).empty());
  }
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(told, 1);
}

TEST(Packager, AMinistrysFileIsWrittenAnsweredAndKeptInMind) {
  if (const std::string why = TestDatabase::missing(); !why.empty()) GTEST_SKIP() << why;
  const auto ours = crypto::make_pair(true);
  FlowWorld w(1, 2, "", "key-id city-1\n signer {\n kind software\n key report.pem\n }", [&](const fs::path& home) {
    fs::create_directories(home / "secrets");
    std::ofstream(home / "secrets/report.pem") << ours.private_pem.view();
    fs::permissions(home / "secrets/report.pem", fs::perms::owner_read | fs::perms::owner_write);
  }, kPlugins);
  const std::string id = w.assign("mof-year", kProvince, kA + "," + kB, kChief);
  w.post_voucher(kA, Day(2023, 3, 1), "4501", "100.37");
  w.post_voucher(kA, Day(2023, 4, 1), "5101", "50.00");
  const auto receive = [&](const std::string& text, bool apply, const std::string& login = kChief) { return w.post("/ministry-receipts", text, login, std::string("package=mof-year") + (apply ? "&apply=yes" : "")); };
  for (const auto& u : {kA, kB}) {
    w.fill_in(u, "10", "c" + u);
    w.submit(id, u, "c" + u);
  }
  // Nothing was handed in yet: nothing can be answered.
  EXPECT_EQ(receive(receipt("2024-0", verdict(kA, 'A'), 1), true).item(0, "outcome"), "unmatched");
  const auto status = [&](const std::string& unit, const std::string& name) { return w.get("/status", "assignment=" + id, kChief).of("unit", unit, name); };
  EXPECT_EQ(status(kA, "filing"), "");
  for (const auto& u : {kA, kB}) {
    const auto made = w.job("report package", {{"unit", u}, {"period", "2023-12"}, {"package", "mof-year"}, {"out", w.home()}}, kChief);
    EXPECT_EQ(made.of("form", "ministry", "file"), (u == kA ? "县1-1" : "县1-2") + std::string("_mof-year_2023-12_r1-mof.fw"));
    EXPECT_EQ(status(u, "filing"), "made");
  }
  const std::string file = content(w.home() / "县1-1_mof-year_2023-12_r1-mof.fw");
  std::string expected = "H" + padded(kA, 12) + padded("mof-year", 20) + "2023-120001\n";
  const auto zeros = [](std::int64_t number, std::size_t width) {
    const std::string text = std::to_string(number < 0 ? -number : number);
    return std::string(width - text.size(), '0') + text;
  };
  std::int64_t sum = 0, lines = 0;
  const auto cells = w.get("/tables/MB", "unit=" + kA + "&period=2023-12&revision=1", kChief).json->getArray("cells");
  for (unsigned i = 0; i < cells->size(); ++i) {
    const auto cell = cells->getObject(i);
    if (cell->getValue<std::string>("kind") != "money") continue;
    const std::int64_t fen = Fen::parse(cell->getValue<std::string>("value")).value();
    expected += "D" + padded("MB", 12) + padded(cell->getValue<std::string>("row"), 8) + padded("1", 8) + (fen < 0 ? "-" : "+") + zeros(fen, 18) + "\n";
    sum += fen;
    ++lines;
  }
  EXPECT_EQ(file, expected + "T" + zeros(lines, 6) + (sum < 0 ? "-" : "+") + zeros(sum, 18) + "\n");
  EXPECT_NE(file.find("+000000000000010037\n"), std::string::npos);
  const std::string signature = content(w.home() / "县1-1_mof-year_2023-12_r1-mof.fw.sig");
  EXPECT_NE(signature.find("\"file\":\"" + report_package::sha256(file) + "\",\"algorithm\":\"sm2-sm3\",\"keyId\":\"city-1\""), std::string::npos) << signature;
  EXPECT_EQ(w.file("/files/mof-year", "unit=" + kA + "&period=2023-12&form=ministry", kChief), file);
  // What the ministry answers: looked at, then kept; who may not manage the unit's reports may not.
  const std::string answer = receipt("2024-17", verdict(kA, 'A', "", report_package::sha256(file)) + verdict(kB, 'R', "人数不符"), 2);
  EXPECT_EQ(receive(answer, false).of("unit", kA, "outcome"), "preview");
  EXPECT_EQ(status(kA, "filing"), "made");
  EXPECT_NE(FlowWorld::refused([&] { receive(answer, true, "v" + kA); }), "");
  const auto taken = receive(answer, true);
  EXPECT_EQ(taken.exit(), 3);  // one was refused
  EXPECT_EQ(taken.of("unit", kA, "outcome") + taken.of("unit", kB, "outcome"), "takentaken");
  EXPECT_EQ(status(kA, "filing") + " " + status(kA, "filingNumber"), "accepted 2024-17");
  EXPECT_EQ(status(kB, "filing") + " " + status(kB, "filingReason"), "refused 人数不符");
  EXPECT_EQ(w.get("/submissions", "unit=" + kB, kChief).of("package", "mof-year", "filing"), "refused");
  EXPECT_EQ(receive(answer, true).of("unit", kA, "outcome"), "same");
  const auto said = w.rows("select object || ' ' || body from audit_entry where action = 'reporting.report.ministry-answer' order by object");
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(said[0].rfind("reporting/report:mof-year/" + kA + "/2023-12#1 ", 0), 0u);
  EXPECT_NE(said[1].find("人数不符"), std::string::npos);
  EXPECT_EQ(w.rows("select object from audit_entry where action = 'reporting.report.ministry-file'").size(), 2u);
  // Packing again gives the same file and takes nothing back.
  w.job("report package", {{"unit", kA}, {"period", "2023-12"}, {"package", "mof-year"}}, kChief);
  EXPECT_EQ(status(kA, "filing"), "accepted");
  // Other answers: of another file, of another revision, cut, of a ministry without receipts.
  EXPECT_EQ(receive(receipt("2024-18", verdict(kA, 'R', "x", report_package::sha256("other")), 1), true).item(0, "outcome"), "unmatched");
  std::string second = verdict(kA, 'R', "x");
  second.replace(second.find("0001"), 4, "0002");
  EXPECT_EQ(receive(receipt("2024-19", second, 1), true).item(0, "outcome"), "unmatched");
  EXPECT_NE(FlowWorld::refused([&] { receive(answer.substr(0, answer.size() - 3), true); }), "");
  EXPECT_EQ(FlowWorld::refused([&] { w.post("/ministry-receipts", answer, kChief, "package=nhsa-year"); }), "report.no-receipts");
  EXPECT_EQ(status(kA, "filing"), "accepted");
}

}  // namespace
}  // namespace mif::testing
