// SPDX-License-Identifier: Apache-2.0
#include "tests/bank/province.h"

#include <Poco/JSON/Parser.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <stdexcept>

#include "kernel/app/mifctl/books.h"
#include "kernel/ledger/opening_file.h"
#include "mif/ext/web_module.h"
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

}  // namespace

// The home every other is a copy of, but for its settings and its bank; made once per program and speech, and closed.
Province::Province(const Template& of) : speech_(of.speech), port_(1) {
  if (mif::testing::TestDatabase::wanted() != "sqlite") database_ = std::make_unique<mif::testing::TestDatabase>();
  const fs::path source = MIF_SOURCE_DIR;
  fs::copy(source / "config/demo-province", folder_.path("config"), fs::copy_options::recursive);
  fs::create_directories(folder_.path("templates"));
  fs::copy(source / "templates/bank", folder_.path("templates/bank"), fs::copy_options::recursive);
  folder_.write("payables.txt", "");
  write_settings();
  deployment_ = service::Deployment::open(folder_.path(), false);
  service::Deployment& d = *deployment_;
  const Who who{"system", "test", ""};
  const auto books = app::read_books_info(d.path("config/books.info"));
  d.database().write([&](store::Txn& txn) {
    for (const auto& unit : identity::read_units_info(d.path("config/units.info"))) d.identity().put_unit(txn, who, unit);
    for (const auto& person : identity::read_people_info(d.path("config/people.info"))) d.identity().put_person(txn, who, person);
    d.identity().put_person(txn, who, {"payer2", "另一付款人", "990000", {"payer"}, false});
    d.identity().put_person(txn, who, {"payer3", "第三付款人", "990000", {"payer"}, false});
    d.identity().put_person(txn, who, {"hats1", "复核兼付款", "990000", {"reviewer", "payer"}, false});
    d.identity().put_person(txn, who, {"both1", "制单兼复核", "990000", {"maker", "reviewer"}, false});
    d.identity().put_person(txn, who, {"county1", "县付款", "990101", {"payer"}, false});
    d.charts().apply_folder(txn, who, "employee", d.path("config/chart"));
  });
  d.database().write([&](store::Txn& txn) {
    for (const auto& [book, opening] : books.books) {
      if (book.code != kBook) continue;
      d.ledger().create_book(txn, who, book);
      d.ledger().set_opening(txn, who, book.code, ledger::read_opening_lines(d.path("config/" + opening)));
    }
  });
  if (!speech_.empty())
    for (const char* folder : {"drop/orders", "drop/answers", "drop/sent"}) fs::create_directories(folder_.path(folder));
  for (const char* id : {"treasury", speech_.empty() ? "bank-xmlfront" : "bank-iso20022", "bank-csv"}) d.plugins().install(std::string(MIF_BUILD_DIR) + "/plugins/" + id + ".plugin");
  d.plugins().install(std::string(MIF_TEST_BUNDLES) + "/payables.plugin");
  restart();
  jobs_.reset();
  deployment_.reset();
}

const Province& Province::made(const std::string& speech) {
  static std::map<std::string, std::unique_ptr<Province>> all;
  auto& one = all[speech];
  if (!one) one.reset(new Province(Template{speech}));
  return *one;
}

Province::Province(const std::string& faults, const std::string& treasury_extra, const std::string& account_extra, const std::string& speech)
    : extra_(treasury_extra), account_extra_(account_extra), speech_(speech) {
  const Province& first = made(speech);
  if (first.database_) database_ = std::make_unique<mif::testing::TestDatabase>(first.database_.get());
  fs::copy(first.home(), folder_.path(), fs::copy_options::recursive);
  script_ = "account { number " + std::string(kAccount) + " name \"支出户\" opening 45000000.00 }\n";
  folder_.write("bank.info", script_);
  restart_bank(faults);
  restart();
}

Province::~Province() = default;

