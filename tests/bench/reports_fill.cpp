// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/reports_fill.h"

#include <fmt/format.h>

#include <fstream>

#include "kernel/service/deployment.h"
#include "mif/error.hpp"

namespace mif::bench {
namespace {

namespace fs = std::filesystem;
const Who kWho{"system", "bench", ""};
constexpr const char* kRoot = "370000";
constexpr int kInstitutions = 16;

struct BookOf {
  int unit;
  bool employee;
  std::string code() const { return report_unit(unit) + (employee ? "-310" : "-390"); }
  std::string bank(int account) const { return fmt::format("bank_account={}{}{}", report_unit(unit), account, employee ? 1 : 2); }
};

// The vouchers of one month, the same in every run.
class Month {
 public:
  Month(const BookOf& book, Period period) : book_(book), period_(period) {}
  std::vector<ledger::Draft> all() {
    book_.employee ? employee() : resident();
    return std::move(drafts_);
  }

 private:
  using Line = std::tuple<const char*, std::string>;
  Fen amount() {
    seed_ = seed_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return Fen(static_cast<std::int64_t>(seed_ >> 33) % 90'000'000 + 1);
  }
  ledger::Draft& draft(const char* word, const std::string& summary) {
    ledger::Draft d;
    d.day = Day(period_.year, period_.month, drafts_.size() % 2 ? 10 : 25);
    d.book = book_.code();
    d.word = word;
    d.source_plugin = "bench";
    d.source_key = fmt::format("{}/{}/{}", d.book, period_.iso(), drafts_.size());
    d.summary = summary;
    d.maker = "maker1";
    return drafts_.emplace_back(std::move(d));
  }
  // `lines` on one side, their sum on the bank account.
  void voucher(const char* word, const std::string& summary, int side, const std::vector<Line>& lines, int bank) {
    ledger::Draft& d = draft(word, summary);
    Fen total;
    for (const auto& [account, aux] : lines) {
      const Fen fen = amount();
      total += fen;
      d.lines.push_back({side, fen, account, aux, summary});
    }
    d.lines.push_back({-side, total, std::to_string(bank), book_.bank(bank), summary});
  }
  void pay(const std::string& summary, const std::vector<Line>& lines) { voucher("付", summary, MIF_DEBIT, lines, 1004); }
  void receive(const std::string& summary, const std::vector<Line>& lines, int bank = 1003) { voucher("收", summary, MIF_CREDIT, lines, bank); }

  void employee() {
    seed_ = static_cast<std::uint64_t>(book_.unit) * 1000003 + static_cast<std::uint64_t>(period_.year * 100 + period_.month) * 7919;
    std::vector<Line> premiums;
    for (const char* mode : {"1", "2"}) {
      const std::string aux = std::string("contribution_source=1;insutype=310;mode=") + mode;
      for (const char* account : {"40010101", "40010102", "40010103", "40010104"}) premiums.emplace_back(account, aux);
      premiums.emplace_back("40010101", std::string("contribution_source=1;insutype=510;mode=") + mode);
    }
    for (const char* account : {"40010201", "40010202", "40010203"}) premiums.emplace_back(account, "contribution_source=1;insutype=310;mode=1");
    receive("税务征收保险费", premiums, 1002);
    // Received in one month, told apart in the next, so that none is left when the year ends.
    ledger::Draft& pending = draft(period_.month % 2 ? "收" : "转", "待转保险费");
    const Fen held(1'000'000 + book_.unit * 1000 + (period_.month + 1) / 2);
    if (period_.month % 2) pending.lines = {{MIF_DEBIT, held, "1002", book_.bank(1002), pending.summary}, {MIF_CREDIT, held, "4601", "mode=1", pending.summary}};
    else pending.lines = {{MIF_DEBIT, held, "4601", "mode=1", pending.summary}, {MIF_CREDIT, held, "40010101", "contribution_source=1;insutype=310;mode=1", pending.summary}};
    receive("财政补贴", {{"410101", "mode=1;subsidy_kind=1"}, {"410102", "mode=1;subsidy_kind=1"}, {"410104", "mode=2;subsidy_kind=1"}});
    receive("存款利息", {{"42010101", book_.bank(1003)}, {"42010201", book_.bank(1003)}});
    receive("下级上解、其他收入", {{"440201", "mode=1"}, {"440202", "mode=1"}, {"450101", "mode=1"}});
    receive("关系转入", {{"4301", "insutype=310;mode=1;region=" + region()}});
    pay("关系转出", {{"5201", "insutype=310;mode=1;region=" + region()}});
    pay("上解上级、大病、其他支出", {{"530101", "mode=1"}, {"530102", "mode=1"}, {"5101", "mode=1"}, {"540101", "mode=1"}});
    const auto benefit = [&](int i, const char* kind, const char* mode, const char* insurance) {
      return fmt::format("clr_type={};counterparty=H{}{:03};fund_pay_type=310100;insutype={};mode={};region={}", kind, report_unit(book_.unit), i, insurance, mode, region());
    };
    for (int i = 0; i < kInstitutions; ++i) {
      const char* mode = i % 4 == 3 ? "2" : "1";
      pay(fmt::format("定点医疗机构 {} 月结", i), {{"50010101", benefit(i, "21", mode, "310")}, {"50010103", benefit(i, "11", mode, "310")}, {i % 2 ? "50010203" : "50010202", benefit(i, "41", "1", "310")},
                                                   {"50010104", benefit(i, "21", mode, "510")}});
    }
  }
  void resident() {
    seed_ = static_cast<std::uint64_t>(book_.unit) * 2000003 + static_cast<std::uint64_t>(period_.year * 100 + period_.month) * 104729;
    const std::string premium = "contribution_source=1;insutype=390", aided = "contribution_source=3;insutype=390";
    receive("居民缴费", {{"400101", premium}, {"400102", premium}, {"400103", premium}, {"400101", aided}}, 1002);
    receive("财政补贴", {{"410101", "subsidy_kind=1"}, {"410102", "subsidy_kind=1"}, {"410103", "subsidy_kind=1"}, {"410104", "subsidy_kind=1"}});
    receive("存款利息、其他收入", {{"420101", book_.bank(1003)}, {"4402", ""}, {"4501", ""}});
    pay("大病保险、上解上级、其他支出", {{"5101", ""}, {"5301", ""}, {"5401", ""}});
    for (int i = 0; i < kInstitutions; ++i) {
      const std::string whom = fmt::format("counterparty=H{}{:03};fund_pay_type=390100;insutype=390;region={}", report_unit(book_.unit), i, region());
      pay(fmt::format("定点医疗机构 {} 月结", i), {{"500101", "clr_type=21;" + whom}, {"500102", "clr_type=11;" + whom}, {"500103", "clr_type=99;" + whom}});
    }
  }
  std::string region() const { return report_unit(book_.unit); }

