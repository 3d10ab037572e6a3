// SPDX-License-Identifier: Apache-2.0
#include "verify.h"

#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "evaluators.h"
#include "groups.h"
#include "digest.h"
#include "mif/json.hpp"

namespace mif::exchange {

namespace {

struct Voucher {
  std::string key;
  int state = 0;
  bool claimed = false;
};

using Line = std::tuple<int, std::string, std::string>;  // side, account, aux

class Check {
 public:
  Check(const Host& host, Call call) : host_(host), call_(call), settings_(load_settings(host, call)), evaluators_(settings_) {}

  std::string run() {
    json_.begin_object().field("kind", "FindingList").key("items").begin_array();
    load_vouchers();
    Txn txn = host_.store.read(call_);
    txn.query("select document_id, voucher_id from x_exchange_reversal", {}, [&](const Row& r) {
      reversals_[r.integer(0)] = r.integer(1);
      return true;
    });
    documents(txn);
    groups(txn);
    deliveries(txn);
    for (const auto& [document, voucher] : reversals_) {
      const auto found = vouchers_.find(voucher);
      if (found != vouchers_.end()) found->second.claimed = true;  // of a share; a whole voucher's correction is the ledger's own
    }
    for (const auto& [id, v] : vouchers_)
      if (!v.claimed && v.state != MIF_VOUCHER_VOID) finding("document:" + v.key, "凭证 " + std::to_string(id) + " 没有对应的单据 (a voucher without its document)");
    payables(txn);
    json_.end_array().key("evidence").begin_object();
    json_.field("P5", std::to_string(documents_) + " 张单据与 " + std::to_string(vouchers_.size()) + " 张凭证逐张对应" +
                          (groups_ ? ", 其中 " + std::to_string(gathered_) + " 张汇总在 " + std::to_string(groups_) + " 张凭证里" : std::string())).end_object();
    json_.field("exit", findings_ ? 3 : 0).field("summary", findings_ ? "发现 " + std::to_string(findings_) + " 处不一致" : std::to_string(documents_) + " 张单据核对一致").end_object();
    return json_.take();
  }

 private:
  void finding(const std::string& object, const std::string& what) {
    ++findings_;
    json_.begin_object().field("promise", "P5").field("object", object).field("what", what).end_object();
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
    const std::string key = s.source_key(), object = "document:" + key;
    const bool settled = s.state != state::kHeld && s.state != state::kRejected;
    const Document d = s.document();
    // what arrived unreadable was stored cleaned, so only readable payloads can be compared
    if (d.trouble.empty() && settled) {
      if (digest_of(d) != s.digest) finding(object, "单据内容与收到时不同 (payload is not what arrived)");
      if (amount_of(d) != s.amount) finding(object, "金额与单据内容不符 (amount differs from the payload)");
    }
    if (s.group != 0) {
      ++gathered_;
      return;  // with its group
    }
    if (s.state != state::kDrafted && s.state != state::kPosted) {
      if (s.state != state::kHeld && s.state != state::kRejected && s.state != state::kCancelled) finding(object, "未知状态 (unknown state) " + s.state);
      if (s.voucher != 0) claim(s.voucher, key, reversals_.count(s.id) == 0);
      return;
    }
    if (s.voucher == 0 && s.state == state::kPosted && s.voucher_no == kMemo) return;  // a lost voucher would be found below, without its document
    if (!claim(s.voucher, key, false)) return;
    if (s.state == state::kPosted && vouchers_.at(s.voucher).state != MIF_VOUCHER_POSTED) finding(object, "单据已记账而凭证未记账 (posted here, not in the ledger)");
  }

  // The voucher of a document or a group, once. A voided draft belongs to a cancelled document.
  bool claim(std::int64_t id, const std::string& key, bool voided) {
    const auto found = vouchers_.find(id);
    if (found == vouchers_.end() || found->second.key != key) {
      finding("document:" + key, "凭证 " + std::to_string(id) + " 不是此单据的 (the voucher is not this document's)");
      return false;
    }
    if (found->second.claimed) finding("document:" + key, "两张单据对应同一张凭证 (two documents share a voucher) " + std::to_string(id));
    found->second.claimed = true;
    if (voided && found->second.state != MIF_VOUCHER_VOID) finding("document:" + key, "单据已撤销而凭证仍有效 (cancelled here, alive in the ledger)");
    return true;
  }

  // A shared voucher says what its members say together, line by line.
  void groups(Txn& txn) {
    for (std::int64_t after = 0;;) {
      const auto page = select_groups(txn, "where group_id > ? order by group_id limit 500", {after});
      if (page.empty()) return;
      for (const auto& g : page) check(txn, g);
      after = page.back().id;
    }
  }

