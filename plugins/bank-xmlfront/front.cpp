// SPDX-License-Identifier: Apache-2.0
// One request and its reply: filled, sent, read.
#include "front.h"

#include <chrono>
#include <thread>

#include "calendar.h"
#include "charset.h"

namespace mif::bank_xmlfront {

namespace {

constexpr std::int64_t kChinaMs = 8 * 3'600'000;

constexpr const char* kPlain = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

std::string two(std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); }

}  // namespace

Front::Front(Link link, std::function<std::int64_t()> now_ms, std::unique_ptr<Codec> codec)
    : link_(std::move(link)), now_ms_(std::move(now_ms)), codec_(codec ? std::move(codec) : std::make_unique<XmlCodec>()) {}

// A bank that repeats our password in its complaint must not bring it into our books.
void Front::hide_secrets(std::string& text) const {
  for (const auto& [name, secret] : link_.secrets)
    for (std::size_t at; !secret->view().empty() && (at = text.find(secret->view())) != std::string::npos;) {
      crypto::wipe(text.data() + at, secret->view().size());
      text.replace(at, secret->view().size(), "***");
    }
}

// MIF_E_INVALID names the field that is missing or longer than the bank takes.
Tags Front::fill(const std::vector<Field>& fields, const Values& values) const {
  Tags tags;
  for (const auto& field : fields) {
    std::string text = field.value;
    bool secret = false;
    if (field.from == From::param) {
      const auto found = link_.params.find(field.value);
      const auto hidden = link_.secrets.find(field.value);
      secret = hidden != link_.secrets.end();
      text = secret ? std::string(hidden->second->view()) : found == link_.params.end() ? std::string() : found->second;
    } else if (field.from != From::constant) {
      const auto found = values.find(field.from);
      text = found == values.end() ? std::string() : found->second;
    }
    if (text.empty()) {
      if (field.required) throw Error(MIF_E_INVALID, "bank.field-empty", "字段 " + field.tag + " 不能为空 (must not be empty)");
      continue;
    }
    if (secret) {  // its text is in no sentence
      if (text.find_first_not_of(kPlain) != std::string::npos || (field.max_bytes && text.size() > field.max_bytes))
        throw Error(MIF_E_INVALID, "bank.secret-text", "字段 " + field.tag + " 的口令超长或有 ASCII 可见字符之外的字符, 请改正密钥文件 (the secret is too long or not plain ASCII: correct its file)");
      tags.emplace_back(field.tag, std::move(text));
      continue;
    }
    check_text(text);
    const std::size_t bytes = charset::to_bank(link_.profile->charset, text).size();
    if (field.max_bytes && bytes > field.max_bytes)
      throw Error(MIF_E_INVALID, "bank.field-too-long", "字段 " + field.tag + " 长 " + std::to_string(bytes) + " 字节，银行只收 " + std::to_string(field.max_bytes) +
                                     " 字节，不截断 (too long, never truncated): \"" + text + "\"");
    tags.emplace_back(field.tag, std::move(text));
  }
  return tags;
}

std::string Front::serial_for(const Operation& operation, const std::string& ref, const NextSerial& serial) const {
  const Profile& p = *link_.profile;
  if (p.serial_tag.empty()) return {};
  if (operation.serial_is_ref) return ref;
  if (!serial) throw Error(MIF_E_INTERNAL, "no sequence for request serials");
  std::string digits = std::to_string(serial());
  if (digits.size() < p.serial_digits) digits.insert(0, p.serial_digits - digits.size(), '0');
  return digits;
}

