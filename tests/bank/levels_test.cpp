// SPDX-License-Identifier: Apache-2.0
// A bureau, a city below it, two districts below the city: who sees, pays and matches whose accounts. Every job and every route of
// the treasury is tried, by the list the plugin itself gives, so that one added later is tried too.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>

#include "kernel/ledger/types.h"
#include "mif/error.hpp"
#include "mif/ext/job.h"
#include "mif/ext/web_module.h"
#include "mif/json.hpp"
#include "mif/sdk.hpp"
#include "tests/bank/province.h"

namespace mif::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Params = std::map<std::string, std::string>;

struct Place {
  const char *unit, *login, *account, *book;
  const char* opening;
};
// Every person may do everything in their unit and below, so that only the unit decides.
constexpr Place kBureau = {"990000", "all0", kAccount, kBook, "45000000.00"}, kCity = {"990100", "all1", "9901001004001", "990100-390", "3000000.00"},
                kDistrict = {"990101", "all2", "9901011004001", "990101-390", "200000.00"}, kOther = {"990102", "all3", "9901021004001", "990102-390", "10000.00"};
constexpr Place kPlaces[] = {kBureau, kCity, kDistrict, kOther};

bool below(const Place& account, const Place& viewer) {
  const std::string unit = account.unit, by = viewer.unit;
  return unit == by || by == "990000" || (by == "990100" && unit != "990000");
}

std::string json_of(const Params& params) {
  JsonWriter json;
  json.begin_object();
  for (const auto& [name, value] : params) json.field(name, value);
  return json.end_object().take();
}

struct Job {
  std::string name;
  std::vector<std::string> params;
  bool takes(const std::string& param) const { return std::find(params.begin(), params.end(), param) != params.end(); }
};
struct Route {
  std::string method, path;
  bool api = true;  // else a page
};

struct Tried {
  std::string says;  // the result, or the refusal
  mif_status status = MIF_OK;
  std::string rule;
};

class ThreeLevels : public ::testing::Test {
 protected:
  ThreeLevels() {
    std::string extra, script = std::string("account { number ") + kAccount + " name 支出户 opening 45000000.00 }\n";
    for (const Place& at : kPlaces) {
      if (at.account == kBureau.account) continue;
      extra += std::string("account ") + at.account + " { book " + at.book + " ledger-account 1004 adapter bank-xmlfront link demo-bank " +
               (at.account == kCity.account ? "" : std::string("sweep { to ") + kCity.account + " keep \"50000.00\" }") + " }\n";
      script += std::string("account { number ") + at.account + " name 支出户 opening " + at.opening + " }\n";
    }
    p.write_file("bank.info", script);
    p.restart_bank();
    const Who who{"system", "test", ""};
    service::Deployment& d = p.deployment();
    d.database().write([&](store::Txn& txn) {
      d.identity().put_unit(txn, who, {"990102", "另一县", "county", "990100"});
      for (const Place& at : kPlaces) d.identity().put_person(txn, who, {at.login, std::string("办事 ") + at.unit, at.unit, {"maker", "reviewer", "payer"}, false});
      d.identity().put_person(txn, who, {"reader1", "市查询", "990100", {"viewer"}, false});
      d.charts().apply_folder(txn, who, "resident", d.path("config/chart"));
    });
    d.database().write([&](store::Txn& txn) {
      for (const Place& at : kPlaces) {
        if (at.account == kBureau.account) continue;
        ledger::Book book;
        book.code = at.book;
        book.unit = at.unit;
        book.scheme = "390";
        book.chart = "resident";
        book.name = std::string("账套 ") + at.unit;
        book.start = {2023, 6};
        d.ledger().create_book(txn, who, book);
        const Fen fen = Fen::parse(at.opening);
        d.ledger().set_opening(txn, who, book.code, {{MIF_DEBIT, fen, "1004", std::string("bank_account=") + at.account, ""}, {MIF_CREDIT, fen, "3001", "", ""}});
      }
    });
    p.configure("duplicate-days 5\n" + extra);
  }

