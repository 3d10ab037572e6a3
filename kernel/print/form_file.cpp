// SPDX-License-Identifier: Apache-2.0
#include "kernel/print/form_file.h"

#include <charconv>

#include "kernel/base/within.h"
#include "kernel/print/canvas.h"
#include "mif/error.hpp"

namespace mif::print {

void FormFile::complain_at(int line, const std::string& what) const { throw Error(MIF_E_INVALID, "print.form-file", file_ + ":" + std::to_string(line) + ": " + what); }

void FormFile::complain(const char* section, const std::string& what) const {
  const InfoNode* node = root_.find(section);
  complain_at(node ? node->line : 1, what);
}

int FormFile::length(const char* section, const char* key) const {
  const InfoNode* part = root_.find(section);
  if (!part || !part->find(key)) complain(section, std::string("缺 (lacks) ") + section + " { " + key + " }");
  return length(section, key, 0);
}

int FormFile::length(const char* section, const char* key, int otherwise) const {
  const InfoNode* part = root_.find(section);
  const InfoNode* node = part ? part->find(key) : nullptr;
  if (!node) return otherwise;
  try {
    return hundredths(node->value);
  } catch (const Error& e) {
    throw within(file_ + ":" + std::to_string(node->line) + ": " + section + " " + key, e);
  }
}

int FormFile::count(const char* key, int otherwise, int least, int most) const {
  const InfoNode* node = root_.find(key);
  if (!node) return otherwise;
  int number = 0;
  const auto read = std::from_chars(node->value.data(), node->value.data() + node->value.size(), number);
  if (read.ec != std::errc() || read.ptr != node->value.data() + node->value.size() || number < least || number > most)
    complain_at(node->line, std::string(key) + " 应为 " + std::to_string(least) + ".." + std::to_string(most) + " 的整数 (an integer expected), 实为 \"" + node->value + "\"");
  return number;
}

bool FormFile::yes(const char* key, bool otherwise) const {
  const InfoNode* node = root_.find(key);
  if (!node) return otherwise;
  if (node->value != "yes" && node->value != "no") complain_at(node->line, std::string(key) + " 应为 yes 或 no (yes or no expected), 实为 \"" + node->value + "\"");
  return node->value == "yes";
}

double FormFile::points(const char* key, double otherwise) const {
  const InfoNode* part = root_.find("font");
  const InfoNode* node = part ? part->find(key) : nullptr;
  if (!node) return otherwise;
  const int value = length("font", key, 0);
  if (value < 400 || value > 7200) complain_at(node->line, std::string("font ") + key + " 应为 4..72 磅 (4 to 72 points expected), 实为 \"" + node->value + "\"");
  return value / 100.0;
}

std::string length_text(int hundredths) {
  std::string text = Fen(hundredths).plain();
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace mif::print