  void check(Txn& txn, const Group& g) {
    if (visible_.count(g.book) == 0) return;
    const std::string key = g.source_key(), object = "document-group:" + key;
    if (g.state == state::kCancelled) {
      if (g.voucher != 0) claim(g.voucher, key, true);
      return;
    }
    if (g.voucher == 0) return;  // takes documents still
    ++groups_;
    if (!claim(g.voucher, key, false)) return;
    if (g.state == state::kPosted && vouchers_.at(g.voucher).state != MIF_VOUCHER_POSTED) finding(object, "单据已记账而凭证未记账 (posted here, not in the ledger)");
    std::map<Line, Fen> members, booked;
    std::int64_t n = 0;
    Fen amount;
    // Those taken back after it was posted are in it still, and in red elsewhere.
    for (const auto& m : members_of(txn, g, " and (state = 'gathered' or id in (select r.document_id from x_exchange_reversal r))")) {
      ++n;
      amount += m.amount;
      add_share(m, members, object);
    }
    std::vector<LineRow> lines;
    host_.read.voucher(call_, g.voucher, &lines, &txn);
    for (const auto& l : lines) booked[{l.side, l.account, l.aux}] += l.fen;
    std::erase_if(members, [](const auto& m) { return m.second == Fen(); });
    if (n != g.documents || amount != g.fen) finding(object, "汇总的张数或金额与单据不符 (count or amount differs from its documents)");
    if (members != booked) finding(object, "凭证分录与单据合计不符 (the voucher differs from the sum of its documents)");
  }

  void add_share(const Stored& m, std::map<Line, Fen>& sums, const std::string& object) {
    try {
      const Evaluated& e = evaluators_.by_rule(m.rule).evaluate(m.document());
      for (const auto& l : e.shape->lines) sums[{l.side, l.account, l.aux}] += e.of(l);
    } catch (const Error& e) {
      finding(object, "单据 " + m.key + ": " + e.what());
    }
  }

  // What was gathered with one commit is what was logged with it.
  void deliveries(Txn& txn) {
    struct Delivery {
      std::int64_t id, first, last, documents;
      Fen fen;
      std::string digest;
    };
    std::vector<Delivery> all;
    txn.query("select id, first_document, last_document, documents, fen, digest from x_exchange_delivery order by id", {}, [&](const Row& r) {
      all.push_back({r.integer(0), r.integer(1), r.integer(2), r.integer(3), r.fen(4), r.text(5)});
      return true;
    });
    for (const auto& d : all) {
      std::string said;
      std::int64_t n = 0;
      Fen fen;
      // A member that left later was gathered then; its log record says where it went.
      txn.query("select id, doc_key, doc_version, digest, amount_fen from x_exchange_document where id >= ? and id <= ? and delivery_id = ? order by id", {d.first, d.last, d.id}, [&](const Row& r) {
        add_to_digest(said, r.integer(0), r.text(1), r.integer(2), r.text(3));
        fen += r.fen(4);
        ++n;
        return true;
      });
      if (n != d.documents || fen != d.fen || sha256_of(said) != d.digest) finding("delivery:" + std::to_string(d.id), "这批单据与收到时记录的不同 (the delivery is not what was logged)");
    }
  }

  void payables(Txn& txn) {
    txn.query("select p.obligation, p.voucher_id, p.fen, p.state, d.voucher_id, d.state from x_exchange_payable p left join x_exchange_document d on d.id = p.document_id where p.document_id > 0 order by p.id", {},
              [&](const Row& r) {
                const std::string object = "document:" + r.text(0), of = r.text(5);
                if (r.null(4) || r.integer(4) != r.integer(1)) finding(object, "应付款与单据的凭证不符 (payable and document name different vouchers)");
                if (r.integer(2) <= 0) finding(object, "应付款金额不为正 (payable is not positive)");
                if (r.text(3) == "paid" && of != state::kPosted) finding(object, "应付款已付而单据未记账 (paid, and the document is not posted)");
                if ((of == state::kCancelled) != (r.text(3) == "cancelled")) finding(object, "应付款状态与单据不符 (payable state differs from the document's)");
                return true;
              });
    txn.query("select p.obligation, p.fen, p.state, g.group_state from x_exchange_payable p left join x_exchange_group g on g.group_voucher = p.voucher_id where p.document_id = 0 order by p.id", {},
              [&](const Row& r) {
                const bool lives = !r.null(3) && r.text(3) != state::kCancelled;
                if (r.integer(1) <= 0) finding("document-group:" + r.text(0), "应付款金额不为正 (payable is not positive)");
                if (lives == (r.text(2) == "cancelled")) finding("document-group:" + r.text(0), "应付款状态与汇总凭证不符 (payable state differs from its group's)");
                return true;
              });
  }

  const Host& host_;
  Call call_;
  const Settings settings_;
  Evaluators evaluators_;
  JsonWriter json_;
  std::unordered_map<std::int64_t, Voucher> vouchers_;
  std::set<std::string> visible_;  // books
  std::map<std::int64_t, std::int64_t> reversals_;  // document -> voucher
  std::int64_t documents_ = 0, gathered_ = 0, groups_ = 0, findings_ = 0;
};

}  // namespace

std::string verify_documents(const Host& host, Call call) { return Check(host, call).run(); }

}  // namespace mif::exchange