  // A reviewed voucher of one payment out of the place's account.
  void owe(const Place& at, Fen fen = Fen(), const std::string& payee = {}) {
    ledger::Draft draft;
    draft.day = Day(2023, 6, 20);
    draft.book = at.book;
    draft.word = "付";
    draft.flow = "voucher-payment";
    draft.source_plugin = "exchange";
    draft.source_key = "demo/OB" + std::string(at.unit) + std::to_string(++serial_) + "#1";
    draft.summary = "试付";
    draft.maker = "maker1";
    if (fen == Fen()) fen = Fen(12300 + serial_);
    const bool own = at.account == kBureau.account;
    draft.lines = {{MIF_DEBIT, fen, own ? "50010101" : "500101", own ? "insutype=310;mode=1" : "", "待遇"}, {MIF_CREDIT, fen, "1004", std::string("bank_account=") + at.account, "付款"}};
    std::int64_t id = 0;
    p.deployment().database().write([&](store::Txn& txn) { id = p.deployment().propose(txn, {"maker1", "test", ""}, draft).id; });
    p.decide(id, "review", true, "reviewer1");
    payables_ += std::to_string(serial_) + "|" + std::to_string(id) + "|" + at.book + "|OB" + at.unit + std::to_string(serial_) + "|2023-06-20|" + fen.plain() + "|" + at.account + "|" +
                 (payee.empty() ? "62258" + std::to_string(serial_) : payee) + "|县医院|102290000012|付\n";
    p.write_file("payables.txt", payables_);
  }
  Tried attempt(const std::string& job, const Params& params, const Place& as) {
    return caught([&] {
      std::ostringstream out;
      p.run(job, json_of(params), as.login)->stringify(out);
      return out.str();
    });
  }
  Tried request(const Route& route, const Params& params, const Place& as) {
    std::string query;
    for (const auto& [name, value] : params) query += (query.empty() ? "" : "&") + name + "=" + value;
    Tried tried = caught([&] { return p.http(route.method, route.path, route.method == "GET" || route.path == "/statements/file" ? query : "", route.method == "POST" ? json_of(params) : "", as.login, route.api); });
    if (!route.api)  // a page shows again what was asked for
      for (const auto& [name, value] : params)
        for (std::size_t at; (at = tried.says.find(" value=\"" + value + "\"")) != std::string::npos;) tried.says.erase(at, value.size() + 9);
    return tried;
  }
  static Tried caught(const std::function<std::string()>& what) {
    try {
      return {what(), MIF_OK, ""};
    } catch (const Error& e) {
      return {e.what(), e.code(), std::string(e.rule())};
    }
  }

  template <class Abi>
  Poco::JSON::Object::Ptr told(const char* extension, mif_status (*Abi::*list)(void*, mif_call*, mif_text_sink*)) {
    const Abi* abi = nullptr;
    for (const auto& provider : p.deployment().plugins().providers(extension))
      if (provider.plugin == "treasury") abi = static_cast<const Abi*>(provider.extension);
    TextSink sink;
    p.deployment().plugins().call("treasury", "list", {"system", "test", ""}, nullptr, 0, [&](mif_call* call) { return (abi->*list)(abi->self, call, sink.get()); });
    return Poco::JSON::Parser().parse(sink.text()).extract<Poco::JSON::Object::Ptr>();
  }
  std::vector<Job> jobs() {
    std::vector<Job> all;
    const auto list = told<mif_job>(MIF_JOB_ID, &mif_job::list)->getArray("jobs");
    for (unsigned i = 0; i < list->size(); ++i) {
      Job job{list->getObject(i)->getValue<std::string>("name"), {}};
      const auto params = list->getObject(i)->getArray("params");
      for (unsigned k = 0; k < params->size(); ++k) job.params.push_back(params->getObject(k)->getValue<std::string>("name"));
      all.push_back(job);
    }
    return all;
  }
  std::vector<Route> routes() {
    std::vector<Route> all;
    const auto list = told<mif_web_module>(MIF_WEB_MODULE_ID, &mif_web_module::routes)->getArray("routes");
    for (unsigned i = 0; i < list->size(); ++i) all.push_back({list->getObject(i)->getValue<std::string>("method"), list->getObject(i)->getValue<std::string>("path"), list->getObject(i)->getValue<bool>("api")});
    return all;
  }

