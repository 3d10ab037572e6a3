// SPDX-License-Identifier: Apache-2.0
// From INFO text to typed base data and back to canonical text.
#include "kernel/chart/base_data.h"

#include <algorithm>
#include <filesystem>

#include "kernel/base/info.h"
#include "kernel/base/within.h"
#include "mif/error.hpp"
#include "mif/svc/ledger.h"

namespace mif::chart {
namespace {

constexpr std::size_t kMaxBody = 4000;  // characters of the column
constexpr std::string_view kEntryText = "条目";  // the "file" in a complaint about a stored entry

[[noreturn]] void bad(const char* rule, std::string_view file, int line, const std::string& what) {
  throw Error(MIF_E_INVALID, rule, std::string(file) + ':' + std::to_string(line) + ": " + what);
}

std::string needed(const InfoNode& node, std::string_view file, std::string_view key) {
  std::string value = node.get(key);
  if (value.empty()) bad("base.field-missing", file, node.line, node.key + ' ' + node.value + " 缺 (lacks) " + std::string(key));
  return value;
}

template <class Choice>
Choice choice(const InfoNode& node, std::string_view file, std::string_view key, std::initializer_list<std::pair<std::string_view, Choice>> known, Choice otherwise) {
  const InfoNode* child = node.find(key);
  if (!child) return otherwise;
  std::string names;
  for (const auto& [name, value] : known) {
    if (child->value == name) return value;
    names += ' ' + std::string(name);
  }
  bad("base.choice-unknown", file, child->line, std::string(key) + " 应为" + names + " 之一 (unknown " + std::string(key) + "): \"" + child->value + "\"");
}

// `from` and `to`, and whatever the parts say by throwing, with the line in front.
template <class Parse>
void at_line(const InfoNode& node, std::string_view file, const Parse& parse) {
  try {
    parse();
  } catch (const Error& error) {
    if (std::string_view(error.what()).substr(0, file.size() + 1) == std::string(file) + ':') throw;
    throw within(std::string(file) + ':' + std::to_string(node.line), error);
  }
}

void dates_of(const InfoNode& node, Dated& dated) {
  if (const InfoNode* from = node.find("from")) dated.valid_from = Day::parse(from->value);
  if (const InfoNode* to = node.find("to")) dated.valid_to = Day::parse(to->value);
  if (dated.valid_to != Day() && dated.valid_to < dated.valid_from) throw Error(MIF_E_INVALID, "chart.dates-reversed", "停用日早于启用日 (to before from)");
}

Word word_of(const InfoNode& node, std::string_view file) {
  refuse_unknown_keys(node, file, {"title", "money", "from", "to"});
  Word word;
  word.code = node.value;
  word.title = needed(node, file, "title");
  word.money = choice<Money>(node, file, "money", {{"any", Money::any}, {"debit", Money::debit}, {"credit", Money::credit}, {"none", Money::none}}, Money::any);
  if (word.code.size() > 12) bad("base.word-too-long", file, node.line, "凭证字最多四个汉字 (a voucher word has at most four characters): " + word.code);
  dates_of(node, word);
  return word;
}

Control control_of(const InfoNode& node, std::string_view file) {
  refuse_unknown_keys(node, file, {"title", "scheme", "accounts", "side", "counter", "aux", "level", "basis", "from", "to"});
  Control control;
  control.code = node.value;
  control.title = needed(node, file, "title");
  control.scheme = node.get("scheme");
  control.basis = node.get("basis");
  control.accounts_text = needed(node, file, "accounts");
  control.accounts = AccountPattern(control.accounts_text);
  control.side = choice<int>(node, file, "side", {{"debit", MIF_DEBIT}, {"credit", MIF_CREDIT}}, 0);
  control.counter_text = node.get("counter");
  control.aux_text = node.get("aux");
  if (control.counter_text.empty() == control.aux_text.empty()) bad("base.control-condition", file, node.line, "control " + control.code + " 应有 counter 或 aux 之一 (needs either counter or aux)");
  control.counter = AccountPattern(control.counter_text);
  control.aux = AuxFilter(control.aux_text);
  control.level = choice<Level>(node, file, "level", {{"refuse", Level::refuse}, {"warn", Level::warn}}, Level::refuse);
  dates_of(node, control);
  return control;
}

Summary summary_of(const InfoNode& node, std::string_view file) {
  refuse_unknown_keys(node, file, {"text", "from", "to"});
  Summary summary;
  summary.code = node.value;
  summary.text = needed(node, file, "text");
  dates_of(node, summary);
  return summary;
}

CommonVoucher common_of(const InfoNode& node, std::string_view file) {
  refuse_unknown_keys(node, file, {"title", "word", "summary", "line", "from", "to"});
  CommonVoucher common;
  common.code = node.value;
  common.title = needed(node, file, "title");
  common.word = needed(node, file, "word");
  common.summary = needed(node, file, "summary");
  for (const InfoNode* child : node.all("line")) {
    refuse_unknown_keys(*child, file, {"side", "account", "aux", "summary", "amount"});
    CommonLine line;
    line.side = choice<int>(*child, file, "side", {{"debit", MIF_DEBIT}, {"credit", MIF_CREDIT}}, 0);
    if (line.side == 0) bad("base.line-side-missing", file, child->line, "分录要写 side debit 或 credit (a line needs its side)");
    line.account = needed(*child, file, "account");
    line.aux = format_aux(parse_aux(child->get("aux")));
    line.summary = child->get("summary");
    if (const InfoNode* amount = child->find("amount")) line.fen = Fen::parse(amount->value);
    common.lines.push_back(std::move(line));
  }
  if (common.lines.size() < 2) bad("base.common-too-short", file, node.line, "常用凭证 " + common.code + " 至少两行分录 (a common voucher has at least two lines)");
  dates_of(node, common);
  return common;
}

BudgetLink budget_of(const InfoNode& node, std::string_view file) {
  refuse_unknown_keys(node, file, {"class", "from", "to"});
  BudgetLink link;
  link.account = node.value;
  AccountPattern checked(link.account);  // digits only
  for (const InfoNode* child : node.all("class")) {
    refuse_unknown_keys(*child, file, {"name"});
    if (child->value.size() < 3 || child->value.size() > 9 || child->value.find_first_not_of("0123456789") != std::string::npos)
      bad("base.class-format", file, child->line, "政府收支分类科目编码应为 3 到 9 位数字 (expected 3 to 9 digits): \"" + child->value + "\"");
    link.classes.push_back({child->value, needed(*child, file, "name")});
  }
  if (link.classes.empty()) bad("base.budget-without-class", file, node.line, "budget " + link.account + " 至少要有一个 class (needs a class)");
  dates_of(node, link);
  return link;
}

void add(BaseData& data, const InfoNode& node, std::string_view file, std::string_view unit) {
  if (node.value.empty() || node.value.size() > 40) bad("base.code-format", file, node.line, node.key + " 后面要有不超过 40 字的代码 (expected a code of at most 40)");
  at_line(node, file, [&] {
    if (node.key == "word") data.words.push_back(word_of(node, file));
    else if (node.key == "control") data.controls.push_back(control_of(node, file));
    else if (node.key == "summary") data.summaries.emplace_back(summary_of(node, file)).unit = unit;
    else if (node.key == "common") data.commons.emplace_back(common_of(node, file)).unit = unit;
    else if (node.key == "budget") data.budget.push_back(budget_of(node, file));
  });
}

// Canonical: every value quoted, no line breaks, dates in columns of their own.
void write(const InfoNode& node, std::string& text) {
  const auto quote = [&](std::string_view value) {
    text += '"';
    for (const char c : value) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  };
  text += node.key + ' ';
  quote(node.value);
  text += '\n';
  if (node.children.empty()) return;
  text += "{\n";
  for (const auto& child : node.children)
    if (child.key != "from" && child.key != "to") write(child, text);
  text += "}\n";
}

}  // namespace

std::vector<BaseEntry> read_base_info(const std::string& path) {
  const InfoNode root = read_info_file(path);
  refuse_unknown_keys(root, path, {"word", "control", "summary", "common", "budget"});
  std::vector<BaseEntry> entries;
  for (const InfoNode& node : root.children) {
    BaseData checked;
    add(checked, node, path, {});
    BaseEntry entry;
    entry.kind = node.key;
    entry.code = node.value;
    Dated dated;
    dates_of(node, dated);
    entry.valid_from = dated.valid_from;
    entry.valid_to = dated.valid_to;
    write(node, entry.body);
    if (entry.body.size() > kMaxBody) bad("base.entry-too-long", path, node.line, node.key + ' ' + entry.code + " 太长 (too long)");
    for (const auto& other : entries)
      if (other.kind == entry.kind && other.code == entry.code && (other.valid_to == Day() || entry.valid_from <= other.valid_to) &&
          (entry.valid_to == Day() || other.valid_from <= entry.valid_to))
        bad("base.entry-duplicate", path, node.line, node.key + ' ' + entry.code + " 在同一天有两条 (it is there twice on one day)");
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::vector<BaseEntry> read_base_folder(const std::string& folder, std::string_view chart) {
  std::vector<BaseEntry> all;
  for (const std::string file : {"words", "controls", "summaries", "common", "budget"})
    for (const std::string& name : {file, std::string(chart) + '-' + file}) {
      const auto path = std::filesystem::path(folder) / (name + ".info");
      if (!std::filesystem::exists(path)) continue;
      for (auto& entry : read_base_info(path.string())) all.push_back(std::move(entry));
    }
  return all;
}

BaseData base_data_of(std::span<const BaseEntry> entries) {
  BaseData data;
  const auto dated = [](auto& list, const BaseEntry& entry) {
    list.back().valid_from = entry.valid_from;
    list.back().valid_to = entry.valid_to;
  };
  for (const auto& entry : entries) {
    const InfoNode root = parse_info(entry.body, kEntryText);
    add(data, root.children.at(0), kEntryText, entry.unit);
    if (entry.kind == "word") dated(data.words, entry);
    else if (entry.kind == "control") dated(data.controls, entry);
    else if (entry.kind == "summary") dated(data.summaries, entry);
    else if (entry.kind == "common") dated(data.commons, entry);
    else dated(data.budget, entry);
  }
  if (data.words.empty())
    for (const auto& [code, title] : {std::pair{"收", "收款凭证"}, {"付", "付款凭证"}, {"转", "转账凭证"}, {"记", "记账凭证"}}) {
      Word& word = data.words.emplace_back();
      word.code = code;
      word.title = title;
    }
  return data;
}

std::vector<BudgetClass> BaseData::budget_of(std::string_view account, Day day) const {
  const BudgetLink* nearest = nullptr;
  for (const auto& link : budget)
    if (link.valid_on(day) && account.substr(0, link.account.size()) == link.account && (!nearest || link.account.size() > nearest->account.size())) nearest = &link;
  return nearest ? nearest->classes : std::vector<BudgetClass>();
}

}  // namespace mif::chart
