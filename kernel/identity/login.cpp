// SPDX-License-Identifier: Apache-2.0
// Passwords and sessions. A token is random and stored only as its hash, so that a copy of the database logs nobody in.
#include "kernel/base/random.h"
#include "kernel/identity/rules.h"
#include "mif/error.hpp"
#include "mif/json.hpp"

namespace mif::identity {
namespace {

constexpr std::int64_t kMostFailures = 5;
constexpr std::int64_t kLockMs = 15 * 60 * 1000;
constexpr std::int64_t kSessionMs = 12 * 3600 * 1000;
constexpr std::string_view kChain = "system";

std::string token_hash(std::string_view token) { return to_hex(hash(HashAlg::sha256, token)); }

void save(store::Txn& txn, const Account& a) {
  txn.execute("update identity_person set password_alg = ?, password_iterations = ?, password_salt = ?, password_hash = ?, failures = ?, locked_until_ms = ? where login = ?",
              {a.password.alg, a.password.iterations, a.password.salt, a.password.hash, a.failures, a.locked_until_ms, a.person.login});
}

std::string body(std::string_view login, std::string_view what, std::int64_t failures) {
  JsonWriter json;
  json.begin_object().field("login", login).field("result", what).field("failures", failures).end_object();
  return json.take();
}

// One sentence for every reason: a stranger learns neither which logins exist nor which are locked.
[[noreturn]] void refuse() {
  throw Error(MIF_E_DENIED, "session.login-failed", "登录名或口令不对, 或者该用户暂时锁定、已停用 (wrong login or password, or the person is locked or disabled)");
}

bool usable(const Account& a, std::int64_t now_ms) { return a.found && !a.person.disabled && !a.password.hash.empty() && a.locked_until_ms <= now_ms; }

}  // namespace

void Identity::set_password(store::Txn& txn, const Who& who, std::string_view login, std::string_view password) {
  check_password_rules(login, password);
  Account account = load_account(txn, login, true);
  if (!account.found) throw Error(MIF_E_NOT_FOUND, "person.not-found", "没有用户 " + std::string(login) + " (no such person)");
  account.password = make_password(log_.alg(), password);
  account.failures = 0;
  account.locked_until_ms = 0;
  save(txn, account);
  txn.execute("delete from identity_session where login = ?", {login});  // whoever knew the old password is out
  log_.append(txn, who, {std::string(kChain), "person.password", "person:" + account.person.login, person_digest(log_.alg(), account), body(login, "set", 0)});
}

// The outcome of a check that was made outside the transaction, against the password as it was then.
std::string Identity::record_login(store::Txn& txn, const Who& who, std::string_view login, const std::string& checked_hash, bool right) {
  Account account = load_account(txn, login, true);
  const std::int64_t now = clock_.now_unix_ms();
  if (!account.found) {
    // The name is not repeated: people type their password there.
    log_.append(txn, who, {std::string(kChain), "login.refuse", "login:unknown", {}, body("", "unknown", 0)});
    return {};
  }
  const std::string object = "person:" + account.person.login;
  if (!usable(account, now) || account.password.hash != checked_hash) {
    log_.append(txn, who, {std::string(kChain), "login.refuse", object, {}, body(login, "locked, disabled or changed", account.failures)});
    return {};
  }
  if (!right) {
    ++account.failures;
    if (account.failures >= kMostFailures) {
      account.locked_until_ms = now + kLockMs;
      account.failures = 0;
    }
    save(txn, account);
    log_.append(txn, who, {std::string(kChain), "login.refuse", object, person_digest(log_.alg(), account), body(login, "wrong password", account.failures)});
    return {};
  }
  std::string changed;  // digest, when the row changes
  if (account.failures != 0 || account.locked_until_ms != 0) {
    account.failures = 0;
    account.locked_until_ms = 0;
    save(txn, account);
    changed = person_digest(log_.alg(), account);
  }
  const std::string token = random_hex(32);
  txn.execute("delete from identity_session where login = ? and expires_ms <= ?", {login, now});
  txn.execute("insert into identity_session (token_hash, login, created_ms, expires_ms) values (?, ?, ?, ?)", {token_hash(token), login, now, now + kSessionMs});
  log_.append(txn, {account.person.login, who.origin, who.trace}, {std::string(kChain), "login", object, changed, body(login, "ok", 0)});
  return token;
}

std::string Identity::login(store::Database& database, const Who& who, std::string_view login, std::string_view password) {
  Account account;
  database.read([&](store::Txn& txn) { account = load_account(txn, login, false); });
  // Tens of milliseconds of hashing: not while the one writer's place is taken.
  const bool right = matches(log_.alg(), account.password, password);
  std::string token;
  database.write([&](store::Txn& txn) { token = record_login(txn, who, login, account.password.hash, right); });
  if (token.empty()) refuse();
  return token;
}

std::string Identity::login(store::Txn& txn, const Who& who, std::string_view login, std::string_view password) {
  const Account account = load_account(txn, login, true);
  const std::string token = record_login(txn, who, login, account.password.hash, matches(log_.alg(), account.password, password));
  if (token.empty()) refuse();
  return token;
}

Caller Identity::session(store::Txn& txn, std::string_view token) const {
  std::string login;
  txn.query("select login, expires_ms from identity_session where token_hash = ?", {token_hash(token)}, [&](const store::Row& row) {
    if (row.integer(1) > clock_.now_unix_ms()) login = row.text(0);
  });
  if (login.empty()) throw Error(MIF_E_DENIED, "session.expired", "请重新登录 (unknown or expired session)");
  return caller(txn, login);
}

void Identity::logout(store::Txn& txn, const Who& who, std::string_view token) {
  const auto login = txn.text("select login from identity_session where token_hash = ?", {token_hash(token)});
  if (!login) return;
  txn.execute("delete from identity_session where token_hash = ?", {token_hash(token)});
  log_.append(txn, who, {std::string(kChain), "logout", "person:" + *login, {}, body(*login, "ok", 0)});
}

}  // namespace mif::identity