  // Payments sent, statements imported, balances asked, everywhere; and of each account a payment that waits and one not yet prepared.
  void busy() {
    for (const Place& at : kPlaces) owe(at);
    for (const auto& [job, login] : std::vector<std::pair<const char*, const char*>>{{"pay prepare", "maker1"}, {"pay approve", "payer1"}, {"pay send", "payer1"}, {"pay query", "payer1"}}) p.run(job, "{}", login);
    p.run("statement import", R"({"from":"2023-06-01","to":"2023-06-30"})");
    p.run("treasury balance");
    p.run("receipt fetch", R"({"from":"2023-06-01","to":"2023-06-30"})");
    for (const Place& at : kPlaces) owe(at);
    p.run("pay prepare", "{}", "maker1");
    for (const Place& at : kPlaces) owe(at);
    p.write_file("none.csv", "日期,金额\n");
  }
  std::string code_of(const Place& at) { return p.text(std::string("select max(code) from x_treasury_payment where account = '") + at.account + "'"); }
  std::string number(const std::string& what, const Place& at) { return std::to_string(p.count("select " + what + " where account = '" + at.account + "'")); }

  // What every job could want, about `at`.
  Params everything(const Place& at) {
    return {{"account", at.account}, {"code", code_of(at)}, {"batch", number("max(id) from x_treasury_batch", at)}, {"month", "2023-06"}, {"day", "2023-05-02"}, {"side", "bank"},
            {"amount", "1.00"}, {"text", "试"}, {"reason", "试"}, {"comment", "试"}, {"evidence", "试"}, {"outcome", "done"}, {"lines", "bank/" + number("min(id) from x_treasury_line", at) + ",book/1/2"},
            {"group", "1"}, {"item", ""}, {"out", p.home() + "/out.pdf"}, {"file", p.home() + "/none.csv"}, {"format", "pdf"}, {"action", "plan"}};
  }
  Params narrowed(const Job& job, Params params) {
    for (auto it = params.begin(); it != params.end();) it = job.takes(it->first) && !it->second.empty() ? std::next(it) : params.erase(it);
    return params;
  }
  // Everything the treasury stores about accounts other than `at`'s.
  std::string others(const Place& at) {
    std::string all;
    for (const char* what : {"count(*) from x_treasury_payment", "cast(coalesce(sum(changed_ms), 0) as bigint) from x_treasury_payment", "count(*) from x_treasury_batch", "count(*) from x_treasury_line",
                             "count(*) from x_treasury_match", "count(*) from x_treasury_group", "count(*) from x_treasury_member", "count(*) from x_treasury_statement", "count(*) from x_treasury_balance",
                             "count(*) from x_treasury_opening_item", "count(*) from x_treasury_table", "count(*) from x_treasury_return"})
      all += std::to_string(p.count(std::string("select ") + what + " where account <> '" + at.account + "'")) + " ";
    all += std::to_string(p.count(std::string("select count(*) from x_treasury_approval a join x_treasury_batch b on b.id = a.batch_id where b.account <> '") + at.account + "'")) + " ";
    return all + std::to_string(p.count("select count(*) from x_treasury_resolution")) + " " + std::to_string(p.count("select count(*) from x_treasury_drop"));
  }
  // Account numbers, payment codes and obligations that `says` lets out of places `viewer` does not see.
  std::string leaks(const std::string& says, const Place& viewer) {
    std::string found;
    for (const Place& at : kPlaces) {
      if (below(at, viewer)) continue;
      for (const std::string& secret : {std::string(at.account), std::string("OB") + at.unit, code_of(at), std::string(at.book)})
        if (!secret.empty() && says.find(secret) != std::string::npos) found += secret + " ";
    }
    return found;
  }

