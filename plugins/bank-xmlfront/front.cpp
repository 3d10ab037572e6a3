// SPDX-License-Identifier: Apache-2.0
#include "front.h"

#include <chrono>
#include <set>
#include <thread>

#include "charset.h"
#include "packet.h"

namespace mif::bank_xmlfront {

namespace {

using Values = std::map<From, std::string>;

std::string yyyymmdd(Day day) { return std::to_string(day.value()); }

// The tags of one row; MIF_E_INVALID names the field that is missing or longer than the bank takes.
Tags fill(const Profile& profile, const BlockPlan& plan, const Values& values) {
  Tags tags;
  for (const auto& field : plan.fields) {
    std::string text = field.value;
    if (field.from != From::constant) {
      const auto found = values.find(field.from);
      text = found == values.end() ? std::string() : found->second;
    }
    if (text.empty()) {
      if (field.required) throw Error(MIF_E_INVALID, "bank.field-empty", "字段 " + field.tag + " 不能为空 (must not be empty)");
      continue;
    }
    const std::size_t bytes = charset::to_bank(profile.charset, text).size();
    if (field.max_bytes && bytes > field.max_bytes)
      throw Error(MIF_E_INVALID, "bank.field-too-long", "字段 " + field.tag + " 长 " + std::to_string(bytes) + " 字节，银行只收 " + std::to_string(field.max_bytes) +
                                     " 字节，不截断 (too long, never truncated): \"" + text + "\"");
    tags.emplace_back(field.tag, std::move(text));
  }
  return tags;
}

std::string block(const Profile& profile, const BlockPlan& plan, const Values& values) {
  std::string xml;
  append_block(xml, plan.block, fill(profile, plan, values));
  return xml;
}

Answer answer_of(const std::string& ref, int outcome, std::string code, std::string text) {
  Answer a;
  a.client_ref = ref;
  a.outcome = outcome;
  a.code = std::move(code);
  a.text = std::move(text);
  return a;
}

std::string text_of(const Tags& tags, const std::string& tag) { return tag.empty() ? std::string() : std::string(find_tag(tags, tag)); }

}  // namespace

// A reply that was read to its end.
struct Front::Reply {
  bool ok = false;       // the bank's result code says the call itself worked
  std::string code, text;
  std::vector<std::pair<std::string, Tags>> blocks;
};

Front::Front(Link link, std::function<std::int64_t()> now_ms) : link_(std::move(link)), now_ms_(std::move(now_ms)) {}

Exchange Front::send(const Operation& operation, const std::string& blocks, std::int64_t deadline_ms) {
  const std::string request = wrap(*link_.profile, link_.login, operation.function, blocks);
  const std::lock_guard lock(mutex_);
  auto& last = last_call_ms_[operation.function];
  const std::int64_t wait = last + operation.min_interval_ms - now_ms_();
  if (last != 0 && wait > 0) {
    if (deadline_ms != 0 && now_ms_() + wait >= deadline_ms) {
      Exchange unsent;
      unsent.reason = "银行限速，期限内轮不到 (the bank's minimal interval does not fit before the deadline)";
      return unsent;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(wait));
  }
  last = now_ms_();
  const std::int64_t until = last + link_.timeout_ms;
  const Profile& p = *link_.profile;
  return exchange({link_.host, link_.port, p.length_digits, p.max_reply_bytes}, request, deadline_ms ? std::min(until, deadline_ms) : until, now_ms_);
}

// Throws MIF_E_INVALID when the reply cannot be trusted: unreadable, or an answer to something else.
Front::Reply Front::read(const Operation& operation, const Exchange& exchange) const {
  const Profile& p = *link_.profile;
  Reply reply;
  bool headed = false;
  read_reply(p, exchange.reply, [&](const std::string& name, Tags&& tags) {
    if (name != p.head) {
      reply.blocks.emplace_back(name, std::move(tags));
      return;
    }
    if (find_tag(tags, p.function_tag) != operation.function)
      throw Error(MIF_E_INVALID, "bank.reply-other-function", "应答不是对 " + operation.function + " 的 (the reply answers \"" + std::string(find_tag(tags, p.function_tag)) + "\")");
    headed = true;
    reply.code = find_tag(tags, p.result_tag);
    reply.text = text_of(tags, p.result_text_tag);
    reply.ok = reply.code == p.result_ok;
  });
  if (!headed) throw Error(MIF_E_INVALID, "bank.reply-no-head", "应答没有 " + p.head + " (the reply has no head)");
  return reply;
}

// For calls that move no money: whatever goes wrong is MIF_E_UNAVAILABLE and may be asked again.
Front::Reply Front::ask(const Operation& operation, const std::string& blocks, std::int64_t deadline_ms) {
  const Exchange done = send(operation, blocks, deadline_ms);
  if (done.end != Exchange::End::replied) throw Error(MIF_E_UNAVAILABLE, "bank.no-reply", done.reason);
  try {
    Reply reply = read(operation, done);
    if (!reply.ok) throw Error(MIF_E_UNAVAILABLE, "bank.refused", "银行答复 " + operation.function + " 失败 (the bank answered) " + reply.code + " " + reply.text);
    return reply;
  } catch (const Error& e) {
    if (e.code() == MIF_E_UNAVAILABLE) throw;
    throw Error(MIF_E_UNAVAILABLE, std::string("读不懂银行应答 (unreadable reply): ") + e.what());
  }
}

std::vector<Answer> Front::submit(const std::vector<Payment>& payments, std::int64_t deadline_ms) {
  std::vector<Answer> all;
  all.reserve(payments.size());
  const std::size_t rows = link_.profile->submit.rows_per_packet;
  for (std::size_t at = 0; at < payments.size(); at += rows) {
    const std::vector<Payment> packet(payments.begin() + static_cast<std::ptrdiff_t>(at),
                                      payments.begin() + static_cast<std::ptrdiff_t>(std::min(at + rows, payments.size())));
    auto answers = submit_packet(packet, deadline_ms);
    all.insert(all.end(), std::make_move_iterator(answers.begin()), std::make_move_iterator(answers.end()));
  }
  return all;
}

std::vector<Answer> Front::submit_packet(const std::vector<Payment>& payments, std::int64_t deadline_ms) {
  const Profile& p = *link_.profile;
  const Operation& op = p.submit;
  std::vector<Answer> answers;
  std::map<std::string, std::size_t> sent;  // ref -> place in answers
  std::string blocks = op.head.block.empty() ? std::string() : block(p, op.head, {});
  for (const auto& pay : payments) {
    answers.push_back(answer_of(pay.client_ref, MIF_PAY_UNSENT, "LOCAL-CHECK", ""));
    try {
      if (pay.fen <= Fen(0)) throw Error(MIF_E_INVALID, "bank.amount-not-positive", "金额必须大于零 (the amount must be above zero)");
      if (!pay.day.valid()) throw Error(MIF_E_INVALID, "bank.payment-day", "付款日期不对 (not a day)");
      if (sent.count(pay.client_ref)) throw Error(MIF_E_INVALID, "bank.reference-twice", "同一包里参考号重复 (the reference comes twice in the packet)");
      const std::string row = block(p, op.row,
                                    {{From::client_ref, pay.client_ref},
                                     {From::day, yyyymmdd(pay.day)},
                                     {From::payer_account, pay.payer_account},
                                     {From::amount, pay.fen.plain()},
                                     {From::purpose, pay.purpose},
                                     {From::payee_account, pay.payee_account},
                                     {From::payee_name, pay.payee_name},
                                     {From::payee_bank_no, pay.payee_bank_no}});
      blocks += row;
      sent.emplace(pay.client_ref, answers.size() - 1);
    } catch (const Error& e) {
      answers.back().text = e.what();
    }
  }
  if (sent.empty()) return answers;
  const auto everything = [&](int outcome, const std::string& code, const std::string& text) {
    for (const auto& [ref, place] : sent) answers[place] = answer_of(ref, outcome, code, text);
  };
  const Exchange done = send(op, blocks, deadline_ms);
  if (done.end == Exchange::End::unsent) {
    everything(MIF_PAY_UNSENT, "NO-CONNECTION", done.reason);
    return answers;
  }
  if (done.end == Exchange::End::broken) {
    everything(MIF_PAY_UNKNOWN, "", done.reason);
    return answers;
  }
  try {
    const Reply reply = read(op, done);
    // A failed result code does not prove that nothing was executed: the same code stands for both.
    everything(MIF_PAY_UNKNOWN, reply.ok ? "" : reply.code, reply.ok ? "应答里没有这一笔 (the reply does not name it)" : reply.text);
    if (!reply.ok) return answers;
    std::set<std::string> seen;
    for (const auto& [name, tags] : reply.blocks) {
      if (name != op.answer.block) continue;
      const std::string ref(find_tag(tags, op.answer.ref));
      const auto place = sent.find(ref);
      if (place == sent.end()) continue;  // a row about something we did not send decides nothing
      Answer& a = answers[place->second];
      if (!seen.insert(ref).second) {
        a = answer_of(ref, MIF_PAY_UNKNOWN, a.code, "同一笔有两行应答 (answered twice)");
        continue;
      }
      const std::string code = text_of(tags, op.answer.code);
      const auto meaning = p.submit_codes.find(code);
      int outcome = MIF_PAY_UNKNOWN;
      if (op.answer.code.empty() || (meaning != p.submit_codes.end() && meaning->second == 0)) outcome = p.status_of(tags);
      else if (meaning != p.submit_codes.end()) outcome = meaning->second;
      a = answer_of(ref, outcome, code, text_of(tags, op.answer.text));
      a.bank_ref = text_of(tags, op.answer.bank_ref);
    }
  } catch (const Error& e) {
    everything(MIF_PAY_UNKNOWN, "", e.what());
  }
  return answers;
}

std::vector<Answer> Front::query(const std::string& account, const std::vector<std::string>& refs, std::int64_t deadline_ms) {
  const Profile& p = *link_.profile;
  const Operation& op = p.query;
  std::vector<Answer> all;
  for (std::size_t at = 0; at < refs.size(); at += op.rows_per_packet) {
    std::string blocks = op.head.block.empty() ? std::string() : block(p, op.head, {{From::account, account}});
    std::map<std::string, std::size_t> asked;
    for (std::size_t i = at; i < std::min(at + op.rows_per_packet, refs.size()); ++i) {
      if (!asked.emplace(refs[i], all.size()).second) continue;
      all.push_back(answer_of(refs[i], MIF_PAY_NOT_FOUND, "", "银行查无此笔 (the bank does not know it)"));
      blocks += block(p, op.row, {{From::client_ref, refs[i]}, {From::account, account}});
    }
    const Reply reply = ask(op, blocks, deadline_ms);
    std::set<std::string> seen;
    for (const auto& [name, tags] : reply.blocks) {
      if (name != op.answer.block) continue;
      const std::string ref(find_tag(tags, op.answer.ref));
      const auto place = asked.find(ref);
      if (place == asked.end()) continue;
      Answer a = answer_of(ref, p.status_of(tags), text_of(tags, p.status.tag), text_of(tags, op.answer.text));
      a.bank_ref = text_of(tags, op.answer.bank_ref);
      const std::string amount = text_of(tags, op.answer.amount);
      try {
        if (!amount.empty()) a.fen = read_amount(amount);
      } catch (const Error& e) {
        a.outcome = MIF_PAY_UNKNOWN;
        a.text = e.what();
      }
      Answer& known = all[place->second];
      if (seen.insert(ref).second) known = std::move(a);
      else if (known.outcome != a.outcome) known = answer_of(ref, MIF_PAY_UNKNOWN, a.code, "两行答复不一致 (answered twice, differently)");
    }
  }
  return all;
}

Statement Front::statement(const std::string& account, Day from, Day to, std::int64_t deadline_ms) {
  const Profile& p = *link_.profile;
  const StatementPlan& plan = p.lines;
  std::string blocks = block(p, p.statement.row, {{From::account, account}, {From::from_day, yyyymmdd(from)}, {From::to_day, yyyymmdd(to)}});
  const Reply reply = ask(p.statement, blocks, deadline_ms);
  Statement result;
  bool balanced = false;
  std::string count;
  try {
    for (const auto& [name, tags] : reply.blocks) {
      if (name == plan.balances_block) {
        if (balanced) throw Error(MIF_E_INVALID, "bank.two-balances", "余额块出现两次 (two blocks of balances)");
        balanced = true;
        result.opening = read_amount(find_tag(tags, plan.opening));
        result.closing = read_amount(find_tag(tags, plan.closing));
        count = text_of(tags, plan.count);
      } else if (name == plan.line_block) {
        Line line;
        line.day = Day::parse(find_tag(tags, plan.day));
        const Fen written = read_amount(find_tag(tags, plan.amount));
        const Fen size = written < Fen(0) ? -written : written;
        const std::string_view direction = find_tag(tags, plan.direction);
        if (direction != plan.debit && direction != plan.credit) throw Error(MIF_E_INVALID, "bank.direction-unknown", "借贷标志不认识 (unknown direction): \"" + std::string(direction) + "\"");
        // Some banks sign the amount, some only flag it; a sign that contradicts the flag is nobody's meaning.
        if (written < Fen(0) && direction == plan.credit) throw Error(MIF_E_INVALID, "bank.negative-credit", "金额为负而标志为贷 (a negative amount flagged as a credit)");
        line.fen = direction == plan.debit ? -size : size;
        line.balance = read_amount(find_tag(tags, plan.balance));
        line.bank_ref = text_of(tags, plan.bank_ref);
        line.client_ref = text_of(tags, plan.client_ref);
        line.counter_account = text_of(tags, plan.counter_account);
        line.counter_name = text_of(tags, plan.counter_name);
        line.text = text_of(tags, plan.text);
        result.lines.push_back(std::move(line));
      }
    }
    if (!balanced) throw Error(MIF_E_INVALID, "bank.no-statement-balances", "对账单没有期初期末余额 (the statement states no balances)");
    if (!count.empty() && count != std::to_string(result.lines.size()))
      throw Error(MIF_E_INVALID, "bank.line-count", "对账单声明 " + count + " 笔，实收 " + std::to_string(result.lines.size()) + " 笔 (declared and received lines differ)");
  } catch (const Error& e) {
    throw Error(MIF_E_UNAVAILABLE, "账号 " + account + " 的对账单读不成 (statement unusable): " + e.what());
  }
  return result;
}

Fen Front::balance(const std::string& account, std::int64_t deadline_ms) {
  const Profile& p = *link_.profile;
  const Operation& op = p.balance;
  const Reply reply = ask(op, block(p, op.row, {{From::account, account}}), deadline_ms);
  for (const auto& [name, tags] : reply.blocks)
    if (name == op.answer.block && find_tag(tags, op.answer.ref) == account) return read_amount(find_tag(tags, op.answer.amount));
  throw Error(MIF_E_UNAVAILABLE, "bank.no-balance", "银行没有答复账号 " + account + " 的余额 (no balance in the reply)");
}

}  // namespace mif::bank_xmlfront
