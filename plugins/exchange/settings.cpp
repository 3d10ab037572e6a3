// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <set>

#include "mif/ext/business_source.h"
#include "rules_check.h"

namespace mif::exchange {

namespace {

constexpr const char* kWhere = "mif.info";

void check_against_books(const Host& host, Call call, const Settings& settings) {
  for (const auto& book : host.read.books(call)) {
    const RuleSet* rules = settings.rules_for(book);
    if (!rules) continue;
    const int year = book.open.year ? book.open.year : book.start.year;
    std::map<std::string, AccountInfo> accounts;
    for (auto& a : host.read.accounts(call, book.code, year)) {
      std::string code = a.code;
      accounts.emplace(std::move(code), std::move(a));
    }
    check_accounts(*rules, book.code, [&](const std::string& code) -> const AccountInfo* {
      const auto found = accounts.find(code);
      return found == accounts.end() ? nullptr : &found->second;
    });
  }
}

}  // namespace

const RuleSet* Settings::rules_for(const BookInfo& book) const {
  for (const auto& set : rules)
    if (set.scheme == book.scheme && set.chart == book.chart) return &set;
  return nullptr;
}

Settings load_settings(const Host& host, Call call) {
  const Node own = host.config.own(call);
  Settings settings;
  for (const auto& c : own.children) {
    if (c.key == "source")
      settings.sources.push_back(c.value);
    else if (c.key == "maker")
      settings.maker = c.value;
    else if (c.key == "unit")
      settings.unit = c.value;
    else if (c.key == "batch") {
      if (c.value.empty() || c.value.size() > 4 || c.value.find_first_not_of("0123456789") != std::string::npos || c.value == "0")
        complain("mapping.batch", kWhere, c.line, "batch 应为 1..9999 (is \"" + c.value + "\")");
      settings.batch = static_cast<std::uint32_t>(std::stoul(c.value));
    } else if (c.key != "rules" && c.key != "quality" && c.key != "compare-at-close") {
      complain("mapping.setting-unknown", kWhere, c.line, "exchange 不认识 (does not know) \"" + c.key + "\", 可用 (may have): source, maker, unit, batch, rules, quality, compare-at-close");
    }
  }
  for (const Node* file : own.all("rules")) {
    RuleSet set = load_rules(host.config.info(call, file->value), file->value);
    for (const auto& other : settings.rules)
      if (other.scheme == set.scheme && other.chart == set.chart)
        complain("mapping.scheme-twice", kWhere, file->line, "险种 " + set.scheme + " 已有规则文件 (already has rules) " + other.file);
    settings.rules.push_back(std::move(set));
  }
  if (settings.rules.empty()) throw Error(MIF_E_INVALID, "mapping.no-file", "mif.info: exchange 没有规则文件 (no rules file), 请加 rules \"templates/vouchers/...\"");
  check_against_books(host, call, settings);
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
