// SPDX-License-Identifier: Apache-2.0
// C++ handles on the host services. All throw mif::Error with the host's own sentence.
#ifndef MIF_SERVICES_HPP
#define MIF_SERVICES_HPP

#include <algorithm>
#include <charconv>
#include <exception>
#include <system_error>

#include "mif/sdk.hpp"
#include "mif/svc/host.h"
#include "mif/svc/ledger.h"
#include "mif/svc/print.h"
#include "mif/svc/sheet.h"
#include "mif/svc/store.h"
#include "mif/svc/workflow.h"

namespace mif {

// One SQL value: NULL, integer or text. Owns its text.
class Value {
 public:
  Value() = default;
  Value(std::int64_t i) : kind_(MIF_INT), i_(i) {}
  Value(int i) : kind_(MIF_INT), i_(i) {}
  Value(Fen fen) : kind_(MIF_INT), i_(fen.value()) {}
  Value(Day day) : kind_(MIF_INT), i_(day.value()) {}
  Value(std::string text) : kind_(MIF_TEXT), text_(std::move(text)) {}
  Value(std::string_view text) : kind_(MIF_TEXT), text_(text) {}
  Value(const char* text) : kind_(MIF_TEXT), text_(text) {}
  mif_value abi() const { return {kind_, 0, i_, s(text_)}; }

 private:
  std::int32_t kind_ = MIF_NULL;
  std::int64_t i_ = 0;
  std::string text_;
};

// One row of a query, alive inside the callback.
class Row {
 public:
  Row(const mif_value* columns, std::uint32_t n) : columns_(columns), n_(n) {}
  bool null(std::uint32_t i) const { return at(i).kind == MIF_NULL; }
  std::int64_t integer(std::uint32_t i) const {
    if (at(i).kind == MIF_TEXT) {  // some drivers call the result of an expression text
      std::int64_t number = 0;
      const char* const end = at(i).s.p + at(i).s.n;
      const auto read = std::from_chars(at(i).s.p, end, number);
      if (at(i).s.n && read.ec == std::errc() && read.ptr == end) return number;
    }
    if (at(i).kind != MIF_INT) throw Error(MIF_E_INTERNAL, "column " + std::to_string(i) + " is not an integer");
    return at(i).i;
  }
  Fen fen(std::uint32_t i) const { return Fen(integer(i)); }
  Day day(std::uint32_t i) const { return Day(static_cast<std::int32_t>(integer(i))); }
  std::string text(std::uint32_t i) const { return at(i).kind == MIF_NULL ? std::string() : str(at(i).s); }
  std::string_view view(std::uint32_t i) const { return at(i).kind == MIF_TEXT ? mif::view(at(i).s) : std::string_view(); }

 private:
  const mif_value& at(std::uint32_t i) const {
    if (i >= n_) throw Error(MIF_E_INTERNAL, "no column " + std::to_string(i));
    return columns_[i];
  }
  const mif_value* columns_;
  std::uint32_t n_;
};

// Many rows for Txn::insert. Texts are copied into one piece of memory that is kept for the next fill.
class RowBatch {
 public:
  // "id, doc_key, amount_fen"
  explicit RowBatch(std::string columns) : columns_(std::move(columns)), n_columns_(1 + static_cast<std::uint32_t>(std::count(columns_.begin(), columns_.end(), ','))) {}
  RowBatch& add(std::int64_t i) {
    values_.push_back({MIF_INT, 0, i, {nullptr, 0}});
    return *this;
  }
  RowBatch& add(Fen fen) { return add(fen.value()); }
  RowBatch& add(Day day) { return add(std::int64_t{day.value()}); }
  RowBatch& add(std::string_view text) {
    // where the text begins, until the texts no longer move
    values_.push_back({MIF_TEXT, 0, static_cast<std::int64_t>(texts_.size()), {nullptr, static_cast<std::uint32_t>(text.size())}});
    texts_.append(text);
    return *this;
  }
  RowBatch& add(const char* text) { return add(std::string_view(text)); }
  bool empty() const { return values_.empty(); }
  std::size_t rows() const { return values_.size() / n_columns_; }
  void clear() {
    values_.clear();
    texts_.clear();
  }

