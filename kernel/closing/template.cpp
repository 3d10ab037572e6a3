// SPDX-License-Identifier: Apache-2.0
#include "kernel/closing/template.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>

#include "kernel/base/info.h"
#include "kernel/base/within.h"
#include "mif/error.hpp"
#include "mif/pattern.hpp"
#include "mif/svc/ledger.h"

namespace mif::closing {
namespace {

[[noreturn]] void complain(const char* rule, const std::string& file, int line, const std::string& what) { throw Error(MIF_E_INVALID, rule, file + ":" + std::to_string(line) + ": " + what); }

// Runs `read`; what it refuses is said with the place.
template <class F>
auto placed(const std::string& file, int line, F&& read) {
  try {
    return read();
  } catch (const Error& error) {
    throw within(file + ":" + std::to_string(line), error);
  }
}

std::string account_of(const std::string& file, const InfoNode& node) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (node.value.size() < 4 || node.value.size() > 20 || !std::all_of(node.value.begin(), node.value.end(), digit))
    complain("template.not-account", file, node.line, "\"" + node.key + "\" 应为科目代码 (expected an account code), 实为 \"" + node.value + "\"");
  return node.value;
}

const InfoNode& needed(const std::string& file, const InfoNode& in, std::string_view key) {
  const InfoNode* found = in.find(key);
  if (!found || found->value.empty()) complain("template.field-missing", file, in.line, in.key + ' ' + in.value + " 缺少 \"" + std::string(key) + "\" (\"" + std::string(key) + "\" is missing)");
  return *found;
}

TemplateLine read_line(const std::string& file, const InfoNode& info, Kind kind) {
  if (kind == Kind::allocate) refuse_unknown_keys(info, file, {"account", "aux", "summary", "ratio", "rest"});
  else if (kind == Kind::true_up) refuse_unknown_keys(info, file, {"account", "aux", "summary"});
  else refuse_unknown_keys(info, file, {"side", "account", "aux", "summary", "amount"});
  TemplateLine line;
  line.line = info.line;
  line.account = account_of(file, needed(file, info, "account"));
  line.summary = info.get("summary");
  if (const InfoNode* aux = info.find("aux")) line.aux = placed(file, aux->line, [&] { return format_aux(parse_aux(aux->value)); });
  if (kind == Kind::allocate) {
    line.ratio = info.get("ratio");
    line.rest = info.get("rest") == "yes";
    if (line.rest == !line.ratio.empty()) complain("template.ratio-or-rest", file, info.line, "分配的行要有 ratio 或 rest yes 之一 (a line of an allocation has ratio or rest)");
  } else if (kind == Kind::transfer) {
    const InfoNode &side = needed(file, info, "side"), &amount = needed(file, info, "amount");
    if (side.value != "debit" && side.value != "credit") complain("template.side", file, side.line, "side 应为 debit 或 credit, 实为 \"" + side.value + "\"");
    line.side = side.value == "debit" ? MIF_DEBIT : MIF_CREDIT;
    line.rest = amount.value == "rest";
    line.amount_text = amount.value;
    if (!line.rest) line.amount = placed(file, amount.line, [&] { return Amount::parse(amount.value); });
  }
  return line;
}

// Whether the lines of a transfer balance whatever the figures are: one line takes the rest, or both sides say the same.
void check_balanced(const Template& t) {
  std::vector<std::string> debit, credit;
  int rests = 0;
  for (const auto& line : t.lines) {
    if (line.rest && ++rests > 1) complain("template.two-rests", t.file, line.line, "模板 " + t.name + " 有两个 rest 行 (only one line takes the rest)");
    std::string text = line.amount_text;
    text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
    (line.side == MIF_DEBIT ? debit : credit).push_back(std::move(text));
  }
  if (t.lines.size() < 2) complain("template.too-short", t.file, t.line, "模板 " + t.name + " 至少要有两行 (a transfer needs two lines)");
  std::sort(debit.begin(), debit.end());
  std::sort(credit.begin(), credit.end());
  if (rests == 0 && debit != credit)
    complain("template.unbalanced", t.file, t.line, "模板 " + t.name + " 借贷不能保证相等 (the template does not balance): 两边公式不同,请把其中一行写成 amount rest");
}

Template read_template(const std::string& file, const InfoNode& info) {
  Template t;
  t.file = file;
  t.line = info.line;
  t.name = info.value;
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (t.name.empty() || t.name.size() > 60 || !std::all_of(t.name.begin(), t.name.end(), fits))
    complain("template.name", file, info.line, "模板名只用小写字母、数字和 - (a template's name is lower-case letters, digits, -), 实为 \"" + t.name + "\"");
  const std::string kind = needed(file, info, "kind").value;
  const std::map<std::string, Kind> kinds = {{"carry", Kind::carry}, {"allocate", Kind::allocate}, {"true-up", Kind::true_up}, {"transfer", Kind::transfer}};
  if (!kinds.count(kind)) complain("template.kind", file, info.find("kind")->line, "kind 应为 carry、allocate、true-up 或 transfer, 实为 \"" + kind + "\"");
  t.kind = kinds.at(kind);
  switch (t.kind) {
    case Kind::carry: refuse_unknown_keys(info, file, {"title", "version", "scheme", "from", "to", "when", "after", "kind"}); break;
    case Kind::allocate: refuse_unknown_keys(info, file, {"title", "version", "scheme", "from", "to", "when", "after", "kind", "source", "summary", "line"}); break;
    case Kind::true_up: refuse_unknown_keys(info, file, {"title", "version", "scheme", "from", "to", "when", "after", "kind", "of", "ratio", "summary", "line"}); break;
    case Kind::transfer: refuse_unknown_keys(info, file, {"title", "version", "scheme", "from", "to", "when", "after", "kind", "word", "summary", "line"}); break;
  }
  t.title = needed(file, info, "title").value;
  t.scheme = needed(file, info, "scheme").value;
  const InfoNode& version = needed(file, info, "version");
  const auto [end, error] = std::from_chars(version.value.data(), version.value.data() + version.value.size(), t.version);
  if (error != std::errc() || end != version.value.data() + version.value.size() || t.version < 1) complain("template.version", file, version.line, "version 应为正整数, 实为 \"" + version.value + "\"");
  const InfoNode& from = needed(file, info, "from");
  t.from = placed(file, from.line, [&] { return Period::parse(from.value); });
  if (const InfoNode* to = info.find("to")) t.to = placed(file, to->line, [&] { return Period::parse(to->value); });
  const InfoNode& when = needed(file, info, "when");
  const std::map<std::string, When> whens = {{"month", When::month}, {"december", When::december}, {"any", When::any}};
  if (!whens.count(when.value)) complain("template.when", file, when.line, "when 应为 month、december 或 any, 实为 \"" + when.value + "\"");
  t.when = whens.at(when.value);
  for (const auto* after : info.all("after")) t.after.push_back(after->value);
  t.word = info.get("word", "转");
  t.summary = info.get("summary", t.title);
  for (const auto* line : info.all("line")) t.lines.push_back(read_line(file, *line, t.kind));
  if (t.kind == Kind::allocate) {
    t.source = account_of(file, needed(file, info, "source"));
    if (t.lines.size() < 2 || !t.lines.back().rest || std::count_if(t.lines.begin(), t.lines.end(), [](const auto& l) { return l.rest; }) != 1)
      complain("template.rest-last", file, info.line, "模板 " + t.name + " 至少两行,且只有最后一行为 rest yes (an allocation has two lines or more, the last takes the rest)");
    for (const auto& line : t.lines)
      if (line.account == t.source) complain("template.circle", file, line.line, "模板 " + t.name + " 分配回到来源科目 " + t.source + " (the allocation goes in a circle)");
  }
  if (t.kind == Kind::true_up) {
    t.of = needed(file, info, "of").value;
    t.ratio = needed(file, info, "ratio").value;
    if (t.lines.size() != 2) complain("template.true-up-lines", file, info.line, "模板 " + t.name + " 要有两行: 第一行对应分配的第一行 (a true-up has two lines)");
  }
  if (t.kind == Kind::transfer) check_balanced(t);
  return t;
}

}  // namespace