Exchange Front::send(const Operation& operation, const std::string& serial, std::vector<Block> blocks, std::int64_t deadline_ms, const Told* told) {
  const Profile& p = *link_.profile;
  const std::lock_guard lock(mutex_);
  Exchange unsent;
  auto& last = last_call_ms_[operation.function];
  const std::int64_t wait = last + operation.min_interval_ms - now_ms_();
  if (last != 0 && wait > 0) {
    if (deadline_ms != 0 && now_ms_() + wait >= deadline_ms) {
      unsent.reason = "银行限速，期限内轮不到 (the bank's minimal interval does not fit before the deadline)";
      return unsent;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(wait));
  }
  last = now_ms_();
  const std::int64_t second = (last + kChinaMs) / 1000 % 86400;
  const Values values = {{From::function, operation.function}, {From::login, link_.login}, {From::serial, serial},
                         {From::sent_day, yyyymmdd(day_at(last))},
                         {From::sent_time, two(second / 3600) + two(second / 60 % 60) + two(second % 60)}};
  std::string bytes;
  try {
    Tags head = {{p.function_tag, operation.function}};
    if (!p.serial_tag.empty()) head.emplace_back(p.serial_tag, serial);
    for (auto& tag : fill(p.head_fields, values)) head.push_back(std::move(tag));
    if (!p.login_tag.empty()) head.emplace_back(p.login_tag, link_.login);
    blocks.insert(blocks.begin(), Block{p.head, std::move(head)});
    bytes = codec_->request(p, operation, link_.host, blocks, last);
  } catch (const std::exception& e) {
    unsent.reason = e.what();
    return unsent;
  }
  if (told && !tell_leaving(*told, blocks, bytes)) {
    unsent.reason = "报文没有存下，所以没有发送 (the packet could not be kept and was not sent)";
    return unsent;
  }
  const std::int64_t until = last + link_.timeout_ms;
  Exchange done = bank_wire::exchange({link_.host, link_.port, link_.pin}, bytes, [&](bank_wire::Source& source) { return codec_->receive(p, source); },
                                      deadline_ms ? std::min(until, deadline_ms) : until, now_ms_, told != nullptr);
  if (told) tell_reply(*told, done);
  crypto::wipe(bytes.data(), bytes.size());
  if (!link_.secrets.empty())
    for (auto& [tag, text] : blocks.front().second) crypto::wipe(text.data(), text.size());
  return done;
}

// Throws MIF_E_INVALID when the reply cannot be trusted: unreadable, or an answer to something else.
Front::Reply Front::read(const Operation& operation, const std::string& serial, const Exchange& exchange) const {
  const Profile& p = *link_.profile;
  Reply reply;
  bool headed = false, judged = false;
  const ResultPlan& result = operation.result;
  codec_->read(p, operation, exchange.reply, now_ms_(), [&](const std::string& path, Tags&& tags) {
    for (auto& [tag, text] : tags) hide_secrets(text);
    if (path == p.head) {
      if (find_tag(tags, p.function_tag) != operation.function)
        throw Error(MIF_E_INVALID, "bank.reply-other-function", "应答不是对 " + operation.function + " 的 (the reply answers \"" + std::string(find_tag(tags, p.function_tag)) + "\")");
      if (p.serial_echoed && find_tag(tags, p.serial_tag) != serial)
        throw Error(MIF_E_INVALID, "bank.reply-other-serial", "应答不是对请求 " + serial + " 的 (the reply answers request \"" + std::string(find_tag(tags, p.serial_tag)) + "\")");
      headed = true;
    }
    if (path == result.block) {
      if (judged) throw Error(MIF_E_INVALID, "bank.two-results", "应答有两个结果 (the reply has two results)");
      judged = true;
      reply.code = find_tag(tags, result.code);
      reply.text = text_of(tags, result.text);
    }
    reply.blocks.emplace_back(path, std::move(tags));
  });
  if (!headed) throw Error(MIF_E_INVALID, "bank.reply-no-head", "应答没有 " + p.head + " (the reply has no head)");
  if (!judged) throw Error(MIF_E_INVALID, "bank.reply-no-result", "应答没有 " + result.block + " (the reply has no result)");
  reply.more = result.more.count(reply.code) > 0;
  reply.ok = reply.more || result.ok.count(reply.code) > 0;
  reply.not_found = result.not_found.count(reply.code) > 0;
  return reply;
}

// For calls that move no money: whatever goes wrong is MIF_E_UNAVAILABLE and may be asked again.
Front::Reply Front::ask(const Operation& operation, std::vector<Block> blocks, std::int64_t deadline_ms, const NextSerial& next, const std::string& ref, const Told* told) {
  const std::string serial = serial_for(operation, ref, next);
  const Exchange done = send(operation, serial, std::move(blocks), deadline_ms, told);
  if (done.end != Exchange::End::replied) throw Error(MIF_E_UNAVAILABLE, "bank.no-reply", done.reason);
  try {
    Reply reply = read(operation, serial, done);
    if (!reply.ok && !reply.not_found) throw Error(MIF_E_UNAVAILABLE, "bank.refused", "银行答复 " + operation.function + " 失败 (the bank answered) " + reply.code + " " + reply.text);
    return reply;
  } catch (const Error& e) {
    if (e.code() == MIF_E_UNAVAILABLE) throw;
    throw Error(MIF_E_UNAVAILABLE, std::string("读不懂银行应答 (unreadable reply): ") + e.what());
  }
}

}  // namespace mif::bank_xmlfront
