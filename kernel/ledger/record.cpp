// SPDX-License-Identifier: Apache-2.0
// Vouchers as rows, hashes and text.
#include "kernel/audit/row_digest.h"
#include "kernel/ledger/internal.h"
#include "mif/json.hpp"

namespace mif::ledger {

const std::vector<std::string> kVoucherNames = {"book",     "year",  "month", "id",            "day",        "word",    "number",   "state",
                                                "closing",  "reverses", "attachments", "total", "flow", "source_plugin", "source_key", "summary",
                                                "maker",    "reviewer", "poster", "content_hash", "workflow_instance", "created_ms", "posted_ms", "cashier", "part", "parts", "lead"};
const std::vector<std::string> kLineNames = {"book", "year", "month", "voucher", "line", "side", "fen", "account", "aux", "summary"};
const std::vector<std::string> kFileNames = {"book", "year", "month", "voucher", "seq", "digest", "name", "media_type", "bytes"};
const std::vector<std::string> kBalanceNames = {"book", "year", "month", "account", "aux", "debit", "credit", "closing_debit", "closing_credit"};

Stored voucher_of(const store::Row& row) {
  const auto number = [&](std::size_t i) { return static_cast<int>(row.integer(i)); };
  Stored v;
  v.book_id = row.integer(0);
  v.period = {number(1), number(2)};
  v.month = v.period.month;
  v.id = row.integer(3);
  v.day = row.day(4);
  v.word = row.text(5);
  v.number = row.null(6) ? 0 : number(6);
  v.state = static_cast<State>(row.integer(7));
  v.closing = row.integer(8) != 0;
  v.reverses = row.integer(9);
  v.attachments = number(10);
  v.total = row.fen(11);
  v.flow = row.text(12);
  v.source_plugin = row.text(13);
  v.source_key = row.text(14);
  v.summary = row.text(15);
  v.maker = row.text(16);
  v.reviewer = row.text(17);
  v.poster = row.text(18);
  v.content_hash = row.text(19);
  v.workflow_instance = row.integer(20);
  v.created_ms = row.integer(21);
  v.posted_ms = row.integer(22);
  v.cashier = row.text(23);
  v.part = number(24);
  v.parts = number(25);
  v.lead = row.integer(26);
  return v;
}

void append_values(std::vector<store::Param>& values, const Stored& v) {
  using store::Param;
  values.insert(values.end(), {Param(v.book_id), Param(v.period.year), Param(v.period.month), Param(v.id), Param(v.day), Param(v.word),
                               v.number ? Param(v.number) : Param(nullptr), Param(static_cast<int>(v.state)), Param(v.closing ? 1 : 0), Param(v.reverses),
                               Param(v.attachments), Param(v.total), Param(v.flow), Param(v.source_plugin),
                               v.source_key.empty() ? Param(nullptr) : Param(v.source_key), Param(v.summary), Param(v.maker), Param(v.reviewer),
                               Param(v.poster), Param(v.content_hash), Param(v.workflow_instance), Param(v.created_ms), Param(v.posted_ms), Param(v.cashier),
                               Param(v.part), Param(v.parts), Param(v.lead)});
}

void append_values(std::vector<store::Param>& values, const Stored& v, int line) {
  const Line& l = v.lines[static_cast<std::size_t>(line)];
  values.insert(values.end(), {v.book_id, v.period.year, v.period.month, v.id, line + 1, l.side, l.fen, l.account, l.aux, l.summary});
}

std::string content_hash(HashAlg alg, const Voucher& v) {
  Canonical canonical;
  canonical.add("mif.voucher/1").add(v.book).add(v.day.value()).add(v.period.year).add(v.period.month).add(v.word).add(v.source_plugin).add(v.source_key);
  canonical.add(v.summary).add(v.attachments).add(v.closing ? 1 : 0).add(static_cast<std::int64_t>(v.lines.size()));
  for (const auto& l : v.lines) canonical.add(l.side).add(l.fen.value()).add(l.account).add(l.aux).add(l.summary);
  if (!v.files.empty()) {
    canonical.add("files").add(static_cast<std::int64_t>(v.files.size()));
    for (const auto& f : v.files) canonical.add(f.digest).add(f.name).add(f.media_type).add(f.bytes);
  }
  if (v.parts != 0) canonical.add("part").add(v.part).add(v.parts);
  return audit::digest_hex(alg, canonical);
}

void add_head(Canonical& canonical, const Stored& v) {
  constexpr std::size_t kFirstSchema = 23;
  std::vector<store::Param> values;
  values.reserve(kVoucherWidth);
  append_values(values, v);
  canonical.add(static_cast<std::int64_t>(kFirstSchema));
  for (std::size_t i = 0; i < kFirstSchema; ++i) {
    if (const auto* text = values[i].text()) canonical.add(*text);
    else if (const auto* number = values[i].integer()) canonical.add(*number);
    else canonical.add_null();
  }
  if (!v.cashier.empty()) canonical.add("cashier").add(v.cashier);
  if (v.part != 0 || v.parts != 0 || v.lead != 0) canonical.add("part").add(v.part).add(v.parts).add(v.lead);
}

std::string voucher_digest(HashAlg alg, const Stored& v) {
  Canonical canonical;
  add_head(canonical, v);
  canonical.add(v.content_hash);
  return audit::digest_hex(alg, canonical);
}

std::string object_of(const Voucher& v) { return "voucher:" + std::to_string(v.id); }

std::string name_of(const Voucher& v) {
  if (v.number) return v.book + ' ' + v.period.iso() + ' ' + v.word + '-' + std::to_string(v.number) + (v.parts ? ' ' + std::to_string(v.part) + '/' + std::to_string(v.parts) : "");
  return v.book + ' ' + v.day.iso() + ' ' + v.word + " (编号 " + std::to_string(v.id) + ')';
}

std::string body_of(const Voucher& v, bool with_lines) {
  JsonWriter json;
  json.begin_object()
      .field("id", v.id)
      .field("book", v.book)
      .field("period", v.period.iso())
      .field("day", v.day.value())
      .field("word", v.word)
      .field("number", v.number)
      .field("state", static_cast<int>(v.state))
      .field("closing", v.closing)
      .field("reverses", v.reverses)
      .field("attachments", v.attachments)
      .field("total", v.total)
      .field("flow", v.flow)
      .field("source_plugin", v.source_plugin)
      .field("source_key", v.source_key)
      .field("summary", v.summary)
      .field("maker", v.maker)
      .field("reviewer", v.reviewer)
      .field("poster", v.poster)
      .field("content_hash", v.content_hash)
      .field("workflow_instance", v.workflow_instance)
      .field("created_ms", v.created_ms)
      .field("posted_ms", v.posted_ms);
  if (!v.cashier.empty()) json.field("cashier", v.cashier);
  if (v.parts != 0) json.field("part", v.part).field("parts", v.parts).field("lead", v.lead);
  if (with_lines) {
    json.key("lines").begin_array();
    for (const auto& l : v.lines)
      json.begin_object().field("side", l.side).field("fen", l.fen.value()).field("account", l.account).field("aux", l.aux).field("summary", l.summary).end_object();
    json.end_array();
    if (!v.files.empty()) {
      json.key("files").begin_array();
      for (const auto& f : v.files) json.begin_object().field("digest", f.digest).field("name", f.name).field("media_type", f.media_type).field("bytes", f.bytes).end_object();
      json.end_array();
    }
  }
  return json.end_object().take();
}

std::string body_of(const Voucher& v, const std::vector<chart::Warning>& warnings) {
  std::string body = body_of(v, true);
  if (warnings.empty()) return body;
  body.back() = ',';
  body += "\"warnings\":";
  JsonWriter json;
  json.begin_array();
  for (const auto& w : warnings) json.begin_object().field("rule", w.rule).field("sentence", w.sentence).end_object();
  json.end_array();
  return body + json.take() + '}';
}

}  // namespace mif::ledger