 private:
  friend class Txn;
  std::string columns_;
  std::uint32_t n_columns_;
  std::vector<mif_value> values_;
  std::string texts_;
};

// A transaction shared by store, ledger, workflow, audit and jobs. Rolls back unless committed.
class Txn {
 public:
  Txn(const mif_store* store, Call call, std::int32_t mode) : store_(store), call_(call) {
    ask(call.get(), store->begin, store->impl, mode, &txn_);
  }
  ~Txn() {
    if (txn_) store_->rollback(store_->impl, txn_);
  }
  Txn(const Txn&) = delete;
  Txn& operator=(const Txn&) = delete;
  mif_txn* get() const { return txn_; }
  Call call() const { return call_; }

  std::int64_t execute(std::string_view sql, const std::vector<Value>& params = {}) {
    const auto values = convert(params);
    std::int64_t affected = 0;
    ask(call_.get(), store_->execute, store_->impl, txn_, s(sql), values.data(), static_cast<std::uint32_t>(values.size()), &affected);
    return affected;
  }
  void query(std::string_view sql, const std::vector<Value>& params, const std::function<bool(const Row&)>& each) {
    struct Sink {
      mif_row_sink c;
      const std::function<bool(const Row&)>* each;
      std::exception_ptr thrown;
    } sink{sized<mif_row_sink>(), &each, nullptr};
    sink.c.impl = &sink;
    sink.c.on = [](mif_row_sink* self, const mif_value* columns, std::uint32_t n) -> std::int32_t {
      auto* mine = static_cast<Sink*>(self->impl);
      try {
        return (*mine->each)(Row(columns, n)) ? 0 : 1;
      } catch (...) {
        mine->thrown = std::current_exception();
        return 1;
      }
    };
    const auto values = convert(params);
    ask(call_.get(), store_->query, store_->impl, txn_, s(sql), values.data(), static_cast<std::uint32_t>(values.size()), &sink.c);
    if (sink.thrown) std::rethrow_exception(sink.thrown);
  }
  // The batch is empty afterwards; the rows are written beside the caller. A broken unique key is MIF_E_CONFLICT of this call
  // or a later one, commit() at the latest; the transaction is then spoilt.
  void insert(std::string_view table, RowBatch& rows) {
    if (rows.values_.size() % rows.n_columns_ != 0) throw Error(MIF_E_INTERNAL, "a row of " + std::string(table) + " is not complete");
    for (auto& v : rows.values_)
      if (v.kind == MIF_TEXT) v.s.p = rows.texts_.data() + v.i;
    ask(call_.get(), store_->insert, store_->impl, txn_, s(table), s(rows.columns_), static_cast<const mif_value*>(rows.values_.data()), rows.n_columns_, static_cast<std::uint64_t>(rows.rows()));
    rows.clear();
  }
  std::int64_t next_id(std::string_view sequence) {
    std::int64_t id = 0;
    ask(call_.get(), store_->next_id, store_->impl, txn_, s(sequence), &id);
    return id;
  }
  void commit() {
    mif_txn* ending = std::exchange(txn_, nullptr);
    ask(call_.get(), store_->commit, store_->impl, ending);
  }

 private:
  static std::vector<mif_value> convert(const std::vector<Value>& params) {
    std::vector<mif_value> values;
    values.reserve(params.size());
    for (const auto& p : params) values.push_back(p.abi());
    return values;
  }
  const mif_store* store_;
  Call call_;
  mif_txn* txn_ = nullptr;
};

class Store {
 public:
  explicit Store(const Plugin& plugin) : store_(plugin.need<mif_store>(MIF_STORE_ID)) {}
  Txn write(Call call) const { return Txn(store_, call, MIF_TXN_WRITE); }
  Txn read(Call call) const { return Txn(store_, call, MIF_TXN_READ); }