void Province::write_settings() {
  const std::string adapter = speech_.empty() ? "bank-xmlfront" : "bank-iso20022", folders = "sent \"" + folder_.path("drop/sent") + "\" answers \"" + folder_.path("drop/answers") + "\" ";
  const std::string link = speech_.empty() ? "profile \"templates/bank/cmb-like.info\" host 127.0.0.1 port " + std::to_string(port_) + " timeout-ms 900 login T"
                           : folders + "initiator \"示例省医保中心\" payer \"示例省医保基金\" payer-bank-no 102100099996 " +
                                 (speech_ == "file" ? "orders \"" + folder_.path("drop/orders") + "\" wait-ms 3000"
                                                    : "transport http url \"http://127.0.0.1:" + std::to_string(port_) + "/iso\" timeout-ms 900 idempotent-resend yes not-found yes");
  folder_.write("mif.info", "name \"试验省\"\nmode development\n" + (database_ ? "database { dsn \"" + database_->options().dsn + "\" }\n" : std::string()) +
                                "clock { business-day 2023-12-31 }\nplugin {\n  " + adapter + " { link demo-bank { " + link + " } }\n  treasury { flow voucher-payment " + extra_ + "\n    account " + kAccount + " { book " + kBook +
                                " ledger-account 1004 adapter " + adapter + " link demo-bank " + account_extra_ + " } }\n}\n");
}

void Province::restart() {
  jobs_.reset();
  deployment_.reset();
  write_settings();
  deployment_ = service::Deployment::open(folder_.path(), true);
  for (const auto& p : deployment_->plugins().list())
    if (p.status != plugin::Status::active) throw std::runtime_error(p.manifest.id + ": " + p.reason);
  jobs_ = std::make_unique<service::JobRunner>(*deployment_);
}

void Province::configure(const std::string& treasury_extra, const std::string& account_extra) {
  extra_ = treasury_extra;
  account_extra_ = account_extra;
  restart();
}

void Province::restart_bank(const std::string& faults, const std::string& day) {
  sim_.reset();
  std::vector<std::string> options = {"--script", folder_.path("bank.info"), "--seed", "11", "--port", std::to_string(port_)};
  if (!faults.empty()) options.insert(options.end(), {"--fault", faults});
  if (!day.empty()) options.insert(options.end(), {"--day", day});
  if (!speech_.empty()) options.insert(options.end(), {"--dialect", "iso20022"});
  if (speech_ == "file") options.insert(options.end(), {"--drop", folder_.path("drop")});
  sim_ = std::make_unique<SimProcess>(folder_.path("bank"), options);
  port_ = sim_->port();
  write_settings();
}
void Province::stop_bank() { sim_.reset(); }

std::int64_t Province::propose(const std::string& document, const std::vector<ledger::Line>& lines, const std::string& flow, const std::string& word, Day day,
                               std::int64_t reverses) {
  ledger::Draft draft;
  draft.day = day;
  draft.reverses = reverses;
  draft.book = kBook;
  draft.word = word;
  draft.flow = flow;
  draft.source_plugin = "exchange";
  draft.source_key = "demo/" + document + "#1";
  draft.summary = "试付 " + document;
  draft.maker = "maker1";
  draft.lines = lines;
  std::int64_t id = 0;
  deployment_->database().write([&](store::Txn& txn) { id = deployment_->propose(txn, {"maker1", "test", ""}, draft).id; });
  return id;
}

void Province::pay_line(std::int64_t voucher, const std::string& obligation, Fen amount, const std::string& payee_name, const std::string& payee_account, const std::string& bank_no, const std::string& budget) {
  ++payable_;
  payables_ += std::to_string(payable_) + "|" + std::to_string(voucher) + "|" + kBook + "|" + obligation + "|2023-06-20|" + amount.plain() + "|" + kAccount + "|" +
               (payee_account.empty() ? "622588" + std::to_string(1000 + payable_) : payee_account) + "|" + payee_name + "|" + bank_no + "|月结 " + obligation + (budget.empty() ? "" : "|" + budget) + "\n";
}

