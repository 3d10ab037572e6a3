// SPDX-License-Identifier: Apache-2.0
#include "samples.h"

#include <algorithm>
#include <stdexcept>

#include "crypto/keys.h"
#include "report-package/digests.h"
#include "report-package/seal.h"

namespace mif::report_package::testing {
namespace {

struct Pair {
  crypto::Key secret, open;
  std::string pem;
  explicit Pair(bool sm2) {
    const auto pair = crypto::make_pair(sm2);
    pem = pair.public_pem;
    secret = crypto::private_key(pair.private_pem);
    open = crypto::public_key(pair.public_pem);
  }
};
const Pair& pair(bool sm2) {
  static const Pair gm(true), intl(false);
  return sm2 ? gm : intl;
}
const char* algorithm(bool sm2) { return sm2 ? "sm2-sm3" : "ed25519"; }

std::size_t below(std::mt19937_64& random, std::size_t n) { return static_cast<std::size_t>(random() % n); }

std::string random_text(std::mt19937_64& random, std::size_t most) {
  static const std::vector<std::string> pieces = {"a", "B", "7", "统筹", "基金", ",", "\"", "\n", "'", "=", "-", "+", "@", "＝", " ", "\t", "1.00", "|", "\\", "😀", "é"};
  std::string text;
  for (std::size_t n = below(random, most + 1); n > 0; --n) text += pieces[below(random, pieces.size())];
  return text;
}

std::string random_decimal(std::mt19937_64& random) {
  std::string whole = std::to_string(random() % (below(random, 2) ? 1000 : 1000000000000000000));
  const std::size_t decimals = below(random, 7);
  std::string text = whole;
  if (decimals > 0) text += ".";
  for (std::size_t i = 0; i < decimals; ++i) text += static_cast<char>('0' + below(random, 10));
  return below(random, 3) == 0 && text.find_first_of("123456789") != std::string::npos ? "-" + text : text;
}

Table random_table(std::mt19937_64& random, const std::string& code) {
  Table t{code, random_text(random, 4), "元", {}, {}, {}, {}};
  for (std::size_t i = below(random, 6); i > 0; --i) t.rows.push_back({std::to_string(i), random_text(random, 3)});
  for (std::size_t i = below(random, 5); i > 0; --i) t.cols.push_back({"=" + std::to_string(i), random_text(random, 3)});
  for (const auto& row : t.rows)
    for (const auto& col : t.cols) {
      if (below(random, 4) == 0) continue;
      Cell c{row.code, col.code, "formula", Kind::blank, "", random_text(random, 3), random_text(random, 5)};
      if (below(random, 3) > 0) c.kind = below(random, 4) > 0 ? Kind::number : Kind::text;
      if (c.kind == Kind::number) c.value = random_decimal(random);
      if (c.kind == Kind::text) c.value = random_text(random, 4);
      c.source = random_text(random, 2);
      c.linear = below(random, 2) == 0;
      t.cells.push_back(c);
      for (std::size_t i = below(random, 3); i > 0; --i)
        t.lineage.push_back({row.code, col.code, static_cast<std::int64_t>(random() % 5) - 2, "b", 2023, 1, 6, below(random, 2) == 0, "-500199", random_text(random, 2), "net", "debit", below(random, 2) == 0, static_cast<std::int64_t>(random()), below(random, 2) ? "10*" : "", static_cast<std::int64_t>(random())});
    }
  return t;
}

}  // namespace

ReportSet sample() {
  ReportSet set;
  Manifest& m = set.manifest;
  m.package = "nhsa-2023-month";
  m.title = "医保基金月报";
  m.template_digest = sha256("template");
  m.ministry = "nhsa";
  m.unit = "330100";
  m.unit_name = "某市医疗保障局";
  m.period = "2023-06";
  m.tool = "mif 0.9";
  m.created = "2023-07-05T08:30:00Z";
  m.ledger = {"closed", "2023-07-03T10:00:00Z"};
  set.cover = {{"制表人", "甲"}, {"负责人", "乙"}};
  set.tables = {{"NHSA_M01", "职工基金收支", "元", {{"1", "统筹基金"}, {"2", "个人账户"}}, {{"1", "收入合计"}, {"2", "说明"}},
                 {{"1", "1", "formula", Kind::number, "-1290212.39", "-1,290,212.39", "[,2]+[,7]"},
                  {"1", "2", "input", Kind::text, "=HYPERLINK(\"http://x\")", "=HYPERLINK(\"http://x\")", ""},
                  {"2", "1", "formula", Kind::number, "0.61", "0.61", "-净额('5001*')", "=某局, 2023 年报", false},
                  {"2", "2", "blocked", Kind::blank, "", "×", ""}},
                 {{"1", "1", 1, "310", 2023, 1, 6, false, "5001*", "参保方式<>单建统筹", "net", "credit", false, -129021239, "1004*", 0}, {"2", "1", -1, "310", 2023, 6, 6, true, "-500199", "", "net", "debit", true, -61, "", -50}}},
                {"社决附01", "人数", "人", {{"1", "参保人数"}}, {{"1", "期末"}}, {{"1", "1", "input", Kind::number, "12345", "12,345", ""}}, {}}};
  set.checks = {{"Z01", "NHSA_M01", "[1,1]", "error", "pass", "1.00", "1.00", "0.00", "0", "纵向, 合计"}, {"H02", "NHSA_M01", "[2,1]", "verify", "fail", "2.00", "1.99", "0.01", "0", "@横向", "logic", "[2,1] = 1.99", sha256("H02"), ""}};
  set.explanations = {{"H02", "[2,1]", sha256("2.00|1.99"), "+尾差", "丙", "2023-07-05T07:00:00Z"}};
  set.attachments = {{"说明.txt", "文字说明\n"}};
  return set;
}

ReportSet random_set(std::mt19937_64& random, const std::string& unit) {
  ReportSet set = sample();
  Manifest& m = set.manifest;
  m.unit = unit;
  m.unit_name = random_text(random, 3);
  m.revision = 1 + static_cast<std::int64_t>(below(random, 3));
  m.parent = m.revision == 1 ? "" : sha256(random_text(random, 9));
  m.ledger.state = random_text(random, 1);
  if (below(random, 4) == 0) m.unknown = {{"later", "{\"a\":[1,2.50,null],\"b\":\"字\"}"}, {"z", "1e3"}};
  set.cover.clear();
  for (std::size_t i = below(random, 4); i > 0; --i) set.cover[std::to_string(i) + random_text(random, 3)] = random_text(random, 5);
  set.tables.clear();
  for (std::size_t i = below(random, 4); i > 0; --i) set.tables.push_back(random_table(random, "T" + std::to_string(i)));
  set.checks.clear();
  for (std::size_t i = below(random, 5); i > 0; --i)
    set.checks.push_back({"C" + std::to_string(i), "T1", random_text(random, 2), "error", "pass", random_text(random, 1), random_decimal(random), random_decimal(random), "0", random_text(random, 6), "logic", random_text(random, 3), below(random, 2) ? sha256("rule") : "", random_text(random, 2)});
  set.explanations.clear();
  for (std::size_t i = below(random, 3); i > 0; --i) set.explanations.push_back({random_text(random, 2), random_text(random, 2), sha256(random_text(random, 2)), random_text(random, 9), random_text(random, 2), ""});
  set.attachments.clear();
  for (std::size_t i = below(random, 3); i > 0; --i) set.attachments.push_back({"附件" + std::to_string(i) + ".txt", random_text(random, 40)});
  arrange(set);
  return set;
}

Signer signer(bool sm2) {
  return {algorithm(sm2), "unit-key-1", "", [sm2](std::string_view message) { return crypto::sign(pair(sm2).secret, message); }};
}
Trusts trusting(bool sm2) {
  return [sm2](const Seal& seal, std::string_view message) { return seal.algorithm == algorithm(sm2) && seal.key_id == "unit-key-1" && crypto::verify(pair(sm2).open, message, seal.signature); };
}
const std::string& public_pem(bool sm2) { return pair(sm2).pem; }
const Limits& unsigned_too() {
  static const Limits limits = [] {
    Limits l;
    l.unsigned_too = true;
    return l;
  }();
  return limits;
}

std::string refusal(std::string_view bytes, const Trusts& trusts, const Limits& limits, std::string* sentence) {
  try {
    read_package(bytes, trusts, limits);
    return "";
  } catch (const Error& e) {
    if (sentence) *sentence = e.what();
    return e.code() == MIF_E_INVALID ? std::string(e.rule()) : "not MIF_E_INVALID: " + std::string(e.what());
  }
}

std::string repacked(std::vector<Entry> entries) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  ZipWriter zip;
  for (const auto& e : entries) zip.add(e.name, e.bytes);
  Seal seal;
  seal.container = sha256(zip.so_far());
  zip.add(kSealName, seal_json(seal), true);
  return zip.finish();
}

