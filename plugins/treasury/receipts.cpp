// SPDX-License-Identifier: Apache-2.0
// receipt fetch: what the bank lists is stored once, its file as an object, and linked where that is sure.
#include "receipts.h"

#include <map>

#include "calendar.h"
#include "packets.h"
#include "receipt_match.h"
#include "work.h"

namespace mif::treasury {

namespace {

constexpr std::size_t kMostBytes = 16 << 20;

struct Fetched {
  std::vector<StoredReceipt> fresh;
  std::vector<std::string> changed;
  std::int64_t known = 0;
};

// Files go to the object store as they arrive; what is known by its number is left as it is.
class Intake {
 public:
  Intake(Desk& desk, Call call, const BankAccount& account, std::map<std::string, StoredReceipt> known) : desk_(desk), call_(call), account_(account), known_(std::move(known)), sink_(sized<mif_receipt_sink>()), keeper(desk, call, account, Kept::looks) {
    sink_.impl = this;
    sink_.bytes = [](mif_receipt_sink* self, const std::uint8_t* chunk, std::uint64_t n) -> std::int32_t {
      return me(self).guarded([&] {
        Intake& in = me(self);
        if (in.file_.size() + n > kMostBytes) throw Error(MIF_E_INVALID, "receipt.too-large", "电子回单超过 16 MiB，请从网银下载 (a receipt is larger than 16 MiB)");
        in.file_.append(reinterpret_cast<const char*>(chunk), n);
      });
    };
    sink_.packet = &keep_look<mif_receipt_sink, Intake>;
    sink_.on = [](mif_receipt_sink* self, const mif_receipt* r) -> std::int32_t { return me(self).guarded([&] { me(self).keep(*r); }); };
  }
  mif_receipt_sink* get() { return &sink_; }
  Fetched take() {
    if (thrown_) std::rethrow_exception(thrown_);
    return std::move(fetched_);
  }

 private:
  static Intake& me(mif_receipt_sink* self) { return *static_cast<Intake*>(self->impl); }
  template <class F>
  std::int32_t guarded(F&& f) {
    try {
      f();
      return 0;
    } catch (...) {
      thrown_ = std::current_exception();
      return 1;
    }
  }
  void keep(const mif_receipt& told) {
    StoredReceipt r;
    r.account = account_.number;
    r.number = cut(view(told.number), 110);
    r.day = Day(told.day);
    r.fen = Fen(told.fen);
    r.bank_ref = cut(view(told.bank_ref), 110);
    r.client_ref = cut(view(told.client_ref), 110);
    r.media_type = cut(view(told.media_type), 60);
    r.file_name = cut(view(told.file_name), 190);
    r.bytes = static_cast<std::int64_t>(file_.size());
    const std::string file = std::move(file_);
    file_.clear();
    if (r.number.empty() || !r.day.valid() || file.empty()) throw Error(MIF_E_INVALID, "receipt.not-whole", "电子回单缺编号、日期或文件 (a receipt lacks its number, day or file): " + r.number);
    if (const auto known = known_.find(r.number); known != known_.end()) {
      ++fetched_.known;
      const StoredReceipt& k = known->second;
      if (k.fen != r.fen || k.day != r.day || k.client_ref != r.client_ref || k.bank_ref != r.bank_ref) fetched_.changed.push_back(r.number);
      return;
    }
    r.object = desk_.objects.put(call_, file);
    known_.emplace(r.number, r);
    fetched_.fresh.push_back(std::move(r));
  }

  Desk& desk_;
  Call call_;
  const BankAccount& account_;
  std::map<std::string, StoredReceipt> known_;
  mif_receipt_sink sink_;

 public:
  PacketKeeper keeper;

