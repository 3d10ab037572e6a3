// SPDX-License-Identifier: Apache-2.0
#include "trail.h"

#include <algorithm>

#include "calendar.h"
#include "drop.h"
#include "matcher.h"
#include "packets.h"
#include "payment_search.h"
#include "receipts.h"
#include "results.h"
#include "returns.h"
#include "work.h"

namespace mif::treasury {

namespace {

std::string two(std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); }
std::string state_title(int voucher_state) {
  constexpr const char* kTitles[] = {"", "草稿", "已提交", "已复核", "已入账", "已作废"};
  return voucher_state >= 1 && voucher_state <= 5 ? kTitles[voucher_state] : std::to_string(voucher_state);
}
std::string asked_title(const std::string& asked) { return asked == "submit" ? "送付款" : asked == "query" ? "查询" : asked; }
std::string outcome_title(int outcome) {
  switch (outcome) {
    case MIF_PAY_ACCEPTED: return "银行已受理";
    case MIF_PAY_DONE: return "银行已付";
    case MIF_PAY_REFUSED: return "银行拒付";
    case MIF_PAY_UNKNOWN: return "结果未明";
    case MIF_PAY_DUPLICATE: return "银行已有此编号";
    case MIF_PAY_PROCESSING: return "银行处理中";
    case MIF_PAY_AWAITS_BANK: return "银行落地待处理";
    case MIF_PAY_SCHEDULED: return "银行预约";
    case MIF_PAY_SUSPENDED: return "银行挂账";
    case MIF_PAY_NOT_FOUND: return "银行查无此笔";
    case MIF_PAY_RETURNED: return "退汇";
    case MIF_PAY_UNSENT: return "确认未发出";
    default: return outcome_name(outcome);
  }
}

class Trail {
 public:
  Trail(Desk& desk, Call call, Txn& txn, const Payment& p) : desk_(desk), call_(call), txn_(txn), p_(p) {}

  std::vector<Step> take() {
    origin();
    batch();
    const std::size_t sending = steps_.size();
    wire();
    answers();
    resolution();
    std::stable_sort(steps_.begin() + static_cast<std::ptrdiff_t>(sending), steps_.end(), [](const Step& a, const Step& b) { return a.at_ms < b.at_ms; });
    statement_lines("payment", "对账单流水");
    posting();
    told();
    came_back();
    given_up();
    attempts();
    return std::move(steps_);
  }

 private:
  Step& add(const char* kind, std::string title, std::int64_t at_ms = 0, std::string who = {}) {
    steps_.emplace_back();
    Step& s = steps_.back();
    s.kind = kind;
    s.title = std::move(title);
    s.at_ms = at_ms;
    s.who = std::move(who);
    return s;
  }
  static void fact(Step& s, const char* name, const std::string& value) {
    if (!value.empty()) s.facts.emplace_back(name, value);
  }
  std::string voucher_link(std::int64_t id) const { return "/x/console/voucher?book=" + percent_encoded(p_.book) + "&id=" + std::to_string(id); }

  void origin() {
    head_ = desk_.ledger.voucher(call_, p_.voucher, nullptr, &txn_);
    const std::string number = document_of(head_.source_key);
    Step& document = add("document", "单据");
    document.day = p_.day;
    document.what = number.empty() ? p_.obligation : number;
    fact(document, "来源", head_.source_plugin);
    fact(document, "来源编号", head_.source_key);
    fact(document, "应付事项", p_.obligation);
    if (head_.source_plugin == "exchange") document.link = "/x/console/documents?book=" + percent_encoded(p_.book) + "&key=" + percent_encoded(head_.source_key);
    Step& voucher = add("voucher", "记账凭证", 0, head_.maker);
    voucher.day = head_.day;
    voucher.what = head_.summary;
    voucher.link = voucher_link(head_.id);
    fact(voucher, "凭证", std::to_string(head_.id));
    fact(voucher, "制单", head_.maker);
    fact(voucher, "复核", head_.reviewer);
    fact(voucher, "金额", head_.total.grouped());
    for (const auto& owed : payables(txn_, "where p.id = ?", {p_.payable})) {
      Step& s = add("payable", "应付款");
      s.day = owed.day;
      s.what = owed.fen.grouped() + " 元付 " + p_.payee_name;
      fact(s, "收款账号", p_.payee_account);
      fact(s, "收款行号", p_.payee_bank_no);
      fact(s, "用途", p_.purpose);
      fact(s, "预算", owed.budget);
      if (owed.version > 1) fact(s, "版本", std::to_string(p_.payable_version) + " / " + std::to_string(owed.version));
    }
  }

