// SPDX-License-Identifier: Apache-2.0
#include "catalog.h"

#include <algorithm>

#include "digest.h"
#include "eliminations.h"
#include "formula_words.h"

namespace mif::reporting {
namespace {

using Op = Expression::Op;

Package load_package(const TemplateFiles& files, const TemplateFolder& from, const Dimensions& dimensions) {
  const std::string file = from.folder + "/package.info";
  const Node root = files.info(file);
  const Node* head = root.find("package");
  if (!head) throw Error(MIF_E_INVALID, "report.package-head", file + ":1: 缺少 (lacks) package { code … title … }");
  Package p;
  p.code = head->require("code", file);
  p.title = head->require("title", file);
  p.note = head->get("note");
  if (const Node* period = head->find("period")) {
    p.span = months_of(period->value);
    if (p.span == 0) throw Error(MIF_E_INVALID, "report.period", file + ":" + std::to_string(period->line) + ": period 应为 month、quarter 或 year (expected), 找到 \"" + period->value + "\"");
  }
  p.ministry = from.provider.empty() ? head->get("ministry", from.ministry) : from.ministry;
  p.provider = from.provider;
  p.folder = from.folder;
  if (const Node* valid = head->find("valid"))
    located(file, valid->line, [&] {
      if (const Node* first = valid->find("from")) p.from = Period::parse(first->value);
      if (const Node* last = valid->find("to")) p.to = Period::parse(last->value);
      if (p.to.month == 12) p.to.month = 13;
    });
  Digest digest;
  digest.add(files.bytes(file));
  const Node* tables = root.find("tables");
  if (!tables || tables->children.empty()) throw Error(MIF_E_INVALID, "report.package-tables", file + ":" + std::to_string(root.line + 1) + ": 缺少 (lacks) tables { 表号 … }");
  for (const auto& t : tables->children) {
    const std::string path = from.folder + "/" + t.key + ".info";
    auto table = std::make_shared<Table>(load_table(files.info(path), path, dimensions));
    if (table->code != t.key) throw Error(MIF_E_INVALID, "report.code-not-file", path + ":1: 表号 (code) \"" + table->code + "\" 与文件名不符，应为 \"" + t.key + "\"");
    digest.add(files.bytes(path));
    p.tables.push_back(std::move(table));
  }
  if (const Node* checks = root.find("checks"))
    for (const auto& c : checks->children) p.checks.push_back(load_check(c, file, dimensions));
  if (const Node* eliminate = root.find("eliminate"))
    for (const auto& e : eliminate->children)
      for (auto& pair : load_eliminations(e, file, dimensions, p.tables)) p.eliminations.push_back(std::move(pair));
  p.digest = digest.hex();
  return p;
}

Bridge load_bridge(const TemplateFiles& files, const std::string& file, const Dimensions& dimensions) {
  const Node root = files.info(file);
  Bridge b;
  b.file = file;
  for (const auto& top : root.children) {
    if (top.key == "bridge") {
      b.code = top.require("code", file);
      b.title = top.require("title", file);
      continue;
    }
    if (top.key != "pair") throw Error(MIF_E_INVALID, "report.bridge-key", file + ":" + std::to_string(top.line) + ": 应为 bridge 或 pair (expected), 找到 \"" + top.key + "\"");
    Pair p;
    p.line = top.line;
    p.id = top.require("id", file);
    p.scheme = top.require("scheme", file);
    p.subject = top.require("concept", file);
    p.a_text = top.require("a", file);
    p.b_text = top.require("b", file);
    p.note = top.get("note");
    located(file, top.line, [&] {
      p.a = parse_formula(p.a_text, dimensions);
      p.b = parse_formula(p.b_text, dimensions);
    });
    for (const Node* e : top.all("explain")) {
      Pair::Explanation x;
      x.kind = e->require("class", file);
      x.text = e->require("text", file);
      x.expr = e->require("expr", file);
      located(file, e->line, [&] {
        if (x.kind != "basis" && x.kind != "timing" && x.kind != "scope")
          throw Error(MIF_E_INVALID, "report.bridge-class", "class 应为 basis、timing 或 scope (expected), 找到 \"" + x.kind + "\"");
        x.root = parse_formula(x.expr, dimensions);
      });
      p.explanations.push_back(std::move(x));
    }
    b.pairs.push_back(std::move(p));
  }
  return b;
}

}  // namespace

std::shared_ptr<const Catalog> Catalog::load(const TemplateFiles& files, const std::string& root, const std::vector<TemplateFolder>& folders) {
  auto catalog = std::make_shared<Catalog>();
  const std::string names = root + "/dimensions.info";
  catalog->dimensions_ = Dimensions(files.info(names), names);
  for (const auto& folder : folders) catalog->packages_.push_back(load_package(files, folder, catalog->dimensions_));
  for (std::size_t i = 0; i < catalog->packages_.size(); ++i)
    for (std::size_t j = i + 1; j < catalog->packages_.size(); ++j) {
      const auto& a = catalog->packages_[i];
      const auto& b = catalog->packages_[j];
      if (a.code == b.code) throw Error(MIF_E_INVALID, "report.package-twice", b.folder + "/package.info:1: 报表包代码与 " + a.folder + " 重复 (package code given twice): " + a.code);
      if (a.to < b.from || b.to < a.from) continue;
      for (const auto& s : a.tables)
        for (const auto& t : b.tables)
          if (s->code == t->code) throw Error(MIF_E_INVALID, "report.table-twice", t->file + ":1: 表号与 " + s->file + " 同期重复 (table code given twice): " + t->code);
    }
  for (const auto& p : catalog->packages_)
    for (const auto& t : p.tables) catalog->versions_[t->code].emplace_back(&p, t.get());
  catalog->load_migrations(files);
  for (const auto& p : catalog->packages_) catalog->check_references(p);
  for (const auto& p : catalog->packages_) catalog->check_text_cells(p);
  catalog->refuse_cycles();
  catalog->index_dependents();
  catalog->name_kinds();
  for (const auto& file : files.list(root + "/bridge")) {
    if (file.size() < 5 || file.substr(file.size() - 5) != ".info") continue;
    Bridge b = load_bridge(files, root + "/bridge/" + file, catalog->dimensions_);
    for (const auto& p : b.pairs)
      located(b.file, p.line, [&] {
        Package any;
        any.from = {9999, 1};
        if (!catalog->packages_.empty()) any.from = catalog->packages_.front().from;
        catalog->check_expression(*p.a, nullptr, any, false, false);
        catalog->check_expression(*p.b, nullptr, any, false, false);
        for (const auto& x : p.explanations) catalog->check_expression(*x.root, nullptr, any, false, false);
      });
    catalog->bridges_.push_back(std::move(b));
  }
  catalog->look_for_books();
  Digest digest;
  digest.add(files.bytes(names));
  for (const auto& package : catalog->packages_) digest.add(package.ministry).add(package.provider).add(package.code).add(package.digest);
  catalog->digest_ = digest.hex();
  return catalog;
}

const Table* Catalog::find(std::string_view code, Period period) const {
  const auto versions = versions_.find(code);
  if (versions == versions_.end()) return nullptr;
  for (const auto& [package, table] : versions->second)
    if (package->valid_in(period)) return table;
  return nullptr;
}

const Table* Catalog::any_version(std::string_view code, Period period) const {
  if (const Table* t = find(code, period)) return t;
  const auto versions = versions_.find(code);
  return versions == versions_.end() ? nullptr : versions->second.front().second;
}

const Table& Catalog::table(std::string_view code, Period period) const {
  if (const Table* t = find(code, period)) return *t;
  std::string known;
  for (const auto& p : packages_)
    for (const auto& t : p.tables) known += (known.empty() ? "" : "、") + t->code;
  throw Error(MIF_E_NOT_FOUND, "report.table-not-found", period.iso() + " 没有报表 (no table) \"" + std::string(code) + "\"，现有: " + known);
}

const Package& Catalog::package_of(const Table& table) const {
  for (const auto& p : packages_)
    for (const auto& t : p.tables)
      if (t.get() == &table) return p;
  throw Error(MIF_E_INTERNAL, "table " + table.code + " belongs to no package");
}

std::vector<const Package*> Catalog::select(std::string_view wanted, Period period, const Agency& unit) const {
  std::vector<const Package*> found;
  const Package* unfinished = nullptr;
  bool named = false;
  std::string known;
  for (const auto& p : packages_) {
    known += (known.empty() ? "" : "、") + p.code;
    if (!wanted.empty() && wanted != p.code && wanted != p.ministry) continue;
    named = true;
    if (!p.valid_in(period)) continue;
    if (std::none_of(p.tables.begin(), p.tables.end(), [&](const auto& t) { return unit.has(*t); })) continue;
    if (p.ends_in(period)) found.push_back(&p);
    else unfinished = &p;
  }
  if (!named) throw Error(MIF_E_NOT_FOUND, "report.package-not-found", "没有报表包 (no report package) \"" + std::string(wanted) + "\"，现有: " + known);
  if (found.empty() && unfinished)
    throw Error(MIF_E_INVALID, "report.period-not-end", unfinished->title + (unfinished->span == 3 ? " 是季报，期间应为季末月" : " 是年报，期间应为 12 月") + " (the period must end a quarter or a year)，不是 " + period.iso());
  if (found.empty())
    throw Error(MIF_E_NOT_FOUND, "report.package-not-applicable", "没有适用于单位 " + unit.code + "、期间 " + period.iso() + " 的报表包 (no package for this unit and period)");
  return found;
}

const Package& package_named(const Catalog& catalog, const std::string& code, Period period) {
  std::string known;
  for (const auto& p : catalog.packages()) {
    if ((p.code == code || p.ministry == code) && p.valid_in(period) && p.ends_in(period)) return p;
    known += (known.empty() ? "" : "、") + p.code;
  }
  throw Error(MIF_E_NOT_FOUND, "report.package-not-found", period.iso() + " 没有报表包 (no report package) \"" + code + "\"，现有: " + known);
}

}  // namespace mif::reporting
