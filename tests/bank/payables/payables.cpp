// SPDX-License-Identifier: Apache-2.0
// A payable source read from a file of the home: id|voucher|book|obligation|day|amount|payer|payee|name|bank|purpose per line, and |budget|amount of it when there is one. What it is told
// goes into the file MIF_TEST_RESULTS names, as obligation|state|amount|seq|reason; it takes nothing while that file with ".refuse" is there.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "mif/extensions.hpp"
#include "mif/services.hpp"

namespace {

class Payables : public mif::Plugin, public mif::PayableSource {
 public:
  using Plugin::Plugin;
  const void* extension(std::string_view id) override { return id == MIF_PAYABLE_SOURCE_ID ? payable_abi() : nullptr; }
  void fetch_payables(mif::Call call, std::int64_t after, std::uint32_t limit, mif_payable_sink& sink) override {
    std::istringstream lines(mif::Config(*this).bytes(call, "payables.txt"));
    std::uint32_t given = 0;
    for (std::string line; std::getline(lines, line) && given < limit;) {
      std::vector<std::string> f;
      std::istringstream fields(line);
      for (std::string field; std::getline(fields, field, '|');) f.push_back(field);
      if ((f.size() != 11 && f.size() != 13 && f.size() != 14) || std::stoll(f[0]) <= after) continue;
      auto p = mif::sized<mif_payable>();
      p.id = std::stoll(f[0]);
      p.voucher_id = std::stoll(f[1]);
      p.book = mif::s(f[2]);
      p.obligation = mif::s(f[3]);
      p.day = mif::Day::parse(f[4]).value();
      p.fen = mif::Fen::parse(f[5]).value();
      p.payer_account = mif::s(f[6]);
      p.payee_account = mif::s(f[7]);
      p.payee_name = mif::s(f[8]);
      p.payee_bank_no = mif::s(f[9]);
      p.purpose = mif::s(f[10]);
      if (f.size() >= 13) p.budget = mif::s(f[11]), p.budget_fen = mif::Fen::parse(f[12]).value();
      p.budget_flagged = f.size() == 14 && f[13] == "flag";
      ++given;
      if (sink.on(&sink, &p) != 0) return;
    }
  }
  void payable_results(mif::Call, const mif_payable_result* results, std::uint32_t n) override {
    const char* file = std::getenv("MIF_TEST_RESULTS");
    if (!file) return;
    if (std::filesystem::exists(std::string(file) + ".refuse")) throw mif::Error(MIF_E_UNAVAILABLE, "test.refused", "not now");
    std::ofstream out(file, std::ios::app);
    for (std::uint32_t i = 0; i < n; ++i)
      out << mif::str(results[i].obligation) << '|' << mif::str(results[i].state) << '|' << mif::Fen(results[i].fen).plain() << '|' << results[i].seq << '|' << mif::str(results[i].reason) << '\n';
  }
};

}  // namespace

MIF_PLUGIN(Payables, "payables", "1.0.0", MIF_LIST("mif.payable-source/1"), MIF_LIST("mif.config/1"))
