// SPDX-License-Identifier: Apache-2.0
#include "front.h"

#include <chrono>
#include <set>
#include <thread>

#include "calendar.h"
#include "charset.h"

namespace mif::bank_xmlfront {

namespace {

constexpr std::int64_t kChinaMs = 8 * 3'600'000;

constexpr const char* kPlain = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

std::string yyyymmdd(Day day) { return std::to_string(day.value()); }
std::string two(std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); }

Answer answer_of(const std::string& ref, int outcome, std::string code, std::string text) {
  Answer a;
  a.client_ref = ref;
  a.outcome = outcome;
  a.code = std::move(code);
  a.text = std::move(text);
  return a;
}

std::string text_of(const Tags& tags, const std::string& tag) { return tag.empty() ? std::string() : std::string(find_tag(tags, tag)); }

// Which payment of the packet a row of the reply is about; `rows` when it is about none of them.
std::size_t row_of(const AnswerPlan& plan, const Tags& tags, const std::map<std::string, std::size_t>& refs, std::size_t rows) {
  if (!plan.ref.empty()) {
    const auto found = refs.find(std::string(find_tag(tags, plan.ref)));
    return found == refs.end() ? rows : found->second;
  }
  if (plan.row_number.empty()) return 0;
  const std::string_view number = find_tag(tags, plan.row_number);
  if (number.empty() || number.size() > 6 || number.find_first_not_of("0123456789") != std::string_view::npos) return rows;
  const std::size_t n = std::stoul(std::string(number));
  return n == 0 || n > rows ? rows : n - 1;
}

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

std::vector<Answer> Front::submit(const std::vector<Payment>& payments, std::int64_t deadline_ms, const NextSerial& serial, const TellPacket& tell) {
  std::vector<Answer> all;
  all.reserve(payments.size());
  const std::size_t rows = link_.profile->submit.rows_per_packet;
  for (std::size_t at = 0; at < payments.size(); at += rows) {
    const std::vector<Payment> packet(payments.begin() + static_cast<std::ptrdiff_t>(at),
                                      payments.begin() + static_cast<std::ptrdiff_t>(std::min(at + rows, payments.size())));
    auto answers = submit_packet(packet, deadline_ms, serial, tell);
    all.insert(all.end(), std::make_move_iterator(answers.begin()), std::make_move_iterator(answers.end()));
  }
  return all;
}

std::vector<Answer> Front::submit_packet(const std::vector<Payment>& payments, std::int64_t deadline_ms, const NextSerial& next, const TellPacket& tell) {
  const Profile& p = *link_.profile;
  const Operation& op = p.submit;
  std::vector<Answer> answers;
  std::map<std::string, std::size_t> sent;  // ref -> number of its row, from 0
  std::vector<std::size_t> places;          // of a row, in answers
  std::vector<Block> blocks;
  Fen total;
  for (const auto& pay : payments) {
    answers.push_back(answer_of(pay.client_ref, MIF_PAY_UNSENT, "LOCAL-CHECK", ""));
    try {
      if (pay.fen <= Fen(0)) throw Error(MIF_E_INVALID, "bank.amount-not-positive", "金额必须大于零 (the amount must be above zero)");
      if (!pay.day.valid()) throw Error(MIF_E_INVALID, "bank.payment-day", "付款日期不对 (not a day)");
      if (sent.count(pay.client_ref)) throw Error(MIF_E_INVALID, "bank.reference-twice", "同一包里参考号重复 (the reference comes twice in the packet)");
      blocks.push_back(block(op.row, {{From::client_ref, pay.client_ref},
                                      {From::row_number, std::to_string(places.size() + 1)},
                                      {From::day, yyyymmdd(pay.day)},
                                      {From::payer_account, pay.payer_account},
                                      {From::amount, write_amount(pay.fen, p.amounts_in_fen)},
                                      {From::purpose, pay.purpose},
                                      {From::payee_account, pay.payee_account},
                                      {From::payee_name, pay.payee_name},
                                      {From::payee_bank_no, pay.payee_bank_no}}));
      total += pay.fen;
      sent.emplace(pay.client_ref, places.size());
      places.push_back(answers.size() - 1);
    } catch (const Error& e) {
      answers.back().text = e.what();
    }
  }
  if (places.empty()) return answers;
  const auto everything = [&](int outcome, const std::string& code, const std::string& text) {
    for (const std::size_t place : places) answers[place] = answer_of(answers[place].client_ref, outcome, code, text);
  };
  std::string serial;
  try {
    serial = serial_for(op, sent.begin()->first, next);
    if (!op.head.block.empty())
      blocks.insert(blocks.begin(), block(op.head, {{From::row_count, std::to_string(places.size())},
                                                    {From::total, write_amount(total, p.amounts_in_fen)},
                                                    {From::payer_account, payments[places.front()].payer_account},
                                                    {From::day, yyyymmdd(payments[places.front()].day)},
                                                    {From::client_ref, sent.begin()->first},
                                                    {From::serial, serial}}));
  } catch (const Error& e) {
    everything(MIF_PAY_UNSENT, "LOCAL-CHECK", e.what());
    return answers;
  }
  Told told{tell, "submit", {}, usual_mask()};
  for (const std::size_t place : places) {
    const Payment& pay = payments[place];
    told.refs.push_back(pay.client_ref);
    told.mask.account(pay.payer_account);
    told.mask.account(pay.payee_account);
    told.mask.name(pay.payee_name);
  }
  const Exchange done = send(op, serial, std::move(blocks), deadline_ms, tell ? &told : nullptr);
  if (done.end == Exchange::End::unsent) {
    everything(MIF_PAY_UNSENT, "NO-CONNECTION", done.reason);
    return answers;
  }
  if (done.end == Exchange::End::broken) {
    everything(MIF_PAY_UNKNOWN, "", done.reason);
    return answers;
  }
  try {
    const Reply reply = read(op, serial, done);
    // A failed result code does not prove that nothing was executed: the same code stands for both.
    const auto meaning = op.unnamed.find(reply.code);
    everything(meaning == op.unnamed.end() ? MIF_PAY_UNKNOWN : meaning->second, reply.ok ? "" : reply.code, reply.ok && reply.text.empty() ? "应答里没有这一笔 (the reply does not name it)" : reply.text);
    if (!reply.ok) return answers;
    std::set<std::size_t> seen;
    for (const auto& [name, tags] : reply.blocks) {
      if (name != op.answer.block) continue;
      const std::size_t row = row_of(op.answer, tags, sent, places.size());
      if (row == places.size()) continue;  // a row about something we did not send decides nothing
      Answer& a = answers[places[row]];
      if (!seen.insert(row).second) {
        a = answer_of(a.client_ref, MIF_PAY_UNKNOWN, a.code, "同一笔有两行应答 (answered twice)");
        continue;
      }
      const std::string code = text_of(tags, op.answer.code);
      const auto found = op.codes.find(code);
      int outcome = MIF_PAY_UNKNOWN;
      if (op.answer.code.empty() || (found != op.codes.end() && found->second == 0)) outcome = p.status_of(op, tags);
      else if (found != op.codes.end()) outcome = found->second;
      a = answer_of(a.client_ref, outcome, code, text_of(tags, op.answer.text));
      a.bank_ref = text_of(tags, op.answer.bank_ref);
    }
  } catch (const Error& e) {
    everything(MIF_PAY_UNKNOWN, "", e.what());
  }
  return answers;
}

std::vector<Answer> Front::query(const std::string& account, const std::vector<std::string>& refs, std::int64_t deadline_ms, const NextSerial& serial,
                                 const TellPacket& tell) {
  const Profile& p = *link_.profile;
  const Operation& op = p.query;
  std::vector<Answer> all;
  for (std::size_t at = 0; at < refs.size(); at += op.rows_per_packet) {
    std::vector<Block> blocks;
    if (!op.head.block.empty()) blocks.push_back(block(op.head, {{From::account, account}}));
    std::map<std::string, std::size_t> asked;
    const std::size_t first = all.size();
    for (std::size_t i = at; i < std::min(at + op.rows_per_packet, refs.size()); ++i) {
      if (!asked.emplace(refs[i], asked.size()).second) continue;
      // Silence means "not found" only where the bank has no word for it.
      all.push_back(op.result.not_found.empty() ? answer_of(refs[i], MIF_PAY_NOT_FOUND, "", "银行查无此笔 (the bank does not know it)") : answer_of(refs[i], MIF_PAY_UNKNOWN, "", "应答里没有这一笔 (the reply does not name it)"));
      blocks.push_back(block(op.row, {{From::client_ref, refs[i]}, {From::account, account}, {From::row_number, std::to_string(asked.size())}}));
    }
    Told told{tell, "query", {}, usual_mask()};
    told.mask.account(account);
    for (const auto& one : asked) told.refs.push_back(one.first);
    const Reply reply = ask(op, std::move(blocks), deadline_ms, serial, refs[at], tell ? &told : nullptr);
    if (reply.not_found) {
      all[first] = answer_of(refs[at], MIF_PAY_NOT_FOUND, reply.code, reply.text);
      continue;
    }
    if (reply.more)  // what it did not say may be in the rest
      for (std::size_t i = first; i < all.size(); ++i) all[i] = answer_of(all[i].client_ref, MIF_PAY_UNKNOWN, reply.code, "应答未完 (the bank has more to say)");
    std::set<std::size_t> seen;
    for (const auto& [name, tags] : reply.blocks) {
      if (name != op.answer.block) continue;
      const std::size_t row = row_of(op.answer, tags, asked, asked.size());
      if (row == asked.size()) continue;
      Answer& known = all[first + row];
      const std::string& status = (op.status.empty() ? p.status : op.status.front()).tag;
      Answer a = answer_of(known.client_ref, p.status_of(op, tags), text_of(tags, op.answer.code.empty() ? status : op.answer.code), text_of(tags, op.answer.text));
      a.bank_ref = text_of(tags, op.answer.bank_ref);
      const std::string amount = text_of(tags, op.answer.amount);
      try {
        if (!amount.empty()) a.fen = read_amount(amount, p.amounts_in_fen);
      } catch (const Error& e) {
        a.outcome = MIF_PAY_UNKNOWN;
        a.text = e.what();
      }
      if (seen.insert(row).second) known = std::move(a);
      else if (known.outcome != a.outcome) known = answer_of(known.client_ref, MIF_PAY_UNKNOWN, a.code, "两行答复不一致 (answered twice, differently)");
    }
  }
  return all;
}

}  // namespace mif::bank_xmlfront