 private:
  std::string file_;
  Fetched fetched_;
  std::exception_ptr thrown_;
};

Fetched fetch(Desk& desk, Call call, const BankAccount& account, Day from, Day to) {
  const mif_bank_adapter* adapter = desk.adapter(call, account);
  if (!MIF_HAS(adapter, receipts) || !adapter->receipts) throw Error(MIF_E_UNSUPPORTED, "receipt.no-adapter", "银行适配插件 " + account.adapter + " 不提供电子回单 (the adapter gives no receipts)");
  std::map<std::string, StoredReceipt> known;
  {
    Txn txn = desk.store.read(call);
    for (auto& r : receipts(txn, "where r.account = ?", {account.number})) known.emplace(r.number, std::move(r));
  }
  Intake intake(desk, call, account, std::move(known));
  const auto body = [&](mif_call* c) { return adapter->receipts(adapter->self, c, s(account.link), s(account.number), from.value(), to.value(), intake.get()); };
  desk.registry.invoke(call, account.adapter, "receipts", desk.settings.call_timeout_ms, body);
  return intake.take();
}

// The voucher a line belongs to, as far as the line is matched.
std::int64_t voucher_of(Txn& txn, std::int64_t line) {
  std::int64_t voucher = 0;
  std::string kind;
  std::int64_t target = 0;
  txn.query("select kind, target from x_treasury_match where line_id = ?", {line}, [&](const Row& r) {
    kind = r.text(0);
    target = r.integer(1);
    return false;
  });
  if (kind == "voucher") return target;
  if (kind == "payment") txn.query("select voucher_id from x_treasury_payment where id = ?", {target}, [&](const Row& r) { voucher = r.integer(0); return false; });
  if (kind == "return") txn.query("select voucher_id from x_treasury_return where payment_id = ?", {target}, [&](const Row& r) { voucher = r.integer(0); return false; });
  return voucher;
}

// Links what is open and now sure, and the vouchers lines have got since.
std::int64_t link(Desk& desk, Txn& txn, const std::string& account) {
  std::vector<ReceiptFacts> open;
  for (const auto& r : receipts(txn, "where r.account = ? and r.line_id is null order by r.id", {account})) open.push_back({r.id, r.day, r.fen, r.client_ref, r.bank_ref});
  std::vector<LineFacts> free, taken;
  txn.query("select l.id, l.day, l.fen, l.client_ref, l.bank_ref, r.id from x_treasury_line l left join x_treasury_receipt r on r.line_id = l.id where l.account = ? order by l.id", {account}, [&](const Row& r) {
    (r.null(5) ? free : taken).push_back({r.integer(0), r.day(1), r.fen(2), r.text(3), r.text(4)});
    return true;
  });
  const ReceiptLinks found = link_receipts(open, free, taken);
  const std::int64_t now = desk.clock.now_unix_ms();
  for (const auto& l : found.links)
    txn.execute("update x_treasury_receipt set line_id = ?, rule = ?, problem = '', linked_ms = ? where id = ? and line_id is null", {l.line, l.rule, now, l.receipt});
  for (const auto& [receipt, why] : found.problems) txn.execute("update x_treasury_receipt set problem = ? where id = ? and line_id is null", {cut(why, 390), receipt});
  for (const auto& r : receipts(txn, "where r.account = ? and r.line_id is not null and r.voucher_id = 0", {account}))
    if (const std::int64_t voucher = voucher_of(txn, r.line)) txn.execute("update x_treasury_receipt set voucher_id = ? where id = ?", {voucher, r.id});
  return static_cast<std::int64_t>(found.links.size());
}

}  // namespace

std::vector<StoredReceipt> receipts(Txn& txn, std::string_view where, const std::vector<Value>& params) {
  std::vector<StoredReceipt> all;
  txn.query("select r.id, r.account, r.number, r.day, r.fen, r.bank_ref, r.client_ref, r.media_type, r.file_name, r.bytes, r.object, r.line_id, r.voucher_id, r.rule, r.problem, r.fetched_by, r.fetched_ms"
            " from x_treasury_receipt r " + std::string(where),
            params, [&](const Row& row) {
              StoredReceipt r;
              r.id = row.integer(0);
              r.account = row.text(1);
              r.number = row.text(2);
              r.day = row.day(3);
              r.fen = row.fen(4);
              r.bank_ref = row.text(5);
              r.client_ref = row.text(6);
              r.media_type = row.text(7);
              r.file_name = row.text(8);
              r.bytes = row.integer(9);
              r.object = row.text(10);
              r.line = row.null(11) ? 0 : row.integer(11);
              r.voucher = row.integer(12);
              r.rule = row.text(13);
              r.problem = row.text(14);
              r.fetched_by = row.text(15);
              r.fetched_ms = row.integer(16);
              all.push_back(std::move(r));
              return true;
            });
  return all;
}

std::string receipt_fetch(Desk& desk, Call call, const Params& params, Progress progress) {
  const auto scope = desk.scope(call, "payment.send", params);
  const Day to = params.day("to").value_or(desk.clock.business_day()), from = params.day("from").value_or(plus_days(to, -30));
  if (to < from) throw Error(MIF_E_INVALID, "receipt.days-reversed", "起止日期颠倒 (from is after to): " + from.iso() + " > " + to.iso());
  Result result("ReceiptList");
  std::int64_t fresh = 0, linked = 0, open = 0, done = 0;
  for (const auto& scoped : scope) {
    const std::string& account = scoped.account->number;
    progress("取电子回单 " + account, done++, static_cast<std::int64_t>(scope.size()));
    Fetched got;
    try {
      got = fetch(desk, call, *scoped.account, from, to);
    } catch (const Error& e) {
      if (e.code() != MIF_E_UNAVAILABLE && e.code() != MIF_E_DEADLINE && e.code() != MIF_E_UNSUPPORTED && e.code() != MIF_E_INVALID) throw;
      result.finding();
      result.item().field("account", account).field("state", "unreachable").field("reason", e.what()).end_object();
      continue;
    }
    Txn txn = desk.store.write(call);
    const std::int64_t now = desk.clock.now_unix_ms();
    JsonWriter body;
    body.begin_object().field("account", account).key("receipts").begin_array();
    std::int64_t stored = 0;
    for (auto& r : got.fresh) {
      stored += txn.execute("insert into x_treasury_receipt (id, account, number, day, fen, bank_ref, client_ref, media_type, file_name, bytes, object, line_id, voucher_id, rule, problem, fetched_by, fetched_ms, linked_ms)"
                            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', '', ?, ?, 0) on conflict (account, number) do nothing",
                            {txn.next_id("x_treasury_receipt"), account, r.number, r.day, r.fen, r.bank_ref, r.client_ref, r.media_type, r.file_name, r.bytes, r.object, Value(), call.actor(), now});
      body.begin_object().field("number", r.number).field("amount", r.fen).field("object", r.object).end_object();
    }
    body.end_array().end_object();
    const std::int64_t sure = link(desk, txn, account);
    if (stored || sure) desk.audit.append(txn, scoped.unit, "receipt.fetch", "account/" + account, body.str());
    txn.commit();
    fresh += stored;
    linked += sure;
    for (const auto& number : got.changed) {
      result.finding();
      result.item().field("account", account).field("number", number).field("state", "changed").field("reason", "银行这次给的金额、日期或编号与已存的不同，保留第一次的 (the bank now says something else)").end_object();
    }
    Txn read = desk.store.read(call);
    for (const auto& r : receipts(read, "where r.account = ? and r.line_id is null and r.day >= ? and r.day <= ? order by r.day, r.id", {account, from, to})) {
      ++open;
      result.finding();
      result.item().field("account", account).field("number", r.number).field("state", "open").field("day", r.day.iso()).field("amount", r.fen).field("reason", r.problem).end_object();
    }
  }
  result.total("new", fresh);
  result.total("linked", linked);
  result.total("open", open);
  return result.json("取回电子回单，新增 " + std::to_string(fresh) + " 张，对上流水 " + std::to_string(linked) + " 张" + (open ? "，" + std::to_string(open) + " 张没有对上" : ""));
}

std::vector<std::string> receipt_faults(Desk& desk, Call call, Txn& txn, const std::string& account) {
  std::vector<std::string> faults;
  std::map<std::int64_t, Fen> lines;
  txn.query("select l.id, l.fen from x_treasury_line l join x_treasury_receipt r on r.line_id = l.id where l.account = ?", {account}, [&](const Row& r) {
    lines[r.integer(0)] = r.fen(1);
    return true;
  });
  for (const auto& r : receipts(txn, "where r.account = ? order by r.id", {account})) {
    const auto line = lines.find(r.line);
    if (r.line && (line == lines.end() || line->second != r.fen)) faults.push_back("电子回单 " + r.number + " 与它的流水金额不符 (differs from its line)");
    try {
      if (static_cast<std::int64_t>(desk.objects.get(call, r.object).size()) != r.bytes) faults.push_back("电子回单 " + r.number + " 的文件长度不对 (its file has another size)");
    } catch (const Error& e) {
      faults.push_back("电子回单 " + r.number + " 的文件读不出 (its file is not readable): " + e.what());
    }
  }
  return faults;
}

}  // namespace mif::treasury
