// SPDX-License-Identifier: Apache-2.0
#include "tests/funds/home.h"

#include <Poco/JSON/Parser.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "kernel/ledger/opening_file.h"
#include "mif/ext/draft/payable_source.h"
#include "mif/ext/web_module.h"
#include "mif/json.hpp"
#include "mif/sdk.hpp"

namespace mif::test {

namespace fs = std::filesystem;

namespace {

// Without the wanted database server nothing here can run, and the report says why.
class Backend : public ::testing::Environment {
  void SetUp() override {
    if (const std::string why = mif::testing::TestDatabase::missing(); !why.empty()) GTEST_SKIP() << why;
  }
};
[[maybe_unused]] const auto* const registered = ::testing::AddGlobalTestEnvironment(new Backend);

const Who kInstaller{"system", "test", ""};

std::string read(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}
void add_after(std::string& text, const std::string& mark, const std::string& more) {
  const auto at = text.find(mark);
  if (at == std::string::npos) throw std::runtime_error("no " + mark);
  text.insert(at + mark.size(), more);
}

constexpr const char* kFlows = R"(
flow fund-application { title "资金申请"  version 1  node approve { role chief  tier { from 5000.00 need 2 } } }
)";
constexpr const char* kRates = "rates { from 2022-09-15 demand 0.25% 3m 1.25% 6m 1.45% 1y 1.65% 3y 2.60% 5y 2.65% }\n"
                               "rates { from 2023-09-01 demand 0.20% 3m 1.15% 6m 1.35% 1y 1.45% 3y 1.95% 5y 2.00% }\n";
constexpr const char* kFunds = R"(  funds {
    rates "config/deposit-rates.info"
    account 9900001003001 { book 990000-310  name "示例省职工财政专户"  bank-no 102290000011 }
    account 9900001004001 { book 990000-310  name "示例省职工支出户"  bank-no 102290000012 }
    account 9901011003001 { book 990101-390  name "示例县居民财政专户"  bank-no 102290000013 }
    account 9901011004001 { book 990101-390  name "示例县居民支出户"  bank-no 102290000014 }
    kind allocation { title "用款拨入支出户"  to own  word 转
      debit 1004  debit-aux "bank_account={to}"  credit 1003  credit-aux "bank_account={from}" }
    kind use { title "用款"  to payee  word 付
      debit 50010101  debit-aux "insutype=310;mode=1"  credit 1004  credit-aux "bank_account={from}"
      item 住院 { debit 50010101  debit-aux "insutype=310;mode=1" } }
    kind plain { title "付款"  to payee  word 付
      debit 50010101  debit-aux "insutype=310;mode=1"  credit 1004  credit-aux "bank_account={from}" }
    kind down { title "补助下级"  to own  word 付
      debit 530201  debit-aux "counterparty={to}"  credit 1003  credit-aux "bank_account={from}"
      receive { debit 1003  debit-aux "bank_account={to}"  credit 4401  word 收 } }
    deposit { principal 1003  principal-aux "bank_account={deposit};deposit_kind=2"  cash 1003  cash-aux "bank_account={account}"  interest 42010101 }
  }
)";

}  // namespace

std::string json_of(const Params& params) {
  JsonWriter json;
  json.begin_object();
  for (const auto& [name, value] : params) json.field(name, value);
  return json.end_object().take();
}
std::string text_of(const Object& object, const std::string& field) { return object->optValue<std::string>(field, ""); }

