// SPDX-License-Identifier: Apache-2.0
// Template files as text: the one way mif writes INFO. Comments are not part of a template; remarks live in `note`.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "catalog.h"

namespace mif::reporting {

// Sections on lines of their own, what is inside them one item per line. Parsing the text gives the same tree.
std::string write_info(const Node& root);
bool same_tree(const Node& a, const Node& b);  // keys, values and order; not lines

// A package as its files say it: one tree per file.
struct PackageText {
  std::string folder;                                // "templates/report/nhsa/2023-month"
  Node package;
  std::vector<std::pair<std::string, Node>> tables;  // by code, in the order of the package
  std::string code() const;
  const Node* table(std::string_view code) const;
};
PackageText read_package(const TemplateFiles& files, const std::string& folder);
// Path and text of every file.
std::map<std::string, std::string> files_of(const PackageText& package);

// The same tables said the one canonical way: `1 { name "a" }` is `1 "a"`, sections and attributes in order, places without
// spaces and full-width brackets, no blanks at the ends of words.
PackageText canonical(const PackageText& package);
bool same_package(const PackageText& a, const PackageText& b);

std::string trimmed(std::string_view text);  // of blanks at both ends; the indent of a name, U+3000, stays

}  // namespace mif::reporting