std::vector<Due> Province::owe(int n, const std::string& payee_name) {
  std::vector<Due> all;
  for (int i = 0; i < n; ++i) {
    const std::string document = "JS" + std::to_string(20230600000 + ++serial_);
    const Fen amount(10000 + serial_);
    Due due{propose(document, {{MIF_DEBIT, amount, "50010101", "insutype=310;mode=1", "待遇"}, {MIF_CREDIT, amount, "1004", "bank_account=" + std::string(kAccount), "付款"}}, "voucher-payment", "付"),
            document, amount};
    pay_line(due.voucher, document, amount, payee_name);
    all.push_back(due);
  }
  folder_.write("payables.txt", payables_);
  return all;
}

Due Province::owe_to(const std::string& payee_account, const std::string& bank_no, Fen amount, const std::string& budget) {
  const std::string document = "JS" + std::to_string(20230600000 + ++serial_);
  Due due{propose(document, {{MIF_DEBIT, amount, "50010101", "insutype=310;mode=1", "待遇"}, {MIF_CREDIT, amount, "1004", "bank_account=" + std::string(kAccount), "付款"}}, "voucher-payment", "付"), document, amount};
  pay_line(due.voucher, document, amount, "示例市第一人民医院", payee_account, bank_no, budget);
  folder_.write("payables.txt", payables_);
  review({due});
  return due;
}

Due Province::owe_in_parts(const std::vector<Fen>& parts) {
  const std::string document = "JS" + std::to_string(20230600000 + ++serial_);
  Due due{0, document, Fen()};
  for (const Fen& part : parts) due.amount += part;
  due.voucher = propose(document, {{MIF_DEBIT, due.amount, "50010101", "insutype=310;mode=1", "待遇"}, {MIF_CREDIT, due.amount, "1004", "bank_account=" + std::string(kAccount), "付款"}}, "voucher-payment", "付");
  int n = 0;
  for (const Fen& part : parts) pay_line(due.voucher, document + "/" + std::to_string(++n), part, "示例市第二人民医院");
  folder_.write("payables.txt", payables_);
  return due;
}

std::int64_t Province::receive(const std::string& document, Fen amount, bool tell_the_bank) {
  const std::int64_t id = propose(document, {{MIF_DEBIT, amount, "1004", "bank_account=" + std::string(kAccount), "拨入"}, {MIF_CREDIT, amount, "1003", "bank_account=9900001003001", "拨出"}},
                                  "voucher-receipt", "记");
  decide(id, "review", true, "reviewer1");
  if (tell_the_bank) {
    script_ += "credit { account " + std::string(kAccount) + " day 2023-06-20 amount " + amount.plain() + " ref " + document + " counter 9900001003001 text \"用款拨入\" }\n";
    folder_.write("bank.info", script_);
  }
  return id;
}

std::int64_t Province::post(const std::string& document, Day day, Fen amount, const std::string& account, const std::string& other, const std::string& summary, std::int64_t reverses) {
  const bool red = reverses != 0;  // the same sides again, in red
  const bool in = (Fen(0) < amount) != red;
  const Fen size = red ? (Fen(0) < amount ? -amount : amount) : (Fen(0) < amount ? amount : -amount);
  const auto bank = [&](const std::string& number, int side) { return ledger::Line{side, size, number.substr(6, 4), "bank_account=" + number, summary}; };
  const int side = in ? MIF_DEBIT : MIF_CREDIT;
  const std::int64_t id = propose(document, {bank(account, side), other == "-" ? ledger::Line{-side, size, "50010101", "insutype=310;mode=1", summary} : bank(other, -side)},
                                  "voucher-receipt", "记", day, reverses);
  decide(id, "review", true, "reviewer1");
  return id;
}