FundsHome::FundsHome(const std::string& faults, const std::string& budget) {
  if (mif::testing::TestDatabase::wanted() != "sqlite") database_ = std::make_unique<mif::testing::TestDatabase>();
  const fs::path source = MIF_SOURCE_DIR;
  fs::copy(source / "config/demo-province", folder_.path("config"), fs::copy_options::recursive);
  fs::create_directories(folder_.path("templates"));
  fs::copy(source / "templates/bank", folder_.path("templates/bank"), fs::copy_options::recursive);
  std::string funds = kFunds;
  if (!budget.empty()) {
    fs::copy(source / "templates/budget", folder_.path("templates/budget"), fs::copy_options::recursive);
    add_after(funds, "rates \"config/deposit-rates.info\"", "\n    budget { file \"templates/budget/employee.info\"  file \"templates/budget/resident.info\"\n      " + budget + "\n    }");
  }
  std::string roles = read(folder_.path("config/roles.info"));
  add_after(roles, "title \"制单\"", "\n  permission fund.apply\n  permission fund.budget\n  permission deposit.keep");
  folder_.write("config/roles.info", roles);
  folder_.write("config/workflow.info", read(folder_.path("config/workflow.info")) + kFlows);
  folder_.write("config/deposit-rates.info", kRates);
  std::uint16_t port = 1;
  if (faults != "none") {
    folder_.write("bank.info", std::string("account { number ") + kFiscal + " name \"财政专户\" opening 45000000.00 }\naccount { number " + kExpense + " name \"支出户\" opening 45000000.00 }\n");
    std::vector<std::string> options = {"--script", folder_.path("bank.info"), "--seed", "11", "--port", "0"};
    if (!faults.empty()) options.insert(options.end(), {"--fault", faults});
    sim_ = std::make_unique<SimProcess>(folder_.path("bank"), options);
    port = sim_->port();
  }
  const auto bank_account = [](const char* number, const char* account) {
    return std::string("    account ") + number + " { book 990000-310 ledger-account " + account + " adapter bank-xmlfront link demo-bank }\n";
  };
  folder_.write("mif.info", "name \"试验省\"\nmode development\n" + (database_ ? "database { dsn \"" + database_->options().dsn + "\" }\n" : std::string()) +
                                "clock { business-day 2023-12-31 }\nplugin {\n  bank-xmlfront { link demo-bank { profile \"templates/bank/cmb-like.info\" host 127.0.0.1 port " + std::to_string(port) +
                                " timeout-ms 900 login T } }\n  treasury { flow voucher-payment returns { as red }\n" + bank_account(kFiscal, "1003") + bank_account(kExpense, "1004") + "  }\n" + funds + "}\n");
  deployment_ = service::Deployment::open(folder_.path(), false);
  service::Deployment& d = *deployment_;
  d.database().write([&](store::Txn& txn) {
    for (const auto& unit : identity::read_units_info(d.path("config/units.info"))) d.identity().put_unit(txn, kInstaller, unit);
    for (const auto& person : identity::read_people_info(d.path("config/people.info"))) d.identity().put_person(txn, kInstaller, person);
    d.identity().put_person(txn, kInstaller, {"chief2", "另一主管", "990000", {"chief"}, false});
    d.identity().put_person(txn, kInstaller, {"payer2", "另一付款人", "990000", {"payer"}, false});
    d.identity().put_person(txn, kInstaller, {"chief3", "制单兼主管", "990000", {"maker", "chief"}, false});
    d.identity().put_person(txn, kInstaller, {"county1", "县制单", "990101", {"maker"}, false});
    d.identity().put_person(txn, kInstaller, {"county2", "县主管", "990101", {"chief"}, false});
    d.identity().put_person(txn, kInstaller, {"city1", "市查询", "990100", {"viewer"}, false});
    for (const char* name : {"employee", "resident"}) d.charts().apply_folder(txn, kInstaller, name, d.path("config/chart"));
  });
  d.database().write([&](store::Txn& txn) {
    for (const auto& [code, unit, scheme, chart] : {std::tuple{kBook, "990000", "310", "employee"}, {kCounty, "990101", "390", "resident"}}) {
      ledger::Book book;
      book.code = code;
      book.unit = unit;
      book.scheme = scheme;
      book.chart = chart;
      book.name = code;
      book.start = {2023, 6};
      d.ledger().create_book(txn, kInstaller, book);
    }
    d.ledger().set_opening(txn, kInstaller, kBook, ledger::read_opening_lines(d.path("config/opening/990000-310.csv")));
  });
  for (const char* id : {"treasury", "bank-xmlfront", "funds"}) d.plugins().install(std::string(MIF_BUILD_DIR) + "/plugins/" + id + ".plugin");
  deployment_.reset();
  deployment_ = service::Deployment::open(folder_.path(), true);
  for (const auto& p : deployment_->plugins().list())
    if (p.status != plugin::Status::active) throw std::runtime_error(p.manifest.id + ": " + p.reason);
  jobs_ = std::make_unique<service::JobRunner>(*deployment_);
}