  Province p;
  std::string payables_;
  int serial_ = 0;
};

TEST_F(ThreeLevels, who_sees_whose_accounts) {
  busy();
  const std::vector<std::string> lists = {"pay status", "treasury accounts", "treasury balances", "treasury watch", "statement status", "reconcile list", "reconcile daily"};
  for (const Place& viewer : kPlaces)
    for (const auto& job : lists) {
      Params params;
      if (job == "treasury balances" || job == "reconcile daily" || job == "treasury watch") params = {{"from", "2023-06-01"}, {"to", "2023-12-31"}};
      const std::string says = attempt(job, params, viewer).says;
      for (const Place& at : kPlaces) EXPECT_EQ(says.find(at.account) != std::string::npos, below(at, viewer)) << job << ": " << viewer.unit << " looks at " << at.unit;
    }
  for (const Place& viewer : kPlaces)
    for (const char* path : {"/accounts", "/payments", "/statements", "/reconcile/items", "/watch"}) {
      const std::string says = request({"GET", path}, {}, viewer).says;
      for (const Place& at : kPlaces) EXPECT_EQ(says.find(at.account) != std::string::npos, below(at, viewer)) << path << ": " << viewer.unit << " looks at " << at.unit;
    }
}

TEST_F(ThreeLevels, no_job_tells_or_touches_what_is_not_ones_own) {
  busy();
  const auto all = jobs();
  ASSERT_GE(all.size(), 28u);
  std::string without_account;
  for (const auto& job : all) {
    if (!job.takes("account")) without_account += job.name + ";";
    // Named: as if it were not there.
    for (const Place& at : {kBureau, kCity, kOther}) {
      const std::string before = others(kDistrict);
      const Params params = narrowed(job, everything(at));
      const Tried tried = attempt(job.name, params, kDistrict);
      EXPECT_EQ(others(kDistrict), before) << job.name << " on " << at.unit;
      if (!job.takes("account")) continue;
      EXPECT_NE(tried.status, MIF_OK) << job.name << " on " << at.unit << ": " << tried.says;
      EXPECT_EQ(tried.rule, "payment.account-not-found") << job.name << " on " << at.unit << ": " << tried.says;
      // By everything but the account: code, batch, lines.
      Params rest = params;
      rest.erase("account");
      const Tried blind = attempt(job.name, rest, kDistrict);
      EXPECT_EQ(others(kDistrict), before) << job.name << " of " << at.unit << " without its account: " << blind.says;
      if (blind.status == MIF_OK) { EXPECT_EQ(leaks(blind.says, kDistrict), "") << job.name << ": " << blind.says; }
    }
    const Tried own = attempt(job.name, narrowed(job, everything(kDistrict)), kDistrict);
    EXPECT_NE(own.rule, "payment.account-not-found") << job.name << " is refused on one's own account: " << own.says;
  }
  EXPECT_EQ(number("count(*) from x_treasury_payment", kDistrict), "3") << "what is one's own is prepared beside the others'";
  EXPECT_EQ(without_account, "statement inspect;") << "reads a file, stores and shows nothing of ours";
}

TEST_F(ThreeLevels, no_job_of_the_city_reaches_the_bureau_or_lets_it_out) {
  busy();
  for (const auto& job : jobs()) {
    Params params = narrowed(job, everything(kCity));
    params.erase("account");
    const Tried tried = attempt(job.name, params, kCity);
    if (tried.status == MIF_OK) { EXPECT_EQ(leaks(tried.says, kCity), "") << job.name << ": " << tried.says; }
    if (job.takes("account")) { EXPECT_EQ(attempt(job.name, narrowed(job, everything(kBureau)), kCity).rule, "payment.account-not-found") << job.name; }
  }
  EXPECT_EQ(p.count(std::string("select count(*) from x_treasury_payment where state = 'prepared' and account = '") + kBureau.account + "'"), 1) << "the bureau's payment still waits for the bureau";
}

