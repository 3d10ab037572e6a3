// SPDX-License-Identifier: Apache-2.0
// Commands of the installer: init, doctor, config, db.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "kernel/app/mifctl/books.h"
#include "kernel/ledger/opening_file.h"
#include "kernel/app/mifctl/command.h"
#include "kernel/base/text.h"
#include "kernel/store/probe.h"
#include "mif/error.hpp"

namespace mif::app {
namespace {
namespace fs = std::filesystem;

void copy_folder(const fs::path& from, const fs::path& to) {
  fs::create_directories(to);
  fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
}

// Assembles a home from a deployment folder. Everything it does is idempotent, so a second init continues or updates.
int init(Context& context) {
  const fs::path from = context.option("from"), home = context.home;
  if (!fs::exists(from / "mif.info")) throw Error(MIF_E_NOT_FOUND, "setup.not-a-folder", from.string() + " 里没有 mif.info (not a deployment folder)");
  read_books_info((from / "books.info").string());  // complains before anything is written
  fs::create_directories(home);
  copy_folder(from, home / "config");
  const fs::path templates = context.option("templates");
  if (!templates.empty()) copy_folder(templates, home / "templates");
  if (!fs::exists(home / "mif.info")) fs::copy_file(from / "mif.info", home / "mif.info");

  service::Deployment& d = context.deployment();
  const Who who{"system", "mifctl", "init"};
  const auto units = identity::read_units_info(d.path("config/units.info"));
  const auto people = identity::read_people_info(d.path("config/people.info"));
  const BooksFile books = read_books_info(d.path("config/books.info"));
  d.database().write([&](store::Txn& txn) {
    for (const auto& unit : units) d.identity().put_unit(txn, who, unit);
    for (const auto& person : people) d.identity().put_person(txn, who, person);
    for (const auto& name : books.charts) d.charts().apply_folder(txn, who, name, d.path("config/chart"));
  });
  d.database().write([&](store::Txn& txn) {
    for (const auto& [book, opening] : books.books) {
      d.ledger().create_book(txn, who, book);
      if (opening.empty()) continue;
      const auto lines = ledger::read_opening_lines(d.path("config/" + opening));
      if (d.ledger().vouchers(txn, {.book = book.code, .source_plugin = {}, .source_key = {}, .state = static_cast<int>(ledger::State::posted), .limit = 1}).empty())
        d.ledger().set_opening(txn, who, book.code, lines);
    }
  });
  context.say(fmt::format("{} 就绪: {} 个单位, {} 人, {} 个账套", context.home, units.size(), people.size(), books.books.size()));
  return kOk;
}

int doctor(Context& context) {
  Table table{"CheckList", {"check", "result", "detail"}, {"检查", "结果", "说明"}, {}, ""};
  bool good = true;
  const auto add = [&](const std::string& check, bool ok, const std::string& detail) {
    table.rows.push_back({check, ok ? "通过" : "有问题", detail});
    good = good && ok;
  };
  const service::Settings settings = service::read_settings(context.home);
  add("配置 mif.info", true, settings.name);
  service::Deployment& d = context.deployment(true);
  add("数据库", true, d.database().describe());
  const auto space = fs::space(settings.home);
  add("磁盘余量", space.available > (std::uintmax_t{1} << 30), fmt::format("{} MiB", space.available >> 20));
  for (const auto& p : d.plugins().list())
    add("插件 " + p.manifest.id, p.status == plugin::Status::active, p.reason.empty() ? std::string(plugin::name_of(p.status)) : p.reason);
  add("运行方式", !settings.development, settings.development ? "development: 允许未签名插件, 不可用于生产" : "production");
  context.print(table);
  return good || settings.development ? kOk : kFindings;
}

int config_show(Context& context) {
  const service::Settings s = service::read_settings(context.home);
  Table table{"Settings", {"name", "value"}, {"名称", "值"}, {}, ""};
  table.rows = {{"home", s.home}, {"name", s.name}, {"hash", std::string(name_of(s.hash))}, {"mode", s.development ? "development" : "production"},
                {"http", fmt::format("{}:{}", s.http_address, s.http_port)}, {"business-day", s.business_day == Day() ? "今天" : s.business_day.iso()}};
  for (const auto& p : s.plugins.children) table.rows.push_back({"plugin " + p.key, fmt::format("{} 项配置", p.children.size())});
  context.print(table);
  return kOk;
}

int db_probe(Context& context) {
  if (context.arguments.size() != 1) throw Error(MIF_E_INVALID, "cli.arguments", "用法: mifctl db probe DSN, 例 \"odbc:Driver=PostgreSQL Unicode;Server=...\"");
  store::Options options;
  options.dsn = context.arguments[0];
  options.create = true;
  Table table{"ProbeResult", {"check", "result", "found"}, {"检查", "结果", "所见"}, {}, ""};
  bool good = true;
  for (const auto& r : store::probe(options)) {
    table.rows.push_back({r.check, r.ok ? "安全" : "不安全", r.found});
    good = good && r.ok;
  }
  table.summary = good ? "此驱动可用。" : "此驱动有不安全之处, 见上表。";
  context.print(table);
  return good ? kOk : kFindings;
}

int db_info(Context& context) {
  Table table{"DatabaseInfo", {"database"}, {"数据库"}, {{context.deployment().database().describe()}}, ""};
  context.print(table);
  return kOk;
}

// A copy that is only called a backup after it was opened and gave the same state hash.
int db_backup(Context& context) {
  if (context.arguments.size() != 1) throw Error(MIF_E_INVALID, "cli.arguments", "用法: mifctl db backup 文件 (give the file to write)");
  service::Deployment& d = context.deployment();
  const std::string path = fs::absolute(context.arguments[0]).string();
  d.database().backup(path);
  const auto hash_of = [&](store::Database& database) {
    std::string hash;
    database.read([&](store::Txn& txn) { hash = ledger::state_hash(txn, d.log().alg()); });
    return hash;
  };
  store::Options options;
  options.dsn = "sqlite:" + path;
  const std::string ours = hash_of(d.database()), theirs = hash_of(*store::Database::open(options));
  if (ours != theirs) throw Error(MIF_E_CONFLICT, "backup.state-differs", "备份期间账务有变动或备份有误, 状态散列不同, 请重做 (state changed while copying, or a bad copy): " + path);
  context.print({"Backup", {"file", "state_hash"}, {"备份文件", "状态散列"}, {{path, theirs}}, ""});
  return kOk;
}

}  // namespace

void add_setup_commands(Commands& all) {
  all.push_back({"init", "", "按部署目录装配主目录, 可重复执行",
                 {{"from", "部署目录, 如 config/demo-province", true}, {"templates", "模板目录, 拷入主目录"}}, init});
  all.push_back({"doctor", "", "检查配置、数据库、磁盘和插件", {}, doctor});
  all.push_back({"config show", "", "显示生效的配置 (不含口令)", {}, config_show});
  all.push_back({"db probe", "DSN", "检验一个数据库驱动能否安全存放金额与汉字", {}, db_probe});
  all.push_back({"db backup", "FILE", "在线备份到新文件, 并核对状态散列 (SQLite)", {}, db_backup});
  all.push_back({"db info", "", "数据库与驱动版本", {}, db_info});
}

}  // namespace mif::app
