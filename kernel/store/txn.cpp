// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "kernel/store/database.h"
#include "kernel/store/txn_impl.h"

namespace mif::store {
namespace {

template <typename Value, typename Read>
class FirstValue final : public RowVisitor {
 public:
  explicit FirstValue(Read read) : read_(read) {}
  bool row(const Row& row) override {
    if (!row.null(0)) value = read_(row);
    return false;
  }
  std::optional<Value> value;

 private:
  Read read_;
};

// Rows with the memory of their texts.
struct OwnRows {
  explicit OwnRows(Params params) : values(params.begin(), params.end()) {
    std::size_t room = 0;
    for (const Param& p : params)
      if (p.text()) room += p.text()->size();
    texts.reserve(room);  // so that no text moves
    for (Param& p : values) {
      if (!p.text()) continue;
      const std::size_t at = texts.size();
      texts += *p.text();
      p = Param(std::string_view(texts).substr(at));
    }
  }
  OwnRows(const OwnRows&) = delete;
  std::string texts;
  std::vector<Param> values;
};

[[noreturn]] void not_whole_rows(std::string_view table) {
  throw Error(MIF_E_INTERNAL, "批量写入的值不成整行 (values do not fill whole rows): " + std::string(table));
}

constexpr std::size_t kWorthAThread = 2000;  // values; fewer are written faster than they are handed over

}  // namespace

bool& inside_write() {
  thread_local bool inside = false;
  return inside;
}

void run_after_commit(std::vector<std::function<void()>>& actions) noexcept {
  const bool outer = std::exchange(inside_write(), true);
  for (const auto& action : actions) try {
      action();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "mif: an action after commit failed (the data are committed): %s\n", error.what());
    }
  actions.clear();
  inside_write() = outer;
}

Txn::Impl::~Impl() {
  if (open) rollback();
}

void Txn::Impl::closed() { throw Error(MIF_E_INTERNAL, "事务已经结束 (the transaction has ended)"); }

void Txn::Impl::settle() {
  if (writing.valid()) writing.get();
}

void Txn::Impl::must_write(std::string_view what) const {
  if (mode != Mode::write) throw Error(MIF_E_INTERNAL, "只读事务不能写 (a read transaction was asked to write): " + std::string(what.substr(0, 60)));
}

void Txn::Impl::refuse_if_poisoned() const {
  if (!poison) return;
  std::string why;
  try {
    std::rethrow_exception(poison);
  } catch (const ConnectionLost&) {
    throw;
  } catch (const SerializationFailure&) {
    throw;
  } catch (const std::exception& error) {
    why = error.what();
  }
  throw Error(MIF_E_INTERNAL, "事务中已出错,不能提交 (an error inside the transaction was swallowed, it cannot be committed): " + why);
}

void Txn::Impl::commit() {
  if (!open) closed();
  try {
    settle();
    refuse_if_poisoned();
    lease.session().commit();
  } catch (...) {
    poison = std::current_exception();
    rollback();
    throw;
  }
  open = false;
  ids.committed(pending_ids);
  run_after_commit(actions);
  lease.give_back();
}

void Txn::Impl::rollback() noexcept {
  open = false;
  if (writing.valid()) writing.wait();
  writing = {};
  if (!lease.session().rollback()) lease.broken();
  ids.rolled_back(pending_ids);
  actions.clear();
  lease.give_back();
}

Txn::Txn(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Txn::~Txn() = default;
Txn::Txn(Txn&&) noexcept = default;

std::int64_t Txn::execute(std::string_view sql, Params params) {
  return impl_->guarded([&](Session& session) {
    impl_->must_write(sql);
    return session.execute(sql, params);
  });
}

void Txn::execute_later(std::string_view sql, Params params) {
  impl_->guarded([&](Session& session) {
    impl_->must_write(sql);
    session.execute_later(sql, params);
  });
}

void Txn::query(std::string_view sql, Params params, const EachRow& each) {
  impl_->guarded([&](Session& session) {
    EveryRow every(each);
    session.query(sql, params, every);
  });
}

void Txn::query_together(std::span<const Query> queries) {
  impl_->guarded([&](Session& session) { session.query_together(queries); });
}

std::optional<std::int64_t> Txn::integer(std::string_view sql, std::initializer_list<Param> params) {
  return impl_->guarded([&](Session& session) {
    const auto read = [](const Row& row) { return row.integer(0); };
    FirstValue<std::int64_t, decltype(read)> first(read);
    session.query(sql, Params(params.begin(), params.size()), first);
    return first.value;
  });
}

std::optional<std::string> Txn::text(std::string_view sql, std::initializer_list<Param> params) {
  return impl_->guarded([&](Session& session) {
    const auto read = [](const Row& row) { return std::string(row.text(0)); };
    FirstValue<std::string, decltype(read)> first(read);
    session.query(sql, Params(params.begin(), params.size()), first);
    return first.value;
  });
}

void Txn::bulk_insert(std::string_view table, const std::vector<std::string>& columns, Params rows) {
  impl_->guarded([&](Session& session) {
    impl_->must_write(table);
    if (columns.empty() || rows.size() % columns.size() != 0) not_whole_rows(table);
    if (!rows.empty()) session.bulk_insert(table, columns, rows);
  });
}

void Txn::bulk_insert_later(std::string_view table, const std::vector<std::string>& columns, Params rows) {
  if (rows.size() < kWorthAThread) return bulk_insert(table, columns, rows);
  impl_->guarded([&](Session& session) {
    impl_->must_write(table);
    if (columns.empty() || rows.size() % columns.size() != 0) not_whole_rows(table);
    impl_->writing = std::async(std::launch::async, [&session, into = std::string(table), columns, own = std::make_unique<OwnRows>(rows)] { session.bulk_insert(into, columns, own->values); });
  });
}

std::int64_t Txn::next_id(std::string_view sequence) {
  return impl_->guarded([&](Session& session) {
    impl_->must_write("next_id");
    return impl_->ids.next(sequence, session, impl_->pending_ids);
  });
}

void Txn::commit() {
  if (impl_->committed_by_owner) throw Error(MIF_E_INTERNAL, "Database::write 自己提交 (the work of Database::write may not commit)");
  impl_->commit();
}

Mode Txn::mode() const { return impl_->mode; }
Dialect Txn::dialect() const { return impl_->dialect; }
Backend Txn::backend() const { return impl_->backend; }
void Txn::after_commit(std::function<void()> action) { impl_->actions.push_back(std::move(action)); }

}  // namespace mif::store