TEST_F(ThreeLevels, no_route_tells_or_touches_what_is_not_ones_own) {
  busy();
  const auto all = routes();
  ASSERT_GE(all.size(), 20u);
  for (Route route : all) {
    const std::string as_listed = route.method + " " + route.path;
    for (const Place& at : {kBureau, kCity, kOther}) {
      const bool one = route.path.find('{') != std::string::npos;
      Route named = route;
      if (as_listed == "GET /payments/{code}") named.path = "/payments/" + code_of(at);
      if (as_listed == "POST /payments/{code}/drop") named.path = "/payments/" + code_of(at) + "/drop";
      if (as_listed == "GET /receipts/{account}/{number}") named.path = "/receipts/" + std::string(at.account) + "/" + p.text(std::string("select max(number) from x_treasury_receipt where account = '") + at.account + "'");
      ASSERT_EQ(named.path.find('{'), std::string::npos) << as_listed << " needs its own case";
      ASSERT_FALSE(one && named.path.back() == '/') << as_listed << ": there is nothing to ask for";
      Params params = everything(at);
      const std::string before = others(kDistrict);
      const Tried tried = request(named, params, kDistrict);
      EXPECT_EQ(others(kDistrict), before) << as_listed;
      if (route.method == "POST" || one) { EXPECT_NE(tried.status, MIF_OK) << as_listed << ": " << tried.says; }
      if (tried.status == MIF_OK) { EXPECT_EQ(leaks(tried.says, kDistrict), "") << as_listed << ": " << tried.says; } else { EXPECT_TRUE(tried.rule == "payment.account-not-found" || tried.rule == "payment.not-found" || tried.rule == "receipt.not-found") << as_listed << ": " << tried.says; }
      if (one) continue;
      params.erase("account");
      const Tried blind = request(named, params, kDistrict);
      EXPECT_EQ(others(kDistrict), before) << as_listed;
      if (blind.status == MIF_OK) { EXPECT_EQ(leaks(blind.says, kDistrict), "") << as_listed << ": " << blind.says; }
    }
  }
}

TEST_F(ThreeLevels, the_city_pays_for_its_districts_and_no_district_for_another) {
  owe(kDistrict);
  owe(kOther);
  p.run("pay prepare", "{}", "maker1");
  const auto state = [&](const Place& at) { return p.text(std::string("select state from x_treasury_payment where account = '") + at.account + "'"); };
  for (const char* job : {"pay approve", "pay send", "pay query"}) attempt(job, {}, kOther);
  EXPECT_EQ(state(kOther), "done");
  EXPECT_EQ(state(kDistrict), "prepared");
  EXPECT_THAT(attempt("pay approve", {}, {kCity.unit, "reader1", "", "", ""}).rule, HasSubstr("no-permission")) << "seeing is not paying";
  EXPECT_EQ(state(kDistrict), "prepared");
  EXPECT_EQ(p.total(p.run("pay approve", "{}", kCity.login), "approved"), 1);
  EXPECT_EQ(p.total(p.run("pay send", "{}", kCity.login), "offered"), 1);
  p.run("pay query", "{}", kCity.login);
  EXPECT_EQ(state(kDistrict), "done");
  p.run("statement import", R"({"from":"2023-06-01","to":"2023-06-30"})", kCity.login);
  EXPECT_EQ(p.count("select count(*) from x_treasury_statement"), 3) << "the city's and its districts'";
  EXPECT_EQ(p.count(std::string("select count(*) from x_treasury_line where account = '") + kDistrict.account + "' and fen = -12301"), 1);
  p.run("statement match", "{}", kCity.login);
  EXPECT_EQ(p.count("select count(*) from x_treasury_match"), 2);
  EXPECT_EQ(p.bank().executed_once, 2);
  EXPECT_TRUE(p.verified());
}

