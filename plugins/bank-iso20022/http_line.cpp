// SPDX-License-Identifier: Apache-2.0
#include "http_line.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>
#include <utility>

#include "disk.h"
#include "http.h"
#include "mif/sdk.hpp"
#include "tls.h"

namespace mif::bank_iso20022 {

namespace {

using End = bank_wire::Exchange::End;
constexpr std::size_t kMostBytes = 64u << 20;
constexpr std::int64_t kLookMs = 300;

bool is_blank(const std::string& text) { return text.find_first_not_of(" \t\r\n") == std::string::npos; }
bool is_later(int status, const std::string& body) { return status == 202 || status == 204 || (status == 200 && is_blank(body)); }

}  // namespace

HttpPlace read_place(const std::string& url, const std::string& pin) {
  HttpPlace place;
  try {
    const Poco::URI uri(url);
    const bool tls = uri.getScheme() == "https";
    if ((!tls && uri.getScheme() != "http") || uri.getHost().empty() || !uri.getUserInfo().empty() || !uri.getQuery().empty() || !uri.getFragment().empty())
      throw Error(MIF_E_INVALID, "bank.link-url", "url 应如 https://主机:端口/路径，不带用户名和问号 (not a plain address): \"" + url + "\"");
    if (tls != !pin.empty() || (tls && !bank_wire::is_pin(pin)))
      throw Error(MIF_E_INVALID, "bank.link-pin", "https 要有 pin，即对端公钥的 SHA-256, 64 位小写十六进制；http 不能有 (https needs a pin, http has none): " + url);
    place.endpoint = {uri.getHost(), uri.getPort(), pin};
    place.path = uri.getPathEtc().empty() ? "/" : uri.getPathEtc();
  } catch (const Poco::Exception&) {
    throw Error(MIF_E_INVALID, "bank.link-url", "url 应如 https://主机:端口/路径，不带用户名和问号 (not a plain address): \"" + url + "\"");
  }
  return place;
}

HttpLine::HttpLine(HttpPlace place, std::filesystem::path sent, std::filesystem::path answers, OrderHead head, NowMs now_ms)
    : place_(std::move(place)), head_(std::move(head)), now_ms_(std::move(now_ms)), letters_(std::move(sent), std::move(answers)) {}

void HttpLine::authorize(const std::string& text) {
  const std::lock_guard lock(mutex_);
  authorization_ = text;
}

HttpLine::Said HttpLine::say(const char* method, const std::string& path, const std::string& body, std::int64_t deadline_ms, bool keep) {
  bank_wire::Form head;
  if (!body.empty()) head.emplace_back("Content-Type", "application/xml; charset=utf-8");
  if (!authorization_.empty()) head.emplace_back("Authorization", authorization_);
  const std::string request = bank_wire::http_request(method, place_.endpoint.host + ":" + std::to_string(place_.endpoint.port), path, head, body);
  const std::int64_t until = now_ms_() + place_.timeout_ms;
  Said said;
  const bank_wire::Exchange done = bank_wire::exchange(place_.endpoint, request, [&](bank_wire::Source& source) {
    bank_wire::HttpReply reply = bank_wire::read_http_reply(source, kMostBytes);
    said.status = reply.status;
    return std::move(reply.body);
  }, deadline_ms > 0 ? std::min(until, deadline_ms) : until, now_ms_, keep);
  said.end = done.end;
  said.body = done.reply;
  said.received = done.received;
  said.reason = done.reason;
  return said;
}

HttpLine::Said HttpLine::fetch(const std::string& message_id, std::int64_t deadline_ms, bool keep) {
  return say("GET", place_.path + (place_.path.back() == '/' ? "" : "/") + message_id, "", deadline_ms, keep);
}
void HttpLine::must_reply(const Said& said) {
  if (said.end != End::replied) throw Error(MIF_E_UNAVAILABLE, "bank.no-reply", said.reason);
}

void HttpLine::heard(const TellPacket& tell, const char* operation, const std::vector<std::string>& refs, const Said& said) {
  if (!tell) return;
  const bool replied = said.end == End::replied;
  const int end = replied ? MIF_WIRE_WHOLE : said.end == End::unsent ? MIF_WIRE_UNSENT : said.received.empty() ? MIF_WIRE_SILENT : MIF_WIRE_PART;
  tell(answer_packet(operation, refs, replied ? said.body : said.received, end, said.status && said.status != 200 ? "HTTP " + std::to_string(said.status) : said.reason));
}

std::vector<Answer> HttpLine::submit(const std::vector<Order>& orders, std::int64_t deadline_ms, const TellPacket& tell) {
  const std::lock_guard lock(mutex_);
  letters_.refresh();
  Outgoing out = letters_.prepare(head_, orders, now_ms_(), place_.resend);
  if (out.message_id.empty()) return out.answers;
  const Letters::Kept kept = letters_.keep(out);
  if (kept == Letters::Kept::failed) {
    out.all(MIF_PAY_UNSENT, "NOT-WRITTEN", "写不进 sent 文件夹，请检查磁盘和权限 (cannot keep a copy of the order)");
    return out.answers;
  }
  // The same message again is the same bytes.
  if (kept == Letters::Kept::before && (!place_.resend || !read_whole(letters_.sent() / (out.message_id + ".xml"), out.xml, kMostBytes))) {
    out.all(MIF_PAY_UNKNOWN, "SENT-BEFORE", "同名报文已在 sent，请查询 (a message of this name is in sent)");
    return out.answers;
  }
  if (tell && !tell(order_packet(out, orders))) {
    if (kept == Letters::Kept::now) letters_.forget(out);
    out.all(MIF_PAY_UNSENT, "NOT-KEPT", "报文没有存下，所以没有发送 (the order could not be kept and was not sent)");
    return out.answers;
  }
  const Said said = say("POST", place_.path, out.xml, deadline_ms, static_cast<bool>(tell));
  std::vector<std::string> refs;
  for (const std::size_t place : out.places) refs.push_back(out.answers[place].client_ref);
  heard(tell, "submit", refs, said);
  if (said.end == End::unsent) {
    if (kept == Letters::Kept::now) letters_.forget(out);
    out.all(MIF_PAY_UNSENT, "NO-CONNECTION", said.reason);
  } else if (said.end == End::broken) {
    out.all(MIF_PAY_UNKNOWN, "", said.reason);
  } else if (is_later(said.status, said.body)) {
    out.all(said.status == 202 ? MIF_PAY_ACCEPTED : MIF_PAY_UNKNOWN, "HTTP " + std::to_string(said.status), "银行已收到，答复以后再取 (received; the answer is fetched later)");
  } else if (said.status != 200) {
    // A code alone never proves that nothing was executed.
    out.all(MIF_PAY_UNKNOWN, "HTTP " + std::to_string(said.status), "银行答复 HTTP 错误，请查询 (an HTTP error)");
  } else if (const std::string why = letters_.hear(said.body); !why.empty()) {
    out.all(MIF_PAY_UNKNOWN, "", why);
  } else {
    for (const std::size_t place : out.places) out.answers[place] = letters_.answer_for(out.answers[place].client_ref);
  }
  return out.answers;
}

std::vector<Answer> HttpLine::query(const std::vector<std::string>& refs, std::int64_t deadline_ms, const TellPacket& tell) {
  const std::lock_guard lock(mutex_);
  letters_.refresh();
  std::set<std::string> messages, absent;
  for (const std::string& ref : refs) messages.merge(letters_.messages_of(ref));
  for (const std::string& message : messages) {
    if (tell) tell(question_packet("GET " + message, refs));
    const Said said = fetch(message, deadline_ms, static_cast<bool>(tell));
    heard(tell, "query", refs, said);
    must_reply(said);
    if (said.status == 404 && place_.not_found) absent.insert(message);
    else if (is_later(said.status, said.body)) continue;
    else if (said.status != 200) throw Error(MIF_E_UNAVAILABLE, "bank.refused", "银行对查询答复 HTTP 错误 (the bank answered a question with an HTTP error): " + std::to_string(said.status));
    else if (const std::string why = letters_.hear(said.body); !why.empty()) throw Error(MIF_E_UNAVAILABLE, "bank.answer-unreadable", "读不懂银行应答 (unreadable reply): " + why);
  }
  std::vector<Answer> found;
  for (const std::string& ref : refs) {
    Answer a = letters_.answer_for(ref);
    if (a.outcome == MIF_PAY_DUPLICATE) a.outcome = MIF_PAY_UNKNOWN;  // what became of the first one is not said
    const auto own = letters_.messages_of(ref);
    if (a.outcome == MIF_PAY_UNKNOWN && a.code.empty() && !own.empty() && std::includes(absent.begin(), absent.end(), own.begin(), own.end()))
      a = answer_of(ref, MIF_PAY_NOT_FOUND, "HTTP 404", "银行查无此报文 (the bank does not know the message)");
    found.push_back(std::move(a));
  }
  return found;
}

std::string HttpLine::report(const Wanted& wanted, std::int64_t deadline_ms, const TellPacket& tell) {
  const std::lock_guard lock(mutex_);
  OrderHead head = head_;
  const std::int64_t now = now_ms_();
  head.message_id = "Q" + sha256(wanted.kind + "\n" + wanted.account + "\n" + wanted.from.iso() + wanted.to.iso() + std::to_string(now) + " " + std::to_string(++asked_)).substr(0, 28);
  head.created = time_of(now);
  const std::int64_t until = deadline_ms > 0 ? std::min(now + place_.timeout_ms, deadline_ms) : now + place_.timeout_ms;
  const std::string question = write_camt060(head, wanted);
  tell_question(tell, wanted, question);
  const auto heard_of = [&](const Said& s) {
    const bool replied = s.end == End::replied;
    tell_report(tell, wanted, replied ? s.body : s.received, replied ? MIF_WIRE_WHOLE : s.end == End::unsent ? MIF_WIRE_UNSENT : s.received.empty() ? MIF_WIRE_SILENT : MIF_WIRE_PART,
                s.status && s.status != 200 ? "HTTP " + std::to_string(s.status) : s.reason);
  };
  Said said = say("POST", place_.path, question, until, static_cast<bool>(tell));
  heard_of(said);
  must_reply(said);
  while (is_later(said.status, said.body)) {
    if (now_ms_() + kLookMs >= until)
      throw Error(MIF_E_UNAVAILABLE, "bank.report-awaited", "已向银行要账号 " + wanted.account + " 的 " + wanted.kind + "，期限内没有答复，稍后再做一次 (asked; not here yet)");
    std::this_thread::sleep_for(std::chrono::milliseconds(kLookMs));
    said = fetch(head.message_id, until, static_cast<bool>(tell));
    if (said.end != End::replied || !is_later(said.status, said.body)) heard_of(said);  // every "not yet" is the same
    must_reply(said);
  }
  if (said.status != 200) throw Error(MIF_E_UNAVAILABLE, "bank.refused", "银行对查询答复 HTTP 错误 (the bank answered a question with an HTTP error): " + std::to_string(said.status));
  const ReportHead heard = report_head(said.body);
  if (heard.kind != wanted.kind || (!heard.asked_by.empty() && heard.asked_by != head.message_id))
    throw Error(MIF_E_UNAVAILABLE, "bank.answer-to-another", "银行答复的不是所要的 " + wanted.kind + " (the reply answers something else)");
  return std::move(said.body);
}

}  // namespace mif::bank_iso20022
