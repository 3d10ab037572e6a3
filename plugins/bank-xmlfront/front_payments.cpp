// SPDX-License-Identifier: Apache-2.0
// Payments out, and what became of them: from a row of a packet to an outcome.
#include "front.h"

#include <algorithm>
#include <set>

#include "calendar.h"

namespace mif::bank_xmlfront {

namespace {

Answer answer_of(const std::string& ref, int outcome, std::string code, std::string text) {
  Answer a;
  a.client_ref = ref;
  a.outcome = outcome;
  a.code = std::move(code);
  a.text = std::move(text);
  return a;
}

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
