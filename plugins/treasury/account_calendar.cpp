// SPDX-License-Identifier: Apache-2.0
#include "account_calendar.h"

#include <algorithm>

#include "calendar.h"
#include "mif/error.hpp"

namespace mif::treasury {

namespace {

constexpr int kLookAhead = 366;

[[noreturn]] void complain(const std::string& where, const Node& at, const std::string& what) {
  throw Error(MIF_E_INVALID, "payment.setting-calendar", (where.empty() ? "mif.info:" : where + ":") + std::to_string(at.line) + ": treasury: calendar " + what);
}

int minutes_of(std::string_view text) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : 100; };
  if (text.size() != 5 || text[2] != ':') return -1;
  const int hours = digit(0) * 10 + digit(1), minutes = digit(3) * 10 + digit(4);
  return minutes > 59 || hours * 60 + minutes > kMinutesOfDay ? -1 : hours * 60 + minutes;
}

Day day_in(const std::string& where, const Node& at, std::string_view text) {
  try {
    return Day::parse(text);
  } catch (const Error&) {
    complain(where, at, at.key + " 后面应为日期 (a day is expected, found \"" + at.value + "\")");
  }
}

DaySpan span_in(const std::string& where, const Node& at) {
  for (const Node& n : at.children)
    if (n.key != "name") complain(where, n, at.key + " 里只可写 name (unknown \"" + n.key + "\")");
  const auto dots = at.value.find("..");
  const std::string_view text = at.value;
  DaySpan span{day_in(where, at, text.substr(0, dots)), {}, at.get("name")};
  span.to = dots == std::string::npos ? span.from : day_in(where, at, text.substr(dots + 2));
  if (span.to < span.from) complain(where, at, at.key + " 的起止日期颠倒 (from is after to)");
  return span;
}

const DaySpan* within(const std::vector<DaySpan>& spans, Day day) {
  const auto found = std::find_if(spans.begin(), spans.end(), [&](const DaySpan& s) { return s.from <= day && day <= s.to; });
  return found == spans.end() ? nullptr : &*found;
}

std::string named(const DaySpan& span, const char* otherwise) { return span.name.empty() ? otherwise : span.name; }

}  // namespace

bool read_hours(const std::string& text, int& opens, int& closes) {
  const auto dash = text.find('-');
  if (dash == std::string::npos) return false;
  opens = minutes_of(std::string_view(text).substr(0, dash));
  closes = minutes_of(std::string_view(text).substr(dash + 1));
  return opens >= 0 && opens < closes;
}

std::string clock_text(int minutes) {
  const auto two = [](int n) { return std::string(n < 10 ? "0" : "") + std::to_string(n); };
  return two(minutes / 60) + ":" + two(minutes % 60);
}

// `where` is the file of the blocks; empty: mif.info itself.
void Calendar::read(const Node& node, const std::function<Node(const std::string&)>& file) {
  if (node.value.empty()) return add(node, {});
  if (!node.children.empty()) complain({}, node, "写文件名或直接写内容，不能都写 (a file or a block, not both)");
  const Node root = file(node.value);
  for (const Node& block : root.children) {
    if (block.key != "calendar" || !block.value.empty()) complain(node.value, block, "文件里每段应为 calendar { … } (found \"" + block.key + "\")");
    add(block, node.value);
  }
  if (root.children.empty()) complain({}, node, "文件 " + node.value + " 是空的 (the file is empty)");
}

void Calendar::add(const Node& block, const std::string& where) {
  DatedCalendar c;
  for (const Node& n : block.children) {
    if (n.key == "from") c.from = day_in(where, n, n.value);
    else if (n.key == "to") c.to = day_in(where, n, n.value);
    else if (n.key == "weekend" && (n.value == "closed" || n.value == "open")) c.weekend_closed = n.value == "closed";
    else if (n.key == "holiday") c.holidays.push_back(span_in(where, n));
    else if (n.key == "workday") c.workdays.push_back(span_in(where, n));
    else if (n.key != "hours") complain(where, n, "里不认识 (unknown) \"" + n.key + " " + n.value + "\"");
    else if (!read_hours(n.value, c.opens, c.closes)) complain(where, n, "hours 应如 08:30-17:00 (found \"" + n.value + "\")");
  }
  if (!c.from.valid()) complain(where, block, "要写 from 从哪一天起 (it needs its first day)");
  if (c.to.valid() && c.to < c.from) complain(where, block, "的起止日期颠倒 (from is after to)");
  const auto outside = [&](const DaySpan& s) { return s.from < c.from || (c.to.valid() && c.to < s.to); };
  for (const auto* spans : {&c.holidays, &c.workdays})
    for (const auto& s : *spans)
      if (outside(s)) complain(where, block, "从 " + c.from.iso() + " 起，" + s.from.iso() + " 不在其中 (a day outside of its time)");
  for (const auto& h : c.holidays)
    for (const auto& w : c.workdays)
      if (h.from <= w.to && w.from <= h.to) complain(where, block, w.from.iso() + " 既是假日又是工作日 (both a holiday and a workday)");
  const auto place = std::lower_bound(dated_.begin(), dated_.end(), c.from, [](const DatedCalendar& a, Day day) { return a.from < day; });
  if (place != dated_.end() && place->from == c.from) complain(where, block, "从 " + c.from.iso() + " 起的写了两次 (given twice)");
  dated_.insert(place, std::move(c));
}

DayState Calendar::on(Day day) const {
  DayState state;
  const DatedCalendar* in_force = nullptr;
  for (const auto& c : dated_)
    if (c.from <= day) in_force = &c;
  if (!in_force || (in_force->to.valid() && in_force->to < day)) return state;
  state.known = true;
  state.opens = in_force->opens;
  state.closes = in_force->closes;
  if (const DaySpan* moved = within(in_force->workdays, day)) {
    state.why = named(*moved, "调休工作日");
  } else if (const DaySpan* holiday = within(in_force->holidays, day)) {
    state.open = false;
    state.why = named(*holiday, "假日");
  } else if (in_force->weekend_closed && is_weekend(day)) {
    state.open = false;
    state.why = "周末";
  }
  return state;
}

Day Calendar::next_open(Day after) const {
  Day day = after;
  for (int i = 0; i < kLookAhead; ++i) {
    day = plus_days(day, 1);
    if (on(day).open) return day;
  }
  return Day();
}

DayCount Calendar::count(Day from, Day to) const {
  DayCount counted;
  if (empty() || !from.valid() || to < from) return counted;
  counted.first = serial(from);
  std::int32_t n = 0;
  for (Day day = from; day <= to; day = plus_days(day, 1)) counted.open.push_back(on(day).open ? ++n : n);
  return counted;
}

}  // namespace mif::treasury