 private:
  const mif_store* store_;
};

struct VoucherLine {
  int side = MIF_DEBIT;
  Fen fen;
  std::string account, aux, summary;
};
struct VoucherDraft {
  Day day;
  std::string book, word, flow, source_key, summary, maker;
  std::vector<VoucherLine> lines;
  std::uint32_t attachments = 1;
};

class LedgerPropose {
 public:
  explicit LedgerPropose(const Plugin& plugin) : service_(plugin.need<mif_ledger_propose>(MIF_LEDGER_PROPOSE_ID)) {}
  // The draft's id; the same draft twice gives the same id.
  std::int64_t propose(Txn& txn, const VoucherDraft& draft) const {
    std::vector<mif_voucher_line> lines;
    lines.reserve(draft.lines.size());
    for (const auto& l : draft.lines) {
      auto line = sized<mif_voucher_line>();
      line.side = l.side;
      line.fen = l.fen.value();
      line.account = s(l.account);
      line.aux = s(l.aux);
      line.summary = s(l.summary);
      lines.push_back(line);
    }
    auto v = sized<mif_voucher>();
    v.day = draft.day.value();
    v.book = s(draft.book);
    v.word = s(draft.word);
    v.flow = s(draft.flow);
    v.source_key = s(draft.source_key);
    v.summary = s(draft.summary);
    v.maker = s(draft.maker);
    v.lines = lines.data();
    v.n_lines = static_cast<std::uint32_t>(lines.size());
    v.attachments = draft.attachments;
    std::int64_t id = 0;
    ask(txn.call().get(), service_->propose, service_->impl, txn.get(), static_cast<const mif_voucher*>(&v), &id);
    return id;
  }
  // The id of the draft that takes a posted voucher back on `day`.
  std::int64_t correct(Txn& txn, std::int64_t voucher, Day day, const std::string& maker) const {
    std::int64_t id = 0;
    ask(txn.call().get(), service_->correct, service_->impl, txn.get(), voucher, day.value(), s(maker), &id);
    return id;
  }
  void withdraw(Txn& txn, std::int64_t voucher, std::string_view reason) const {
    ask(txn.call().get(), service_->withdraw, service_->impl, txn.get(), voucher, s(reason));
  }
  void hold(Txn& txn, std::string_view book, std::string_view account, std::string_view aux, Fen fen, std::string_view key) const {
    ask(txn.call().get(), service_->hold, service_->impl, txn.get(), s(book), s(account), s(aux), fen.value(), s(key));
  }
  void release(Txn& txn, std::string_view book, std::string_view key, bool spent) const {
    ask(txn.call().get(), service_->release, service_->impl, txn.get(), s(book), s(key), static_cast<std::int32_t>(spent));
  }

 private:
  const mif_ledger_propose* service_;
};

// Owning copies of what the ledger reads.
struct BookInfo {
  std::string code, unit, unit_name, scheme, chart, name;
  Period start, open;
  bool read_only = false;
};
struct AccountInfo {
  std::string code, name, full_name, account_class;
  int side = MIF_DEBIT, level = 1;
  bool leaf = true;
};
struct BalanceRow {
  int month = 0;
  std::string account, aux;
  Fen debit, credit, closing_debit, closing_credit;
};
struct LineRow {
  std::int64_t voucher_id = 0;
  int line = 0, side = MIF_DEBIT, number = 0;
  Period period;
  Day day;
  Fen fen;
  std::string account, account_name, aux, summary, word;
};
struct VoucherHead {
  std::int64_t id = 0, reverses = 0, workflow_instance = 0;
  int state = 0, number = 0;
  bool closing = false;
  Period period;
  Day day;
  Fen total;
  std::string book, word, summary, source_plugin, source_key, maker, reviewer, poster, flow, content_hash;
};
struct LineQuery {
  std::string book, accounts, aux;
  int year = 0, month_from = 1, month_to = 12;
  std::uint32_t limit = 1000;
  bool without_closing = false;
  std::int64_t after_voucher = 0;
  int after_line = 0;
};
struct VoucherQuery {
  std::string book, source_plugin, source_key;
  int year = 0, month = 0, state = 0;
  std::uint32_t limit = 1000;
  std::int64_t after_id = 0;
};

class LedgerRead {
 public:
  explicit LedgerRead(const Plugin& plugin) : service_(plugin.need<mif_ledger_read>(MIF_LEDGER_READ_ID)) {}