TEST_F(ThreeLevels, a_payment_that_looks_like_another_units_is_warned_of_without_naming_it) {
  owe(kOther, Fen(5000), "622588A");
  p.run("pay prepare", "{}", "maker1");
  owe(kDistrict, Fen(5000), "622588A");
  const Tried tried = attempt("pay prepare", {}, kDistrict);
  EXPECT_THAT(tried.says, HasSubstr("其他单位"));
  EXPECT_EQ(leaks(tried.says, kDistrict), "") << tried.says;
  EXPECT_THAT(attempt("pay prepare", {}, kCity).says, HasSubstr(std::string("OB") + kOther.unit)) << "the city sees both";
  EXPECT_EQ(p.count("select count(*) from x_treasury_payment"), 1);
}

TEST_F(ThreeLevels, sums_go_up_the_tree) {
  busy();
  const auto tree = [&](const Place& viewer) {
    std::string seen;
    const auto list = p.run("treasury accounts", R"({"by":"unit"})", viewer.login)->getArray("items");
    for (unsigned i = 0; i < list->size(); ++i) {
      const auto item = list->getObject(i);
      const auto get = [&](const char* name) { return item->getValue<std::string>(name); };
      if (get("kind") == "unit") seen += get("depth") + " " + get("unit") + " " + get("accounts") + " " + get("ledger") + " " + get("bank_balance") + " " + get("without_bank_balance") + "\n";
      if (get("kind") == "account") seen += get("depth") + " " + get("account") + "\n";
    }
    return seen;
  };
  // Each account paid 123.0N, in the order of the places.
  const std::string districts = "2 990101 1 199876.97 199876.97 0\n3 9901011004001\n2 990102 1 9876.96 9876.96 0\n3 9901021004001\n";
  EXPECT_EQ(tree(kBureau), "0 990000 4 48209507.90 48209507.90 0\n1 9900001004001\n1 990100 3 3209630.91 3209630.91 0\n2 9901001004001\n" + districts);
  EXPECT_EQ(tree(kDistrict), "0 990101 1 199876.97 199876.97 0\n1 9901011004001\n");
  p.write_sql(std::string("insert into x_treasury_balance (id, account, source, state, day, fen, asked_by, asked_ms, error) values (99999, '") + kOther.account + "', 'bank', 'unknown', 20231231, 0, 'x', 1, 'x')");
  EXPECT_THAT(tree(kCity), HasSubstr("0 990100 3 3209630.91 3199753.95 1\n")) << "what is unknown is in no sum, and said";
}

TEST_F(ThreeLevels, the_centre_plans_the_sweep_of_its_districts) {
  p.run("treasury balance");
  const auto plan = [&](const Place& viewer) {
    std::string seen;
    const auto list = p.run("treasury sweep", "{}", viewer.login)->getArray("items");
    for (unsigned i = 0; i < list->size(); ++i) {
      const auto item = list->getObject(i);
      seen += item->getValue<std::string>("account") + " " + item->getValue<std::string>("direction") + " " + item->getValue<std::string>("amount") + " " + item->getValue<std::string>("parent_account") + "\n";
    }
    return seen;
  };
  const std::string lines = "9901011004001 up 150000.00 9901001004001\n9901021004001 down 40000.00 9901001004001\n";
  EXPECT_EQ(plan(kCity), lines);
  EXPECT_EQ(plan(kBureau), lines);
  EXPECT_EQ(plan(kDistrict), "") << "the other end is not its own";
  // A target that is not above is not planned.
  p.configure(std::string("account ") + kCity.account + " { book " + kCity.book + " adapter bank-xmlfront link demo-bank sweep { to " + kOther.account + " keep \"1.00\" } }\naccount " + kOther.account +
              " { book " + kOther.book + " adapter bank-xmlfront link demo-bank }\n");
  EXPECT_EQ(plan(kBureau), std::string(kCity.account) + " unknown  " + kOther.account + "\n");
}

}  // namespace
}  // namespace mif::test