void Province::decide(std::int64_t voucher, const std::string& node, bool approve, const std::string& login) {
  deployment_->database().write([&](store::Txn& txn) {
    const auto caller = deployment_->identity().caller(txn, login);
    deployment_->decide(txn, {login, "test", ""}, caller, voucher, node, approve, "");
  });
}
void Province::review(const std::vector<Due>& all) {
  for (const auto& due : all) decide(due.voucher, "review", true, "reviewer1");
}

Poco::JSON::Object::Ptr Province::run(const std::string& job, const std::string& params, const std::string& login) {
  const std::string person = !login.empty() ? login : job == "pay prepare" ? "maker1" : "payer1";
  identity::Caller caller;
  deployment_->database().read([&](store::Txn& txn) { caller = deployment_->identity().caller(txn, person); });
  return Poco::JSON::Parser().parse(jobs_->run(job, params, {person, "test", ""}, &caller)).extract<Poco::JSON::Object::Ptr>();
}
int Province::exit_of(const std::string& job, const std::string& params) { return run(job, params)->getValue<int>("exit"); }
std::int64_t Province::total(const Poco::JSON::Object::Ptr& result, const std::string& name) {
  const auto totals = result->getObject("totals");
  return totals ? totals->optValue<Poco::Int64>(name, 0) : 0;
}

std::string Province::web(const std::string& path, const std::string& query, const std::string& login, bool api) { return http("GET", path, query, {}, login, api); }

std::string Province::http(const std::string& method, const std::string& path, const std::string& query, const std::string& body, const std::string& login, bool api) {
  const mif_web_module* module = nullptr;
  for (const auto& p : deployment_->plugins().providers(MIF_WEB_MODULE_ID))
    if (p.plugin == "treasury") module = static_cast<const mif_web_module*>(p.extension);
  identity::Caller caller;
  deployment_->database().read([&](store::Txn& txn) { caller = deployment_->identity().caller(txn, login); });
  auto request = sized<mif_http_request>();
  request.method = s(method);
  request.body = s(body);
  request.path = s(path);
  request.query = s(query);
  request.api = api ? 1 : 0;
  struct Response {
    mif_http_response c;
    std::string body;
  } response{sized<mif_http_response>(), {}};
  response.c.impl = &response;
  response.c.send = [](mif_http_response* self, std::int32_t, mif_str, mif_str, mif_str body) { static_cast<Response*>(self->impl)->body = str(body); };
  deployment_->plugins().call("treasury", "handle", {login, "test", ""}, &caller, 0, [&](mif_call* call) { return module->handle(module->self, call, &request, &response.c); });
  return response.body;
}

ledger::Voucher Province::voucher(std::int64_t id) {
  ledger::Voucher v;
  deployment_->database().read([&](store::Txn& txn) { v = deployment_->ledger().voucher(txn, id); });
  return v;
}
int Province::posted(const std::vector<Due>& all) {
  int n = 0;
  for (const auto& due : all) n += voucher(due.voucher).state == ledger::State::posted;
  return n;
}
std::int64_t Province::count(const std::string& sql) {
  std::int64_t n = 0;
  deployment_->database().read([&](store::Txn& txn) { n = txn.integer(sql).value_or(-1); });
  return n;
}
std::string Province::text(const std::string& sql) {
  std::string found;
  deployment_->database().read([&](store::Txn& txn) { found = txn.text(sql).value_or(""); });
  return found;
}
void Province::write_sql(const std::string& sql) {
  deployment_->database().write([&](store::Txn& txn) { txn.execute(sql); });
}
bool Province::verified() {
  bool clean = false;
  deployment_->database().read([&](store::Txn& txn) {
    clean = ledger::verify(txn, deployment_->settings().hash, nullptr).empty() && workflow::verify(txn).empty();
  });
  return clean;
}

}  // namespace mif::test
