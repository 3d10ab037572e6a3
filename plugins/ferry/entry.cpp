// SPDX-License-Identifier: Apache-2.0
#include "entry.h"

#include <functional>

#include "json_reader.h"
#include "mif/json.hpp"

namespace mif::ferry {

namespace {

constexpr unsigned kDepth = 8;

std::string where(std::size_t number) { return "第 " + std::to_string(number) + " 行 (line)"; }

[[noreturn]] void bad_field(std::size_t number, std::string_view name, const std::string& what) {
  throw Error(MIF_E_INVALID, "ferry.field", where(number) + ": 字段 (field) \"" + std::string(name.substr(0, 40)) + "\" " + what);
}

// Which names came; all of them must.
class Fields {
 public:
  Fields(std::size_t number, std::initializer_list<const char*> names) : number_(number), names_(names) {}
  // The name's place in the list.
  std::size_t known(std::string_view name) {
    for (std::size_t i = 0; i < names_.size(); ++i)
      if (name == names_[i]) {
        seen_ |= 1u << i;
        return i;
      }
    bad_field(number_, name, "不认识 (is unknown)");
  }
  bool has(std::size_t i) const { return seen_ >> i & 1u; }
  void need(std::size_t i) const {
    if (!has(i)) bad_field(number_, names_[i], "缺少 (is missing)");
  }
  void need_all() const {
    for (std::size_t i = 0; i < names_.size(); ++i) need(i);
  }

 private:
  std::size_t number_;
  std::vector<const char*> names_;
  std::uint32_t seen_ = 0;
};

// UTF-8 of it, cut at a character; what is not UTF-8 becomes '?'. `changed` says whether the text is another one now.
std::string readable(std::string_view text, std::size_t most, bool& changed) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    const std::size_t n = c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
    const bool good = at + n <= text.size() && valid_utf8(text.substr(at, n));
    if (out.size() + (good ? n : 1) > most) {
      changed = true;
      break;
    }
    if (good) {
      out.append(text.substr(at, n));
      at += n;
    } else {
      changed = true;
      out += '?';
      ++at;
    }
  }
  return out;
}

// A number that is mended is no longer the sender's: a control character at its end makes the ledger side hold the document.
std::string marked(std::string_view text, std::size_t most) {
  bool changed = false;
  std::string out = readable(text, most - 1, changed);
  return changed ? out + '\x01' : out;
}

bool is_object(const std::string& text) {
  try {
    JsonReader json(text, "");
    if (!json.at_object()) return false;
    json.value(kDepth);
    json.end();
    return true;
  } catch (const Error&) {
    return false;
  }
}

void write_payload(JsonWriter& json, const std::string& payload) {
  json.key("payload");
  if (payload.size() > kLongestPayload) {
    json.value("payload too long: " + std::to_string(payload.size()) + " bytes");
  } else if (!valid_utf8(payload)) {
    json.value("payload is not UTF-8");
  } else if (is_object(payload)) {
    std::string one_line = payload;  // inside texts JSON has no raw line ends, so these are only layout
    for (char& c : one_line)
      if (c == '\n' || c == '\r') c = ' ';
    json.raw(one_line);
  } else {
    json.value(payload);
  }
}

// Calls `each(line, number)`; a last line end is optional, an empty line is refused by its reader.
void each_line(std::string_view text, const std::function<void(std::string_view, std::size_t)>& each) {
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    ++number;
    if ((end == std::string_view::npos ? text.size() : end) > kLongestLine) bad_field(number, "", "整行超过 " + std::to_string(kLongestLine) + " 字节 (the line is too long)");
    each(text.substr(0, end), number);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
}

std::string read_feed(JsonReader& json, std::size_t number) {
  std::string feed = json.text(kLongestFeed);
  if (!plain_name(feed, kLongestFeed)) bad_field(number, "feed", "只用小写字母、数字和 - _ (letters a-z, digits, - _)");
  return feed;
}

std::int64_t read_seq(JsonReader& json, std::size_t number) {
  const std::int64_t seq = json.integer();
  if (seq < 1) bad_field(number, "seq", "应从 1 起 (begins at 1)");
  return seq;
}

}  // namespace

