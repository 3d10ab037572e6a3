// SPDX-License-Identifier: Apache-2.0
#include "figures.h"

#include <algorithm>
#include <initializer_list>
#include <sstream>

namespace mif::datagen {

Fen Target::total() const {
  Fen sum;
  for (const auto& a : amounts) sum += a.total;
  return sum;
}

const Target& Figures::target(std::string_view id, int line) const {
  for (const auto& t : targets)
    if (t.id == id) return t;
  throw Error(MIF_E_INVALID, file + ":" + std::to_string(line) + ": 没有这个目标 (no target) \"" + std::string(id) + "\"");
}

const PartyGroup* Figures::party(std::string_view id) const {
  for (const auto& p : parties)
    if (p.id == id) return &p;
  return nullptr;
}

namespace {

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> all;
  for (std::string w; in >> w;) all.push_back(w);
  return all;
}

// Typed reading of one file with its name in every complaint.
class File {
 public:
  explicit File(const std::string& name) : name_(name) {}
  Figures read(const Info& root);

 private:
  [[noreturn]] void fail(int line, const std::string& what) const { throw Error(MIF_E_INVALID, name_ + ":" + std::to_string(line) + ": " + what); }

  void known(const Info& node, std::initializer_list<std::string_view> keys) const {
    for (const auto& c : node.children)
      if (std::find(keys.begin(), keys.end(), c.key) == keys.end())
        fail(c.line, "\"" + node.key + "\" 里不认识 (does not know) \"" + c.key + "\"");
  }
  std::string need(const Info& node, std::string_view key) const {
    const Info* found = node.find(key);
    if (!found || found->value.empty()) fail(node.line, "\"" + node.key + "\" 缺少 (lacks) \"" + std::string(key) + "\"");
    return found->value;
  }
  // Runs `parse` and puts file and line before its complaint.
  template <class F>
  auto at(int line, F&& parse) const {
    try {
      return parse();
    } catch (const Error& e) {
      fail(line, e.what());
    }
  }
  Fen money(const Info& node) const {
    return at(node.line, [&] { return Fen::parse(node.value) * unit_; });
  }
  Fen money(const Info& node, std::string_view key) const {
    const Info* found = node.find(key);
    return found ? money(*found) : Fen();
  }
  int number(const Info& node, std::string_view key, int otherwise, int least, int most) const {
    const Info* found = node.find(key);
    if (!found) return otherwise;
    int value = 0;
    for (const char c : found->value) {
      if (c < '0' || c > '9' || value > 1000000) fail(found->line, "应为整数 (expects a whole number): \"" + found->value + "\"");
      value = value * 10 + (c - '0');
    }
    if (found->value.empty() || value < least || value > most)
      fail(found->line, "应在 " + std::to_string(least) + ".." + std::to_string(most) + " 之间 (out of range): \"" + found->value + "\"");
    return value;
  }
  std::vector<std::pair<std::string, std::string>> pairs(const Info& node) const {
    std::vector<std::pair<std::string, std::string>> all;
    if (const Info* set = node.find("set"))
      for (const auto& c : set->children) all.emplace_back(c.key, c.value);
    return all;
  }
  std::vector<Period> periods(const Info& node) const;
  Target target(const Info& node) const;
  Cell cell(const Info& node) const;
  Wrong wrong(const Info& node) const;
  FundUse fund_use(const Info& node) const;
  void check(const Figures& figures) const;

