// SPDX-License-Identifier: Apache-2.0
// mif.store: transactions, rows in and out.
#ifndef MIF_SERVICES_STORE_HPP
#define MIF_SERVICES_STORE_HPP

#include <algorithm>
#include <charconv>
#include <exception>
#include <system_error>

#include "mif/sdk.hpp"
#include "mif/svc/store.h"

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

}  // namespace mif
#endif
