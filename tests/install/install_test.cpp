// SPDX-License-Identifier: Apache-2.0
// Installs the SDK, builds every example against it as a vendor would, seals it, installs it in a production host and calls
// each function of its extension.
#include <cstdlib>

#include "kernel/base/text.h"
#include "kernel/service/job_runner.h"
#include "mif/ext/bank_adapter.h"
#include "mif/ext/business_source.h"
#include "mif/ext/report_template.h"
#include "mif/ext/web_module.h"
#include "tests/plugin/home.h"

namespace mif::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const char* const kExamples[] = {"business-source", "bank-adapter", "report-template", "web-module", "job"};

class Examples : public testing::Test {
 protected:
  static inline Scratch* scratch = nullptr;
  static inline Home* home = nullptr;
  static inline std::string trouble;  // of the build, told by every test

  static void run(const std::string& command) {
    const std::string log = (*scratch / "log").string();
    if (trouble.empty() && std::system((command + " >" + log + " 2>&1").c_str()) != 0) trouble = command + "\n" + read_file(log);
  }
  static void SetUpTestSuite() {
    scratch = new Scratch;
    home = new Home({});
    const std::string prefix = (*scratch / "prefix").string(), cmake = MIF_CMAKE;
    run(cmake + " --install " MIF_BUILD_DIR " --component sdk --prefix " + prefix);
    if (trouble.empty() && fs::exists(*scratch / "prefix/lib/libmif-base.a")) trouble = "the sdk component installs more than the SDK";
    plugin::generate_key("sm2", (*scratch / "vendor.key.pem").string(), (*scratch / "vendor.pem").string());
    fs::create_directories(home->folder() / "trust/vendors");
    if (trouble.empty()) fs::copy_file(*scratch / "vendor.pem", home->folder() / "trust/vendors/vendor.pem");
    std::string settings = read_file((home->folder() / "mif.info").string());
    settings.replace(settings.find("development"), 11, "production");
    write(home->folder() / "mif.info", settings);
    for (const std::string name : kExamples) {
      const std::string build = (*scratch / name).string();
      run(cmake + " -G Ninja -S " + prefix + "/share/mif-sdk/examples/" + name + " -B " + build +
          " -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER=" MIF_CXX " -DCMAKE_CXX_FLAGS='-Wall -Wextra -Werror " MIF_EXAMPLE_FLAGS "' -DMIF_SANITIZE='" MIF_EXAMPLE_SANITIZE "' -DCMAKE_PREFIX_PATH=" + prefix);
      run(cmake + " --build " + build);
      if (!trouble.empty()) return;
      for (const auto& entry : fs::directory_iterator(build + "/plugins")) {
        plugin::seal(entry.path().string(), (*scratch / "vendor.key.pem").string(), "vendor");
        service::Deployment::open(home->folder().str(), false)->plugins().install(entry.path().string());
      }
    }
  }
  static void TearDownTestSuite() {
    delete home;
    delete scratch;
  }
  void SetUp() override {
    ASSERT_EQ(trouble, "");
    d_ = home->open();
    caller_ = caller_of(*d_, "maker1");
  }

  template <class T>
  const T* extension(const char* id, const std::string& plugin) {
    for (const auto& p : d_->plugins().providers(id))
      if (p.plugin == plugin) return static_cast<const T*>(p.extension);
    throw Error(MIF_E_NOT_FOUND, plugin + ": " + info_of(d_->plugins(), plugin).reason);
  }
  template <class F>
  void call(const std::string& plugin, F&& body) {
    d_->plugins().call(plugin, "test", {"maker1", "test", ""}, &caller_, 5000, body);
  }

  std::unique_ptr<service::Deployment> d_;
  identity::Caller caller_;
};

TEST_F(Examples, AreActiveAndSigned) {
  for (const auto& info : d_->plugins().list()) {
    EXPECT_EQ(info.status, plugin::Status::active) << info.manifest.id << ": " << info.reason;
    EXPECT_EQ(info.signed_by, "vendor");
  }
  EXPECT_EQ(d_->plugins().list().size(), std::size(kExamples));
}

TEST_F(Examples, BusinessSourceGivesDocumentsInOrderAndOnlyAfterTheCursor) {
  write(home->folder() / "exchange/inbox/0001.receipt.A1.json", R"({"amount":"1.00"})");
  write(home->folder() / "exchange/inbox/0002.receipt.A2.json", R"({"amount":"2.00"})");
  const auto* source = extension<mif_business_source>(MIF_BUSINESS_SOURCE_ID, "example-source");
  std::vector<std::string> seen;
  SinkOf<mif_doc_sink, mif_doc> sink([&](const mif_doc& doc) {
    seen.push_back(str(doc.key) + " " + str(doc.cursor) + " " + str(doc.payload_json));
    return true;
  });
  call("example-source", [&](mif_call* c) { return source->fetch(source->self, c, s("main"), s(""), 1, sink.get()); });
  call("example-source", [&](mif_call* c) { return source->fetch(source->self, c, s("main"), s("0001.receipt.A1.json"), 10, sink.get()); });
  EXPECT_THAT(seen, ElementsAre(R"(A1 0001.receipt.A1.json {"amount":"1.00"})", R"(A2 0002.receipt.A2.json {"amount":"2.00"})"));
  auto ack = sized<mif_ack>();
  ack.key = s("A1");
  ack.state = s("posted");
  for (int twice = 0; twice < 2; ++twice) call("example-source", [&](mif_call* c) { return source->ack(source->self, c, &ack, 1); });
}