Unzipped unzip(std::string_view bytes, const Limits& limits) {
  const TextSource source(bytes);
  const ZipIndex index = index_of(source, limits);
  Unzipped all{{}, index.last};
  for (const auto& f : index.files) all.entries.push_back({f.name, content(source, f)});
  return all;
}

std::vector<Entry> entries_of(std::string_view bytes) {
  auto entries = unzip(bytes, {}).entries;
  entries.pop_back();  // the seal
  return entries;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  if (at == std::string::npos || text.find(from, at + 1) != std::string::npos) throw std::logic_error("not there exactly once: " + from);
  return text.replace(at, from.size(), to);
}

std::string with_changed(std::string_view bytes, const std::string& name, const std::function<void(std::string&)>& change) {
  auto entries = entries_of(bytes);
  const auto find = [&](const std::string& wanted) { return std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.name == wanted; }); };
  const auto entry = find(name), manifest = find(kManifestName);
  if (entry == entries.end()) throw std::logic_error("no such entry: " + name);
  const auto line = [&] { return "{\"name\":\"" + name + "\",\"bytes\":" + std::to_string(entry->bytes.size()) + ",\"sha256\":\"" + sha256(entry->bytes) + "\",\"sm3\":\"" + sm3(entry->bytes) + "\"}"; };
  const std::string before = line();
  change(entry->bytes);
  if (name != kManifestName) manifest->bytes = replaced(manifest->bytes, before, line());
  return repacked(std::move(entries));
}

}  // namespace mif::report_package::testing