FundsHome::~FundsHome() = default;

identity::Caller FundsHome::caller(const std::string& login) {
  identity::Caller found;
  deployment_->database().read([&](store::Txn& txn) { found = deployment_->identity().caller(txn, login); });
  return found;
}

Object FundsHome::run(const std::string& job, const Params& params, const std::string& login) {
  const identity::Caller who = caller(login);
  return Poco::JSON::Parser().parse(jobs_->run(job, json_of(params), {login, "test", ""}, &who)).extract<Object>();
}

std::string FundsHome::refusal(const std::string& job, const Params& params, const std::string& login) {
  try {
    run(job, params, login);
    return "done";
  } catch (const Error& e) {
    return e.rule().empty() ? e.what() : std::string(e.rule());
  }
}

std::string FundsHome::web(const char* method, const std::string& path, const std::string& query, const Params& body, const std::string& login) {
  const mif_web_module* module = nullptr;
  for (const auto& p : deployment_->plugins().providers(MIF_WEB_MODULE_ID))
    if (p.plugin == "funds") module = static_cast<const mif_web_module*>(p.extension);
  const identity::Caller who = caller(login);
  const std::string text = json_of(body);
  auto request = sized<mif_http_request>();
  request.method = s(method);
  request.path = s(path);
  request.query = s(query);
  request.body = s(text);
  request.api = 1;
  struct Response {
    mif_http_response c;
    std::string body;
  } response{sized<mif_http_response>(), {}};
  response.c.impl = &response;
  response.c.send = [](mif_http_response* self, std::int32_t, mif_str, mif_str, mif_str sent) { static_cast<Response*>(self->impl)->body = str(sent); };
  deployment_->plugins().call("funds", "handle", {login, "web", ""}, &who, 0, [&](mif_call* call) { return module->handle(module->self, call, &request, &response.c); });
  return response.body;
}

void FundsHome::budget(const std::string& amount, const std::string& book, const std::string& item, const std::string& maker, const std::string& chief) {
  run("fund budget", {{"action", "set"}, {"book", book}, {"item", item}, {"year", "2023"}, {"amount", amount}, {"reason", "年初预算"}}, maker);
  run("fund budget", {{"action", "approve"}, {"book", book}, {"item", item}, {"year", "2023"}}, chief);
}

std::int64_t FundsHome::apply(const std::string& amount, const Params& more) {
  Params params = {{"kind", "allocation"}, {"book", kBook}, {"from", kFiscal}, {"to", kExpense}, {"amount", amount}, {"budget", "拨款"}, {"purpose", "六月用款"}, {"day", "2023-06-20"}};
  for (const auto& one : more) {
    bool known = false;
    for (auto& p : params)
      if (p.first == one.first) p.second = one.second, known = true;
    if (!known) params.push_back(one);
  }
  return first("fund apply", params)->getValue<Poco::Int64>("id");
}

std::string FundsHome::line(const std::string& field, const std::string& book) { return text_of(first("fund budget", {{"action", "show"}, {"book", book}}), field); }