  std::vector<BookInfo> books(Call call, Txn* txn = nullptr) const {
    std::vector<BookInfo> all;
    SinkOf<mif_book_sink, mif_book_info> sink([&](const mif_book_info& b) {
      all.push_back({str(b.code), str(b.unit), str(b.unit_name), str(b.scheme), str(b.chart), str(b.name),
                     {b.start_year, b.start_month}, {b.open_year, b.open_month}, b.read_only != 0});
      return true;
    });
    ask(call.get(), service_->books, service_->impl, raw(txn), sink.get());
    sink.done();
    return all;
  }
  std::vector<AccountInfo> accounts(Call call, std::string_view book, int year, Txn* txn = nullptr) const {
    std::vector<AccountInfo> all;
    SinkOf<mif_account_sink, mif_account_info> sink([&](const mif_account_info& a) {
      all.push_back({str(a.code), str(a.name), str(a.full_name), str(a.account_class), a.side, a.level, a.leaf != 0});
      return true;
    });
    ask(call.get(), service_->accounts, service_->impl, raw(txn), s(book), static_cast<std::int32_t>(year), sink.get());
    sink.done();
    return all;
  }
  std::vector<BalanceRow> balances(Call call, std::string_view book, int year, int month_to, Txn* txn = nullptr) const {
    std::vector<BalanceRow> all;
    SinkOf<mif_balance_sink, mif_balance> sink([&](const mif_balance& b) {
      all.push_back({b.month, str(b.account), str(b.aux), Fen(b.debit_fen), Fen(b.credit_fen), Fen(b.closing_debit_fen), Fen(b.closing_credit_fen)});
      return true;
    });
    ask(call.get(), service_->balances, service_->impl, raw(txn), s(book), static_cast<std::int32_t>(year),
        static_cast<std::int32_t>(month_to), sink.get());
    sink.done();
    return all;
  }
  std::vector<LineRow> lines(Call call, const LineQuery& query, Txn* txn = nullptr) const {
    std::vector<LineRow> all;
    auto sink = line_sink(all);
    ask_lines(call, query, txn, sink->get());
    sink->done();
    return all;
  }
  // Line by line as the host reads them, up to query.limit, until `each` says false; its texts live as long as the callback.
  void each_line(Call call, const LineQuery& query, Txn* txn, const std::function<bool(const mif_line&)>& each) const {
    SinkOf<mif_line_sink, mif_line> sink(each);
    ask_lines(call, query, txn, sink.get());
    sink.done();
  }
  std::vector<VoucherHead> vouchers(Call call, const VoucherQuery& query, Txn* txn = nullptr) const {
    auto q = sized<mif_voucher_query>();
    q.year = query.year;
    q.month = query.month;
    q.state = query.state;
    q.limit = query.limit;
    q.book = s(query.book);
    q.source_plugin = s(query.source_plugin);
    q.source_key = s(query.source_key);
    q.after_id = query.after_id;
    std::vector<VoucherHead> all;
    auto sink = head_sink(all);
    ask(call.get(), service_->vouchers, service_->impl, raw(txn), static_cast<const mif_voucher_query*>(&q), sink->get());
    sink->done();
    return all;
  }
  // Throws MIF_E_NOT_FOUND.
  VoucherHead voucher(Call call, std::int64_t id, std::vector<LineRow>* lines = nullptr, Txn* txn = nullptr) const {
    std::vector<VoucherHead> heads;
    std::vector<LineRow> ignored;
    auto sink = head_sink(heads);
    auto below = line_sink(lines ? *lines : ignored);
    ask(call.get(), service_->voucher, service_->impl, raw(txn), id, sink->get(), below->get());
    sink->done();
    below->done();
    if (heads.empty()) throw Error(MIF_E_NOT_FOUND, "voucher.not-found", "没有凭证 (no voucher) " + std::to_string(id));
    return heads.front();
  }

