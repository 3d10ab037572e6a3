// SPDX-License-Identifier: Apache-2.0
#include "wide_set.h"

#include "report-package/digests.h"

namespace mif::report_package::testing {

ReportSet wide_set(const std::string& unit, int tables) {
  ReportSet set;
  Manifest& m = set.manifest;
  m.package = "nhsa-2023-year";
  m.title = "医保基金年报";
  m.template_digest = sha256("template");
  m.ministry = "nhsa";
  m.unit = unit;
  m.unit_name = "单位 " + unit;
  m.period = "2023-12";
  m.tool = "mif 0.9";
  m.created = "2024-01-05T08:30:00Z";
  m.ledger = {"closed", "2024-01-03T10:00:00Z"};
  std::uint64_t state = std::hash<std::string>()(unit) | 1;
  const auto amount = [&] {  // in fen
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::int64_t>((state >> 33) % 1000000000) + 100;
  };
  for (int i = 0; i < tables; ++i) {
    Table t{"T" + std::to_string(100 + i), "表", "元", {}, {}, {}, {}};
    for (int r = 1; r <= 40; ++r) t.rows.push_back({std::to_string(r), "行" + std::to_string(r)});
    for (int c = 1; c <= 12; ++c) t.cols.push_back({std::to_string(c), "栏" + std::to_string(c)});
    for (const auto& r : t.rows)
      for (const auto& c : t.cols) {
        const std::int64_t fen = amount();
        const std::string text = std::to_string(fen / 100) + "." + std::to_string(100 + fen % 100).substr(1);
        t.cells.push_back({r.code, c.code, "formula", Kind::number, text, text, "[," + c.code + "]+[,7]"});
        for (int n = 0; n < 2; ++n) t.lineage.push_back({r.code, c.code, 1, unit, 2023, 1, 12, n == 0, "-5001" + r.code, "参保方式<>单建统筹", "net", "credit", false, n == 0 ? fen - 7 : 7, "", 0});
      }
    set.tables.push_back(std::move(t));
  }
  arrange(set);
  return set;
}

}  // namespace mif::report_package::testing
