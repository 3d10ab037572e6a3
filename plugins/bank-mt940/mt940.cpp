// SPDX-License-Identifier: Apache-2.0
#include "mt940.h"

namespace mif::bank_mt940 {

using namespace statement_text;

namespace {

constexpr std::size_t kMostText = 64 * 1024;  // of one tag

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

// ":61:" -> "61", the rest in `value`; empty when the line does not begin with a tag.
std::string_view tag_name(std::string_view text, std::string_view& value) {
  if (text.size() < 4 || text[0] != ':') return {};
  const std::size_t end = text.find(':', 1);
  if (end == std::string_view::npos || end < 3 || end > 4) return {};
  for (std::size_t i = 1; i < end; ++i)
    if (!is_digit(text[i]) && !is_upper(text[i])) return {};
  value = text.substr(end + 1);
  return text.substr(1, end - 1);
}

bool balance_name(std::string_view n) { return n == "60F" || n == "60M" || n == "60" || n == "62F" || n == "62M" || n == "62" || n == "64" || n == "64F" || n == "65" || n == "65F"; }

// In a :86: text a line may begin like a tag (":26:37 o'clock"): a balance, an entry and so on have a look of their own.
bool looks_like(std::string_view name, std::string_view value) {
  value = trim(value);
  if (name == "61") return value.size() >= 6 && digits(value.substr(0, 6));
  if (balance_name(name)) return !value.empty() && (value[0] == 'C' || value[0] == 'D' || value[0] == 'R');
  const bool time = value.size() >= 2 && digits(value.substr(0, 2)) && (value.size() == 2 || !(is_digit(value[2]) || is_upper(value[2]) || value[2] == '/' || value[2] == '-'));
  return !time;
}

}  // namespace

Mt940::Mt940(mif_byte_source& bytes, std::string_view options, mif_statement_events& events, Cancelled cancelled)
    : chunks_(bytes, std::move(cancelled)), lines_(chunks_), charset_(options), out_(events) {}

void Mt940::run() {
  Line next;
  while (!out_.enough() && lines_.next(next)) line(next);
  const bool cut = in_block_ && any_tag_;
  finish_statement();
  const Where end{lines_.byte(), 0};
  if (charset_.guessed()) out_.note_once(end, "mt940.charset-guessed", "文件没有说明字符集，文字按推测读出，可用选项 charset 指定 (the character set was guessed)");
  if (!any_tag_) out_.broken({0, 1}, "mt940.no-tags", "文件里没有 MT940/MT942 的标记，请核对格式 (no tag of MT940 or MT942 in the file)");
  if (cut) out_.broken(end, "mt940.cut-off", "文件在第 4 块结束之前断了，请重新下载 (the file breaks off before the end of block 4)");
}

void Mt940::line(const Line& l) {
  const Where where{l.byte, l.number};
  if (l.continued) {
    out_.note_once(where, "mt940.long-line", "一行超过 64 KiB，其后的文字可能被截短 (a very long line, its text may be cut)");
    if (any_tag_) append_within(more_.empty() ? first_ : more_, l.text, kMostText);
    return;
  }
  std::string_view text = l.text;
  std::size_t junk = 0;
  while (junk < text.size() && (static_cast<unsigned char>(text[junk]) < 0x20 || text.substr(junk, 3) == "\xEF\xBB\xBF")) junk += static_cast<unsigned char>(text[junk]) < 0x20 ? 1 : 3;
  text.remove_prefix(junk);
  while (!text.empty() && static_cast<unsigned char>(text.back()) < 0x20) text.remove_suffix(1);
  text_line(text, {where.byte + static_cast<std::int64_t>(junk), where.line}, l.ended);
}

void Mt940::text_line(std::string_view text, Where where, bool) {
  if (lone_colon_) {  // a line break between ':' and "86:"
    lone_colon_ = false;
    std::string whole = ":" + std::string(text);
    std::string_view value;
    if (!tag_name(whole, value).empty() && tag(whole, where)) return;
    continued(":");
  }
  if (block(text, where) || dash(text, where)) return;
  if (tag(text, where)) return;
  if (trim(text) == ":" && (tag_ == Tag::entry || tag_ == Tag::details)) {
    lone_colon_ = true;
    return;
  }
  if (dashed_ && tag_ == Tag::details && !trim(text).empty()) {  // the dash was a line of the text
    dashed_ = false;
    continued("-");
  }
  if (!dashed_) continued(text);
}

// {1:F01...}{2:I940...}{4:
bool Mt940::block(std::string_view text, Where where) {
  if (text.size() < 3 || text[0] != '{' || !is_digit(text[1]) || text[2] != ':') return false;
  if (text[1] == '1') {
    if (in_block_ && any_tag_) out_.warn(where, "mt940.block-open", "上一条报文没有结束就开始了下一条，请银行核对 (a message begins before the one before has ended)");
    if (any_tag_) finish_statement();
    in_block_ = false;
  }
  const std::size_t four = text.find("{4:");
  if (four == std::string_view::npos) return true;
  in_block_ = true;
  text.remove_prefix(four + 3);
  if (!text.empty()) text_line(text, {where.byte + static_cast<std::int64_t>(four + 3), where.line}, true);
  return true;
}

bool Mt940::dash(std::string_view text, Where where) {
  if (text.empty() || text[0] != '-') return false;
  if (text.substr(0, 2) == "-}") {
    finish_tag();
    tag_ = Tag::ignored;
    in_block_ = false;
    std::string_view rest = text.substr(2);
    const std::size_t header = rest.find("{1:");
    if (header != std::string_view::npos) block(rest.substr(header), {where.byte + 2 + static_cast<std::int64_t>(header), where.line});
    return true;
  }
  if (trim(text) != "-") return false;
  dashed_ = true;
  return true;
}

bool Mt940::tag(std::string_view text, Where where) {
  std::string_view value;
  const std::string_view name = tag_name(text, value);
  if (name.empty()) return false;
  Tag found = Tag::none;
  if (name == "20") found = Tag::id;
  else if (name == "25" || name == "25P") found = Tag::account;
  else if (name == "28" || name == "28C") found = Tag::number;
  else if (name == "34F") found = Tag::floor;
  else if (name == "13" || name == "13D") found = Tag::time;
  else if (name == "61") found = Tag::entry;
  else if (name == "86") found = Tag::details;
  else if (name == "90C" || name == "90D") found = Tag::sums;
  else if (name == "21" || name == "NS") found = Tag::ignored;
  else if (balance_name(name)) found = Tag::balance;
  if (tag_ == Tag::details && !dashed_ && (found == Tag::none || !looks_like(name, value))) {  // a colon in the text
    if (found == Tag::entry || found == Tag::balance)
      out_.warn(where, "mt940.doubtful-tag", "这一行像标记却读不出内容，按上一段文字读，请核对 (it begins like a tag but reads like none, taken as text): :" + std::string(name) + ":");
    return false;
  }
  if (found == Tag::none) {
    if (any_tag_) out_.note_once(where, "mt940.unknown-tag", "有不认识的标记，已跳过 (an unknown tag was skipped): :" + std::string(name) + ":");
    return any_tag_;
  }
  finish_tag();
  any_tag_ = true;
  dashed_ = false;
  begin(name, found);
  where_ = where;
  first_.assign(value.substr(0, kMostText));
  if (!now_.begun) {
    now_.begun = true;
    now_.where = where;
  }
  return true;
}

// A statement begins with :20:; where that is missing, with what a statement has only once.
void Mt940::begin(std::string_view name, Tag found) {
  const bool body = now_.has_opening || now_.has_closing || has_entry_ || now_.told;
  if (found == Tag::id && (now_.has_id || now_.has_account || body)) finish_statement();
  if (found == Tag::account && (now_.has_account || body)) finish_statement();
  if ((found == Tag::number || (found == Tag::balance && name.substr(0, 2) == "60")) && now_.has_closing) finish_statement();
  tag_ = found;
  name_.assign(name);
  more_.clear();
}

void Mt940::continued(std::string_view text) {
  if (tag_ != Tag::entry && tag_ != Tag::details) return;
  if (!append_within(more_, "\n", kMostText) || !append_within(more_, text, kMostText))
    out_.note_once(where_, "mt940.long-text", "一段文字超过 64 KiB，其余未读 (a very long text was cut)");
}

void Mt940::finish_tag() {
  const Tag tag = tag_;
  tag_ = Tag::none;
  switch (tag) {
    case Tag::id:
      now_.has_id = true;
      now_.head.id = charset_.read(trim(first_));
      break;
    case Tag::account:
      now_.has_account = true;
      now_.head.account = charset_.read(trim(first_));
      break;
    case Tag::number:
      now_.has_number = true;
      now_.head.number = charset_.read(trim(first_));
      break;
    case Tag::floor: return read_floor();
    case Tag::balance: return read_balance();
    case Tag::sums: return read_sums();
    case Tag::entry: {
      finish_entry();
      details_belong_ = false;
      const std::string_view second = std::string_view(more_).substr(0, more_.find('\n', 1));
      if (read_entry(first_, 0) || (!second.empty() && read_entry(first_ + std::string(second.substr(1)), second.size()))) break;
      out_.warn(where_, "mt940.entry-unreadable", "这一笔 :61: 读不出日期、借贷或金额，没有计入，请银行重出 (an entry without a readable day, direction or amount)");
      break;
    }
    case Tag::details:
      if (details_belong_) {
        if (!entry_text_.empty()) append_within(entry_text_, "\n", kMostText);
        append_within(entry_text_, first_, kMostText);
        append_within(entry_text_, more_, kMostText);
      } else if (now_.told || now_.has_opening) {
        out_.note(where_, "mt940.statement-text", "这一段 :86: 说的是整份对账单，不归入任何一笔 (this :86: belongs to the statement): " + charset_.read(std::string_view(first_).substr(0, 120)));
      }
      break;
    default: break;
  }
}

void Mt940::tell_open() {
  if (now_.told) return;
  now_.told = true;
  out_.open(now_.head);
}

void Mt940::finish_entry() {
  if (!has_entry_) return;
  has_entry_ = false;
  tell_open();
  const Details d = read_details(charset_.read_lines(entry_text_));
  if (!d.client_ref.empty()) entry_.client_ref = d.client_ref;
  entry_.counter_account = d.counter_account;
  entry_.counter_name = d.counter_name;
  entry_.text = d.text;
  const std::string more = charset_.read(trim(supplement_));
  if (!more.empty()) entry_.text += (entry_.text.empty() ? "" : " ") + more;
  out_.entry(entry_);
  entry_text_.clear();
  supplement_.clear();
}

void Mt940::finish_statement() {
  finish_tag();
  finish_entry();
  details_belong_ = false;
  if (!now_.begun) return;
  tell_open();
  if (now_.has_opening && !now_.has_closing) out_.warn(now_.where, "mt940.no-closing", "这份对账单没有期末余额，请银行重出 (the statement has no closing balance)");
  if (now_.credits >= 0 && now_.debits >= 0) now_.declared.entries = now_.credits + now_.debits;
  out_.close(now_.declared);
  now_ = Statement();
}

}  // namespace mif::bank_mt940
