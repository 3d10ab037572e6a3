// SPDX-License-Identifier: Apache-2.0
#include "fixtures.h"

#include <fstream>
#include <stdexcept>

namespace mif::testing {

namespace {

std::string bytes_of(const std::string& written) {
  std::string out;
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (written[i] != '\\') {
      out += written[i];
      continue;
    }
    const char c = ++i < written.size() ? written[i] : '\n';
    if (c == 'r') out += '\r';
    else if (c == '\\') out += '\\';
    else if (c == 'x' && i + 2 < written.size()) out += static_cast<char>(std::stoi(written.substr(i + 1, 2), nullptr, 16)), i += 2;
    else if (c != '\n') throw std::runtime_error("unknown escape in a case: \\" + std::string(1, c));
  }
  return out;
}

}  // namespace

std::vector<Case> read_cases(const std::string& path) {
  std::ifstream in(path);
  std::vector<Case> out;
  bool told = false;
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("== ", 0) == 0) {
      out.push_back({line.substr(3), "", "", ""});
      told = false;
    } else if (line == "-- told") {
      told = true;
    } else if (!out.empty() && !(told && line.empty())) {
      (told ? out.back().told : out.back().written) += line + "\n";
    }
  }
  for (auto& c : out) c.text = bytes_of(c.written);
  if (out.empty()) throw std::runtime_error("no cases in " + path);
  return out;
}

void write_cases(const std::string& path, const std::vector<Case>& cases) {
  std::ofstream out(path);
  for (const auto& c : cases) out << "== " << c.name << "\n" << c.written << "-- told\n" << c.told << "\n";
}

std::vector<std::string> case_texts(const std::string& name) {
  std::vector<std::string> out;
  for (auto& c : read_cases(std::string(MIF_SOURCE_DIR) + "/tests/statements/" + name + ".cases")) out.push_back(std::move(c.text));
  return out;
}

}  // namespace mif::testing