bool plain_name(std::string_view name, std::size_t most) {
  if (name.empty() || name.size() > most || name.front() == '-') return false;
  for (const char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_')) return false;
  return true;
}

Entry read_entry(std::string_view line, std::size_t number) {
  Entry e;
  Fields fields(number, {"feed", "seq", "doc_no", "version", "doc_type", "doc_day", "withdrawn", "payload"});
  JsonReader json(line, where(number));
  json.object([&](std::string_view name) {
    switch (fields.known(name)) {
      case 0: e.feed = read_feed(json, number); break;
      case 1: e.seq = read_seq(json, number); break;
      case 2: e.doc_no = json.text(kLongestDocNo); break;
      case 3: e.version = json.integer(); break;
      case 4: e.doc_type = json.text(kLongestDocType); break;
      case 5: e.doc_day = json.integer(); break;
      case 6: e.withdrawn = json.flag(); break;
      default: e.payload = json.at_text() ? json.text(kLongestPayload) : json.at_object() ? std::string(json.value(kDepth)) : (bad_field(number, name, "应为对象或文本 (expects an object or a text)"), "");
    }
  });
  json.end();
  for (const std::size_t i : {0u, 1u, 2u, 3u, 5u}) fields.need(i);
  if (e.withdrawn && (fields.has(4) || fields.has(7))) bad_field(number, "payload", "撤回不带单据类型和内容 (a withdrawal has no type and no payload)");
  if (!e.withdrawn)
    for (const std::size_t i : {4u, 7u}) fields.need(i);
  if (e.payload.size() > kLongestPayload) bad_field(number, "payload", "超过 " + std::to_string(kLongestPayload) + " 字节 (is too long)");
  return e;
}

std::string write_entry(const Entry& e) {
  JsonWriter json;
  json.begin_object().field("feed", e.feed).field("seq", e.seq).field("doc_no", marked(e.doc_no, kLongestDocNo)).field("version", e.version);
  if (!e.withdrawn) json.field("doc_type", marked(e.doc_type, kLongestDocType));
  json.field("doc_day", e.doc_day);
  if (e.withdrawn)
    json.field("withdrawn", true);
  else
    write_payload(json, e.payload);
  return json.end_object().take();
}

std::vector<Entry> read_entries(std::string_view lines) {
  std::vector<Entry> all;
  each_line(lines, [&](std::string_view line, std::size_t number) { all.push_back(read_entry(line, number)); });
  return all;
}

Answer read_answer(std::string_view line, std::size_t number) {
  Answer a;
  Fields fields(number, {"feed", "seq", "doc_no", "version", "state", "reason", "voucher", "told_ms"});
  JsonReader json(line, where(number));
  json.object([&](std::string_view name) {
    switch (fields.known(name)) {
      case 0: a.feed = read_feed(json, number); break;
      case 1: a.seq = read_seq(json, number); break;
      case 2: a.doc_no = json.text(kLongestDocNo); break;
      case 3: a.version = json.integer(); break;
      case 4: a.state = json.text(kLongestState); break;
      case 5: a.reason = json.text(kLongestReason); break;
      case 6: a.voucher = json.text(kLongestVoucher); break;
      default: a.told_ms = json.integer();
    }
  });
  json.end();
  fields.need_all();
  return a;
}

std::string write_answer(const Answer& a) {
  bool changed = false;
  JsonWriter json;
  json.begin_object().field("feed", a.feed).field("seq", a.seq).field("doc_no", readable(a.doc_no, kLongestDocNo, changed)).field("version", a.version);
  json.field("state", readable(a.state, kLongestState, changed)).field("reason", readable(a.reason, kLongestReason, changed));
  return json.field("voucher", readable(a.voucher, kLongestVoucher, changed)).field("told_ms", a.told_ms).end_object().take();
}

std::string write_answers(const Head& head, const std::vector<Answer>& answers) {
  JsonWriter json;
  json.begin_object().field("flow", head.flow).field("accepted", head.accepted).field("documents", head.documents).field("amount", head.amount);
  json.key("missing").begin_array();
  for (std::size_t i = 0; i < head.missing.size() && i < kMostMissing; ++i) json.value(head.missing[i]);
  json.end_array().end_object();
  std::string text = json.take() + "\n";
  for (const auto& a : answers) text += write_answer(a) + "\n";
  return text;
}

Answers read_answers(std::string_view lines) {
  Answers all;
  bool headed = false;
  each_line(lines, [&](std::string_view line, std::size_t number) {
    if (number > 1) {
      all.rows.push_back(read_answer(line, number));
      return;
    }
    headed = true;
    Fields fields(number, {"flow", "accepted", "documents", "amount", "missing"});
    JsonReader json(line, where(number));
    json.object([&](std::string_view name) {
      switch (fields.known(name)) {
        case 0: all.head.flow = json.text(40); break;
        case 1: all.head.accepted = json.integer(); break;
        case 2: all.head.documents = json.integer(); break;
        case 3: all.head.amount = Fen::parse(json.text(40)); break;
        default: json.array(kMostMissing, [&] { all.head.missing.push_back(json.integer()); });
      }
    });
    json.end();
    fields.need_all();
  });
  if (!headed) bad_field(1, "flow", "缺少首行 (the first line is missing)");
  return all;
}

Fen control_amount(const Entry& entry) {
  if (entry.withdrawn) return {};
  Fen amount;
  try {
    JsonReader json(entry.payload, "");
    json.object([&](std::string_view name) {
      if (name == "amount" && json.at_text())
        amount = Fen::parse(json.text(40));
      else
        json.value(kDepth);
    });
    json.end();
  } catch (const Error&) {
    return {};
  }
  return amount.value() > kLargestControlFen || amount.value() < -kLargestControlFen ? Fen() : amount;
}

}  // namespace mif::ferry
