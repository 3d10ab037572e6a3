// SPDX-License-Identifier: Apache-2.0
// Reading a form of templates/print: lengths, counts and sizes with file and line in every complaint.
#pragma once

#include <string>

#include "kernel/base/info.h"

namespace mif::print {

// Lives as long as the file's tree.
class FormFile {
 public:
  FormFile(const InfoNode& root, const std::string& file) : root_(root), file_(file) {}
  int length(const char* section, const char* key) const;                 // 1/100 mm; refused when missing
  int length(const char* section, const char* key, int otherwise) const;
  int count(const char* key, int otherwise, int least, int most) const;
  bool yes(const char* key, bool otherwise) const;
  double points(const char* key, double otherwise) const;                 // of section font
  // What every form begins with: its paper and the margins on it.
  template <class Form>
  void page(Form& form) const {
    form.paper = {length("paper", "width"), length("paper", "height")};
    form.left = length("margin", "left");
    form.top = length("margin", "top");
    form.right = length("margin", "right");
    form.bottom = length("margin", "bottom");
  }
  [[noreturn]] void complain(const char* section, const std::string& what) const;

 private:
  [[noreturn]] void complain_at(int line, const std::string& what) const;
  const InfoNode& root_;
  const std::string& file_;
};

std::string length_text(int hundredths);  // "12.5"

}  // namespace mif::print
