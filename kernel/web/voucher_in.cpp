// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include "kernel/web/json_in.h"
#include "kernel/web/problem.h"
#include "kernel/web/voucher_json.h"

namespace mif::web {
namespace {

constexpr std::size_t kMostLines = 5000;

// Reads members of one object, collecting every mistake with its pointer.
class Reader {
 public:
  Reader(const JsonValue& object, std::string pointer, std::vector<FieldError>& errors) : object_(object), pointer_(std::move(pointer)), errors_(errors) {
    if (object.kind != JsonValue::Kind::object) errors_.push_back({pointer_, "应为 JSON 对象"});
  }
  void only(std::initializer_list<std::string_view> known) {
    for (const auto& [name, value] : object_.members)
      if (std::find(known.begin(), known.end(), name) == known.end()) wrong(name, "不认识的字段");
  }
  std::string text(std::string_view name, bool required, std::size_t most = 500) {
    const JsonValue* value = object_.find(name);
    if (!value || value->kind == JsonValue::Kind::null) {
      if (required) wrong(name, "不能缺少");
      return {};
    }
    if (!value->is_text()) wrong(name, "应为文字");
    else if (required && value->text.empty()) wrong(name, "不能为空");
    else if (value->text.size() > most) wrong(name, "太长");
    return value->text;
  }
  Day day(std::string_view name) {
    const std::string day = text(name, true, 10);
    try {
      if (!day.empty()) return Day::parse(day);
    } catch (const Error& e) {
      wrong(name, e.what());
    }
    return {};
  }
  bool has(std::string_view name) const { return object_.find(name) != nullptr; }
  // Money is text with two decimals; a JSON number would already have been through floating point on its way.
  Fen money(std::string_view name) {
    const JsonValue* value = object_.find(name);
    if (!value || !value->is_text()) {
      wrong(name, "金额应为文字，例如 \"1234.50\"，不能是数字");
      return {};
    }
    std::string_view digits = value->text;
    if (!digits.empty() && digits.front() == '-') digits.remove_prefix(1);
    const auto dot = digits.find('.');
    const bool shaped = dot != std::string_view::npos && dot > 0 && digits.size() == dot + 3 && digits.find_first_not_of("0123456789.") == std::string_view::npos;
    try {
      if (shaped) return Fen::parse(value->text);
    } catch (const Error&) {
    }
    wrong(name, "金额应为两位小数的文字，例如 \"1234.50\"");
    return {};
  }
  int integer(std::string_view name, int otherwise, int most) {
    const JsonValue* value = object_.find(name);
    if (!value) return otherwise;
    int number = -1;
    if (value->kind == JsonValue::Kind::number) {
      const char* end = value->text.data() + value->text.size();
      const auto read = std::from_chars(value->text.data(), end, number);
      if (read.ec != std::errc() || read.ptr != end) number = -1;
    }
    if (number < 0 || number > most) wrong(name, "应为 0 到 " + std::to_string(most) + " 的整数");
    return number;
  }
  void wrong(std::string_view name, const std::string& message) { errors_.push_back({pointer_ + "/" + std::string(name), message}); }

 private:
  const JsonValue& object_;
  std::string pointer_;
  std::vector<FieldError>& errors_;
};

ledger::Line read_line(const JsonValue& value, const std::string& pointer, std::vector<FieldError>& errors) {
  Reader reader(value, pointer, errors);
  reader.only({"summary", "account", "aux", "debit", "credit"});
  ledger::Line line;
  line.summary = reader.text("summary", false);
  line.account = reader.text("account", true, 32);
  line.aux = reader.text("aux", false, 1000);
  const bool debit = reader.has("debit"), credit = reader.has("credit");
  if (debit == credit) errors.push_back({pointer, "debit 与 credit 须填且只填一个"});
  else {
    line.side = debit ? MIF_DEBIT : MIF_CREDIT;
    line.fen = reader.money(debit ? "debit" : "credit");
  }
  return line;
}

}  // namespace

ledger::Draft read_draft(std::string_view body) {
  const JsonValue root = parse_json(body);
  std::vector<FieldError> errors;
  Reader reader(root, "", errors);
  reader.only({"book", "day", "word", "flow", "summary", "attachments", "month", "part", "parts", "lead", "lines"});
  ledger::Draft draft;
  draft.book = reader.text("book", true, 64);
  draft.word = reader.text("word", false, 16);
  draft.flow = reader.text("flow", false, 64);
  draft.summary = reader.text("summary", true);
  draft.attachments = reader.integer("attachments", 0, 9999);
  draft.month = reader.integer("month", 0, 13);
  draft.part = reader.integer("part", 0, 99);
  draft.parts = reader.integer("parts", 0, 99);
  const std::string lead = reader.text("lead", false, 20);
  if (std::from_chars(lead.data(), lead.data() + lead.size(), draft.lead).ptr != lead.data() + lead.size()) reader.wrong("lead", "应为首张凭证的编号");
  draft.day = reader.day("day");
  const JsonValue* lines = root.find("lines");
  if (!lines || lines->kind != JsonValue::Kind::array || lines->items.empty()) reader.wrong("lines", "应为至少一行分录的数组");
  else if (lines->items.size() > kMostLines) reader.wrong("lines", "超过 " + std::to_string(kMostLines) + " 行，请拆成多张凭证");
  else
    for (std::size_t i = 0; i < lines->items.size(); ++i) draft.lines.push_back(read_line(lines->items[i], "/lines/" + std::to_string(i), errors));
  if (!errors.empty()) throw Problem("malformed-request", "凭证内容不完整或格式不对", std::move(errors));
  return draft;
}

CorrectionWish read_correction(std::string_view body) {
  const JsonValue root = parse_json(body);
  std::vector<FieldError> errors;
  Reader reader(root, "", errors);
  reader.only({"day", "draft", "lines"});
  CorrectionWish wish;
  wish.day = reader.day("day");
  if (const JsonValue* draft = root.find("draft")) wish.save_only = draft->kind == JsonValue::Kind::boolean && draft->flag;
  if (const JsonValue* lines = root.find("lines"); lines && lines->kind == JsonValue::Kind::array) {
    if (lines->items.size() > kMostLines) reader.wrong("lines", "超过 " + std::to_string(kMostLines) + " 行");
    else
      for (std::size_t i = 0; i < lines->items.size(); ++i) wish.lines.push_back(read_line(lines->items[i], "/lines/" + std::to_string(i), errors));
  }
  if (!errors.empty()) throw Problem("malformed-request", "更正内容不完整或格式不对", std::move(errors));
  return wish;
}

void require_json(const Request& request) {
  if (request.content_type.rfind("application/json", 0) != 0)
    throw Problem("unsupported-media-type", "request.body-type", "正文类型应为 application/json，收到: " + (request.content_type.empty() ? "（未填）" : request.content_type));
}

}  // namespace mif::web
