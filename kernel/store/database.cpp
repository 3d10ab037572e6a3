// SPDX-License-Identifier: Apache-2.0
#include "kernel/store/database.h"

#include <chrono>
#include <filesystem>
#include <thread>

#include "kernel/store/pool.h"
#include "kernel/store/session.h"
#include "kernel/store/txn_impl.h"
#include "kernel/store/write_queue.h"

namespace mif::store {
namespace {

constexpr int kMostRuns = 5;  // of one write() that the database keeps giving up

std::unique_ptr<Session> open_session(const Dsn& dsn, const Options& options, Role role) {
  switch (dsn.backend) {
    case Backend::sqlite: return open_sqlite(dsn, options, role);
    case Backend::postgresql: return open_postgresql(dsn, options);
    case Backend::odbc: return open_odbc(dsn, options, role);
  }
  throw Error(MIF_E_INTERNAL, "unknown back end");
}

}  // namespace

struct Database::Impl {
  Options options;
  Dsn dsn;
  Backend backend = Backend::sqlite;
  Dialect dialect = Dialect::sqlite;
  std::string description;
  std::unique_ptr<Pool> sessions;  // SQLite: the readers
  std::unique_ptr<Pool> writer;    // SQLite: the one writer. Otherwise null: writers come from `sessions`
  std::unique_ptr<Pool> side;      // not SQLite: where blocks of ids are reserved
  std::unique_ptr<IdSource> ids;
  std::unique_ptr<WriteQueue> queue;

  Txn begin(Mode mode) {
    Pool& pool = mode == Mode::write && writer ? *writer : *sessions;
    auto impl = std::make_unique<Txn::Impl>(pool.lease(), *ids, mode);
    impl->open = false;  // nothing to roll back yet
    try {
      impl->lease.session().begin(mode);
    } catch (const ConnectionLost&) {
      // The connection died while it lay in the pool: nothing is lost, so once more on a new one.
      impl->lease.reopen();
      impl->lease.session().begin(mode);
    }
    impl->open = true;
    return Txn(std::move(impl));
  }
};

std::unique_ptr<Database> Database::open(const Options& options) {
  std::unique_ptr<Database> database(new Database());
  Impl& impl = *database->impl_;
  impl.options = options;
  impl.dsn = parse_dsn(options.dsn);
  impl.backend = impl.dsn.backend;
  // The first connection tells whether it works at all and which SQL is spoken.
  const auto factory = [&impl](Role role) { return [&impl, role] { return open_session(impl.dsn, impl.options, role); }; };
  const std::string many = "数据库连接都在使用中,请稍后再试 (all " + std::to_string(options.pool_size) + " connections were busy for " +
                           std::to_string(options.lease_timeout_ms) + " ms)";
  const std::unique_ptr<Session> first = factory(Role::writer)();
  impl.dialect = first->dialect();
  impl.description = first->describe();
  impl.sessions = std::make_unique<Pool>(factory(Role::reader), std::max(1, options.pool_size), options.lease_timeout_ms, many);
  if (impl.dialect == Dialect::sqlite) {
    impl.writer = std::make_unique<Pool>(factory(Role::writer), 1, options.lease_timeout_ms,
                                         "另一个写事务一直没有结束 (another write transaction of this process did not end within " +
                                             std::to_string(options.lease_timeout_ms) + " ms)");
    impl.queue = std::make_unique<WriteQueue>([&impl] { return impl.begin(Mode::write); });
  } else {
    impl.side = std::make_unique<Pool>(factory(Role::writer), 1, options.lease_timeout_ms, many);
  }
  impl.ids = std::make_unique<IdSource>(impl.side.get());
  return database;
}

Database::Database() : impl_(std::make_unique<Impl>()) {}
Database::~Database() = default;
Backend Database::backend() const { return impl_->backend; }
Dialect Database::dialect() const { return impl_->dialect; }
std::string Database::describe() const { return impl_->description; }
Txn Database::begin(Mode mode) { return impl_->begin(mode); }

void Database::write(const std::function<void(Txn&)>& work) {
  if (inside_write()) throw Error(MIF_E_INTERNAL, "写事务里不能再开写事务 (Database::write inside Database::write, or in an after-commit action)");
  if (impl_->queue) return impl_->queue->run(work);
  for (int run = 1;; ++run) {
    const bool outer = std::exchange(inside_write(), true);
    struct Restore {
      bool outer;
      ~Restore() { inside_write() = outer; }
    } const restore{outer};
    try {
      Txn txn = impl_->begin(Mode::write);
      txn.impl_->committed_by_owner = true;
      work(txn);
      txn.impl_->commit();
      return;
    } catch (const SerializationFailure&) {
      if (run == kMostRuns) throw;
    } catch (const ConnectionLost&) {
      // Lost before the commit was sent, so it is rolled back. (Lost later is MIF_E_UNKNOWN_OUTCOME and never repeated.)
      if (run == kMostRuns) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(run * run));
  }
}

void Database::backup(const std::string& path) {
  if (impl_->backend != Backend::sqlite)
    throw Error(MIF_E_UNSUPPORTED, "backup.own-tool", "此数据库请用它自己的备份工具, 如 pg_basebackup 或 pg_dump (use the database's own backup tool)");
  if (std::filesystem::exists(path)) throw Error(MIF_E_CONFLICT, "backup.exists", "备份文件已存在, 不覆盖 (the backup file exists): " + path);
  if (path.find('\'') != std::string::npos) throw Error(MIF_E_INVALID, "store.path", "备份路径不能含引号 (a quote in the path): " + path);
  const std::unique_ptr<Session> session = open_sqlite(impl_->dsn, impl_->options, Role::writer);
  session->run("vacuum into '" + path + "'");
}

void Database::read(const std::function<void(Txn&)>& work) {
  Txn txn = impl_->begin(Mode::read);
  work(txn);
  txn.commit();
}

}  // namespace mif::store