  void batch() {
    const auto found = batches(txn_, "where id = ?", {p_.batch});
    if (found.empty()) return;
    const Batch& b = found.front();
    Step& s = add("batch", "编入付款批次", b.prepared_ms, b.prepared_by);
    s.what = "批次 " + std::to_string(b.id) + "，" + std::to_string(b.payments) + " 笔 " + b.fen.grouped() + " 元";
    fact(s, "内容摘要", b.digest);
    txn_.query("select kind, what, reason, made_by, made_ms from x_treasury_warning where payment_id = ? order by made_ms, kind", {p_.id}, [&](const Row& r) {
      Step& w = add("warning", "检查提示", r.integer(4), r.text(3));
      w.what = r.text(1);
      w.bad = true;
      fact(w, "仍要付的理由", r.text(2));
      return true;
    });
    txn_.query("select approver, approved_ms, needed from x_treasury_approval where batch_id = ? and digest = ? order by approved_ms, approver", {b.id, b.digest}, [&](const Row& r) {
      Step& a = add("approval", "批准付款", r.integer(1), r.text(0));
      a.what = "须 " + std::to_string(r.integer(2)) + " 人批准";
      return true;
    });
  }

  void wire() {
    if (p_.code.empty()) return;
    for (auto& k : packets(txn_, "join x_treasury_packet_of o on o.packet_id = k.id where o.code = ? order by k.id", {p_.code})) {
      Step& s = add("packet", "银行报文 " + wire_title(k), k.told_ms);
      s.who = k.adapter;
      s.what = asked_title(k.operation) + "，" + std::to_string(k.bytes) + " 字节" + (k.reason.empty() ? "" : "，" + k.reason);
      s.bad = k.wire == MIF_WIRE_PART || k.wire == MIF_WIRE_SILENT || k.wire == MIF_WIRE_UNSENT;
      s.body = std::move(k.body);
      if (k.cut) s.body += " …";
      fact(s, "SHA-256", k.sha256);
      if (k.cut) fact(s, "正文", "过长，只存了前一部分");
    }
  }

  void answers() {
    txn_.query("select asked, outcome, bank_ref, bank_code, bank_text, heard_ms from x_treasury_answer where payment_id = ? order by heard_ms, id", {p_.id}, [&](const Row& r) {
      const int outcome = static_cast<int>(r.integer(1));
      Step& s = add("answer", asked_title(r.text(0)) + ": " + outcome_title(outcome), r.integer(5));
      s.what = r.text(4);
      s.bad = outcome == MIF_PAY_UNKNOWN || outcome == MIF_PAY_REFUSED || outcome == MIF_PAY_RETURNED || outcome == MIF_PAY_SUSPENDED;
      fact(s, "银行流水号", r.text(2));
      fact(s, "返回码", r.text(3));
      return true;
    });
  }

  void resolution() {
    txn_.query("select outcome, evidence, proposed_by, proposed_ms, confirmed_by, confirmed_ms from x_treasury_resolution where payment_id = ?", {p_.id}, [&](const Row& r) {
      const std::string outcome = r.text(0) == "done" ? "认定已付" : "认定未付";
      Step& first = add("resolution", outcome, r.integer(3), r.text(2));
      first.what = r.text(1);
      if (r.integer(5) > 0) add("resolution", outcome + "，第二人确认", r.integer(5), r.text(4));
      return true;
    });
  }

  void statement_lines(const char* kind, const char* title) {
    std::vector<std::int64_t> lines;
    txn_.query("select l.id, l.day, l.fen, l.balance_fen, l.bank_ref, m.rule, m.matched_by, m.matched_ms, t.id, t.state from x_treasury_match m join x_treasury_line l on l.id = m.line_id"
               " join x_treasury_statement t on t.id = l.statement_id where m.account = ? and m.target = ? and m.kind = ? order by l.id",
               {p_.account, p_.id, kind}, [&](const Row& r) {
                 Step& s = add("statement", title, r.integer(7), r.text(6));
                 s.day = r.day(1);
                 s.what = r.day(1).iso() + " " + r.fen(2).grouped() + " 元";
                 fact(s, "余额", r.fen(3).grouped());
                 fact(s, "银行流水号", r.text(4));
                 fact(s, "对上的依据", r.text(5));
                 fact(s, "对账单", std::to_string(r.integer(8)) + " (" + r.text(9) + ")");
                 lines.push_back(r.integer(0));
                 return true;
               });
    for (const std::int64_t line : lines)
      for (const auto& r : receipts(txn_, "where r.line_id = ?", {line})) {
        Step& s = add("receipt", "电子回单", r.fetched_ms, r.fetched_by);
        s.what = r.number;
        s.link = "/x/treasury/receipts/" + percent_encoded(r.account) + "/" + percent_encoded(r.number);
        fact(s, "对上的依据", r.rule);
        fact(s, "文件摘要", r.object);
      }
  }

  void posting() {
    Step& s = add("posting", "凭证" + state_title(head_.state));
    s.link = voucher_link(head_.id);
    s.what = head_.number ? head_.period.iso() + " " + head_.word + "-" + std::to_string(head_.number) : "还没有凭证号";
    s.who = head_.poster;
    txn_.query("select made_ms from x_treasury_result where payment_id = ? and state = 'paid'", {p_.id}, [&](const Row& r) {
      s.at_ms = r.integer(0);
      return false;
    });
  }