 private:
  void ask_lines(Call call, const LineQuery& query, Txn* txn, mif_line_sink* sink) const {
    auto q = sized<mif_line_query>();
    q.year = query.year;
    q.month_from = query.month_from;
    q.month_to = query.month_to;
    q.limit = query.limit;
    q.without_closing = query.without_closing;
    q.book = s(query.book);
    q.accounts = s(query.accounts);
    q.aux = s(query.aux);
    q.after_voucher = query.after_voucher;
    q.after_line = query.after_line;
    ask(call.get(), service_->lines, service_->impl, raw(txn), static_cast<const mif_line_query*>(&q), sink);
  }
  static mif_txn* raw(Txn* txn) { return txn ? txn->get() : nullptr; }
  static std::unique_ptr<SinkOf<mif_line_sink, mif_line>> line_sink(std::vector<LineRow>& into) {
    return std::make_unique<SinkOf<mif_line_sink, mif_line>>([&into](const mif_line& l) {
      into.push_back({l.voucher_id, l.line, l.side, l.number, {l.year, l.month}, Day(l.day), Fen(l.fen), str(l.account),
                      str(l.account_name), str(l.aux), str(l.summary), str(l.word)});
      return true;
    });
  }
  static std::unique_ptr<SinkOf<mif_voucher_head_sink, mif_voucher_head>> head_sink(std::vector<VoucherHead>& into) {
    return std::make_unique<SinkOf<mif_voucher_head_sink, mif_voucher_head>>([&into](const mif_voucher_head& h) {
      into.push_back({h.id, h.reverses, h.workflow_instance, h.state, h.number, h.closing != 0, {h.year, h.month}, Day(h.day),
                      Fen(h.total_fen), str(h.book), str(h.word), str(h.summary), str(h.source_plugin), str(h.source_key),
                      str(h.maker), str(h.reviewer), str(h.poster), str(h.flow), str(h.content_hash)});
      return true;
    });
  }
  const mif_ledger_read* service_;
};

struct FlowState {
  std::int64_t instance = 0;
  int state = 0;  // MIF_FLOW_*
  std::string flow, node, subject_kind, subject, digest, maker, last_actor;
};

class Workflow {
 public:
  explicit Workflow(const Plugin& plugin) : service_(plugin.need<mif_workflow>(MIF_WORKFLOW_ID)) {}
  std::int64_t start(Txn& txn, std::string_view flow, std::string_view unit, std::string_view kind, std::string_view subject,
                     std::string_view digest, Fen amount, std::string_view maker = {}) const {
    std::int64_t id = 0;
    ask(txn.call().get(), service_->start, service_->impl, txn.get(), s(flow), s(unit), s(kind), s(subject), s(digest),
        amount.value(), s(maker), &id);
    return id;
  }
  FlowState decide(Txn& txn, std::int64_t instance, std::string_view node, bool approve, std::string_view digest,
                   std::string_view comment) const {
    FlowState result;
    auto sink = state_sink(result);
    ask(txn.call().get(), service_->decide, service_->impl, txn.get(), instance, s(node),
        static_cast<std::int32_t>(approve ? MIF_DECIDE_APPROVE : MIF_DECIDE_REJECT), s(digest), s(comment), sink->get());
    return result;
  }
  FlowState state(Txn& txn, std::int64_t instance) const {
    FlowState result;
    auto sink = state_sink(result);
    ask(txn.call().get(), service_->state, service_->impl, txn.get(), instance, sink->get());
    return result;
  }

 private:
  static std::unique_ptr<SinkOf<mif_flow_sink, mif_flow_state>> state_sink(FlowState& into) {
    return std::make_unique<SinkOf<mif_flow_sink, mif_flow_state>>([&into](const mif_flow_state& f) {
      into = {f.instance, f.state, str(f.flow), str(f.node), str(f.subject_kind), str(f.subject), str(f.digest), str(f.maker), str(f.last_actor)};
      return true;
    });
  }
  const mif_workflow* service_;
};

// A configuration node with its line, so that every complaint can name file and line.
struct Node {
  std::string key, value;
  int line = 0;
  std::vector<Node> children;