const char* title_of(Kind kind) {
  switch (kind) {
    case Kind::carry: return "收支结转";
    case Kind::allocate: return "比例分配";
    case Kind::true_up: return "真实比例调整";
    case Kind::transfer: return "自定义结转";
  }
  return "?";
}

std::vector<Template> parse_templates(std::string_view text, const std::string& file) {
  const InfoNode root = parse_info(text, file);
  refuse_unknown_keys(root, file, {"template"});
  std::vector<Template> templates;
  for (const auto* node : root.all("template")) templates.push_back(read_template(file, *node));
  return templates;
}

std::vector<Template> read_templates_info(const std::string& path) {
  const InfoNode root = read_info_file(path);
  refuse_unknown_keys(root, path, {"template"});
  std::vector<Template> templates;
  for (const auto* node : root.all("template")) templates.push_back(read_template(path, *node));
  return templates;
}

std::vector<Template> in_order(std::vector<Template> templates) {
  const auto key = [](const Template& t, const std::string& name) { return t.scheme + '/' + name; };
  std::map<std::string, std::vector<const Template*>> by_name;  // versions of one template share scheme and name
  for (const auto& t : templates) {
    for (const auto* other : by_name[key(t, t.name)]) {
      const bool before = other->to.year != 0 && other->to < t.from, behind = t.to.year != 0 && t.to < other->from;
      if (!before && !behind) complain("template.validity-overlaps", t.file, t.line, "模板 " + t.name + " 的有效期与 " + other->file + ":" + std::to_string(other->line) + " 重叠 (two versions are valid at once)");
    }
    by_name[key(t, t.name)].push_back(&t);
  }
  for (const auto& t : templates) {
    for (const auto& name : t.after)
      if (!by_name.count(key(t, name))) complain("template.after-unknown", t.file, t.line, "模板 " + t.name + " 排在不存在的模板 \"" + name + "\" 之后 (after an unknown template)");
    if (t.kind != Kind::true_up) continue;
    if (!by_name.count(key(t, t.of)) || by_name[key(t, t.of)].front()->kind != Kind::allocate || by_name[key(t, t.of)].front()->lines.size() != 2)
      complain("template.of-unknown", t.file, t.line, "模板 " + t.name + " 的 of 应为两行的分配模板, 实为 \"" + t.of + "\" (of names an allocation with two lines)");
  }
  std::vector<Template> ordered;
  std::vector<int> mark(templates.size(), 0);  // 1 = on the way, 2 = placed
  const std::function<void(std::size_t)> place = [&](std::size_t i) {
    if (mark[i] == 2) return;
    const Template& t = templates[i];
    if (mark[i] == 1) complain("template.cycle", t.file, t.line, "模板 " + t.name + " 的先后次序成了环 (the order of the templates is a cycle)");
    mark[i] = 1;
    for (const auto& name : t.after)
      for (std::size_t k = 0; k < templates.size(); ++k)
        if (templates[k].scheme == t.scheme && templates[k].name == name) place(k);
    mark[i] = 2;
    ordered.push_back(t);
  };
  for (std::size_t i = 0; i < templates.size(); ++i) place(i);
  return ordered;
}

std::vector<Template> read_template_folder(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none))
    if (entry.path().extension() == ".info") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  std::vector<Template> all;
  for (const auto& file : files)
    for (auto& t : read_templates_info(file)) all.push_back(std::move(t));
  return in_order(std::move(all));
}

}  // namespace mif::closing
