// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <set>

#include "digest.h"
#include "mif/ext/business_source.h"
#include "rule_store.h"
#include "rules_check.h"

namespace mif::exchange {

namespace {

constexpr const char* kWhere = "mif.info";

// `day` lets a version of next year name an account that begins with that year.
void check_against_books(const Host& host, Call call, Txn& txn, const RuleSet& rules, Day day) {
  for (const auto& book : host.read.books(call, &txn)) {
    if (book.scheme != rules.scheme || book.chart != rules.chart) continue;
    const int year = std::max(book.open.year ? book.open.year : book.start.year, day.year());
    std::map<std::string, AccountInfo> accounts;
    for (auto& a : host.read.accounts(call, book.code, year, &txn)) {
      std::string code = a.code;
      accounts.emplace(std::move(code), std::move(a));
    }
    check_accounts(rules, book.code, [&](const std::string& code) -> const AccountInfo* {
      const auto found = accounts.find(code);
      return found == accounts.end() ? nullptr : &found->second;
    });
  }
}

[[noreturn]] void altered(const SetRow& row, const std::string& what) {
  throw Error(MIF_E_CONFLICT, "mapping.version-altered", row.label() + " 的" + what + "与批准时不同 (differs from what was approved), 不能使用; 用 mapping verify 和 mifctl verify 查明是谁改的");
}

// What stands in the rows is what two people agreed on: text, examples, trial and first day give the digest the flow holds.
void prove(const Host& host, Txn& txn, const SetRow& row, const std::string& text) {
  if (sha256_of(text) != row.text_digest) altered(row, "正文");
  const auto trials = trials_of(txn, row.id);
  const auto trial = std::find_if(trials.begin(), trials.end(), [&](const auto& t) { return t.id == row.trial; });
  if (trial == trials.end() || submission_digest(row, examples_of(txn, row.id), *trial) != row.digest) altered(row, "例子、试跑或生效日");
  const auto agreed = [&](std::int64_t instance, const std::string& digest, const char* what) {
    try {
      const FlowState flow = host.workflow.state(txn, instance);
      if (flow.state != MIF_FLOW_APPROVED || flow.digest != digest) altered(row, what);
    } catch (const HostRefused& e) {
      if (e.code() != MIF_E_NOT_FOUND) throw;  // not for this caller's eyes; the digests above hold, and verify looks again
    }
  };
  agreed(row.instance, row.digest, "审批");
  if (row.state == set_state::kRolledBack) agreed(row.end_instance, rollback_digest(row), "回退审批");
}

void load_file(const Host& host, Call call, Txn& txn, Settings& settings, const Node& file) {
  RuleVersion version;
  const std::string text = host.config.bytes(call, file.value);  // read once: what is digested is what is parsed
  version.source = host.info.parse(call, text, file.value);
  version.digest = sha256_of(text);
  version.rules = load_rules(version.source, file.value);
  version.why = "配置文件 " + file.value;
  for (const auto& other : settings.versions)
    if (other.rules.scheme == version.rules.scheme && other.rules.chart == version.rules.chart)
      complain("mapping.scheme-twice", kWhere, file.line, "险种 " + version.rules.scheme + " 已有规则文件 (already has rules) " + other.rules.file);
  check_against_books(host, call, txn, version.rules, Day());
  settings.versions.push_back(std::move(version));
}

void load_approved(const Host& host, Call call, Txn& txn, Settings& settings) {
  for (const auto& row : select_sets(txn, "where state in ('approved', 'rolled-back') order by from_day", {})) {
    if (row.never()) continue;
    const std::string text = read_text(txn, text_of_set(row.id));
    prove(host, txn, row, text);
    const auto file = std::find_if(settings.versions.begin(), settings.versions.end(), [&](const auto& v) { return v.id == 0 && v.rules.scheme == row.scheme && v.rules.chart == row.chart; });
    if ((file == settings.versions.end() ? std::string() : file->digest) != row.base_digest)
      throw Error(MIF_E_CONFLICT, "mapping.file-changed", "险种 " + row.scheme + " 已有批准的规则版本, 它之前的规则文件 " + (file == settings.versions.end() ? std::string("(已从 mif.info 删去)") : file->rules.file) +
                                                              " 不能再改 (a rule file is fixed once a version follows it): 恢复原文件, 改动用 mapping draft 起草新版本");
    RuleVersion version = read_version(host, call, txn, text, row.file, row.from);
    version.id = row.id;
    version.from = row.from;
    version.end = row.state == set_state::kRolledBack ? row.end : Day();
    version.why = "第 " + std::to_string(row.id) + " 号, " + row.made_by + " 起草, " + row.decided_by + " 批准" + (version.end == Day() ? std::string() : ", " + row.end_decided_by + " 批准自 " + row.end.iso() + " 回退");
    settings.versions.push_back(std::move(version));
  }
  settings.rule_changes = rule_changes(txn);
}

}  // namespace

const RuleVersion* Settings::version_for(const std::string& scheme, const std::string& chart, Day day) const {
  const RuleVersion* found = nullptr;
  for (const auto& v : versions)
    if (v.rules.scheme == scheme && v.rules.chart == chart && v.on(day) && (!found || found->from < v.from)) found = &v;
  return found;
}

const RuleSet* Settings::rules_for(const BookInfo& book, Day day) const {
  const RuleVersion* version = version_for(book.scheme, book.chart, day);
  return version ? &version->rules : nullptr;
}

void Settings::require_current(Txn& txn) const {
  if (exchange::rule_changes(txn) != rule_changes)
    throw Error(MIF_E_CONFLICT, "mapping.rules-changed", "取数途中有规则版本获批或回退 (a version of rules was decided meanwhile), 已取的不受影响, 请再执行一次");
}

RuleVersion read_version(const Host& host, Call call, Txn& txn, const std::string& text, const std::string& file, Day day) {
  RuleVersion version;
  version.source = host.info.parse(call, text, file);
  version.digest = sha256_of(text);
  version.rules = load_rules(version.source, file);
  check_against_books(host, call, txn, version.rules, day);
  return version;
}

Settings load_settings(const Host& host, Call call) {
  Txn txn = host.store.read(call);
  return load_settings(host, call, txn);
}

Settings load_settings(const Host& host, Call call, Txn& txn) {
  const Node own = host.config.own(call);
  Settings settings;
  for (const auto& c : own.children) {
    if (c.key == "source")
      settings.sources.push_back(c.value);
    else if (c.key == "push") {
      const std::string login = c.get("login");
      if (c.value.empty() || login.empty() || c.value.find('/') != std::string::npos) complain("mapping.push", kWhere, c.line, "push 应为 push 来源名 { login 账号 } (expects push NAME { login LOGIN })");
      for (const auto& p : settings.push)
        if (p.name == c.value || p.login == login) complain("mapping.push", kWhere, c.line, "push 的来源名或账号重复 (a source or login is given twice): " + c.value);
      settings.push.push_back({c.value, login});
    } else if (c.key == "maker")
      settings.maker = c.value;
    else if (c.key == "unit")
      settings.unit = c.value;
    else if (c.key == "rules-flow")
      settings.rules_flow = c.value;
    else if (c.key == "batch") {
      if (c.value.empty() || c.value.size() > 5 || c.value.find_first_not_of("0123456789") != std::string::npos || c.value == "0")
        complain("mapping.batch", kWhere, c.line, "batch 应为 1..99999 (is \"" + c.value + "\")");
      settings.batch = static_cast<std::uint32_t>(std::stoul(c.value));
    } else if (c.key != "rules" && c.key != "quality" && c.key != "compare-at-close") {
      complain("mapping.setting-unknown", kWhere, c.line,
               "exchange 不认识 (does not know) \"" + c.key + "\", 可用 (may have): source, push, maker, unit, batch, rules, rules-flow, quality, compare-at-close");
    }
  }
  for (const Node* file : own.all("rules")) load_file(host, call, txn, settings, *file);
  if (settings.versions.empty()) throw Error(MIF_E_INVALID, "mapping.no-file", "mif.info: exchange 没有规则文件 (no rules file), 请加 rules \"templates/vouchers/...\"");
  load_approved(host, call, txn, settings);
  return settings;
}

std::vector<SourceFeed> feeds_of(const Host& host, Call call, const std::vector<std::string>& sources) {
  std::vector<SourceFeed> all;
  std::set<std::string> found;
  for (const auto& [plugin, extension] : host.registry.providers<mif_business_source>(call, MIF_BUSINESS_SOURCE_ID)) {
    TextSink text;
    const mif_business_source* source = extension;
    host.registry.invoke(call, plugin, "describe", 30000, [&](mif_call* c) { return source->describe(source->self, c, text.get()); });
    try {
      const auto object = Poco::JSON::Parser().parse(text.text()).extract<Poco::JSON::Object::Ptr>();
      const auto feeds = object->getArray("feeds");
      for (unsigned i = 0; feeds && i < feeds->size(); ++i) {
        const std::string feed = feeds->getElement<std::string>(i);
        const std::string name = feed.substr(0, feed.find('/'));  // "demo/main": feed main of the source demo
        if (std::find(sources.begin(), sources.end(), name) == sources.end()) continue;
        if (std::any_of(all.begin(), all.end(), [&feed = feed, &plugin = plugin](const auto& f) { return f.feed == feed && f.plugin != plugin; }))
          throw Error(MIF_E_INVALID, "source.two-plugins", "两个插件都提供来源 (two plugins provide the source) \"" + feed + "\"");
        found.insert(name);
        all.push_back({name, plugin, feed, extension});
      }
    } catch (const Poco::Exception& e) {
      throw Error(MIF_E_INTERNAL, "插件 " + plugin + " 的来源说明不可读 (describe is not readable): " + e.displayText());
    }
  }
  for (const auto& name : sources)
    if (found.count(name) == 0) throw Error(MIF_E_NOT_FOUND, "source.no-plugin", "没有插件提供来源 (no plugin provides the source) \"" + name + "\"");
  return all;
}

}  // namespace mif::exchange
