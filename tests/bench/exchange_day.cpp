// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/exchange_day.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

namespace mif::bench {

namespace fs = std::filesystem;

std::string unit_of(int agency) { return fmt::format("99{:04}", agency); }

BusinessDocument document_of_day(std::int64_t i, int agencies) {
  const std::uint64_t r = static_cast<std::uint64_t>(i) * 0x9e3779b97f4a7c15ULL;
  const int agency = static_cast<int>((r >> 33) % static_cast<unsigned>(agencies)) + 1, institution = static_cast<int>((r >> 20) % 13);
  const int kind = static_cast<int>((r >> 8) % 1000);
  const bool resident = kind % 3 == 0;
  const std::string unit = unit_of(agency), scheme = resident ? "390" : "310", book = unit + "-" + scheme;
  const std::int64_t first = static_cast<std::int64_t>(r % 900000) + 100, second = static_cast<std::int64_t>((r >> 16) % 300000) + 1;
  const auto fen = [](std::int64_t n) { return fmt::format("{}.{:02}", n / 100, n % 100); };
  const std::string head = fmt::format(R"("book":"{}","unit":"{}","scheme":"{}","batch":"{}-{}","period":"2023-06")", book, unit, scheme, kDay, book);
  const std::string codes = resident ? R"("insutype":"390","fund_pay_type":"390100")" : R"("mode":"1","insutype":"310","fund_pay_type":"310100")";
  const std::string payee = fmt::format(R"("bank_account":"{}1004001","payee_account":"62{}{:04}","payee_name":"示例第{}人民医院","payee_bank_no":"102100099996")", unit, unit, institution, institution);
  if (kind == 999)
    return {"subsidy", fmt::format(R"({{{},"bank_account":"{}1003001","subsidy_kind":"1","payer":"省财政厅","province":"{}","amount":"{}"}})", head, unit, fen(first), fen(first))};
  if (kind < 120)
    return {"pharmacy-settlement", resident ? fmt::format(R"({{{},{},{},"region":"{}","institution":"P{}{:03}","institution_name":"示例第{}大药房","outpatient":"{}","amount":"{}"}})", head, codes, payee, unit, unit,
                                                          institution, institution, fen(first), fen(first))
                                            : fmt::format(R"({{{},{},{},"region":"{}","institution":"P{}{:03}","institution_name":"示例第{}大药房","account_pharmacy":"{}","amount":"{}"}})", head, codes, payee, unit,
                                                          unit, institution, institution, fen(first), fen(first))};
  if (kind < 170) return {"individual-reimbursement", fmt::format(R"({{{},{},{},"region":"{}","inpatient":"{}","amount":"{}"}})", head, codes, payee, unit, fen(first), fen(first))};
  return {"institution-settlement", fmt::format(R"({{{},{},{},"region":"{}","institution":"H{}{:03}","institution_name":"示例第{}人民医院","inpatient":"{}","{}":"{}","amount":"{}"}})", head, codes, payee, unit, unit,
                                                institution, institution, fen(first), resident ? "outpatient" : "account_outpatient", fen(second), fen(first + second))};
}

std::string read_file(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

void gathering_rules(const fs::path& from, const fs::path& to) {
  std::istringstream lines(read_file(from));
  std::ofstream out(to);
  std::string type;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("document ", 0) == 0) type = line.substr(9);
    const bool institution = type == "institution-settlement" || type == "pharmacy-settlement", batch = type == "individual-reimbursement";
    const auto flow = line.find("flow voucher-payment");
    if ((institution || batch) && flow != std::string::npos) line.replace(flow, 20, "flow voucher-receipt");
    if (line.find("    summary ") == 0 && (institution || batch)) out << (institution ? "    gather institution-day\n" : "    gather batch\n");
    const auto payee = line.find("{payee_name}");
    if (batch && line.find("    summary ") == 0 && payee != std::string::npos) line.erase(payee, 12);
    out << line << '\n';
  }
}

}  // namespace mif::bench