  const Node* find(std::string_view name) const {
    for (const auto& c : children)
      if (c.key == name) return &c;
    return nullptr;
  }
  std::vector<const Node*> all(std::string_view name) const {
    std::vector<const Node*> found;
    for (const auto& c : children)
      if (c.key == name) found.push_back(&c);
    return found;
  }
  std::string get(std::string_view name, std::string_view otherwise = {}) const {
    const Node* found = find(name);
    return found ? found->value : std::string(otherwise);
  }
  // Throws MIF_E_INVALID naming `where` and this node's line when `name` is missing.
  const std::string& require(std::string_view name, std::string_view where) const {
    if (const Node* found = find(name)) return found->value;
    throw Error(MIF_E_INVALID, "config.key-missing", std::string(where) + ":" + std::to_string(line) + ": \"" + key + "\" 缺少 (lacks) \"" + std::string(name) + "\"");
  }
};

class Config {
 public:
  explicit Config(const Plugin& plugin) : service_(plugin.need<mif_config>(MIF_CONFIG_ID)) {}
  Node own(Call call) const {
    return tree([&](mif_node_sink* sink) { ask(call.get(), service_->own, service_->impl, sink); });
  }
  Node info(Call call, std::string_view path) const {
    return tree([&](mif_node_sink* sink) { ask(call.get(), service_->info, service_->impl, s(path), sink); });
  }
  std::string bytes(Call call, std::string_view path) const {
    TextSink sink;
    ask(call.get(), service_->bytes, service_->impl, s(path), sink.get());
    return sink.text();
  }
  std::vector<std::string> list(Call call, std::string_view folder) const {
    TextSink sink;
    ask(call.get(), service_->list, service_->impl, s(folder), sink.get());
    return sink.chunks();
  }
  std::string secret(Call call, std::string_view name) const {
    TextSink sink;
    ask(call.get(), service_->secret, service_->impl, s(name), sink.get());
    return sink.text();
  }
  // Shows the secret to `use` while the host holds it; what `use` does not keep is kept nowhere on this side.
  template <class F>
  void secret(Call call, std::string_view name, F use) const {
    auto sink = sized<mif_text_sink>();
    struct Once {
      F& use;
      std::exception_ptr thrown;
    } once{use, nullptr};
    sink.impl = &once;
    sink.on = [](mif_text_sink* self, mif_str text) -> std::int32_t {
      auto* o = static_cast<Once*>(self->impl);
      try {
        o->use(view(text));
      } catch (...) {
        o->thrown = std::current_exception();
      }
      return 0;
    };
    ask(call.get(), service_->secret, service_->impl, s(name), &sink);
    if (once.thrown) std::rethrow_exception(once.thrown);
  }
  // Absolute path of a file below the deployment's home.
  std::string path(Call call, std::string_view below_home) const {
    if (!MIF_HAS(service_, path) || !service_->path) throw Error(MIF_E_UNSUPPORTED, "plugin.service-absent", "host cannot resolve paths below its home");
    TextSink sink;
    ask(call.get(), service_->path, service_->impl, s(below_home), sink.get());
    return sink.text();
  }

 private:
  template <class F>
  static Node tree(F&& fill) {
    Node root;
    std::vector<std::size_t> path;  // indices of the open ancestors
    SinkOf<mif_node_sink, mif_node> sink([&](const mif_node& n) {
      path.resize(static_cast<std::size_t>(n.depth));
      Node* parent = &root;
      for (const std::size_t index : path) parent = &parent->children[index];
      parent->children.push_back({str(n.key), str(n.value), n.line, {}});
      path.push_back(parent->children.size() - 1);
      return true;
    });
    fill(sink.get());
    sink.done();
    return root;
  }
  const mif_config* service_;
};

class Clock {
 public:
  explicit Clock(const Plugin& plugin) : service_(plugin.need<mif_clock>(MIF_CLOCK_ID)) {}
  std::int64_t now_unix_ms() const { return service_->now_unix_ms(service_->impl); }
  Day business_day() const { return Day(service_->business_day(service_->impl)); }