  void told() {
    txn_.query("select state, told_ms, source, reason from x_treasury_result where payment_id = ? order by id", {p_.id}, [&](const Row& r) {
      const std::string state = r.text(0);
      Step& s = add("told", state == "paid" ? "结果告知来源: 已付" : state == "failed" ? "结果告知来源: 未付成" : state == kResolved ? "结果告知来源: 不再付" : "结果告知来源: 退汇", r.integer(1), r.text(2));
      s.what = r.integer(1) ? r.text(3) : "还没有告知";
      return true;
    });
  }

  void came_back() {
    const auto found = returns(txn_, "where r.payment_id = ?", {p_.id});
    if (found.empty()) return;
    const Return& r = found.front();
    std::int64_t made = 0;
    txn_.query("select made_ms from x_treasury_return where payment_id = ?", {p_.id}, [&](const Row& row) {
      made = row.integer(0);
      return false;
    });
    Step& s = add("return", "退汇", made);
    s.what = stage_of(desk_, txn_, p_, r);
    s.bad = r.reopened_ms == 0 && r.dropped_ms == 0;
    if (r.voucher) {
      fact(s, "退汇凭证", std::to_string(r.voucher));
      s.link = voucher_link(r.voucher);
    }
    statement_lines("return", "退汇的对账单流水");
    if (r.reopened_ms) add("return", "决定重付", r.reopened_ms, r.reopened_by).what = r.reason;
  }

  void given_up() {
    for (const auto& d : drops(txn_, "where d.payment_id = ?", {p_.id})) {
      add("drop", "提出不再付", d.proposed_ms, d.proposed_by).what = d.reason;
      if (d.confirmed_ms == 0) continue;
      Step& s = add("drop", "不再付，第二人确认", d.confirmed_ms, d.confirmed_by);
      if (d.red_voucher) s.link = voucher_link(d.red_voucher), fact(s, "冲回凭证", std::to_string(d.red_voucher));
      else if (!p_.settled && head_.state == MIF_VOUCHER_POSTED) s.what = "凭证已全额入账，这一笔请手工填红字凭证冲回", s.bad = true;
    }
  }

  void attempts() {
    const auto other = [&](const char* title, const std::vector<Payment>& all) {
      for (const auto& o : all) {
        Step& s = add("retry", title, o.changed_ms);
        s.what = (o.code.empty() ? "付款 " + std::to_string(o.id) : o.code) + "，" + title_of(o.state);
        if (!o.code.empty()) s.link = "/x/treasury/payments/" + percent_encoded(o.code);
      }
    };
    if (p_.retry_of) other("这一笔重付的是", payments(txn_, "where id = ?", {p_.retry_of}));
    other("后来重付的一笔", payments(txn_, "where retry_of = ? order by id", {p_.id}));
  }

  Desk& desk_;
  Call call_;
  Txn& txn_;
  const Payment& p_;
  VoucherHead head_;
  std::vector<Step> steps_;
};

}  // namespace

std::vector<Step> trail_of(Desk& desk, Call call, Txn& txn, const Payment& payment) { return Trail(desk, call, txn, payment).take(); }

std::string moment(std::int64_t unix_ms) {
  const std::int64_t second = (unix_ms + kUtcPlus8Ms) / 1000 % 86400;
  return day_of(unix_ms).iso() + " " + two(second / 3600) + ":" + two(second / 60 % 60) + ":" + two(second % 60);
}

std::string when(const Step& s) { return s.at_ms ? moment(s.at_ms) : s.day.valid() ? s.day.iso() : std::string(); }

void write_trail(JsonWriter& json, const std::vector<Step>& steps) {
  json.begin_array();
  for (const auto& s : steps) {
    json.begin_object().field("step", s.kind).field("title", s.title).field("time", when(s)).field("at_unix_ms", s.at_ms).field("who", s.who).field("what", s.what);
    for (const auto& [name, value] : s.facts) json.field(name, value);
    if (!s.body.empty()) json.field("text", s.body);
    json.field("attention", s.bad).end_object();
  }
  json.end_array();
}

// pay show: the same on the command line.
std::string pay_show(Desk& desk, Call call, const Params& params, Progress) {
  const auto scope = desk.scope(call, "ledger.read", params);
  const std::string code = params.get("code");
  Txn txn = desk.store.read(call);
  const auto found = payments(txn, "where code = ?", {code});
  if (found.empty() || std::none_of(scope.begin(), scope.end(), [&](const Scoped& s) { return s.account->number == found.front().account; }))
    throw Error(MIF_E_NOT_FOUND, "payment.not-found", "没有这笔付款 (no such payment): " + code);
  const Payment& p = found.front();
  Result result("PaymentTrail");
  if (p.state == State::unknown || p.state == State::suspended) result.finding();
  for (const auto& s : trail_of(desk, call, txn, p)) {
    JsonWriter& item = result.item().field("step", s.kind).field("title", s.title).field("time", when(s)).field("who", s.who).field("what", s.what);
    std::string facts;
    for (const auto& [name, value] : s.facts) facts += (facts.empty() ? "" : "; ") + name + " " + value;
    item.field("facts", facts);
    if (!s.body.empty()) item.field("text", s.body);
    item.end_object();
  }
  return result.json("付款 " + code + "，" + p.fen.grouped() + " 元付 " + p.payee_name + "，" + title_of(p.state));
}

}  // namespace mif::treasury