TEST_F(Examples, BankPaysAReferenceOnceAndItsStatementAddsUp) {
  const auto* bank = extension<mif_bank_adapter>(MIF_BANK_ADAPTER_ID, "example-bank");
  auto payment = sized<mif_payment>();
  payment.day = 20231231;
  payment.fen = 5000;
  payment.client_ref = s("R1");
  payment.payer_account = s("9900001004001");
  payment.payee_account = s("62000001");
  std::vector<int> outcomes;
  SinkOf<mif_pay_sink, mif_pay_answer> answers([&](const mif_pay_answer& a) {
    outcomes.push_back(a.outcome);
    return true;
  });
  for (int twice = 0; twice < 2; ++twice) call("example-bank", [&](mif_call* c) { return bank->submit(bank->self, c, s("x"), &payment, 1, answers.get()); });
  const mif_str refs[] = {s("R1"), s("R2")};
  call("example-bank", [&](mif_call* c) { return bank->query(bank->self, c, s("x"), payment.payer_account, refs, 2, answers.get()); });
  EXPECT_THAT(outcomes, ElementsAre(MIF_PAY_DONE, MIF_PAY_DUPLICATE, MIF_PAY_DONE, MIF_PAY_NOT_FOUND));
  mif_fen balance = 0;
  call("example-bank", [&](mif_call* c) { return bank->balance(bank->self, c, s("x"), payment.payer_account, &balance); });
  EXPECT_EQ(balance, 100000000 - 5000);
  struct Statement {
    mif_statement_sink c = sized<mif_statement_sink>();
    mif_fen opening = 0, closing = 0, lines = 0;
  } statement;
  statement.c.impl = &statement;
  statement.c.balances = [](mif_statement_sink* self, mif_fen opening, mif_fen closing) -> std::int32_t {
    static_cast<Statement*>(self->impl)->opening = opening;
    static_cast<Statement*>(self->impl)->closing = closing;
    return 0;
  };
  statement.c.on = [](mif_statement_sink* self, const mif_statement_line* line) -> std::int32_t {
    static_cast<Statement*>(self->impl)->lines += line->fen;
    return 0;
  };
  call("example-bank", [&](mif_call* c) { return bank->statement(bank->self, c, s("x"), payment.payer_account, 20231201, 20231231, &statement.c); });
  EXPECT_EQ(statement.opening + statement.lines, statement.closing);
  EXPECT_EQ(statement.closing, balance);
}

TEST_F(Examples, ReportRoundsHalfAwayFromZeroAndPacksTheSameBytes) {
  const auto* report = extension<mif_report_template>(MIF_REPORT_TEMPLATE_ID, "example-report");
  std::vector<std::string> shown;
  for (const mif_fen fen : {mif_fen{499999}, mif_fen{500000}, mif_fen{-500000}, mif_fen{123456789012}}) {
    TextSink out;
    call("example-report", [&](mif_call* c) { return report->present(report->self, c, s("T"), fen, out.get()); });
    shown.push_back(out.text());
  }
  EXPECT_THAT(shown, ElementsAre("0", "1", "-1", "123457"));
  auto cells = sized<mif_cell_source>();
  cells.get = [](mif_cell_source*, mif_str, mif_str row, mif_str, mif_cell* out) -> std::int32_t {
    out->kind = MIF_CELL_MONEY;
    out->fen = 2500000;
    return view(row) == "1";
  };
  TextSink package;
  call("example-report", [&](mif_call* c) { return report->package(report->self, c, s("YB01,1,3\nYB01,1,4"), &cells, package.get()); });
  EXPECT_EQ(package.text(), "table,row,column,value\r\nYB01,1,3,3\r\nYB01,1,4,3\r\n");
  EXPECT_EQ(refusal_of([&] { call("example-report", [&](mif_call* c) { return report->package(report->self, c, s("YB01,9,9"), &cells, package.get()); }); }).code, MIF_E_NOT_FOUND);
}

TEST_F(Examples, WebModuleAnswersPageAndApi) {
  const auto* web = extension<mif_web_module>(MIF_WEB_MODULE_ID, "example-web");
  struct Answer {
    mif_http_response c = sized<mif_http_response>();
    int status = 0;
    std::string body;
  } answer;
  answer.c.impl = &answer;
  answer.c.send = [](mif_http_response* self, std::int32_t status, mif_str, mif_str, mif_str body) {
    static_cast<Answer*>(self->impl)->status = status;
    static_cast<Answer*>(self->impl)->body = str(body);
  };
  auto request = sized<mif_http_request>();
  request.method = s("GET");
  request.path = s("/books");
  request.api = 1;
  call("example-web", [&](mif_call* c) { return web->handle(web->self, c, &request, &answer.c); });
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"items":[{"code":"990000-310","name":"省本级职工","open":"2023-06"}]})");
  request.path = s("/");
  request.api = 0;
  call("example-web", [&](mif_call* c) { return web->handle(web->self, c, &request, &answer.c); });
  EXPECT_THAT(answer.body, HasSubstr("<td>省本级职工</td>"));
}

TEST_F(Examples, JobRunsByItsName) {
  service::JobRunner runner(*d_);
  const std::string result = runner.run("example balance", R"({"year":"2023"})", {"maker1", "test", ""}, &caller_);
  EXPECT_THAT(result, HasSubstr(R"("book":"990000-310","debit":"0.00","credit":"0.00","balanced":"是")"));
  EXPECT_THAT(result, HasSubstr(R"("exit":0,"summary":"1 个账套，0 个不平")"));
}

}  // namespace
}  // namespace mif::test
