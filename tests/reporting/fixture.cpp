// SPDX-License-Identifier: Apache-2.0
#include "fixture.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "kernel/base/info.h"

namespace mif::reporting {
namespace {

Node converted(const InfoNode& from) {
  Node to{from.key, from.value, from.line, {}};
  for (const auto& child : from.children) to.children.push_back(converted(child));
  return to;
}

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Error(MIF_E_NOT_FOUND, path + ": no such file");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

TemplateFiles source_files() {
  const std::string root = std::string(MIF_SOURCE_DIR) + "/";
  TemplateFiles files;
  files.bytes = [root](const std::string& path) { return read(root + path); };
  files.info = [root](const std::string& path) { return converted(parse_info(read(root + path), path)); };
  files.list = [root](const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(root + folder)) names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  };
  return files;
}

TemplateFiles memory_files(std::map<std::string, std::string> held) {
  auto shared = std::make_shared<std::map<std::string, std::string>>(std::move(held));
  TemplateFiles files;
  files.bytes = [shared](const std::string& path) {
    if (!shared->count(path)) throw Error(MIF_E_NOT_FOUND, path + ": no such file");
    return shared->at(path);
  };
  files.info = [bytes = files.bytes](const std::string& path) { return converted(parse_info(bytes(path), path)); };
  files.list = [shared](const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& [path, text] : *shared)
      if (path.rfind(folder + "/", 0) == 0) names.push_back(path.substr(folder.size() + 1));
    return names;
  };
  return files;
}

std::vector<TemplateFolder> shipped_folders() {
  std::vector<TemplateFolder> folders;
  for (const char* name : {"statement", "year", "budget", "final", "disclosure"})
    folders.push_back({"mof", "report-mof", std::string("templates/report/mof/") + (std::string_view(name) == "budget" ? "2024-" : "2023-") + name});
  for (const char* name : {"2023-month", "2023-quarter", "2023-year", "bulletin-2019", "bulletin-2021", "bulletin-2023", "flash-2019"})
    folders.push_back({"nhsa", "report-nhsa", std::string("templates/report/nhsa/") + name});
  return folders;
}

std::shared_ptr<const Catalog> shipped_catalog() {
  static const auto catalog = Catalog::load(source_files(), "templates/report", shipped_folders());
  return catalog;
}

std::shared_ptr<const Catalog> small_catalog(const std::map<std::string, std::string>& tables) {
  std::map<std::string, std::string> files{{"t/dimensions.info", "dimension mode { name 参保方式 item 2 { name 单建统筹 } }\nscheme { 390 居民 }\n"}};
  std::string package = "package { code p title 试 }\ntables {";
  for (const auto& [code, text] : tables) {
    package += " " + code + " \"\"";
    files["t/p/" + code + ".info"] = text;
  }
  files["t/p/package.info"] = package + " }\n";
  return Catalog::load(memory_files(std::move(files)), "t", {{"m", "plugin", "t/p"}});
}

void Books::add(const std::string& book, int year, int month, const std::string& account, const std::string& aux, const std::string& debit,
                const std::string& credit, bool closing) {
  const Fen d = Fen::parse(debit), c = Fen::parse(credit);
  rows[{book, year}].push_back({month, account, aux, d, c, closing ? d : Fen(0), closing ? c : Fen(0)});
}

Facts Books::facts() const {
  return Facts([this](const std::string& book, int year) {
    const auto found = rows.find({book, year});
    return found == rows.end() ? std::vector<BalanceRow>() : found->second;
  });
}

BookInfo Books::book(const std::string& code, const std::string& unit, const std::string& scheme, Period start) {
  BookInfo info;
  info.code = code;
  info.unit = unit;
  info.scheme = scheme;
  info.start = start;
  return info;
}

std::string text(const Value& value) { return value.plain(); }

}  // namespace mif::reporting