void FundsHome::decide(std::int64_t id, bool approve, const std::string& node, const std::string& login) {
  deployment_->database().write([&](store::Txn& txn) { deployment_->decide(txn, {login, "test", ""}, deployment_->identity().caller(txn, login), id, node, approve, ""); });
}
std::int64_t FundsHome::post(const std::string& day, const std::string& account, const std::string& amount) {
  const bool income = account.front() == '4';
  ledger::Draft draft;
  draft.day = Day::parse(day);
  draft.book = kBook;
  draft.word = income ? "收" : "付";
  draft.flow = "voucher-receipt";
  draft.source_plugin = "test";
  draft.source_key = "test/" + std::to_string(++serial_);
  draft.summary = "试账 " + std::to_string(serial_);
  draft.maker = "maker1";
  draft.lines = {{income ? MIF_CREDIT : MIF_DEBIT, Fen::parse(amount), account, "mode=1", "试账"}, {income ? MIF_DEBIT : MIF_CREDIT, Fen::parse(amount), "1003", std::string("bank_account=") + kFiscal, "试账"}};
  std::int64_t id = 0;
  deployment_->database().write([&](store::Txn& txn) { id = deployment_->ledger().import_posted(txn, {"maker1", "test", ""}, {&draft, 1}, "reviewer1").at(0); });
  return id;
}
void FundsHome::void_voucher(std::int64_t id) {
  deployment_->database().write([&](store::Txn& txn) { deployment_->withdraw(txn, {voucher(id).maker, "test", ""}, id, "作废"); });
}
ledger::Voucher FundsHome::voucher(std::int64_t id) {
  ledger::Voucher v;
  deployment_->database().read([&](store::Txn& txn) { v = deployment_->ledger().voucher(txn, id); });
  return v;
}
std::string FundsHome::lines(std::int64_t id) {
  std::string all;
  for (const auto& l : voucher(id).lines) all += (all.empty() ? "" : " / ") + std::string(l.side == MIF_DEBIT ? "D " : "C ") + l.account + (l.aux.empty() ? "" : " " + l.aux) + " " + l.fen.plain();
  return all;
}
void FundsHome::write_sql(const std::string& sql) {
  deployment_->database().write([&](store::Txn& txn) { txn.execute(sql); });
}
std::int64_t FundsHome::count(const std::string& sql) {
  std::int64_t n = 0;
  deployment_->database().read([&](store::Txn& txn) { n = txn.integer(sql).value_or(-1); });
  return n;
}
bool FundsHome::verified() {
  bool clean = false;
  deployment_->database().read([&](store::Txn& txn) { clean = ledger::verify(txn, deployment_->settings().hash, nullptr).empty() && workflow::verify(txn).empty(); });
  return clean;
}

void FundsHome::result(std::int64_t id, const std::string& state, std::int64_t seq, const std::string& login) {
  const mif_payable_source* source = nullptr;
  for (const auto& p : deployment_->plugins().providers(MIF_PAYABLE_SOURCE_ID))
    if (p.plugin == "funds") source = static_cast<const mif_payable_source*>(p.extension);
  const identity::Caller who = caller(login);
  const std::string obligation = "fund/" + std::to_string(id) + "/1";
  auto r = sized<mif_payable_result>();
  r.day = 20230621;
  r.seq = seq;
  r.obligation = s(obligation);
  r.state = s(state);
  r.bank_ref = s("BR1");
  deployment_->plugins().call("funds", "results", {login, "test", ""}, &who, 0, [&](mif_call* call) { return source->results(source->self, call, &r, 1); });
}

Beside::Beside(const FundsHome& h) : deployment_(service::Deployment::open(h.home(), true)), jobs_(*deployment_) {}
void Beside::run(const std::string& job, const Params& params, const std::string& login) {
  identity::Caller caller;
  deployment_->database().read([&](store::Txn& txn) { caller = deployment_->identity().caller(txn, login); });
  jobs_.run(job, json_of(params), {login, "test", ""}, &caller);
}

bool done(const std::function<void()>& f) {
  try {
    f();
    return true;
  } catch (const Error& e) {
    EXPECT_NE(e.code(), MIF_E_INTERNAL) << e.what();
    return false;
  }
}

void together(const std::vector<std::function<void()>>& all) {
  std::atomic<std::size_t> ready{0};
  std::vector<std::thread> threads;
  for (const auto& one : all)
    threads.emplace_back([&] {
      ++ready;
      while (ready < all.size()) std::this_thread::yield();
      one();
    });
  for (auto& t : threads) t.join();
}

}  // namespace mif::test
