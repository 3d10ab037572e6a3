// SPDX-License-Identifier: Apache-2.0
#include "tests/cases/case_file.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace mif::cases {

std::vector<Record> read_case_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<Record> records;
  Record* current = nullptr;
  bool answer = false;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (!line.empty() && line.front() == '#') continue;
    if (line.empty()) {
      current = nullptr;
      continue;
    }
    if (!current) {
      current = &records.emplace_back();
      current->line = number;
      answer = false;
      std::istringstream words(line);
      words >> current->command;
      for (std::string word; words >> word;) {
        const auto equals = word.find('=');
        if (equals == std::string::npos) current->words.push_back(word);
        else current->options[word.substr(0, equals)] = word.substr(equals + 1);
      }
    } else if (line == "----") {
      answer = true;
    } else {
      const auto start = line.find_first_not_of(' ');
      (answer ? current->expected : current->body).push_back(line.substr(start));
    }
  }
  for (auto& record : records)
    if (record.expected.empty()) record.expected.push_back("ok");
  return records;
}

}  // namespace mif::cases
