// SPDX-License-Identifier: Apache-2.0
#include "sheet/info_text.h"

#include <algorithm>

#include "lexer.h"

namespace mif::reporting {
namespace {

std::string token(std::string_view text) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.'; };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') out += "\\n";
    else if (c == '\r') out += "\\r";
    else if (c == '\t') out += "\\t";
    else if (static_cast<unsigned char>(c) >= 0x20) out += c;
  }
  return out + '"';
}

void inline_items(const Node& node, std::string& out);
void head(const Node& node, std::string& out) {
  out += token(node.key);
  if (!node.value.empty() || node.children.empty()) out += " " + token(node.value);
}
void inline_items(const Node& node, std::string& out) {
  out += "{ ";
  for (const auto& child : node.children) {
    head(child, out);
    out += ' ';
    if (!child.children.empty()) inline_items(child, out);
  }
  out += "} ";
}

bool flat(const Node& node) {
  return std::all_of(node.children.begin(), node.children.end(), [](const Node& c) { return c.children.empty(); });
}

void write(const Node& node, int depth, std::string& out) {
  const std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
  out += indent;
  head(node, out);
  if (node.children.empty()) {
    out += '\n';
  } else if (depth > 0 && flat(node)) {
    out += ' ';
    inline_items(node, out);
    out.back() = '\n';
  } else {
    out += " {\n";
    for (const auto& child : node.children) write(child, depth + 1, out);
    out += indent + "}\n";
  }
}

int rank(std::string_view section) {
  static const std::string_view order[] = {"package", "tables", "table", "rows", "cols", "parameters", "", "blocked", "formulas", "inputs", "checks"};
  for (int i = 0; i < 11; ++i)
    if (order[i] == section) return i;
  return 6;
}

// Attributes in the order of `first`, then the others as they come.
void arrange(Node& node, std::initializer_list<std::string_view> first) {
  std::stable_sort(node.children.begin(), node.children.end(), [&](const Node& a, const Node& b) {
    const auto at = [&](const Node& n) { return std::find(first.begin(), first.end(), n.key) - first.begin(); };
    return at(a) < at(b);
  });
}

void trim(Node& node) {
  node.line = 0;
  node.value = trimmed(node.value);
  for (auto& child : node.children) trim(child);
}

// An attribute that says nothing is one that is not there.
void without_empty(Node& node) {
  node.children.erase(std::remove_if(node.children.begin(), node.children.end(), [](const Node& n) { return n.value.empty() && n.children.empty(); }), node.children.end());
}

void line_form(Node& line) {
  const auto name = std::find_if(line.children.begin(), line.children.end(), [](const Node& n) { return n.key == "name" && n.children.empty(); });
  if (name != line.children.end()) {
    if (line.value.empty()) line.value = name->value;
    line.children.erase(name);
  }
  without_empty(line);
  arrange(line, {"right", "group", "explain"});
}

std::string place(std::string_view text) {
  std::string out;
  for (const char c : fold_width(text))
    if (c != ' ' && c != '\t') out += c;
  return out;
}

void item_form(Node& section) {
  const std::string_view key = section.key == "formulas" ? "f" : section.key == "inputs" ? "i" : section.key == "blocked" ? "x" : "c";
  for (auto& item : section.children) {
    item.key = key;
    if (key == "x") item.value = place(item.value);
    for (auto& attribute : item.children)
      if (attribute.key == "at") attribute.value = place(attribute.value);
    without_empty(item);
    arrange(item, {"id", "level", "at", "kind", "most", "carry", "expr", "when", "tolerance", "on", "owner", "note", "msg"});
  }
}

Node file_form(Node root) {
  trim(root);
  std::stable_sort(root.children.begin(), root.children.end(), [](const Node& a, const Node& b) { return rank(a.key) < rank(b.key); });
  std::vector<Node> kept;
  for (auto& section : root.children) {
    if (section.key == "rows" || section.key == "cols")
      for (auto& line : section.children) line_form(line);
    if (section.key == "formulas" || section.key == "inputs" || section.key == "blocked" || section.key == "checks") {
      item_form(section);
      if (section.children.empty()) continue;
    }
    kept.push_back(std::move(section));
  }
  root.children = std::move(kept);
  return root;
}

}  // namespace

std::string trimmed(std::string_view text) {
  while (!text.empty() && std::string_view(" \t\r\n").find(text.front()) != std::string_view::npos) text.remove_prefix(1);
  while (!text.empty() && std::string_view(" \t\r\n").find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  return std::string(text);
}

std::string write_info(const Node& root) {
  std::string out;
  for (const auto& section : root.children) {
    Node node = section;
    // A line with a name and more reads better with the name among the rest.
    if (node.key == "rows" || node.key == "cols")
      for (auto& line : node.children)
        if (!line.children.empty() && !line.value.empty()) {
          line.children.insert(line.children.begin(), Node{"name", std::move(line.value), 0, {}});
          line.value.clear();
        }
    write(node, 0, out);
  }
  return out;
}

bool same_tree(const Node& a, const Node& b) {
  if (a.key != b.key || a.value != b.value || a.children.size() != b.children.size()) return false;
  for (std::size_t i = 0; i < a.children.size(); ++i)
    if (!same_tree(a.children[i], b.children[i])) return false;
  return true;
}

std::string PackageText::code() const {
  const Node* head = package.find("package");
  return head ? head->get("code") : std::string();
}

const Node* PackageText::table(std::string_view code) const {
  for (const auto& [name, node] : tables)
    if (name == code) return &node;
  return nullptr;
}

PackageText read_package(const TemplateFiles& files, const std::string& folder) {
  PackageText package;
  package.folder = folder;
  package.package = files.info(folder + "/package.info");
  if (const Node* tables = package.package.find("tables"))
    for (const auto& t : tables->children) package.tables.emplace_back(t.key, files.info(folder + "/" + t.key + ".info"));
  return package;
}

std::map<std::string, std::string> files_of(const PackageText& package) {
  const PackageText neat = canonical(package);
  std::map<std::string, std::string> files;
  files[package.folder + "/package.info"] = write_info(neat.package);
  for (const auto& [code, node] : neat.tables) files[package.folder + "/" + code + ".info"] = write_info(node);
  return files;
}

PackageText canonical(const PackageText& package) {
  PackageText neat{package.folder, file_form(package.package), {}};
  for (const auto& [code, node] : package.tables) neat.tables.emplace_back(code, file_form(node));
  return neat;
}

bool same_package(const PackageText& a, const PackageText& b) {
  const PackageText x = canonical(a), y = canonical(b);
  if (!same_tree(x.package, y.package) || x.tables.size() != y.tables.size()) return false;
  for (std::size_t i = 0; i < x.tables.size(); ++i)
    if (x.tables[i].first != y.tables[i].first || !same_tree(x.tables[i].second, y.tables[i].second)) return false;
  return true;
}

}  // namespace mif::reporting