 private:
  const mif_clock* service_;
};

class Log {
 public:
  explicit Log(const Plugin& plugin) : service_(plugin.need<mif_log>(MIF_LOG_ID)) {}
  void info(std::string_view event, std::string_view fields_json = "{}") const { service_->write(service_->impl, MIF_LOG_INFO, s(event), s(fields_json)); }
  void warn(std::string_view event, std::string_view fields_json = "{}") const { service_->write(service_->impl, MIF_LOG_WARN, s(event), s(fields_json)); }

 private:
  const mif_log* service_;
};

class Audit {
 public:
  explicit Audit(const Plugin& plugin) : service_(plugin.need<mif_audit>(MIF_AUDIT_ID)) {}
  void append(Txn& txn, std::string_view unit, std::string_view action, std::string_view object, std::string_view body_json) const {
    ask(txn.call().get(), service_->append, service_->impl, txn.get(), s(unit), s(action), s(object), s(body_json));
  }

 private:
  const mif_audit* service_;
};

class Objects {
 public:
  explicit Objects(const Plugin& plugin) : service_(plugin.need<mif_objects>(MIF_OBJECTS_ID)) {}
  std::string put(Call call, std::string_view bytes) const {
    TextSink digest;
    ask(call.get(), service_->put, service_->impl, s(bytes), digest.get());
    return digest.text();
  }
  // Bytes piece by piece: read(room, most) says how many there were, 0 at the end.
  template <class F>
  std::string put_from(Call call, F&& read) const {
    if (!MIF_HAS(service_, put_from) || !service_->put_from) throw Error(MIF_E_UNSUPPORTED, "plugin.service-absent", "host takes objects in one piece only");
    struct From {
      F& read;
      std::exception_ptr thrown;
    } from{read, nullptr};
    TextSink digest;
    const auto piece = [](void* p, std::uint8_t* room, std::uint64_t most) -> std::int64_t {
      auto& mine = *static_cast<From*>(p);
      try {
        return static_cast<std::int64_t>(mine.read(room, most));
      } catch (...) {
        mine.thrown = std::current_exception();
        return -1;
      }
    };
    try {
      ask(call.get(), service_->put_from, service_->impl, static_cast<std::int64_t (*)(void*, std::uint8_t*, std::uint64_t)>(piece), static_cast<void*>(&from), digest.get());
    } catch (const HostRefused&) {
      if (from.thrown) std::rethrow_exception(from.thrown);
      throw;
    }
    return digest.text();
  }
  std::string get(Call call, std::string_view digest) const {
    TextSink bytes;
    ask(call.get(), service_->get, service_->impl, s(digest), bytes.get());
    return bytes.text();
  }

 private:
  const mif_objects* service_;
};

// Rows of a workbook or CSV file that somebody else wrote.
class Sheet {
 public:
  explicit Sheet(const Plugin& plugin) : service_(plugin.need<mif_sheet>(MIF_SHEET_ID)) {}
  // `on(const mif_sheet_row&)`: false = enough. What it throws comes out.
  template <class F>
  void rows(Call call, std::string_view bytes, F&& on) const {
    struct Sink {
      mif_sheet_sink c;
      F& on;
      std::exception_ptr thrown;
    } sink{sized<mif_sheet_sink>(), on, nullptr};
    sink.c.impl = &sink;
    sink.c.on = [](mif_sheet_sink* to, const mif_sheet_row* row) -> int32_t {
      auto& self = *static_cast<Sink*>(to->impl);
      try {
        return self.on(*row) ? 0 : 1;
      } catch (...) {
        self.thrown = std::current_exception();
        return 1;
      }
    };
    ask(call.get(), service_->rows, service_->impl, reinterpret_cast<const uint8_t*>(bytes.data()), uint64_t{bytes.size()}, &sink.c);
    if (sink.thrown) std::rethrow_exception(sink.thrown);
  }

