// SPDX-License-Identifier: Apache-2.0
#include "push.h"

#include <simdjson.h>

#include <algorithm>

#include "mif/json.hpp"

namespace mif::exchange {

namespace {

constexpr std::size_t kMostDocuments = 1000, kMostTogether = 500;
constexpr std::int64_t kSettingsMs = 2000;  // how old rules and configuration may be; an approved version is met at the commit at the latest

[[noreturn]] void malformed(std::size_t i, const std::string& what) {
  throw Error(MIF_E_INVALID, "push.document", "第 " + std::to_string(i + 1) + " 张单据: " + what);
}

std::int64_t whole(const simdjson::dom::object& o, std::string_view name, std::size_t i) {
  std::int64_t number = 0;
  if (o[name].get_int64().get(number)) malformed(i, "\"" + std::string(name) + "\" 应为整数 (an integer)");
  return number;
}

std::string text(const simdjson::dom::object& o, std::string_view name, std::size_t i) {
  std::string_view value;
  if (o[name].get_string().get(value)) malformed(i, "\"" + std::string(name) + "\" 应为文字 (a text)");
  return std::string(value);
}

Document document_of(const simdjson::dom::element& from, const SourceFeed& feed, std::size_t i) {
  simdjson::dom::object o;
  if (from.get_object().get(o)) malformed(i, "应为 JSON 对象 (an object)");
  for (const auto [name, value] : o)
    if (name != "doc_no" && name != "version" && name != "doc_type" && name != "doc_day" && name != "withdrawn" && name != "payload")
      malformed(i, "不认识 (does not know) \"" + clean(name, 40) + "\"");
  Document d;
  d.source = feed.source;
  d.feed = feed.feed;
  d.key = text(o, "doc_no", i);
  d.version = whole(o, "version", i);
  const std::int64_t day = whole(o, "doc_day", i);
  d.day = Day(day >= 0 && day <= 99991231 ? static_cast<std::int32_t>(day) : 0);
  bool withdrawn = false;
  if (simdjson::dom::element flag; !o["withdrawn"].get(flag) && flag.get_bool().get(withdrawn)) malformed(i, "\"withdrawn\" 应为 true 或 false (true or false)");
  d.withdrawn = withdrawn;
  if (d.key.empty() || d.key.size() > 80 || clean(d.key, 80) != d.key) malformed(i, "\"doc_no\" 应为 1 到 80 字节的单号 (1 to 80 bytes)");
  if (d.version < 1 || d.version > 1000000) malformed(i, "\"version\" 从 1 起 (versions begin at 1)");
  if (withdrawn) return d;
  d.type = clean(text(o, "doc_type", i), 200);
  simdjson::dom::element payload;
  if (o["payload"].get(payload)) malformed(i, "缺少 \"payload\" (is missing)");
  d.payload = simdjson::minify(payload);
  read_payload(d);
  return d;
}

std::vector<Document> documents_of(std::string_view body, const SourceFeed& feed) {
  simdjson::dom::parser parser;
  simdjson::dom::array list;
  const simdjson::padded_string room(body);
  if (const auto code = parser.parse(room)["documents"].get_array().get(list))
    throw Error(MIF_E_INVALID, "push.body", std::string("应为 {\"documents\":[...]} (the body is not that): ") + simdjson::error_message(code));
  std::vector<Document> all;
  for (const auto element : list) {
    if (all.size() == kMostDocuments) throw Error(MIF_E_INVALID, "push.too-many", "一次最多 " + std::to_string(kMostDocuments) + " 张单据，请分次送 (too many documents at once)");
    all.push_back(document_of(element, feed, all.size()));
  }
  if (all.empty()) throw Error(MIF_E_INVALID, "push.body", "没有单据 (no documents)");
  return all;
}

std::int64_t position(const std::string& cursor) { return cursor.empty() ? 0 : std::stoll(cursor); }

std::int64_t answer_number(const std::string& text) {
  if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos)
    throw Error(MIF_E_INVALID, "push.after", "应填答复里的 next (expects the number of an answer): \"" + clean(text, 40) + "\"");
  return std::stoll(text);
}

std::string answer_of(const Stored& s) {
  JsonWriter json;
  json.begin_object().field("doc_no", s.key).field("version", s.version).field("state", s.state).field("reason", s.reason).field("voucherId", s.voucher).field("voucher", s.voucher_no);
  return json.end_object().take();
}

}  // namespace

SourceFeed feed_of(const PushSource& source) { return {source.name, "", source.name + "/http", nullptr}; }

const PushSource& Push::sender(const Settings& settings, Call call) const {
  for (const auto& p : settings.push)
    if (p.login == call.actor()) return p;
  throw Error(MIF_E_DENIED, "push.no-sender", "账号 " + call.actor() + " 没有配置为单据来源 (mif.info: exchange { push NAME { login " + call.actor() + " } })");
}

std::shared_ptr<const Settings> Push::settings(Call call, bool anew) {
  const std::int64_t now = host_.clock.now_unix_ms();
  if (!anew) {
    const std::lock_guard lock(mutex_);
    if (settings_ && now - loaded_ms_ < kSettingsMs) return settings_;
    if (settings_) loaded_ms_ = now;  // one reads them anew, the others go on with what they have
  }
  auto fresh = std::make_shared<const Settings>(load_settings(host_, call));
  const std::lock_guard lock(mutex_);
  settings_ = fresh;
  loaded_ms_ = now;
  return fresh;
}

Push::Lane& Push::lane(const std::string& source) {
  const std::lock_guard lock(mutex_);
  auto& lane = lanes_[source];
  if (!lane) lane = std::make_unique<Lane>();
  return *lane;
}

