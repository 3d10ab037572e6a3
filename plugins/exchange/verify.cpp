// SPDX-License-Identifier: Apache-2.0
#include "verify.h"

#include <set>
#include <unordered_map>

#include "mif/json.hpp"
#include "tables.h"

namespace mif::exchange {

namespace {

struct Voucher {
  std::string key;
  int state = 0;
  bool claimed = false;
};
using Vouchers = std::unordered_map<std::int64_t, Voucher>;

class Check {
 public:
  Check(const Host& host, Call call) : host_(host), call_(call) {}

  std::string run() {
    json_.begin_object().field("kind", "FindingList").key("items").begin_array();
    load_vouchers();
    Txn txn = host_.store.read(call_);
    documents(txn);
    for (const auto& [id, v] : vouchers_)
      if (!v.claimed && v.state != MIF_VOUCHER_VOID) finding(v.key, "凭证 " + std::to_string(id) + " 没有对应的单据 (a voucher without its document)");
    payables(txn);
    json_.end_array().key("evidence").begin_object();
    json_.field("P5", std::to_string(documents_) + " 张单据与 " + std::to_string(vouchers_.size()) + " 张凭证逐张对应").end_object();
    json_.field("exit", findings_ ? 3 : 0).field("summary", findings_ ? "发现 " + std::to_string(findings_) + " 处不一致" : std::to_string(documents_) + " 张单据核对一致").end_object();
    return json_.take();
  }

 private:
  void finding(const std::string& object, const std::string& what) {
    ++findings_;
    json_.begin_object().field("promise", "P5").field("object", "document:" + object).field("what", what).end_object();
  }

  void load_vouchers() {
    for (const auto& book : host_.read.books(call_)) {
      visible_.insert(book.code);
      VoucherQuery query;
      query.book = book.code;
      query.source_plugin = "exchange";
      for (;;) {
        const auto page = host_.read.vouchers(call_, query);
        for (const auto& h : page) vouchers_[h.id] = {h.source_key, h.state, false};
        if (page.size() < query.limit) break;
        query.after_id = page.back().id;
      }
    }
  }

  void documents(Txn& txn) {
    for (std::int64_t after = 0;;) {
      const auto page = select_documents(txn, "where id > ? order by id limit 1000", {after});
      if (page.empty()) return;
      for (const auto& s : page) check(s);
      after = page.back().id;
    }
  }

  void check(const Stored& s) {
    if (s.voucher != 0 && visible_.count(s.book) == 0) return;  // of a book that this caller does not see; who sees it verifies it
    ++documents_;
    const std::string key = s.source + "/" + s.key + "#" + std::to_string(s.version);
    const Document d = s.document();
    // what arrived unreadable was stored cleaned, so only readable payloads can be compared
    if (d.trouble.empty() && s.state != state::kHeld && s.state != state::kRejected && digest_of(d) != s.digest) finding(key, "单据内容与收到时不同 (payload is not what arrived)");
    if (d.trouble.empty() && s.state != state::kRejected && s.state != state::kHeld && amount_of(d) != s.amount) finding(key, "金额与单据内容不符 (amount differs from the payload)");
    const bool should = s.state == state::kDrafted || s.state == state::kPosted;
    if (!should) {
      if (s.state != state::kHeld && s.state != state::kRejected && s.state != state::kCancelled) finding(key, "未知状态 (unknown state) " + s.state);
      if (s.voucher != 0) claim(s.voucher, key, true);
      return;
    }
    if (s.voucher == 0 && s.state == state::kPosted && s.voucher_no == kMemo) return;  // a lost voucher would be found below, without its document
    if (!claim(s.voucher, key, false)) return;
    const int voucher_state = vouchers_.at(s.voucher).state;
    if (s.state == state::kPosted && voucher_state != MIF_VOUCHER_POSTED) finding(key, "单据已记账而凭证未记账 (posted here, not in the ledger)");
  }

  // The document's voucher, once. A voided draft belongs to a cancelled document.
  bool claim(std::int64_t id, const std::string& key, bool voided) {
    const auto found = vouchers_.find(id);
    if (found == vouchers_.end() || found->second.key != key) {
      finding(key, "凭证 " + std::to_string(id) + " 不是此单据的 (the voucher is not this document's)");
      return false;
    }
    if (found->second.claimed) finding(key, "两张单据对应同一张凭证 (two documents share a voucher) " + std::to_string(id));
    found->second.claimed = true;
    if (voided && found->second.state != MIF_VOUCHER_VOID) finding(key, "单据已撤销而凭证仍有效 (cancelled here, alive in the ledger)");
    return true;
  }

  void payables(Txn& txn) {
    txn.query("select p.obligation, p.voucher_id, p.fen, p.state, d.voucher_id, d.state from x_exchange_payable p left join x_exchange_document d on d.id = p.document_id order by p.id", {},
              [&](const Row& r) {
                const std::string key = r.text(0), of = r.text(5);
                if (r.null(4) || r.integer(4) != r.integer(1)) finding(key, "应付款与单据的凭证不符 (payable and document name different vouchers)");
                if (r.integer(2) <= 0) finding(key, "应付款金额不为正 (payable is not positive)");
                if ((of == state::kCancelled) != (r.text(3) == "cancelled")) finding(key, "应付款状态与单据不符 (payable state differs from the document's)");
                return true;
              });
  }

  const Host& host_;
  Call call_;
  JsonWriter json_;
  Vouchers vouchers_;
  std::set<std::string> visible_;  // books
  std::int64_t documents_ = 0, findings_ = 0;
};

}  // namespace

std::string verify_documents(const Host& host, Call call) { return Check(host, call).run(); }

}  // namespace mif::exchange