 private:
  const mif_sheet* service_;
};

class Print {
 public:
  explicit Print(const Plugin& plugin) : service_(plugin.need<mif_print>(MIF_PRINT_ID)) {}
  // The file's bytes; `notes` gets what could not be shown as it is.
  std::string table(Call call, std::string_view document_json, std::string_view format, std::vector<std::string>* notes = nullptr) const {
    TextSink bytes;
    TextSink lines;
    ask(call.get(), service_->table, service_->impl, s(document_json), s(format), bytes.get(), lines.get());
    if (notes) *notes = lines.chunks();
    return bytes.text();
  }

 private:
  const mif_print* service_;
};

class Jobs {
 public:
  explicit Jobs(const Plugin& plugin) : service_(plugin.need<mif_jobs>(MIF_JOBS_ID)) {}
  void schedule(Txn& txn, std::string_view key, std::string_view name, std::string_view params_json, std::int64_t due_unix_ms) const {
    ask(txn.call().get(), service_->schedule, service_->impl, txn.get(), s(key), s(name), s(params_json), due_unix_ms);
  }
  void cancel(Txn& txn, std::string_view key) const { ask(txn.call().get(), service_->cancel, service_->impl, txn.get(), s(key)); }

 private:
  const mif_jobs* service_;
};

class Identity {
 public:
  explicit Identity(const Plugin& plugin) : service_(plugin.need<mif_identity>(MIF_IDENTITY_ID)) {}
  void require(Call call, std::string_view permission, std::string_view unit) const {
    ask(call.get(), service_->require, service_->impl, s(permission), s(unit));
  }
  std::string whoami(Call call) const {
    TextSink sink;
    ask(call.get(), service_->whoami, service_->impl, sink.get());
    return sink.text();
  }
  // For paper: "郑制单" instead of "maker1", "示例省" instead of "990000". What has no name is its own.
  std::string name_of(Call call, std::string_view login_or_unit) const {
    if (!MIF_HAS(service_, name_of)) return std::string(login_or_unit);
    TextSink sink;
    ask(call.get(), service_->name_of, service_->impl, s(login_or_unit), sink.get());
    return sink.text();
  }
  // The units the caller sees, as JSON.
  std::string units(Call call) const {
    if (!MIF_HAS(service_, units) || !service_->units) throw Error(MIF_E_UNSUPPORTED, "plugin.service-absent", "host does not tell its units");
    TextSink sink;
    ask(call.get(), service_->units, service_->impl, sink.get());
    return sink.text();
  }

 private:
  const mif_identity* service_;
};

class Registry {
 public:
  explicit Registry(const Plugin& plugin) : service_(plugin.need<mif_registry>(MIF_REGISTRY_ID)) {}
  // Active providers of an extension, by plugin id.
  template <class T>
  std::vector<std::pair<std::string, const T*>> providers(Call call, std::string_view extension_id) const {
    std::vector<std::pair<std::string, const T*>> all;
    SinkOf<mif_provider_sink, mif_provider> sink([&](const mif_provider& p) {
      all.emplace_back(str(p.plugin), static_cast<const T*>(p.extension));
      return true;
    });
    ask(call.get(), service_->providers, service_->impl, s(extension_id), sink.get());
    return all;
  }
  // Calls another plugin: invoke(call, "bank-xmlfront", "submit", 30000, [&](mif_call* c) { return ext->submit(ext->self, c, ...); })
  template <class F>
  void invoke(Call call, std::string_view plugin, std::string_view function, std::int64_t deadline_ms, F&& body) const {
    using Body = std::remove_reference_t<F>;
    ask(call.get(), service_->invoke, service_->impl, s(plugin), s(function), deadline_ms,
        static_cast<mif_status (*)(void*, mif_call*)>([](void* closure, mif_call* c) -> mif_status { return (*static_cast<Body*>(closure))(c); }),
        const_cast<void*>(static_cast<const void*>(&body)));
  }

 private:
  const mif_registry* service_;
};

}  // namespace mif
#endif