HttpResponse Push::receive(Call call, const mif_http_request& request) {
  const SourceFeed feed = feed_of(sender(*settings(call), call));
  Ticket mine;
  mine.documents = documents_of(view(request.body), feed);
  Lane& queue = lane(feed.source);
  {
    std::unique_lock lock(queue.mutex);
    queue.waiting.push_back(&mine);
    while (!mine.done) {
      if (queue.busy) {
        mine.wake.wait(lock);
        continue;
      }
      queue.busy = true;
      std::vector<Ticket*> batch;
      for (std::size_t n = 0; !queue.waiting.empty() && n < kMostTogether; queue.waiting.pop_front()) {
        batch.push_back(queue.waiting.front());
        n += batch.back()->documents.size();
      }
      lock.unlock();
      std::exception_ptr failed;
      try {
        take(call, feed, batch);
      } catch (...) {
        failed = std::current_exception();
      }
      lock.lock();
      queue.busy = false;
      for (auto* t : batch) {
        t->failed = failed;
        t->done = true;
        if (t != &mine) t->wake.notify_one();
      }
      if (!queue.waiting.empty()) queue.waiting.front()->wake.notify_one();
    }
  }
  if (mine.failed) std::rethrow_exception(mine.failed);
  std::string body = "{\"items\":[";
  for (const auto& a : mine.answers) body += (&a == &mine.answers.front() ? "" : ",") + a;
  return {200, "application/json; charset=utf-8", body + "]}", ""};
}

void Push::take(Call call, const SourceFeed& feed, const std::vector<Ticket*>& batch) {
  std::vector<Document> all;
  for (const auto* t : batch) all.insert(all.end(), t->documents.begin(), t->documents.end());
  for (int attempt = 1;; ++attempt) {
    std::string cursor;
    {
      Txn txn = host_.store.read(call);
      cursor = read_cursor(txn, feed.source, feed.feed);
    }
    std::int64_t at = position(cursor);
    for (auto& d : all) d.cursor = std::to_string(++at);
    try {
      const auto rules = settings(call, attempt > 1);
      Tally tally;
      Intake(host_, *rules).take(call, feed, cursor, all, tally);
      break;
    } catch (const Error& e) {
      // Another program took documents of this sender, or rules were approved, at the same moment; nothing of ours was kept.
      if (e.code() != MIF_E_CONFLICT || attempt == 5) throw;
    }
  }
  Txn txn = host_.store.read(call);
  std::size_t i = 0;
  for (auto* t : batch) {
    t->answers.clear();
    for (std::size_t k = 0; k < t->documents.size(); ++k, ++i) {
      const Document& d = all[i];
      if (d.withdrawn) {
        txn.query("select state, reason from x_exchange_withdrawal where source = ? and feed = ? and cursor_text = ?", {d.source, d.feed, d.cursor}, [&](const Row& r) {
          Stored s;
          s.key = d.key;
          s.version = d.version;
          s.state = r.text(0);
          s.reason = r.text(1);
          t->answers.push_back(answer_of(s));
          return false;
        });
        continue;
      }
      const auto rows = select_documents(txn, "where source = ? and doc_key = ? and doc_version = ? order by arrival", {d.source, d.key, d.version});
      const std::string digest = digest_of(d);
      const auto found = std::find_if(rows.begin(), rows.end(), [&](const Stored& s) { return s.digest == digest; });
      if (found == rows.end()) throw Error(MIF_E_INTERNAL, "document " + d.key + " was taken and is not there");
      t->answers.push_back(answer_of(*found));
    }
  }
}

HttpResponse Push::answers(Call call, const Fields& query) {
  const SourceFeed feed = feed_of(sender(*settings(call), call));
  const auto found = query.find("after");
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  std::int64_t last = found == query.end() || found->second.empty() ? 0 : answer_number(found->second);
  std::vector<std::pair<Stored, std::int64_t>> rows;  // what is told, of which group
  Txn txn = host_.store.read(call);
  txn.query("select id, doc_key, doc_version, state, reason, voucher, group_id from x_exchange_outbox where source = ? and feed = ? and id > ? order by id limit 200", {feed.source, feed.feed, last},
            [&](const Row& r) {
              Stored s;
              last = r.integer(0);
              s.key = r.text(1);
              s.version = r.integer(2);
              s.state = r.text(3);
              s.reason = r.text(4);
              s.voucher_no = r.text(5);
              rows.emplace_back(std::move(s), r.integer(6));
              return true;
            });
  for (auto& [s, group] : rows) {
    if (group == 0) {
      json.raw(answer_of(s));
      continue;
    }
    each_member(txn, select_groups(txn, "where group_id = ?", {group}), false, [&, &s = s](const Member& m) {
      s.key = m.key;
      s.version = m.version;
      json.raw(answer_of(s));
    });
  }
  json.end_array().field("next", std::to_string(last)).end_object();
  return {200, "application/json; charset=utf-8", json.take(), ""};
}

HttpResponse Push::confirm(Call call, const mif_http_request& request) {
  const SourceFeed feed = feed_of(sender(*settings(call), call));
  const Fields body = flat_object(view(request.body));
  const auto through = body.find("through");
  if (through == body.end()) throw Error(MIF_E_INVALID, "push.after", "应为 {\"through\":\"123\"}, 填答复里的 next (expects the number of an answer)");
  const std::int64_t last = answer_number(through->second);
  Txn txn = host_.store.write(call);
  const auto told = txn.execute("update x_exchange_outbox set sent_ms = ? where source = ? and feed = ? and id <= ? and sent_ms = 0", {host_.clock.now_unix_ms(), feed.source, feed.feed, last});
  txn.commit();
  JsonWriter json;
  json.begin_object().field("told", told).end_object();
  return {200, "application/json; charset=utf-8", json.take(), ""};
}

}  // namespace mif::exchange
