// SPDX-License-Identifier: Apache-2.0
// statement import-file: an account without a bank adapter has its statements, too.
#include <fstream>
#include <sstream>

#include "recon.h"
#include "statement_file.h"
#include "statement_store.h"
#include "work.h"

namespace mif::treasury {

namespace {

constexpr std::size_t kMostBytes = 512u << 20;

std::string file_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream all;
  if (file) all << file.rdbuf();
  if (!file || all.tellp() < 0) throw Error(MIF_E_NOT_FOUND, "statement.file-unreadable", "读不了文件 (cannot read the file): " + path);
  if (static_cast<std::size_t>(all.tellp()) > kMostBytes) throw Error(MIF_E_INVALID, "statement.file-too-large", path + " 超过 512 MiB，请分月导入 (too large: import it by months)");
  return all.str();
}

ColumnMap column_map(Desk& desk, Call call, const std::string& name) {
  if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") != std::string::npos)
    throw Error(MIF_E_INVALID, "statement.map-name", "列映射是 templates/bank 下的名称，如 statement-signed (map is a name below templates/bank): \"" + name + "\"");
  const std::string path = "templates/bank/" + name + ".info";
  return read_column_map(desk.config.info(call, path), path);
}

std::optional<Fen> money(const Params& params, const char* name) {
  const std::string text = params.get(name);
  if (text.empty()) return std::nullopt;
  return Fen::parse(text);
}

}  // namespace

std::string import_statement_bytes(Desk& desk, Call call, const Params& params, const std::string& file, std::string_view bytes) {
  if (params.get("account").empty()) throw Error(MIF_E_INVALID, "statement.account-missing", "要给出 account 银行账号 (account is needed)");
  const Scoped scoped = desk.scope(call, "bank.reconcile", params).front();
  const ColumnMap map = column_map(desk, call, params.get("map"));
  BankStatement statement = read_statement_csv(map, file, bytes, {params.day("from"), params.day("to"), money(params, "opening"), money(params, "closing")});
  const StoredStatement stored = store_statement(desk, call, scoped, statement);
  Result result("StatementList");
  write_statement(result, *scoped.account, statement, stored);
  if (stored.state != "proved") result.finding();
  Txn txn = desk.store.read(call);
  const auto gaps = missing_days(txn, scoped.account->number, statement.to);
  for (const auto& gap : gaps) {
    result.finding();
    result.item().field("account", scoped.account->number).field("state", "missing-days").field("from", gap.substr(0, 10)).field("to", gap.substr(gap.size() - 10))
        .field("reason", "这些天没有对账单 (days without a statement)").end_object();
  }
  result.total("new_lines", stored.fresh);
  result.total("missing", static_cast<std::int64_t>(gaps.size()));
  return result.json(stored.state == "proved" ? "对账单" + std::string(gaps.empty() ? "验算成立" : "验算成立，但有缺日") + "，新增流水 " + std::to_string(stored.fresh) + " 笔" : "对账单勾稽不符，已隔离：" + stored.reason);
}

std::string statement_import_file(Desk& desk, Call call, const Params& params, Progress progress) {
  const std::string path = params.get("file");
  progress("导入对账单 " + path, 0, 0);
  const auto slash = path.rfind('/');
  return import_statement_bytes(desk, call, params, slash == std::string::npos ? path : path.substr(slash + 1), file_bytes(path));
}

}  // namespace mif::treasury