  std::string name_;
  std::int64_t unit_ = 1;
};

std::vector<Period> File::periods(const Info& node) const {
  const std::string text = need(node, "period");
  const int line = node.find("period")->line;
  const auto dots = text.find("..");
  const Period from = at(line, [&] { return Period::parse(text.substr(0, dots)); });
  const Period to = dots == std::string::npos ? from : at(line, [&] { return Period::parse(text.substr(dots + 2)); });
  std::vector<Period> all;
  for (Period p = from; p <= to; p = p.next()) all.push_back(p);
  if (all.empty() || all.size() > 120) fail(line, "期间范围不对 (write 2023-01..2023-12): \"" + text + "\"");
  return all;
}

Target File::target(const Info& node) const {
  known(node, {"type", "prefix", "party", "incoming", "outgoing", "mark", "period", "weights", "documents", "days", "weekdays", "amount", "set"});
  Target t;
  t.id = node.value;
  t.line = node.line;
  if (t.id.empty()) fail(node.line, "目标要有名称 (a target needs an id)");
  t.type = need(node, "type");
  t.prefix = need(node, "prefix");
  t.party = node.get("party");
  t.incoming = node.get("incoming");
  t.outgoing = node.get("outgoing");
  t.mark = need(node, "mark");
  t.periods = periods(node);
  if (const Info* weights = node.find("weights")) {
    for (const auto& w : words(weights->value)) t.weights.push_back(at(weights->line, [&] { return static_cast<std::uint64_t>(Fen::parse(w).value()); }));
    if (t.weights.size() != t.periods.size())
      fail(weights->line, "月份权重应有 " + std::to_string(t.periods.size()) + " 个 (one weight per period)");
  } else {
    t.weights.assign(t.periods.size(), 1);
  }
  t.documents = number(node, "documents", 1, 1, 1000000);
  t.weekdays = node.get("weekdays", "yes") == "yes";
  if (const Info* days = node.find("days")) {
    const auto dash = days->value.find('-');
    const auto day = [&](const std::string& text) { return at(days->line, [&] { return static_cast<int>(Fen::parse(text).value() / 100); }); };
    t.first_day = day(days->value.substr(0, dash));
    t.last_day = dash == std::string::npos ? t.first_day : day(days->value.substr(dash + 1));
    if (t.first_day < 1 || t.last_day > 31 || t.last_day < t.first_day) fail(days->line, "日期范围不对 (write 5-25): \"" + days->value + "\"");
  }
  if (const Info* amounts = node.find("amount"))
    for (const auto& c : amounts->children) {
      known(c, {"presence"});
      t.amounts.push_back({c.key, money(c), number(c, "presence", 100, 1, 100), c.line});
      if (t.amounts.back().total <= Fen()) fail(c.line, "目标金额应为正 (a target sum must be positive)");
    }
  if (t.amounts.empty()) fail(node.line, "目标没有金额 (target without amounts) \"" + t.id + "\"");
  t.set = pairs(node);
  return t;
}

Cell File::cell(const Info& node) const {
  known(node, {"table", "row", "column", "value", "status", "source", "sum"});
  Cell c;
  c.line = node.line;
  c.table = need(node, "table");
  c.row = need(node, "row");
  c.column = need(node, "column");
  need(node, "value");
  c.value = money(*node.find("value"));
  c.status = need(node, "status");
  if (c.status != "published" && c.status != "derived" && c.status != "ours")
    fail(node.line, "status 应为 published, derived 或 ours (is \"" + c.status + "\")");
  c.source = node.get("source");
  c.sum = words(node.get("sum"));
  return c;
}

Wrong File::wrong(const Info& node) const {
  known(node, {"like", "expect", "why", "day", "amount", "off", "withdraw", "duplicate-of", "set"});
  Wrong w;
  w.id = node.value;
  w.line = node.line;
  w.like = need(node, "like");
  w.expect = need(node, "expect");
  w.why = need(node, "why");
  w.day = at(node.line, [&] { return Day::parse(need(node, "day")); });
  w.amount = money(node, "amount");
  w.off = money(node, "off");
  w.withdraw = node.get("withdraw") == "yes";
  w.duplicate_of = node.get("duplicate-of");
  w.set = pairs(node);
  return w;
}

FundUse File::fund_use(const Info& node) const {
  known(node, {"type", "prefix", "from", "to", "days", "round", "keep"});
  FundUse f;
  f.line = node.line;
  f.type = need(node, "type");
  f.prefix = need(node, "prefix");
  f.from = need(node, "from");
  f.to = need(node, "to");
  for (const auto& w : words(need(node, "days"))) f.days.push_back(at(node.line, [&] { return static_cast<int>(Fen::parse(w).value() / 100); }));
  f.round = money(node, "round");
  f.keep = money(node, "keep");
  if (f.round <= Fen()) fail(node.line, "round 应为正 (must be positive)");
  return f;
}

void File::check(const Figures& figures) const {
  for (const auto& t : figures.targets) {
    if (!t.party.empty() && !figures.party(t.party)) fail(t.line, "没有这组对象 (no party group) \"" + t.party + "\"");
    for (const auto& other : figures.targets)
      if (&other != &t && (other.id == t.id || (other.prefix == t.prefix && other.line < t.line)))
        fail(t.line, "名称或单号前缀重复 (id or prefix is used twice): \"" + t.id + "\", \"" + t.prefix + "\"");
    for (const auto& number : {t.incoming, t.outgoing})
      if (!number.empty() && std::none_of(figures.accounts.begin(), figures.accounts.end(), [&](const auto& a) { return a.number == number; }))
        fail(t.line, "没有这个银行账户 (no bank account) " + number);
  }
  for (const auto& c : figures.cells) {
    if (c.sum.empty()) continue;
    Fen sum;
    for (const auto& term : c.sum) {
      const bool minus = term.front() == '-';
      const std::string name = minus ? term.substr(1) : term;
      const auto dot = name.find('.');
      const Target& t = figures.target(name.substr(0, dot), c.line);
      Fen part;
      if (dot == std::string::npos) {
        part = t.total();
      } else {
        const auto found = std::find_if(t.amounts.begin(), t.amounts.end(), [&](const auto& a) { return a.field == name.substr(dot + 1); });
        if (found == t.amounts.end()) fail(c.line, "目标里没有这一项 (no such part) \"" + name + "\"");
        part = found->total;
      }
      sum = minus ? sum - part : sum + part;
    }
    if (sum != c.value)
      fail(c.line, "表 " + c.table + " 行 " + c.row + " 栏 " + c.column + " 为 " + c.value.grouped() + ", 目标合计为 (the targets add to) " + sum.grouped());
  }
  for (const auto& w : figures.wrongs) figures.target(w.like, w.line);
}

Figures File::read(const Info& root) {
  known(root, {"figures", "account", "party", "target", "cell", "wrong", "fund-use", "dictionary"});
  Figures f;
  f.file = name_;
  const Info* head = root.find("figures");
  if (!head) fail(1, "缺少 figures 一节 (the file must begin with a figures block)");
  known(*head, {"name", "book", "unit", "scheme", "feed", "source", "money-unit", "system"});
  f.name = need(*head, "name");
  f.book = need(*head, "book");
  f.unit = need(*head, "unit");
  f.scheme = need(*head, "scheme");
  f.feed = head->get("feed", "main");
  f.source = need(*head, "source");
  f.system = need(*head, "system");
  f.money_unit = need(*head, "money-unit");
  if (f.money_unit == "万元")
    unit_ = 10000;
  else if (f.money_unit != "元")
    fail(head->line, "money-unit 应为 元 或 万元 (is \"" + f.money_unit + "\")");

  for (const Info* n : root.all("account")) {
    known(*n, {"name", "opening", "scripted"});
    f.accounts.push_back({n->value, need(*n, "name"), money(*n, "opening"), n->get("scripted") == "yes"});
  }
  for (const Info* n : root.all("party")) {
    known(*n, {"kind", "region", "name", "bank", "count"});
    f.parties.push_back({n->value, need(*n, "kind"), need(*n, "region"), need(*n, "name"), need(*n, "bank"), number(*n, "count", 1, 1, 1000000), n->line});
  }
  for (const Info* n : root.all("target")) f.targets.push_back(target(*n));
  for (const Info* n : root.all("cell")) f.cells.push_back(cell(*n));
  for (const Info* n : root.all("wrong")) f.wrongs.push_back(wrong(*n));
  for (const Info* n : root.all("fund-use")) f.fund_uses.push_back(fund_use(*n));
  for (const Info* n : root.all("dictionary"))
    for (const auto& c : n->children) f.dictionaries[n->value].emplace_back(c.key, c.value);
  check(f);
  return f;
}

}  // namespace

Figures read_figures(const std::string& file) {
  const auto slash = file.rfind('/');
  return File(slash == std::string::npos ? file : file.substr(slash + 1)).read(read_info(file));
}

}  // namespace mif::datagen