  const BookOf& book_;
  Period period_;
  std::uint64_t seed_ = 0;
  std::vector<ledger::Draft> drafts_;
};

void make_home(const fs::path& home, int units) {
  const fs::path source = MIF_SOURCE_DIR;
  fs::create_directories(home / "config");
  for (const char* file : {"roles.info", "workflow.info"}) fs::copy_file(source / "config/demo-province" / file, home / "config" / file, fs::copy_options::overwrite_existing);
  std::ofstream(home / "mif.info") << "name \"bench\"\nmode development\nclock { business-day 2023-12-31 }\nplugin { reporting { templates \"templates/report\" } }\n";
  const auto d = service::Deployment::open(home.string(), false);
  const std::string charts = MIF_SOURCE_DIR "/config/demo-province/chart/";
  d->database().write([&](store::Txn& txn) {
    d->identity().put_unit(txn, kWho, {kRoot, "某省", "province", ""});
    for (int u = 1; u <= units; ++u) d->identity().put_unit(txn, kWho, {report_unit(u), fmt::format("单位 {}", u), "county", kRoot});
    d->identity().put_person(txn, kWho, {"maker1", "制单", kRoot, {"maker"}, false});
    for (const char* chart : {"employee", "resident"}) d->charts().apply(txn, kWho, chart, chart::read_chart(charts + chart + ".csv"), chart::read_aux_info(charts + "aux.info"));
    for (int u = 1; u <= units; ++u)
      for (const bool employee : {true, false}) {
        const BookOf of{u, employee};
        ledger::Book b;
        b.code = of.code();
        b.unit = report_unit(u);
        b.scheme = employee ? "310" : "390";
        b.chart = employee ? "employee" : "resident";
        b.name = "bench " + b.code;
        b.start = {kFirstYear, 1};
        d->ledger().create_book(txn, kWho, b);
        std::vector<ledger::Line> opening;
        const Fen each(1'000'000'000'000);
        for (const int bank : {1002, 1003, 1004}) opening.push_back({MIF_DEBIT, each, std::to_string(bank), of.bank(bank), "期初"});
        if (employee) opening.insert(opening.end(), {{MIF_CREDIT, each * 2, "300101", "", "期初"}, {MIF_CREDIT, each, "300102", "", "期初"}});
        else opening.push_back({MIF_CREDIT, each * 3, "3001", "", "期初"});
        d->ledger().set_opening(txn, kWho, b.code, opening);
      }
  });
}

}  // namespace

std::string report_unit(int i) { return fmt::format("{:06}", 370000 + i); }

void fill_reports(const fs::path& home, int units, int year, int last_year) {
  if (year == kFirstYear) make_home(home, units);
  const auto d = service::Deployment::open(home.string(), false);
  for (int u = 1; u <= units; ++u)
    for (const bool employee : {true, false}) {
      const BookOf book{u, employee};
      d->database().write([&](store::Txn& txn) {
        for (int month = 1; month <= 12; ++month) {
          d->ledger().import_posted(txn, kWho, Month(book, {year, month}).all(), "reviewer1");
          if (month == 12 && year == last_year) continue;
          auto closing = d->ledger().closing_drafts(txn, book.code(), {year, month});
          for (auto& draft : closing) draft.maker = "maker1";
          d->ledger().import_posted(txn, kWho, closing, "reviewer1");
          d->ledger().close(txn, kWho, book.code(), {year, month});
        }
      });
    }
}

}  // namespace mif::bench
